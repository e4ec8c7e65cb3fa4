#include "conformance/oracle/callback_match.h"

#include <algorithm>

#include "conformance/oracle/asynchronous.h"

namespace cmapsim {
namespace {

bool IsSwapped(const Callback& cb, const MapChange& change);

// How well arguments fit a change, 0 to 8; 8 is wholly.
constexpr int kFitsWholly = 8;
constexpr int kFitsNearly = 6;
constexpr int kFitsEnough = 4;

int Fit(const Callback& cb, const MapChange& change) {
  int fit = 0;
  if (cb.key == change.key) fit += 4;
  if (change.new_text.empty() || WithoutData(cb.new_text) == change.new_text) fit += 2;
  if (change.old_text.empty() || WithoutData(cb.old_text) == change.old_text) fit += 1;
  if (change.event == 0 || cb.event == EventWord(change.event)) fit += 1;
  if (!IsSwapped(cb, change)) return fit;
  return std::max(fit, cb.event == EventWord(change.event) ? kFitsWholly - 1 : kFitsNearly);
}

// The right change with its two values exchanged.
bool IsSwapped(const Callback& cb, const MapChange& change) {
  return cb.key == change.key && change.new_text != change.old_text &&
         WithoutData(cb.new_text) == change.old_text && WithoutData(cb.old_text) == change.new_text;
}

int TrackerEvidence(const Callback& cb, const Tracker& t) {
  return (cb.slot == t.slot ? 1 : 0) + (cb.track == t.name ? 1 : 0);
}

// The tracker that the callback claims to be for: by its handle, best on this connection and with
// this user_data; else by user_data.
int32_t ClaimedTracker(const RunState& state, int32_t connection, const Callback& cb) {
  int32_t best = kNone;
  int best_rank = 0;
  for (size_t i = 0; i < state.trackers.size(); ++i) {
    const Tracker& t = state.trackers[i];
    if (t.name != cb.track) continue;
    const int rank = 1 + (t.connection == connection ? 2 : 0) + (t.slot == cb.slot ? 4 : 0);
    if (rank < best_rank) continue;
    best = static_cast<int32_t>(i);
    best_rank = rank;
  }
  return best != kNone ? best : state.TrackerInSlot(cb.slot);
}

struct Candidate {
  int32_t event = kNone;
  int fit = 0;
  int evidence = 0;
};

// The event that waits on this connection and fits best; the oldest of several.
Candidate BestWaiting(const RunState& state, const Connection& connection, const Callback& cb,
                      bool& ambiguous) {
  Candidate best;
  ambiguous = false;
  for (const int32_t index : connection.queue) {
    const Event& e = state.events[static_cast<size_t>(index)];
    if (e.state != Event::State::kWaiting) continue;
    const int fit = Fit(cb, state.ChangeOf(e));
    const int evidence = TrackerEvidence(cb, state.TrackerOf(e));
    if (fit < best.fit || (fit == best.fit && evidence < best.evidence)) continue;
    const bool equal = best.event != kNone && fit == best.fit && evidence == best.evidence;
    if (!equal) {
      best = {index, fit, evidence};
      ambiguous = false;
    } else if (state.events[static_cast<size_t>(best.event)].change == e.change) {
      // One change, two trackers: user_data points to one and the handle to the other.
      ambiguous = evidence == 1;
    }
  }
  return best;
}

Match ForEvent(const RunState& state, int32_t event, bool ambiguous) {
  const Event& e = state.events[static_cast<size_t>(event)];
  return {Match::Kind::kEvent, event, e.tracker, e.change, ambiguous};
}

// Why the claimed tracker's function may have been called for this change, which no event of it
// that waits explains.
Match::Kind Explain(const RunState& state, const Tracker& t, int32_t tracker, int32_t change) {
  const MapChange& c = state.changes[static_cast<size_t>(change)];
  for (const Event& e : state.events) {
    if (e.tracker != tracker || e.change != change) continue;
    if (e.state == Event::State::kDispatched) return Match::Kind::kTold;
  }
  if (t.deleted_at != kNone) return Match::Kind::kDeletedTracker;
  if (change < t.added_at) return Match::Kind::kBeforeTracking;
  if (c.unchanged) return Match::Kind::kUnchanged;
  if (!t.Covers(c.name)) return Match::Kind::kNotCovered;
  if ((t.mask & c.event) == 0) return Match::Kind::kNotInMask;
  return Match::Kind::kNothing;
}

bool IsSameSet(const Callback& cb, const MapChange& change) {
  return change.unchanged && cb.key == change.key && WithoutData(cb.new_text) == change.new_text;
}

// The newest change that the arguments tell of wholly, with the explanation why it was told.
Match ExplainedByChange(const RunState& state, int32_t connection, const Callback& cb,
                        bool nearly_fits) {
  Match match;
  match.tracker = ClaimedTracker(state, connection, cb);
  if (match.tracker == kNone) {
    match.kind = Match::Kind::kNoTracker;
    return match;
  }
  const Tracker& t = state.trackers[static_cast<size_t>(match.tracker)];
  if (t.connection != connection) {
    match.kind = Match::Kind::kOtherConnection;
    return match;
  }
  for (size_t i = state.changes.size(); i-- > 0;) {
    const MapChange& c = state.changes[i];
    if (!TellsOf(cb, c) && (nearly_fits || !IsSameSet(cb, c))) continue;
    const Match::Kind kind = Explain(state, t, match.tracker, static_cast<int32_t>(i));
    if (kind == Match::Kind::kNothing) continue;
    match.kind = kind;
    match.change = static_cast<int32_t>(i);
    return match;
  }
  if (t.deleted_at != kNone) match.kind = Match::Kind::kDeletedTracker;
  return match;
}

// Keys of the daemon's own, and keys that two clients changed at once.
bool IsUnknowable(const RunState& state, const Callback& cb, int32_t tracker) {
  if (tracker == kNone) return false;
  const Tracker& t = state.trackers[static_cast<size_t>(tracker)];
  const auto key = ParseTraceKey(cb.key);
  if (t.state == Tracker::State::kDeleted || !key || !t.Covers(*key)) return false;
  if (state.racy_keys.contains(cb.key)) return true;
  return !state.planned_keys.contains(cb.key) && state.map.IsServiceKey(*key);
}

}  // namespace

Callback ReadCallback(const RunState& state, const TraceEvent& event) {
  Callback cb;
  cb.step = event.step;
  if (cb.step >= 0 && static_cast<size_t>(cb.step) < state.steps.size()) {
    cb.slot = state.steps[static_cast<size_t>(cb.step)]->tracker;
  }
  cb.handle = event.Field("handle");
  cb.track = event.Field("track");
  cb.event = event.Field("event");
  cb.key = event.Field("key");
  cb.new_text = event.Field("new");
  cb.old_text = event.Field("old");
  return cb;
}

std::string_view WithoutData(std::string_view value) {
  return value == "unset!data" ? std::string_view("unset") : value;
}

bool TellsOf(const Callback& cb, const MapChange& change) {
  return !change.unchanged && Fit(cb, change) == kFitsWholly;
}

bool RepeatsLast(const RunState& state, const Connection& c, const Callback& cb) {
  if (c.last_event == kNone || state.racy_keys.contains(cb.key)) return false;
  const Event& e = state.events[static_cast<size_t>(c.last_event)];
  if (TrackerEvidence(cb, state.TrackerOf(e)) == 0 || !TellsOf(cb, state.ChangeOf(e))) return false;
  bool ambiguous = false;
  const Candidate waiting = BestWaiting(state, c, cb, ambiguous);
  return waiting.fit < kFitsWholly || waiting.evidence == 0;
}

Match MatchCallback(RunState& state, int32_t connection, const Callback& cb, Nanos now_ns) {
  const Connection& c = state.connections[static_cast<size_t>(connection)];
  bool ambiguous = false;
  Candidate best = BestWaiting(state, c, cb, ambiguous);
  if (best.fit < kFitsWholly && CommitShownBy(state, cb, now_ns)) {
    best = BestWaiting(state, c, cb, ambiguous);
  }
  if (best.fit == kFitsWholly && best.evidence > 0) return ForEvent(state, best.event, ambiguous);

  const int32_t claimed = ClaimedTracker(state, connection, cb);
  if (IsUnknowable(state, cb, claimed))
    return {.kind = Match::Kind::kUnknowable, .tracker = claimed};
  const bool nearly_fits = best.fit >= kFitsNearly && best.evidence > 0;
  if (nearly_fits && !RepeatsLast(state, c, cb) &&
      IsSwapped(cb, state.ChangeOf(state.events[static_cast<size_t>(best.event)]))) {
    return ForEvent(state, best.event, false);
  }
  const Match explained = ExplainedByChange(state, connection, cb, nearly_fits);
  const bool of_no_event = explained.kind == Match::Kind::kDeletedTracker ||
                           explained.kind == Match::Kind::kOtherConnection;
  if (explained.change != kNone || (of_no_event && !nearly_fits)) return explained;
  const bool garbled = best.fit == kFitsWholly || (best.fit >= kFitsEnough && best.evidence > 0);
  if (garbled) return ForEvent(state, best.event, false);
  return explained;
}

}  // namespace cmapsim
