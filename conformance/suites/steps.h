// Steps in few words, for plans written in code.
//
//   plan.steps = {Initialize(), TrackAdd(0, "test.", kTrackAdd | kTrackPrefix),
//                 ByPeer(Set("test.a", Value::Integer(ValueType::kUInt8, 1)), 24 * kHour),
//                 Dispatch(kDispatchOne), Finalize()};
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "sim/core/plan.h"

namespace cmapsim::suite {

// Every mask that asks for all events.
inline constexpr int32_t kTrackAll = kTrackAdd | kTrackModify | kTrackDelete;

[[nodiscard]] inline Step On(Op op, int32_t connection) {
  Step step;
  step.op = op;
  step.connection = connection;
  return step;
}

[[nodiscard]] inline Step Initialize(int32_t connection = 0) {
  return On(Op::kInitialize, connection);
}
[[nodiscard]] inline Step Finalize(int32_t connection = 0) { return On(Op::kFinalize, connection); }
[[nodiscard]] inline Step FdGet(int32_t connection = 0) { return On(Op::kFdGet, connection); }

[[nodiscard]] inline Step Dispatch(int32_t mode, int32_t connection = 0) {
  Step step = On(Op::kDispatch, connection);
  step.mode = mode;
  return step;
}

[[nodiscard]] inline Step OnKey(Op op, std::string key, int32_t connection = 0) {
  Step step = On(op, connection);
  step.key = std::move(key);
  return step;
}
[[nodiscard]] inline Step Delete(std::string key, int32_t connection = 0) {
  return OnKey(Op::kDelete, std::move(key), connection);
}
[[nodiscard]] inline Step Set(std::string key, Value value, int32_t connection = 0) {
  Step step = OnKey(Op::kSet, std::move(key), connection);
  step.value = std::move(value);
  return step;
}

// With a buffer of so many bytes, or none.
[[nodiscard]] inline Step Get(std::string key, std::optional<uint32_t> buffer_size,
                              int32_t connection = 0) {
  Step step = OnKey(Op::kGet, std::move(key), connection);
  step.buffer_size = buffer_size;
  return step;
}
// The shortcut for `type`, which must have one: set_uint8, get_string and so on.
[[nodiscard]] inline Op ShortcutOf(Op first, ValueType type) {
  return static_cast<Op>(static_cast<int>(first) + static_cast<int>(type) - 1);
}
[[nodiscard]] inline Step GetTyped(ValueType type, std::string key, int32_t connection = 0) {
  return OnKey(ShortcutOf(Op::kGetInt8, type), std::move(key), connection);
}
// A client's set, by the shortcut for its type where that can pass the value.
[[nodiscard]] inline Step ByShortcut(Step step) {
  const bool has = step.value && step.value->type >= ValueType::kInt8 &&
                   step.value->type <= ValueType::kString &&
                   FitsShortcut(step.value->type, *step.value);
  if (step.op == Op::kSet && step.by == Actor::kClient && has) {
    step.op = ShortcutOf(Op::kSetInt8, step.value->type);
  }
  return step;
}

// Without a prefix: NULL.
[[nodiscard]] inline Step IterInit(int32_t iterator, std::optional<std::string> prefix,
                                   int32_t connection = 0) {
  Step step = On(Op::kIterInit, connection);
  step.iterator = iterator;
  step.key = std::move(prefix);
  return step;
}
[[nodiscard]] inline Step IterNext(int32_t iterator, int32_t connection = 0) {
  Step step = On(Op::kIterNext, connection);
  step.iterator = iterator;
  return step;
}
[[nodiscard]] inline Step IterFinalize(int32_t iterator, int32_t connection = 0) {
  Step step = On(Op::kIterFinalize, connection);
  step.iterator = iterator;
  return step;
}

[[nodiscard]] inline Step InitializeMap(int32_t map, int32_t connection = 0) {
  Step step = On(Op::kInitializeMap, connection);
  step.mode = map;
  return step;
}
[[nodiscard]] inline Step ContextSet(uint64_t context, int32_t connection = 0) {
  Step step = On(Op::kContextSet, connection);
  step.context = context;
  return step;
}
[[nodiscard]] inline Step ContextGet(int32_t connection = 0) {
  return On(Op::kContextGet, connection);
}

[[nodiscard]] inline Step TrackAdd(int32_t tracker, std::string key, int32_t track,
                                   int32_t connection = 0) {
  Step step = OnKey(Op::kTrackAdd, std::move(key), connection);
  step.tracker = tracker;
  step.track = track;
  return step;
}
[[nodiscard]] inline Step TrackDelete(int32_t tracker, int32_t connection = 0) {
  Step step = On(Op::kTrackDelete, connection);
  step.tracker = tracker;
  return step;
}

// The same step, done by another client of the service: at once, or so much later.
[[nodiscard]] inline Step ByPeer(Step step, std::optional<Nanos> after_ns = std::nullopt) {
  step.by = Actor::kPeer;
  step.connection = 0;
  step.after_ns = after_ns;
  return step;
}

[[nodiscard]] inline Step OfService(ServiceAction action,
                                    std::optional<Nanos> after_ns = std::nullopt) {
  Step step = On(Op::kService, 0);
  step.action = action;
  step.after_ns = after_ns;
  return step;
}

[[nodiscard]] inline Step Sleep(Nanos duration_ns) {
  Step step = On(Op::kSleep, 0);
  step.duration_ns = duration_ns;
  return step;
}
// Polls the connection's descriptor; -1: for ever.
[[nodiscard]] inline Step Poll(Nanos timeout_ns, int32_t connection = 0) {
  Step step = On(Op::kPoll, connection);
  step.duration_ns = timeout_ns;
  return step;
}

// The same step with this number in place of the connection's handle.
[[nodiscard]] inline Step WithHandle(Step step, uint64_t handle) {
  step.raw_handle = handle;
  return step;
}

}  // namespace cmapsim::suite
