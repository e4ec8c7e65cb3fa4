// What a check comes to, in one line and one exit status.
//
//   const Outcome outcome = OutcomeOf(reports, {.clause_glob = "cmap_set.*"});
//   outcome.line      // "conforms in what was asked: 40 of 588 clauses (--clause=cmap_set.*)"
//   outcome.status    // 0
//
// "conforms" alone says that every clause that can be judged was judged by enough evidence (conformance/evidence.h), in
// each target, and none fails. Where evidence is lacking the line says "inconclusive", and the status is 2, unless it was asked for
// so few cases.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "conformance/runner.h"

namespace cmapsim {

// What was asked for, as far as it bounds what can be said.
struct Asking {
  std::string clause_glob = "*";
  // --cases, where it is fewer than a check without it runs on some target. Else 0.
  int64_t few_cases = 0;
  // The first shard alone answers for evidence.
  Shard shard = {};
};

struct Outcome {
  // 0 conforms, or what was asked for does; 1 does not; 2 evidence is lacking, something is flaky, or the check is not
  // complete.
  int status = 0;
  std::string line;
};

[[nodiscard]] Outcome OutcomeOf(const std::vector<TargetReport>& reports, const Asking& asking);

// One clause that lacks evidence: "cmap_get.value: 1 case of 3", "cmap_set.key_limits: not seen enough: 3 characters".
// At most `parts` of its parts are named, then how many more; 0: all.
[[nodiscard]] std::string DescribeLacking(const Lacking& lacking, size_t parts);

}  // namespace cmapsim
