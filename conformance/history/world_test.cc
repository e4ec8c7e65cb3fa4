#include "conformance/history/world.h"

#include <gtest/gtest.h>

#include <deque>
#include <string>

namespace cmapsim {
namespace {

class WorldTest : public testing::Test {
 protected:
  WorldTest() {
    plan_.keys = {{"test.read-only", Value::Integer(ValueType::kUInt8, 7), true},
                  {"test.number", Value::Integer(ValueType::kUInt8, 255), false}};
    world_.emplace(plan_);
    Step initialize;
    initialize.op = Op::kInitialize;
    EXPECT_TRUE(world_->Apply(On(initialize, "CS_OK")));
  }

  Operation On(const Step& step, std::string_view result,
               const std::vector<TraceField>& outputs = {}) {
    steps_.push_back(step);
    events_.emplace_back().fields = outputs;
    Operation operation;
    operation.index = static_cast<int32_t>(steps_.size()) - 1;
    operation.step = &steps_.back();
    operation.result = result;
    operation.outputs = &events_.back();
    operation.connection = 0;
    operation.called = 2 * operation.index;
    operation.returned = operation.called + 1;
    return operation;
  }
  Operation Of(Op op, const std::string& key, std::string_view result,
               const std::vector<TraceField>& outputs = {}) {
    Step step;
    step.op = op;
    step.key = key;
    if (op == Op::kGet) step.buffer_size = 8;
    if (op == Op::kTrackAdd) step.track = kTrackAdd | kTrackModify | kTrackDelete | kTrackPrefix;
    return On(step, result, outputs);
  }
  Operation Set(const std::string& key, uint64_t number, std::string_view result = "CS_OK") {
    Step step;
    step.op = Op::kSet;
    step.key = key;
    step.value = Value::Integer(ValueType::kUInt8, number);
    return On(step, result);
  }
  static std::vector<TraceField> Shown(std::string_view value) {
    return {{"type", "uint8"}, {"len", "1"}, {"value", value}};
  }
  bool Shows(const std::string& key, std::string_view value) {
    PossibleWorld copy = *world_;
    return copy.Apply(Of(Op::kGet, key, "CS_OK", Shown(value)));
  }
  bool Lacks(const std::string& key) {
    PossibleWorld copy = *world_;
    return copy.Apply(Of(Op::kGet, key, "CS_ERR_NOT_EXIST"));
  }

