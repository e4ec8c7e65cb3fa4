// A service that dies, stops or is late; runs that end badly; and steps beside a real daemon.
#include <gtest/gtest.h>

#include "conformance/judge_case.h"

namespace cmapsim {
namespace {

#define CONNECT "> 0 initialize\n< 0 CS_OK handle=h1\n"
#define TRACK "> 1 track_add\n< 1 CS_OK track=k1\n"
#define TRACK_STEP "{op: track_add, key: test., track: [add, modify, prefix]}\n"
#define SET_A "{op: set, by: peer, key: test.a, value: uint8:1}\n"
#define CALLBACK_A "! 1 handle=h1 track=k1 event=ADD key=test.a new=uint8:1 old=unset\n~ 1\n"
#define KILL "{op: service, action: kill}\n"

const JudgeCase kDeath[] = {
    {.name = "a request after the death",
     .steps = "{op: initialize}\n" KILL "{op: set, key: test.a, value: uint8:1}\n{op: finalize}",
     .trace = CONNECT
     "@ 1 service CS_OK\n> 2 set\n< 2 CS_ERR_LIBRARY\n> 3 finalize\n< 3 CS_OK\n= finished",
     .conforms = {"cmap_set.errors.CS_ERR_LIBRARY [] CS_ERR_LIBRARY",
                  "cmap_set.returns [the service is gone] an error",
                  "cmap_finalize.returns [] CS_OK"}},
    {.name = "success after the death",
     .steps = "{op: initialize}\n" KILL "{op: set, key: test.a, value: uint8:1}",
     .trace = CONNECT "@ 1 service CS_OK\n> 2 set\n< 2 CS_OK\n= finished",
     .departs = {"cmap_set.errors.CS_ERR_LIBRARY [] CS_OK"}},
    {.name = "another error after the death",
     .steps = "{op: initialize}\n" KILL "{op: track_add, key: test.a, track: [add]}",
     .trace = CONNECT "@ 1 service CS_OK\n> 2 track_add\n< 2 CS_ERR_TRY_AGAIN\n= finished",
     .departs = {"cmap_track_add.errors.CS_ERR_LIBRARY [] CS_ERR_TRY_AGAIN"}},
    {.name = "a request that waits for a dead service",
     .steps = "{op: initialize}\n" KILL "{op: set, key: test.a, value: uint8:1}",
     .trace = CONNECT "@ 1 service CS_OK\n> 2 set\n= stall poll",
     .departs = {"cmap_set.errors.CS_ERR_LIBRARY [] blocked"}},
    {.name = "connecting after the death",
     .steps = KILL "{op: initialize}",
     .trace = "@ 0 service CS_OK\n> 1 initialize\n< 1 CS_OK handle=h1\n= finished",
     .departs = {"cmap_initialize.errors.CS_ERR_LIBRARY [] CS_OK"}},
    {.name = "a dispatch after the death",
     .steps = "{op: initialize}\n" KILL "{op: dispatch, mode: ONE}",
     .trace = CONNECT "@ 1 service CS_OK\n> 2 dispatch\n< 2 CS_ERR_LIBRARY\n= finished",
     .conforms = {"cmap_dispatch.errors.CS_ERR_LIBRARY [] CS_ERR_LIBRARY, 0 callbacks"}},
    {.name = "all says ok after the death",
     .steps = "{op: initialize}\n" KILL "{op: dispatch, mode: ALL}",
     .trace = CONNECT "@ 1 service CS_OK\n> 2 dispatch\n< 2 CS_OK\n= finished",
     .departs = {"cmap_dispatch.errors.CS_ERR_LIBRARY [] CS_OK, 0 callbacks"}},
    {.name = "a dispatch that waits for a dead service",
     .steps = "{op: initialize}\n" KILL "{op: dispatch, mode: BLOCKING}",
     .trace = CONNECT "@ 1 service CS_OK\n> 2 dispatch\n= deadlock poll",
     .departs = {"cmap_dispatch.errors.CS_ERR_LIBRARY [] blocked"}},
    {.name = "a death that wakes a dispatch",
     .steps =
         "{op: initialize}\n{op: service, action: kill, after: 1s}\n{op: dispatch, mode: BLOCKING}",
     .trace = CONNECT "> 2 dispatch\n5 @ 1 service CS_OK\n5 < 2 CS_ERR_LIBRARY\n5 = finished",
     .conforms = {"cmap_dispatch.errors.CS_ERR_LIBRARY [] CS_ERR_LIBRARY, 0 callbacks"}},
    {.name = "what waited is thrown away",
     .steps = "{op: initialize}\n" TRACK_STEP SET_A KILL "{op: dispatch, mode: ALL}",
     .trace = CONNECT TRACK
     "@ 2 set CS_OK\n@ 3 service CS_OK\n> 4 dispatch\n< 4 CS_ERR_LIBRARY\n= finished",
     .conforms = {"cmap_dispatch.errors.CS_ERR_LIBRARY [events waiting when the service died] "
                  "CS_ERR_LIBRARY, 0 callbacks"},
     .records = {"undocumented.dispatch.waiting_when_service_died [] thrown away"}},
    {.name = "what waited is dispatched",
     .steps = "{op: initialize}\n" TRACK_STEP SET_A KILL "{op: dispatch, mode: ONE}",
     .trace = CONNECT TRACK "@ 2 set CS_OK\n@ 3 service CS_OK\n> 4 dispatch\n" CALLBACK_A
                            "< 4 CS_OK\n= finished",
     .records = {"undocumented.dispatch.waiting_when_service_died [] dispatched"}},
    {.name = "a new service has new keys and no trackers",
     .steps =
         "{op: initialize}\n" TRACK_STEP SET_A KILL "{op: service, action: start}\n{op: finalize}\n"
         "{op: initialize}\n{op: track_add, tracker: 1, key: test.a, track: [add]}\n" SET_A
         "{op: dispatch, mode: ALL}",
     .trace = CONNECT TRACK
     "@ 2 set CS_OK\n@ 3 service CS_OK\n@ 4 service CS_OK\n> 5 finalize\n< 5 CS_OK\n"
     "> 6 initialize\n< 6 CS_OK handle=h2\n> 7 track_add\n< 7 CS_OK track=k2\n"
     "@ 8 set CS_OK\n> 9 dispatch\n"
     "! 7 handle=h2 track=k2 event=ADD key=test.a new=uint8:1 old=unset\n~ 7\n"
     "< 9 CS_OK\n= finished",
     .conforms = {"cmap_dispatch.all [] CS_OK, 1 callback"}},
    {.name = "the service dies at a request",
     .steps = "{op: initialize}\n" TRACK_STEP
              "{op: set, key: test.a, value: uint8:1}\n{op: dispatch, mode: ALL}",
     .trace =
         CONNECT TRACK "> 2 set\n< 2 CS_ERR_LIBRARY\n> 3 dispatch\n< 3 CS_ERR_LIBRARY\n= finished",
     .conforms = {"cmap_set.errors.CS_ERR_LIBRARY [] CS_ERR_LIBRARY"},
     .plan = "faults:\n- {fault: service.process.kill, nth: 2}"},
    {.name = "what the library lacks asks the service nothing",
     .steps = "{op: initialize}\n{op: inc, key: test.a}\n{op: set, key: test.a, value: uint8:1}",
     .trace = CONNECT "> 1 inc\n< 1 NOT_OFFERED\n> 2 set\n< 2 CS_ERR_LIBRARY\n= finished",
     .departs = {"cmap_initialize.connects [] CS_ERR_LIBRARY",
                 "cmap_set.returns [] CS_ERR_LIBRARY"},
     .plan = "faults:\n- {fault: service.process.kill, nth: 2}"},
    {.name = "success of the request at which the service dies",
     .steps = "{op: initialize}\n" TRACK_STEP "{op: set, key: test.a, value: uint8:1}",
     .trace = CONNECT TRACK "> 2 set\n< 2 CS_OK\n= finished",
     .departs = {"cmap_set.errors.CS_ERR_LIBRARY [] CS_OK"},
     .plan = "faults:\n- {fault: service.process.kill, nth: 2}"},
};

const JudgeCase kStops[] = {
    {.name = "a request waits for a stopped service",
     .steps =
         "{op: initialize}\n{op: service, action: stop}\n{op: set, key: test.a, value: uint8:1}",
     .trace = CONNECT "@ 1 service CS_OK\n> 2 set\n9 = stall sem_timedwait",
     .records = {"undocumented.stopped_service [] waits"}},
    {.name = "a request waits for a service that runs",
     .steps = "{op: initialize}\n{op: set, key: test.a, value: uint8:1}",
     .trace = CONNECT "> 1 set\n9 = stall sem_timedwait",
     .departs = {"cmap_set.returns [] blocked"}},
    {.name = "what was pending can be dispatched meanwhile",
     .steps = "{op: initialize}\n" TRACK_STEP SET_A
              "{op: service, action: stop}\n{op: dispatch, mode: ALL}",
     .trace = CONNECT TRACK "@ 2 set CS_OK\n@ 3 service CS_OK\n> 4 dispatch\n" CALLBACK_A
                            "< 4 CS_OK\n= finished",
     .conforms = {"cmap_dispatch.all [] CS_OK, 1 callback"}},
    {.name = "stopped at a request",
     .steps = "{op: initialize}\n{op: set, key: test.a, value: uint8:1}",
     .trace = CONNECT "> 1 set\n9 = stall sem_timedwait",
     .records = {"undocumented.stopped_service [] waits"},
     .plan = "faults:\n- {fault: service.process.stop, nth: 1}"},
    {.name = "a late reply changes nothing",
     .steps = "{op: initialize}\n" TRACK_STEP
              "{op: set, by: peer, after: 1s, key: test.a, value: uint8:2}\n"
              "{op: set, key: test.a, value: uint8:1}\n{op: dispatch, mode: ALL}",
     .trace = CONNECT TRACK
     "> 3 set\n1000000000 @ 2 set CS_OK\n5000000000 < 3 CS_OK\n"
     "5000000000 > 4 dispatch\n"
     "5000000000 ! 1 handle=h1 track=k1 event=ADD key=test.a new=uint8:1 old=unset\n"
     "5000000000 ~ 1\n5000000000 ! 1 handle=h1 track=k1 event=MODIFY key=test.a "
     "new=uint8:2 old=uint8:1\n5000000000 ~ 1\n5000000000 < 4 CS_OK\n5000000000 = finished",
     .conforms = {"cmap_dispatch.all [] CS_OK, several callbacks"},
     .plan = "faults:\n- {fault: service.reply.delay, nth: 2, delay: 5s}"},
};

const JudgeCase kEndings[] = {
    {.name = "a crash in a dispatch",
     .steps = "{op: initialize}\n{op: dispatch, mode: ALL}",
     .trace = CONNECT "> 1 dispatch\n= crash SIGSEGV at 0",
     .departs = {"cmap_dispatch.all [] crash SIGSEGV"}},
    {.name = "an exit in a request",
     .steps = "{op: initialize}\n{op: set, key: test.a, value: uint8:1}",
     .trace = CONNECT "> 1 set\n= exit 3",
     .departs = {"cmap_set.returns [] exit 3"}},
    {.name = "a hang in a descriptor",
     .steps = "{op: initialize}\n{op: fd_get}",
     .trace = CONNECT "> 1 fd_get\n= hang",
     .departs = {"cmap_fd_get.returns [] hang"}},
    {.name = "a livelock in a callback is the dispatch's",
     .steps = "{op: initialize}\n" TRACK_STEP SET_A "{op: dispatch, mode: BLOCKING}",
     .trace = CONNECT TRACK
     "@ 2 set CS_OK\n> 3 dispatch\n"
     "! 1 handle=h1 track=k1 event=ADD key=test.a new=uint8:1 old=unset\n= livelock poll",
     .departs = {"cmap_dispatch.blocking [] livelock"}},
    {.name = "a crash between calls is the last one's",
     .steps = "{op: initialize}\n{op: finalize}\n{op: sleep, duration: 1s}",
     .trace = CONNECT "> 1 finalize\n< 1 CS_OK\n= crash SIGABRT",
     .departs = {"cmap_finalize.returns [] crash SIGABRT"}},
    {.name = "a crash for what is not documented",
     .steps = "{op: initialize, output: null}",
     .trace = "> 0 initialize\n= crash SIGSEGV",
     .records = {"undocumented.null_output [cmap_initialize] crash SIGSEGV"}},
    {.name = "a finalize that blocks",
     .steps = "{op: initialize}\n{op: finalize}",
     .trace = CONNECT "> 1 finalize\n= deadlock recv",
     .departs = {"cmap_finalize.returns [] blocked"}},
};

#define LATER "{op: set, by: peer, after: 5ms, key: test.a, value: uint8:1}\n"

const JudgeCase kLive[] = {
    {.name = "a callback before the line of its change",
     .steps = "{op: initialize}\n" TRACK_STEP LATER "{op: dispatch, mode: ONE}",
     .trace = CONNECT TRACK "> 3 dispatch\n" CALLBACK_A "< 3 CS_OK\n@ 2 set CS_OK\n= finished",
     .conforms = {"cmap_dispatch.one [] CS_OK, 1 callback"},
     .live = true},
    {.name = "on the virtual host that is spurious",
     .steps = "{op: initialize}\n" TRACK_STEP LATER "{op: dispatch, mode: ONE}",
     .trace = CONNECT TRACK "> 3 dispatch\n" CALLBACK_A "< 3 CS_OK\n@ 2 set CS_OK\n= finished",
     .departs = {"cmap_track_add.notify_fn [] spurious callback"}},
    {.name = "a change under way need not be pending",
     .steps = "{op: initialize}\n" TRACK_STEP LATER
              "{op: dispatch, mode: ONE_NONBLOCKING}\n{op: dispatch, mode: ONE}",
     .trace = CONNECT TRACK
     "> 3 dispatch\n< 3 CS_ERR_TRY_AGAIN\n> 4 dispatch\n@ 2 set CS_OK\n" CALLBACK_A
     "< 4 CS_OK\n= finished",
     .conforms = {"cmap_dispatch.one_nonblocking.try_again [] CS_ERR_TRY_AGAIN, 0 callbacks"},
     .live = true},
    {.name = "a callback that no change under way explains",
     .steps = "{op: initialize}\n" TRACK_STEP LATER "{op: dispatch, mode: ONE}",
     .trace =
         CONNECT TRACK "> 3 dispatch\n"
                       "! 1 handle=h1 track=k1 event=ADD key=test.b new=uint8:1 old=unset\n~ 1\n"
                       "< 3 CS_OK\n@ 2 set CS_OK\n= finished",
     .departs = {"cmap_track_add.notify_fn [] spurious callback"},
     .live = true},
    {.name = "after its line the change is pending",
     .steps = "{op: initialize}\n" TRACK_STEP LATER
              "{op: sleep, duration: 1s}\n{op: dispatch, mode: ONE_NONBLOCKING}\n"
              "{op: dispatch, mode: ONE}",
     .trace =
         CONNECT TRACK "> 3 sleep\n@ 2 set CS_OK\n< 3 CS_OK\n> 4 dispatch\n< 4 CS_ERR_TRY_AGAIN\n"
                       "> 5 dispatch\n" CALLBACK_A "< 5 CS_OK\n= finished",
     .departs =
         {"cmap_dispatch.one_nonblocking.try_again [] CS_ERR_TRY_AGAIN with a callback pending"},
     .live = true},
    {.name = "two who change one key at once",
     .steps = "{op: initialize}\n" TRACK_STEP LATER
              "{op: set, key: test.a, value: uint8:2}\n{op: dispatch, mode: ALL}",
     .trace = CONNECT TRACK
     "> 3 set\n< 3 CS_OK\n@ 2 set CS_OK\n> 4 dispatch\n" CALLBACK_A
     "! 1 handle=h1 track=k1 event=MODIFY key=test.a new=uint8:2 old=uint8:1\n~ 1\n"
     "< 4 CS_OK\n= finished",
     .live = true},
    {.name = "a kill under way may be noticed before its line",
     .steps = "{op: initialize}\n{op: service, action: kill, after: 1ms}\n{op: dispatch, mode: "
              "BLOCKING}",
     .trace = CONNECT "> 2 dispatch\n< 2 CS_ERR_LIBRARY\n@ 1 service CS_OK\n= finished",
     .conforms = {"cmap_dispatch.errors.CS_ERR_LIBRARY [] CS_ERR_LIBRARY, 0 callbacks"},
     .live = true},
};

class JudgeServiceTest : public testing::TestWithParam<JudgeCase> {};

TEST_P(JudgeServiceTest, IsSeen) { ExpectJudged(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Death, JudgeServiceTest, testing::ValuesIn(kDeath),
                         [](const auto& test) { return CaseName(test.param); });
INSTANTIATE_TEST_SUITE_P(Stops, JudgeServiceTest, testing::ValuesIn(kStops),
                         [](const auto& test) { return CaseName(test.param); });
INSTANTIATE_TEST_SUITE_P(Endings, JudgeServiceTest, testing::ValuesIn(kEndings),
                         [](const auto& test) { return CaseName(test.param); });
INSTANTIATE_TEST_SUITE_P(Live, JudgeServiceTest, testing::ValuesIn(kLive),
                         [](const auto& test) { return CaseName(test.param); });

}  // namespace
}  // namespace cmapsim
