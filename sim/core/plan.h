// A plan: everything that a run depends on, as one value.
//
// A plan is a text (YAML) that a person can read, mail, edit and keep in a repository; plan_yaml.h
// reads and writes it. Running it gives a trace; the same plan with the same target gives the same
// trace, byte for byte.
//
//   cmapsim: 1
//   seed: 42
//   transport: shm
//   steps:
//     - {op: initialize, connection: 0}
//     - {op: track_add, connection: 0, tracker: 0, key: test., track: [add, modify, prefix]}
//     - {op: set, by: peer, after: 24h, key: test.a, value: uint8:1}
//     - {op: dispatch, connection: 0, mode: ONE}
//     - {op: finalize, connection: 0}
//
// Connections, trackers and iterators are numbered by the plan ("slots"); a step that names a slot
// uses the handle that the slot got last. `by: peer` makes a step one of another client of the same
// service: it is carried out at once, or, with `after`, that long after the step was reached, while
// the client goes on. Service steps (kill, stop, continue, start), signals to the client and its
// standard input likewise.
//
// `steps` are those of the first task; a plan may have more, each begun by a `start` step:
//
//   steps:
//     - {op: initialize, connection: 0}
//     - {op: start, task: 1}
//     - {op: set, connection: 0, key: test.a, value: uint8:1}
//     - {op: join, task: 1}
//   tasks:
//     - {task: 1, steps: [{op: dispatch, connection: 0, mode: BLOCKING}]}
//   schedule: {one_in: 4, switches: [{at: 17, task: 1}]}
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/fault.h"
#include "sim/core/time.h"
#include "sim/core/value.h"

