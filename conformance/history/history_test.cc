#include "conformance/history/history.h"

#include <gtest/gtest.h>

#include <deque>
#include <string>

#include "sim/core/plan_yaml.h"

namespace cmapsim {
namespace {

struct Told {
  std::string text;
  Plan plan;
  std::vector<TraceEvent> events;
  std::optional<History> history;
};

// A history points into its run.
const Told& Of(const std::string& plan, const std::string& lines) {
  static std::deque<Told> runs;
  Told& run = runs.emplace_back();
  auto parsed = ParsePlan("cmapsim: 1\n" + plan, "case.yaml");
  if (!parsed) {
    ADD_FAILURE() << parsed.error();
    return run;
  }
  run.plan = std::move(*parsed);
  std::string line;
  for (const char c : lines + "\n") {
    if (c != '\n') {
      if (!line.empty() || c != ' ') line += c;
      continue;
    }
    if (!line.empty()) run.text += "0 " + line + "\n";
    line.clear();
  }
  auto events = ParseTrace(run.text);
  if (!events) {
    ADD_FAILURE() << "no trace: " << run.text;
    return run;
  }
  run.events = std::move(*events);
  run.history = ReadHistory(run.plan, run.events);
  return run;
}

const char kTwoTasks[] = R"(
steps:
  - {op: initialize}
  - {op: start, task: 1}
  - {op: set, key: test.a, value: uint8:1}
tasks:
  - {task: 1, steps: [{op: get, key: test.a, buffer: 1}]}
)";

TEST(HistoryTest, OperationsAreIntervalsOfLinesWithTheirTask) {
  const Told& run = Of(kTwoTasks, R"(
    > 0 initialize connection=0
    < 0 CS_OK handle=h1
    > 1 start task=1
    < 1 CS_OK
    > 2 set connection=0 key=test.a value=uint8:1
    > 3 get connection=0 key=test.a buffer=1 task=1
    < 2 CS_OK
    < 3 CS_ERR_NOT_EXIST task=1
    = finished
  )");
  ASSERT_TRUE(run.history.has_value());
  const Operation& set = run.history->operations[2];
  const Operation& get = run.history->operations[3];
  EXPECT_EQ(set.task, 0);
  EXPECT_EQ(set.called, 4);
  EXPECT_EQ(set.returned, 6);
  EXPECT_EQ(get.task, 1);
  EXPECT_EQ(get.called, 5);
  EXPECT_EQ(get.returned, 7);
  EXPECT_EQ(get.connection, 0);
  EXPECT_TRUE(set.shared);
  EXPECT_FALSE(set.unknown);
  EXPECT_FALSE(get.unknown);
}

TEST(HistoryTest, AStartsArgumentIsNotItsTask) {
  const Told& run = Of(kTwoTasks, R"(
    > 1 start task=1
    < 1 CS_OK
    = deadlock
  )");
  ASSERT_TRUE(run.history.has_value());
  EXPECT_EQ(run.history->operations[0].task, 0);
}

const char kFault[] = R"(
faults: [{fault: host.send.errno, errno: EINTR, nth: 3}]
steps:
  - {op: initialize}
  - {op: set, key: test.a, value: uint8:1}
  - {op: get, key: test.a, buffer: 1}
)";

TEST(HistoryTest, WhatAFaultStruckAndWhatFollowsItIsUnknownOnlyWhereItFailedOnTheWay) {
  const Told& run = Of(kFault, R"(
    > 0 initialize connection=0
    < 0 CS_OK handle=h1
    > 1 set connection=0 key=test.a value=uint8:1
    * 0 host.send.errno nth=3
    < 1 CS_ERR_INTERRUPT
    > 2 get connection=0 key=test.a buffer=1
    < 2 CS_ERR_NOT_EXIST
    = finished
  )");
  ASSERT_TRUE(run.history.has_value());
  const Operation& set = run.history->operations[1];
  const Operation& get = run.history->operations[2];
  EXPECT_TRUE(set.struck);
  EXPECT_TRUE(set.unknown);
  EXPECT_FALSE(get.struck);
  EXPECT_TRUE(get.cut_off);
  EXPECT_FALSE(get.unknown) << "an answer is an answer";
}

TEST(HistoryTest, AHandlersCallLiesWithinTheOneItInterrupts) {
  const Told& run = Of(R"(
steps:
  - op: sigaction
    signal: SIGUSR1
    on_signal: [{steps: [{op: set, key: test.a, value: uint8:1}]}]
  - {op: initialize}
  - {op: dispatch, mode: ALL}
)",
                       R"(
    > 0 sigaction signal=SIGUSR1
    < 0 CS_OK
    > 2 initialize connection=0
    < 2 CS_OK handle=h1
    > 3 dispatch connection=0 mode=ALL
    ! 0 signal=SIGUSR1
    > 1 set connection=0 key=test.a value=uint8:1
    < 1 CS_OK
    ~ 0
    < 3 CS_OK
    = finished
  )");
  ASSERT_TRUE(run.history.has_value());
  const Operation& dispatch = run.history->operations[2];
  const Operation& set = run.history->operations[3];
  EXPECT_LT(dispatch.called, set.called);
  EXPECT_GT(dispatch.returned, set.returned);
  EXPECT_TRUE(dispatch.struck);
  EXPECT_FALSE(set.struck);
  EXPECT_EQ(dispatch.callbacks, 0);
}

TEST(HistoryTest, ASlotThatIsUsedWhileItIsGivenAwayEndsWhatCanBeSaid) {
  const Told& run = Of(R"(
steps:
  - {op: start, task: 1}
  - {op: initialize}
tasks:
  - {task: 1, steps: [{op: fd_get}]}
)",
                       R"(
    > 0 start task=1
    < 0 CS_OK
    > 1 initialize connection=0
    > 2 fd_get connection=0 task=1
    < 1 CS_OK handle=h1
    < 2 CS_ERR_BAD_HANDLE task=1
    = finished
  )");
  ASSERT_TRUE(run.history.has_value());
  EXPECT_EQ(run.history->beyond, 3);
}

TEST(HistoryTest, LinesThatDoNotFitTogetherAreNoHistory) {
  EXPECT_FALSE(Of(kTwoTasks, "< 2 CS_OK\n= finished").history.has_value());
  EXPECT_FALSE(Of(kTwoTasks, "> 0 set connection=0\n= finished").history.has_value());
  EXPECT_FALSE(Of(kTwoTasks, "> 0 initialize connection=0").history.has_value());
  EXPECT_FALSE(Of(kTwoTasks, "> 0 initialize connection=0\n> 1 start task=1\n= finished")
                   .history.has_value());
  EXPECT_FALSE(Of(kTwoTasks, "! 0 handle=h1\n= finished").history.has_value());
}

}  // namespace
}  // namespace cmapsim
