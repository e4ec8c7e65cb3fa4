#include "conformance/history/questions.h"

#include <algorithm>
#include <string_view>

#include "sim/core/operations.h"

namespace cmapsim {
namespace {

const Operation& At(const History& history, int32_t index) {
  return history.operations[static_cast<size_t>(index)];
}

// Whether the service died there.
bool IsKill(const History& history, const Moment& moment) {
  if (moment.kind == Moment::Kind::kFault) {
    const auto fault = static_cast<size_t>(moment.event->step);
    return history.plan->faults[fault].kind == FaultKind::kServiceProcessKill;
  }
  if (moment.kind != Moment::Kind::kOther) return false;
  const Step& step = *At(history, moment.operation).step;
  return step.op == Op::kService && step.action == ServiceAction::kKill;
}

}  // namespace

const Operation* FinalizeBefore(const History& history, const Operation& call, int32_t before) {
  for (const Operation& other : history.operations) {
    if (other.called >= before) break;
    const bool here = other.step->op == Op::kFinalize && other.connection == call.connection;
    if (here && (other.Ok() || other.returned > before || other.unknown)) return &other;
  }
  return nullptr;
}

bool KilledBefore(const History& history, const Operation& call, int32_t before) {
  const auto lines = static_cast<int32_t>(history.moments.size());
  for (int32_t i = At(history, call.connection).called; i < std::min(lines, before); ++i) {
    if (IsKill(history, history.moments[static_cast<size_t>(i)])) return true;
  }
  return false;
}

int64_t OtherDispatches(const History& history, const Operation& dispatch, int32_t from,
                        int32_t line) {
  return std::count_if(history.operations.begin(), history.operations.end(),
                       [&](const Operation& other) {
                         return other.index != dispatch.index && other.step->op == Op::kDispatch &&
                                other.connection == dispatch.connection && other.called < line &&
                                other.returned > from;
                       });
}

bool IsOpen(const History& history, const Operation& operation) {
  if (operation.returned != kNotReturned) return false;
  return std::none_of(history.operations.begin() + operation.index + 1, history.operations.end(),
                      [&](const Operation& later) {
                        return later.task == operation.task && !later.by_other &&
                               later.returned == kNotReturned;
                      });
}

bool MayBeConfused(const Operation& operation) {
  return operation.cut_off || operation.at_once || operation.shared || operation.handlers;
}

const Operation& Suspect(const History& history, int32_t last) {
  const Operation* asking = nullptr;
  for (int32_t i = last; i >= 0; --i) {
    const Operation& other = At(history, i);
    if (other.by_other || !AsksService(other.step->op) || !IsOpen(history, other)) continue;
    if (MayBeConfused(other)) return other;
    if (asking == nullptr) asking = &other;
  }
  return asking != nullptr ? *asking : At(history, last);
}

bool EndedBySignal(const History& history) {
  const std::string_view name = history.ending_detail;
  const auto steps = StepsById(*history.plan);
  const auto is = [&](int32_t number) { return SignalName(number) == name; };
  const bool handled = std::any_of(steps.begin(), steps.end(), [&](const Step* step) {
    return step->op == Op::kSigaction && is(step->signal);
  });
  const auto& faults = history.plan->faults;
  const bool sent =
      std::any_of(steps.begin(), steps.end(),
                  [&](const Step* step) { return step->op == Op::kSignal && is(step->signal); }) ||
      std::any_of(faults.begin(), faults.end(), [&](const Fault& fault) {
        return fault.kind == FaultKind::kHostSignal && is(fault.number);
      });
  return sent && !handled;
}

}  // namespace cmapsim
