// What a callback is given, and when it may run: for each argument and each reason a trace that is wrong.
#include <gtest/gtest.h>

#include "conformance/judge_case.h"

namespace cmapsim {
namespace {

#define CONNECT "> 0 initialize\n< 0 CS_OK handle=h1\n"
#define TRACK "> 1 track_add\n< 1 CS_OK track=k1\n"
// An addition of test.a, told to the tracker of step 1 by a dispatch; `arguments` are the callback's.
#define TOLD_ADDITION(arguments) \
  CONNECT TRACK "@ 2 set CS_OK\n> 3 dispatch\n! " arguments "\n~ 1\n< 3 CS_OK\n= finished"
#define ADDITION_STEPS                                                    \
  "{op: initialize}\n{op: track_add, key: test., track: [add, prefix]}\n" \
  "{op: set, by: peer, key: test.a, value: string:\"on\"}\n{op: dispatch, mode: ALL}"
#define RIGHT_NEW "new=string:\"on\\x00\""

// test.a is there first; then it gets another value, then it is deleted.
#define CHANGE_KEYS "keys:\n- {key: test.a, value: uint32:7}"
#define MODIFICATION_STEPS                                                    \
  "{op: initialize}\n{op: track_add, key: test.a, track: [modify, delete]}\n" \
  "{op: set, by: peer, key: test.a, value: uint32:8}\n{op: dispatch, mode: ALL}"
#define DELETION_STEPS                                                        \
  "{op: initialize}\n{op: track_add, key: test.a, track: [modify, delete]}\n" \
  "{op: delete, by: peer, key: test.a}\n{op: dispatch, mode: ALL}"
#define TOLD_DELETION(arguments) \
  CONNECT TRACK "@ 2 delete CS_OK\n> 3 dispatch\n! " arguments "\n~ 1\n< 3 CS_OK\n= finished"

const JudgeCase kArguments[] = {
    {.name = "an addition told rightly",
     .steps = ADDITION_STEPS,
     .trace = TOLD_ADDITION("1 handle=h1 track=k1 event=ADD key=test.a " RIGHT_NEW " old=unset"),
     .conforms = {"cmap_track_add.callback.cmap_handle [] as documented",
                  "cmap_track_add.callback.cmap_track_handle [] as documented",
                  "cmap_track_add.callback.event [] as documented",
                  "cmap_track_add.callback.key_name [] as documented",
                  "cmap_track_add.callback.new_value [] as documented",
                  "cmap_track_add.callback.old_value [] as documented",
                  "cmap_track_add.callback.unset_fields [old_value] all 0",
                  "cmap_track_add.user_data [] unchanged", "cmap_track_add.notify_fn [] called",
                  "cmap_track_add.track_type.add [] called",
                  "cmap_track_add.track_type.prefix [] called",
                  "cmap_track_add.track_type.prefix_never_returned [] as documented"}},
    {.name = "another handle",
     .steps = ADDITION_STEPS,
     .trace = TOLD_ADDITION("1 handle=h2 track=k1 event=ADD key=test.a " RIGHT_NEW " old=unset"),
     .departs = {"cmap_track_add.callback.cmap_handle [] another handle"}},
    {.name = "another track handle",
     .steps = ADDITION_STEPS,
     .trace = TOLD_ADDITION("1 handle=h1 track=k9 event=ADD key=test.a " RIGHT_NEW " old=unset"),
     .departs = {"cmap_track_add.callback.cmap_track_handle [] another handle"}},
    {.name = "user data that nobody gave",
     .steps = ADDITION_STEPS,
     .trace = CONNECT TRACK "@ 2 set CS_OK\n> 3 dispatch\n"
                            "! ? handle=h1 track=k1 event=ADD key=test.a " RIGHT_NEW
                            " old=unset\n~ ?\n< 3 CS_OK\n= finished",
     .departs = {"cmap_track_add.user_data [] unknown"}},
    {.name = "another event",
     .steps = ADDITION_STEPS,
     .trace = TOLD_ADDITION("1 handle=h1 track=k1 event=MODIFY key=test.a " RIGHT_NEW " old=unset"),
     .departs = {"cmap_track_add.callback.event [] MODIFY for ADD"}},
    {.name = "no event at all",
     .steps = ADDITION_STEPS,
     .trace = TOLD_ADDITION("1 handle=h1 track=k1 event=77 key=test.a " RIGHT_NEW " old=unset"),
     .departs = {"cmap_track_add.callback.event [] no event for ADD"}},
    {.name = "the prefix bit in the event",
     .steps = ADDITION_STEPS,
     .trace = TOLD_ADDITION("1 handle=h1 track=k1 event=12 key=test.a " RIGHT_NEW " old=unset"),
     .departs = {"cmap_track_add.track_type.prefix_never_returned [] CMAP_TRACK_PREFIX in event"}},
    {.name = "another key",
     .steps = ADDITION_STEPS,
     .trace = TOLD_ADDITION("1 handle=h1 track=k1 event=ADD key=test. " RIGHT_NEW " old=unset"),
     .departs = {"cmap_track_add.callback.key_name [] another name"}},
    {.name = "no key",
     .steps = ADDITION_STEPS,
     .trace = TOLD_ADDITION("1 handle=h1 track=k1 event=ADD key=NULL " RIGHT_NEW " old=unset"),
     .departs = {"cmap_track_add.callback.key_name [] another name"}},
    {.name = "a string without its end",
     .steps = ADDITION_STEPS,
     .trace =
         TOLD_ADDITION("1 handle=h1 track=k1 event=ADD key=test.a new=string:\"on\" old=unset"),
     .departs = {"cmap_track_add.callback.new_value [] another length"}},
    {.name = "other data",
     .steps = ADDITION_STEPS,
     .trace = TOLD_ADDITION(
         "1 handle=h1 track=k1 event=ADD key=test.a new=string:\"no\\x00\" old=unset"),
     .departs = {"cmap_track_add.callback.new_value [] other data"}},
    {.name = "another type",
     .steps = ADDITION_STEPS,
     .trace =
         TOLD_ADDITION("1 handle=h1 track=k1 event=ADD key=test.a new=binary:6f6e00 old=unset"),
     .departs = {"cmap_track_add.callback.new_value [] another type"}},
    {.name = "no new value",
     .steps = ADDITION_STEPS,
     .trace = TOLD_ADDITION("1 handle=h1 track=k1 event=ADD key=test.a new=unset old=unset"),
     .departs = {"cmap_track_add.callback.new_value [] unset"}},
    {.name = "a value that cannot be read",
     .steps = ADDITION_STEPS,
     .trace = TOLD_ADDITION(
         "1 handle=h1 track=k1 event=ADD key=test.a new=invalid(type=11,len=99999999) old=unset"),
     .departs = {"cmap_track_add.callback.new_value [] no value"}},
    {.name = "an old value of an addition",
     .steps = ADDITION_STEPS,
     .trace = TOLD_ADDITION("1 handle=h1 track=k1 event=ADD key=test.a " RIGHT_NEW " old=uint8:1"),
     .departs = {"cmap_track_add.callback.old_value [] set"}},
    {.name = "an unset value with data",
     .steps = ADDITION_STEPS,
     .trace =
         TOLD_ADDITION("1 handle=h1 track=k1 event=ADD key=test.a " RIGHT_NEW " old=unset!data"),
     .departs = {"cmap_track_add.callback.unset_fields [old_value] data is not 0"}},
    {.name = "an unset value with a type",
     .steps = ADDITION_STEPS,
     .trace = TOLD_ADDITION("1 handle=h1 track=k1 event=ADD key=test.a " RIGHT_NEW " old=binary!"),
     .departs = {"cmap_track_add.callback.unset_fields [old_value] type is not 0"}},
    {.name = "a modification told rightly",
     .steps = MODIFICATION_STEPS,
     .trace =
         TOLD_ADDITION("1 handle=h1 track=k1 event=MODIFY key=test.a new=uint32:8 old=uint32:7"),
     .conforms = {"cmap_track_add.track_type.modify [] called",
                  "cmap_track_add.key_name [] called"},
     .plan = CHANGE_KEYS},
    {.name = "no old value of a modification",
     .steps = MODIFICATION_STEPS,
     .trace = TOLD_ADDITION("1 handle=h1 track=k1 event=MODIFY key=test.a new=uint32:8 old=unset"),
     .departs = {"cmap_track_add.callback.old_value [] unset"},
     .plan = CHANGE_KEYS},
    {.name = "values exchanged",
     .steps = MODIFICATION_STEPS,
     .trace =
         TOLD_ADDITION("1 handle=h1 track=k1 event=MODIFY key=test.a new=uint32:7 old=uint32:8"),
     .departs = {"cmap_track_add.callback.new_value [] other data",
                 "cmap_track_add.callback.old_value [] other data"},
     .plan = CHANGE_KEYS},
    {.name = "a deletion told rightly",
     .steps = DELETION_STEPS,
     .trace = TOLD_DELETION("1 handle=h1 track=k1 event=DELETE key=test.a new=unset old=uint32:7"),
     .conforms = {"cmap_track_add.track_type.delete [] called",
                  "cmap_track_add.callback.unset_fields [new_value] all 0"},
     .plan = CHANGE_KEYS},
    {.name = "a new value of a deletion",
     .steps = DELETION_STEPS,
     .trace =
         TOLD_DELETION("1 handle=h1 track=k1 event=DELETE key=test.a new=uint32:7 old=uint32:7"),
     .departs = {"cmap_track_add.callback.new_value [] set"},
     .plan = CHANGE_KEYS},
};

#define TOLD "! 1 handle=h1 track=k1 event=ADD key=test.a new=uint8:1 old=unset\n~ 1\n"
#define TOLD_B "! 1 handle=h1 track=k1 event=ADD key=test.b new=uint8:1 old=unset\n~ 1\n"

const JudgeCase kUnfounded[] = {
    {.name = "told twice",
     .steps = "{op: initialize}\n{op: track_add, key: test.a, track: [add]}\n"
              "{op: set, by: peer, key: test.a, value: uint8:1}\n{op: dispatch, mode: ALL}",
     .trace = CONNECT TRACK "@ 2 set CS_OK\n> 3 dispatch\n" TOLD TOLD "< 3 CS_OK\n= finished",
     .departs = {"cmap_track_add.notify_fn [] called twice for one change"}},
    {.name = "told again later",
     .steps = "{op: initialize}\n{op: track_add, key: test., track: [add, prefix]}\n"
              "{op: set, by: peer, key: test.a, value: uint8:1}\n"
              "{op: set, by: peer, key: test.b, value: uint8:1}\n{op: dispatch, mode: ALL}",
     .trace = CONNECT TRACK "@ 2 set CS_OK\n@ 3 set CS_OK\n> 4 dispatch\n" TOLD TOLD_B TOLD
                            "< 4 CS_OK\n= finished",
     .departs = {"cmap_track_add.notify_fn [] called twice for one change"}},
    {.name = "told of a set that changed nothing",
     .steps = "{op: initialize}\n{op: track_add, key: test.a, track: [add, modify]}\n"
              "{op: set, by: peer, key: test.a, value: uint8:1}\n{op: dispatch, mode: ALL}",
     .trace =
         CONNECT TRACK "@ 2 set CS_OK\n> 3 dispatch\n"
                       "! 1 handle=h1 track=k1 event=MODIFY key=test.a new=uint8:1 old=uint8:1\n"
                       "~ 1\n< 3 CS_OK\n= finished",
     .departs = {"cmap_track_add.notify_fn [] called without a change"},
     .plan = "keys:\n- {key: test.a, value: uint8:1}"},
    {.name = "told of a change before the tracker",
     .steps = "{op: initialize}\n{op: track_add, key: test.b, track: [add]}\n"
              "{op: set, by: peer, key: test.a, value: uint8:1}\n"
              "{op: track_add, tracker: 1, key: test.a, track: [add]}\n{op: dispatch, mode: ALL}",
     .trace = CONNECT TRACK "@ 2 set CS_OK\n> 3 track_add\n< 3 CS_OK track=k2\n> 4 dispatch\n"
                            "! 3 handle=h1 track=k2 event=ADD key=test.a new=uint8:1 old=unset\n"
                            "~ 3\n< 4 CS_OK\n= finished",
     .departs = {"cmap_track_add.notify_fn [] called for a change before cmap_track_add"}},
    {.name = "told what the mask does not ask for",
     .steps = "{op: initialize}\n{op: track_add, key: test.a, track: [delete]}\n"
              "{op: set, by: peer, key: test.a, value: uint8:1}\n{op: dispatch, mode: ALL}",
     .trace = CONNECT TRACK "@ 2 set CS_OK\n> 3 dispatch\n" TOLD "< 3 CS_OK\n= finished",
     .departs = {"cmap_track_add.track_type.add [] called without being asked for"}},
    {.name = "told of a longer key",
     .steps = "{op: initialize}\n{op: track_add, key: test., track: [add]}\n"
              "{op: set, by: peer, key: test.a, value: uint8:1}\n{op: dispatch, mode: ALL}",
     .trace = CONNECT TRACK "@ 2 set CS_OK\n> 3 dispatch\n" TOLD "< 3 CS_OK\n= finished",
     .departs = {"cmap_track_add.key_name [] called for a key that begins with it"}},
    {.name = "told of another key",
     .steps = "{op: initialize}\n{op: track_add, key: test.b, track: [add]}\n"
              "{op: set, by: peer, key: test.a, value: uint8:1}\n{op: dispatch, mode: ALL}",
     .trace = CONNECT TRACK "@ 2 set CS_OK\n> 3 dispatch\n" TOLD "< 3 CS_OK\n= finished",
     .departs = {"cmap_track_add.key_name [] called for another key"}},
    {.name = "told of what never was",
     .steps =
         "{op: initialize}\n{op: track_add, key: test.a, track: [add]}\n{op: dispatch, mode: ALL}",
     .trace = CONNECT TRACK "> 2 dispatch\n" TOLD "< 2 CS_OK\n= finished",
     .departs = {"cmap_track_add.notify_fn [] spurious callback"}},
    {.name = "told without any tracker",
     .steps = "{op: initialize}\n{op: dispatch, mode: ALL}",
     .trace =
         CONNECT "> 1 dispatch\n! ? handle=h1 track=k1 event=ADD key=test.a new=uint8:1 old=unset\n"
                 "~ ?\n< 1 CS_OK\n= finished",
     .departs = {"cmap_dispatch.tracking_needed [] called without a tracker"}},
    {.name = "told to another connection",
     .steps = "{op: initialize}\n{op: track_add, key: test.a, track: [add]}\n"
              "{op: initialize, connection: 1}\n{op: set, by: peer, key: test.a, value: uint8:1}\n"
              "{op: dispatch, connection: 1, mode: ALL}",
     .trace =
         CONNECT TRACK "> 2 initialize\n< 2 CS_OK handle=h2\n@ 3 set CS_OK\n> 4 dispatch\n" TOLD
                       "< 4 CS_OK\n= finished",
     .departs = {"cmap_initialize.handle_identifies [] called for another connection's tracker"}},
    {.name = "told outside of a dispatch",
     .steps = "{op: initialize}\n{op: track_add, key: test.a, track: [add]}\n"
              "{op: set, key: test.a, value: uint8:1}\n{op: dispatch, mode: ALL}",
     .trace = CONNECT TRACK "> 2 set\n" TOLD "< 2 CS_OK\n> 3 dispatch\n< 3 CS_OK\n= finished",
     .departs = {"cmap_dispatch.dispatches [] callback outside of cmap_dispatch"}},
    {.name = "told of a key of the service's own",
     .steps = "{op: initialize}\n{op: track_add, key: runtime., track: [add, prefix]}\n{op: "
              "dispatch, mode: ALL}",
     .trace = CONNECT TRACK "> 2 dispatch\n"
                            "! 1 handle=h1 track=k1 event=ADD key=runtime.x new=uint8:1 old=unset\n"
                            "~ 1\n< 2 CS_OK\n= finished"},
};

class JudgeCallbackTest : public testing::TestWithParam<JudgeCase> {};

TEST_P(JudgeCallbackTest, IsSeen) { ExpectJudged(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Arguments, JudgeCallbackTest, testing::ValuesIn(kArguments),
                         [](const auto& test) { return CaseName(test.param); });
INSTANTIATE_TEST_SUITE_P(Unfounded, JudgeCallbackTest, testing::ValuesIn(kUnfounded),
                         [](const auto& test) { return CaseName(test.param); });

}  // namespace
}  // namespace cmapsim
