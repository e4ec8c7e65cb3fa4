// cmap_set, cmap_get, cmap_delete, cmap_inc and cmap_dec: what the dispatch suite's helper steps rest on.
#include <gtest/gtest.h>

#include "conformance/judge_case.h"

namespace cmapsim {
namespace {

#define CONNECT "> 0 initialize\n< 0 CS_OK handle=h1\n"
#define CALL(operation, result) CONNECT "> 1 " operation "\n< 1 " result "\n= finished"
#define KEYS                                                   \
  "keys:\n- {key: test.ro, value: uint8:1, read_only: true}\n" \
  "- {key: test.number, value: uint8:255}\n- {key: test.text, value: string:\"on\"}"

const JudgeCase kSets[] = {
    {.name = "set",
     .steps = "{op: initialize}\n{op: set, key: test.a, value: uint8:1}",
     .trace = CALL("set", "CS_OK"),
     .conforms = {"cmap_set.returns [] CS_OK"}},
    {.name = "not set",
     .steps = "{op: initialize}\n{op: set, key: test.a, value: uint8:1}",
     .trace = CALL("set", "CS_ERR_NO_MEMORY"),
     .departs = {"cmap_set.returns [] CS_ERR_NO_MEMORY"}},
    {.name = "set nothing",
     .steps = "{op: initialize}\n{op: set, key: test.a, value: null}",
     .trace = CALL("set", "CS_ERR_INVALID_PARAM"),
     .conforms = {"cmap_set.unspecified [] CS_ERR_INVALID_PARAM"}},
    {.name = "set nothing with success",
     .steps = "{op: initialize}\n{op: set, key: null, value: uint8:1}",
     .trace = CALL("set", "CS_OK"),
     .departs = {"cmap_set.unspecified [] CS_OK"}},
    {.name = "set a short name",
     .steps = "{op: initialize}\n{op: set, key: ab, value: uint8:1}",
     .trace = CALL("set", "CS_ERR_NAME_TOO_LONG"),
     .conforms = {"cmap_set.key_length [] CS_ERR_NAME_TOO_LONG"}},
    {.name = "set a short name with another error",
     .steps = "{op: initialize}\n{op: set, key: ab, value: uint8:1}",
     .trace = CALL("set", "CS_ERR_INVALID_PARAM"),
     .departs = {"cmap_set.key_length [] CS_ERR_INVALID_PARAM"}},
    {.name = "set other characters",
     .steps = "{op: initialize}\n{op: set, key: test=a, value: uint8:1}",
     .trace = CALL("set", "CS_ERR_NAME_TOO_LONG"),
     .conforms = {"cmap_set.key_characters [] an error"},
     .records = {"undocumented.set.key_characters [] CS_ERR_NAME_TOO_LONG"}},
    {.name = "set other characters with success",
     .steps = "{op: initialize}\n{op: set, key: test=a, value: uint8:1}",
     .trace = CALL("set", "CS_OK"),
     .departs = {"cmap_set.key_characters [] CS_OK"}},
    {.name = "set a read only key",
     .steps = "{op: initialize}\n{op: set, key: test.ro, value: uint8:2}",
     .trace = CALL("set", "CS_OK"),
     .departs = {"cmap_set.read_only [] CS_OK"},
     .plan = KEYS},
    {.name = "set a value of another length",
     .steps = "{op: initialize}\n{op: set, key: test.a, value: uint32!0a0b}",
     .trace = CALL("set", "CS_ERR_INVALID_PARAM"),
     .records = {"undocumented.set.value_length [a length that is not its type's] "
                 "CS_ERR_INVALID_PARAM"}},
};

const JudgeCase kGets[] = {
    {.name = "get",
     .steps = "{op: initialize}\n{op: get, key: test.text, buffer: 3}",
     .trace = CALL("get", "CS_OK type=string len=3 value=string:\"on\\x00\""),
     .conforms = {"cmap_get.returns [] CS_OK", "cmap_get.value [] as stored"},
     .plan = KEYS},
    {.name = "get without a buffer",
     .steps = "{op: initialize}\n{op: get, key: test.text}",
     .trace = CALL("get", "CS_OK type=string len=3"),
     .conforms = {"cmap_get.value [] as stored"},
     .plan = KEYS},
    {.name = "get another length",
     .steps = "{op: initialize}\n{op: get, key: test.text}",
     .trace = CALL("get", "CS_OK type=string len=2"),
     .departs = {"cmap_get.types.string [] another value", "cmap_get.value [] another value"},
     .plan = KEYS},
    {.name = "get what was set",
     .steps = "{op: initialize}\n{op: set, key: test.a, value: uint8:1}\n{op: get, key: test.a, "
              "buffer: 8}",
     .trace = CONNECT
     "> 1 set\n< 1 CS_OK\n> 2 get\n< 2 CS_OK type=uint8 len=1 value=uint8:2\n= finished",
     .departs = {"cmap_get.types.uint8 [] another value", "cmap_get.value [] another value",
                 "cmap_set.stores [] another value", "cmap_set.types.uint8 [] another value"}},
    {.name = "get with a short buffer",
     .steps = "{op: initialize}\n{op: get, key: test.text, buffer: 2}",
     .trace = CALL("get", "CS_ERR_INVALID_PARAM"),
     .conforms = {"cmap_get.short_buffer [] CS_ERR_INVALID_PARAM"},
     .plan = KEYS},
    {.name = "get with a buffer of no bytes",
     .steps = "{op: initialize}\n{op: get, key: test.text, buffer: 0}",
     .trace = CALL("get", "CS_OK type=string len=3"),
     .departs = {"cmap_get.short_buffer [a buffer of no bytes] CS_OK"},
     .plan = KEYS},
    {.name = "get what is not there",
     .steps = "{op: initialize}\n{op: get, key: test.none}",
     .trace = CALL("get", "CS_ERR_NOT_EXIST"),
     .conforms = {"cmap_get.not_exist [] CS_ERR_NOT_EXIST"}},
    {.name = "get something that is not there",
     .steps = "{op: initialize}\n{op: get, key: test.none}",
     .trace = CALL("get", "CS_OK type=uint8 len=1"),
     .departs = {"cmap_get.not_exist [] CS_OK"}},
    {.name = "get nothing",
     .steps = "{op: initialize}\n{op: get, key: null}",
     .trace = CALL("get", "CS_ERR_NOT_EXIST"),
     .departs = {"cmap_get.unspecified [] CS_ERR_NOT_EXIST"}},
    {.name = "what nobody knows is believed",
     .steps = "{op: initialize}\n{op: get, key: totem.version, buffer: 8}\n{op: get, key: "
              "totem.version, buffer: 8}",
     .trace = CONNECT "> 1 get\n< 1 CS_OK type=uint32 len=4 value=uint32:2\n"
                      "> 2 get\n< 2 CS_OK type=uint32 len=4 value=uint32:3\n= finished",
     .departs = {"cmap_get.types.uint32 [] another value", "cmap_get.value [] another value"}},
};

const JudgeCase kOthers[] = {
    {.name = "delete",
     .steps = "{op: initialize}\n{op: delete, key: test.text}\n{op: get, key: test.text}",
     .trace = CONNECT "> 1 delete\n< 1 CS_OK\n> 2 get\n< 2 CS_ERR_NOT_EXIST\n= finished",
     .conforms = {"cmap_delete.returns [] CS_OK", "cmap_get.not_exist [] CS_ERR_NOT_EXIST"},
     .plan = KEYS},
    {.name = "delete what is not there",
     .steps = "{op: initialize}\n{op: delete, key: test.none}",
     .trace = CALL("delete", "CS_OK"),
     .departs = {"cmap_delete.not_exist [] CS_OK"}},
    {.name = "delete nothing",
     .steps = "{op: initialize}\n{op: delete, key: null}",
     .trace = CALL("delete", "CS_ERR_NOT_EXIST"),
     .departs = {"cmap_delete.unspecified [] CS_ERR_NOT_EXIST"}},
    {.name = "delete a read only key",
     .steps = "{op: initialize}\n{op: delete, key: test.ro}",
     .trace = CALL("delete", "CS_OK"),
     .departs = {"cmap_delete.read_only [] CS_OK"},
     .plan = KEYS},
    {.name = "increase beyond the greatest number",
     .steps =
         "{op: initialize}\n{op: inc, key: test.number}\n{op: get, key: test.number, buffer: 1}",
     .trace = CONNECT
     "> 1 inc\n< 1 CS_OK\n> 2 get\n< 2 CS_OK type=uint8 len=1 value=uint8:0\n= finished",
     .conforms = {"cmap_inc.returns [] CS_OK", "cmap_get.value [] as stored"},
     .plan = KEYS},
    {.name = "decrease",
     .steps =
         "{op: initialize}\n{op: dec, key: test.number}\n{op: get, key: test.number, buffer: 1}",
     .trace = CONNECT
     "> 1 dec\n< 1 CS_OK\n> 2 get\n< 2 CS_OK type=uint8 len=1 value=uint8:254\n= finished",
     .conforms = {"cmap_dec.returns [] CS_OK", "cmap_get.value [] as stored"},
     .plan = KEYS},
    {.name = "increase a text",
     .steps = "{op: initialize}\n{op: inc, key: test.text}",
     .trace = CALL("inc", "CS_ERR_INVALID_PARAM"),
     .conforms = {"cmap_inc.types [] an error"},
     .records = {"undocumented.adjust.not_an_integer [cmap_inc] CS_ERR_INVALID_PARAM"},
     .plan = KEYS},
    {.name = "decrease a text with success",
     .steps = "{op: initialize}\n{op: dec, key: test.text}",
     .trace = CALL("dec", "CS_OK"),
     .departs = {"cmap_dec.types [] CS_OK"},
     .plan = KEYS},
    {.name = "increase what is not there",
     .steps = "{op: initialize}\n{op: inc, key: test.none}",
     .trace = CALL("inc", "CS_OK"),
     .departs = {"cmap_inc.not_exist [] CS_OK"}},
    {.name = "decrease nothing",
     .steps = "{op: initialize}\n{op: dec, key: null}",
     .trace = CALL("dec", "CS_OK"),
     .departs = {"cmap_dec.unspecified [] CS_OK"}},
    {.name = "increase a read only key",
     .steps = "{op: initialize}\n{op: inc, key: test.ro}",
     .trace = CALL("inc", "CS_ERR_INVALID_PARAM"),
     .departs = {"cmap_inc.read_only [] CS_ERR_INVALID_PARAM"},
     .plan = KEYS},
    {.name = "a function that the library lacks",
     .steps = "{op: initialize}\n{op: inc, key: test.number}",
     .trace = CALL("inc", "NOT_OFFERED"),
     .plan = KEYS},
};

class JudgeMapTest : public testing::TestWithParam<JudgeCase> {};

TEST_P(JudgeMapTest, IsSeen) { ExpectJudged(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Sets, JudgeMapTest, testing::ValuesIn(kSets),
                         [](const auto& test) { return CaseName(test.param); });
INSTANTIATE_TEST_SUITE_P(Gets, JudgeMapTest, testing::ValuesIn(kGets),
                         [](const auto& test) { return CaseName(test.param); });
INSTANTIATE_TEST_SUITE_P(Others, JudgeMapTest, testing::ValuesIn(kOthers),
                         [](const auto& test) { return CaseName(test.param); });

}  // namespace
}  // namespace cmapsim
