#include "conformance/judge.h"

#include <span>
#include <string>
#include <utility>

#include "conformance/history/history.h"
#include "conformance/history/judge_history.h"
#include "conformance/oracle/after_fault.h"
#include "conformance/oracle/judge_leftovers.h"
#include "conformance/oracle/lost_events.h"
#include "conformance/oracle/run_state.h"
#include "conformance/oracle/walk.h"
#include "sim/core/trace.h"

namespace cmapsim {
namespace {

std::vector<Observation> NotATrace(int32_t step, std::string detail) {
  Observation seen;
  seen.clause = clause::kHarnessTrace;
  seen.outcome = "does not fit the plan";
  seen.conformity = Conformity::kDeparts;
  seen.step = step;
  seen.detail = std::move(detail);
  return {std::move(seen)};
}

std::string Describe(size_t line, const TraceEvent& event) {
  return "line " + std::to_string(line) + " of the API level: " + event.mark + " " +
         std::to_string(event.step) + " " + std::string(event.word) +
         " cannot follow what is before it";
}

// A call of a function that the library does not have: it was never made.
bool IsNotOffered(const TraceEvent& call, const TraceEvent& next) {
  return call.mark == '>' && next.mark == '<' && next.step == call.step &&
         next.word == "NOT_OFFERED";
}

bool IsBeyondTheModel(const Plan& plan, const TraceEvent& event) {
  const auto fault = static_cast<size_t>(event.step);
  return event.mark == '*' && fault < plan.faults.size() && !ModelFollows(plan.faults[fault]);
}

// What the walk does not follow from line `from` on. Beside a real daemon others' changes take effect at a time that
// the trace does not tell.
std::vector<Observation> JudgeRest(RunState& state, const std::vector<TraceEvent>& events,
                                   size_t from) {
  if (state.options.live || !HistoryKnows(state.plan)) {
    JudgeAfterFault(state, std::span(events).subspan(from));
  } else if (!JudgeHistory(state, events, static_cast<int32_t>(from))) {
    return NotATrace(-1, "its calls and returns do not fit together");
  }
  return std::move(state.observations);
}

}  // namespace

std::vector<Observation> Judge(const Plan& plan, std::string_view trace,
                               const JudgeOptions& options) {
  const auto events = ParseTrace(trace);
  if (!events) return NotATrace(-1, "a line is no trace line");
  RunState state(plan, options);
  if (!ModelFollows(plan)) return JudgeRest(state, *events, 0);
  Walk walk(state);
  for (size_t i = 0; i < events->size(); ++i) {
    const TraceEvent& event = (*events)[i];
    if (IsBeyondTheModel(plan, event)) return JudgeRest(state, *events, i + 1);
    if (i + 1 < events->size() && IsNotOffered(event, (*events)[i + 1])) {
      if (!walk.SkipCall(event)) return NotATrace(event.step, Describe(i + 1, event));
      ++i;
      continue;
    }
    if (!walk.Next(event)) return NotATrace(event.step, Describe(i + 1, event));
    // Later lines mean nothing any more.
    if (state.derailed) return std::move(state.observations);
  }
  if (!walk.Complete()) return NotATrace(-1, "the trace has no ending");
  JudgePassedBy(state);
  JudgeLeftovers(state, trace);
  return std::move(state.observations);
}

}  // namespace cmapsim
