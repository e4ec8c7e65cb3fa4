#include <string>

#include "conformance/oracle/function_clauses.h"
#include "conformance/oracle/judge_calls.h"

namespace cmapsim {
namespace {

constexpr int32_t kStats = 1;
constexpr std::string_view kStatsPrefix = "stats.";

// That the iterator keeps to its prefix. Statistics come and go with connections: where one did meanwhile, as
// where a tracker did, nothing is said.
void JudgeStatisticsPrefix(RunState& state, const Frame& frame, std::string_view key) {
  const Step& step = *frame.step;
  const Iterator* iterator = step.raw_iterator ? nullptr : state.iterators.InSlot(step.iterator);
  if (iterator == nullptr || iterator->connection != frame.connection || iterator->finalized ||
      iterator->uncertain || iterator->tree_changed || iterator->asked_between ||
      iterator->connections != state.ConnectionsSoFar()) {
    return;
  }
  const About about(state, "the statistics");
  if (key.starts_with(iterator->prefix)) {
    return state.Conforms(clause::kIterPrefix, "as documented", step.id);
  }
  state.Departs(clause::kIterPrefix, "a key without the prefix", step.id,
                "expected keys with " + iterator->prefix + ", got " + std::string(key));
}

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
  const About about(state, PageOp(step.op) == Op::kIterNext ? "an iteration" : "a key");
  if (ok) NoteConnection(state, frame, result);
  switch (PageOp(step.op)) {
    case Op::kIterNext:
      if (!ok) return;
      JudgeStatisticsPrefix(state, frame, event.Field("key"));
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
