#include "conformance/oracle/lost_events.h"

#include <algorithm>
#include <string>

namespace cmapsim {
namespace {

bool IsPrefixed(const RunState& state, const Event& e) {
  const Tracker& t = state.TrackerOf(e);
  return t.IsPrefix() && t.key != state.ChangeOf(e).name;
}

// What was dispatched in the run at all, for comparison with what was not.
struct Dispatched {
  bool anything = false;
  int32_t kinds = 0;  // of changes
  bool prefixed = false;
  int32_t prefixed_kinds = 0;
  int32_t exact_kinds = 0;
};

Dispatched Survey(const RunState& state) {
  Dispatched all;
  for (const Event& e : state.events) {
    if (e.state != Event::State::kDispatched) continue;
    const int32_t kind = state.ChangeOf(e).event;
    const bool prefixed = IsPrefixed(state, e);
    all.anything = true;
    all.kinds |= kind;
    all.prefixed = all.prefixed || prefixed;
    (prefixed ? all.prefixed_kinds : all.exact_kinds) |= kind;
  }
  return all;
}

std::string_view KindClause(int32_t event) {
  return event == kTrackAdd      ? clause::kTrackAdditions
         : event == kTrackDelete ? clause::kTrackDeletions
                                 : clause::kTrackModifications;
}

// Whether the same change was told to another tracker that `fits`.
template <typename Fits>
bool ToldToAnother(const RunState& state, const Event& lost, Fits fits) {
  return std::any_of(state.events.begin(), state.events.end(), [&](const Event& e) {
    return e.change == lost.change && e.tracker != lost.tracker &&
           e.state == Event::State::kDispatched && fits(state.TrackerOf(e));
  });
}

std::string_view ClauseOfLost(const RunState& state, const Event& lost, const Dispatched& all) {
  const Tracker& t = state.TrackerOf(lost);
  const int32_t kind = state.ChangeOf(lost).event;
  const bool prefixed = IsPrefixed(state, lost);
  if (ToldToAnother(state, lost, [&](const Tracker& o) {
        return o.connection == t.connection && o.key == t.key && o.IsPrefix() == t.IsPrefix();
      })) {
    return clause::kSeveralTimes;
  }
  const bool kind_never = (all.kinds & kind) == 0;
  if (prefixed && !all.prefixed && !(kind_never && all.anything)) return clause::kTrackPrefix;
  if (kind_never) return KindClause(kind);
  if (ToldToAnother(state, lost, [&](const Tracker& o) { return o.connection != t.connection; })) {
    return clause::kSeveralConnections;
  }
  if (ToldToAnother(state, lost, [&](const Tracker& o) { return o.key != t.key; })) {
    return clause::kSeveralKeys;
  }
  return clause::kNotifyFn;
}

// The event is younger than everything that this call dispatched: the call may just have stopped
// early.
bool StoppedBefore(const RunState& state, const Event& event, const Passing& passing) {
  return std::none_of(state.events.begin(), state.events.end(), [&](const Event& e) {
    return e.state == Event::State::kDispatched && e.change > event.change &&
           state.TrackerOf(e).connection == passing.connection;
  });
}

// A call that was seen to leave other events waiting left this one as well.
bool ExplainedByConvicted(RunState& state, const Event& e) {
  for (const int32_t index : e.passed_by) {
    const Passing& own = state.passings[static_cast<size_t>(index)];
    for (const Passing& other : state.passings) {
      if (other.convicted && other.clause == own.clause && other.connection == own.connection) {
        return true;
      }
    }
  }
  return false;
}

bool IsFaultOfCall(const RunState& state, const Event& e, const Dispatched& all) {
  if (e.passed_by.size() > 1) return false;
  const Passing& passing = state.passings[static_cast<size_t>(e.passed_by.front())];
  const int32_t alike = IsPrefixed(state, e) ? all.prefixed_kinds : all.exact_kinds;
  const bool like_of_it_came = (alike & state.ChangeOf(e).event) != 0;
  if (all.anything && !like_of_it_came) return false;
  return StoppedBefore(state, e, passing);
}

}  // namespace

void JudgePassedBy(RunState& state) {
  const Dispatched all = Survey(state);
  for (Event& e : state.events) {
    const bool lost = !e.passed_by.empty() && e.state != Event::State::kDispatched;
    if (!lost || e.optional || ExplainedByConvicted(state, e)) continue;
    Passing& passing = state.passings[static_cast<size_t>(e.passed_by.front())];
    if (IsFaultOfCall(state, e, all)) {
      passing.convicted = true;
      continue;
    }
    const MapChange& change = state.ChangeOf(e);
    state.Departs(ClauseOfLost(state, e, all), "not called", passing.step,
                  "no callback for " + std::string(EventWord(change.event)) + " of " + change.key +
                      " in step " + std::to_string(change.step) + ", tracked by step " +
                      std::to_string(state.TrackerOf(e).step));
  }
  for (const Passing& passing : state.passings) {
    if (!passing.convicted) continue;
    state.Departs(passing.clause, passing.outcome, passing.step,
                  "callbacks that waited were not dispatched", passing.situation);
  }
}

}  // namespace cmapsim
