// Right and wrong histories, written by hand.
#include <gtest/gtest.h>

#include "conformance/judge_case.h"

namespace cmapsim {
namespace {

// Steps 0 to 6 are the first task's, those of the second begin at 7.
constexpr std::string_view kSteps = R"(
  {op: initialize}
  {op: track_add, key: test., track: [add, modify, delete, prefix]}
  {op: start, task: 1}
  {op: set, key: test.a, value: uint8:1}
  {op: dispatch, mode: ONE_NONBLOCKING}
  {op: track_delete}
  {op: finalize}
)";
constexpr std::string_view kPlan = "keys: []\n";
constexpr std::string_view kTask1 = R"(keys: []
tasks: [{task: 1, steps: [{op: get, key: test.a, buffer: 1}, {op: dispatch, mode: ONE_NONBLOCKING}, {op: dispatch, mode: BLOCKING}, {op: dispatch, mode: ALL}]}]
)";
constexpr std::string_view kBegun = R"(
  > 0 initialize connection=0
  < 0 CS_OK handle=h1
  > 1 track_add connection=0 key=test. track=15
  < 1 CS_OK track=k1
  > 2 start task=1
  < 2 CS_OK
)";

std::string Begun(std::string_view rest) { return std::string(kBegun) + std::string(rest); }

struct Named {
  std::string name;
  std::string trace;
  std::vector<std::string> departs = {};
  std::vector<std::string> conforms = {};
  std::vector<std::string> records = {};
};

void PrintTo(const Named& named, std::ostream* out) { *out << named.name; }

constexpr std::string_view kAdded = "handle=h1 track=k1 event=ADD key=test.a new=uint8:1 old=unset";

std::string Call(std::string_view step, std::string_view task = "") {
  return "! " + std::string(step) + " " + std::string(kAdded) + std::string(task) + "\n~ " +
         std::string(step) + std::string(task) + "\n";
}

