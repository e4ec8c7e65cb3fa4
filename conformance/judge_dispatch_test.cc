// The four dispatch types: traces that keep their clauses, and for each clause traces that break it.
#include <gtest/gtest.h>

#include "conformance/judge_case.h"

namespace cmapsim {
namespace {

// Step 0 connects, step 1 tracks test. with every kind of change.
#define CONNECTED         \
  "> 0 initialize\n"      \
  "< 0 CS_OK handle=h1\n" \
  "> 1 track_add\n"       \
  "< 1 CS_OK track=k1\n"
#define CONNECT_AND_TRACK \
  "{op: initialize}\n"    \
  "{op: track_add, key: test., track: [add, modify, delete, prefix]}\n"
#define SET_A "{op: set, by: peer, key: test.a, value: uint8:1}\n"
#define SET_B "{op: set, by: peer, key: test.b, value: uint8:1}\n"
#define CALLBACK_A "! 1 handle=h1 track=k1 event=ADD key=test.a new=uint8:1 old=unset\n~ 1\n"
#define CALLBACK_B "! 1 handle=h1 track=k1 event=ADD key=test.b new=uint8:1 old=unset\n~ 1\n"

const JudgeCase kCases[] = {
    // --- ONE
    {.name = "one dispatches what is pending",
     .steps = CONNECT_AND_TRACK SET_A "{op: dispatch, mode: ONE}",
     .trace = CONNECTED "@ 2 set CS_OK\n> 3 dispatch\n" CALLBACK_A "< 3 CS_OK\n= finished",
     .conforms = {"cmap_dispatch.one [] CS_OK, 1 callback", "cmap_dispatch.dispatches [] called"}},
    {.name = "one waits for what comes later",
     .steps = CONNECT_AND_TRACK
     "{op: set, by: peer, after: 1d, key: test.a, value: uint8:1}\n{op: dispatch, mode: ONE}",
     .trace = CONNECTED "> 3 dispatch\n5 @ 2 set CS_OK\n"
                        "5 ! 1 handle=h1 track=k1 event=ADD key=test.a new=uint8:1 old=unset\n"
                        "5 ~ 1\n5 < 3 CS_OK\n5 = finished",
     .conforms = {"cmap_dispatch.one [] CS_OK, 1 callback"}},
    {.name = "one blocks while nothing can come",
     .steps = CONNECT_AND_TRACK "{op: dispatch, mode: ONE}",
     .trace = CONNECTED "> 2 dispatch\n= deadlock poll",
     .conforms = {"cmap_dispatch.one [] blocked"}},
    {.name = "one may wait in slices",
     .steps = CONNECT_AND_TRACK "{op: dispatch, mode: ONE}",
     .trace = CONNECTED "> 2 dispatch\n9 = stall poll",
     .conforms = {"cmap_dispatch.one [] blocked"}},
    {.name = "one returns without a callback",
     .steps = CONNECT_AND_TRACK "{op: dispatch, mode: ONE}",
     .trace = CONNECTED "> 2 dispatch\n< 2 CS_OK\n= finished",
     .departs = {"cmap_dispatch.one [] CS_OK, 0 callbacks"}},
    {.name = "one gives up",
     .steps = CONNECT_AND_TRACK "{op: dispatch, mode: ONE}",
     .trace = CONNECTED "> 2 dispatch\n9 < 2 CS_ERR_TRY_AGAIN\n9 = finished",
     .departs = {"cmap_dispatch.one [] CS_ERR_TRY_AGAIN, 0 callbacks"}},
    {.name = "one blocks beside a pending callback",
     .steps = CONNECT_AND_TRACK SET_A "{op: dispatch, mode: ONE}",
     .trace = CONNECTED "@ 2 set CS_OK\n> 3 dispatch\n= deadlock poll",
     .departs = {"cmap_dispatch.one [] blocked with a callback pending"}},
    {.name = "one blocks after its callback",
     .steps = CONNECT_AND_TRACK SET_A "{op: dispatch, mode: ONE}",
     .trace = CONNECTED "@ 2 set CS_OK\n> 3 dispatch\n" CALLBACK_A "= deadlock poll",
     .departs = {"cmap_dispatch.one [] blocked"}},
    {.name = "one may dispatch more than one",
     .steps = CONNECT_AND_TRACK SET_A SET_B "{op: dispatch, mode: ONE}",
     .trace = CONNECTED "@ 2 set CS_OK\n@ 3 set CS_OK\n> 4 dispatch\n" CALLBACK_A CALLBACK_B
                        "< 4 CS_OK\n= finished",
     .conforms = {"cmap_dispatch.one [] CS_OK, several callbacks"},
     .records = {"undocumented.dispatch_one.callbacks [] several callbacks"}},

    // --- ALL
    {.name = "all dispatches all that waits",
     .steps = CONNECT_AND_TRACK SET_A SET_B "{op: dispatch, mode: ALL}",
     .trace = CONNECTED "@ 2 set CS_OK\n@ 3 set CS_OK\n> 4 dispatch\n" CALLBACK_A CALLBACK_B
                        "< 4 CS_OK\n= finished",
     .conforms = {"cmap_dispatch.all [] CS_OK, several callbacks"},
     .records = {"undocumented.order.changes [] in the order of the changes"}},
    {.name = "all with nothing to do",
     .steps = CONNECT_AND_TRACK "{op: dispatch, mode: ALL}",
     .trace = CONNECTED "> 2 dispatch\n< 2 CS_OK\n= finished",
     .conforms = {"cmap_dispatch.all [] CS_OK, 0 callbacks"}},
    {.name = "all in another order",
     .steps = CONNECT_AND_TRACK SET_A SET_B "{op: dispatch, mode: ALL}",
     .trace = CONNECTED "@ 2 set CS_OK\n@ 3 set CS_OK\n> 4 dispatch\n" CALLBACK_B CALLBACK_A
                        "< 4 CS_OK\n= finished",
     .records = {"undocumented.order.changes [] not in the order of the changes"}},
    {.name = "all stops early and a later call shows it",
     .steps = CONNECT_AND_TRACK SET_A SET_B "{op: dispatch, mode: ALL}\n{op: dispatch, mode: ALL}",
     .trace = CONNECTED "@ 2 set CS_OK\n@ 3 set CS_OK\n> 4 dispatch\n" CALLBACK_A
                        "< 4 CS_OK\n> 5 dispatch\n" CALLBACK_B "< 5 CS_OK\n= finished",
     .departs = {"cmap_dispatch.all [] callbacks left waiting"}},
    {.name = "all stops early at the end",
     .steps = CONNECT_AND_TRACK SET_A SET_B "{op: dispatch, mode: ALL}",
     .trace = CONNECTED "@ 2 set CS_OK\n@ 3 set CS_OK\n> 4 dispatch\n" CALLBACK_A
                        "< 4 CS_OK\n= finished",
     .departs = {"cmap_dispatch.all [] callbacks left waiting"}},
    {.name = "all waits",
     .steps = CONNECT_AND_TRACK "{op: dispatch, mode: ALL}",
     .trace = CONNECTED "> 2 dispatch\n= deadlock poll",
     .departs = {"cmap_dispatch.all [] blocked"}},
    {.name = "all takes its time",
     .steps = CONNECT_AND_TRACK "{op: dispatch, mode: ALL}",
     .trace = CONNECTED "> 2 dispatch\n7 < 2 CS_OK\n7 = finished",
     .departs = {"cmap_dispatch.all [] waited"}},
    {.name = "all says try again",
     .steps = CONNECT_AND_TRACK "{op: dispatch, mode: ALL}",
     .trace = CONNECTED "> 2 dispatch\n< 2 CS_ERR_TRY_AGAIN\n= finished",
     .departs = {"cmap_dispatch.all [] CS_ERR_TRY_AGAIN, 0 callbacks"}},

    // --- BLOCKING
    {.name = "blocking goes on for ever",
     .steps = CONNECT_AND_TRACK SET_A "{op: dispatch, mode: BLOCKING}",
     .trace = CONNECTED "@ 2 set CS_OK\n> 3 dispatch\n" CALLBACK_A "= deadlock poll",
     .conforms = {"cmap_dispatch.blocking [] blocked"}},
    {.name = "blocking returns after a callback",
     .steps = CONNECT_AND_TRACK SET_A "{op: dispatch, mode: BLOCKING}",
     .trace = CONNECTED "@ 2 set CS_OK\n> 3 dispatch\n" CALLBACK_A "< 3 CS_OK\n= finished",
     .departs = {"cmap_dispatch.blocking [] CS_OK, 1 callback"}},
    {.name = "blocking returns an error of its own",
     .steps = CONNECT_AND_TRACK "{op: dispatch, mode: BLOCKING}",
     .trace = CONNECTED "> 2 dispatch\n< 2 CS_ERR_TRY_AGAIN\n= finished",
     .departs = {"cmap_dispatch.blocking [] CS_ERR_TRY_AGAIN, 0 callbacks"}},
    {.name = "blocking blocks beside a pending callback",
     .steps = CONNECT_AND_TRACK SET_A "{op: dispatch, mode: BLOCKING}",
     .trace = CONNECTED "@ 2 set CS_OK\n> 3 dispatch\n= deadlock poll",
     .departs = {"cmap_dispatch.blocking [] blocked with a callback pending"}},

    // --- ONE_NONBLOCKING
    {.name = "one nonblocking dispatches one",
     .steps = CONNECT_AND_TRACK SET_A SET_B "{op: dispatch, mode: ONE_NONBLOCKING}",
     .trace = CONNECTED "@ 2 set CS_OK\n@ 3 set CS_OK\n> 4 dispatch\n" CALLBACK_A
                        "< 4 CS_OK\n= finished",
     .conforms = {"cmap_dispatch.one_nonblocking [] CS_OK, 1 callback"}},
    {.name = "one nonblocking with nothing pending",
     .steps = CONNECT_AND_TRACK "{op: dispatch, mode: ONE_NONBLOCKING}",
     .trace = CONNECTED "> 2 dispatch\n< 2 CS_ERR_TRY_AGAIN\n= finished",
     .conforms = {"cmap_dispatch.one_nonblocking.try_again [] CS_ERR_TRY_AGAIN, 0 callbacks"}},
    {.name = "one nonblocking dispatches two",
     .steps = CONNECT_AND_TRACK SET_A SET_B "{op: dispatch, mode: ONE_NONBLOCKING}",
     .trace = CONNECTED "@ 2 set CS_OK\n@ 3 set CS_OK\n> 4 dispatch\n" CALLBACK_A CALLBACK_B
                        "< 4 CS_OK\n= finished",
     .departs = {"cmap_dispatch.one_nonblocking [] CS_OK, several callbacks"}},
    {.name = "one nonblocking says ok with nothing pending",
     .steps = CONNECT_AND_TRACK "{op: dispatch, mode: ONE_NONBLOCKING}",
     .trace = CONNECTED "> 2 dispatch\n< 2 CS_OK\n= finished",
     .departs = {"cmap_dispatch.one_nonblocking.try_again [] CS_OK, 0 callbacks"}},
    {.name = "one nonblocking looks away",
     .steps =
         CONNECT_AND_TRACK SET_A "{op: dispatch, mode: ONE_NONBLOCKING}\n{op: dispatch, mode: ALL}",
     .trace =
         CONNECTED "@ 2 set CS_OK\n> 3 dispatch\n< 3 CS_ERR_TRY_AGAIN\n> 4 dispatch\n" CALLBACK_A
                   "< 4 CS_OK\n= finished",
     .departs = {"cmap_dispatch.one_nonblocking.try_again [] CS_ERR_TRY_AGAIN with a callback "
                 "pending"}},
    {.name = "one nonblocking denies its callback",
     .steps = CONNECT_AND_TRACK SET_A "{op: dispatch, mode: ONE_NONBLOCKING}",
     .trace =
         CONNECTED "@ 2 set CS_OK\n> 3 dispatch\n" CALLBACK_A "< 3 CS_ERR_TRY_AGAIN\n= finished",
     .departs = {"cmap_dispatch.one_nonblocking.try_again [] CS_ERR_TRY_AGAIN, 1 callback"}},
    {.name = "one nonblocking dispatches nothing",
     .steps =
         CONNECT_AND_TRACK SET_A "{op: dispatch, mode: ONE_NONBLOCKING}\n{op: dispatch, mode: ALL}",
     .trace = CONNECTED "@ 2 set CS_OK\n> 3 dispatch\n< 3 CS_OK\n> 4 dispatch\n" CALLBACK_A
                        "< 4 CS_OK\n= finished",
     .departs = {"cmap_dispatch.one_nonblocking [] CS_OK, 0 callbacks"}},
    {.name = "one nonblocking waits",
     .steps = CONNECT_AND_TRACK "{op: dispatch, mode: ONE_NONBLOCKING}",
     .trace = CONNECTED "> 2 dispatch\n= stall poll",
     .departs = {"cmap_dispatch.one_nonblocking [] blocked"}},

    // --- no type at all
    {.name = "an invalid type is refused",
     .steps = CONNECT_AND_TRACK "{op: dispatch, mode: 5}",
     .trace = CONNECTED "> 2 dispatch\n< 2 CS_ERR_INVALID_PARAM\n= finished",
     .conforms = {"cmap_dispatch.possible_types [an invalid dispatch type] CS_ERR_INVALID_PARAM"}},
    {.name = "an invalid type blocks",
     .steps = CONNECT_AND_TRACK "{op: dispatch, mode: 0}",
     .trace = CONNECTED "> 2 dispatch\n= deadlock poll",
     .departs = {"cmap_dispatch.possible_types [an invalid dispatch type] treated as "
                 "CS_DISPATCH_BLOCKING"}},
    {.name = "an invalid type is taken for all",
     .steps = CONNECT_AND_TRACK SET_A "{op: dispatch, mode: -1}",
     .trace = CONNECTED "@ 2 set CS_OK\n> 3 dispatch\n" CALLBACK_A "< 3 CS_OK\n= finished",
     .departs = {"cmap_dispatch.possible_types [an invalid dispatch type] CS_OK, 1 callback"}},

    // --- events that are late
    {.name = "an event that is delayed is not pending",
     .steps =
         CONNECT_AND_TRACK SET_A "{op: dispatch, mode: ONE_NONBLOCKING}\n{op: dispatch, mode: ONE}",
     .trace =
         CONNECTED "@ 2 set CS_OK\n> 3 dispatch\n< 3 CS_ERR_TRY_AGAIN\n> 4 dispatch\n"
                   "1000000000 ! 1 handle=h1 track=k1 event=ADD key=test.a new=uint8:1 old=unset\n"
                   "1000000000 ~ 1\n1000000000 < 4 CS_OK\n1000000000 = finished",
     .conforms = {"cmap_dispatch.one_nonblocking.try_again [] CS_ERR_TRY_AGAIN, 0 callbacks"},
     .plan = "faults:\n- {fault: service.event.delay, nth: 1, delay: 1s}"},
    {.name = "an event of a deleted tracker that is delayed may not be there",
     .steps = CONNECT_AND_TRACK SET_A "{op: track_delete}\n{op: dispatch, mode: ONE_NONBLOCKING}",
     .trace = CONNECTED
     "@ 2 set CS_OK\n> 3 track_delete\n< 3 CS_OK\n> 4 dispatch\n< 4 CS_ERR_TRY_AGAIN\n= finished",
     .conforms = {"cmap_dispatch.one_nonblocking.try_again [] CS_ERR_TRY_AGAIN, 0 callbacks"},
     .plan = "faults:\n- {fault: service.event.delay, nth: 1, delay: 1s}"},
    {.name = "one that is not delayed is",
     .steps = CONNECT_AND_TRACK SET_A "{op: track_delete}\n{op: dispatch, mode: ONE_NONBLOCKING}",
     .trace = CONNECTED
     "@ 2 set CS_OK\n> 3 track_delete\n< 3 CS_OK\n> 4 dispatch\n< 4 CS_ERR_TRY_AGAIN\n= finished",
     .conforms = {"cmap_dispatch.one_nonblocking.try_again [only events of deleted trackers "
                  "pending] CS_ERR_TRY_AGAIN, 0 callbacks"}},
    {.name = "an event that is delayed comes at last",
     .steps = CONNECT_AND_TRACK SET_A
     "{op: sleep, duration: 2s}\n{op: dispatch, mode: ALL}\n{op: dispatch, mode: ONE}",
     .trace = CONNECTED "@ 2 set CS_OK\n> 3 sleep\n2000000000 < 3 CS_OK\n2000000000 > 4 dispatch\n"
                        "2000000000 < 4 CS_OK\n2000000000 > 5 dispatch\n2000000000 = deadlock poll",
     .departs = {"cmap_track_add.track_type.prefix [] not called"},
     .plan = "faults:\n- {fault: service.event.delay, nth: 1, delay: 1s}"},

    // --- dispatch within callbacks
    {.name = "a dispatch within a callback is judged by itself",
     .steps = "{op: initialize}\n{op: track_add, key: test., track: [add, prefix], "
              "on_callback: [{nth: 1, steps: [{op: dispatch, mode: ALL}]}]}\n" SET_A SET_B
              "{op: dispatch, mode: ALL}",
     .trace = CONNECTED "@ 3 set CS_OK\n@ 4 set CS_OK\n> 5 dispatch\n"
                        "! 1 handle=h1 track=k1 event=ADD key=test.a new=uint8:1 old=unset\n"
                        "> 2 dispatch\n" CALLBACK_B "< 2 CS_OK\n~ 1\n< 5 CS_OK\n= finished",
     .conforms = {"cmap_dispatch.all [] CS_OK, 1 callback"}},
    {.name = "a dispatch of one within a callback may block",
     .steps = "{op: initialize}\n{op: track_add, key: test., track: [add, prefix], "
              "on_callback: [{nth: 1, steps: [{op: dispatch, mode: ONE}]}]}\n" SET_A
              "{op: dispatch, mode: ALL}",
     .trace = CONNECTED "@ 3 set CS_OK\n> 4 dispatch\n"
                        "! 1 handle=h1 track=k1 event=ADD key=test.a new=uint8:1 old=unset\n"
                        "> 2 dispatch\n= deadlock poll",
     .conforms = {"cmap_dispatch.one [] blocked"}},
    {.name = "what a callback causes may be dispatched at once",
     .steps = "{op: initialize}\n{op: track_add, key: test., track: [add, prefix], "
              "on_callback: [{nth: 1, steps: [{op: set, key: test.b, value: uint8:1}]}]}\n" SET_A
              "{op: dispatch, mode: ALL}",
     .trace = CONNECTED "@ 3 set CS_OK\n> 4 dispatch\n"
                        "! 1 handle=h1 track=k1 event=ADD key=test.a new=uint8:1 old=unset\n"
                        "> 2 set\n< 2 CS_OK\n~ 1\n" CALLBACK_B "< 4 CS_OK\n= finished",
     .records = {"undocumented.dispatch_all.caused_by_callbacks [] dispatched by the same call"}},
    {.name = "what a callback causes may be left",
     .steps = "{op: initialize}\n{op: track_add, key: test., track: [add, prefix], "
              "on_callback: [{nth: 1, steps: [{op: set, key: test.b, value: uint8:1}]}]}\n" SET_A
              "{op: dispatch, mode: ALL}\n{op: dispatch, mode: ALL}",
     .trace = CONNECTED "@ 3 set CS_OK\n> 4 dispatch\n"
                        "! 1 handle=h1 track=k1 event=ADD key=test.a new=uint8:1 old=unset\n"
                        "> 2 set\n< 2 CS_OK\n~ 1\n< 4 CS_OK\n> 5 dispatch\n" CALLBACK_B
                        "< 5 CS_OK\n= finished",
     .records = {"undocumented.dispatch_all.caused_by_callbacks [] left for a later call"}},
};

// 300 events, of which an ALL dispatches `told`, and another one the rest.
JudgeCase Backlog(int told, bool live, std::string& steps, std::string& trace) {
  constexpr int kEvents = 300;
  steps = CONNECT_AND_TRACK;
  trace = CONNECTED;
  std::string callbacks[2];
  for (int i = 0; i < kEvents; ++i) {
    const std::string key = "test.a" + std::to_string(i);
    steps += "{op: set, by: peer, key: " + key + ", value: uint8:1}\n";
    trace += "1 @ " + std::to_string(i + 2) + " set CS_OK\n";
    callbacks[i < told ? 0 : 1] +=
        "3 ! 1 handle=h1 track=k1 event=ADD key=" + key + " new=uint8:1 old=unset\n3 ~ 1\n";
  }
  for (int i = 0; i < 2; ++i) {
    const std::string id = std::to_string(kEvents + 2 + i);
    steps += "{op: dispatch, mode: ALL}\n";
    trace += "3 > " + id + " dispatch\n" + callbacks[i] + "3 < " + id + " CS_OK\n";
  }
  trace += "3 = finished";
  return {.name = "a large backlog", .steps = steps, .trace = trace, .live = live};
}

TEST(JudgeDispatch, ALiveServiceMayKeepBackWhatFindsNoRoom) {
  std::string steps;
  std::string trace;
  ExpectJudged(Backlog(200, true, steps, trace));
  JudgeCase left = Backlog(199, true, steps, trace);
  left.departs = {"cmap_dispatch.all [] callbacks left waiting"};
  ExpectJudged(left);
  left = Backlog(299, false, steps, trace);
  left.departs = {"cmap_dispatch.all [] callbacks left waiting"};
  ExpectJudged(left);
}

class JudgeDispatchTest : public testing::TestWithParam<JudgeCase> {};

TEST_P(JudgeDispatchTest, IsSeen) { ExpectJudged(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Dispatch, JudgeDispatchTest, testing::ValuesIn(kCases),
                         [](const auto& test) { return CaseName(test.param); });

}  // namespace
}  // namespace cmapsim
