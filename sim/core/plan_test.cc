#include "sim/core/plan.h"

#include <corosync/cmap.h>
#include <gtest/gtest.h>

namespace cmapsim {
namespace {

TEST(PlanNumbers, AreCorosyncs) {
  EXPECT_EQ(kDispatchOne, CS_DISPATCH_ONE);
  EXPECT_EQ(kDispatchAll, CS_DISPATCH_ALL);
  EXPECT_EQ(kDispatchBlocking, CS_DISPATCH_BLOCKING);
  EXPECT_EQ(kDispatchOneNonblocking, CS_DISPATCH_ONE_NONBLOCKING);
  EXPECT_EQ(kTrackAdd, CMAP_TRACK_ADD);
  EXPECT_EQ(kTrackDelete, CMAP_TRACK_DELETE);
  EXPECT_EQ(kTrackModify, CMAP_TRACK_MODIFY);
  EXPECT_EQ(kTrackPrefix, CMAP_TRACK_PREFIX);
}

TEST(Op, IsFoundByItsName) {
  for (size_t i = 0; i < OpNames().size(); ++i) {
    const auto op = static_cast<Op>(i);
    EXPECT_EQ(OpName(op), OpNames()[i]);
    EXPECT_EQ(ParseOp(OpName(op)), op);
  }
  EXPECT_FALSE(ParseOp(""));
  EXPECT_FALSE(ParseOp("SET"));
}

// The rows of the shortcuts stand in the order of the types.
TEST(Op, OfAShortcutIsNamedAfterItsType) {
  int sets = 0;
  int gets = 0;
  for (size_t i = 0; i < OpNames().size(); ++i) {
    const auto op = static_cast<Op>(i);
    if (const auto type = TypeSetBy(op)) {
      EXPECT_EQ(OpName(op), "set_" + std::string(ValueTypeName(*type)));
      ++sets;
    }
    if (const auto type = TypeGotBy(op)) {
      EXPECT_EQ(OpName(op), "get_" + std::string(ValueTypeName(*type)));
      ++gets;
    }
  }
  EXPECT_EQ(sets, 11);
  EXPECT_EQ(gets, 11);
}

TEST(DispatchMode, WithoutANameIsANumber) {
  EXPECT_EQ(DispatchModeName(kDispatchOneNonblocking), "ONE_NONBLOCKING");
  EXPECT_EQ(DispatchModeName(0), "0");
  EXPECT_EQ(DispatchModeName(-5), "-5");
}

Plan PlanWithReactions() {
  Plan plan;
  plan.steps.resize(3);
  plan.steps[1].on_callback.resize(2);
  plan.steps[1].on_callback[0].steps.resize(2);
  plan.steps[1].on_callback[0].steps[0].on_callback.resize(1);
  plan.steps[1].on_callback[0].steps[0].on_callback[0].steps.resize(1);
  plan.steps[1].on_callback[1].steps.resize(1);
  NumberSteps(plan);
  return plan;
}

TEST(StepIds, GoInTheOrderOfReading) {
  const Plan plan = PlanWithReactions();
  EXPECT_EQ(plan.steps[0].id, 0);
  EXPECT_EQ(plan.steps[1].id, 1);
  EXPECT_EQ(plan.steps[1].on_callback[0].steps[0].id, 2);
  EXPECT_EQ(plan.steps[1].on_callback[0].steps[0].on_callback[0].steps[0].id, 3);
  EXPECT_EQ(plan.steps[1].on_callback[0].steps[1].id, 4);
  EXPECT_EQ(plan.steps[1].on_callback[1].steps[0].id, 5);
  EXPECT_EQ(plan.steps[2].id, 6);
}

TEST(StepIds, FindTheirSteps) {
  const Plan plan = PlanWithReactions();
  const auto steps = StepsById(plan);
  ASSERT_EQ(steps.size(), 7u);
  for (size_t i = 0; i < steps.size(); ++i) EXPECT_EQ(steps[i]->id, static_cast<int32_t>(i));
}

TEST(Plan, DiffersWhereAnyPartDoes) {
  const Plan plan = PlanWithReactions();
  EXPECT_EQ(plan, PlanWithReactions());
  Plan other = plan;
  other.steps[1].on_callback[0].steps[1].key = "";
  EXPECT_NE(plan, other);
  other = plan;
  other.keys.emplace();
  EXPECT_NE(plan, other);
}

}  // namespace
}  // namespace cmapsim
