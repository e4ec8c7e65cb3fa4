#include "conformance/oracle/judge_callback.h"

#include <algorithm>
#include <string>

#include "conformance/oracle/callback_match.h"
#include "conformance/oracle/function_clauses.h"
#include "conformance/oracle/judge_calls.h"

namespace cmapsim {
namespace {

constexpr std::string_view kAsDocumented = "as documented";
constexpr std::string_view kCalled = "called";

std::string Shown(const Callback& cb) {
  return std::string(cb.event) + " " + std::string(cb.key) + " new=" + std::string(cb.new_text) +
         " old=" + std::string(cb.old_text);
}

std::string_view KindClause(int32_t event) {
  switch (event) {
    case kTrackAdd:
      return clause::kTrackAdditions;
    case kTrackDelete:
      return clause::kTrackDeletions;
    default:
      return clause::kTrackModifications;
  }
}

// The type and the length in the text of a value: "uint8:1", "string[5000]sha256:...".
std::string_view TypeOf(std::string_view text) { return text.substr(0, text.find_first_of(":![")); }

// How a value differs from the expected one, in a stable word; empty where it does not.
std::string_view Difference(std::string_view expected, std::string_view got) {
  if (expected.empty() || expected == got) return {};
  if (got == "unset") return "unset";
  if (expected == "unset") return "set";
  if (got.starts_with("invalid(")) return "no value";
  if (TypeOf(expected) != TypeOf(got)) return "another type";
  const auto a = ParseValue(expected);
  const auto b = ParseValue(got);
  const bool lengths_known = a && b;
  const bool same_length =
      lengths_known ? a->bytes.size() == b->bytes.size()
                    : expected.substr(0, expected.find(']')) == got.substr(0, got.find(']'));
  return same_length ? "other data" : "another length";
}

// A type without data: "binary!".
bool IsEmpty(std::string_view text) {
  const auto value = ParseValue(text);
  return value && value->type != ValueType::kUnset && value->bytes.empty();
}

struct Judging {
  RunState& state;
  const Callback& cb;
  int32_t step;  // of the dispatch
};

void JudgeValue(const Judging& j, std::string_view clause_id, std::string_view situation,
                std::string_view expected, std::string_view got) {
  if (expected == "unset" && IsEmpty(got)) {
    j.state.Conforms(clause_id, kAsDocumented, j.step);
    j.state.Departs(clause::kUnsetFields, "type is not 0", j.step,
                    "the value is unset, but was " + std::string(got), situation);
    return;
  }
  const About about(j.state, TypeOf(expected));
  const std::string_view difference = Difference(expected, WithoutData(got));
  if (!difference.empty()) {
    j.state.Departs(clause_id, std::string(difference), j.step,
                    "expected " + std::string(expected) + ", got " + std::string(got));
    return;
  }
  j.state.Conforms(clause_id, kAsDocumented, j.step);
  if (WithoutData(got) != "unset") return;
  if (got == "unset") {
    j.state.Conforms(clause::kUnsetFields, "all 0", j.step, situation);
  } else {
    j.state.Departs(clause::kUnsetFields, "data is not 0", j.step,
                    "the value is unset, but its data is not NULL", situation);
  }
}

void JudgeEventArgument(const Judging& j, const MapChange& change, const Tracker& t) {
  const std::string expected(EventWord(change.event));
  if (change.event == 0 || j.cb.event == expected) {
    j.state.Conforms(clause::kCallbackEvent, kAsDocumented, j.step);
    if (t.IsPrefix()) j.state.Conforms(clause::kPrefixNeverReturned, kAsDocumented, j.step);
    return;
  }
  const std::string with_prefix = std::to_string(change.event | kTrackPrefix);
  if (j.cb.event == with_prefix) {
    j.state.Departs(clause::kPrefixNeverReturned, "CMAP_TRACK_PREFIX in event", j.step,
                    "expected event " + expected + ", got " + std::string(j.cb.event));
    return;
  }
  const bool named = j.cb.event == "ADD" || j.cb.event == "MODIFY" || j.cb.event == "DELETE";
  j.state.Departs(clause::kCallbackEvent,
                  (named ? std::string(j.cb.event) : std::string("no event")) + " for " + expected,
                  j.step, "expected event " + expected + " for " + Shown(j.cb));
}

void JudgeHandles(const Judging& j, const Connection& c, const Tracker& t, bool other_user_data) {
  if (j.cb.handle == c.name) {
    j.state.Conforms(clause::kCallbackHandle, kAsDocumented, j.step);
  } else {
    j.state.Departs(clause::kCallbackHandle, "another handle", j.step,
                    "expected " + std::string(c.name) + ", got " + std::string(j.cb.handle));
  }
  if (j.cb.track == t.name) {
    j.state.Conforms(clause::kCallbackTrackHandle, kAsDocumented, j.step);
  } else {
    j.state.Departs(clause::kCallbackTrackHandle, "another handle", j.step,
                    "expected " + std::string(t.name) + ", got " + std::string(j.cb.track));
  }
  if (j.cb.slot == t.slot && !other_user_data) {
    j.state.Conforms(clause::kUserData, "unchanged", j.step);
  } else {
    j.state.Departs(clause::kUserData, j.cb.slot == kNone ? "unknown" : "another tracker's", j.step,
                    "expected the user_data of tracker " + std::to_string(t.slot));
  }
}

// The tracker's kind of change, and prefix or key.
void CreditTracking(const Judging& j, const Connection& c, const Tracker& t,
                    const MapChange& change) {
  j.state.Conforms(clause::kNotifyFn, kCalled, j.step);
  if (change.event != 0) {
    const About about(j.state, t.IsPrefix() ? "a prefix" : "a key");
    j.state.Conforms(KindClause(change.event), kCalled, j.step);
  }
  j.state.Conforms(
      t.IsPrefix() && change.name != t.key ? clause::kTrackPrefix : clause::kTrackKeyName, kCalled,
      j.step);
  bool same_key = false;
  bool other_key = false;
  for (const Tracker& other : j.state.trackers) {
    if (&other == &t || other.state != Tracker::State::kLive) continue;
    if (other.connection != t.connection) continue;
    (other.key == t.key ? same_key : other_key) = true;
  }
  if (same_key) j.state.Conforms(clause::kSeveralTimes, kCalled, j.step);
  if (other_key) j.state.Conforms(clause::kSeveralKeys, kCalled, j.step);
  const auto live = std::count_if(j.state.connections.begin(), j.state.connections.end(),
                                  [](const Connection& other) { return !other.finalized; });
  if (live > 1 && !c.finalized) j.state.Conforms(clause::kSeveralConnections, kCalled, j.step);
}

// --- order, about which the pages say nothing

// corosync 3.1.7 tells the trackers of the longest key first; of one key, those without
// CMAP_TRACK_PREFIX first, newest first, then those with it, oldest first (libqb 2.0.6, trie.c).
bool ComesBefore(const Tracker& a, int32_t index_a, const Tracker& b, int32_t index_b) {
  if (a.key.size() != b.key.size()) return a.key.size() > b.key.size();
  if (a.TracksAll()) return index_a > index_b;
  if (a.IsPrefix() != b.IsPrefix()) return !a.IsPrefix();
  return a.IsPrefix() ? index_a < index_b : index_a > index_b;
}

void RecordOrder(const Judging& j, Connection& c, const Event& e) {
  const MapChange& change = j.state.ChangeOf(e);
  const bool certain = change.ordered && change.certain && !e.optional;
  if (certain && c.ordered && c.last_change != kNone) {
    if (c.last_change != e.change) {
      j.state.Records(clause::kUndocOrderChanges,
                      c.last_change < e.change ? "in the order of the changes"
                                               : "not in the order of the changes",
                      j.step);
    } else if (c.last_tracker != e.tracker) {
      const Tracker& before = j.state.trackers[static_cast<size_t>(c.last_tracker)];
      j.state.Records(clause::kUndocOrderTrackers,
                      ComesBefore(before, c.last_tracker, j.state.TrackerOf(e), e.tracker)
                          ? "longest key first"
                          : "another order",
                      j.step);
    }
  }
  if (!certain || e.change < c.last_change) return;
  c.last_change = e.change;
  c.last_tracker = e.tracker;
}

// --- callbacks that may not be

std::string_view NullKeySituation(const Tracker& t) {
  return t.IsPrefix() ? "changes, with CMAP_TRACK_PREFIX" : "changes, without CMAP_TRACK_PREFIX";
}

struct Unfounded {
  std::string_view clause;
  std::string_view outcome;
};

Unfounded WhatIsWrong(const RunState& state, const Match& match) {
  switch (match.kind) {
    case Match::Kind::kTold:
      return {clause::kNotifyFn, "called twice for one change"};
    case Match::Kind::kDeletedTracker:
      return {clause::kTrackDeleteRemoves, "called after cmap_track_delete"};
    case Match::Kind::kBeforeTracking:
      return {clause::kNotifyFn, "called for a change before cmap_track_add"};
    case Match::Kind::kUnchanged:
      return {clause::kNotifyFn, "called without a change"};
    case Match::Kind::kNotInMask:
      return {KindClause(state.changes[static_cast<size_t>(match.change)].event),
              "called without being asked for"};
    case Match::Kind::kNotCovered: {
      const Tracker& t = state.trackers[static_cast<size_t>(match.tracker)];
      const MapChange& c = state.changes[static_cast<size_t>(match.change)];
      if (!t.IsPrefix() && c.name.starts_with(t.key)) {
        return {clause::kTrackKeyName, "called for a key that begins with it"};
      }
      return {clause::kTrackKeyName, "called for another key"};
    }
    case Match::Kind::kOtherConnection:
      return {clause::kHandleIdentifies, "called for another connection's tracker"};
    case Match::Kind::kNoTracker:
      return {clause::kTrackingNeeded, "called without a tracker"};
    default:
      return {clause::kNotifyFn, "spurious callback"};
  }
}

void JudgeEvent(const Judging& j, const Match& match, const Frame& frame, int32_t connection) {
  RunState& state = j.state;
  Connection& c = state.connections[static_cast<size_t>(connection)];
  Event& e = state.events[static_cast<size_t>(match.event)];
  const Tracker& t = state.TrackerOf(e);
  const MapChange& change = state.ChangeOf(e);
  CreditTracking(j, c, t, change);
  JudgeHandles(j, c, t, match.other_user_data);
  JudgeEventArgument(j, change, t);
  if (j.cb.key == change.key) {
    state.Conforms(clause::kCallbackKeyName, kAsDocumented, j.step);
  } else {
    state.Departs(clause::kCallbackKeyName, "another name", j.step,
                  "expected " + change.key + ", got " + std::string(j.cb.key));
  }
  JudgeValue(j, clause::kCallbackNewValue, "new_value", change.new_text, j.cb.new_text);
  JudgeValue(j, clause::kCallbackOldValue, "old_value", change.old_text, j.cb.old_text);
  if (t.TracksAll()) state.Records(clause::kUndocNullKey, "told", j.step, NullKeySituation(t));
  RecordOrder(j, c, e);
  e.state = Event::State::kDispatched;
  e.dispatched_in = frame.serial;
  c.last_event = match.event;
  for (const int32_t passing : e.passed_by) {
    state.passings[static_cast<size_t>(passing)].convicted = true;
  }
  state.TakeFromQueue(c, match.event);
  state.DropGhostsBefore(c, e.change);
}

}  // namespace

int32_t JudgeCallback(RunState& state, Frame& frame, const TraceEvent& event) {
  const Callback cb = ReadCallback(state, event);
  const Judging j = {state, cb, frame.step->id};
  if (frame.step->op != Op::kDispatch) {
    state.Departs(clause::kDispatches, "callback outside of cmap_dispatch", j.step,
                  "during " + std::string(OpName(frame.step->op)) + ": " + Shown(cb));
    state.derailed = true;
    return kNone;
  }
  if (frame.connection != kNone &&
      RepeatsLast(state, state.connections[static_cast<size_t>(frame.connection)], cb)) {
    // Not counted: what is wrong is not how many callbacks the call ran.
    state.Departs(clause::kNotifyFn, "called twice for one change", j.step, Shown(cb));
    return kNone;
  }
  frame.callbacks += 1;
  if (frame.finalized || frame.handle_of_finalized) {
    state.Departs(clause::kNoMoreCallbacks, "callback after cmap_finalize", j.step, Shown(cb));
    return kNone;
  }
  if (frame.handle_unknown) {
    state.derailed = true;
    return kNone;
  }
  if (frame.connection == kNone) {
    state.Departs(FunctionClauses(Op::kDispatch).returns, "a callback", j.step, Shown(cb),
                  InvalidHandleWords(frame));
    state.derailed = true;
    return kNone;
  }
  const Connection& c = state.connections[static_cast<size_t>(frame.connection)];
  if (!c.modelled) {
    const bool stats = c.map == 1;
    if (stats && !cb.key.starts_with("stats.")) {
      state.Departs(clause::kMapStats, "told of another map's key", j.step, Shown(cb));
    }
    return kNone;
  }
  state.Conforms(clause::kDispatches, kCalled, j.step);
  const Match match = MatchCallback(state, frame.connection, cb, event.at_ns);
  if (match.kind == Match::Kind::kEvent) {
    JudgeEvent(j, match, frame, frame.connection);
    return match.tracker;
  }
  if (match.kind == Match::Kind::kUnknowable) return match.tracker;
  const Unfounded wrong = WhatIsWrong(state, match);
  state.Departs(wrong.clause, std::string(wrong.outcome), j.step, Shown(cb));
  if (match.kind == Match::Kind::kDeletedTracker && match.change != kNone) {
    Connection& c = state.connections[static_cast<size_t>(frame.connection)];
    state.DropGhostsBefore(c, match.change + 1);
  }
  return match.tracker;
}

}  // namespace cmapsim
