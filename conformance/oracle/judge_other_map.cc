#include <string>

#include "conformance/oracle/function_clauses.h"
#include "conformance/oracle/judge_calls.h"

namespace cmapsim {
namespace {

constexpr int32_t kStats = 1;
constexpr std::string_view kStatsPrefix = "stats.";

}  // namespace

// Of the statistics only what the page says is judged: that no key of the other map is among them.
// What may be changed there, it does not say.
void JudgeOtherMap(RunState& state, const Frame& frame, const TraceEvent& event) {
  const Step& step = *frame.step;
  const std::string_view result = event.word;
  if (state.connections[static_cast<size_t>(frame.connection)].map != kStats) return;
  if (JudgedWithoutService(state, frame, result)) return;
  const bool own = step.key && step.key->starts_with(kStatsPrefix);
  const bool ok = result == "CS_OK";
  if (ok) NoteConnection(state, frame, result);
  switch (PageOp(step.op)) {
    case Op::kIterNext:
      if (!ok) return;
      if (event.Field("key").starts_with(kStatsPrefix)) {
        return state.Conforms(clause::kMapStats, "a key of the statistics", step.id);
      }
      return state.Departs(clause::kMapStats, "a key of another map", step.id,
                           std::string(event.Field("key")));
    case Op::kGet:
      if (!step.key || own) return;
      if (!ok) return state.Conforms(clause::kMapStats, "no key of another map", step.id);
      return state.Departs(clause::kMapStats, "a key of another map", step.id, *step.key);
    case Op::kSet:
    case Op::kDelete:
    case Op::kInc:
    case Op::kDec:
      if (!step.key || own) return;
      return state.Records(clause::kUndocStatsMap, std::string(result), step.id,
                           FunctionClauses(step.op).function);
    default:
      return;
  }
}

}  // namespace cmapsim