const Named kTasks[] = {
    {"a get beside a set may show the value before it",
     Begun(R"(
       > 3 set connection=0 key=test.a value=uint8:1
       > 7 get connection=0 key=test.a buffer=1 task=1
       < 3 CS_OK
       < 7 CS_ERR_NOT_EXIST task=1
       = finished)"),
     {},
     {"cmap_set.returns [] CS_OK"}},
    {"a get beside a set may show the value after it",
     Begun(R"(
       > 3 set connection=0 key=test.a value=uint8:1
       > 7 get connection=0 key=test.a buffer=1 task=1
       < 7 CS_OK type=uint8 len=1 value=uint8:1 task=1
       < 3 CS_OK
       = finished)"),
     {},
     {"cmap_get.returns [] CS_OK"}},
    {"a get beside a set shows no other value",
     Begun(R"(
       > 3 set connection=0 key=test.a value=uint8:1
       > 7 get connection=0 key=test.a buffer=1 task=1
       < 7 CS_OK type=uint8 len=1 value=uint8:9 task=1
       < 3 CS_OK
       = finished)"),
     {"cmap_get.value [two requests over one handle at once] no order explains it"}},
    {"a get behind a set shows its value",
     Begun(R"(
       > 3 set connection=0 key=test.a value=uint8:1
       < 3 CS_OK
       > 7 get connection=0 key=test.a buffer=1 task=1
       < 7 CS_ERR_NOT_EXIST task=1
       = finished)"),
     {"cmap_get.returns [several tasks] no order explains it"}},
    {"a callback runs in either task",
     Begun(R"(
       > 3 set connection=0 key=test.a value=uint8:1
       < 3 CS_OK
       > 8 dispatch connection=0 mode=ONE_NONBLOCKING task=1
       )" + Call("1", " task=1") +
           R"(
       < 8 CS_OK task=1
       > 4 dispatch connection=0 mode=ONE_NONBLOCKING
       < 4 CS_ERR_TRY_AGAIN
       = finished)"),
     {},
     {"cmap_track_add.notify_fn [] called",
      "cmap_dispatch.one_nonblocking.try_again [] CS_ERR_TRY_AGAIN, 0 callbacks"}},
    {"a callback runs in one task only",
     Begun(R"(
       > 3 set connection=0 key=test.a value=uint8:1
       < 3 CS_OK
       > 8 dispatch connection=0 mode=ONE_NONBLOCKING task=1
       > 4 dispatch connection=0 mode=ONE_NONBLOCKING
       )" + Call("1", " task=1") +
           Call("1") +
           R"(
       < 8 CS_OK task=1
       < 4 CS_OK
       = finished)"),
     {"cmap_track_add.notify_fn [several tasks] no order explains it"}},
    {"an event that one task has in hand is not pending for another", Begun(R"(
       > 3 set connection=0 key=test.a value=uint8:1
       < 3 CS_OK
       > 8 dispatch connection=0 mode=ONE_NONBLOCKING task=1
       > 4 dispatch connection=0 mode=ONE_NONBLOCKING
       < 4 CS_ERR_TRY_AGAIN
       )" + Call("1", " task=1") + R"(
       < 8 CS_OK task=1
       = finished)")},
    {"CS_ERR_TRY_AGAIN says that nothing is pending",
     Begun(R"(
       > 3 set connection=0 key=test.a value=uint8:1
       < 3 CS_OK
       > 8 dispatch connection=0 mode=ONE_NONBLOCKING task=1
       < 8 CS_ERR_TRY_AGAIN task=1
       = finished)"),
     {"cmap_dispatch.one_nonblocking.try_again [several tasks] CS_ERR_TRY_AGAIN with a callback "
      "pending"}},
    {"ALL leaves nothing",
     Begun(R"(
       > 3 set connection=0 key=test.a value=uint8:1
       < 3 CS_OK
       > 10 dispatch connection=0 mode=ALL task=1
       < 10 CS_OK task=1
       = finished)"),
     {"cmap_dispatch.all [several tasks] callbacks left waiting"}},
    {"a tracker deleted meanwhile may be told of what was in hand", Begun(R"(
       > 3 set connection=0 key=test.a value=uint8:1
       < 3 CS_OK
       > 8 dispatch connection=0 mode=ONE_NONBLOCKING task=1
       > 5 track_delete connection=0 tracker=0
       < 5 CS_OK
       )" + Call("1", " task=1") + R"(
       < 8 CS_OK task=1
       = finished)")},
    {"a tracker deleted before is told nothing",
     Begun(R"(
       > 3 set connection=0 key=test.a value=uint8:1
       < 3 CS_OK
       > 5 track_delete connection=0 tracker=0
       < 5 CS_OK
       > 8 dispatch connection=0 mode=ONE_NONBLOCKING task=1
       )" + Call("1", " task=1") +
           R"(
       < 8 CS_OK task=1
       = finished)"),
     {"cmap_track_delete.removes [several tasks] no order explains it"}},
    {"nothing is told of a connection that was finalized before",
     Begun(R"(
       > 3 set connection=0 key=test.a value=uint8:1
       < 3 CS_OK
       > 6 finalize connection=0
       < 6 CS_OK
       > 8 dispatch connection=0 mode=ONE_NONBLOCKING task=1
       )" + Call("1", " task=1") +
           R"(
       < 8 CS_OK task=1
       = finished)"),
     {"cmap_finalize.no_more_callbacks [several tasks] no order explains it"}},
    {"a finalized handle is an error in every task",
     Begun(R"(
       > 6 finalize connection=0
       < 6 CS_OK
       > 7 get connection=0 key=test.a buffer=1 task=1
       < 7 CS_OK type=uint8 len=1 value=uint8:9 task=1
       = finished)"),
     {"cmap_get.value [several tasks] no order explains it"}},
    {"what becomes of a dispatch whose connection another task finalizes is recorded",
     Begun(R"(
       > 9 dispatch connection=0 mode=BLOCKING task=1
       > 6 finalize connection=0
       < 6 CS_OK
       = deadlock task 0: join; task 1: poll)"),
     {},
     {},
     {"undocumented.dispatch.finalize_in_another_task [BLOCKING] blocked"}},
    {"BLOCKING waits rightly where nothing is pending",
     Begun(R"(
       > 9 dispatch connection=0 mode=BLOCKING task=1
       = deadlock task 0: join; task 1: poll)"),
     {},
     {"cmap_dispatch.blocking [] blocked"}},
    {"BLOCKING does not wait while something is pending",
     Begun(R"(
       > 9 dispatch connection=0 mode=BLOCKING task=1
       > 3 set connection=0 key=test.a value=uint8:1
       < 3 CS_OK
       = deadlock task 1: poll)"),
     {"cmap_dispatch.blocking [several tasks] blocked with a callback pending"}},
    {"BLOCKING does not return",
     Begun(R"(
       > 9 dispatch connection=0 mode=BLOCKING task=1
       < 9 CS_OK task=1
       = finished)"),
     {"cmap_dispatch.blocking [several tasks] CS_OK, 0 callbacks"}},
    {"ALL may not wait",
     Begun(R"(
       > 10 dispatch connection=0 mode=ALL task=1
       = deadlock task 1: poll)"),
     {"cmap_dispatch.all [several tasks] blocked"}},
    {"a request may not wait for ever",
     Begun(R"(
       > 7 get connection=0 key=test.a buffer=1 task=1
       > 3 set connection=0 key=test.a value=uint8:1
       = deadlock task 0: lock; task 1: lock)"),
     {"cmap_get.returns [two requests over one handle at once] blocked"}},
    {"a crash is wrong",
     Begun(R"(
       > 7 get connection=0 key=test.a buffer=1 task=1
       = crash SIGSEGV)"),
     {"cmap_get.returns [several tasks] crash SIGSEGV"}},
};

