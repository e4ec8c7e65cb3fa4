// What a plan that is some expectation's evidence shows on a target: for the tests of evidence.
//
//   std::vector<Observation> seen = ObserveEvidence(e.evidence, *target, {.live = false});
//   Shows(e, seen)
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "conformance/clause.h"
#include "conformance/expectations.h"
#include "conformance/judge.h"
#include "conformance/suites/error_codes.h"
#include "conformance/suites/errors.h"
#include "conformance/targets/test_support.h"

namespace cmapsim {

// Over the target's own transport, whatever the plan's. Nothing where the target cannot run the plan.
inline std::vector<Observation> ObserveEvidence(const std::string& path, Target& target,
                                                const JudgeOptions& options) {
  Plan plan = ReadPlan(path);
  plan.transport = target.info().transport;
  const auto trace = target.Run(plan, options.live ? TraceLevel::kApi : TraceLevel::kHost);
  if (!trace) {
    EXPECT_FALSE(plan.faults.empty()) << path << ": " << trace.error();
    return {};
  }
  std::vector<Observation> seen = Judge(plan, *trace, options);
  for (const ErrorPair& pair : ErrorPairs()) {
    for (const ErrorWitness& witness : pair.witnesses) {
      if (witness.path != path) continue;
      const FixedCase shown = JudgeErrorWitness(pair, witness, *trace);
      if (shown.seen) seen.push_back(*shown.seen);
    }
  }
  return seen;
}

inline bool Shows(const Expectation& e, const std::vector<Observation>& seen) {
  return std::any_of(seen.begin(), seen.end(), [&](const Observation& o) {
    return o.clause == e.clause && o.situation == e.situation && e.Accepts(o.outcome);
  });
}

inline bool IsDeparture(const Expectation& e) {
  return ClauseRegister::Get().Find(e.clause)->level != ClauseLevel::kUndocumented;
}

inline std::string Describe(const Expectation& e) {
  return e.clause + " [" + e.situation + "] in " + e.evidence;
}

}  // namespace cmapsim
