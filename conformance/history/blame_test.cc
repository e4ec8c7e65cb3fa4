// Whom the judge of histories blames: where answers were mixed up, not the call that shows it.
#include <gtest/gtest.h>

#include "conformance/judge_case.h"

namespace cmapsim {
namespace {

// The set on connection 1 took the answer of the inc before it, which was cut off, and did nothing.
constexpr std::string_view kSetsOverTwo = R"(
  {op: initialize, connection: 0}
  {op: initialize, connection: 1}
  {op: track_add, connection: 0, key: test., track: [add, modify, delete, prefix]}
  {op: inc, connection: 1, key: test.a}
  {op: set, connection: 1, key: test.b, value: uint8:1}
  {op: dispatch, connection: 0, mode: ALL}
)";

TEST(Blame, ADispatchIsNotBlamedForWhatAnAnswerOfAnotherRequestMadeUp) {
  ExpectJudged(
      {.name = "cut off",
       .steps = kSetsOverTwo,
       .trace = R"(
       > 0 initialize connection=0
       < 0 CS_OK handle=h1
       > 1 initialize connection=1
       < 1 CS_OK handle=h2
       > 2 track_add connection=0 key=test. track=15
       < 2 CS_OK track=k1
       > 3 inc connection=1 key=test.a
       * 0 host.send.errno nth=7
       < 3 CS_ERR_INTERRUPT
       > 4 set connection=1 key=test.b value=uint8:1
       < 4 CS_OK
       > 5 dispatch connection=0 mode=ALL
       < 5 CS_OK
       = finished
     )",
       .departs = {"cmap_set.returns [after a request that was cut off] no order explains it"},
       .unknown = {"cmap_inc.returns [a fault struck in the call] CS_ERR_INTERRUPT"},
       .plan = "keys: []\nfaults: [{fault: host.send.errno, nth: 7, errno: EINTR}]"});
}

TEST(Blame, ADispatchIsBlamedForWhatNothingElseExplains) {
  ExpectJudged(
      {.name = "not cut off",
       .steps = R"(
       {op: initialize, connection: 0}
       {op: initialize, connection: 1}
       {op: track_add, connection: 0, key: test., track: [add, prefix]}
       {op: set, connection: 0, key: test.b, value: uint8:1}
       {op: dispatch, connection: 0, mode: ALL}
     )",
       .trace = R"(
       > 0 initialize connection=0
       < 0 CS_OK handle=h1
       > 1 initialize connection=1
       * 0 host.send.errno nth=7
       < 1 CS_ERR_INTERRUPT
       > 2 track_add connection=0 key=test. track=9
       < 2 CS_OK track=k1
       > 3 set connection=0 key=test.b value=uint8:1
       < 3 CS_OK
       > 4 dispatch connection=0 mode=ALL
       < 4 CS_OK
       = finished
     )",
       .departs = {"cmap_dispatch.all [after a fault] callbacks left waiting"},
       .unknown = {"cmap_initialize.returns [a fault struck in the call] CS_ERR_INTERRUPT"},
       .plan = "keys: []\nfaults: [{fault: host.send.errno, nth: 7, errno: EINTR}]"});
}

// Task 1 deletes a key over connection 0 beside the first task's delete of it; an inc over connection 1 shows which came first.
constexpr std::string_view kDeletesOfTwo = R"(
  {op: initialize, connection: 0}
  {op: initialize, connection: 1}
  {op: start, task: 1}
  {op: inc, connection: 1, key: test.a}
  {op: delete, connection: 0, key: test.a}
)";
constexpr std::string_view kDeleteInTask =
    "keys: [{key: test.a, value: uint8:1}]\n"
    "tasks: [{task: 1, steps: [{op: delete, connection: 0, key: test.a}]}]";

TEST(Blame, AnotherConnectionsRequestIsNotBlamedForAnswersThatWereSwapped) {
  ExpectJudged({.name = "swapped",
                .steps = kDeletesOfTwo,
                .trace = R"(
       > 0 initialize connection=0
       < 0 CS_OK handle=h1
       > 1 initialize connection=1
       < 1 CS_OK handle=h2
       > 2 start task=1
       < 2 CS_OK
       > 3 inc connection=1 key=test.a
       > 5 delete connection=0 key=test.a task=1
       < 3 CS_ERR_NOT_EXIST
       > 4 delete connection=0 key=test.a
       < 4 CS_OK
       < 5 CS_ERR_NOT_EXIST task=1
       = finished
     )",
                .departs = {"cmap_delete.returns [two requests over one handle at once] no order "
                            "explains it"},
                .plan = kDeleteInTask});
}

TEST(Blame, ARequestIsBlamedWhereNoAnswerCanHaveBeenSwapped) {
  ExpectJudged({.name = "not swapped",
                .steps = kDeletesOfTwo,
                .trace = R"(
       > 0 initialize connection=0
       < 0 CS_OK handle=h1
       > 1 initialize connection=1
       < 1 CS_OK handle=h2
       > 2 start task=1
       < 2 CS_OK
       > 3 inc connection=1 key=test.a
       < 3 CS_ERR_NOT_EXIST
       > 5 delete connection=0 key=test.a task=1
       < 5 CS_OK task=1
       > 4 delete connection=0 key=test.a
       < 4 CS_ERR_NOT_EXIST
       = finished
     )",
                .departs = {"cmap_inc.returns [several tasks] no order explains it"},
                .plan = kDeleteInTask});
}

}  // namespace
}  // namespace cmapsim
