// The client task against a library of the test's own: every operation calls its function, and the
// trace has what the library said.
#include "sim/host/client_task.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/core/plan_yaml.h"
#include "sim/host/imports.h"

namespace cmapsim {
namespace {

constexpr char kLibrary[] = "../system/lib/x86_64-linux-gnu/libcmap.so.4";

constexpr std::string_view kFunctions[] = {
#define CMAPSIM_X(name, needed) #name,
    CMAPSIM_CMAP_FUNCTIONS(CMAPSIM_X)
#undef CMAPSIM_X
};

// The functions that ran, in order.
std::vector<std::string_view> g_called;

// A function of any signature that fails.
template <size_t index, typename Function>
struct Failing;
template <size_t index, typename... Args>
struct Failing<index, cs_error_t(Args...)> {
  static cs_error_t Call(Args...) {
    g_called.push_back(kFunctions[index]);
    return CS_ERR_BAD_OPERATION;
  }
};

enum FunctionIndex : size_t {
#define CMAPSIM_X(name, needed) kIndexOf_##name,
  CMAPSIM_CMAP_FUNCTIONS(CMAPSIM_X)
#undef CMAPSIM_X
};

CmapApi FailingLibrary() {
  CmapApi api;
#define CMAPSIM_X(name, needed) api.name = &Failing<kIndexOf_##name, decltype(::name)>::Call;
  CMAPSIM_CMAP_FUNCTIONS(CMAPSIM_X)
#undef CMAPSIM_X
  return api;
}

class StillWorld : public World {
 public:
  Nanos Now() override { return 0; }
  void EnterClient() override {}
  void LeaveClient() override {}
  void OtherStep(const Step& /*step*/) override {}
  void Sleep(Nanos /*duration_ns*/) override {}
  int Poll(struct pollfd* /*fds*/, int /*count*/, Nanos /*timeout_ns*/) override { return 0; }
};

std::string TraceOf(const Plan& plan, const CmapApi& api) {
  g_called.clear();
  StillWorld world;
  SharedState shared{};
  constexpr size_t kCapacity = 1 << 20;
  const auto text = std::make_unique<char[]>(kCapacity);
  TraceWriter trace(&shared, text.get(), kCapacity);
  ClientTask task(api, world, trace);
  task.Run(plan);
  return std::string(trace.text());
}

std::string TraceOf(const std::string& steps, const CmapApi& api) {
  const auto plan = ParsePlan("cmapsim: 1\nsteps: [" + steps + "]\n", "p");
  if (!plan) return plan.error();
  return TraceOf(*plan, api);
}

std::optional<Op> OperationOf(std::string_view function) { return ParseOp(function.substr(5)); }

TEST(CmapApiTest, EveryFunctionThatTheInstalledLibraryExportsIsAnOperation) {
  const auto symbols = ReadDynamicSymbols(kLibrary);
  ASSERT_TRUE(symbols) << symbols.error();
  std::set<std::string> exported;
  for (const std::string& name : symbols->exports) {
    if (name.starts_with("cmap_")) exported.insert(name);
  }
  EXPECT_EQ(exported, std::set<std::string>(std::begin(kFunctions), std::end(kFunctions)));
  EXPECT_EQ(exported.size(), 39U);
}

TEST(ClientTaskTest, EveryOperationCallsTheFunctionOfItsName) {
  const CmapApi api = FailingLibrary();
  std::set<Op> called;
  for (const std::string_view function : kFunctions) {
    const auto op = OperationOf(function);
    ASSERT_TRUE(op) << function;
    Plan plan;
    plan.steps.resize(1);
    plan.steps[0].op = *op;
    const std::string trace = TraceOf(plan, api);
    EXPECT_EQ(g_called, std::vector{function});
    EXPECT_NE(trace.find("< 0 CS_ERR_BAD_OPERATION\n"), trace.npos) << trace;
    called.insert(*op);
  }
  EXPECT_EQ(called.size(), std::size(kFunctions));
}

TEST(ClientTaskTest, WhatALibraryLacksIsNotOffered) {
  for (const std::string_view function : kFunctions) {
    Plan plan;
    plan.steps.resize(1);
    plan.steps[0].op = *OperationOf(function);
    const std::string trace = TraceOf(plan, CmapApi());
    EXPECT_NE(trace.find("< 0 NOT_OFFERED\n"), trace.npos) << trace;
  }
}

std::string g_key;
std::string g_bytes;

template <typename T>
cs_error_t Keep(cmap_handle_t /*handle*/, const char* key, T value) {
  g_key = key;
  g_bytes.assign(reinterpret_cast<const char*>(&value), sizeof value);
  return CS_OK;
}

template <typename T>
cs_error_t Give(cmap_handle_t /*handle*/, const char* /*key*/, T* value) {
  if (value == nullptr) return CS_OK;
  std::memcpy(value, g_bytes.data(), sizeof *value);
  return CS_OK;
}

// Bits that no conversion would leave alone: a NaN that signals, the least integer.
TEST(ClientTaskTest, ShortcutsPassNumbersAsTheyAre) {
  CmapApi api;
  api.cmap_set_float = &Keep<float>;
  api.cmap_get_float = &Give<float>;
  api.cmap_set_double = &Keep<double>;
  api.cmap_get_double = &Give<double>;
  api.cmap_set_int64 = &Keep<int64_t>;
  api.cmap_get_int64 = &Give<int64_t>;
  api.cmap_set_int8 = &Keep<int8_t>;
  api.cmap_get_int8 = &Give<int8_t>;
  for (const std::string value : {"float:0x7fa00001", "double:0x7ff4000000000001",
                                  "int64:-9223372036854775808", "int8:-128"}) {
    const std::string type = value.substr(0, value.find(':'));
    EXPECT_EQ(TraceOf("{op: set_" + type + ", key: a, value: " + value + "}, {op: get_" + type +
                          ", key: a}, {op: get_" + type + ", key: b, output: null}",
                      api),
              "0 > 0 set_" + type + " connection=0 key=a value=" + value +
                  "\n0 < 0 CS_OK\n0 > 1 get_" + type + " connection=0 key=a\n0 < 1 CS_OK value=" +
                  value + "\n0 > 2 get_" + type + " connection=0 key=b\n0 < 2 CS_OK\n");
    EXPECT_EQ(g_key, "a");
  }
}

cs_error_t GiveText(cmap_handle_t /*handle*/, const char* key, char** string) {
  if (std::strcmp(key, "text") == 0) *string = strdup("a b");
  if (std::strcmp(key, "null") == 0) *string = nullptr;
  return CS_OK;
}

TEST(ClientTaskTest, AStringIsShownAndGivenBack) {
  CmapApi api;
  api.cmap_get_string = &GiveText;
  EXPECT_EQ(TraceOf("{op: get_string, key: text}, {op: get_string, key: 'null'}, "
                    "{op: get_string, key: lie}",
                    api),
            "0 > 0 get_string connection=0 key=text\n0 < 0 CS_OK value=string:\"a\\x20b\"\n"
            "0 > 1 get_string connection=0 key=null\n0 < 1 CS_OK value=NULL\n"
            "0 > 2 get_string connection=0 key=lie\n0 < 2 CS_OK value=untouched\n");
}

cs_error_t KeepText(cmap_handle_t /*handle*/, const char* /*key*/, const char* value) {
  g_bytes = value == nullptr ? "a null pointer" : value;
  return CS_OK;
}

TEST(ClientTaskTest, AStringIsPassedOrNull) {
  CmapApi api;
  api.cmap_set_string = &KeepText;
  EXPECT_EQ(TraceOf("{op: set_string, key: a, value: 'string:\"x y\"'}", api),
            "0 > 0 set_string connection=0 key=a value=string:\"x\\x20y\"\n0 < 0 CS_OK\n");
  EXPECT_EQ(g_bytes, "x y");
  EXPECT_EQ(TraceOf("{op: set_string, key: a, value: null}", api),
            "0 > 0 set_string connection=0 key=a value=NULL\n0 < 0 CS_OK\n");
  EXPECT_EQ(g_bytes, "a null pointer");
}

// Calls that fail, and write nevertheless.
cs_error_t GetAndWrite(cmap_handle_t /*handle*/, const char* key, void* value, size_t* value_len,
                       cmap_value_types_t* type) {
  const std::string_view what = key;
  if (what.find('v') != what.npos) static_cast<char*>(value)[3] = 0;
  if (what.find('l') != what.npos) *value_len = 0;
  if (what.find('t') != what.npos) *type = CMAP_VALUETYPE_UINT8;
  return what.find('o') != what.npos ? CS_OK : CS_ERR_NOT_EXIST;
}

std::string ReturnsOf(const std::string& steps, const CmapApi& api) {
  std::string returns;
  const std::string trace = TraceOf(steps, api);
  for (size_t at = trace.find("< "); at != trace.npos; at = trace.find("< ", at)) {
    const size_t end = trace.find('\n', at);
    returns += trace.substr(at + 4, end - at - 3);
    at = end;
  }
  return returns;
}

TEST(ClientTaskTest, OutputsThatAFailingCallWroteToAreTold) {
  CmapApi api;
  api.cmap_get = &GetAndWrite;
  EXPECT_EQ(ReturnsOf("{op: get, key: a, buffer: 4}, {op: get, key: v, buffer: 4}, "
                      "{op: get, key: lt, buffer: 4}, {op: get, key: vlt, buffer: 4}, "
                      "{op: get, key: l}",
                      api),
            "CS_ERR_NOT_EXIST\nCS_ERR_NOT_EXIST touched=value\n"
            "CS_ERR_NOT_EXIST touched=value_len,type\n"
            "CS_ERR_NOT_EXIST touched=value,value_len,type\n"
            // It was 0 before.
            "CS_ERR_NOT_EXIST\n");
}

TEST(ClientTaskTest, BytesBehindAValueAreCounted) {
  CmapApi api;
  api.cmap_get = &GetAndWrite;
  EXPECT_EQ(ReturnsOf("{op: get, key: ovlt, buffer: 9}, {op: get, key: ovt, buffer: 0}, "
                      "{op: get, key: olt, buffer: 9}",
                      api),
            "CS_OK type=uint8 len=0 value=uint8! beyond=1\n"
            "CS_OK type=uint8 len=0 value=uint8! beyond=1\n"
            "CS_OK type=uint8 len=0 value=uint8!\n");
}

template <typename T>
cs_error_t WriteAndFail(cmap_handle_t /*handle*/, T* output) {
  *output = {};
  return CS_ERR_LIBRARY;
}

cs_error_t InitializeAndFail(cmap_handle_t* handle) {
  *handle = 1;
  return CS_ERR_LIBRARY;
}

cs_error_t NextAndFail(cmap_handle_t /*handle*/, cmap_iter_handle_t /*iter*/, char key_name[],
                       size_t* value_len, cmap_value_types_t* type) {
  key_name[0] = 0;
  if (value_len != nullptr) *value_len = 0;
  if (type != nullptr) *type = CMAP_VALUETYPE_UINT8;
  return CS_ERR_NO_SECTIONS;
}

cs_error_t IterInitAndFail(cmap_handle_t /*handle*/, const char* /*prefix*/,
                           cmap_iter_handle_t* iter) {
  *iter = 0;
  return CS_ERR_LIBRARY;
}

cs_error_t TrackAndFail(cmap_handle_t /*handle*/, const char* /*key*/, int32_t /*track*/,
                        cmap_notify_fn_t /*notify*/, void* /*data*/, cmap_track_handle_t* track) {
  *track = 0;
  return CS_ERR_LIBRARY;
}

cs_error_t StringAndFail(cmap_handle_t /*handle*/, const char* /*key*/, char** string) {
  *string = nullptr;
  return CS_ERR_NO_MEMORY;
}

cs_error_t NumberAndFail(cmap_handle_t /*handle*/, const char* /*key*/, int16_t* number) {
  *number = 0;
  return CS_ERR_INVALID_PARAM;
}

TEST(ClientTaskTest, OutputsOfEveryFunctionAreWatched) {
  CmapApi api;
  api.cmap_initialize = &InitializeAndFail;
  api.cmap_fd_get = &WriteAndFail<int>;
  api.cmap_context_get = &WriteAndFail<const void*>;
  api.cmap_iter_init = &IterInitAndFail;
  api.cmap_iter_next = &NextAndFail;
  api.cmap_track_add = &TrackAndFail;
  api.cmap_get_string = &StringAndFail;
  api.cmap_get_int16 = &NumberAndFail;
  EXPECT_EQ(ReturnsOf("{op: initialize}, {op: fd_get}, {op: context_get}, {op: iter_init}, "
                      "{op: iter_next}, {op: iter_next, type: null}, "
                      "{op: track_add, key: a, track: [add]}, "
                      "{op: get_string, key: a}, {op: get_int16, key: a}",
                      api),
            "CS_ERR_LIBRARY touched=handle\nCS_ERR_LIBRARY touched=fd\n"
            "CS_ERR_LIBRARY touched=context\nCS_ERR_LIBRARY touched=iter\n"
            "CS_ERR_NO_SECTIONS touched=key,value_len,type\n"
            "CS_ERR_NO_SECTIONS touched=key,value_len\n"
            "CS_ERR_LIBRARY touched=track\n"
            "CS_ERR_NO_MEMORY touched=value\nCS_ERR_INVALID_PARAM touched=value\n");
}

// What a failing call left as a handle is not the slot's.
TEST(ClientTaskTest, ASlotKeepsItsHandleWhereInitializeFails) {
  static cmap_handle_t finalized;
  CmapApi api;
  api.cmap_initialize = [](cmap_handle_t* handle) {
    const bool first = std::exchange(g_bytes, "again").empty();
    *handle = first ? 7 : 8;
    return first ? CS_OK : CS_ERR_TRY_AGAIN;
  };
  api.cmap_finalize = [](cmap_handle_t handle) {
    finalized = handle;
    return CS_OK;
  };
  g_bytes.clear();
  EXPECT_EQ(ReturnsOf("{op: initialize}, {op: initialize}, {op: finalize}", api),
            "CS_OK handle=h1\nCS_ERR_TRY_AGAIN touched=handle\nCS_OK\n");
  EXPECT_EQ(finalized, 7U);
}

// Which pointers a call was given.
std::string g_nulls;

cs_error_t NoteNulls(cmap_handle_t /*handle*/, const char* /*key*/, void* value, size_t* value_len,
                     cmap_value_types_t* type) {
  g_nulls = std::string(value == nullptr ? "value " : "") +
            (value_len == nullptr ? "value_len " : std::to_string(*value_len) + " ") +
            (type == nullptr ? "type" : "");
  return CS_OK;
}

TEST(ClientTaskTest, OutputsOfAGetMayBeLeftOut) {
  CmapApi api;
  api.cmap_get = &NoteNulls;
  EXPECT_EQ(TraceOf("{op: get, key: a, buffer: 4, value_len: null, type: null}", api),
            "0 > 0 get connection=0 key=a buffer=4 value_len=NULL type=NULL\n0 < 0 CS_OK\n");
  EXPECT_EQ(g_nulls, "value_len type");
  EXPECT_EQ(TraceOf("{op: get, key: a, buffer: 4, value_len: 2, type: null}", api),
            "0 > 0 get connection=0 key=a buffer=4 value_len=2 type=NULL\n"
            "0 < 0 CS_OK len=2 value=binary:d7d7\n");
  EXPECT_EQ(g_nulls, "2 type");
  EXPECT_EQ(TraceOf("{op: get, key: a, value_len: 0xffffffffffffffff}", api).substr(0, 66),
            "0 > 0 get connection=0 key=a value_len=18446744073709551615\n0 < 0 ");
  EXPECT_EQ(g_nulls, "value 18446744073709551615 ");
}

std::string g_given;

cs_error_t GiveKey(cmap_handle_t /*handle*/, cmap_iter_handle_t /*iter*/, char key_name[],
                   size_t* value_len, cmap_value_types_t* type) {
  std::strcpy(key_name, g_given.c_str());
  *value_len = 0;
  *type = CMAP_VALUETYPE_BINARY;
  return CS_OK;
}

TEST(ClientTaskTest, ProcessesAndAddressesInKeysAreNamed) {
  CmapApi api;
  api.cmap_iter_next = &GiveKey;
  const auto shown = [&api](const std::string& key) {
    g_given = key;
    const std::string returned = ReturnsOf("{op: iter_next}", api);
    return returned.substr(10, returned.find(" type") - 10);
  };
  EXPECT_EQ(shown("stats.ipcs.service0.1234.0x55ee50758480.requests"),
            "stats.ipcs.service0.p1.c1.requests");
  EXPECT_EQ(shown("stats.ipcs.service12.7.0x0"), "stats.ipcs.service12.p1.c1");
  for (const std::string key :
       {"stats.ipcs.service", "stats.ipcs.service0", "stats.ipcs.service0.",
        "stats.ipcs.service0.1", "stats.ipcs.service0.1.", "stats.ipcs.service0.1.0x",
        "stats.ipcs.service0.1.55.requests", "stats.ipcs.service0..0x1.requests",
        "stats.ipcs.servic", "totem.0x1.2.0x3"}) {
    EXPECT_EQ(shown(key), key);
  }
}

}  // namespace
}  // namespace cmapsim