namespace cmapsim {

enum class Transport : uint8_t { kShm = 0, kSocket = 1 };
[[nodiscard]] std::string_view TransportName(Transport transport);

// One row per operation: enumerator, name in plans and traces.
// clang-format off
#define CMAPSIM_OPERATIONS(X)            \
  X(kInitialize,     "initialize")       \
  X(kInitializeMap,  "initialize_map")   \
  X(kFinalize,       "finalize")         \
  X(kFdGet,          "fd_get")           \
  X(kDispatch,       "dispatch")         \
  X(kContextSet,     "context_set")      \
  X(kContextGet,     "context_get")      \
  X(kSet,            "set")              \
  X(kGet,            "get")              \
  X(kSetInt8,        "set_int8")         \
  X(kSetUInt8,       "set_uint8")        \
  X(kSetInt16,       "set_int16")        \
  X(kSetUInt16,      "set_uint16")       \
  X(kSetInt32,       "set_int32")        \
  X(kSetUInt32,      "set_uint32")       \
  X(kSetInt64,       "set_int64")        \
  X(kSetUInt64,      "set_uint64")       \
  X(kSetFloat,       "set_float")        \
  X(kSetDouble,      "set_double")       \
  X(kSetString,      "set_string")       \
  X(kGetInt8,        "get_int8")         \
  X(kGetUInt8,       "get_uint8")        \
  X(kGetInt16,       "get_int16")        \
  X(kGetUInt16,      "get_uint16")       \
  X(kGetInt32,       "get_int32")        \
  X(kGetUInt32,      "get_uint32")       \
  X(kGetInt64,       "get_int64")        \
  X(kGetUInt64,      "get_uint64")       \
  X(kGetFloat,       "get_float")        \
  X(kGetDouble,      "get_double")       \
  X(kGetString,      "get_string")       \
  X(kDelete,         "delete")           \
  X(kInc,            "inc")              \
  X(kDec,            "dec")              \
  X(kIterInit,       "iter_init")        \
  X(kIterNext,       "iter_next")        \
  X(kIterFinalize,   "iter_finalize")    \
  X(kTrackAdd,       "track_add")        \
  X(kTrackDelete,    "track_delete")     \
  X(kPoll,           "poll")             \
  X(kSleep,          "sleep")            \
  X(kService,        "service")          \
  X(kStart,          "start")            \
  X(kJoin,           "join")             \
  X(kSigaction,      "sigaction")        \
  X(kSignal,         "signal")           \
  X(kInput,          "input")
// clang-format on

enum class Op : uint8_t {
#define CMAPSIM_X(enumerator, name) enumerator,
  CMAPSIM_OPERATIONS(CMAPSIM_X)
#undef CMAPSIM_X
};
[[nodiscard]] std::string_view OpName(Op op);
[[nodiscard]] std::optional<Op> ParseOp(std::string_view name);
[[nodiscard]] std::span<const std::string_view> OpNames();
// The type that a shortcut such as set_uint8 or get_string is for; nothing for every other operation.
[[nodiscard]] std::optional<ValueType> TypeSetBy(Op op);
[[nodiscard]] std::optional<ValueType> TypeGotBy(Op op);

// Dispatch types by their numbers in corosync/corotypes.h; a plan may name any number.
inline constexpr int32_t kDispatchOne = 1;
inline constexpr int32_t kDispatchAll = 2;
inline constexpr int32_t kDispatchBlocking = 3;
inline constexpr int32_t kDispatchOneNonblocking = 4;
// "ONE", "ALL", "BLOCKING", "ONE_NONBLOCKING", else the number.
[[nodiscard]] std::string DispatchModeName(int32_t mode);

// Track mask bits by their numbers in corosync/cmap.h.
inline constexpr int32_t kTrackDelete = 1;
inline constexpr int32_t kTrackModify = 2;
inline constexpr int32_t kTrackAdd = 4;
inline constexpr int32_t kTrackPrefix = 8;

enum class Actor : uint8_t { kClient = 0, kPeer = 1 };
enum class ServiceAction : uint8_t { kKill = 0, kStop = 1, kContinue = 2, kStart = 3 };
[[nodiscard]] std::string_view ServiceActionName(ServiceAction action);
[[nodiscard]] std::span<const std::string_view> ServiceActionNames();

// Limits of plans that are read from text: a plan comes from anywhere.
inline constexpr size_t kMaxPlanTextSize = 8 << 20;
inline constexpr size_t kMaxPlanValuesSize = 64 << 20;  // all values together, "*N" carried out
inline constexpr int32_t kMaxSteps = 100'000;           // reactions included
inline constexpr int kMaxReactionDepth = 4;             // reactions in reactions
inline constexpr int32_t kMaxSlot = 1023;
inline constexpr int32_t kMaxTask = 64;
inline constexpr size_t kMaxKeySize = 4096;
inline constexpr uint32_t kMaxBufferSize = 16 << 20;
inline constexpr Nanos kMaxClockReading = kSecond;

inline constexpr Nanos kDefaultHorizon = kHour;

struct Step;

// What a tracker's callback or a signal's handler does when it runs: the steps of the first reaction
// whose `nth` fits.
struct Reaction {
  int64_t nth = 0;  // this tracker's nth callback, or the handler's nth run, from 1; 0: every one
  std::vector<Step> steps;

  bool operator==(const Reaction&) const;
};

struct Step {
  Op op = Op::kSleep;
  Actor by = Actor::kClient;
  // Only for by == kPeer, kService, kSignal and kInput: nothing = at once and done before the next step begins; a
  // duration = that long after the step is reached, while the client goes on.
  std::optional<Nanos> after_ns;

  int32_t connection = 0;                // slot
  std::optional<uint64_t> raw_handle;    // instead of the slot's handle: this number
  int32_t tracker = 0;                   // slot
  std::optional<uint64_t> raw_track;     // instead of the tracker slot's handle
  int32_t iterator = 0;                  // slot
  std::optional<uint64_t> raw_iterator;  // instead of the iterator slot's handle

