// Each expectation of corosync is true: the plan that it names as its evidence shows what it says.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "conformance/expectations.h"
#include "conformance/judge.h"
#include "conformance/suites/error_codes.h"
#include "conformance/suites/errors.h"
#include "conformance/targets/test_support.h"

namespace cmapsim {
namespace {

std::vector<Observation> Observe(const std::string& path) {
  Plan plan = ReadPlan(path);
  auto target = OpenForTest(plan.transport);
  if (target == nullptr) return {};
  const auto trace = target->Run(plan, TraceLevel::kApi);
  if (!trace) {
    ADD_FAILURE() << trace.error();
    return {};
  }
  std::vector<Observation> seen = Judge(plan, *trace, {});
  for (const ErrorPair& pair : ErrorPairs()) {
    for (const ErrorWitness& witness : pair.witnesses) {
      if (witness.path != path) continue;
      const FixedCase shown = JudgeErrorWitness(pair, witness, *trace);
      if (shown.seen) seen.push_back(*shown.seen);
    }
  }
  return seen;
}

TEST(EvidenceTest, ShowsWhatIsExpected) {
  CMAPSIM_NEEDS_LIBCMAP();
  for (const Expectation& e : CorosyncExpectations().list) {
    const std::vector<Observation> seen = Observe(e.evidence);
    const bool shown = std::any_of(seen.begin(), seen.end(), [&](const Observation& o) {
      return o.clause == e.clause && o.situation == e.situation && e.Accepts(o.outcome);
    });
    EXPECT_TRUE(shown) << e.clause << " [" << e.situation << "] in " << e.evidence;
  }
}

TEST(EvidenceTest, ShowsNothingThatIsNotExpected) {
  CMAPSIM_NEEDS_LIBCMAP();
  std::set<std::string> plans;
  for (const Expectation& e : CorosyncExpectations().list) plans.insert(e.evidence);
  for (const std::string& plan : plans) {
    for (const Observation& o : Observe(plan)) {
      if (o.conformity == Conformity::kConforms || o.conformity == Conformity::kUnknown) continue;
      const Expectation* e = CorosyncExpectations().Find(o.clause, o.situation);
      EXPECT_TRUE(e != nullptr && e->Accepts(o.outcome))
          << plan << ": " << o.clause << " [" << o.situation << "] " << o.outcome << ": "
          << o.detail;
    }
  }
}

}  // namespace
}  // namespace cmapsim
