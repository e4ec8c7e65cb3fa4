#include "conformance/oracle/judge_leftovers.h"

#include <algorithm>
#include <charconv>
#include <string>

namespace cmapsim {
namespace {

constexpr std::string_view kLeft = " | left ";
// What libraries keep for good: their tables of handles and what is in them.
constexpr int64_t kBlocksKept = 16;

// The line's fields; empty where the trace has no such line.
std::string_view LeftLine(std::string_view trace) {
  const size_t at = trace.rfind(kLeft);
  if (at == std::string_view::npos) return {};
  trace.remove_prefix(at + kLeft.size());
  return trace.substr(0, trace.find('\n'));
}

int64_t Count(std::string_view line, std::string_view name) {
  const size_t at = line.find(name);
  int64_t count = 0;
  if (at != std::string_view::npos) {
    const char* begin = line.data() + at + name.size();
    std::from_chars(begin, line.data() + line.size(), count);
  }
  return count;
}

bool AllFinalized(const RunState& state) {
  return !state.connections.empty() && state.frames.empty() &&
         std::all_of(state.connections.begin(), state.connections.end(),
                     [](const Connection& c) { return c.finalized; });
}

// Whether a cmap_initialize_map returned an error.
bool MapFailed(const RunState& state, std::string_view trace) {
  const auto events = ParseTrace(trace);
  return events && std::any_of(events->begin(), events->end(), [&](const TraceEvent& event) {
           const auto id = static_cast<size_t>(event.step);
           return event.mark == '<' && event.word != "CS_OK" && id < state.steps.size() &&
                  state.steps[id]->op == Op::kInitializeMap;
         });
}

// Of a run that left something.
std::string_view Situation(const RunState& state, std::string_view trace) {
  if (state.long_name_given) return "after a name of more than 255 characters";
  return MapFailed(state, trace) ? "after a cmap_initialize_map that failed" : "";
}

bool MapWasRefused(const RunState& state) {
  return std::any_of(state.observations.begin(), state.observations.end(),
                     [](const Observation& o) { return o.clause == clause::kUndocUnknownMap; });
}

// Names of what is left. Files are the service's, and so is what it knows of a connection: where it
// died or was stopped, it may not have come to that yet.
std::string Left(const RunState& state, std::string_view line) {
  const bool only_ours = state.service.epoch() != 0 || state.service.PerhapsStopped();
  std::string left;
  for (const std::string_view name : {"fds=", "maps=", "files=", "connections="}) {
    const bool ours = name == "fds=" || name == "maps=";
    if (Count(line, name) == 0 || (only_ours && !ours)) continue;
    left += (left.empty() ? "" : ", ") + std::string(name.substr(0, name.size() - 1));
  }
  // One with something in it is told of by that.
  if (!only_ours && left.empty() && Count(line, "empty_folders=") != 0) left = "an empty folder";
  return left;
}

// Whether the service is stopped at some time, by a step or a fault: what it has not come to then is lost
// with it.
bool IsEverStopped(const Plan& plan, const RunState& state) {
  return std::any_of(state.steps.begin(), state.steps.end(),
                     [](const Step* step) {
                       return step->op == Op::kService && step->action == ServiceAction::kStop;
                     }) ||
         std::any_of(plan.faults.begin(), plan.faults.end(), [](const Fault& fault) {
           return fault.kind == FaultKind::kServiceProcessStop ||
                  fault.kind == FaultKind::kServiceProcessPause;
         });
}

// A fault of the client's host can keep a library from what it would do, or mislead it.
bool IsHostWhole(const Plan& plan) {
  return std::none_of(plan.faults.begin(), plan.faults.end(),
                      [](const Fault& fault) { return RowOf(fault.kind).OfHost(); });
}

// What a service keeps in /dev/shm is a living one's to remove, and a dead one's clients'.
void JudgeSharedFiles(RunState& state, std::string_view line, bool failed_before, int32_t last) {
  if (!IsHostWhole(state.plan)) return;
  state.Records(clause::kUndocSharedFilesKept,
                Count(line, "damaged=") > 0 ? "damaged" : "as they were", last);
  if (state.service.epoch() == 0 || failed_before || IsEverStopped(state.plan, state)) return;
  const char* const outcome = Count(line, "files=") > 0           ? "files"
                              : Count(line, "empty_folders=") > 0 ? "an empty folder"
                                                                  : "nothing";
  state.Records(clause::kUndocSharedFilesLeft, outcome, last);
}

}  // namespace

void JudgeLeftovers(RunState& state, std::string_view trace) {
  const std::string_view line = LeftLine(trace);
  if (line.empty() || !AllFinalized(state)) return;
  const int32_t last = state.steps.empty() ? kNone : state.steps.back()->id;
  const std::string left = Left(state, line);
  if (MapWasRefused(state)) {
    return state.Records(clause::kUndocUnknownMap, left.empty() ? "nothing" : "left: " + left, last,
                         "what is left");
  }
  if (left.empty()) {
    state.Conforms(clause::kFinalizeCloses, "nothing is left", last);
  } else {
    state.Departs(clause::kFinalizeCloses, "left: " + left, last, std::string(line),
                  Situation(state, trace));
  }
  const bool failed_before = state.long_name_given || MapFailed(state, trace);
  JudgeSharedFiles(state, line, failed_before, last);
  if (state.long_name_given) return;
  const bool few = Count(line, "heap_blocks=") <= kBlocksKept;
  state.Records(clause::kUndocMemoryLeft, few ? "a few blocks" : "many blocks", last);
}

}  // namespace cmapsim
