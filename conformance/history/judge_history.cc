#include "conformance/history/judge_history.h"

#include <algorithm>
#include <string>
#include <utility>

#include "conformance/history/history.h"
#include "conformance/history/linearize.h"
#include "conformance/history/questions.h"
#include "conformance/oracle/function_clauses.h"
#include "conformance/oracle/judge_dispatch.h"
#include "conformance/oracle/judge_ending.h"
#include "sim/core/operations.h"

namespace cmapsim {
namespace {

constexpr std::string_view kStruck = "a fault struck in the call";
constexpr std::string_view kNoOrder = "no order explains it";

std::string_view ClauseOf(const Operation& operation) {
  const Step& step = *operation.step;
  if (step.op == Op::kDispatch) return DispatchClause(step.mode);
  if (step.op == Op::kPoll) return clause::kFdPoll;
  return FunctionClauses(step.op).returns;
}

// Whether the call may take effect on a world: the others are judged by what the history alone says.
bool TakesPart(const Operation& operation) {
  switch (operation.step->op) {
    case Op::kDispatch:
    case Op::kPoll:
    case Op::kSleep:
    case Op::kStart:
    case Op::kJoin:
    case Op::kSigaction:
      return false;
    default:
      return true;
  }
}

class HistoryJudge {
 public:
  HistoryJudge(RunState& state, const History& history, int32_t from)
      : state_(state), history_(history), from_(from), worlds_(history) {}

  void Judge() {
    for (const Moment& moment : history_.moments) {
      // From there on nothing is judged any more but a crash.
      if (line_ >= history_.beyond) lost_ = true;
      Follow(moment);
      ++line_;
    }
  }

 private:
  const Operation& At(int32_t index) const {
    return history_.operations[static_cast<size_t>(index)];
  }

  void Follow(const Moment& moment) {
    switch (moment.kind) {
      case Moment::Kind::kCall:
        last_ = moment.operation;
        if (TakesPart(At(moment.operation))) worlds_.Begin(At(moment.operation));
        return;
      case Moment::Kind::kReturn:
        return OnReturn(At(moment.operation));
      case Moment::Kind::kCallback:
        return OnCallback(moment);
      case Moment::Kind::kOther:
        return OnOther(At(moment.operation));
      case Moment::Kind::kFault:
        return OnFault(*moment.event);
      case Moment::Kind::kHandler:
        return Shake();
      case Moment::Kind::kEnding:
        return OnEnding();
      default:
        return;
    }
  }

  // Of the call, if it is one that lies behind the line from which on this judge speaks.
  void Say(Conformity conformity, std::string_view clause_id, std::string outcome,
           const Operation& operation, std::string detail, std::string_view situation = {}) {
    if (line_ < from_ || clause_id.empty() || operation.by_other) return;
    state_.observations.push_back({clause_id, std::string(situation), std::move(outcome),
                                   conformity, operation.step->id, std::move(detail)});
  }
  void Conforms(std::string_view clause_id, std::string_view outcome, const Operation& operation) {
    if (!lost_) Say(Conformity::kConforms, clause_id, std::string(outcome), operation, {});
  }
  void Departs(std::string_view clause_id, std::string outcome, const Operation& operation,
               const std::string& why, std::string_view situation = {}) {
    if (lost_) return;
    Say(Conformity::kDeparts, clause_id, std::move(outcome), operation,
        std::string(OpName(operation.step->op)) + " (step " + std::to_string(operation.step->id) +
            ", task " + std::to_string(operation.task) + "): " + why,
        situation.empty() ? Situation(operation) : situation);
    lost_ = true;
  }
  void Unknown(const Operation& operation, std::string outcome, std::string why,
               std::string_view situation) {
    Say(Conformity::kUnknown, ClauseOf(operation), std::move(outcome), operation, std::move(why),
        situation);
  }

  std::string_view Situation(const Operation& operation) const {
    if (operation.cut_off) return "after a request that was cut off";
    if (operation.at_once) return "connections made at once";
    if (operation.shared) return "two requests over one handle at once";
    if (operation.handlers) return "a handler's request within another call";
    if (faults_ > 0) return "after a fault";
    if (!history_.plan->tasks.empty()) return "several tasks";
    return history_.signalled ? "a signal's handler" : "after a fault";
  }

