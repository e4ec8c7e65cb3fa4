#include "conformance/faults/draw_plan.h"

#include <gtest/gtest.h>

#include <set>

#include "sim/core/fault.h"
#include "sim/core/plan.h"
#include "sim/core/plan_yaml.h"

namespace cmapsim {
namespace {

TEST(DrawFaultPlan, GivesPlansThatCanBeWrittenAndRead) {
  for (uint64_t seed = 0; seed < 2000; ++seed) {
    const Plan plan = DrawFaultPlan(seed);
    const auto again = ParsePlan(FormatPlan(plan), "drawn");
    ASSERT_TRUE(again.has_value()) << again.error() << "\n" << FormatPlan(plan);
    ASSERT_TRUE(*again == plan) << FormatPlan(plan) << FormatPlan(*again);
  }
}

TEST(DrawFaultPlan, DrawsEveryRowOfTheFaultTable) {
  std::set<FaultKind> drawn;
  for (uint64_t seed = 0; seed < 2000; ++seed) {
    for (const Fault& fault : DrawFaultPlan(seed).faults) drawn.insert(fault.kind);
  }
  EXPECT_EQ(drawn.size(), FaultTable().size());
}

TEST(DrawFaultPlan, DrawsEveryOperation) {
  std::set<Op> drawn;
  for (uint64_t seed = 0; seed < 2000; ++seed) {
    const Plan plan = DrawFaultPlan(seed);
    for (const Step* step : StepsById(plan)) drawn.insert(step->op);
  }
  for (size_t i = 0; i < OpNames().size(); ++i) {
    EXPECT_TRUE(drawn.contains(static_cast<Op>(i))) << OpNames()[i];
  }
}

TEST(DrawFaultPlan, GivesTheSamePlanForTheSameSeedAndAnotherForAnother) {
  EXPECT_TRUE(DrawFaultPlan(7) == DrawFaultPlan(7));
  EXPECT_FALSE(DrawFaultPlan(7) == DrawFaultPlan(8));
}

}  // namespace
}  // namespace cmapsim
