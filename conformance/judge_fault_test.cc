// Runs in which a fault of the host struck, or the service answered with an error.
#include <gtest/gtest.h>

#include "conformance/judge_case.h"

namespace cmapsim {
namespace {

constexpr std::string_view kSteps = R"(
  {op: initialize}
  {op: set, key: test.a, value: uint8:1}
  {op: get, key: test.a, buffer: 1}
)";

const JudgeCase kCases[] = {
    {.name = "a call in which a fault of the host struck may have any outcome",
     .steps = kSteps,
     .trace = R"(
       > 0 initialize connection=0
       < 0 CS_OK handle=h1
       > 1 set connection=0 key=test.a value=uint8:1
       * 0 host.send.errno nth=2
       < 1 CS_ERR_INTERRUPT
       > 2 get connection=0 key=test.a buffer=1
       < 2 CS_ERR_NOT_EXIST
       = finished
     )",
     .conforms = {"cmap_initialize.returns [] CS_OK"},
     .unknown = {"cmap_set.returns [a fault struck in the call] CS_ERR_INTERRUPT"},
     .plan = "faults: [{fault: host.send.errno, errno: EINTR, nth: 2}]"},
    {.name = "what was seen before the fault counts",
     .steps = kSteps,
     .trace = R"(
       > 0 initialize connection=0
       < 0 CS_OK handle=h1
       > 1 set connection=0 key=test.a value=uint8:1
       < 1 CS_ERR_BUSY
       > 2 get connection=0 key=test.a buffer=1
       * 0 host.send.errno nth=3
       < 2 CS_OK type=uint8 len=1 value=uint8:7
       = finished
     )",
     .departs = {"cmap_set.returns [] CS_ERR_BUSY"},
     .unknown = {"cmap_get.returns [a fault struck in the call] CS_OK"},
     .plan = "faults: [{fault: host.send.errno, errno: EINTR, nth: 3}]"},
    {.name = "a crash is wrong after a fault too",
     .steps = kSteps,
     .trace = R"(
       > 0 initialize connection=0
       < 0 CS_OK handle=h1
       > 1 set connection=0 key=test.a value=uint8:1
       * 0 host.send.errno nth=2
       < 1 CS_ERR_INTERRUPT
       > 2 get connection=0 key=test.a buffer=1
       = crash SIGSEGV
     )",
     .departs = {"cmap_get.returns [after a request that was cut off] crash SIGSEGV"},
     .unknown = {"cmap_set.returns [a fault struck in the call] CS_ERR_INTERRUPT"},
     .plan = "faults: [{fault: host.send.errno, errno: EINTR, nth: 2}]"},
    {.name = "a livelock that a fault caused may be right",
     .steps = kSteps,
     .trace = R"(
       > 0 initialize connection=0
       < 0 CS_OK handle=h1
       > 1 set connection=0 key=test.a value=uint8:1
       * 0 host.send.errno nth=2
       = livelock
     )",
     .unknown = {"cmap_set.returns [a fault struck in the call] livelock"},
     .plan = "faults: [{fault: host.send.errno, errno: EAGAIN, from: 2}]"},
    {.name = "a fault that did not strike changes nothing",
     .steps = kSteps,
     .trace = R"(
       > 0 initialize connection=0
       < 0 CS_OK handle=h1
       > 1 set connection=0 key=test.a value=uint8:1
       < 1 CS_ERR_INTERRUPT
       > 2 get connection=0 key=test.a buffer=1
       < 2 CS_ERR_NOT_EXIST
       = finished
     )",
     .departs = {"cmap_set.returns [] CS_ERR_INTERRUPT"},
     .plan = "faults: [{fault: host.send.errno, errno: EINTR, nth: 9}]"},
    {.name = "an error that the service answers is returned and changes nothing",
     .steps = kSteps,
     .trace = R"(
       > 0 initialize connection=0
       < 0 CS_OK handle=h1
       > 1 set connection=0 key=test.a value=uint8:1
       * 0 service.reply.error nth=1
       < 1 CS_ERR_BUSY
       > 2 get connection=0 key=test.a buffer=1
       < 2 CS_ERR_NOT_EXIST
       = finished
     )",
     .conforms = {"cmap_set.returns [the service answered with an error] an error",
                  "cmap_get.not_exist [] CS_ERR_NOT_EXIST"},
     .plan = "faults: [{fault: service.reply.error, error: CS_ERR_BUSY}]"},
    {.name = "an error that the service answers is not swallowed",
     .steps = kSteps,
     .trace = R"(
       > 0 initialize connection=0
       < 0 CS_OK handle=h1
       > 1 set connection=0 key=test.a value=uint8:1
       * 0 service.reply.error nth=1
       < 1 CS_OK
       > 2 get connection=0 key=test.a buffer=1
       * 1 service.reply.error nth=2
       < 2 CS_ERR_ACCESS
       = finished
     )",
     .departs = {"cmap_set.returns [the service answered with an error] CS_OK",
                 "cmap_get.returns [the service answered with an error] CS_ERR_ACCESS"},
     .plan = "faults: [{fault: service.reply.error, error: CS_ERR_BUSY}, {fault: "
             "service.reply.error, error: CS_ERR_TOO_BIG, nth: 2}]"},
    {.name = "a refused connection is an error",
     .steps = kSteps,
     .trace = R"(
       > 0 initialize connection=0
       * 0 service.accept.refuse nth=1
       < 0 CS_OK handle=h1
       > 1 set connection=0 key=test.a value=uint8:1
       < 1 CS_ERR_LIBRARY
       > 2 get connection=0 key=test.a buffer=1
       < 2 CS_ERR_LIBRARY
       = finished
     )",
     .departs = {"cmap_initialize.returns [the service answered with an error] CS_OK"},
     .plan = "faults: [{fault: service.accept.refuse, errno: EACCES}]"},
    {.name = "a crash by a signal that has a handler is wrong",
     .steps = R"(
       {op: sigaction, signal: SIGUSR1}
       {op: initialize}
     )",
     .trace = R"(
       > 0 sigaction signal=SIGUSR1
       < 0 CS_OK
       > 1 initialize connection=0
       = crash SIGUSR1
     )",
     .departs = {"cmap_initialize.returns [after a fault] crash SIGUSR1"},
     .unknown = {}},
};

class FaultCases : public testing::TestWithParam<JudgeCase> {};

TEST_P(FaultCases, AreJudged) { ExpectJudged(GetParam()); }

INSTANTIATE_TEST_SUITE_P(All, FaultCases, testing::ValuesIn(kCases),
                         [](const auto& test) { return CaseName(test.param); });

}  // namespace
}  // namespace cmapsim
