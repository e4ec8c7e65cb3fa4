// The phase between searching and shrinking: findings are run again before anybody is blamed.
//
//   auto done = RepeatFindings(jobs, rerun, {.live = true});   // the verdicts are in the jobs' tallies
//
// Live, evidence that rests on time alone (evidence_kind.h) makes a failure only where it is seen
// again. A defect that shows in one run of three has to be seen: so the cases that showed a clause are
// run again in turn, up to 24 times, and one that fails is enough. Where none does, the clause is flaky.
// Hard evidence is a failure at first sight; how often it is seen again is told. Simulated, a run is
// always the same: a finding that does not repeat, its trace being another, is flaky at once.
//
// How much is tried depends on counts alone, and on what failed.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "conformance/search.h"

namespace cmapsim {

// What a case showed when it was run once more.
struct Rerun {
  std::vector<Observation> failing;  // what would be a finding, expectations considered
  std::string digest;                // of the trace, simulated
  bool costly = false;               // it took seconds
};
// The error is the machine's, or the harness's own.
using RerunFn =
    std::function<tl::expected<Rerun, std::string>(const SearchJob& job, int64_t case_index)>;

struct RepeatOptions {
  bool live = false;
  // Whether a clause was asked for. Findings of the others are not repeated.
  std::function<bool(std::string_view clause)> wanted = [](std::string_view) { return true; };
};

[[nodiscard]] tl::expected<void, std::string> RepeatFindings(std::vector<SearchJob>& jobs,
                                                             const RerunFn& rerun,
                                                             const RepeatOptions& options);
// Where nothing can be run any more: what has to be seen again cannot be, and is flaky.
void CallUnrepeatedFlaky(std::vector<SearchJob>& jobs);

}  // namespace cmapsim
