// cmap_iter_init, cmap_iter_next, cmap_iter_finalize, contexts and maps, in traces written by hand.
#include <gtest/gtest.h>

#include "conformance/judge_case.h"

namespace cmapsim {
namespace {

#define KEYS "keys:\n- {key: test.a, value: uint8:1}\n- {key: test.b, value: string:\"on\"}"
#define BEGUN "> 0 initialize\n< 0 CS_OK handle=h1\n> 1 iter_init\n< 1 CS_OK iter=i1\n"
#define FIRST "> 2 iter_next\n< 2 CS_OK key=test.a type=uint8 len=1\n"
#define SECOND "> 3 iter_next\n< 3 CS_OK key=test.b type=string len=3\n"

constexpr std::string_view kThreeSteps =
    "{op: initialize}\n{op: iter_init, key: test.}\n{op: iter_next}\n{op: iter_next}\n{op: "
    "iter_next}";

const JudgeCase kIterations[] = {
    {.name = "each key once",
     .steps = kThreeSteps,
     .trace = BEGUN FIRST SECOND "> 4 iter_next\n< 4 CS_ERR_NO_SECTIONS\n= finished",
     .conforms = {"cmap_iter_init.iterates [] each key once",
                  "cmap_iter_next.no_sections [] CS_ERR_NO_SECTIONS"},
     .records = {"undocumented.iter_order [] ascending"},
     .plan = KEYS},
    {.name = "a key left out",
     .steps = "{op: initialize}\n{op: iter_init, key: test.}\n{op: iter_next}\n{op: iter_next}",
     .trace = BEGUN FIRST "> 3 iter_next\n< 3 CS_ERR_NO_SECTIONS\n= finished",
     .departs = {"cmap_iter_next.next [] a key left out"},
     .plan = KEYS},
    {.name = "a key left out of all",
     .steps = "{op: initialize}\n{op: iter_init}\n{op: iter_next}\n{op: iter_next}",
     .trace = BEGUN FIRST "> 3 iter_next\n< 3 CS_ERR_NO_SECTIONS\n= finished",
     .departs = {"cmap_iter_init.all_keys [] a key left out"},
     .plan = KEYS},
    {.name = "a key twice",
     .steps = "{op: initialize}\n{op: iter_init, key: test.}\n{op: iter_next}\n{op: iter_next}",
     .trace = BEGUN FIRST "> 3 iter_next\n< 3 CS_OK key=test.a type=uint8 len=1\n= finished",
     .departs = {"cmap_iter_next.next [] a key twice"},
     .plan = KEYS},
    {.name = "a key that is not there",
     .steps = "{op: initialize}\n{op: iter_init, key: test.}\n{op: iter_next}",
     .trace = BEGUN "> 2 iter_next\n< 2 CS_OK key=test.c type=uint8 len=1\n= finished",
     .departs = {"cmap_iter_next.key_name [] a name of no key",
                 "cmap_iter_next.next [] a key that is not there"},
     .plan = KEYS},
    {.name = "a key without the prefix",
     .steps = "{op: initialize}\n{op: iter_init, key: test.b}\n{op: iter_next}",
     .trace = BEGUN FIRST "= finished",
     .departs = {"cmap_iter_init.prefix [] a key without the prefix"},
     .plan = KEYS},
    {.name = "another type and length",
     .steps = "{op: initialize}\n{op: iter_init, key: test.}\n{op: iter_next}",
     .trace = BEGUN "> 2 iter_next\n< 2 CS_OK key=test.a type=int8 len=2\n= finished",
     .departs = {"cmap_iter_next.type [] another", "cmap_iter_next.value_len [] another"},
     .plan = KEYS},
    {.name = "another error at the end",
     .steps = kThreeSteps,
     .trace = BEGUN FIRST SECOND "> 4 iter_next\n< 4 CS_ERR_NOT_EXIST\n= finished",
     .departs = {"cmap_iter_next.no_sections [] CS_ERR_NOT_EXIST"},
     .plan = KEYS},
    {.name = "an error before the end",
     .steps = "{op: initialize}\n{op: iter_init, key: test.}\n{op: iter_next}",
     .trace = BEGUN "> 2 iter_next\n< 2 CS_ERR_LIBRARY\n= finished",
     .departs = {"cmap_iter_next.returns [] CS_ERR_LIBRARY"},
     .plan = KEYS},
    {.name = "nothing to iterate over",
     .steps = "{op: initialize}\n{op: iter_init, key: none.}",
     .trace = BEGUN "= finished",
     .departs = {"cmap_iter_init.no_sections [] CS_OK"},
     .plan = KEYS},
    {.name = "a key that was deleted need not come",
     .steps = "{op: initialize}\n{op: iter_init, key: test.}\n{op: delete, key: test.b}\n{op: "
              "iter_next}\n{op: iter_next}",
     .trace =
         BEGUN "> 2 delete\n< 2 CS_OK\n> 3 iter_next\n< 3 CS_OK key=test.a type=uint8 len=1\n> 4 "
               "iter_next\n< 4 CS_ERR_NO_SECTIONS\n= finished",
     .conforms = {"cmap_iter_init.iterates [] each key once"},
     .plan = KEYS},
    {.name = "a finalized iterator goes on",
     .steps = "{op: initialize}\n{op: iter_init, key: test.}\n{op: iter_finalize}\n{op: iter_next}",
     .trace = BEGUN "> 2 iter_finalize\n< 2 CS_OK\n> 3 iter_next\n"
                    "< 3 CS_OK key=test.a type=uint8 len=1\n= finished",
     .departs = {"cmap_iter_finalize.frees [] CS_OK"},
     .plan = KEYS},
    {.name = "no iterator",
     .steps = "{op: initialize}\n{op: iter_init, key: test.}\n{op: iter_finalize, iter_handle: 7}",
     .trace = BEGUN "> 2 iter_finalize\n< 2 CS_OK\n= finished",
     .departs = {"cmap_iter_finalize.iter_handle [] CS_OK"},
     .plan = KEYS},
    {.name = "the iterator of another connection",
     .steps =
         "{op: initialize}\n{op: iter_init, key: test.}\n{op: initialize, connection: 1}\n{op: "
         "iter_next, connection: 1}",
     .trace = BEGUN "> 2 initialize\n< 2 CS_OK handle=h2\n> 3 iter_next\n< 3 CS_ERR_BAD_HANDLE\n"
                    "= finished",
     .conforms = {"cmap_iter_next.iter_handle [] an error"},
     .records = {"undocumented.invalid_iterator [cmap_iter_next, no iterator of the connection] "
                 "CS_ERR_BAD_HANDLE"},
     .plan = KEYS},
    {.name = "the same handle for two iterators",
     .steps = "{op: initialize}\n{op: iter_init, key: test.}\n{op: iter_init, key: test., "
              "iterator: 1}",
     .trace = BEGUN "> 2 iter_init\n< 2 CS_OK iter=i1\n= finished",
     .departs = {"cmap_iter_init.cmap_iter_handle [] the handle of another iterator"},
     .plan = KEYS},
};

#define CONNECTED "> 0 initialize\n< 0 CS_OK handle=h1\n"

const JudgeCase kConnections[] = {
    {.name = "another context",
     .steps = "{op: initialize}\n{op: context_set, context: 7}\n{op: context_get}",
     .trace = CONNECTED "> 1 context_set\n< 1 CS_OK\n> 2 context_get\n< 2 CS_OK context=8\n"
                        "= finished",
     .departs = {"cmap_context_get.returns_context [] another"}},
    {.name = "the context of another connection",
     .steps = "{op: initialize}\n{op: initialize, connection: 1}\n{op: context_set, context: "
              "7}\n{op: context_set, context: 8, connection: 1}\n{op: context_get}",
     .trace = CONNECTED "> 1 initialize\n< 1 CS_OK handle=h2\n> 2 context_set\n< 2 CS_OK\n> 3 "
                        "context_set\n< 3 CS_OK\n> 4 context_get\n< 4 CS_OK context=8\n= finished",
     .departs = {"cmap_context_get.returns_context [] another"}},
    {.name = "a map that is not listed",
     .steps = "{op: initialize_map, map: 7}",
     .trace = "> 0 initialize_map\n< 0 CS_OK handle=h1\n= finished",
     .departs = {"cmap_initialize_map.map [] CS_OK"}},
    {.name = "a key of the other map",
     .steps = "{op: initialize_map, map: STATS}\n{op: get, key: test.a}",
     .trace = "> 0 initialize_map\n< 0 CS_OK handle=h1\n> 1 get\n< 1 CS_OK type=uint8 len=1\n"
              "= finished",
     .departs = {"cmap_initialize_map.stats [] a key of another map"}},
    {.name = "the statistics, iterated without regard to the prefix",
     .steps = "{op: initialize_map, map: STATS}\n{op: iter_init, key: stats.ipcs.}\n"
              "{op: iter_next}\n{op: iter_next}",
     .trace = "> 0 initialize_map\n< 0 CS_OK handle=h1\n> 1 iter_init\n< 1 CS_OK iter=i1\n"
              "> 2 iter_next\n< 2 CS_OK key=stats.ipcs.a type=uint8 len=1\n"
              "> 3 iter_next\n< 3 CS_OK key=stats.srp.a type=uint8 len=1\n= finished",
     .departs = {"cmap_iter_init.prefix [] a key without the prefix"},
     .conforms = {"cmap_iter_init.prefix [] as documented",
                  "cmap_initialize_map.stats [] a key of the statistics"}},
    {.name = "the statistics, while a connection comes",
     .steps = "{op: initialize_map, map: STATS}\n{op: iter_init, key: stats.ipcs.}\n"
              "{op: initialize, connection: 1}\n{op: iter_next}",
     .trace = "> 0 initialize_map\n< 0 CS_OK handle=h1\n> 1 iter_init\n< 1 CS_OK iter=i1\n"
              "> 2 initialize\n< 2 CS_OK handle=h2\n"
              "> 3 iter_next\n< 3 CS_OK key=stats.srp.a type=uint8 len=1\n= finished"},
    {.name = "something is left",
     .steps = "{op: initialize}\n{op: finalize}",
     .trace = CONNECTED "> 1 finalize\n< 1 CS_OK\n"
                        "| left fds=1 maps=0 files=0 heap_blocks=4 connections=1\n= finished",
     .departs = {"cmap_finalize.closes [] left: fds, connections"}},
    {.name = "much memory is left",
     .steps = "{op: initialize}\n{op: finalize}",
     .trace = CONNECTED "> 1 finalize\n< 1 CS_OK\n"
                        "| left fds=0 maps=0 files=0 heap_blocks=99 connections=0\n= finished",
     .conforms = {"cmap_finalize.closes [] nothing is left"},
     .records = {"undocumented.memory_left [] many blocks"}},
    {.name = "the handle that a failed initialize left",
     .steps = "{op: initialize_map, map: 7, connection: 1}\n{op: initialize}\n{op: get, key: "
              "test.a, connection: 1}",
     .trace = "> 0 initialize_map\n< 0 CS_ERR_NOT_EXIST\n> 1 initialize\n< 1 CS_OK handle=h1\n> 2 "
              "get\n< 2 CS_OK type=uint8 len=1\n= finished"},
};

class JudgeIterationTest : public testing::TestWithParam<JudgeCase> {};

TEST_P(JudgeIterationTest, IsSeen) { ExpectJudged(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Iterations, JudgeIterationTest, testing::ValuesIn(kIterations),
                         [](const auto& test) { return CaseName(test.param); });
INSTANTIATE_TEST_SUITE_P(Connections, JudgeIterationTest, testing::ValuesIn(kConnections),
                         [](const auto& test) { return CaseName(test.param); });

}  // namespace
}  // namespace cmapsim
