// cmap_initialize, cmap_finalize, cmap_fd_get, handles that are none, and a service that goes away.
#include <gtest/gtest.h>

#include "conformance/judge_case.h"

namespace cmapsim {
namespace {

#define CONNECT "> 0 initialize\n< 0 CS_OK handle=h1\n"
#define TRACK "> 1 track_add\n< 1 CS_OK track=k1\n"
#define TRACK_STEP "{op: track_add, key: test., track: [add, prefix]}\n"
#define SET_A "{op: set, by: peer, key: test.a, value: uint8:1}\n"
#define CALLBACK_A "! 1 handle=h1 track=k1 event=ADD key=test.a new=uint8:1 old=unset\n~ 1\n"

const JudgeCase kConnections[] = {
    {.name = "a connection",
     .steps = "{op: initialize}\n{op: finalize}",
     .trace = CONNECT "> 1 finalize\n< 1 CS_OK\n= finished",
     .conforms = {"cmap_initialize.returns [] CS_OK",
                  "cmap_initialize.handle_identifies [] a new handle",
                  "cmap_finalize.returns [] CS_OK"}},
    {.name = "no connection",
     .steps = "{op: initialize}",
     .trace = "> 0 initialize\n< 0 CS_ERR_LIBRARY\n= finished",
     .departs = {"cmap_initialize.returns [] CS_ERR_LIBRARY"}},
    {.name = "no second connection",
     .steps = "{op: initialize}\n{op: initialize, connection: 1}",
     .trace = CONNECT "> 1 initialize\n< 1 CS_ERR_NO_RESOURCES\n= finished",
     .departs = {"cmap_initialize.several [] CS_ERR_NO_RESOURCES"}},
    {.name = "the same handle twice",
     .steps = "{op: initialize}\n{op: initialize, connection: 1}",
     .trace = CONNECT "> 1 initialize\n< 1 CS_OK handle=h1\n= finished",
     .departs = {"cmap_initialize.handle_identifies [] the handle of another connection"}},
    {.name = "the handle of a finalized connection",
     .steps = "{op: initialize}\n{op: finalize}\n{op: initialize}",
     .trace = CONNECT "> 1 finalize\n< 1 CS_OK\n> 2 initialize\n< 2 CS_OK handle=h1\n= finished",
     .conforms = {"cmap_initialize.handle_identifies [] a new handle"}},
    {.name = "finalized twice",
     .steps = "{op: initialize}\n{op: finalize}\n{op: finalize}",
     .trace = CONNECT "> 1 finalize\n< 1 CS_OK\n> 2 finalize\n< 2 CS_ERR_BAD_HANDLE\n= finished",
     .conforms = {"cmap_finalize.bad_handle [a finalized handle] CS_ERR_BAD_HANDLE"}},
    {.name = "finalized twice with success",
     .steps = "{op: initialize}\n{op: finalize}\n{op: finalize}",
     .trace = CONNECT "> 1 finalize\n< 1 CS_OK\n> 2 finalize\n< 2 CS_OK\n= finished",
     .departs = {"cmap_finalize.bad_handle [a finalized handle] CS_OK"}},
    {.name = "finalized what never was",
     .steps = "{op: finalize, handle: 7}",
     .trace = "> 0 finalize\n< 0 CS_ERR_INVALID_PARAM\n= finished",
     .departs = {"cmap_finalize.bad_handle [a handle never issued] CS_ERR_INVALID_PARAM"}},
    {.name = "an unchecked handle",
     .steps = "{op: initialize}\n{op: finalize, handle: 0xffffffff00000000}",
     .trace = CONNECT "> 1 finalize\n< 1 CS_OK\n= finished",
     .departs = {"cmap_finalize.bad_handle [a handle whose upper half is all ones] CS_OK"}},
    {.name = "not finalized",
     .steps = "{op: initialize}\n{op: finalize}",
     .trace = CONNECT "> 1 finalize\n< 1 CS_ERR_LIBRARY\n= finished",
     .departs = {"cmap_finalize.returns [] CS_ERR_LIBRARY"}},
    {.name = "a finalized handle refused",
     .steps = "{op: initialize}\n{op: finalize}\n{op: dispatch, mode: ALL}\n{op: fd_get}",
     .trace = CONNECT "> 1 finalize\n< 1 CS_OK\n> 2 dispatch\n< 2 CS_ERR_BAD_HANDLE\n"
                      "> 3 fd_get\n< 3 CS_ERR_BAD_HANDLE\n= finished",
     .conforms = {"cmap_finalize.handle_not_reused [cmap_dispatch] an error",
                  "cmap_finalize.no_more_callbacks [] no callback"},
     .records =
         {"undocumented.invalid_handle [cmap_dispatch, a finalized handle] CS_ERR_BAD_HANDLE",
          "undocumented.invalid_handle [cmap_fd_get, a finalized handle] CS_ERR_BAD_HANDLE"}},
    {.name = "a finalized handle that works",
     .steps = "{op: initialize}\n{op: finalize}\n{op: dispatch, mode: ALL}",
     .trace = CONNECT "> 1 finalize\n< 1 CS_OK\n> 2 dispatch\n< 2 CS_OK\n= finished",
     .departs = {"cmap_finalize.handle_not_reused [cmap_dispatch] CS_OK"}},
    {.name = "a handle that never was",
     .steps = "{op: dispatch, handle: 7, mode: ALL}",
     .trace = "> 0 dispatch\n< 0 CS_OK\n= finished",
     .departs = {"cmap_dispatch.returns [a handle never issued] CS_OK"}},
    {.name = "a handle that never was blocks",
     .steps = "{op: dispatch, handle: 7, mode: ONE}",
     .trace = "> 0 dispatch\n= deadlock poll",
     .departs = {"cmap_dispatch.returns [a handle never issued] blocked"}},
    {.name = "a callback after finalize",
     .steps = "{op: initialize}\n" TRACK_STEP SET_A "{op: finalize}\n{op: dispatch, mode: ALL}",
     .trace = CONNECT TRACK "@ 2 set CS_OK\n> 3 finalize\n< 3 CS_OK\n> 4 dispatch\n" CALLBACK_A
                            "< 4 CS_ERR_BAD_HANDLE\n= finished",
     .departs = {"cmap_finalize.no_more_callbacks [] callback after cmap_finalize"}},
};

#define FINALIZING_STEPS                                                 \
  "{op: initialize}\n{op: track_add, key: test., track: [add, prefix], " \
  "on_callback: [{nth: 1, steps: [{op: finalize}]}]}\n" SET_A            \
  "{op: set, by: peer, key: test.b, value: uint8:1}\n{op: dispatch, mode: ALL}"
#define FINALIZING                                                          \
  CONNECT TRACK                                                             \
      "@ 3 set CS_OK\n@ 4 set CS_OK\n> 5 dispatch\n"                        \
      "! 1 handle=h1 track=k1 event=ADD key=test.a new=uint8:1 old=unset\n" \
      "> 2 finalize\n< 2 CS_OK\n~ 1\n"

const JudgeCase kFinalizing[] = {
    {.name = "finalized in a callback",
     .steps = FINALIZING_STEPS,
     .trace = FINALIZING "< 5 CS_ERR_BAD_HANDLE\n= finished",
     .conforms = {"cmap_finalize.no_more_callbacks [] no callback"},
     .records = {"undocumented.dispatch.finalize_in_callback [ALL] CS_ERR_BAD_HANDLE"}},
    {.name = "finalized in a callback and going on",
     .steps = FINALIZING_STEPS,
     .trace = FINALIZING "! 1 handle=h1 track=k1 event=ADD key=test.b new=uint8:1 old=unset\n~ 1\n"
                         "< 5 CS_OK\n= finished",
     .departs = {"cmap_finalize.no_more_callbacks [] callback after cmap_finalize"},
     .records = {"undocumented.dispatch.finalize_in_callback [ALL] CS_OK"}},
    {.name = "finalized in a callback and blocked",
     .steps = FINALIZING_STEPS,
     .trace = FINALIZING "= deadlock poll",
     .departs = {"cmap_finalize.no_more_callbacks [] blocked"}},
};

const JudgeCase kDescriptors[] = {
    {.name = "a descriptor",
     .steps = "{op: initialize}\n{op: fd_get}",
     .trace = CONNECT "> 1 fd_get\n< 1 CS_OK fd=fd1\n= finished",
     .conforms = {"cmap_fd_get.returns [] CS_OK"}},
    {.name = "no descriptor",
     .steps = "{op: initialize}\n{op: fd_get}",
     .trace = CONNECT "> 1 fd_get\n< 1 CS_OK fd=-1\n= finished",
     .departs = {"cmap_fd_get.poll [] no descriptor"}},
    {.name = "an error for a descriptor",
     .steps = "{op: initialize}\n{op: fd_get}",
     .trace = CONNECT "> 1 fd_get\n< 1 CS_ERR_LIBRARY\n= finished",
     .departs = {"cmap_fd_get.returns [] CS_ERR_LIBRARY"}},
    {.name = "ready with a callback pending",
     .steps = "{op: initialize}\n" TRACK_STEP SET_A "{op: poll, timeout: 0}",
     .trace = CONNECT TRACK "@ 2 set CS_OK\n> 3 poll\n< 3 CS_OK ready=in\n= finished",
     .conforms = {"cmap_fd_get.poll [] ready"}},
    {.name = "ready with nothing pending",
     .steps = "{op: initialize}\n{op: poll, timeout: 0}",
     .trace = CONNECT "> 1 poll\n< 1 CS_OK ready=in\n= finished",
     .departs = {"cmap_fd_get.poll [] ready without a callback pending"}},
    {.name = "not ready with a callback pending",
     .steps =
         "{op: initialize}\n" TRACK_STEP SET_A "{op: poll, timeout: 0}\n{op: dispatch, mode: ALL}",
     .trace = CONNECT TRACK "1 @ 2 set CS_OK\n2 > 3 poll\n2 < 3 CS_OK ready=none\n2 > 4 dispatch\n"
                            "2 ! 1 handle=h1 track=k1 event=ADD key=test.a new=uint8:1 old=unset\n"
                            "2 ~ 1\n2 < 4 CS_OK\n2 = finished",
     .departs = {"cmap_fd_get.poll [] not ready with a callback pending"}},
    {.name = "live, not ready for what came while it was polled",
     .steps = "{op: initialize}\n" TRACK_STEP
              "{op: set, by: peer, after: 1ms, key: test.a, value: uint8:1}\n"
              "{op: poll, timeout: 5ms}\n{op: dispatch, mode: ALL}",
     .trace = CONNECT TRACK "1 > 3 poll\n2 @ 2 set CS_OK\n3 < 3 CS_OK ready=none\n"
                            "3 > 4 dispatch\n"
                            "4 ! 1 handle=h1 track=k1 event=ADD key=test.a new=uint8:1 old=unset\n"
                            "4 ~ 1\n4 < 4 CS_OK\n4 = finished",
     .live = true},
    {.name = "live, not ready for what came before it was polled",
     .steps = "{op: initialize}\n" TRACK_STEP SET_A "{op: poll, timeout: 5ms}\n"
              "{op: dispatch, mode: ALL}",
     .trace = CONNECT TRACK "1 @ 2 set CS_OK\n2 > 3 poll\n3 < 3 CS_OK ready=none\n"
                            "3 > 4 dispatch\n"
                            "4 ! 1 handle=h1 track=k1 event=ADD key=test.a new=uint8:1 old=unset\n"
                            "4 ~ 1\n4 < 4 CS_OK\n4 = finished",
     .departs = {"cmap_fd_get.poll [] not ready with a callback pending"},
     .live = true},
    {.name = "never ready",
     .steps =
         "{op: initialize}\n" TRACK_STEP SET_A "{op: poll, timeout: 1s}\n{op: poll, timeout: 1s}",
     .trace = CONNECT TRACK
     "@ 2 set CS_OK\n> 3 poll\n1000000000 < 3 CS_OK ready=none\n"
     "1000000000 > 4 poll\n2000000000 < 4 CS_OK ready=none\n2000000000 = finished",
     .departs = {"cmap_fd_get.poll [] not ready with a callback pending"}},
    {.name = "a descriptor that is closed",
     .steps = "{op: initialize}\n{op: poll, timeout: 1s}",
     .trace = CONNECT "> 1 poll\n< 1 CS_OK ready=nval\n= finished",
     .departs = {"cmap_fd_get.poll [] no descriptor"}},
    {.name = "not ready with nothing pending",
     .steps = "{op: initialize}\n{op: poll, timeout: 1s}",
     .trace = CONNECT "> 1 poll\n1000000000 < 1 CS_OK ready=none\n1000000000 = finished",
     .conforms = {"cmap_fd_get.poll [] not ready"}},
    {.name = "polled for ever with nothing pending",
     .steps = "{op: initialize}\n{op: poll, timeout: forever}",
     .trace = CONNECT "> 1 poll\n= deadlock poll",
     .conforms = {"cmap_fd_get.poll [] not ready"}},
    {.name = "polled for ever with a callback pending",
     .steps = "{op: initialize}\n" TRACK_STEP SET_A "{op: poll, timeout: forever}",
     .trace = CONNECT TRACK "@ 2 set CS_OK\n> 3 poll\n= deadlock poll",
     .departs = {"cmap_fd_get.poll [] not ready with a callback pending"}},
    {.name = "ready for a deleted tracker",
     .steps = "{op: initialize}\n" TRACK_STEP SET_A "{op: track_delete}\n{op: poll, timeout: 0}",
     .trace = CONNECT TRACK "@ 2 set CS_OK\n> 3 track_delete\n< 3 CS_OK\n> 4 poll\n"
                            "< 4 CS_OK ready=in\n= finished",
     .records = {"undocumented.fd_get.deleted_tracker [] ready"}},
    {.name = "ready once the service is gone",
     .steps = "{op: initialize}\n{op: service, action: kill}\n{op: poll, timeout: 0}",
     .trace = CONNECT "@ 1 service CS_OK\n> 2 poll\n< 2 CS_OK ready=in,hup\n= finished",
     .conforms = {"cmap_fd_get.poll [the service is gone] ready"}},
    {.name = "not ready once the service is gone",
     .steps = "{op: initialize}\n{op: service, action: kill}\n{op: poll, timeout: 0}",
     .trace = CONNECT "@ 1 service CS_OK\n> 2 poll\n< 2 CS_OK ready=none\n= finished",
     .departs =
         {"cmap_fd_get.poll [the service is gone, over sockets] not ready though the service "
          "is gone"},
     .plan = "transport: socket"},
};

class JudgeConnectionTest : public testing::TestWithParam<JudgeCase> {};

TEST_P(JudgeConnectionTest, IsSeen) { ExpectJudged(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Connections, JudgeConnectionTest, testing::ValuesIn(kConnections),
                         [](const auto& test) { return CaseName(test.param); });
INSTANTIATE_TEST_SUITE_P(Finalizing, JudgeConnectionTest, testing::ValuesIn(kFinalizing),
                         [](const auto& test) { return CaseName(test.param); });
INSTANTIATE_TEST_SUITE_P(Descriptors, JudgeConnectionTest, testing::ValuesIn(kDescriptors),
                         [](const auto& test) { return CaseName(test.param); });

}  // namespace
}  // namespace cmapsim
