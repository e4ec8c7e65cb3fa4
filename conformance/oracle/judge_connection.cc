#include <algorithm>
#include <string>

#include "conformance/oracle/function_clauses.h"
#include "conformance/oracle/judge_calls.h"
#include "conformance/oracle/judge_dispatch.h"

namespace cmapsim {
namespace {

// CS_OK is due. Where it fails beside another connection, that is what it does not allow.
void JudgeConnected(RunState& state, const Frame& frame, std::string_view result) {
  const bool another = std::any_of(state.connections.begin(), state.connections.end(),
                                   [](const Connection& c) { return !c.finalized; });
  const bool by_map = frame.step->op == Op::kInitializeMap;
  if (result == "CS_OK" && another && by_map) {
    state.ConformsOnce(clause::kMapSeveral, "beside another", frame.step->id);
  }
  if (result == "CS_OK" || !another) return JudgeOk(state, frame, result);
  state.Departs(by_map ? clause::kMapSeveral : clause::kSeveralConnections, std::string(result),
                frame.step->id,
                "expected CS_OK beside another connection, got " + std::string(result));
}

// The page lists two maps: what else is asked for cannot be had.
void JudgeUnknownMap(RunState& state, const Frame& frame, std::string_view result) {
  if (result == "CS_OK") {
    return state.Departs(clause::kMapNamed, "CS_OK", frame.step->id,
                         "expected an error for a map that the page does not list");
  }
  state.Conforms(clause::kMapNamed, "an error", frame.step->id);
  state.Records(clause::kUndocUnknownMap, std::string(result), frame.step->id);
}

// What the slot holds after a cmap_initialize that failed is the library's affair.
void ForgetSlot(RunState& state, int32_t slot) {
  state.unknown_handles.insert(slot);
  for (Connection& c : state.connections) {
    if (c.slot == slot) c.modelled = c.modelled && c.finalized;
  }
}

void JudgeNewHandle(RunState& state, const Frame& frame, std::string_view name) {
  const bool taken =
      std::any_of(state.connections.begin(), state.connections.end(),
                  [name](const Connection& c) { return !c.finalized && c.name == name; });
  const std::string_view id = frame.step->op == Op::kInitializeMap ? clause::kMapHandleIdentifies
                                                                   : clause::kHandleIdentifies;
  if (!taken) return state.Conforms(id, "a new handle", frame.step->id);
  state.Departs(id, "the handle of another connection", frame.step->id,
                std::string(name) + " is of a connection that is not finalized");
  state.derailed = true;
}

// cmap_finalize(3) names the error for every handle that is not valid.
void JudgeFinalizeInvalid(RunState& state, const Frame& frame, std::string_view result) {
  const std::string_view situation = InvalidHandleWords(frame);
  if (result == "CS_ERR_BAD_HANDLE") {
    return state.Conforms(clause::kFinalizeBadHandle, result, frame.step->id, situation);
  }
  state.Departs(clause::kFinalizeBadHandle, std::string(result), frame.step->id,
                "expected CS_ERR_BAD_HANDLE for " + std::string(situation), situation);
  const bool closed_another = result == "CS_OK" || IsUnchecked(frame.step->raw_handle);
  if (closed_another && !frame.handle_of_finalized) state.derailed = true;
}

bool IsReady(std::string_view ready) {
  return ready.find("in") != std::string_view::npos ||
         ready.find("hup") != std::string_view::npos || ready.find("err") != std::string_view::npos;
}

// The two transports poll different descriptors.
std::string_view GoneSituation(const RunState& state) {
  return state.plan.transport == Transport::kSocket ? "the service is gone, over sockets"
                                                    : "the service is gone";
}

}  // namespace

void JudgeInitialize(RunState& state, const Frame& frame, const TraceEvent& event) {
  const Step& step = *frame.step;
  if (step.null_output) {
    return state.Records(clause::kUndocNullOutput, std::string(event.word), step.id,
                         FunctionClauses(step.op).function);
  }
  if (JudgedWithoutService(state, frame, event.word)) return;
  const int32_t map = step.op == Op::kInitialize ? 0 : step.mode;
  const bool icmap = map == 0;
  if (map < 0 || map > 1) {
    JudgeUnknownMap(state, frame, event.word);
  } else {
    JudgeConnected(state, frame, event.word);
  }
  if (event.word != "CS_OK") return ForgetSlot(state, step.connection);
  state.unknown_handles.erase(step.connection);
  Connection c;
  c.slot = step.connection;
  c.name = event.Field("handle");
  c.modelled = icmap;
  c.map = map;
  c.by_map = step.op == Op::kInitializeMap;
  c.epoch = state.service.epoch();
  JudgeNewHandle(state, frame, c.name);
  state.connections.push_back(c);
}

void JudgeFinalize(RunState& state, const Frame& frame, const TraceEvent& event) {
  if (frame.connection == kNone) return JudgeFinalizeInvalid(state, frame, event.word);
  JudgeOk(state, frame, event.word);
  // Even after an error nothing more can be expected of the connection.
  state.Finalize(frame.connection);
}

// The library's own affair, also where the service is gone.
void JudgeContext(RunState& state, const Frame& frame, const TraceEvent& event) {
  const Step& step = *frame.step;
  if (frame.connection == kNone) return JudgeInvalidHandle(state, frame, event.word);
  if (step.op == Op::kContextGet && step.null_output) {
    return state.Records(clause::kUndocNullOutput, std::string(event.word), step.id,
                         "cmap_context_get");
  }
  JudgeOk(state, frame, event.word);
  // It points nowhere, and nobody may mind.
  if (step.op == Op::kContextSet && event.word == "CS_OK") {
    state.ConformsOnce(clause::kContextUntouched, "taken", step.id);
  } else if (step.op == Op::kContextSet) {
    state.Departs(clause::kContextUntouched, std::string(event.word), step.id,
                  "expected CS_OK, whatever the context points to");
  }
  if (event.word != "CS_OK") return;
  Connection& c = state.connections[static_cast<size_t>(frame.connection)];
  if (step.op == Op::kContextSet) {
    c.context = step.context;
    return;
  }
  const std::string_view got = event.Field("context");
  if (!c.context) {
    return state.Records(clause::kUndocContextUnset, got == "0" ? "NULL" : "something", step.id);
  }
  const std::string expected = std::to_string(static_cast<int64_t>(*c.context));
  if (got == expected) return state.Conforms(clause::kContextReturned, "as set", step.id);
  state.Departs(clause::kContextReturned, "another", step.id,
                "expected " + expected + ", got " + std::string(got));
}

void JudgeFdGet(RunState& state, const Frame& frame, const TraceEvent& event) {
  if (frame.step->null_output) {
    return state.Records(clause::kUndocNullOutput, std::string(event.word), frame.step->id,
                         FunctionClauses(frame.step->op).function);
  }
  if (frame.connection == kNone) return JudgeInvalidHandle(state, frame, event.word);
  JudgeOk(state, frame, event.word);
  if (event.word == "CS_OK" && !event.Field("fd").starts_with("fd")) {
    state.Departs(clause::kFdPoll, "no descriptor", frame.step->id,
                  "got fd=" + std::string(event.Field("fd")));
  }
}

void JudgePoll(RunState& state, const Frame& frame, const TraceEvent& event) {
  if (frame.connection == kNone || event.word != "CS_OK") return;
  const Connection& c = state.connections[static_cast<size_t>(frame.connection)];
  if (!c.modelled) return;
  const int32_t step = frame.step->id;
  if (event.Field("ready").find("nval") != std::string_view::npos) {
    return state.Departs(clause::kFdPoll, "no descriptor", step, "poll says POLLNVAL");
  }
  const bool ready = IsReady(event.Field("ready"));
  const bool dead = frame.surely_dead || frame.died;
  if (dead || state.ConnectionPerhapsDead(c)) {
    if (!ready && frame.surely_dead) {
      state.Departs(clause::kFdPoll, "not ready though the service is gone", step,
                    "cmap_dispatch would return at once", GoneSituation(state));
    } else if (dead) {
      state.Conforms(clause::kFdPoll, ready ? "ready" : "not ready", step, GoneSituation(state));
    }
    return;
  }
  if (state.CountDue(c, event.at_ns) > 0) {
    if (ready) return state.Conforms(clause::kFdPoll, "ready", step);
    // What came at the very end of the wait may have been too late; live, nobody knows how long the
    // end took.
    const Nanos due_by = state.options.live ? frame.begun_ns : event.at_ns - 1;
    if (frame.due_at_begin > 0 || state.CountDue(c, due_by) > 0) {
      PassBy(state, frame, clause::kFdPoll, "not ready with a callback pending", due_by);
    }
    return;
  }
  if (!ready) return state.Conforms(clause::kFdPoll, "not ready", step);
  if (state.CountWaiting(c) > 0 || !state.under_way.empty()) return;
  if (state.CountGhosts(c) > 0) {
    return state.Records(clause::kUndocFdDeletedTracker, "ready", step);
  }
  state.Departs(clause::kFdPoll, "ready without a callback pending", step,
                "nothing is to be dispatched, so that cmap_dispatch would block");
}

void JudgeBlockedPoll(RunState& state, const Frame& frame) {
  if (frame.connection == kNone) return;
  const Connection& c = state.connections[static_cast<size_t>(frame.connection)];
  if (!c.modelled) return;
  if (state.ConnectionIsDead(c)) {
    return state.Departs(clause::kFdPoll, "not ready though the service is gone", frame.step->id,
                         "cmap_dispatch would return at once", GoneSituation(state));
  }
  if (state.CountComing(c) > 0) {
    return PassBy(state, frame, clause::kFdPoll, "not ready with a callback pending", kNever);
  }
  state.Conforms(clause::kFdPoll, "not ready", frame.step->id);
}

}  // namespace cmapsim
