#include "conformance/report/outcome.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>

#include "conformance/clause.h"

namespace cmapsim {
namespace {

constexpr size_t kClausesNamed = 3;

std::string Count(size_t number, std::string_view what) {
  return fmt::format("{} {}{}", number, what, number == 1 ? "" : "s");
}

// In the reports' order, each once.
std::vector<std::string> FailingClauses(const std::vector<TargetReport>& reports) {
  std::vector<std::string> clauses;
  for (const TargetReport& report : reports) {
    for (const Result& result : report.results) {
      if (!IsBad(report, result)) continue;
      if (std::find(clauses.begin(), clauses.end(), result.clause) != clauses.end()) continue;
      clauses.push_back(result.clause);
    }
  }
  return clauses;
}

std::string Named(const std::vector<std::string>& clauses) {
  const size_t named = std::min(clauses.size(), kClausesNamed);
  std::string text = fmt::format("{}", fmt::join(clauses.begin(), clauses.begin() + named, ", "));
  if (clauses.size() > named) text += fmt::format(" and {} more", clauses.size() - named);
  return text;
}

size_t CountJudged(const std::vector<TargetReport>& reports) {
  std::set<std::string_view> judged;
  for (const TargetReport& report : reports) {
    for (const Result& result : report.results) {
      if (result.cases > 0) judged.insert(result.clause);
    }
  }
  return judged.size();
}

size_t CountLacking(const std::vector<TargetReport>& reports) {
  std::set<std::string_view> lacking;
  for (const TargetReport& report : reports) {
    for (const Lacking& one : report.lacking) lacking.insert(one.clause);
  }
  return lacking.size();
}

// Clauses of which something did not fail again. Each clause once, whatever the target.
size_t CountFlaky(const std::vector<TargetReport>& reports) {
  std::set<std::string_view> flaky;
  for (const TargetReport& report : reports) {
    for (const Result& result : report.results) {
      if (IsFlaky(report, result)) flaky.insert(result.clause);
    }
  }
  return flaky.size();
}

bool IsOwedEvidence(const std::vector<TargetReport>& reports) {
  return std::any_of(reports.begin(), reports.end(), [](const TargetReport& report) {
    return report.evidence_owed && !report.lacking.empty();
  });
}

// How little was asked for: "--clause=cmap_set.* --cases=5".
std::string HowLittle(const Asking& asking) {
  std::string text;
  if (asking.clause_glob != "*") text = "--clause=" + asking.clause_glob;
  if (asking.few_cases > 0) {
    text += (text.empty() ? "--cases=" : " --cases=") + std::to_string(asking.few_cases);
  }
  return text;
}

}  // namespace

Outcome OutcomeOf(const std::vector<TargetReport>& reports, const Asking& asking) {
  const std::vector<std::string> failing = FailingClauses(reports);
  if (!failing.empty()) {
    return {1, fmt::format("does not conform: {}: {}", Count(failing.size(), "clause"),
                           Named(failing))};
  }
  if (const size_t flaky = CountFlaky(reports); flaky > 0) {
    return {
        2, fmt::format("flaky: {} did not fail again: {}", Count(flaky, "clause"), kNotTheTargets)};
  }
  if (std::any_of(reports.begin(), reports.end(),
                  [](const TargetReport& report) { return !report.trouble.empty(); })) {
    return {2, "nothing failed until the check ended"};
  }
  const size_t asked = ClauseRegister::Get().Match(asking.clause_glob).size();
  const size_t judged = CountJudged(reports);
  const size_t lacking = CountLacking(reports);
  const std::string few = HowLittle(asking);
  if (judged == 0 && asking.shard.index == 0 && !few.empty()) {
    return {
        0, fmt::format("inconclusive: nothing was judged of {} ({})", Count(asked, "clause"), few)};
  }
  if (lacking > 0) {
    const std::string words =
        fmt::format("inconclusive: {} without evidence", Count(lacking, "clause"));
    if (IsOwedEvidence(reports)) return {2, words};
    return {0, fmt::format("{}, which was asked for so ({})", words, few)};
  }
  if (asking.shard.index > 0) {
    return {0, fmt::format("conforms in this share of the cases (shard {} of {}); the first one "
                           "answers for evidence",
                           asking.shard.index + 1, asking.shard.total)};
  }
  if (!few.empty()) {
    return {0, fmt::format("conforms in what was asked: {} of {} judged, {} left out ({})", judged,
                           Count(asked, "clause"), ClauseRegister::Get().clauses().size() - judged,
                           few)};
  }
  return {0, "conforms"};
}

std::string DescribeLacking(const Lacking& lacking, size_t parts) {
  if (lacking.parts.empty()) {
    return fmt::format("{}: {} of {}", lacking.clause,
                       Count(static_cast<size_t>(lacking.cases), "case"), kCasesWanted);
  }
  const size_t all = lacking.parts.size();
  const size_t named = parts == 0 ? all : std::min(parts, all);
  std::string text =
      fmt::format("{}: seen too rarely: {}", lacking.clause,
                  fmt::join(lacking.parts.begin(),
                            lacking.parts.begin() + static_cast<std::ptrdiff_t>(named), ", "));
  if (all > named) text += fmt::format(" and {} more", all - named);
  return text;
}

}  // namespace cmapsim
