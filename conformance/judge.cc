#include "conformance/judge.h"

#include <string>
#include <utility>

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

}  // namespace

std::vector<Observation> Judge(const Plan& plan, std::string_view trace,
                               const JudgeOptions& options) {
  const auto events = ParseTrace(trace);
  if (!events) return NotATrace(-1, "a line is no trace line");
  RunState state(plan, options);
  Walk walk(state);
  for (size_t i = 0; i < events->size(); ++i) {
    const TraceEvent& event = (*events)[i];
    if (!walk.Next(event)) return NotATrace(event.step, Describe(i + 1, event));
    // Later lines mean nothing any more.
    if (state.derailed) return std::move(state.observations);
  }
  if (!walk.Complete()) return NotATrace(-1, "the trace has no ending");
  JudgePassedBy(state);
  return std::move(state.observations);
}

}  // namespace cmapsim
