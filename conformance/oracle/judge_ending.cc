#include "conformance/oracle/judge_ending.h"

#include <string>

#include "conformance/oracle/function_clauses.h"
#include "conformance/oracle/judge_calls.h"
#include "conformance/oracle/judge_dispatch.h"

namespace cmapsim {
namespace {

constexpr uint32_t kMebibyte = 1 << 20;

std::string_view ClauseOf(const Step& step) {
  if (step.op == Op::kDispatch) return DispatchClause(step.mode);
  if (step.op == Op::kPoll) return clause::kFdPoll;
  return FunctionClauses(step.op).returns;
}

bool JudgeBreakdown(RunState& state, const Step& step, const std::string& outcome,
                    std::string_view detail) {
  const std::string_view id = ClauseOf(step);
  if (id.empty()) return false;
  if (step.null_output) {
    state.Records(clause::kUndocNullOutput, outcome, step.id,
                  TypeGotBy(step.op) ? "cmap_get_*" : FunctionClauses(step.op).function);
  } else {
    if (step.op == Op::kContextSet) {
      state.Departs(clause::kContextUntouched, outcome, step.id,
                    "the context points nowhere, which nobody may mind");
    }
    state.Departs(id, outcome, step.id,
                  "the run ended in " + std::string(OpName(step.op)) + ": " + outcome + " " +
                      std::string(detail),
                  step.op == Op::kGet && step.buffer_size == 0 ? "a buffer of no bytes" : "");
  }
  return true;
}

// A request that never came back.
void JudgeBlockedRequest(RunState& state, const Frame& frame) {
  const FunctionRow& row = FunctionClauses(frame.step->op);
  const int32_t step = frame.step->id;
  if (row.request && (frame.surely_dead || frame.died || state.service.SurelyDead())) {
    return state.Departs(row.dead, "blocked", step, "the service is gone");
  }
  const bool may_wait = row.request && (frame.perhaps_stopped || state.service.PerhapsStopped());
  if (may_wait) return state.Records(clause::kUndocStoppedService, "waits", step);
  const bool large = frame.step->op == Op::kGet && frame.step->buffer_size.value_or(0) >= kMebibyte;
  state.Departs(row.returns, "blocked", step, "the call never comes back",
                large ? "a buffer of a mebibyte or more" : "");
}

bool JudgeBlocked(RunState& state) {
  if (state.frames.empty() || state.frames.back().kind != Frame::Kind::kCall) return false;
  Frame& frame = state.frames.back();
  switch (frame.step->op) {
    case Op::kDispatch:
      JudgeBlockedDispatch(state, frame);
      return true;
    case Op::kPoll:
      JudgeBlockedPoll(state, frame);
      return frame.step->duration_ns < 0;
    case Op::kSleep:
    case Op::kService:
      return false;
    default:
      JudgeBlockedRequest(state, frame);
      return true;
  }
}

}  // namespace

std::string BreakdownOutcome(EndingKind kind, std::string_view detail) {
  std::string outcome(EndingName(kind));
  const bool told = kind == EndingKind::kCrash || kind == EndingKind::kExit;
  if (told && !detail.empty()) {
    outcome += ' ';
    outcome += detail.substr(0, detail.find(' '));
  }
  return outcome;
}

bool JudgeEnding(RunState& state, EndingKind kind, std::string_view detail, const Step* last_call) {
  switch (kind) {
    case EndingKind::kFinished:
      return state.frames.empty();
    case EndingKind::kDeadlock:
    case EndingKind::kStall:
      return JudgeBlocked(state);
    default:
      break;
  }
  const Step* open = last_call;
  for (const Frame& frame : state.frames) {
    if (frame.kind == Frame::Kind::kCall) open = frame.step;
  }
  return open != nullptr && JudgeBreakdown(state, *open, BreakdownOutcome(kind, detail), detail);
}

}  // namespace cmapsim
