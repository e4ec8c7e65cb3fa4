// The shortcuts of cmap_set and cmap_get, and what cmap_get writes, in traces written by hand.
#include <gtest/gtest.h>

#include "conformance/judge_case.h"

namespace cmapsim {
namespace {

#define KEYS "keys:\n- {key: test.n, value: uint8:255}\n- {key: test.s, value: string:\"on\"}"
#define CONNECT "> 0 initialize\n< 0 CS_OK handle=h1\n"
#define CALL(operation, result) CONNECT "> 1 " operation "\n< 1 " result "\n= finished"

const JudgeCase kTyped[] = {
    {.name = "its own type",
     .steps = "{op: initialize}\n{op: get_uint8, key: test.n}",
     .trace = CALL("get_uint8", "CS_OK value=uint8:255"),
     .conforms = {"cmap_get.shortcuts.uint8 [] as stored"},
     .plan = KEYS},
    {.name = "another value",
     .steps = "{op: initialize}\n{op: get_uint8, key: test.n}",
     .trace = CALL("get_uint8", "CS_OK value=uint8:254"),
     .departs = {"cmap_get.shortcuts.uint8 [] another value"},
     .plan = KEYS},
    {.name = "an error for its own type",
     .steps = "{op: initialize}\n{op: get_uint8, key: test.n}",
     .trace = CALL("get_uint8", "CS_ERR_INVALID_PARAM"),
     .departs = {"cmap_get.shortcuts.uint8 [] CS_ERR_INVALID_PARAM"},
     .plan = KEYS},
    {.name = "another type",
     .steps = "{op: initialize}\n{op: get_int8, key: test.n}",
     .trace = CALL("get_int8", "CS_OK value=int8:-1"),
     .departs = {"cmap_get.shortcuts.other_type [] CS_OK"},
     .plan = KEYS},
    {.name = "a text that is cut",
     .steps = "{op: initialize}\n{op: get_string, key: test.s}",
     .trace = CALL("get_string", "CS_OK value=string:\"o\""),
     .departs = {"cmap_get.shortcuts.string [] another value"},
     .plan = KEYS},
    {.name = "no text",
     .steps = "{op: initialize}\n{op: get_string, key: test.s}",
     .trace = CALL("get_string", "CS_OK value=NULL"),
     .departs = {"cmap_get.shortcuts.string.allocated [] no text"},
     .plan = KEYS},
    {.name = "what is not there",
     .steps = "{op: initialize}\n{op: get_string, key: test.none}",
     .trace = CALL("get_string", "CS_OK value=string:\"\""),
     .departs = {"cmap_get.not_exist [] CS_OK"}},
    {.name = "nothing",
     .steps = "{op: initialize}\n{op: get_double, key: null}",
     .trace = CALL("get_double", "CS_ERR_NOT_EXIST"),
     .departs = {"cmap_get.unspecified [] CS_ERR_NOT_EXIST"}},
    {.name = "set as another type",
     .steps = "{op: initialize}\n{op: set_uint8, key: test.a, value: uint8:7}\n{op: get, key: "
              "test.a, buffer: 1}",
     .trace = CONNECT "> 1 set_uint8\n< 1 CS_OK\n> 2 get\n< 2 CS_OK type=int8 len=1 value=int8:7\n"
                      "= finished",
     .departs = {"cmap_set.shortcuts.uint8 [] another value"}},
    {.name = "set a text that is NULL",
     .steps = "{op: initialize}\n{op: set_string, key: test.a, value: null}",
     .trace = CALL("set_string", "CS_OK"),
     .departs = {"cmap_set.unspecified [] CS_OK"}},
    {.name = "counted beyond the limit",
     .steps = "{op: initialize}\n{op: inc, key: test.n}\n{op: get, key: test.n, buffer: 1}",
     .trace = CONNECT "> 1 inc\n< 1 CS_OK\n> 2 get\n< 2 CS_OK type=uint8 len=1 value=uint8:255\n"
                      "= finished",
     .departs = {"cmap_inc.overflow [] another value", "cmap_inc.types.uint8 [] another value"},
     .plan = KEYS},
    {.name = "counted by two",
     .steps = "{op: initialize}\n{op: dec, key: test.n}\n{op: get, key: test.n, buffer: 1}",
     .trace = CONNECT "> 1 dec\n< 1 CS_OK\n> 2 get\n< 2 CS_OK type=uint8 len=1 value=uint8:253\n"
                      "= finished",
     .departs = {"cmap_dec.decreases [] another value", "cmap_dec.types.uint8 [] another value"},
     .plan = KEYS},
    {.name = "writes behind the value",
     .steps = "{op: initialize}\n{op: get, key: test.n, buffer: 8}",
     .trace = CALL("get", "CS_OK type=uint8 len=1 value=uint8:255 beyond=2"),
     .departs = {"cmap_get.length_checked [] writes behind the value"},
     .plan = KEYS},
    {.name = "writes its outputs and fails",
     .steps = "{op: initialize}\n{op: get, key: test.none, buffer: 8}",
     .trace = CALL("get", "CS_ERR_NOT_EXIST touched=value_len"),
     .conforms = {"cmap_get.not_exist [] CS_ERR_NOT_EXIST"},
     .records = {"undocumented.outputs_after_error [cmap_get] touched: value_len"}},
    {.name = "a name that no key can have",
     .steps = "{op: initialize}\n{op: get, key: a, buffer: 8}",
     .trace = CALL("get", "CS_OK type=uint8 len=1 value=uint8:255"),
     .departs = {"cmap_get.not_exist [] CS_OK"}},
};

class JudgeTypedTest : public testing::TestWithParam<JudgeCase> {};

TEST_P(JudgeTypedTest, IsSeen) { ExpectJudged(GetParam()); }

INSTANTIATE_TEST_SUITE_P(All, JudgeTypedTest, testing::ValuesIn(kTyped),
                         [](const auto& test) { return CaseName(test.param); });

}  // namespace
}  // namespace cmapsim
