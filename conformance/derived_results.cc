#include "conformance/derived_results.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "conformance/clause.h"

namespace cmapsim {
namespace {

// Clauses that a result is the result of: this many are named, then how many more.
constexpr size_t kBasesNamed = 3;

using ByClause = std::map<std::string_view, std::vector<const Result*>>;

bool IsGraver(const Result& a, const Result& b) {
  const Verdict of_a = Worse(a.verdict, a.compatible);
  const Verdict of_b = Worse(b.verdict, b.compatible);
  return of_a != of_b && Worse(of_a, of_b) == of_a;
}

std::string BaseNames(const std::vector<std::string>& bases) {
  std::string names;
  for (size_t i = 0; i < bases.size() && i < kBasesNamed; ++i) {
    names += (i == 0 ? "" : ", ") + bases[i];
  }
  if (bases.size() > kBasesNamed) {
    names += " and " + std::to_string(bases.size() - kBasesNamed) + " more";
  }
  return names;
}

// The worst of what the clauses have that it is judged as; nothing where none has a result.
std::optional<Result> ResultOfOthers(const Clause& clause, const ByClause& known) {
  std::optional<Result> derived;
  const Result* gravest = nullptr;
  for (const std::string& base : clause.judged_as) {
    const auto at = known.find(base);
    if (at == known.end()) continue;
    for (const Result* result : at->second) {
      if (!derived) {
        derived.emplace().verdict = result->verdict;
        derived->compatible = result->compatible;
      }
      derived->verdict = Worse(derived->verdict, result->verdict);
      derived->compatible = Worse(derived->compatible, result->compatible);
      derived->cases += result->cases;
      if (gravest == nullptr || IsGraver(*result, *gravest)) gravest = result;
    }
  }
  if (!derived) return {};
  derived->clause = clause.id;
  derived->judged_as = gravest->clause;
  const bool plain = gravest->detail.empty() || derived->verdict == Verdict::kPass;
  derived->detail =
      "as " + (plain ? BaseNames(clause.judged_as) : gravest->clause + ": " + gravest->detail);
  derived->reason = gravest->reason;
  derived->plan = gravest->plan;
  return derived;
}

// Whether any case called the function.
std::optional<Result> ResultOfCalls(const Clause& clause, const ByClause& known) {
  int64_t cases = 0;
  for (const auto& [id, results] : known) {
    if (!ShowsCallOf(clause.offered, id)) continue;
    for (const Result* result : results) cases += result->cases;
  }
  if (cases == 0) return {};
  Result derived;
  derived.clause = clause.id;
  derived.verdict = derived.compatible = Verdict::kPass;
  derived.cases = cases;
  derived.detail = clause.offered + " is offered, and was called";
  return derived;
}

Result NotReached(const Clause& clause, std::string detail) {
  Result result;
  result.clause = clause.id;
  result.detail = std::move(detail);
  return result;
}

class Deriving {
 public:
  Deriving(const TargetInfo& target, const DeriveOptions& options, ByClause known)
      : target_(target), options_(options), known_(std::move(known)) {}

  [[nodiscard]] std::optional<Result> Of(const Clause& clause) const {
    const std::string_view lacking = LackingFunction(target_.not_offered, clause.id);
    if (!lacking.empty()) return WhereNothing(clause, "not offered: " + std::string(lacking));
    if (!clause.judged_as.empty()) {
      if (auto result = ResultOfOthers(clause, known_)) return result;
      return WhereNothing(clause, "no case of what it is judged as");
    }
    if (!clause.offered.empty()) {
      if (auto result = ResultOfCalls(clause, known_)) return result;
      return WhereNothing(clause, "no case called " + clause.offered);
    }
    return WhereNothing(clause, clause.not_judged.empty()
                                    ? "no property of this version exercises it"
                                    : clause.not_judged);
  }

 private:
  [[nodiscard]] std::optional<Result> WhereNothing(const Clause& clause, std::string detail) const {
    if (!options_.where_nothing_is_known) return {};
    return NotReached(clause, std::move(detail));
  }

  const TargetInfo& target_;
  const DeriveOptions& options_;
  ByClause known_;
};

}  // namespace

void AddDerivedResults(const TargetInfo& target, const DeriveOptions& options,
                       std::vector<Result>& results) {
  ByClause known;
  for (const Result& result : results) known[result.clause].push_back(&result);
  std::vector<Result> derived;
  {
    const Deriving deriving(target, options, known);
    for (const Clause& clause : ClauseRegister::Get().clauses()) {
      // Our own clauses are not the target's.
      const bool own = clause.id.starts_with("harness.");
      if (own || known.contains(clause.id) || !options.asked.Fits(clause.id)) continue;
      if (auto result = deriving.Of(clause)) derived.push_back(std::move(*result));
    }
  }
  std::move(derived.begin(), derived.end(), std::back_inserter(results));
}

}  // namespace cmapsim
