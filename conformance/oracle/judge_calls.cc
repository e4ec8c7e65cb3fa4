#include "conformance/oracle/judge_calls.h"

#include <string>

#include "conformance/oracle/function_clauses.h"

namespace cmapsim {

void NoteConnection(RunState& state, const Frame& frame, std::string_view result) {
  if (frame.connection == kNone) return;
  const FunctionRow& row = FunctionClauses(frame.step->op);
  Connection& c = state.connections[static_cast<size_t>(frame.connection)];
  const std::string_view connects = c.by_map ? clause::kMapConnects : clause::kConnects;
  const int32_t step = frame.step->id;
  if (result == "CS_OK") {
    if (!row.handle.empty()) state.ConformsOnce(row.handle, result, step);
    if (row.request && !c.answered) state.ConformsOnce(connects, "a request succeeds", step);
    c.answered = c.answered || row.request;
  } else if (result == "CS_ERR_BAD_HANDLE" && !row.handle.empty()) {
    state.Departs(row.handle, std::string(result), step,
                  "expected CS_OK of " + std::string(row.function) + ", the handle being one");
  } else if (result == "CS_ERR_LIBRARY" && row.request && !c.answered) {
    state.Departs(connects, std::string(result), step,
                  "the first request over the connection found none");
  }
}

void JudgeOk(RunState& state, const Frame& frame, std::string_view result) {
  const FunctionRow& row = FunctionClauses(frame.step->op);
  NoteConnection(state, frame, result);
  if (result == "CS_OK") return state.Conforms(row.returns, result, frame.step->id);
  state.Departs(row.returns, std::string(result), frame.step->id,
                "expected CS_OK of " + std::string(row.function) + ", got " + std::string(result));
}

void JudgeError(RunState& state, const Frame& frame, std::string_view clause_id,
                std::string_view expected, std::string_view result, std::string_view situation) {
  if (result == expected) return state.Conforms(clause_id, result, frame.step->id, situation);
  state.Departs(clause_id, std::string(result), frame.step->id,
                "expected " + std::string(expected) + ", got " + std::string(result), situation);
}

bool IsUnchecked(const std::optional<uint64_t>& raw) { return raw && *raw >> 32 == 0xffff'ffff; }

std::string_view InvalidHandleWords(const Frame& frame) {
  if (frame.handle_of_finalized) return "a finalized handle";
  return IsUnchecked(frame.step->raw_handle) ? kUncheckedHandle : "a handle never issued";
}

void JudgeInvalidHandle(RunState& state, const Frame& frame, std::string_view result) {
  const FunctionRow& row = FunctionClauses(frame.step->op);
  const bool finalized = frame.handle_of_finalized;
  const std::string situation(InvalidHandleWords(frame));
  const std::string_view id = finalized ? clause::kHandleNotReused : row.returns;
  const std::string_view told = finalized ? row.function : std::string_view(situation);
  if (result != "CS_OK") {
    state.Conforms(id, "an error", frame.step->id, told);
    return state.Records(clause::kUndocInvalidHandle, std::string(result), frame.step->id,
                         std::string(row.function) + ", " + situation);
  }
  state.Departs(id, "CS_OK", frame.step->id, "expected an error for " + situation, told);
  // Which connection it acted on, nobody knows.
  state.derailed = true;
}

bool JudgedWithoutService(RunState& state, const Frame& frame, std::string_view result) {
  const FunctionRow& row = FunctionClauses(frame.step->op);
  const bool gone = frame.surely_dead || frame.died;
  if (!gone) {
    const bool perhaps = frame.perhaps_dead || state.service.PerhapsDead();
    if (!perhaps || result != "CS_ERR_LIBRARY") {
      if (perhaps && result == "CS_OK") state.service.Answered();
      return false;
    }
    state.service.FoundDead();
    state.ServiceDied();
  }
  if (result == "CS_ERR_LIBRARY") {
    state.Conforms(row.dead, result, frame.step->id);
    state.Conforms(row.returns, "an error", frame.step->id, "the service is gone");
    return true;
  }
  // It died while the call was under way: the answer may have been sent before.
  if (!frame.surely_dead && result == "CS_OK") return false;
  state.Departs(row.dead, std::string(result), frame.step->id,
                "expected CS_ERR_LIBRARY, the service being gone; got " + std::string(result));
  return true;
}

}  // namespace cmapsim
