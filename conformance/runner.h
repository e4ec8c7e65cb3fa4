// Runs the suite against one target: search, shrink, reproduce, and what it adds up to.
//
//   Runner runner(AllProperties(), {.seed = 1, .cases = 10'000});
//   auto report = runner.Check(target_under_test);
//   for (const Result& r : report->results) ...
//
// With shards, each runs its share of the cases, and the first one the fixed cases too; a result without
// a case is the first one's to report.
//
// Phases, one after the other. Search runs all cases on some threads; what it finds depends on the seed
// alone (live, on the daemon too). Steering draws more of them where evidence is lacking. Repeating runs
// what failed again, with nothing else of ours beside it (repeat.h). Shrinking makes each finding's plan
// small, within a time limit. Reproducing runs the small plan once more. Where the machine fails in one of
// them (a worker is killed, a disk is full), the others are left out, and the report has what was found
// until then, and what the trouble was.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "conformance/asked.h"
#include "conformance/evidence.h"
#include "conformance/expectations.h"
#include "conformance/fixed_case.h"
#include "conformance/search.h"
#include "conformance/suite.h"
#include "conformance/target.h"
#include "conformance/verdict.h"

namespace cmapsim {

struct RunnerOptions {
  uint64_t seed = 1;
  int64_t cases = 10'000;  // spread over the properties
  // At most so many more, where clauses or their parts were seen too rarely (steering.h). 0: exactly `cases` are run. With
  // shards the first one draws them, until its own cases are evidence enough: it knows of no others.
  int64_t steered_cases = 0;
  Shard shard;
  // Properties that exercise such a clause, or what such a one is judged as; results of such clauses.
  std::string clause_glob = "*";
  int threads = 2;
  std::chrono::milliseconds shrink_limit{10'000};  // all findings of the target together
  // However much of the limit is left then, shrinking ends.
  std::chrono::steady_clock::time_point shrink_deadline =
      std::chrono::steady_clock::time_point::max();
  std::string findings_folder = "cmapsim-findings";
  JudgeFn judge = &Judge;
  // Run after the search, on one target object; none where empty.
  FixedCasesFn fixed_cases;
  // For people: a finding, the moment it is made; and how far the search is.
  std::function<void(const std::string& line)> say = [](const std::string&) {};
  // Each of the first findings again, when it is small: its plan, its trace and how to replay it.
  std::function<void(const std::string& text)> show = [](const std::string&) {};
  std::function<void(int64_t done, int64_t total)> progress;
};

struct TargetUnderTest {
  // Called once for each thread.
  using Open = std::function<tl::expected<std::unique_ptr<Target>, std::string>()>;
  Open open;
  // One that looks longer before it calls something quiet, for what is run again; empty: `open`.
  Open open_patient = {};
  GenerateOptions generate;
  const Expectations* expectations = nullptr;
};

struct TargetReport {
  TargetInfo target;
  uint64_t seed = 0;
  bool claims_compatibility = true;
  int64_t cases = 0;                // plans that the search ran
  int64_t cases_steered = 0;        // more of them, since evidence was lacking
  int64_t cases_left_out = 0;       // after others that crashed, hung, or cost a new daemon
  std::vector<Result> results;      // by clause in the register's order, then by property
  std::vector<Lacking> lacking;     // clauses that need more evidence; of the first shard alone
  bool evidence_owed = true;        // false: fewer cases were asked for than are usual
  std::vector<std::string> tables;  // of fixed cases, for people
  // Why the check is not complete: what was missing or in the way. Empty: it is.
  std::string trouble;
  std::chrono::milliseconds search_time{0};
  std::chrono::milliseconds shrink_time{0};
};

// Whether the target does not conform: a clause that fails or passes unexpectedly.
[[nodiscard]] bool IsBad(const TargetReport& report);
// Whether a clause is flaky: then the report says neither that the target conforms nor that it does
// not.
[[nodiscard]] bool IsFlaky(const TargetReport& report);
[[nodiscard]] bool IsFlaky(const TargetReport& report, const Result& result);
// Whose defect something flaky is, in words for people.
inline constexpr std::string_view kNotTheTargets =
    "a defect of cmapsim or of this machine's load, not of the target";
// Whether this one of its results is such a clause.
[[nodiscard]] bool IsBad(const TargetReport& report, const Result& result);

class Runner {
 public:
  Runner(const std::vector<Property>& properties, RunnerOptions options);

  // Properties that the clause glob leaves.
  [[nodiscard]] const std::vector<const Property*>& selected() const { return selected_; }
  // The error: a target that cannot be had.
  [[nodiscard]] tl::expected<TargetReport, std::string> Check(const TargetUnderTest& target) const;

 private:
  const std::vector<Property>& properties_;
  RunnerOptions options_;
  Asked asked_;
  std::vector<const Property*> selected_;
};

}  // namespace cmapsim