  // Past the limit of the search. Said once.
  bool GaveUp(const Operation& operation) {
    if (!worlds_.gave_up() || lost_) return lost_;
    Unknown(operation, "not judged",
            "the search for an order gave up after " + std::to_string(worlds_.work()) + " worlds",
            "too many orders to try");
    lost_ = true;
    return true;
  }

  void OnFault(const TraceEvent& event) {
    const Fault& fault = history_.plan->faults[static_cast<size_t>(event.step)];
    if (OnlyDelays(fault)) return;
    ++faults_;
    Shake();
    if (fault.kind == FaultKind::kServiceProcessKill && !lost_) (void)worlds_.Kill();
  }

  // What is pending on connections that a fault struck may be lost.
  void Shake() {
    for (const Operation& operation : history_.operations) {
      if (operation.called > line_) break;
      if (!operation.struck || operation.returned < line_) continue;
      worlds_.ForEach([&](PossibleWorld& world) { world.Doubt(operation.connection); });
    }
  }

  void OnOther(const Operation& operation) {
    if (operation.step->op == Op::kSignal) return Shake();
    if (lost_) return;
    if (worlds_.Other(operation)) return;
    // What another client saw shows that one of ours said something untrue before.
    const Operation* blamed = nullptr;
    for (const Operation& earlier : history_.operations) {
      if (earlier.called >= line_) break;
      if (!earlier.by_other && earlier.step->key == operation.step->key) blamed = &earlier;
    }
    if (blamed == nullptr) {
      lost_ = true;
      return;
    }
    Departs(ClauseOf(*blamed), std::string(kNoOrder), *blamed,
            "another client's " + std::string(OpName(operation.step->op)) + " (step " +
                std::to_string(operation.step->id) + ") then said " +
                std::string(operation.result) + ": " + std::string(kNoOrder));
  }

  void OnReturn(const Operation& operation) {
    const Step& step = *operation.step;
    if (operation.struck && (lost_ ? !told_ : !operation.Ok())) {
      Unknown(operation, std::string(operation.result), "a fault made several outcomes right",
              kStruck);
      told_ = lost_;
    }
    if (lost_) return;
    if (operation.result == "NOT_OFFERED") return;
    if (step.op == Op::kDispatch) return OnDispatch(operation);
    if (!TakesPart(operation)) return;
    const bool right = worlds_.Return(operation);
    if (GaveUp(operation)) return;
    if (right && operation.unknown) return;
    const bool value = step.op == Op::kGet && operation.Ok();
    if (right && value) Conforms(clause::kGetValue, "CS_OK", operation);
    if (right)
      return Conforms(ClauseOf(operation), operation.Ok() ? "CS_OK" : "an error", operation);
    if (!MayBeConfused(operation) && step.key) {
      std::string key;
      AppendTraceKey(*step.key, key);
      if (const Operation* cause = UntrueCause(key)) {
        return Departs(ClauseOf(*cause), std::string(kNoOrder), *cause,
                       "it said " + std::string(cause->result) + ", then " +
                           std::string(OpName(step.op)) + " of the same key " +
                           std::string(operation.result) + ", and " + std::string(kNoOrder));
      }
    }
    const std::string shown = value ? " " + std::string(operation.outputs->Field("value")) : "";
    Departs(value ? clause::kGetValue : ClauseOf(operation), std::string(kNoOrder), operation,
            "it said " + std::string(operation.result) + shown + ", and " + std::string(kNoOrder));
  }

