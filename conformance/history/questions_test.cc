#include "conformance/history/questions.h"

#include <gtest/gtest.h>

#include <deque>
#include <string>

#include "sim/core/plan_yaml.h"

namespace cmapsim {
namespace {

struct Run {
  Plan plan;
  std::vector<TraceEvent> events;
  std::string text;
  History history;
};

// A history points into its run.
const History& Of(const std::string& plan, const std::string& trace) {
  static std::deque<Run> runs;
  Run& run = runs.emplace_back();
  auto parsed = ParsePlan("cmapsim: 1\n" + plan, "case.yaml");
  if (!parsed) {
    ADD_FAILURE() << parsed.error();
    return run.history;
  }
  run.plan = std::move(*parsed);
  run.text = trace;
  auto events = ParseTrace(run.text);
  if (!events) {
    ADD_FAILURE() << "no trace: " << run.text;
    return run.history;
  }
  run.events = std::move(*events);
  auto history = ReadHistory(run.plan, run.events);
  if (history) {
    run.history = std::move(*history);
  } else {
    ADD_FAILURE() << "the trace does not fit";
  }
  return run.history;
}

// Operations 0 to 2 are the steps of kBegun, the next one is the other task's.
constexpr char kPlan[] = R"(
steps:
  - {op: initialize}
  - {op: start, task: 1}
  - {op: dispatch, mode: BLOCKING}
  - {op: set, by: peer, key: test.a, value: uint8:1}
  - {op: service, action: kill}
tasks:
  - {task: 1, steps: [{op: finalize}, {op: dispatch, mode: ALL}]}
)";
const std::string kBegun =
    "0 > 0 initialize connection=0\n0 < 0 CS_OK handle=h1\n0 > 1 start task=1\n0 < 1 CS_OK\n"
    "0 > 2 dispatch connection=0 mode=BLOCKING\n";

TEST(FinalizeBefore, IsOneThatWasMadeBeforeTheLineAndSucceededOrIsUnderWay) {
  const std::string call = "0 > 5 finalize connection=0 task=1\n";
  const History& done = Of(kPlan, kBegun + call + "0 < 5 CS_OK task=1\n0 = deadlock poll\n");
  EXPECT_EQ(FinalizeBefore(done, done.operations[2], 5), nullptr);
  EXPECT_EQ(FinalizeBefore(done, done.operations[2], 6), &done.operations[3]);
  const std::string between = "0 @ 3 set CS_OK\n";
  const std::string fails = "0 < 5 CS_ERR_BAD_HANDLE task=1\n0 = deadlock poll\n";
  const History& failed = Of(kPlan, kBegun + call + between + fails);
  EXPECT_EQ(FinalizeBefore(failed, failed.operations[2], 6), &failed.operations[3]);
  EXPECT_EQ(FinalizeBefore(failed, failed.operations[2], 8), nullptr);
}

TEST(KilledBefore, IsSaidFromTheLineOfTheDeathOn) {
  const History& history = Of(kPlan, kBegun + "0 @ 4 service CS_OK\n0 = deadlock poll\n");
  EXPECT_FALSE(KilledBefore(history, history.operations[2], 5));
  EXPECT_TRUE(KilledBefore(history, history.operations[2], 6));
}

TEST(KilledBefore, IsNotSaidOfAConnectionThatCameLater) {
  const std::string plan =
      "steps: [{op: service, action: kill}, {op: service, action: start}, {op: initialize}, "
      "{op: dispatch, mode: ALL}]\n";
  const History& history = Of(plan,
                              "0 @ 0 service CS_OK\n0 @ 1 service CS_OK\n"
                              "0 > 2 initialize connection=0\n0 < 2 CS_OK handle=h1\n"
                              "0 > 3 dispatch connection=0 mode=ALL\n0 < 3 CS_OK\n0 = finished\n");
  EXPECT_FALSE(KilledBefore(history, history.operations[3], 6));
}

TEST(OtherDispatches, AreThoseUnderWayOnTheSameConnection) {
  const History& history =
      Of(kPlan, kBegun + "0 > 5 finalize connection=0 task=1\n0 < 5 CS_ERR_BAD_HANDLE task=1\n" +
                    "0 > 6 dispatch connection=0 mode=ALL task=1\n0 < 6 CS_OK task=1\n" +
                    "0 = deadlock poll\n");
  const Operation& other = history.operations[4];
  EXPECT_EQ(OtherDispatches(history, other, 8, 8), 1);
  EXPECT_EQ(OtherDispatches(history, history.operations[2], 8, 8), 0) << "it has returned";
  EXPECT_EQ(OtherDispatches(history, other, 4, 4), 0) << "the other had not begun";
  EXPECT_EQ(OtherDispatches(history, other, other.called, 8), 1) << "since it began";
}

TEST(IsOpen, IsTheInnermostCallOfEachTaskThatNeverReturned) {
  const std::string plan =
      "steps: [{op: initialize}, {op: sigaction, signal: SIGUSR1, on_signal: [{steps: [{op: get, "
      "key: test.a}]}]}, {op: dispatch, mode: BLOCKING}]\n";
  const History& history = Of(plan,
                              "0 > 0 initialize connection=0\n0 < 0 CS_OK handle=h1\n"
                              "0 > 1 sigaction signal=SIGUSR1\n0 < 1 CS_OK\n"
                              "0 > 3 dispatch connection=0 mode=BLOCKING\n0 ! 1 signal=SIGUSR1\n"
                              "0 > 2 get connection=0 key=test.a\n0 = stall sem_timedwait\n");
  EXPECT_FALSE(IsOpen(history, history.operations[0])) << "it returned";
  EXPECT_FALSE(IsOpen(history, history.operations[2])) << "its handler waits";
  EXPECT_TRUE(IsOpen(history, history.operations[3]));
  const History& two =
      Of(kPlan, kBegun + "0 > 5 finalize connection=0 task=1\n0 = deadlock poll\n");
  EXPECT_TRUE(IsOpen(two, two.operations[2]));
  EXPECT_TRUE(IsOpen(two, two.operations[3]));
}

TEST(Suspect, IsTheLastCallButForOneThatAsksNobodyWhileAnotherWaits) {
  const std::string plan =
      "steps: [{op: initialize}, {op: start, task: 1}, {op: get_uint8, key: test.a}]\n"
      "tasks: [{task: 1, steps: [{op: fd_get}]}]\n";
  const std::string begun =
      "0 > 0 initialize connection=0\n0 < 0 CS_OK handle=h1\n0 > 1 start task=1\n0 < 1 CS_OK\n"
      "0 > 2 get_uint8 connection=0 key=test.a\n";
  const std::string fd = "0 > 3 fd_get connection=0 task=1\n";
  const History& waits = Of(plan, begun + fd + "0 = crash SIGSEGV\n");
  EXPECT_EQ(Suspect(waits, 3).index, 2);
  const History& back = Of(plan, begun + "0 < 2 CS_ERR_NOT_EXIST\n" + fd + "0 = crash SIGSEGV\n");
  EXPECT_EQ(Suspect(back, 3).index, 3);
}

TEST(Suspect, IsOneThatSharesItsHandleRatherThanALaterOneThatDoesNot) {
  const std::string plan =
      "steps: [{op: initialize}, {op: initialize, connection: 1}, {op: start, task: 1},\n"
      "  {op: start, task: 2}, {op: get_uint8, key: test.a}]\n"
      "tasks: [{task: 1, steps: [{op: inc, key: test.a}]},\n"
      "  {task: 2, steps: [{op: dec, connection: 1, key: test.a}]}]\n";
  const History& history = Of(plan,
                              "0 > 0 initialize connection=0\n0 < 0 CS_OK handle=h1\n"
                              "0 > 1 initialize connection=1\n0 < 1 CS_OK handle=h2\n"
                              "0 > 2 start task=1\n0 < 2 CS_OK\n0 > 3 start task=2\n0 < 3 CS_OK\n"
                              "0 > 4 get_uint8 connection=0 key=test.a\n"
                              "0 > 5 inc connection=0 key=test.a task=1\n"
                              "0 > 6 dec connection=1 key=test.a task=2\n0 = crash SIGSEGV\n");
  EXPECT_EQ(history.operations[Suspect(history, 6).index].connection, 0);
}

TEST(EndedBySignal, IsOnlySaidOfOneThatThePlanSendsAndNobodyHandles) {
  const std::string plan = "steps: [{op: initialize}, {op: signal, signal: SIGTERM}]\n";
  const std::string handled =
      "steps: [{op: initialize}, {op: signal, signal: SIGTERM}, {op: sigaction, signal: "
      "SIGTERM}]\n";
  const std::string begun = "0 > 0 initialize connection=0\n";
  EXPECT_TRUE(EndedBySignal(Of(plan, begun + "0 = crash SIGTERM\n")));
  EXPECT_FALSE(EndedBySignal(Of(plan, begun + "0 = crash SIGSEGV\n")));
  EXPECT_FALSE(EndedBySignal(Of(handled, begun + "0 = crash SIGTERM\n")));
}

}  // namespace
}  // namespace cmapsim
