#include "sim/core/plan_fields.h"

#include <gtest/gtest.h>

namespace cmapsim {
namespace {

TEST(PlanFields, WhatAnOperationNeedsItTakes) {
  for (size_t i = 0; i < OpNames().size(); ++i) {
    for (const Actor by : {Actor::kClient, Actor::kPeer}) {
      const StepFields fields = FieldsOf(static_cast<Op>(i), by);
      EXPECT_EQ(fields.needs & ~fields.takes, 0u) << OpNames()[i];
    }
  }
}

TEST(PlanFields, EveryFieldBelongsToAnOperation) {
  StepFieldSet taken = 0;
  for (size_t i = 0; i < OpNames().size(); ++i) {
    taken |= FieldsOf(static_cast<Op>(i), Actor::kClient).takes;
  }
  EXPECT_EQ(taken, (StepFieldSet{1} << StepFieldNames().size()) - 1);
}

TEST(PlanFields, OnlyWhatDoesNotHoldTheClientUpComesAfterAWhile) {
  for (size_t i = 0; i < OpNames().size(); ++i) {
    const auto op = static_cast<Op>(i);
    EXPECT_EQ((FieldsOf(op, Actor::kClient).takes & Bit(StepField::kAfter)) != 0,
              op == Op::kService || op == Op::kSignal || op == Op::kInput);
    if (!PeerMay(op)) continue;
    EXPECT_TRUE(FieldsOf(op, Actor::kPeer).takes & Bit(StepField::kAfter));
  }
}

TEST(PlanFields, APeerHasNoHandles) {
  const StepFields fields = FieldsOf(Op::kSet, Actor::kPeer);
  EXPECT_FALSE(fields.takes & Bit(StepField::kConnection));
  EXPECT_FALSE(fields.takes & Bit(StepField::kHandle));
  EXPECT_TRUE(fields.needs & Bit(StepField::kKey));
}

}  // namespace
}  // namespace cmapsim
