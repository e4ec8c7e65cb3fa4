// cmap_track_add and cmap_track_delete, which changes are told, and which clause a lost event is charged to.
#include <gtest/gtest.h>

#include "conformance/judge_case.h"

namespace cmapsim {
namespace {

#define CONNECT "> 0 initialize\n< 0 CS_OK handle=h1\n"
#define TRACK "> 1 track_add\n< 1 CS_OK track=k1\n"
#define SET_A "{op: set, by: peer, key: test.a, value: uint8:1}\n"
#define CALLBACK(step, track, event, key, values) \
  "! " step " handle=h1 track=" track " event=" event " key=" key " " values "\n~ " step "\n"
#define ADDED "new=uint8:1 old=unset"

const JudgeCase kCalls[] = {
    {.name = "a tracker added",
     .steps = "{op: initialize}\n{op: track_add, key: test.a, track: [add]}",
     .trace = CONNECT TRACK "= finished",
     .conforms = {"cmap_track_add.returns [] CS_OK",
                  "cmap_track_add.cmap_track_handle [] a new handle"}},
    {.name = "a tracker refused",
     .steps = "{op: initialize}\n{op: track_add, key: test.a, track: [add]}",
     .trace = CONNECT "> 1 track_add\n< 1 CS_ERR_NO_MEMORY\n= finished",
     .departs = {"cmap_track_add.returns [] CS_ERR_NO_MEMORY"}},
    {.name = "a second key refused",
     .steps = "{op: initialize}\n{op: track_add, key: test.a, track: [add]}\n"
              "{op: track_add, tracker: 1, key: test.b, track: [add]}",
     .trace = CONNECT TRACK "> 2 track_add\n< 2 CS_ERR_NO_RESOURCES\n= finished",
     .departs = {"cmap_track_add.several_keys [] CS_ERR_NO_RESOURCES"}},
    {.name = "a key refused a second time",
     .steps = "{op: initialize}\n{op: track_add, key: test.a, track: [add]}\n"
              "{op: track_add, tracker: 1, key: test.a, track: [add]}",
     .trace = CONNECT TRACK "> 2 track_add\n< 2 CS_ERR_EXIST\n= finished",
     .departs = {"cmap_track_add.several_times [] CS_ERR_EXIST"}},
    {.name = "two trackers with one handle",
     .steps = "{op: initialize}\n{op: track_add, key: test.a, track: [add]}\n"
              "{op: track_add, tracker: 1, key: test.b, track: [add]}",
     .trace = CONNECT TRACK "> 2 track_add\n< 2 CS_OK track=k1\n= finished",
     .departs = {"cmap_track_add.cmap_track_handle [] the handle of another tracker"}},
    {.name = "a null function refused",
     .steps = "{op: initialize}\n{op: track_add, key: test.a, track: [add], notify: null}",
     .trace = CONNECT "> 1 track_add\n< 1 CS_ERR_INVALID_PARAM\n= finished",
     .conforms = {"cmap_track_add.invalid_notify_fn [] CS_ERR_INVALID_PARAM"}},
    {.name = "a null function accepted",
     .steps = "{op: initialize}\n{op: track_add, key: test.a, track: [add], notify: null}",
     .trace = CONNECT "> 1 track_add\n< 1 CS_OK track=k1\n= finished",
     .departs = {"cmap_track_add.invalid_notify_fn [] CS_OK"}},
    {.name = "an invalid mask refused",
     .steps = "{op: initialize}\n{op: track_add, key: test.a, track: 16}",
     .trace = CONNECT "> 1 track_add\n< 1 CS_ERR_INVALID_PARAM\n= finished",
     .conforms = {"cmap_track_add.invalid_track_type [] CS_ERR_INVALID_PARAM"}},
    {.name = "an invalid mask accepted",
     .steps = "{op: initialize}\n{op: track_add, key: test.a, track: 20}",
     .trace = CONNECT "> 1 track_add\n< 1 CS_OK track=k1\n= finished",
     .departs = {"cmap_track_add.invalid_track_type [] CS_OK"}},
    {.name = "an empty mask",
     .steps = "{op: initialize}\n{op: track_add, key: test.a, track: []}",
     .trace = CONNECT "> 1 track_add\n< 1 CS_OK track=k1\n= finished",
     .records = {"undocumented.track_add.empty_track_type [] CS_OK"}},
    {.name = "a null key",
     .steps = "{op: initialize}\n{op: track_add, key: null, track: [add, prefix]}\n" SET_A
              "{op: dispatch, mode: ALL}",
     .trace = CONNECT TRACK "@ 2 set CS_OK\n> 3 dispatch\n" CALLBACK("1", "k1", "ADD", "test.a",
                                                                     ADDED) "< 3 CS_OK\n= finished",
     .records = {"undocumented.track_add.null_key [with CMAP_TRACK_PREFIX] CS_OK",
                 "undocumented.track_add.null_key [changes, with CMAP_TRACK_PREFIX] told"}},
    {.name = "a null key that tells nothing",
     .steps = "{op: initialize}\n{op: track_add, key: null, track: [add]}\n" SET_A
              "{op: dispatch, mode: ALL}",
     .trace = CONNECT TRACK "@ 2 set CS_OK\n> 3 dispatch\n< 3 CS_OK\n= finished",
     .records = {"undocumented.track_add.null_key [changes, without CMAP_TRACK_PREFIX] not told"}},
    {.name = "null for the track handle",
     .steps = "{op: initialize}\n{op: track_add, key: test.a, track: [add], output: null}",
     .trace = CONNECT "> 1 track_add\n< 1 CS_ERR_INVALID_PARAM\n= finished",
     .records = {"undocumented.null_output [cmap_track_add] CS_ERR_INVALID_PARAM"}},

    // --- cmap_track_delete
    {.name = "a tracker deleted",
     .steps = "{op: initialize}\n{op: track_add, key: test.a, track: [add]}\n{op: track_delete}",
     .trace = CONNECT TRACK "> 2 track_delete\n< 2 CS_OK\n= finished",
     .conforms = {"cmap_track_delete.returns [] CS_OK"}},
    {.name = "a tracker not deleted",
     .steps = "{op: initialize}\n{op: track_add, key: test.a, track: [add]}\n{op: track_delete}",
     .trace = CONNECT TRACK "> 2 track_delete\n< 2 CS_ERR_BAD_HANDLE\n= finished",
     .departs = {"cmap_track_delete.handle [] CS_ERR_BAD_HANDLE",
                 "cmap_track_delete.returns [] CS_ERR_BAD_HANDLE"}},
    {.name = "a tracker deleted twice",
     .steps = "{op: initialize}\n{op: track_add, key: test.a, track: [add]}\n{op: track_delete}\n"
              "{op: track_delete}",
     .trace = CONNECT TRACK "> 2 track_delete\n< 2 CS_OK\n> 3 track_delete\n< 3 CS_ERR_BAD_HANDLE\n"
                            "= finished",
     .conforms = {"cmap_track_delete.bad_handle [] CS_ERR_BAD_HANDLE"}},
    {.name = "a tracker that there is not is deleted",
     .steps = "{op: initialize}\n{op: track_delete, track_handle: 7}",
     .trace = CONNECT "> 1 track_delete\n< 1 CS_OK\n= finished",
     .departs = {"cmap_track_delete.bad_handle [] CS_OK"}},
    {.name = "a tracker of another connection",
     .steps = "{op: initialize}\n{op: track_add, key: test.a, track: [add]}\n"
              "{op: initialize, connection: 1}\n{op: track_delete, connection: 1}",
     .trace = CONNECT TRACK
     "> 2 initialize\n< 2 CS_OK handle=h2\n> 3 track_delete\n< 3 CS_OK\n= finished",
     .departs = {"cmap_track_delete.bad_handle [] CS_OK"}},
    {.name = "a deleted tracker is told nothing",
     .steps = "{op: initialize}\n{op: track_add, key: test.a, track: [add]}\n" SET_A
              "{op: track_delete}\n{op: dispatch, mode: ALL}",
     .trace = CONNECT TRACK
     "@ 2 set CS_OK\n> 3 track_delete\n< 3 CS_OK\n> 4 dispatch\n< 4 CS_OK\n= finished",
     .conforms = {"cmap_dispatch.all [] CS_OK, 0 callbacks"}},
    {.name = "a deleted tracker is told",
     .steps = "{op: initialize}\n{op: track_add, key: test.a, track: [add]}\n" SET_A
              "{op: track_delete}\n{op: dispatch, mode: ALL}",
     .trace = CONNECT TRACK "@ 2 set CS_OK\n> 3 track_delete\n< 3 CS_OK\n> 4 dispatch\n" CALLBACK(
         "1", "k1", "ADD", "test.a", ADDED) "< 4 CS_OK\n= finished",
     .departs = {"cmap_track_delete.removes [] called after cmap_track_delete"}},
    {.name = "one with only an event of a deleted tracker",
     .steps = "{op: initialize}\n{op: track_add, key: test.a, track: [add]}\n" SET_A
              "{op: track_delete}\n{op: dispatch, mode: ONE}",
     .trace = CONNECT TRACK "@ 2 set CS_OK\n> 3 track_delete\n< 3 CS_OK\n> 4 dispatch\n"
                            "< 4 CS_ERR_BAD_HANDLE\n= finished",
     .departs = {"cmap_dispatch.one [only events of deleted trackers pending] CS_ERR_BAD_HANDLE, "
                 "0 callbacks"}},
    {.name = "one may block with only an event of a deleted tracker",
     .steps = "{op: initialize}\n{op: track_add, key: test.a, track: [add]}\n" SET_A
              "{op: track_delete}\n{op: dispatch, mode: ONE}",
     .trace =
         CONNECT TRACK "@ 2 set CS_OK\n> 3 track_delete\n< 3 CS_OK\n> 4 dispatch\n= deadlock poll",
     .conforms = {"cmap_dispatch.one [] blocked"}},
    {.name = "one nonblocking with an event of a deleted tracker before another",
     .steps = "{op: initialize}\n{op: track_add, key: test.a, track: [add]}\n"
              "{op: track_add, tracker: 1, key: test.b, track: [add]}\n" SET_A
              "{op: set, by: peer, key: test.b, value: uint8:1}\n{op: track_delete}\n"
              "{op: dispatch, mode: ONE_NONBLOCKING}\n{op: dispatch, mode: ONE_NONBLOCKING}",
     .trace = CONNECT TRACK
     "> 2 track_add\n< 2 CS_OK track=k2\n@ 3 set CS_OK\n@ 4 set CS_OK\n"
     "> 5 track_delete\n< 5 CS_OK\n> 6 dispatch\n< 6 CS_ERR_BAD_HANDLE\n"
     "> 7 dispatch\n" CALLBACK("2", "k2", "ADD", "test.b", ADDED) "< 7 CS_OK\n= finished",
     .departs =
         {"cmap_dispatch.one_nonblocking [an event of a deleted tracker pending before others] "
          "CS_ERR_BAD_HANDLE, 0 callbacks"},
     .conforms = {"cmap_dispatch.one_nonblocking [] CS_OK, 1 callback"}},
};

#define TRACK_ALL "{op: track_add, key: test., track: [add, modify, delete, prefix]}\n"
#define DRAIN "{op: dispatch, mode: ALL}\n{op: dispatch, mode: ALL}"

const JudgeCase kLost[] = {
    {.name = "modifications are lost",
     .steps = "{op: initialize}\n" TRACK_ALL SET_A
              "{op: set, by: peer, key: test.a, value: uint8:2}\n" DRAIN,
     .trace = CONNECT TRACK "@ 2 set CS_OK\n@ 3 set CS_OK\n> 4 dispatch\n" CALLBACK(
         "1", "k1", "ADD", "test.a", ADDED) "< 4 CS_OK\n> 5 dispatch\n< 5 CS_OK\n= finished",
     .departs = {"cmap_track_add.track_type.modify [] not called"}},
    {.name = "deletions are lost",
     .steps = "{op: initialize}\n" TRACK_ALL SET_A "{op: delete, by: peer, key: test.a}\n" SET_A
              "{op: dispatch, mode: ALL}",
     .trace =
         CONNECT TRACK "@ 2 set CS_OK\n@ 3 delete CS_OK\n@ 4 set CS_OK\n> 5 dispatch\n" CALLBACK(
             "1", "k1", "ADD", "test.a", ADDED)
             CALLBACK("1", "k1", "ADD", "test.a", ADDED) "< 5 CS_OK\n= finished",
     .departs = {"cmap_track_add.track_type.delete [] not called"}},
    {.name = "prefixes are lost",
     .steps = "{op: initialize}\n" TRACK_ALL
              "{op: track_add, tracker: 1, key: test.a, track: [add, modify]}\n" SET_A
              "{op: set, by: peer, key: test.a, value: uint8:2}\n" DRAIN,
     .trace = CONNECT TRACK
     "> 2 track_add\n< 2 CS_OK track=k2\n@ 3 set CS_OK\n@ 4 set CS_OK\n"
     "> 5 dispatch\n" CALLBACK("2", "k2", "ADD", "test.a", ADDED)
         CALLBACK("2", "k2", "MODIFY", "test.a",
                  "new=uint8:2 old=uint8:1") "< 5 CS_OK\n> 6 dispatch\n< 6 CS_OK\n= finished",
     .departs = {"cmap_track_add.track_type.prefix [] not called",
                 "cmap_track_add.track_type.prefix [] not called"}},
    {.name = "the second tracker of a key is not told",
     .steps = "{op: initialize}\n{op: track_add, key: test.a, track: [add]}\n"
              "{op: track_add, tracker: 1, key: test.a, track: [add]}\n" SET_A DRAIN,
     .trace =
         CONNECT TRACK "> 2 track_add\n< 2 CS_OK track=k2\n@ 3 set CS_OK\n> 4 dispatch\n" CALLBACK(
             "2", "k2", "ADD", "test.a", ADDED) "< 4 CS_OK\n> 5 dispatch\n< 5 CS_OK\n= finished",
     .departs = {"cmap_track_add.several_times [] not called"}},
    {.name = "one change of many is lost",
     .steps = "{op: initialize}\n{op: track_add, key: test., track: [add, prefix]}\n" SET_A
              "{op: set, by: peer, key: test.b, value: uint8:1}\n"
              "{op: set, by: peer, key: test.c, value: uint8:1}\n{op: dispatch, mode: ALL}",
     .trace = CONNECT TRACK "@ 2 set CS_OK\n@ 3 set CS_OK\n@ 4 set CS_OK\n> 5 dispatch\n" CALLBACK(
         "1", "k1", "ADD", "test.a", ADDED)
         CALLBACK("1", "k1", "ADD", "test.c", ADDED) "< 5 CS_OK\n= finished",
     .departs = {"cmap_track_add.notify_fn [] not called"}},
    {.name = "the second connection is not told",
     .steps = "{op: initialize}\n{op: track_add, key: test.a, track: [add]}\n"
              "{op: initialize, connection: 1}\n"
              "{op: track_add, connection: 1, tracker: 1, key: test.a, track: [add]}\n" SET_A
              "{op: dispatch, mode: ALL}\n{op: dispatch, connection: 1, mode: ALL}\n"
              "{op: dispatch, connection: 1, mode: ALL}",
     .trace = CONNECT TRACK
     "> 2 initialize\n< 2 CS_OK handle=h2\n> 3 track_add\n< 3 CS_OK track=k2\n"
     "@ 4 set CS_OK\n> 5 dispatch\n" CALLBACK(
         "1", "k1", "ADD", "test.a",
         ADDED) "< 5 CS_OK\n> 6 dispatch\n< 6 CS_OK\n> 7 dispatch\n< 7 CS_OK\n= finished",
     .departs = {"cmap_initialize.several [] not called"}},
    {.name = "one blocks for a modification that is lost",
     .steps = "{op: initialize}\n" TRACK_ALL SET_A "{op: dispatch, mode: ONE}\n"
              "{op: set, by: peer, key: test.a, value: uint8:2}\n{op: dispatch, mode: ONE}",
     .trace = CONNECT TRACK "@ 2 set CS_OK\n> 3 dispatch\n" CALLBACK(
         "1", "k1", "ADD", "test.a",
         ADDED) "< 3 CS_OK\n@ 4 set CS_OK\n> 5 dispatch\n= deadlock poll",
     .departs = {"cmap_track_add.track_type.modify [] not called"}},
};

#define ORDER_STEPS                                                                   \
  "{op: initialize}\n{op: track_add, tracker: 0, key: test., track: [add, prefix]}\n" \
  "{op: track_add, tracker: 1, key: test.a, track: [add]}\n" SET_A "{op: dispatch, mode: ALL}"
#define ORDER_BEGIN CONNECT TRACK "> 2 track_add\n< 2 CS_OK track=k2\n@ 3 set CS_OK\n> 4 dispatch\n"

const JudgeCase kOrder[] = {
    {.name = "the longest key first",
     .steps = ORDER_STEPS,
     .trace = ORDER_BEGIN CALLBACK("2", "k2", "ADD", "test.a", ADDED)
         CALLBACK("1", "k1", "ADD", "test.a", ADDED) "< 4 CS_OK\n= finished",
     .records = {"undocumented.order.trackers [] longest key first"}},
    {.name = "the shortest key first",
     .steps = ORDER_STEPS,
     .trace = ORDER_BEGIN CALLBACK("1", "k1", "ADD", "test.a", ADDED)
         CALLBACK("2", "k2", "ADD", "test.a", ADDED) "< 4 CS_OK\n= finished",
     .records = {"undocumented.order.trackers [] another order"}},
};

class JudgeTrackingTest : public testing::TestWithParam<JudgeCase> {};

TEST_P(JudgeTrackingTest, IsSeen) { ExpectJudged(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Calls, JudgeTrackingTest, testing::ValuesIn(kCalls),
                         [](const auto& test) { return CaseName(test.param); });
INSTANTIATE_TEST_SUITE_P(Lost, JudgeTrackingTest, testing::ValuesIn(kLost),
                         [](const auto& test) { return CaseName(test.param); });
INSTANTIATE_TEST_SUITE_P(Order, JudgeTrackingTest, testing::ValuesIn(kOrder),
                         [](const auto& test) { return CaseName(test.param); });

}  // namespace
}  // namespace cmapsim
