#include "conformance/sweep/service_story.h"

#include <optional>
#include <set>

#include "sim/core/fault.h"

namespace cmapsim {
namespace {

using State = ServiceStory::State;

// What a fault that strikes makes of the service; nothing where it leaves it as it is.
std::optional<State> MadeBy(FaultKind kind) {
  switch (kind) {
    case FaultKind::kServiceProcessKill:
    case FaultKind::kServiceProcessRestart:
      return State::kDead;
    case FaultKind::kServiceProcessStop:
    case FaultKind::kServiceProcessPause:
      return State::kStopped;
    default:
      return std::nullopt;
  }
}

State MadeBy(ServiceAction action, State before) {
  if (action == ServiceAction::kKill) return State::kDead;
  if (before == State::kDead) return action == ServiceAction::kStart ? State::kUp : State::kDead;
  return action == ServiceAction::kStop ? State::kStopped : State::kUp;
}

bool ComesBack(FaultKind kind) {
  return kind == FaultKind::kServiceProcessRestart || kind == FaultKind::kServiceProcessPause;
}

}  // namespace

ServiceStory::ServiceStory(std::span<const Step* const> steps, std::span<const Fault> faults,
                           const RunRecord& run) {
  State state = State::kUp;
  std::optional<Nanos> back_ns;
  std::set<int32_t> open;  // connections
  states_.reserve(run.events.size());
  for (const TraceEvent& event : run.events) {
    if (back_ns && event.at_ns > *back_ns) {
      state = State::kUp;
      back_ns.reset();
    }
    const State before = state;
    const auto index = static_cast<size_t>(event.step);
    if (event.mark == '*' && event.step >= 0 && index < faults.size()) {
      const Fault& fault = faults[index];
      if (const auto made = MadeBy(fault.kind)) {
        state = *made;
        // One that is struck has come back before.
        back_ns.reset();
        if (ComesBack(fault.kind)) back_ns = event.at_ns + fault.delay_ns;
      }
    } else if (event.step >= 0 && index < steps.size()) {
      const Step& step = *steps[index];
      if (event.mark == '@' && step.op == Op::kService) state = MadeBy(step.action, state);
      const bool opens = step.op == Op::kInitialize || step.op == Op::kInitializeMap;
      if (event.mark == '>' && opens) open.insert(step.connection);
      if (event.mark == '<' && step.op == Op::kFinalize) open.erase(step.connection);
    }
    if (state == State::kDead && before != State::kDead) {
      connections_at_death_ += static_cast<int64_t>(open.size());
      open.clear();
    }
    states_.push_back(state);
  }
}

}  // namespace cmapsim
