#include "conformance/oracle/judge_dispatch.h"

#include <algorithm>
#include <string>
#include <utility>

#include "conformance/oracle/function_clauses.h"
#include "conformance/oracle/judge_calls.h"

namespace cmapsim {

std::string DispatchOutcome(std::string_view result, int32_t callbacks) {
  std::string_view count = callbacks == 0   ? ", 0 callbacks"
                           : callbacks == 1 ? ", 1 callback"
                                            : ", several callbacks";
  return std::string(result) + std::string(count);
}

namespace {

constexpr std::string_view kOnlyGhosts = "only events of deleted trackers pending";
constexpr std::string_view kGhostsFirst = "an event of a deleted tracker pending before others";
constexpr std::string_view kWaitedAtDeath = "events waiting when the service died";

// "CS_OK, 1 callback": the outcome of a dispatch in words that do not depend on the case.
std::string Detail(const Frame& frame, std::string_view expected, std::string_view result) {
  return "expected " + std::string(expected) + "; got " + std::string(result) + " after " +
         std::to_string(frame.callbacks) + " callbacks, " + std::to_string(frame.due_at_begin) +
         " having waited";
}

std::string_view GhostSituation(const Frame& frame) {
  if (frame.ghosts_at_begin == 0) return {};
  if (frame.due_at_begin == 0) return kOnlyGhosts;
  return frame.ghost_first ? kGhostsFirst : std::string_view();
}

// Of a dispatch that did as its clause says: an event that is late may not have been there to be met.
std::string_view MetSituation(const Frame& frame) {
  return frame.sure_ghosts_at_begin == 0 ? std::string_view() : GhostSituation(frame);
}

struct Judging {
  RunState& state;
  Frame& frame;
  std::string_view result;
  Nanos now_ns;
  [[nodiscard]] Connection& connection() const {
    return state.connections[static_cast<size_t>(frame.connection)];
  }
  [[nodiscard]] bool ok() const { return result == "CS_OK"; }
};

void Departs(const Judging& j, std::string_view clause_id, std::string_view expected,
             std::string_view situation = {}) {
  j.state.Departs(clause_id, DispatchOutcome(j.result, j.frame.callbacks), j.frame.step->id,
                  Detail(j.frame, expected, j.result), situation);
}

void Conforms(const Judging& j, std::string_view clause_id, std::string_view situation = {}) {
  j.state.Conforms(clause_id, DispatchOutcome(j.result, j.frame.callbacks), j.frame.step->id,
                   situation);
}

// 3.1.7 throws an event of a deleted tracker away and returns, without going on to the next.
bool ReturnedForGhost(const Judging& j) {
  return j.result == "CS_ERR_BAD_HANDLE" && j.frame.callbacks == 0 && j.frame.ghosts_at_begin > 0;
}

void JudgeOne(const Judging& j) {
  const std::string_view situation = GhostSituation(j.frame);
  if (j.ok() && j.frame.callbacks > 0) {
    const std::string_view met = MetSituation(j.frame);
    Conforms(j, clause::kOne, met == kOnlyGhosts ? std::string_view() : met);
    if (j.frame.due_at_begin > 1) {
      j.state.Records(clause::kUndocOneCallbacks,
                      j.frame.callbacks == 1 ? "one callback" : "several callbacks",
                      j.frame.step->id);
    }
    return;
  }
  Departs(j, clause::kOne, "CS_OK after at least one callback",
          ReturnedForGhost(j) && j.frame.due_at_begin > 0 ? kGhostsFirst : situation);
}

// Events that were due when the call began and wait still.
bool AnyLeft(const Judging& j) {
  const auto& queue = j.connection().queue;
  return std::any_of(queue.begin(), queue.end(), [&](int32_t index) {
    return index < j.frame.events_before &&
           j.state.IsDue(j.state.events[static_cast<size_t>(index)], j.frame.begun_ns);
  });
}

// Whether what callbacks of this call caused was dispatched by it.
void RecordCausedEvents(const Judging& j) {
  bool dispatched = false;
  bool left = false;
  for (size_t i = static_cast<size_t>(j.frame.events_before); i < j.state.events.size(); ++i) {
    const Event& e = j.state.events[i];
    if (e.caused_in != j.frame.serial || j.state.TrackerOf(e).connection != j.frame.connection) {
      continue;
    }
    if (e.state == Event::State::kDispatched) {
      dispatched = dispatched || e.dispatched_in == j.frame.serial;
    } else if (j.state.IsDue(e, j.now_ns)) {
      left = true;
    }
  }
  if (!dispatched && !left) return;
  j.state.Records(clause::kUndocCausedEvents,
                  left ? "left for a later call" : "dispatched by the same call", j.frame.step->id);
}

// Trackers of no key: everything that waited was dispatched, and they were told nothing.
void RecordUntold(const Judging& j) {
  Connection& c = j.connection();
  for (size_t i = c.queue.size(); i-- > 0;) {
    Event& e = j.state.events[static_cast<size_t>(c.queue[i])];
    const Tracker& t = j.state.TrackerOf(e);
    const bool certain = j.state.ChangeOf(e).certain && e.due_ns <= j.frame.begun_ns;
    if (e.state != Event::State::kWaiting || !t.TracksAll() || !certain) continue;
    if (c.queue[i] >= j.frame.events_before) continue;
    e.state = Event::State::kGone;
    c.queue.erase(c.queue.begin() + static_cast<std::ptrdiff_t>(i));
    j.state.Records(
        clause::kUndocNullKey, "not told", j.frame.step->id,
        t.IsPrefix() ? "changes, with CMAP_TRACK_PREFIX" : "changes, without CMAP_TRACK_PREFIX");
  }
}

// A dispatch that came past events of deleted trackers without a callback, or had no tracker to
// dispatch for: both are promises kept, where a callback would have broken them.
void NoteUntold(RunState& state, const Frame& frame) {
  const Connection& c = state.connections[static_cast<size_t>(frame.connection)];
  if (state.CountGhosts(c) > 0) {
    state.Conforms(clause::kTrackDeleteRemoves, "no callback", frame.step->id);
  }
  const bool tracks = std::any_of(
      state.trackers.begin(), state.trackers.end(),
      [&frame](const Tracker& tracker) { return tracker.connection == frame.connection; });
  if (!tracks && frame.callbacks == 0) {
    state.Conforms(clause::kTrackingNeeded, "no callback", frame.step->id);
  }
}

void JudgeAll(const Judging& j) {
  if (!j.ok()) return Departs(j, clause::kAll, "CS_OK after every callback that waited");
  RecordCausedEvents(j);
  if (AnyLeft(j)) {
    PassBy(j.state, j.frame, clause::kAll, "callbacks left waiting", j.frame.begun_ns);
  } else {
    Conforms(j, clause::kAll);
    RecordUntold(j);
  }
  NoteUntold(j.state, j.frame);
  j.state.DropAllGhosts(j.connection());
}

void JudgeBlocking(const Judging& j) {
  Departs(j, clause::kBlocking, "no return while the connection lasts");
}

void JudgeOneNonblocking(const Judging& j) {
  const std::string_view situation = GhostSituation(j.frame);
  const bool try_again = j.result == "CS_ERR_TRY_AGAIN";
  if (j.frame.callbacks > 1) {
    return Departs(j, clause::kOneNonblocking, "at most one callback");
  }
  if (j.ok() && j.frame.callbacks == 1) {
    const std::string_view met = MetSituation(j.frame);
    return Conforms(j, clause::kOneNonblocking, met == kOnlyGhosts ? std::string_view() : met);
  }
  if (try_again && j.frame.callbacks == 0) {
    if (AnyLeft(j)) {
      return PassBy(j.state, j.frame, clause::kTryAgain, "CS_ERR_TRY_AGAIN with a callback pending",
                    j.frame.begun_ns);
    }
    Conforms(j, clause::kTryAgain, MetSituation(j.frame));
    return RecordUntold(j);
  }
  if (j.frame.due_at_begin > 0 && !try_again) {
    return Departs(j, clause::kOneNonblocking, "CS_OK after one callback",
                   ReturnedForGhost(j) ? kGhostsFirst : situation);
  }
  Departs(j, clause::kTryAgain, "CS_ERR_TRY_AGAIN", situation);
}

bool IsMode(int32_t mode) { return mode >= kDispatchOne && mode <= kDispatchOneNonblocking; }

void JudgeInvalidMode(const Judging& j) {
  if (j.result == "CS_ERR_INVALID_PARAM" && j.frame.callbacks == 0) {
    return j.state.Conforms(clause::kDispatchTypes, j.result, j.frame.step->id,
                            "an invalid dispatch type");
  }
  // libcmap 3.1.7 goes on until the connection breaks or is finalized, as CS_DISPATCH_BLOCKING
  // does.
  const bool as_blocking = j.frame.died || (j.frame.finalized && j.frame.callbacks > 0);
  j.state.Departs(clause::kDispatchTypes,
                  as_blocking ? "treated as CS_DISPATCH_BLOCKING"
                              : DispatchOutcome(j.result, j.frame.callbacks),
                  j.frame.step->id, Detail(j.frame, "CS_ERR_INVALID_PARAM", j.result),
                  "an invalid dispatch type");
}

void JudgeByMode(const Judging& j) {
  const int32_t mode = j.frame.step->mode;
  if (j.frame.waited_ns > 0 && (mode == kDispatchAll || mode == kDispatchOneNonblocking)) {
    return j.state.Departs(
        DispatchClause(mode), "waited", j.frame.step->id,
        "the call took " + FormatDuration(j.frame.waited_ns) + " beside its callbacks");
  }
  switch (mode) {
    case kDispatchOne:
      return JudgeOne(j);
    case kDispatchAll:
      return JudgeAll(j);
    case kDispatchBlocking:
      return JudgeBlocking(j);
    default:
      return JudgeOneNonblocking(j);
  }
}

// Whether the result would be right if the service were alive.
bool RightWhileAlive(const Judging& j) {
  switch (j.frame.step->mode) {
    case kDispatchOne:
      return j.ok() && j.frame.callbacks > 0;
    case kDispatchAll:
      return j.ok() && !AnyLeft(j) && (j.frame.callbacks > 0 || !j.frame.surely_dead);
    case kDispatchOneNonblocking:
      return j.frame.callbacks == 1
                 ? j.ok()
                 : j.frame.callbacks == 0 && j.result == "CS_ERR_TRY_AGAIN" && !j.frame.surely_dead;
    default:
      return false;
  }
}

// The service died before or during the call.
void JudgeWithoutService(const Judging& j) {
  const bool unnoticed = !j.frame.surely_dead && j.frame.callbacks > 0;
  if (unnoticed && j.result != "CS_ERR_LIBRARY" && !RightWhileAlive(j)) return JudgeByMode(j);
  const bool waited = j.frame.waiting_at_begin > 0 || j.frame.callbacks > 0;
  const bool error = j.result == "CS_ERR_LIBRARY";
  const std::string_view situation = waited ? kWaitedAtDeath : std::string_view();
  if (error || RightWhileAlive(j)) {
    j.state.Conforms(FunctionClauses(Op::kDispatch).dead,
                     DispatchOutcome(j.result, j.frame.callbacks), j.frame.step->id, situation);
    if (j.frame.surely_dead && waited) {
      j.state.Records(clause::kUndocAfterDeath,
                      j.frame.callbacks == 0 ? "thrown away" : "dispatched", j.frame.step->id);
    }
    return;
  }
  Departs(j, FunctionClauses(Op::kDispatch).dead, "CS_ERR_LIBRARY", situation);
}

void JudgeWithInvalidHandle(const Judging& j) {
  if (j.frame.handle_of_finalized && j.frame.callbacks == 0) {
    j.state.Conforms(clause::kNoMoreCallbacks, "no callback", j.frame.step->id);
  }
  JudgeInvalidHandle(j.state, j.frame, j.result);
}

}  // namespace

std::string_view DispatchClause(int32_t mode) {
  switch (mode) {
    case kDispatchOne:
      return clause::kOne;
    case kDispatchAll:
      return clause::kAll;
    case kDispatchBlocking:
      return clause::kBlocking;
    case kDispatchOneNonblocking:
      return clause::kOneNonblocking;
    default:
      return clause::kDispatchTypes;
  }
}

namespace {

// Events of trackers of which nobody knows whether they were deleted.
int32_t CountUncertain(const RunState& state, const Connection& c) {
  return static_cast<int32_t>(std::count_if(c.queue.begin(), c.queue.end(), [&](int32_t index) {
    const Event& e = state.events[static_cast<size_t>(index)];
    return e.state == Event::State::kWaiting &&
           state.TrackerOf(e).state == Tracker::State::kUncertain;
  }));
}

int32_t CountSureGhosts(const RunState& state, const Connection& c, Nanos now_ns) {
  return static_cast<int32_t>(std::count_if(c.queue.begin(), c.queue.end(), [&](int32_t index) {
    const Event& e = state.events[static_cast<size_t>(index)];
    return e.state == Event::State::kGhost && !e.optional && e.due_ns <= now_ns;
  }));
}

}  // namespace

void NoteWaiting(RunState& state, Frame& frame, Nanos now_ns) {
  frame.events_before = static_cast<int32_t>(state.events.size());
  if (frame.connection == kNone) return;
  const Connection& c = state.connections[static_cast<size_t>(frame.connection)];
  frame.due_at_begin = state.CountDue(c, now_ns);
  frame.waiting_at_begin = state.CountWaiting(c);
  frame.ghosts_at_begin = state.CountGhosts(c) + CountUncertain(state, c);
  frame.sure_ghosts_at_begin = CountSureGhosts(state, c, now_ns);
  frame.ghost_first = state.GhostFirst(c);
}

void PassBy(RunState& state, const Frame& frame, std::string_view clause_id, std::string outcome,
            Nanos due_by_ns) {
  const auto passing = static_cast<int32_t>(state.passings.size());
  state.passings.push_back({clause_id, std::string(GhostSituation(frame)), std::move(outcome),
                            frame.step->id, frame.connection, frame.callbacks});
  for (const int32_t index : state.connections[static_cast<size_t>(frame.connection)].queue) {
    Event& e = state.events[static_cast<size_t>(index)];
    if (state.IsDue(e, due_by_ns)) e.passed_by.push_back(passing);
  }
}

void JudgeDispatch(RunState& state, Frame& frame, std::string_view result, Nanos now_ns) {
  const Judging j = {state, frame, result, now_ns};
  if (frame.connection == kNone) return JudgeWithInvalidHandle(j);
  if (!state.connections[static_cast<size_t>(frame.connection)].modelled) return;
  if (!IsMode(frame.step->mode)) {
    if (!frame.perhaps_dead) JudgeInvalidMode(j);
    return;
  }
  if (frame.finalized) {
    state.Conforms(clause::kNoMoreCallbacks, "no callback", frame.step->id);
    return state.Records(clause::kUndocFinalizeInside, std::string(result), frame.step->id,
                         DispatchModeName(frame.step->mode));
  }
  const bool wrong_for_ghost = ReturnedForGhost(j);
  const bool dead = frame.surely_dead || frame.died || state.ConnectionIsDead(j.connection());
  if (dead || (state.ConnectionPerhapsDead(j.connection()) && result == "CS_ERR_LIBRARY")) {
    JudgeWithoutService(j);
  } else {
    JudgeByMode(j);
  }
  if (wrong_for_ghost || result == "CS_ERR_TRY_AGAIN") NoteUntold(state, frame);
  if (wrong_for_ghost) state.DropOldestGhost(j.connection());
}

void JudgeBlockedDispatch(RunState& state, Frame& frame) {
  const int32_t step = frame.step->id;
  const int32_t mode = frame.step->mode;
  const std::string_view id = DispatchClause(mode);
  if (frame.connection == kNone) {
    return state.Departs(FunctionClauses(Op::kDispatch).returns, "blocked", step,
                         "expected an error for an invalid handle", InvalidHandleWords(frame));
  }
  const Connection& c = state.connections[static_cast<size_t>(frame.connection)];
  if (!c.modelled) return;
  if (frame.finalized) {
    return state.Departs(clause::kNoMoreCallbacks, "blocked", step,
                         "the connection was finalized in a callback of this call");
  }
  if (state.ConnectionIsDead(c)) {
    return state.Departs(FunctionClauses(Op::kDispatch).dead, "blocked", step,
                         "the service is gone and the call never comes back");
  }
  if (!IsMode(mode)) {
    return state.Departs(id, "treated as CS_DISPATCH_BLOCKING", step,
                         "expected CS_ERR_INVALID_PARAM; it never came back",
                         "an invalid dispatch type");
  }
  const bool may_block =
      mode == kDispatchBlocking || (mode == kDispatchOne && frame.callbacks == 0);
  if (!may_block) {
    return state.Departs(id, "blocked", step, "this dispatch type may not block");
  }
  if (state.CountComing(c) > 0) {
    return PassBy(state, frame, id, "blocked with a callback pending", kNever);
  }
  state.Conforms(id, "blocked", step);
  NoteUntold(state, frame);
}

}  // namespace cmapsim
