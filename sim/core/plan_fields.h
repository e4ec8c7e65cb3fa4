// Which fields a step of a plan's text has, by operation: the table that reading, writing and
// generating plans share.
//
//   FieldsOf(Op::kSleep, Actor::kClient).needs == Bit(StepField::kDuration)
//
// A member of Step that belongs to no field of its operation has no meaning and no text.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "sim/core/plan.h"

namespace cmapsim {

// One row per field: enumerator, name. FormatPlan writes them in this order.
// clang-format off
#define CMAPSIM_STEP_FIELDS(X)         \
  X(kBy,           "by")               \
  X(kAfter,        "after")            \
  X(kAction,       "action")           \
  X(kConnection,   "connection")       \
  X(kHandle,       "handle")           \
  X(kTracker,      "tracker")          \
  X(kTrackHandle,  "track_handle")     \
  X(kIterator,     "iterator")         \
  X(kIterHandle,   "iter_handle")      \
  X(kMap,          "map")              \
  X(kMode,         "mode")             \
  X(kKey,          "key")              \
  X(kValue,        "value")            \
  X(kBuffer,       "buffer")           \
  X(kValueLen,     "value_len")        \
  X(kType,         "type")             \
  X(kTrack,        "track")            \
  X(kNotify,       "notify")           \
  X(kContext,      "context")          \
  X(kDuration,     "duration")         \
  X(kTimeout,      "timeout")          \
  X(kOutput,       "output")           \
  X(kOnCallback,   "on_callback")      \
  X(kTask,         "task")             \
  X(kSignal,       "signal")           \
  X(kRestart,      "restart")          \
  X(kOnSignal,     "on_signal")
// clang-format on

enum class StepField : uint8_t {
#define CMAPSIM_X(enumerator, name) enumerator,
  CMAPSIM_STEP_FIELDS(CMAPSIM_X)
#undef CMAPSIM_X
};
// In the order of the enumerators.
[[nodiscard]] std::span<const std::string_view> StepFieldNames();

using StepFieldSet = uint32_t;
[[nodiscard]] constexpr StepFieldSet Bit(StepField field) {
  return StepFieldSet{1} << static_cast<unsigned>(field);
}

struct StepFields {
  StepFieldSet takes = 0;
  StepFieldSet needs = 0;  // a subset of takes
};
[[nodiscard]] StepFields FieldsOf(Op op, Actor by);

// Whether another client of the service may take this step (by: peer).
[[nodiscard]] bool PeerMay(Op op);

}  // namespace cmapsim