  // Key, or prefix for iter_init. Nothing = NULL is passed.
  std::optional<std::string> key;
  // Set's value. Nothing = NULL is passed as the value, with length 0 and type uint8. A shortcut's is of
  // its type (FitsShortcut); nothing is NULL for set_string, and zero for numbers.
  std::optional<Value> value;
  // Get: size of the buffer in bytes, up to 16 MiB. Nothing = NULL as the value.
  std::optional<uint32_t> buffer_size;
  // Get: what *value_len holds before the call. Nothing = the buffer's size.
  std::optional<uint64_t> value_len;
  bool null_value_len = false;  // get, iter_next: NULL as value_len
  bool null_type = false;       // get, iter_next: NULL as type

  int32_t track = 0;            // track_add: the mask
  bool null_notify = false;     // track_add: NULL as notify_fn
  bool null_output = false;     // NULL as the place where a handle would be returned
  int32_t mode = kDispatchOne;  // dispatch: the number passed; initialize_map: the map
  uint64_t context = 0;         // context_set
  Nanos duration_ns = 0;  // sleep: how long; poll: how long at most, in whole ms, -1 = for ever
  ServiceAction action = ServiceAction::kKill;
  std::vector<Reaction> on_callback;  // track_add; sigaction: what the handler does

  int32_t task = 0;      // start, join: from 1
  int32_t signal = 0;    // sigaction, signal: its number on Linux
  bool restart = false;  // sigaction: with SA_RESTART

  // Position in the plan, in the order of reading, from 0; set by NumberSteps. Traces name steps by
  // it.
  int32_t id = 0;

  bool operator==(const Step&) const;
};

struct FirstKey {
  std::string key;
  Value value;
  bool read_only = false;
  bool operator==(const FirstKey&) const = default;
};

// Another task of the client, beside the first.
struct Task {
  int32_t task = 1;  // its number, from 1; every one once
  std::vector<Step> steps;
  bool operator==(const Task&) const;
};

// The switch to `task` before the interposed call number `at`, counted from 1 over all tasks. Where
// that task cannot run then, nothing happens.
struct Switch {
  int64_t at = 1;
  int32_t task = 0;
  bool operator==(const Switch&) const = default;
};

// Which task runs when there is a choice. Without any of this a task runs until it waits, and then
// the one with the lowest number that can.
struct Schedule {
  // Before each interposed call, with a chance of one in so many, another task's turn, drawn from
  // the plan's seed. 0: never.
  int64_t one_in = 0;
  std::vector<Switch> switches;
  bool operator==(const Schedule&) const = default;
};

struct Plan {
  uint64_t seed = 0;
  Transport transport = Transport::kShm;
  // Nothing = those of a fresh single-node corosync 3.1.7.
  std::optional<std::vector<FirstKey>> keys;
  std::vector<Fault> faults;
  std::vector<Step> steps;
  std::vector<Task> tasks;
  Schedule schedule;
  // A run that only waits ends as a stall this much virtual time after the last event. 0: the plan does
  // not say, and kDefaultHorizon holds.
  Nanos horizon_ns = 0;
  // By so much each reading of a clock moves virtual time, from 0 to kMaxClockReading. Nothing: the plan
  // does not say; then it is 0 for plans with steps of the client, and 1 ns for programs.
  std::optional<Nanos> clock_reading_ns;

  bool operator==(const Plan&) const;
};

// Steps that happen beside the client: of a peer, of the service, signals and input.
[[nodiscard]] bool IsOtherStep(const Step& step);

// Whether a shortcut for `type` can pass this value: bytes of that type, in C a string without zeros.
[[nodiscard]] bool FitsShortcut(ValueType type, const Value& value);

// Gives every step its id. Parsing and generating end with it.
void NumberSteps(Plan& plan);

// Steps with ids 0..n-1 in order, reactions included, the first task's before the others'; valid while the plan is not changed.
[[nodiscard]] std::vector<const Step*> StepsById(const Plan& plan);

}  // namespace cmapsim
