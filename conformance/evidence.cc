#include "conformance/evidence.h"

#include <map>

#include "conformance/clause.h"
#include "conformance/parts.h"

namespace cmapsim {
namespace {

// What all jobs together have of a clause.
struct Sum {
  int64_t cases = 0;
  std::vector<int64_t> parts;
};

// Judged by the last line of the host level, which live runs do not have.
constexpr std::string_view kOnlySimulated = "cmap_finalize.closes";

using Sums = std::map<std::string_view, Sum, std::less<>>;

// Counts the evidence for each clause that a job is meant to exercise, also where there is none.
Sums SumsOf(const std::vector<SearchJob>& jobs) {
  Sums sums;
  for (const SearchJob& job : jobs) {
    for (const std::string& clause : job.property->clauses) sums[clause];
  }
  for (const SearchJob& job : jobs) {
    for (const auto& [clause, tally] : job.tally.clauses()) {
      const auto at = sums.find(clause);
      if (at == sums.end()) continue;
      Sum& sum = at->second;
      sum.cases += tally.cases;
      if (sum.parts.size() < tally.parts.size()) sum.parts.resize(tally.parts.size());
      for (size_t i = 0; i < tally.parts.size(); ++i) sum.parts[i] += tally.parts[i];
    }
  }
  return sums;
}

}  // namespace

std::vector<Lacking> FindLacking(const std::vector<SearchJob>& jobs,
                                 const EvidenceOptions& options) {
  const Sums sums = SumsOf(jobs);
  std::vector<Lacking> all;
  for (const Clause& clause : ClauseRegister::Get().clauses()) {
    const auto at = sums.find(clause.id);
    if (at == sums.end() || !options.asked.Needs(clause.id)) continue;
    if (clause.level == ClauseLevel::kUndocumented) continue;
    if (options.live && clause.id == kOnlySimulated) continue;
    if (!LackingFunction(options.not_offered, clause.id).empty()) continue;
    const Sum& sum = at->second;
    Lacking lacking = {clause.id, sum.cases, {}};
    if (sum.cases < kCasesWanted && !options.shown.contains(clause.id)) {
      all.push_back(std::move(lacking));
      continue;
    }
    const std::vector<std::string>& parts = PartsOf(clause.id);
    for (size_t i = 0; i < parts.size(); ++i) {
      const int64_t seen = i < sum.parts.size() ? sum.parts[i] : 0;
      if (seen < kShownWanted) lacking.parts.push_back(parts[i]);
    }
    if (!lacking.parts.empty()) all.push_back(std::move(lacking));
  }
  return all;
}

}  // namespace cmapsim
