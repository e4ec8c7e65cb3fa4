// Clauses that say a part of what another says: of one type of values, of the handle, of the limits of a
// name, of what a success has brought about. Each is told for itself where it alone is broken.
#include <gtest/gtest.h>

#include <string>

#include "conformance/judge_case.h"

namespace cmapsim {
namespace {

#define KEYS "keys:\n- {key: test.n, value: int8:5}\n- {key: test.s, value: string:\"on\"}"
#define CONNECT "> 0 initialize\n< 0 CS_OK handle=h1\n"
#define CALL(operation, result) CONNECT "> 1 " operation "\n< 1 " result "\n= finished"
#define SET_AND_GET \
  "{op: initialize}\n{op: set, key: test.a, value: int8:7}\n{op: get, key: test.a, buffer: 8}"
#define SET_THEN_GET(result) CONNECT "> 1 set\n< 1 CS_OK\n> 2 get\n< 2 " result "\n= finished"
#define INC_AND_GET "{op: initialize}\n{op: inc, key: test.n}\n{op: get, key: test.n, buffer: 8}"
#define INC_THEN_GET(result) CONNECT "> 1 inc\n< 1 CS_OK\n> 2 get\n< 2 " result "\n= finished"

const JudgeCase kTypes[] = {
    {.name = "a type set and got",
     .steps = SET_AND_GET,
     .trace = SET_THEN_GET("CS_OK type=int8 len=1 value=int8:7"),
     .conforms = {"cmap_set.types.int8 [] as stored", "cmap_get.types.int8 [] as stored",
                  "cmap_set.stores [] as stored", "cmap_set.handle [] CS_OK",
                  "cmap_get.handle [] CS_OK", "cmap_initialize.connects [] a request succeeds"}},
    {.name = "a type set and not there",
     .steps = SET_AND_GET,
     .trace = SET_THEN_GET("CS_ERR_NOT_EXIST"),
     .departs = {"cmap_get.returns [] CS_ERR_NOT_EXIST", "cmap_set.stores [] CS_ERR_NOT_EXIST",
                 "cmap_set.types.int8 [] CS_ERR_NOT_EXIST"}},
    {.name = "a type that cannot be got",
     .steps = SET_AND_GET,
     .trace = SET_THEN_GET("CS_ERR_INVALID_PARAM"),
     .departs = {"cmap_get.returns [] CS_ERR_INVALID_PARAM",
                 "cmap_get.types.int8 [] CS_ERR_INVALID_PARAM"}},
    {.name = "a type that another set",
     .steps = "{op: initialize}\n{op: get, key: test.n, buffer: 8}",
     .trace = CALL("get", "CS_OK type=uint8 len=1 value=uint8:5"),
     .departs = {"cmap_get.types.int8 [] another value", "cmap_get.value [] another value"},
     .plan = KEYS},
    {.name = "a type that is not asked for",
     .steps = "{op: initialize}\n{op: get, key: test.n, buffer: 8, type: null}",
     .trace = CALL("get", "CS_OK len=1 value=binary:05"),
     .conforms = {"cmap_get.type.null [] as stored"},
     .plan = KEYS},
    {.name = "a type that is not asked for and missed",
     .steps = "{op: initialize}\n{op: get, key: test.n, buffer: 8, type: null}",
     .trace = CALL("get", "CS_ERR_INVALID_PARAM"),
     .departs = {"cmap_get.returns [] CS_ERR_INVALID_PARAM",
                 "cmap_get.type.null [] CS_ERR_INVALID_PARAM"},
     .plan = KEYS},
    {.name = "a type counted",
     .steps = INC_AND_GET,
     .trace = INC_THEN_GET("CS_OK type=int8 len=1 value=int8:6"),
     .conforms = {"cmap_inc.types.int8 [] as stored", "cmap_inc.handle [] CS_OK"},
     .plan = KEYS},
    {.name = "a type that counting changes",
     .steps = INC_AND_GET,
     .trace = INC_THEN_GET("CS_OK type=uint8 len=1 value=uint8:6"),
     .departs = {"cmap_inc.increases [] another value", "cmap_inc.types.int8 [] another value"},
     .plan = KEYS},
    {.name = "a type that cannot be counted",
     .steps = "{op: initialize}\n{op: dec, key: test.n}",
     .trace = CALL("dec", "CS_ERR_INVALID_PARAM"),
     .departs = {"cmap_dec.returns [] CS_ERR_INVALID_PARAM",
                 "cmap_dec.types.int8 [] CS_ERR_INVALID_PARAM"},
     .plan = KEYS},
};

const std::string kLongest(255, 'x');
const std::string kSetLongest =
    "{op: initialize}\n{op: set, key: " + kLongest + ", value: uint8:1}";

const JudgeCase kParts[] = {
    {.name = "a name as long as it can be",
     .steps = kSetLongest,
     .trace = CALL("set", "CS_OK"),
     .conforms = {"cmap_set.key_limits [] CS_OK"}},
    {.name = "a name as long as it can be is refused",
     .steps = kSetLongest,
     .trace = CALL("set", "CS_ERR_NAME_TOO_LONG"),
     .departs = {"cmap_set.key_limits [] CS_ERR_NAME_TOO_LONG",
                 "cmap_set.returns [] CS_ERR_NAME_TOO_LONG"}},
    {.name = "a name as short as it can be is refused",
     .steps = "{op: initialize}\n{op: set, key: abc, value: uint8:1}",
     .trace = CALL("set", "CS_ERR_NAME_TOO_LONG"),
     .departs = {"cmap_set.key_limits [] CS_ERR_NAME_TOO_LONG",
                 "cmap_set.returns [] CS_ERR_NAME_TOO_LONG"}},
    {.name = "a key that is gone",
     .steps = "{op: initialize}\n{op: delete, key: test.n}\n{op: get, key: test.n, buffer: 8}",
     .trace = CONNECT "> 1 delete\n< 1 CS_OK\n> 2 get\n< 2 CS_ERR_NOT_EXIST\n= finished",
     .conforms = {"cmap_delete.deletes [] gone"},
     .plan = KEYS},
    {.name = "a key that is still there",
     .steps = "{op: initialize}\n{op: delete, key: test.n}\n{op: get, key: test.n, buffer: 8}",
     .trace = CONNECT
     "> 1 delete\n< 1 CS_OK\n> 2 get\n< 2 CS_OK type=int8 len=1 value=int8:5\n= finished",
     .departs = {"cmap_delete.deletes [] still there", "cmap_get.not_exist [] CS_OK"},
     .plan = KEYS},
    {.name = "a handle that is none to it",
     .steps = "{op: initialize}\n{op: set, key: test.a, value: uint8:1}",
     .trace = CALL("set", "CS_ERR_BAD_HANDLE"),
     .departs = {"cmap_set.handle [] CS_ERR_BAD_HANDLE", "cmap_set.returns [] CS_ERR_BAD_HANDLE"}},
    {.name = "a connection that is none",
     .steps = "{op: initialize}\n{op: inc, key: test.n}",
     .trace = CALL("inc", "CS_ERR_LIBRARY"),
     .departs = {"cmap_inc.returns [] CS_ERR_LIBRARY",
                 "cmap_initialize.connects [] CS_ERR_LIBRARY"},
     .plan = KEYS},
    {.name = "a context that is minded",
     .steps = "{op: initialize}\n{op: context_set, context: 7}",
     .trace = CALL("context_set", "CS_ERR_INVALID_PARAM"),
     .departs = {"cmap_context_set.returns [] CS_ERR_INVALID_PARAM",
                 "cmap_context_set.untouched [] CS_ERR_INVALID_PARAM"}},
    {.name = "a context that is looked at",
     .steps = "{op: initialize}\n{op: context_set, context: 7}",
     .trace = CONNECT "> 1 context_set\n= crash SIGSEGV",
     .departs = {"cmap_context_set.returns [] crash SIGSEGV",
                 "cmap_context_set.untouched [] crash SIGSEGV"}},
};

#define MAP(n) "{op: initialize_map, map: " n "}"
#define MAPPED "> 0 initialize_map\n< 0 CS_OK handle=h1\n"

const JudgeCase kMaps[] = {
    {.name = "the map of cmap_initialize",
     .steps = MAP("ICMAP") "\n{op: get, key: test.n, buffer: 8}",
     .trace = MAPPED "> 1 get\n< 1 CS_OK type=int8 len=1 value=int8:5\n= finished",
     .conforms = {"cmap_initialize_map.icmap [] as stored",
                  "cmap_initialize_map.connects [] a request succeeds"},
     .plan = KEYS},
    {.name = "another map than that of cmap_initialize",
     .steps = MAP("ICMAP") "\n{op: get, key: test.n, buffer: 8}",
     .trace = MAPPED "> 1 get\n< 1 CS_ERR_NOT_EXIST\n= finished",
     .departs = {"cmap_get.returns [] CS_ERR_NOT_EXIST", "cmap_get.types.int8 [] CS_ERR_NOT_EXIST",
                 "cmap_initialize_map.icmap [] CS_ERR_NOT_EXIST"},
     .plan = KEYS},
    {.name = "maps beside each other",
     .steps = MAP("ICMAP") "\n{op: initialize_map, map: STATS, connection: 1}",
     .trace = MAPPED "> 1 initialize_map\n< 1 CS_OK handle=h2\n= finished",
     .conforms = {"cmap_initialize_map.several [] beside another",
                  "cmap_initialize_map.handle_identifies [] a new handle"}},
    {.name = "one map only",
     .steps = MAP("ICMAP") "\n{op: initialize_map, map: STATS, connection: 1}",
     .trace = MAPPED "> 1 initialize_map\n< 1 CS_ERR_NO_RESOURCES\n= finished",
     .departs = {"cmap_initialize_map.several [] CS_ERR_NO_RESOURCES"}},
    {.name = "one handle of two maps",
     .steps = MAP("ICMAP") "\n{op: initialize_map, map: STATS, connection: 1}",
     .trace = MAPPED "> 1 initialize_map\n< 1 CS_OK handle=h1\n= finished",
     .departs = {"cmap_initialize_map.handle_identifies [] the handle of another connection"}},
};

// A tracker of the statistics.
#define TRACK(key, mask) MAP("STATS") "\n{op: track_add, key: " key ", track: [" mask "]}"
#define TRACKED(result) MAPPED "> 1 track_add\n< 1 " result "\n= finished"

const JudgeCase kStatistics[] = {
    {.name = "modifications of a key",
     .steps = TRACK("stats.a", "modify"),
     .trace = TRACKED("CS_OK track=k1"),
     .conforms = {"cmap_track_add.notes.stats_keys [] CS_OK", "cmap_track_add.handle [] CS_OK"}},
    {.name = "modifications of a key refused",
     .steps = TRACK("stats.a", "modify"),
     .trace = TRACKED("CS_ERR_NOT_SUPPORTED"),
     .departs = {"cmap_track_add.notes.stats_keys [] CS_ERR_NOT_SUPPORTED",
                 "cmap_track_add.returns [] CS_ERR_NOT_SUPPORTED"}},
    {.name = "modifications of a prefix refused",
     .steps = TRACK("stats.", "modify, prefix"),
     .trace = TRACKED("CS_ERR_NOT_SUPPORTED"),
     .conforms = {"cmap_track_add.notes.stats_keys [modifications of a prefix] an error"}},
    {.name = "modifications of a prefix",
     .steps = TRACK("stats.", "modify, prefix"),
     .trace = TRACKED("CS_OK track=k1"),
     .departs = {"cmap_track_add.notes.stats_keys [] modifications of a prefix"}},
    {.name = "additions and deletions of a prefix",
     .steps = TRACK("stats.", "add, delete, prefix"),
     .trace = TRACKED("CS_OK track=k1"),
     .conforms = {"cmap_track_add.notes.stats_prefixes [] CS_OK"}},
    {.name = "additions and deletions of a prefix refused",
     .steps = TRACK("stats.", "add, delete, prefix"),
     .trace = TRACKED("CS_ERR_NOT_SUPPORTED"),
     .departs = {"cmap_track_add.notes.stats_prefixes [] CS_ERR_NOT_SUPPORTED",
                 "cmap_track_add.returns [] CS_ERR_NOT_SUPPORTED"}},
    {.name = "additions alone, of which the page says nothing",
     .steps = TRACK("stats.", "add, prefix"),
     .trace = TRACKED("CS_ERR_NOT_SUPPORTED")},
};

class JudgePartsTest : public testing::TestWithParam<JudgeCase> {};

TEST_P(JudgePartsTest, IsSeen) { ExpectJudged(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Types, JudgePartsTest, testing::ValuesIn(kTypes),
                         [](const auto& test) { return CaseName(test.param); });
INSTANTIATE_TEST_SUITE_P(Parts, JudgePartsTest, testing::ValuesIn(kParts),
                         [](const auto& test) { return CaseName(test.param); });
INSTANTIATE_TEST_SUITE_P(Maps, JudgePartsTest, testing::ValuesIn(kMaps),
                         [](const auto& test) { return CaseName(test.param); });
INSTANTIATE_TEST_SUITE_P(Statistics, JudgePartsTest, testing::ValuesIn(kStatistics),
                         [](const auto& test) { return CaseName(test.param); });

// What nearly every call shows is told once of a run, and what departs each time.
TEST(JudgePartsOfARun, AreToldOnceWhereItConforms) {
  const std::string get = "{op: get, key: test.n, buffer: 8}\n";
  const std::string steps = "{op: initialize}\n" + get + get;
  const std::string right = "CS_OK type=int8 len=1 value=int8:5\n";
  const std::string trace =
      CONNECT "> 1 get\n< 1 " + right + "> 2 get\n< 2 " + right + "= finished";
  const JudgeCase c = {.name = "twice", .steps = steps, .trace = trace, .plan = KEYS};
  int types = 0;
  int values = 0;
  for (const Observation& seen : SeenIn(c)) {
    types += seen.clause == "cmap_get.types.int8" ? 1 : 0;
    values += seen.clause == "cmap_get.value" ? 1 : 0;
  }
  EXPECT_EQ(types, 1);
  EXPECT_EQ(values, 2);
}

}  // namespace
}  // namespace cmapsim
