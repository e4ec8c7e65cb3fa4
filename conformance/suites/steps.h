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