  Plan plan_;
  std::deque<Step> steps_;
  std::deque<TraceEvent> events_;
  std::optional<PossibleWorld> world_;
};

TEST_F(WorldTest, AKeyHoldsWhatWasSetAndNothingElse) {
  EXPECT_TRUE(Lacks("test.a"));
  ASSERT_TRUE(world_->Apply(Set("test.a", 3)));
  EXPECT_TRUE(Shows("test.a", "uint8:3"));
  EXPECT_FALSE(Shows("test.a", "uint8:4"));
  EXPECT_FALSE(Lacks("test.a"));
  ASSERT_TRUE(world_->Apply(Of(Op::kDelete, "test.a", "CS_OK")));
  EXPECT_TRUE(Lacks("test.a"));
  EXPECT_FALSE(world_->Apply(Of(Op::kDelete, "test.a", "CS_OK")));
}

TEST_F(WorldTest, ReadOnlyKeysAreRefused) {
  PossibleWorld copy = *world_;
  EXPECT_FALSE(copy.Apply(Set("test.read-only", 1)));
  EXPECT_TRUE(world_->Apply(Set("test.read-only", 1, "CS_ERR_ACCESS")));
  EXPECT_FALSE(world_->Apply(Set("test.a", 1, "CS_ERR_ACCESS")));
}

TEST_F(WorldTest, AnIncrementWrapsInTheWidthOfItsType) {
  ASSERT_TRUE(world_->Apply(Of(Op::kInc, "test.number", "CS_OK")));
  EXPECT_TRUE(Shows("test.number", "uint8:0"));
  ASSERT_TRUE(world_->Apply(Of(Op::kDec, "test.number", "CS_OK")));
  EXPECT_TRUE(Shows("test.number", "uint8:255"));
  EXPECT_FALSE(world_->Apply(Of(Op::kInc, "test.absent", "CS_OK")));
}

TEST_F(WorldTest, AChangeIsPendingForEachTrackerOnceAndIsTakenOnce) {
  const Operation track = Of(Op::kTrackAdd, "test.", "CS_OK");
  ASSERT_TRUE(world_->Apply(track));
  ASSERT_TRUE(world_->Apply(Set("test.a", 3)));
  ASSERT_TRUE(world_->Apply(Set("test.a", 3))) << "unchanged";
  ASSERT_EQ(world_->pending().size(), 1U);
  TraceEvent line;
  line.fields = {{"event", "ADD"}, {"key", "test.a"}, {"new", "uint8:3"}, {"old", "unset!data"}};
  Moment callback;
  callback.event = &line;
  callback.since = 100;
  const std::vector<Operation> none(steps_.size());
  EXPECT_TRUE(world_->Take(callback, track.index, none));
  EXPECT_FALSE(world_->Take(callback, track.index, none));
}

TEST_F(WorldTest, WhatWasCarriedOutWithoutAnAnswerIsAsIfItHadSucceeded) {
  EXPECT_TRUE(world_->CarryOut(Set("test.a", 3, "CS_ERR_INTERRUPT")));
  EXPECT_TRUE(Shows("test.a", "uint8:3"));
  EXPECT_FALSE(world_->CarryOut(Set("test.a", 3, "CS_ERR_INTERRUPT"))) << "no effect";
  EXPECT_FALSE(world_->CarryOut(Set("test.read-only", 3, "CS_ERR_INTERRUPT")));
}

TEST_F(WorldTest, AFinalizedConnectionAndADeadServiceAnswerNothing) {
  PossibleWorld dead = *world_;
  dead.Kill();
  EXPECT_FALSE(dead.Apply(Set("test.a", 1)));
  EXPECT_TRUE(dead.Apply(Set("test.a", 1, "CS_ERR_LIBRARY")));
  Step finalize;
  finalize.op = Op::kFinalize;
  ASSERT_TRUE(world_->Apply(On(finalize, "CS_OK")));
  EXPECT_FALSE(world_->Apply(Set("test.a", 1)));
  EXPECT_TRUE(world_->Apply(On(finalize, "CS_ERR_BAD_HANDLE")));
  EXPECT_FALSE(world_->Apply(On(finalize, "CS_OK")));
}

TEST_F(WorldTest, EqualWorldsHaveEqualKeysAndOthersDoNot) {
  PossibleWorld other = *world_;
  const Operation set = Set("test.a", 1);
  ASSERT_TRUE(world_->Apply(set));
  EXPECT_NE(world_->Key(), other.Key());
  ASSERT_TRUE(other.Apply(set));
  EXPECT_EQ(world_->Key(), other.Key());
  ASSERT_TRUE(other.Apply(Of(Op::kTrackAdd, "test.", "CS_OK")));
  EXPECT_NE(world_->Key(), other.Key());
}

// In one the finalize 2 and a context of 3, in the other the finalize 23.
TEST_F(WorldTest, NumbersThatStandBesideEachOtherInAKeyAreTold) {
  PossibleWorld other = *world_;
  Step step;
  step.op = Op::kContextSet;
  step.context = 3;
  ASSERT_TRUE(world_->Apply(On(step, "CS_OK")));
  step.op = Op::kFinalize;
  Operation finalize = On(step, "CS_OK");
  finalize.index = 2;
  ASSERT_TRUE(world_->Apply(finalize));
  finalize.index = 23;
  ASSERT_TRUE(other.Apply(finalize));
  EXPECT_NE(world_->Key(), other.Key());
}

TEST_F(WorldTest, AKeyOfTheServicesIsUnknownUntilSomebodySaysWhatItHolds) {
  plan_.keys.reset();
  PossibleWorld world(plan_);
  Step initialize;
  initialize.op = Op::kInitialize;
  Operation first = On(initialize, "CS_OK");
  first.index = 0;
  ASSERT_TRUE(world.Apply(first));
  PossibleWorld lacks = world;
  EXPECT_TRUE(lacks.Apply(Of(Op::kGet, "totem.token", "CS_ERR_NOT_EXIST")));
  EXPECT_FALSE(lacks.Apply(Of(Op::kInc, "totem.token", "CS_OK")));
  EXPECT_TRUE(world.Apply(Of(Op::kGet, "totem.token", "CS_OK", Shown("uint8:9"))));
}

}  // namespace
}  // namespace cmapsim
