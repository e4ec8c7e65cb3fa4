#include "conformance/oracle/walk.h"

#include <algorithm>
#include <utility>

#include "conformance/oracle/after_fault.h"
#include "conformance/oracle/asynchronous.h"
#include "conformance/oracle/function_clauses.h"
#include "conformance/oracle/judge_callback.h"
#include "conformance/oracle/judge_calls.h"
#include "conformance/oracle/judge_dispatch.h"
#include "conformance/oracle/judge_ending.h"

namespace cmapsim {
namespace {

constexpr size_t kLongestName = 255;

bool IsClients(const Step& step) { return step.by == Actor::kClient && step.op != Op::kService; }

bool UsesConnection(Op op) {
  return op != Op::kInitialize && op != Op::kInitializeMap && op != Op::kSleep &&
         op != Op::kService;
}

// Whether every library has to ask the service, arguments being right.
bool SurelyAsks(const Step& step) {
  const bool short_key = !step.key || step.key->size() <= kLongestName;
  switch (PageOp(step.op)) {
    case Op::kSet:
      return step.key && short_key && step.value;
    case Op::kGet:
    case Op::kDelete:
    case Op::kInc:
    case Op::kDec:
      return step.key && short_key;
    case Op::kTrackAdd:
      return short_key && !step.null_notify && !step.null_output && (step.track & ~15) == 0;
    case Op::kIterInit:
    case Op::kIterNext:
      return !step.null_output && short_key;
    default:
      return true;
  }
}

// Whether the service may be asked at all by this call.
bool Asks(const Step& step) {
  switch (PageOp(step.op)) {
    case Op::kSet:
      return step.key && step.value;
    case Op::kGet:
    case Op::kDelete:
    case Op::kInc:
    case Op::kDec:
      return step.key.has_value();
    case Op::kTrackAdd:
      return !step.null_notify;
    case Op::kTrackDelete:
    case Op::kIterInit:
    case Op::kIterNext:
    case Op::kIterFinalize:
    case Op::kInitializeMap:
      return true;
    default:
      return false;
  }
}

}  // namespace

Walk::Walk(RunState& state) : state_(state), places_(state.steps.size()) {
  Locate(state.plan.steps, kNone);
  if (state.options.live) ReachFrom(state.plan.steps, 0);
}

void Walk::Locate(const std::vector<Step>& steps, int32_t tracker_step) {
  for (size_t i = 0; i < steps.size(); ++i) {
    const auto id = static_cast<size_t>(steps[i].id);
    if (id < places_.size()) places_[id] = {&steps, i, tracker_step};
    for (const Reaction& reaction : steps[i].on_callback) Locate(reaction.steps, steps[i].id);
  }
}

void Walk::ReachFrom(const std::vector<Step>& siblings, size_t index) {
  for (; index < siblings.size() && !IsClients(siblings[index]); ++index) {
    const Step& step = siblings[index];
    if (step.after_ns && reached_.insert(step.id).second) BeginUnderWay(state_, step);
  }
}

bool Walk::Next(const TraceEvent& event) {
  if (ended_) return false;
  if (!state_.options.live && !state_.frames.empty()) {
    state_.frames.back().waited_ns += event.at_ns - last_ns_;
  }
  last_ns_ = event.at_ns;
  switch (event.mark) {
    case '>':
      return OnCall(event);
    case '<':
      return OnReturn(event);
    case '!':
      return OnCallback(event);
    case '~':
      return OnCallbackEnd(event);
    case '@':
      return OnOther(event);
    case '*':
      return OnFault(event);
    case '=':
      return OnEnding(event);
    default:
      return false;
  }
}

// Top-level steps come in order and each once; a reaction's within its tracker's callback.
bool Walk::FollowsPlan(const Step& step) {
  const Place& place = places_[static_cast<size_t>(step.id)];
  if (place.tracker_step != kNone) {
    const bool in_callback =
        !state_.frames.empty() && state_.frames.back().kind == Frame::Kind::kCallback;
    return in_callback && state_.frames.back().step != nullptr &&
           state_.frames.back().step->id == place.tracker_step;
  }
  if (!state_.frames.empty() || place.index < top_level_) return false;
  const auto& steps = state_.plan.steps;
  for (size_t i = top_level_; i < place.index; ++i) {
    if (IsClients(steps[i])) return false;
  }
  top_level_ = place.index + 1;
  return true;
}

void Walk::CountRequest(const Frame& frame) {
  const Step& step = *frame.step;
  if (!Asks(step)) return;
  if (step.op != Op::kInitializeMap) {
    if (frame.connection == kNone) return;
    const Connection& c = state_.connections[static_cast<size_t>(frame.connection)];
    if (state_.ConnectionIsDead(c)) return;
  }
  if (frame.connection != kNone && step.op != Op::kIterNext) {
    state_.iterators.NoteRequest(frame.connection);
  }
  const int32_t epoch = state_.service.epoch();
  state_.service.Request(SurelyAsks(step));
  if (state_.service.epoch() != epoch) state_.ServiceDied();
}

const Step* Walk::CalledStep(const TraceEvent& call) {
  if (call.step < 0 || static_cast<size_t>(call.step) >= state_.steps.size()) return nullptr;
  const Step& step = *state_.steps[static_cast<size_t>(call.step)];
  const bool fits = IsClients(step) && call.word == OpName(step.op) && FollowsPlan(step);
  return fits ? &step : nullptr;
}

bool Walk::SkipCall(const TraceEvent& call) {
  if (ended_ || CalledStep(call) == nullptr) return false;
  last_ns_ = call.at_ns;
  const Place& place = places_[static_cast<size_t>(call.step)];
  if (state_.options.live) ReachFrom(*place.siblings, place.index + 1);
  return true;
}

bool Walk::OnCall(const TraceEvent& event) {
  const Step* const called = CalledStep(event);
  if (called == nullptr) return false;
  const Step& step = *called;
  Frame frame;
  frame.serial = state_.next_serial++;
  frame.step = &step;
  frame.begun_ns = event.at_ns;
  if (UsesConnection(step.op)) {
    frame.connection = state_.FindConnection(step, frame.handle_of_finalized);
    frame.handle_unknown = frame.connection == kNone && !step.raw_handle &&
                           state_.unknown_handles.contains(step.connection);
    const bool keeps = step.op == Op::kTrackAdd || step.op == Op::kIterInit;
    if (keeps && step.key && step.key->size() > kLongestName) state_.long_name_given = true;
  }
  frame.perhaps_stopped = state_.service.PerhapsStopped();
  CountRequest(frame);
  frame.perhaps_stopped = frame.perhaps_stopped || state_.service.PerhapsStopped();
  if (frame.connection != kNone) {
    const Connection& c = state_.connections[static_cast<size_t>(frame.connection)];
    frame.surely_dead = state_.ConnectionIsDead(c);
    frame.perhaps_dead = state_.ConnectionPerhapsDead(c);
  } else if (!UsesConnection(step.op)) {
    frame.surely_dead = state_.service.SurelyDead();
    frame.perhaps_dead = state_.service.PerhapsDead();
  }
  if (step.op == Op::kDispatch || step.op == Op::kPoll) NoteWaiting(state_, frame, event.at_ns);
  if (step.op == Op::kTrackAdd) {
    const auto slot = static_cast<size_t>(std::max(step.tracker, 0));
    if (callbacks_.size() <= slot) callbacks_.resize(slot + 1);
    callbacks_[slot] = 0;
  }
  last_call_ = &step;
  state_.frames.push_back(std::move(frame));
  return true;
}

void Walk::JudgeReturn(Frame& frame, const TraceEvent& event) {
  if (frame.handle_unknown) {
    // It may even be that of another connection.
    if (event.word == "CS_OK") state_.derailed = true;
    return;
  }
  if (frame.answered) return JudgeAnswer(state_, frame, event.word);
  switch (PageOp(frame.step->op)) {
    case Op::kInitialize:
    case Op::kInitializeMap:
      return JudgeInitialize(state_, frame, event);
    case Op::kFinalize:
      return JudgeFinalize(state_, frame, event);
    case Op::kFdGet:
      return JudgeFdGet(state_, frame, event);
    case Op::kPoll:
      return JudgePoll(state_, frame, event);
    case Op::kDispatch:
      return JudgeDispatch(state_, frame, event.word, event.at_ns);
    case Op::kTrackAdd:
      return JudgeTrackAdd(state_, frame, event);
    case Op::kTrackDelete:
      return JudgeTrackDelete(state_, frame, event);
    case Op::kSet:
    case Op::kDelete:
    case Op::kInc:
    case Op::kDec:
      return JudgeChange(state_, frame, event);
    case Op::kGet:
      return JudgeGet(state_, frame, event);
    case Op::kContextSet:
    case Op::kContextGet:
      return JudgeContext(state_, frame, event);
    case Op::kIterInit:
      return JudgeIterInit(state_, frame, event);
    case Op::kIterNext:
      return JudgeIterNext(state_, frame, event);
    case Op::kIterFinalize:
      return JudgeIterFinalize(state_, frame, event);
    default:
      return;
  }
}

// Of a fault that the model follows (after_fault.h).
bool Walk::OnFault(const TraceEvent& event) {
  if (event.step < 0 || static_cast<size_t>(event.step) >= state_.plan.faults.size()) return false;
  const Fault& fault = state_.plan.faults[static_cast<size_t>(event.step)];
  const bool error = fault.kind == FaultKind::kServiceReplyError;
  if (!error && fault.kind != FaultKind::kServiceAcceptRefuse) return true;
  if (state_.frames.empty() || state_.frames.back().kind != Frame::Kind::kCall) return true;
  Frame& frame = state_.frames.back();
  frame.answered = true;
  if (error) frame.answer = CsErrorName(fault.number);
  return true;
}

bool Walk::OnReturn(const TraceEvent& event) {
  if (state_.frames.empty()) return false;
  if (state_.frames.back().kind != Frame::Kind::kCall) return false;
  if (state_.frames.back().step->id != event.step) return false;
  Frame frame = std::move(state_.frames.back());
  state_.frames.pop_back();
  for (const TraceEvent* other : frame.others) {
    const Step& step = *state_.steps[static_cast<size_t>(other->step)];
    if (step.op == Op::kService && step.action == ServiceAction::kKill) frame.died = true;
    // The service answers requests in the order that it likes after it was stopped.
    if (frame.perhaps_stopped && step.key && step.key == frame.step->key) {
      std::string key;
      AppendTraceKey(*step.key, key);
      state_.racy_keys.insert(std::move(key));
    }
  }
  JudgeReturn(frame, event);
  for (const TraceEvent* other : frame.others) Carry(*other);
  const Place& place = places_[static_cast<size_t>(event.step)];
  if (state_.options.live) ReachFrom(*place.siblings, place.index + 1);
  return true;
}

const std::vector<Step>* Walk::ReactionOf(int32_t id) {
  const Step& step = *state_.steps[static_cast<size_t>(id)];
  const auto slot = static_cast<size_t>(std::max(step.tracker, 0));
  if (slot >= callbacks_.size()) return nullptr;
  const int64_t nth = ++callbacks_[slot];
  for (const Reaction& reaction : step.on_callback) {
    if (reaction.nth == 0 || reaction.nth == nth) return &reaction.steps;
  }
  return nullptr;
}

bool Walk::OnCallback(const TraceEvent& event) {
  if (event.step >= static_cast<int32_t>(state_.steps.size())) return false;
  if (state_.frames.empty() || state_.frames.back().kind != Frame::Kind::kCall) return false;
  const int32_t tracker = JudgeCallback(state_, state_.frames.back(), event);
  Frame frame;
  frame.kind = Frame::Kind::kCallback;
  frame.serial = state_.next_serial++;
  frame.tracker = tracker;
  if (event.step >= 0) frame.step = state_.steps[static_cast<size_t>(event.step)];
  state_.frames.push_back(std::move(frame));
  if (event.step < 0) return true;
  const std::vector<Step>* reaction = ReactionOf(event.step);
  if (reaction != nullptr && state_.options.live) ReachFrom(*reaction, 0);
  return true;
}

bool Walk::OnCallbackEnd(const TraceEvent& event) {
  if (state_.frames.empty() || state_.frames.back().kind != Frame::Kind::kCallback) return false;
  const Step* step = state_.frames.back().step;
  if ((step == nullptr ? kNone : step->id) != event.step) return false;
  state_.frames.pop_back();
  return true;
}

void Walk::Carry(const TraceEvent& event) {
  const Step& step = *state_.steps[static_cast<size_t>(event.step)];
  const std::string_view result = event.fields.empty() ? std::string_view() : event.fields[0].value;
  const bool succeeded = result == "CS_OK";
  if (state_.options.live && step.after_ns) {
    const bool change = EndUnderWay(state_, step, succeeded, event.at_ns);
    if (places_[static_cast<size_t>(step.id)].tracker_step != kNone) reached_.erase(step.id);
    if (change) return;
  }
  if (!succeeded) return;
  if (step.op != Op::kService) {
    NoteRace(state_, step);
    state_.Change(step, event.at_ns);
    return;
  }
  const int32_t epoch = state_.service.epoch();
  state_.service.Carried(step.action);
  if (state_.service.epoch() != epoch) state_.ServiceDied();
  if (step.action == ServiceAction::kStart) state_.map.Reset();
}

bool Walk::OnOther(const TraceEvent& event) {
  if (event.step < 0 || static_cast<size_t>(event.step) >= state_.steps.size()) return false;
  const Step& step = *state_.steps[static_cast<size_t>(event.step)];
  if (IsClients(step) || event.word != OpName(step.op)) return false;
  const bool in_request = !state_.frames.empty() &&
                          state_.frames.back().kind == Frame::Kind::kCall &&
                          state_.frames.back().step->op != Op::kDispatch &&
                          FunctionClauses(state_.frames.back().step->op).request;
  if (in_request) {
    // What the client asked for was carried out first: judge that first.
    state_.frames.back().others.push_back(&event);
  } else {
    Carry(event);
  }
  return true;
}

bool Walk::OnEnding(const TraceEvent& event) {
  const auto kind = ParseEnding(event.word);
  if (!kind) return false;
  ended_ = true;
  if (!state_.frames.empty()) {
    for (const TraceEvent* other : std::exchange(state_.frames.back().others, {})) Carry(*other);
  }
  if (*kind == EndingKind::kFinished) {
    const auto& steps = state_.plan.steps;
    for (size_t i = top_level_; i < steps.size(); ++i) {
      if (IsClients(steps[i])) return false;
    }
  }
  const std::string_view detail = event.fields.empty() ? std::string_view() : event.fields[0].value;
  return JudgeEnding(state_, *kind, detail, last_call_);
}

}  // namespace cmapsim