  void OnCallback(const Moment& moment) {
    const Operation& dispatch = At(moment.operation);
    if (lost_) return;
    if (moment.tracker == kNoOperation) {
      return Departs(clause::kUserData, "unknown", dispatch, "a callback with unknown user data");
    }
    const bool right = worlds_.Callback(moment);
    if (GaveUp(dispatch)) return;
    if (right) return Conforms(clause::kNotifyFn, "called", dispatch);
    const std::string why = "its callback of " + std::string(moment.event->Field("event")) + " " +
                            std::string(moment.event->Field("key")) +
                            " new=" + std::string(moment.event->Field("new")) +
                            " old=" + std::string(moment.event->Field("old")) + ": " +
                            std::string(kNoOrder);
    const Operation* cause =
        MayBeConfused(dispatch) ? nullptr : UntrueCause(moment.event->Field("key"));
    if (cause != nullptr) {
      return Departs(ClauseOf(*cause), std::string(kNoOrder), *cause,
                     "it said " + std::string(cause->result) + ", and " + why);
    }
    Departs(CallbackClause(moment), std::string(kNoOrder), dispatch, why,
            IsCut(moment) ? "an event cut by another dispatch" : "");
  }

  // Whether the callback tells of what is pending, but for the values, which come last in an event, where another
  // dispatch can have had a part in it. Over shared memory an event is taken in one step.
  bool IsCut(const Moment& moment) const {
    const Operation& dispatch = At(moment.operation);
    if (history_.plan->transport != Transport::kSocket || MayBeConfused(dispatch)) return false;
    if (OtherDispatches(history_, dispatch, dispatch.called, line_) == 0) return false;
    return worlds_.Any([&](const PossibleWorld& world) {
      return std::any_of(world.pending().begin(), world.pending().end(),
                         [&](const PossibleWorld::Notification& n) {
                           return n.tracker == moment.tracker && n.IsOfTheChange(*moment.event);
                         });
    });
  }

  // What may have changed the key, or not, other than its answer says, which may be another request's.
  const Operation* UntrueCause(std::string_view key) const {
    for (const Operation& operation : history_.operations) {
      if (operation.called >= line_) break;
      const Step& step = *operation.step;
      if (operation.by_other || !ChangesKey(step.op) || !MayBeConfused(operation) || !step.key)
        continue;
      std::string text;
      AppendTraceKey(*step.key, text);
      if (text == key) return &operation;
    }
    return nullptr;
  }

  // Which promise a callback breaks that no world explains.
  std::string_view CallbackClause(const Moment& moment) const {
    const auto returned_before = [&](int32_t by) {
      return by != kNoOperation && At(by).returned < moment.since;
    };
    int32_t deleted = kNoOperation;
    for (const Operation& other : history_.operations) {
      if (other.step->op != Op::kTrackDelete || other.tracker != moment.tracker) continue;
      if (other.Ok() && returned_before(other.index)) deleted = other.index;
    }
    if (deleted != kNoOperation) return clause::kTrackDeleteRemoves;
    if (!worlds_.Any([&](const PossibleWorld& world) {
          return !returned_before(world.FinalizedBy(At(moment.tracker).connection));
        })) {
      return clause::kNoMoreCallbacks;
    }
    return clause::kNotifyFn;
  }

  // --- dispatches

  // Notifications that this dispatch must have found: their causes had returned before it began.
  int64_t SurelyPending(const PossibleWorld& world, const Operation& dispatch) const {
    if (!history_.timely) return 0;
    return std::count_if(
        world.pending().begin(), world.pending().end(), [&](const PossibleWorld::Notification& n) {
          return !n.perhaps && world.ConnectionOf(n.tracker) == dispatch.connection &&
                 !world.IsDeleted(n.tracker) && At(n.cause).returned < dispatch.called;
        });
  }

  bool LeavesNothing(const Operation& dispatch, int64_t in_hand) {
    return worlds_.Keep(
        [&](const PossibleWorld& world) { return SurelyPending(world, dispatch) <= in_hand; });
  }

  // What caused a notification that is missing, where its answer may have been another request's: then
  // that answer was not true, and the dispatch had nothing to find.
  const Operation* UntrueCause(const Operation& dispatch) const {
    const Operation* untrue = nullptr;
    const auto look = [&](const PossibleWorld& world) {
      for (const PossibleWorld::Notification& n : world.pending()) {
        const Operation& cause = At(n.cause);
        if (n.perhaps || !MayBeConfused(cause) || cause.by_other) continue;
        if (world.ConnectionOf(n.tracker) == dispatch.connection) untrue = &cause;
      }
      return untrue != nullptr;
    };
    static_cast<void>(worlds_.Any(look));
    return untrue;
  }