class TaskCases : public testing::TestWithParam<Named> {};

TEST_P(TaskCases, AreJudged) {
  const Named& c = GetParam();
  ExpectJudged({.name = c.name,
                .steps = kSteps,
                .trace = c.trace,
                .departs = c.departs,
                .conforms = c.conforms,
                .records = c.records,
                .plan = kTask1});
}

INSTANTIATE_TEST_SUITE_P(All, TaskCases, testing::ValuesIn(kTasks), [](const auto& test) {
  return CaseName({.name = test.param.name, .steps = {}, .trace = {}});
});

constexpr std::string_view kOneTask = R"(
  {op: initialize}
  {op: set, key: test.a, value: uint8:1}
  {op: get, key: test.a, buffer: 1}
  {op: get, key: test.a, buffer: 1}
  {op: get, key: test.a, buffer: 1}
  {op: inc, key: test.n}
  {op: get, key: test.n, buffer: 1}
  {op: set, key: test.read-only, value: uint8:1}
  {op: delete, by: peer, key: test.a}
)";
constexpr std::string_view kInterrupted = R"(
keys: [{key: test.n, value: uint8:1}, {key: test.read-only, value: uint8:1, read_only: true}]
faults: [{fault: host.send.errno, errno: EINTR, nth: 2}]
)";

std::string AfterTheSet(std::string_view rest) {
  return R"(
    > 0 initialize connection=0
    < 0 CS_OK handle=h1
    > 1 set connection=0 key=test.a value=uint8:1
    * 0 host.send.errno nth=2
    < 1 CS_ERR_INTERRUPT
  )" + std::string(rest);
}
constexpr std::string_view kUnknownSet =
    "cmap_set.returns [a fault struck in the call] CS_ERR_INTERRUPT";
constexpr std::string_view kThere = "CS_OK type=uint8 len=1 value=uint8:1\n";

std::string Gets(std::string_view first, std::string_view second, std::string_view third) {
  std::string text;
  int step = 2;
  for (const std::string_view result : {first, second, third}) {
    text += "> " + std::to_string(step) + " get connection=0 key=test.a buffer=1\n< " +
            std::to_string(step) + " " + std::string(result) + "\n";
    ++step;
  }
  return text;
}

const Named kFaults[] = {
    {"a request that failed took effect",
     AfterTheSet(Gets(kThere, kThere, kThere) + "= finished"),
     {},
     {"cmap_get.returns [] CS_OK"}},
    {"or it did not",
     AfterTheSet(Gets("CS_ERR_NOT_EXIST", "CS_ERR_NOT_EXIST", "CS_ERR_NOT_EXIST") + "= finished")},
    {"or it does so later", AfterTheSet(Gets("CS_ERR_NOT_EXIST", kThere, kThere) + "= finished")},
    {"but it does not take back what was seen",
     AfterTheSet(Gets("CS_ERR_NOT_EXIST", kThere, "CS_ERR_NOT_EXIST") + "= finished"),
     {"cmap_get.returns [after a request that was cut off] no order explains it"}},
    {"it sets no other value",
     AfterTheSet(Gets("CS_OK type=uint8 len=1 value=uint8:2", kThere, kThere) + "= finished"),
     {"cmap_get.value [after a request that was cut off] no order explains it"}},
    {"the next request does not get its answer",
     AfterTheSet(R"(
       > 7 set connection=0 key=test.read-only value=uint8:1
       < 7 CS_OK
       = finished)"),
     {"cmap_set.returns [after a request that was cut off] no order explains it"}},
    {"what another client finds decides too",
     AfterTheSet(R"(
       @ 8 delete CS_OK
       > 2 get connection=0 key=test.a buffer=1
       < 2 CS_OK type=uint8 len=1 value=uint8:1
       = finished)"),
     {"cmap_get.value [after a request that was cut off] no order explains it"}},
};

class FaultHistories : public testing::TestWithParam<Named> {};

TEST_P(FaultHistories, AreJudged) {
  const Named& c = GetParam();
  ExpectJudged({.name = c.name,
                .steps = kOneTask,
                .trace = c.trace,
                .departs = c.departs,
                .conforms = c.conforms,
                .unknown = {std::string(kUnknownSet)},
                .plan = kInterrupted});
}

INSTANTIATE_TEST_SUITE_P(All, FaultHistories, testing::ValuesIn(kFaults), [](const auto& test) {
  return CaseName({.name = test.param.name, .steps = {}, .trace = {}});
});

