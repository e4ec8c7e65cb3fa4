// The machine's libcmap, simulated: every part of every clause is met by the properties that are made for parts, in each
// plan that they draw. What the whole suite meets besides does not count here.

#include "conformance/parts.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "conformance/cases.h"
#include "conformance/clause.h"
#include "conformance/judge.h"
#include "conformance/suite.h"
#include "conformance/targets/test_support.h"

namespace cmapsim {
namespace {

using Counts = std::map<std::string, std::vector<int64_t>, std::less<>>;

void Count(const Plan& plan, const std::vector<Observation>& observations, Counts& counts) {
  const std::vector<const Step*> steps = StepsById(plan);
  for (const Observation& seen : observations) {
    EXPECT_NE(seen.clause, "harness.trace") << seen.detail;
    std::vector<size_t> shown;
    const bool known = seen.step >= 0;
    AddShownParts(seen, known ? steps[static_cast<size_t>(seen.step)] : nullptr, shown);
    std::vector<int64_t>& of = counts[std::string(seen.clause)];
    of.resize(PartsOf(seen.clause).size());
    for (const size_t part : shown) ++of[part];
  }
}

class PartsReach : public testing::TestWithParam<Transport> {};

TEST_P(PartsReach, EachPlanMeetsEachPartOfTheClausesThatItsPropertyIsFor) {
  CMAPSIM_NEEDS_LIBCMAP();
  const auto target = OpenForTest(GetParam());
  ASSERT_NE(target, nullptr);
  constexpr int64_t kCases = 3;
  Counts counts;
  for (const Property& property : AllProperties()) {
    if (!property.name.starts_with("parts/")) continue;
    EXPECT_TRUE(property.live) << property.name;
    const rc::Gen<Plan> generate = property.generate({.transport = GetParam(), .live = false});
    for (int64_t i = 0; i < kCases; ++i) {
      const Plan plan = PlanOfCase(MakeCase(property, generate, 1, i, kCases), i);
      const auto trace = target->Run(plan, TraceLevel::kApi);
      ASSERT_TRUE(trace.has_value()) << trace.error();
      EXPECT_NE(trace->find(" = finished"), std::string_view::npos) << property.name;
      Count(plan, Judge(plan, *trace, {}), counts);
    }
  }
  for (const Clause& clause : ClauseRegister::Get().clauses()) {
    const std::vector<std::string>& parts = PartsOf(clause.id);
    const std::vector<int64_t>& seen = counts[clause.id];
    for (size_t i = 0; i < parts.size(); ++i) {
      if (parts[i] == "no bytes") continue;  // which genuine libraries may crash by
      EXPECT_GE(i < seen.size() ? seen[i] : 0, kCases) << clause.id << ": " << parts[i];
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Transports, PartsReach,
                         testing::Values(Transport::kShm, Transport::kSocket),
                         [](const testing::TestParamInfo<Transport>& info) {
                           return info.param == Transport::kShm ? "shm" : "socket";
                         });

}  // namespace
}  // namespace cmapsim
