#include "conformance/oracle/after_fault.h"

#include <algorithm>
#include <optional>
#include <string>

#include "conformance/oracle/function_clauses.h"
#include "conformance/oracle/judge_dispatch.h"
#include "conformance/oracle/judge_ending.h"

namespace cmapsim {
namespace {

constexpr std::string_view kStruck = "a fault struck in the call";
constexpr std::string_view kAfter = "after a fault";
constexpr std::string_view kAnswered = "the service answered with an error";

bool IsBeyond(const Step* step) {
  switch (step->op) {
    case Op::kStart:
    case Op::kJoin:
    case Op::kSigaction:
    case Op::kSignal:
    case Op::kInput:
      return true;
    default:
      // What a length that is not the buffer's brings about is not modelled.
      return step->value_len.has_value();
  }
}

std::string_view ClauseOf(const Step& step) {
  return step.op == Op::kDispatch ? DispatchClause(step.mode) : FunctionClauses(step.op).returns;
}

const Step* StepOf(const RunState& state, int32_t id) {
  const auto index = static_cast<size_t>(id);
  return index < state.steps.size() ? state.steps[index] : nullptr;
}

void Unknown(RunState& state, const Step& step, std::string outcome) {
  const std::string_view id = ClauseOf(step);
  if (id.empty()) return;
  state.observations.push_back({id, std::string(kStruck), std::move(outcome), Conformity::kUnknown,
                                step.id, "a fault made several outcomes right"});
}

// A process that ends is never right.
void JudgeCrash(RunState& state, const Step& last, const TraceEvent& ending) {
  const auto kind = ParseEnding(ending.word);
  if (kind != EndingKind::kCrash && kind != EndingKind::kExit && kind != EndingKind::kHang) return;
  const std::string_view id = ClauseOf(last);
  if (id.empty()) return;
  const std::string_view detail =
      ending.fields.empty() ? std::string_view() : ending.fields[0].value;
  state.Departs(id, BreakdownOutcome(*kind, detail), last.id,
                "the run ended in " + std::string(OpName(last.op)) + ": " +
                    std::string(ending.word) + " " + std::string(detail),
                kAfter);
}

}  // namespace

bool ModelFollows(const Fault& fault) {
  switch (fault.kind) {
    case FaultKind::kServiceReplyDelay:
    case FaultKind::kServiceEventDelay:
    case FaultKind::kServiceAcceptDelay:
    case FaultKind::kServiceProcessKill:
    case FaultKind::kServiceProcessStop:
      return fault.from == 0 && fault.one_in == 0;
    case FaultKind::kServiceReplyError:
      return CsErrorName(fault.number) != "CS_OK";
    case FaultKind::kServiceAcceptRefuse:
      return true;
    default:
      return false;
  }
}

bool ModelFollows(const Plan& plan) {
  if (!plan.tasks.empty()) return false;
  const std::vector<const Step*> steps = StepsById(plan);
  return std::none_of(steps.begin(), steps.end(), &IsBeyond);
}

void JudgeAfterFault(RunState& state, std::span<const TraceEvent> rest) {
  const Step* struck = nullptr;
  for (const Frame& frame : state.frames) {
    if (frame.kind == Frame::Kind::kCall) struck = frame.step;
  }
  bool told = false;
  const Step* last = struck;
  for (const TraceEvent& event : rest) {
    const Step* step = StepOf(state, event.step);
    if (event.mark == '>') last = step;
    if (struck == nullptr) struck = last;
    const bool ended = event.mark == '=';
    if (!told && struck != nullptr && (ended || (event.mark == '<' && step == struck))) {
      Unknown(state, *struck, std::string(event.word));
      told = true;
    }
    if (ended && last != nullptr) JudgeCrash(state, *last, event);
  }
}

void JudgeAnswer(RunState& state, const Frame& frame, std::string_view result) {
  const FunctionRow& row = FunctionClauses(frame.step->op);
  if (row.returns.empty()) return;
  if (frame.step->op == Op::kTrackAdd) state.failed_slots.push_back(frame.step->tracker);
  const bool any = frame.answer.empty();
  if (any ? result != "CS_OK" : result == frame.answer) {
    return state.Conforms(row.returns, "an error", frame.step->id, kAnswered);
  }
  state.Departs(row.returns, std::string(result), frame.step->id,
                "expected " + (any ? std::string("an error") : frame.answer) + " of " +
                    std::string(row.function) + ", got " + std::string(result),
                kAnswered);
}

}  // namespace cmapsim