TEST(JudgeHistoryTest, AnIncrementThatSaidItSucceededCountsOnce) {
  ExpectJudged({.name = "counted twice",
                .steps = R"(
       {op: initialize}
       {op: inc, key: test.n}
       {op: get, key: test.n, buffer: 1}
     )",
                .trace = R"(
       > 0 initialize connection=0
       < 0 CS_OK handle=h1
       > 1 inc connection=0 key=test.n
       * 0 host.send.errno nth=2
       < 1 CS_OK
       > 2 get connection=0 key=test.n buffer=1
       < 2 CS_OK type=uint8 len=1 value=uint8:3
       = finished
     )",
                .departs = {"cmap_get.value [after a fault] no order explains it"},
                .plan = kInterrupted});
}

TEST(JudgeHistoryTest, WhatAnotherClientFindsShowsThatASuccessWasNone) {
  ExpectJudged({.name = "said and not done",
                .steps = kOneTask,
                .trace = R"(
       > 0 initialize connection=0
       * 0 host.send.errno nth=2
       < 0 CS_OK handle=h1
       > 1 set connection=0 key=test.a value=uint8:1
       < 1 CS_OK
       @ 8 delete CS_ERR_NOT_EXIST
       = finished
     )",
                .departs = {"cmap_set.returns [after a fault] no order explains it"},
                .plan = kInterrupted});
}

TEST(JudgeHistoryTest, AHandlersRequestIsOneMoreOperation) {
  JudgeCase c = {.name = "a handler's set",
                 .steps = R"(
       {op: sigaction, signal: SIGUSR1, on_signal: [{steps: [{op: set, key: test.a, value: uint8:1}]}]}
       {op: initialize}
       {op: get, key: test.a, buffer: 1}
       {op: get, key: test.a, buffer: 1}
     )",
                 .trace = R"(
       > 0 sigaction signal=SIGUSR1 restart=false
       < 0 CS_OK
       > 2 initialize connection=0
       < 2 CS_OK handle=h1
       > 3 get connection=0 key=test.a buffer=1
       ! 0 signal=SIGUSR1
       > 1 set connection=0 key=test.a value=uint8:1
       < 1 CS_OK
       ~ 0
       < 3 CS_ERR_INTERRUPT
       > 4 get connection=0 key=test.a buffer=1
       < 4 CS_OK type=uint8 len=1 value=uint8:1
       = finished
     )",
                 .unknown = {"cmap_get.returns [a fault struck in the call] CS_ERR_INTERRUPT"},
                 .plan = kPlan};
  ExpectJudged(c);
}

TEST(JudgeHistoryTest, AHandlersRequestComesBackToo) {
  ExpectJudged({.name = "a handler that waits",
                .steps = R"(
       {op: sigaction, signal: SIGUSR1, on_signal: [{steps: [{op: set, connection: 1, key: test.a, value: uint8:1}]}]}
       {op: initialize}
     )",
                .trace = R"(
       > 0 sigaction signal=SIGUSR1 restart=false
       < 0 CS_OK
       > 2 initialize connection=0
       ! 0 signal=SIGUSR1
       > 1 set connection=1 key=test.a value=uint8:1
       = deadlock pthread_spin_lock
     )",
                .departs = {"cmap_set.returns [a handler's request within another call] blocked"},
                .plan = kPlan});
}

TEST(JudgeHistoryTest, ConnectionsMadeAtOnceAreWhole) {
  ExpectJudged(
      {.name = "at once",
       .steps = R"(
       {op: start, task: 1}
       {op: initialize, connection: 0}
       {op: finalize, connection: 0}
     )",
       .trace = R"(
       > 0 start task=1
       < 0 CS_OK
       > 1 initialize connection=0
       > 3 initialize connection=1 task=1
       < 1 CS_OK handle=h1
       > 2 finalize connection=0
       < 2 CS_ERR_BAD_HANDLE
       = finished
     )",
       .departs = {"cmap_finalize.returns [connections made at once] no order explains it"},
       .plan = "tasks: [{task: 1, steps: [{op: initialize, connection: 1}]}]"});
}

TEST(JudgeHistoryTest, AServiceThatLiesMakesNobodyElseWrong) {
  ExpectJudged({.name = "a lie",
                .steps = kOneTask,
                .trace = R"(
       > 0 initialize connection=0
       < 0 CS_OK handle=h1
       > 1 set connection=0 key=test.a value=uint8:1
       * 0 service.reply.duplicate nth=1
       < 1 CS_OK
       > 2 get connection=0 key=test.a buffer=1
       < 2 CS_ERR_NOT_EXIST
       = finished
     )",
                .unknown = {"cmap_set.returns [a fault struck in the call] CS_OK"},
                .plan = "keys: []\nfaults: [{fault: service.reply.duplicate}]"});
}

}  // namespace
}  // namespace cmapsim