  // Notifications that must have been there were not.
  void Missed(std::string_view clause_id, std::string outcome, const Operation& dispatch,
              const std::string& why) {
    const Operation* cause = UntrueCause(dispatch);
    if (cause == nullptr) return Departs(clause_id, std::move(outcome), dispatch, why);
    Departs(ClauseOf(*cause), std::string(kNoOrder), *cause,
            "it said " + std::string(cause->result) + ", nothing told of its change, and " +
                std::string(kNoOrder));
  }

  bool MayMeetGhost(const Operation& dispatch) const {
    return worlds_.Any([&](const PossibleWorld& world) {
      return std::any_of(world.pending().begin(), world.pending().end(),
                         [&](const PossibleWorld::Notification& n) {
                           return world.ConnectionOf(n.tracker) == dispatch.connection &&
                                  world.IsDeleted(n.tracker);
                         });
    });
  }

  void OnDispatch(const Operation& dispatch) {
    if (dispatch.connection == kNoOperation) {
      if (!dispatch.Ok()) return;
      return Departs(FunctionClauses(Op::kDispatch).returns, "CS_OK", dispatch,
                     "its handle is of no connection");
    }
    if (At(dispatch.connection).step->op == Op::kInitializeMap) return;
    if (const Operation* finalize = FinalizeBefore(history_, dispatch, dispatch.returned)) {
      return AfterFinalize(dispatch, *finalize);
    }
    if (dispatch.struck || (dispatch.shaken && !dispatch.Ok())) return;
    if (KilledBefore(history_, dispatch, dispatch.returned)) {
      if (!dispatch.Ok()) Conforms(FunctionClauses(Op::kDispatch).dead, "an error", dispatch);
      return;
    }
    ByMode(dispatch);
  }

  void AfterFinalize(const Operation& dispatch, const Operation& finalize) {
    if (finalize.returned < dispatch.called) {
      if (!dispatch.Ok()) return Conforms(clause::kHandleNotReused, "an error", dispatch);
      return Departs(clause::kHandleNotReused, "CS_OK", dispatch,
                     "its handle was finalized before");
    }
    Say(Conformity::kUndocumented, clause::kUndocFinalizeElsewhere, std::string(dispatch.result),
        dispatch, {}, DispatchModeName(dispatch.step->mode));
  }

  void ByMode(const Operation& dispatch) {
    const int32_t mode = dispatch.step->mode;
    const std::string_view id = DispatchClause(mode);
    std::string outcome = DispatchOutcome(dispatch.result, dispatch.callbacks);
    const bool empty_handed = dispatch.callbacks == 0;
    if (dispatch.result == "CS_ERR_BAD_HANDLE" && empty_handed && MayMeetGhost(dispatch)) {
      Say(Conformity::kDeparts, id, std::move(outcome), dispatch,
          "it met an event of a tracker that was deleted", "an event of a deleted tracker pending");
      return;
    }
    const bool nothing = dispatch.result == "CS_ERR_TRY_AGAIN" && empty_handed;
    bool right = false;
    switch (mode) {
      case kDispatchOne:
        right = dispatch.Ok() && !empty_handed;
        break;
      case kDispatchAll:
        if (!dispatch.Ok()) break;
        if (!LeavesNothing(dispatch, OtherDispatches(history_, dispatch, line_, line_))) {
          return Missed(id, "callbacks left waiting", dispatch, "it left some waiting");
        }
        worlds_.ForEach([&](PossibleWorld& world) { world.DropGhosts(dispatch.connection); });
        right = true;
        break;
      case kDispatchOneNonblocking:
        if (nothing &&
            !LeavesNothing(dispatch, OtherDispatches(history_, dispatch, line_, line_))) {
          return Missed(clause::kTryAgain, "CS_ERR_TRY_AGAIN with a callback pending", dispatch,
                        "a callback was pending");
        }
        if (nothing) return Conforms(clause::kTryAgain, outcome, dispatch);
        right = dispatch.Ok() && dispatch.callbacks == 1;
        break;
      case kDispatchBlocking:
        break;
      default:
        return;
    }
    if (right) return Conforms(id, outcome, dispatch);
    Departs(id, std::move(outcome), dispatch, "no state of its connection explains its result");
  }

