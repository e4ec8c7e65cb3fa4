// Each kind of finding, in a trace written by hand that has it and one that has not.
#include "conformance/sweep/judge_run.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <string>
#include <vector>

#include "conformance/sweep/run_record.h"
#include "sim/core/plan_yaml.h"

namespace cmapsim {
namespace {

// Steps 0 to 7.
constexpr char kPlan[] = R"(cmapsim: 1
steps:
  - {op: initialize}
  - {op: track_add, key: test., track: [add, modify, prefix]}
  - {op: set, by: peer, key: test.a, value: uint8:1}
  - {op: dispatch, mode: ONE}
  - {op: dispatch, mode: ONE_NONBLOCKING}
  - {op: get, key: test.a, buffer: 8}
  - {op: finalize}
  - {op: initialize, connection: 9}
)";

const std::string kOpened = "0 > 0 initialize connection=0\n0 < 0 CS_OK handle=h1\n";
const std::string kTracked =
    "0 > 1 track_add connection=0 key=test. track=14\n0 < 1 CS_OK track=k1\n";
const std::string kSet = "0 @ 2 set CS_OK\n";
const std::string kTold =
    "0 ! 1 handle=h1 track=k1 event=ADD key=test.a new=uint8:1 old=unset\n0 ~ 1\n";
const std::string kOne = "0 > 3 dispatch connection=0 mode=ONE\n";
const std::string kOneBack = "0 < 3 CS_OK\n";
const std::string kInterrupted = "0 * 0 host.poll.errno nth=1\n0 < 3 CS_ERR_INTERRUPT\n";
const std::string kNext = "0 > 4 dispatch connection=0 mode=ONE_NONBLOCKING\n";
const std::string kEmpty = "0 < 4 CS_ERR_TRY_AGAIN\n";
const std::string kGet = "0 > 5 get connection=0 key=test.a buffer=8\n";
const std::string kGot = "0 < 5 CS_OK type=uint8 len=1 value=uint8:1\n";
const std::string kFinalize = "0 > 6 finalize connection=0\n";
const std::string kFinalized = "0 < 6 CS_OK\n";
const std::string kAgain = "0 > 7 initialize connection=9\n0 < 7 CS_OK handle=h2\n";
const std::string kCounts = "0 | counts poll=3\n";
const std::string kLeft = "0 | left fds=0 maps=0 files=0 heap_blocks=8 connections=0\n";
const std::string kEnd = "0 = finished\n";

const std::string kStart = kOpened + kTracked + kSet + kOne;
const std::string kRest = kGet + kGot + kFinalize + kFinalized + kAgain + kCounts + kLeft + kEnd;

Fault Interrupt(LibcCall call = LibcCall::poll) {
  Fault fault;
  fault.kind = FaultKind::kHostErrno;
  fault.call = call;
  fault.number = 4;
  return fault;
}

Fault OfKind(FaultKind kind) {
  Fault fault;
  fault.kind = kind;
  return fault;
}

// The kinds found, joined.
std::string KindsOf(const std::string& trace, const std::vector<Fault>& faults,
                    const std::string& plan_text = kPlan) {
  auto plan = ParsePlan(plan_text, "plan");
  if (!plan) return plan.error();
  const std::string baseline_text = kStart + kTold + kOneBack + kNext + kEmpty + kRest;
  const auto baseline = ReadRun(baseline_text);
  const auto run = ReadRun(trace);
  if (!baseline || !run) return "not a trace";
  std::string kinds;
  for (const RunFinding& finding : RunJudge(*plan, *baseline).Judge(faults, *run)) {
    kinds += (kinds.empty() ? "" : ", ") + finding.kind + " in " + finding.function;
  }
  return kinds;
}

std::string Kinds(const std::string& trace, const Fault& fault = Interrupt(),
                  const std::string& plan_text = kPlan) {
  return KindsOf(trace, {fault}, plan_text);
}

// The dispatch is interrupted, and the event told by the next.
TEST(Judge, FindsNothingWhereAnErrorIsReturnedAndAllIsKept) {
  EXPECT_EQ(Kinds(kStart + kInterrupted + kNext + kTold + kEmpty + kRest), "");
}

TEST(Judge, FindsEventsLostThatNoErrorTellsOf) {
  EXPECT_EQ(Kinds(kStart + kInterrupted + kNext + kEmpty + kRest),
            "event lost in cmap_dispatch ONE");
  const std::string dead = "0 * 0 host.poll.errno nth=1\n0 < 3 CS_ERR_LIBRARY\n";
  EXPECT_EQ(Kinds(kStart + dead + kNext + kEmpty + kRest), "event lost in cmap_dispatch ONE")
      << "the connection is said to be lost, and works on";
  std::string gone = kRest;
  gone.replace(gone.find("0 < 5 CS_OK"), 11, "0 < 5 CS_ERR_LIBRARY");
  EXPECT_EQ(Kinds(kStart + dead + kNext + "0 < 4 CS_ERR_LIBRARY\n" + gone), "");
  EXPECT_EQ(Kinds(kStart + kInterrupted + kNext + "0 < 4 CS_ERR_NO_MEMORY\n" + kRest), "")
      << "nothing says that the queue was empty";
}

TEST(Judge, FindsEventsDoubled) {
  EXPECT_EQ(Kinds(kStart + kTold + kInterrupted + kNext + kTold + kEmpty + kRest),
            "event doubled in cmap_dispatch ONE");
}

TEST(Judge, FindsValuesThatNeverWere) {
  std::string other = kTold;
  other.replace(other.find("uint8:1"), 7, "uint8:7");
  EXPECT_EQ(Kinds(kStart + kInterrupted + kNext + other + kEmpty + kRest),
            "event lost in cmap_dispatch ONE, event doubled in cmap_dispatch ONE, "
            "wrong value in cmap_dispatch ONE_NONBLOCKING");
  std::string got = kRest;
  got.replace(got.find("value=uint8:1"), 13, "value=uint8:3");
  EXPECT_EQ(Kinds(kStart + kInterrupted + kNext + kTold + kEmpty + got), "wrong value in cmap_get");
}

TEST(Judge, FindsWhatIsLeftOpen) {
  const std::string before = kStart + kInterrupted + kNext + kTold + kEmpty;
  for (const char* what : {"fds=", "maps=", "files=", "heap_blocks=", "connections="}) {
    std::string trace = before;
    trace += kRest;
    trace.insert(trace.find(what) + std::string(what).size(), "9");
    EXPECT_TRUE(Kinds(trace).starts_with("left open")) << what;
  }
  std::string rest = kRest;
  rest.replace(rest.find("fds=0"), 5, "fds=1");
  const std::string closed = before + rest;
  EXPECT_EQ(Kinds(closed), "left open: descriptors in cmap_dispatch ONE");
  EXPECT_EQ(Kinds(closed, Interrupt(LibcCall::close)), "") << "it is close that failed";
}

TEST(Judge, FindsHandlesLostAndKept) {
  const std::string before = kStart + kTold + kOneBack + kNext + kEmpty + kGet + kGot + kFinalize;
  const std::string after = kAgain + kCounts + kLeft + kEnd;
  const std::string struck = "0 * 0 host.poll.errno nth=3\n";
  EXPECT_EQ(Kinds(before + struck + "0 < 6 CS_ERR_INTERRUPT\n" + after),
            "handle lost in cmap_finalize");
  EXPECT_EQ(Kinds(before + struck + kFinalized + after), "");
  EXPECT_EQ(Kinds(before + struck + kFinalized + "0 > 6 finalize\n0 < 6 CS_OK\n" + after),
            "handle kept in cmap_finalize");
}

TEST(Judge, FindsLaterConnectionsThatFail) {
  std::string rest = kRest;
  rest.replace(rest.find("0 < 7 CS_OK"), 11, "0 < 7 CS_ERR_LIBRARY");
  const std::string trace = kStart + kInterrupted + kNext + kTold + kEmpty + rest;
  EXPECT_EQ(Kinds(trace), "stays broken in cmap_dispatch ONE");
  EXPECT_EQ(Kinds(trace, OfKind(FaultKind::kServiceProcessKill)), "");
}

TEST(Judge, FindsEndingsThatNoFaultExcuses) {
  const std::string struck = kStart + "0 * 0 host.poll.errno nth=1\n";
  EXPECT_EQ(Kinds(struck + "0 = crash SIGSEGV\n"), "crash in cmap_dispatch ONE");
  EXPECT_EQ(Kinds(struck + "0 = exit 3\n"), "exit in cmap_dispatch ONE");
  EXPECT_EQ(Kinds(struck + "0 = hang\n"), "hang in cmap_dispatch ONE");
  EXPECT_EQ(Kinds(struck + "0 = livelock calls\n"), "spins in cmap_dispatch ONE");
}

TEST(Judge, ExcusesALaterConnectionOnlyWhileTheServiceIsAway) {
  Fault restart = OfKind(FaultKind::kServiceProcessRestart);
  restart.delay_ns = 5;
  const std::string struck = "0 * 0 service.process.restart nth=1\n0 < 3 CS_ERR_LIBRARY\n";
  const std::string before = kStart + struck + kNext + "0 < 4 CS_ERR_LIBRARY\n" + kGet +
                             "0 < 5 CS_ERR_LIBRARY\n" + kFinalize + kFinalized;
  const std::string after = kCounts + kLeft + kEnd;
  const auto again = [](const std::string& at) {
    return at + " > 7 initialize connection=9\n" + at + " < 7 CS_ERR_LIBRARY\n";
  };
  EXPECT_EQ(Kinds(before + again("5") + after, restart), "");
  EXPECT_EQ(Kinds(before + again("6") + after, restart), "stays broken in cmap_dispatch ONE");
}

// What is left in /dev/shm after the death of the service, under one more fault.
std::string KindsAfterDeath(const std::string& left, const std::vector<Fault>& others) {
  std::vector<Fault> faults = {OfKind(FaultKind::kServiceProcessKill)};
  faults.insert(faults.end(), others.begin(), others.end());
  const std::string trace = kStart + "0 * 0 service.process.kill nth=1\n0 < 3 CS_ERR_LIBRARY\n" +
                            kNext + "0 < 4 CS_ERR_LIBRARY\n" + kGet + "0 < 5 CS_ERR_LIBRARY\n" +
                            kFinalize + kFinalized + kCounts + "0 | left fds=0 maps=0 " + left +
                            "\n" + kEnd;
  return KindsOf(trace, faults);
}

Fault Failing(LibcCall call, int error) {
  Fault fault = OfKind(FaultKind::kHostErrno);
  fault.call = call;
  fault.number = error;
  return fault;
}

TEST(Judge, ExcusesFilesOfADeadServiceOnlyWhereTheCleanUpFailed) {
  const auto files = [](const std::string& count, const std::string& more = "") {
    return "files=" + count + " heap_blocks=8 connections=0" + more;
  };
  EXPECT_EQ(KindsAfterDeath(files("0"), {}), "");
  EXPECT_EQ(KindsAfterDeath(files("1"), {}), "left open: files in cmap_dispatch ONE");
  EXPECT_EQ(KindsAfterDeath(files("0", " empty_folders=1"), {}),
            "left open: empty folders in cmap_dispatch ONE");
  EXPECT_EQ(KindsAfterDeath(files("1"), {Failing(LibcCall::unlink, EPERM)}), "");
  EXPECT_EQ(KindsAfterDeath(files("2"), {Failing(LibcCall::unlink, EPERM)}),
            "left open: files in cmap_dispatch ONE");
  EXPECT_EQ(KindsAfterDeath(files("2"), {Failing(LibcCall::open, EMFILE)}), "");
  EXPECT_EQ(KindsAfterDeath(files("3"), {Failing(LibcCall::open, EMFILE)}),
            "left open: files in cmap_dispatch ONE");
  EXPECT_EQ(KindsAfterDeath(files("6", " empty_folders=1"), {Failing(LibcCall::kill, EPERM)}), "");
  EXPECT_EQ(KindsAfterDeath(files("7"), {Failing(LibcCall::kill, EPERM)}),
            "left open: files in cmap_dispatch ONE");
}

TEST(Judge, FindsWhatIsTakenFromALivingService) {
  const std::string damaged = " connections=0 damaged=6\n";
  std::string rest = kRest;
  rest.replace(rest.find(" connections=0\n"), 15, damaged);
  const std::string trace = kStart + kInterrupted + kNext + kTold + kEmpty + rest;
  EXPECT_EQ(KindsOf(trace, {Interrupt()}), "damages files in cmap_dispatch ONE");
  // Where it was told that the service's process is no more, it was misled.
  EXPECT_EQ(KindsOf(trace, {Failing(LibcCall::kill, ESRCH)}), "");
}

TEST(Judge, DoesNotJudgeWhatAStoppedServiceHasYetToRemove) {
  std::string rest = kRest;
  rest.replace(rest.find("connections=0\n"), 14, "connections=1\n");
  const std::string stopped = "0 * 0 service.process.stop nth=3\n";
  const std::string trace = kStart + kTold + kOneBack + kNext + stopped + kEmpty + rest;
  EXPECT_EQ(Kinds(trace, OfKind(FaultKind::kServiceProcessStop)), "");
  EXPECT_EQ(Kinds(trace, Interrupt()), "left open: connections in cmap_dispatch ONE_NONBLOCKING");
}

TEST(Judge, ExcusesWaitingForAStoppedServiceOnlyWhereItHasToAnswer) {
  const Fault stop = OfKind(FaultKind::kServiceProcessStop);
  const std::string before =
      kStart + kTold + kOneBack + "0 * 0 service.process.stop nth=3\n" + kNext;
  EXPECT_EQ(Kinds(before + "0 = stall poll\n", stop), "waits in cmap_dispatch ONE_NONBLOCKING");
  EXPECT_EQ(Kinds(before + kEmpty + kGet + "0 = stall sem_timedwait\n", stop), "");
  std::string plan = kPlan;
  plan.replace(plan.find("get, key: test.a, buffer: 8"), 27, "get_uint8, key: test.a");
  const std::string shortcut = "0 > 5 get_uint8 connection=0 key=test.a\n";
  EXPECT_EQ(Kinds(before + kEmpty + shortcut + "0 = stall sem_timedwait\n", stop, plan), "");
}

TEST(Judge, FindsADispatchThatWaitsOnAConnectionThatTheServiceClosed) {
  const Fault close = OfKind(FaultKind::kServiceConnectionClose);
  // The set of step 1 failed, so that there is nothing to tell.
  const std::string tracked =
      "0 > 1 track_add connection=0 key=test. track=14\n"
      "0 * 0 service.connection.close nth=1\n0 < 1 CS_ERR_LIBRARY\n";
  EXPECT_EQ(Kinds(kOpened + tracked + kSet + kOne + "0 = deadlock poll\n", close),
            "waits in cmap_dispatch ONE");
  // It is another connection that was closed.
  const std::string other =
      "0 > 7 initialize connection=9\n0 * 0 service.connection.close nth=1\n"
      "0 < 7 CS_ERR_LIBRARY\n";
  EXPECT_EQ(Kinds(kOpened + other + kSet + kOne + "0 = deadlock poll\n", close), "");
}

// Where the calls went another way than without the fault: step 4 made no connection empty.
TEST(Judge, FindsAChangeToldTwiceHoweverTheRunWent) {
  const std::string failed =
      "0 > 1 track_add connection=0 key=test. track=14\n"
      "0 * 0 host.poll.errno nth=1\n0 < 1 CS_ERR_INTERRUPT\n";
  EXPECT_EQ(Kinds(kOpened + failed + kSet + kOne + kTold + kTold + kOneBack + kRest),
            "event doubled in cmap_track_add");
}

TEST(Judge, ExcusesWaitingOnlyWhereNothingIsLeftToTell) {
  const std::string struck = kStart + "0 * 0 host.poll.errno nth=1\n";
  EXPECT_EQ(Kinds(struck + "0 = deadlock poll\n"), "event lost in cmap_dispatch ONE");
  EXPECT_EQ(Kinds(struck + kTold + "0 = deadlock poll\n"), "");
  EXPECT_EQ(Kinds(kStart + "0 * 0 service.process.kill nth=1\n0 = deadlock poll\n",
                  OfKind(FaultKind::kServiceProcessKill)),
            "waits in cmap_dispatch ONE, event lost in cmap_dispatch ONE");
  const std::string get = kStart + kTold + kOneBack + kNext + kEmpty + kGet +
                          "0 * 0 host.poll.errno nth=3\n0 = stall sem_timedwait\n";
  EXPECT_EQ(Kinds(get), "waits in cmap_get");
  EXPECT_EQ(Kinds(get, OfKind(FaultKind::kServiceProcessStop)), "");
}

}  // namespace
}  // namespace cmapsim
