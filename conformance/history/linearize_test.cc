// What the search for an order costs is counted in worlds, not in time.
#include "conformance/history/linearize.h"

#include <gtest/gtest.h>

#include <deque>
#include <string>

#include "sim/core/plan.h"

namespace cmapsim {
namespace {

Step SetOf(const std::string& key, uint64_t number) {
  Step step;
  step.op = Op::kSet;
  step.key = key;
  step.value = Value::Integer(ValueType::kUInt8, number);
  return step;
}

// Operations that are all open at once, as a test writes them.
class LinearizeTest : public testing::Test {
 protected:
  LinearizeTest() {
    plan_.keys.emplace();
    history_.plan = &plan_;
    Step initialize;
    initialize.op = Op::kInitialize;
    Add(initialize, "CS_OK");
  }

  Operation& Add(const Step& step, std::string_view result, std::string_view value = {}) {
    steps_.push_back(step);
    TraceEvent& event = events_.emplace_back();
    event.word = result;
    if (!value.empty()) event.fields = {{"type", "uint8"}, {"len", "1"}, {"value", value}};
    Operation operation;
    operation.index = static_cast<int32_t>(history_.operations.size());
    operation.step = &steps_.back();
    operation.result = result;
    operation.outputs = &event;
    operation.connection = 0;
    operation.called = 1;
    operation.returned = 2;
    operation.unknown = result.empty();
    history_.operations.push_back(operation);
    return history_.operations.back();
  }
  int32_t AddGet(std::string_view value) {
    Step step;
    step.op = Op::kGet;
    step.key = "test.a";
    step.buffer_size = 1;
    return Add(step, value.empty() ? "CS_ERR_NOT_EXIST" : "CS_OK", value).index;
  }

  void BeginAll(Worlds& worlds) {
    ASSERT_TRUE(worlds.Return(history_.operations[0]));
    for (size_t i = 1; i < history_.operations.size(); ++i) worlds.Begin(history_.operations[i]);
  }
  const Operation& At(int32_t index) { return history_.operations[static_cast<size_t>(index)]; }

  Plan plan_;
  History history_;
  std::deque<Step> steps_;
  std::deque<TraceEvent> events_;
};

TEST_F(LinearizeTest, CallsOfOneTaskCostOneWorldEach) {
  for (int i = 0; i < 100; ++i) Add(SetOf("test.a", 1), "CS_OK");
  Worlds worlds(history_);
  for (const Operation& operation : history_.operations) {
    worlds.Begin(operation);
    ASSERT_TRUE(worlds.Return(operation));
  }
  EXPECT_EQ(worlds.work(), 101);
  EXPECT_EQ(worlds.size(), 1U);
}

TEST_F(LinearizeTest, OfTwoSetsAtOnceEitherMayBeTheLast) {
  const int32_t one = Add(SetOf("test.a", 1), "CS_OK").index;
  const int32_t two = Add(SetOf("test.a", 2), "CS_OK").index;
  for (const std::string_view last : {"uint8:1", "uint8:2"}) {
    const int32_t get = AddGet(last);
    Worlds worlds(history_);
    ASSERT_TRUE(worlds.Return(history_.operations[0]));
    worlds.Begin(At(one));
    worlds.Begin(At(two));
    EXPECT_TRUE(worlds.Return(At(one)));
    EXPECT_TRUE(worlds.Return(At(two)));
    EXPECT_EQ(worlds.size(), 2U);
    worlds.Begin(At(get));
    EXPECT_TRUE(worlds.Return(At(get))) << last;
    EXPECT_EQ(worlds.size(), 1U) << "the get has decided";
  }
}

TEST_F(LinearizeTest, WhatMayHaveTakenEffectIsDecidedForGoodByWhatIsSeen) {
  const int32_t lost = Add(SetOf("test.a", 1), {}).index;
  const int32_t absent = AddGet({});
  const int32_t there = AddGet("uint8:1");
  const int32_t absent_again = AddGet({});
  Worlds worlds(history_);
  ASSERT_TRUE(worlds.Return(history_.operations[0]));
  worlds.Begin(At(lost));
  ASSERT_TRUE(worlds.Return(At(lost)));
  for (const int32_t get : {absent, there}) {
    worlds.Begin(At(get));
    EXPECT_TRUE(worlds.Return(At(get)));
  }
  worlds.Begin(At(absent_again));
  EXPECT_FALSE(worlds.Return(At(absent_again)));
}

TEST_F(LinearizeTest, KeysThatDoNotMeetAreNotTriedInEveryOrder) {
  for (int i = 0; i < 30; ++i) Add(SetOf("test." + std::to_string(i), 1), "CS_OK");
  const int32_t get = AddGet({});
  Worlds worlds(history_);
  BeginAll(worlds);
  EXPECT_TRUE(worlds.Return(At(get)));
  EXPECT_LE(worlds.work(), 10);
}

TEST_F(LinearizeTest, EqualWorldsAreOne) {
  // 8 equal sets have 8! orders, and 2^8 worlds as to which of them are done.
  for (int i = 0; i < 8; ++i) Add(SetOf("test.a", 1), "CS_OK");
  const int32_t get = AddGet("uint8:1");
  Worlds worlds(history_);
  BeginAll(worlds);
  EXPECT_TRUE(worlds.Return(At(get)));
  EXPECT_LE(worlds.work(), 3000);
  EXPECT_FALSE(worlds.gave_up());
}

TEST_F(LinearizeTest, PastTheLimitNothingIsSaid) {
  for (uint64_t i = 0; i < 30; ++i) Add(SetOf("test.a", i), "CS_OK");
  const int32_t get = AddGet("uint8:200");
  Worlds worlds(history_);
  BeginAll(worlds);
  EXPECT_TRUE(worlds.Return(At(get)));
  EXPECT_TRUE(worlds.gave_up());
  EXPECT_LE(worlds.work(), kWorkLimit + 100);
}

}  // namespace
}  // namespace cmapsim