  // --- the end

  void OnEnding() {
    const EndingKind kind = *history_.ending;
    switch (kind) {
      case EndingKind::kFinished:
        return;
      case EndingKind::kDeadlock:
      case EndingKind::kStall:
        for (const Operation& operation : history_.operations) {
          if (IsOpen(history_, operation)) OnBlocked(operation);
        }
        return;
      default:
        return OnBreakdown(kind);
    }
  }

  void OnBreakdown(EndingKind kind) {
    if (last_ == kNoOperation) return;
    const Operation& operation = Suspect(history_, last_);
    const std::string outcome = BreakdownOutcome(kind, history_.ending_detail);
    if (kind == EndingKind::kLivelock && faults_ > 0) {
      return Unknown(operation, outcome, "a fault made several outcomes right", kStruck);
    }
    if (kind == EndingKind::kCrash && EndedBySignal(history_)) return;
    lost_ = false;
    Departs(ClauseOf(operation), outcome, operation,
            "the run ended in it: " + outcome + " " + std::string(history_.ending_detail));
  }

  void OnBlocked(const Operation& operation) {
    const Step& step = *operation.step;
    if (lost_ || step.op == Op::kSleep || step.op == Op::kJoin || step.op == Op::kPoll) return;
    if (ClauseOf(operation).empty()) return;
    if (operation.struck) {
      return Unknown(operation, "blocked", "a fault made several outcomes right", kStruck);
    }
    if (step.op == Op::kDispatch) return OnBlockedDispatch(operation);
    if (!history_.timely) return;
    Departs(FunctionClauses(step.op).returns, "blocked", operation, "it never comes back");
  }

  void OnBlockedDispatch(const Operation& dispatch) {
    if (dispatch.connection == kNoOperation) {
      return Departs(FunctionClauses(Op::kDispatch).returns, "blocked", dispatch,
                     "its handle is of no connection");
    }
    if (const Operation* finalize = FinalizeBefore(history_, dispatch, line_)) {
      if (finalize->returned < dispatch.called) {
        return Departs(clause::kHandleNotReused, "blocked", dispatch,
                       "its handle was finalized before");
      }
      return Say(Conformity::kUndocumented, clause::kUndocFinalizeElsewhere, "blocked", dispatch,
                 {}, DispatchModeName(dispatch.step->mode));
    }
    if (KilledBefore(history_, dispatch, line_)) {
      if (dispatch.shaken) return;
      return Departs(FunctionClauses(Op::kDispatch).dead, "blocked", dispatch,
                     "the service is gone and the call never comes back");
    }
    const int32_t mode = dispatch.step->mode;
    const bool may = mode == kDispatchBlocking || (mode == kDispatchOne && dispatch.callbacks == 0);
    const std::string_view id = DispatchClause(mode);
    if (id == clause::kDispatchTypes) return;
    if (!may) return Departs(id, "blocked", dispatch, "this dispatch type may not block");
    const bool right = worlds_.Keep([&](const PossibleWorld& world) {
      return std::none_of(world.pending().begin(), world.pending().end(),
                          [&](const PossibleWorld::Notification& n) {
                            return !n.perhaps && !world.IsDeleted(n.tracker) &&
                                   world.ConnectionOf(n.tracker) == dispatch.connection;
                          });
    });
    if (!right) {
      return Missed(id, "blocked with a callback pending", dispatch, "a callback is pending");
    }
    Conforms(id, "blocked", dispatch);
  }

  RunState& state_;
  const History& history_;
  int32_t from_;
  Worlds worlds_;
  int32_t line_ = 0;
  int32_t last_ = kNoOperation;  // the call that was made last
  int32_t faults_ = 0;           // that struck and do more than delay
  bool lost_ = false;            // no world is left, or nothing can be said of them
  bool told_ = false;            // since then: of one call that a fault struck that it may be right
};

}  // namespace

bool JudgeHistory(RunState& state, std::span<const TraceEvent> events, int32_t from) {
  const auto history = ReadHistory(state.plan, events);
  if (!history) return false;
  HistoryJudge(state, *history, from).Judge();
  return true;
}

}  // namespace cmapsim
