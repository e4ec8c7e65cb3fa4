#include "conformance/oracle/lost_events.h"

#include <algorithm>
#include <bit>
#include <string>
#include <vector>

namespace cmapsim {
namespace {

bool IsPrefixed(const RunState& state, const Event& e) {
  const Tracker& t = state.TrackerOf(e);
  return t.IsPrefix() && t.key != state.ChangeOf(e).name;
}

bool IsMissing(const Event& e) {
  return !e.passed_by.empty() && e.state != Event::State::kDispatched && !e.optional;
}

// What was dispatched in the run and what was not: what tells the one from the other is most likely
// the cause.
struct Survey {
  bool anything = false;  // was dispatched
  bool prefixed = false;  // something tracked by its prefix was
  int32_t kinds = 0;      // of the changes that were told
  int32_t missing_kinds = 0;
  bool missing_only_prefixed = true;
  std::vector<int32_t> last_told;  // by connection: the latest change that was told

  [[nodiscard]] bool OneKindMissing() const {
    return anything && std::popcount(static_cast<uint32_t>(missing_kinds)) == 1 &&
           (kinds & missing_kinds) == 0;
  }
  [[nodiscard]] bool PrefixesMissing() const {
    return anything && missing_only_prefixed && !prefixed;
  }
};

Survey Look(const RunState& state) {
  Survey survey;
  survey.last_told.assign(state.connections.size(), kNone);
  for (const Event& e : state.events) {
    const int32_t kind = state.ChangeOf(e).event;
    if (e.state == Event::State::kDispatched) {
      survey.anything = true;
      survey.kinds |= kind;
      survey.prefixed = survey.prefixed || IsPrefixed(state, e);
      int32_t& last = survey.last_told[static_cast<size_t>(state.TrackerOf(e).connection)];
      last = std::max(last, e.change);
    } else if (IsMissing(e)) {
      survey.missing_kinds |= kind;
      survey.missing_only_prefixed = survey.missing_only_prefixed && IsPrefixed(state, e);
    }
  }
  return survey;
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

std::string_view ClauseOfLost(const RunState& state, const Event& lost, const Survey& survey) {
  const Tracker& t = state.TrackerOf(lost);
  const int32_t kind = state.ChangeOf(lost).event;
  if (ToldToAnother(state, lost, [&](const Tracker& other) {
        return other.connection == t.connection && other.key == t.key &&
               other.IsPrefix() == t.IsPrefix();
      })) {
    return clause::kSeveralTimes;
  }
  const bool prefix = !survey.anything ? IsPrefixed(state, lost) : survey.PrefixesMissing();
  if (prefix && !survey.OneKindMissing()) return clause::kTrackPrefix;
  if ((survey.kinds & kind) == 0) return KindClause(kind);
  if (ToldToAnother(state, lost,
                    [&](const Tracker& other) { return other.connection != t.connection; })) {
    return clause::kSeveralConnections;
  }
  if (ToldToAnother(state, lost, [&](const Tracker& other) { return other.key != t.key; })) {
    return clause::kSeveralKeys;
  }
  return clause::kNotifyFn;
}

// A call that was seen to leave other events waiting left this one as well.
bool ExplainedByConvicted(const RunState& state, const Event& e) {
  return std::any_of(e.passed_by.begin(), e.passed_by.end(), [&](int32_t index) {
    const Passing& own = state.passings[static_cast<size_t>(index)];
    return std::any_of(state.passings.begin(), state.passings.end(), [&](const Passing& other) {
      return other.convicted && other.clause == own.clause && other.connection == own.connection;
    });
  });
}

// One call passed the event by, and everything younger as well: it may just have stopped early. A poll
// dispatches nothing, so that an event that only polls passed by is not lost.
bool IsFaultOfCall(const RunState& state, const Event& e, const Survey& survey) {
  const bool only_polled = std::all_of(e.passed_by.begin(), e.passed_by.end(), [&](int32_t index) {
    return state.passings[static_cast<size_t>(index)].clause == clause::kFdPoll;
  });
  if (only_polled) return true;
  const int32_t last = survey.last_told[static_cast<size_t>(state.TrackerOf(e).connection)];
  return e.passed_by.size() == 1 && last <= e.change && !survey.OneKindMissing() &&
         !survey.PrefixesMissing();
}

void JudgeMissing(RunState& state, const Event& e, const Survey& survey) {
  Passing& passing = state.passings[static_cast<size_t>(e.passed_by.front())];
  if (IsFaultOfCall(state, e, survey)) {
    passing.convicted = true;
    return;
  }
  const MapChange& change = state.ChangeOf(e);
  state.Departs(ClauseOfLost(state, e, survey), "not called", passing.step,
                "no callback for " + std::string(EventWord(change.event)) + " of " + change.key +
                    " in step " + std::to_string(change.step) + ", tracked by step " +
                    std::to_string(state.TrackerOf(e).step));
}

}  // namespace

void JudgePassedBy(RunState& state) {
  if (state.passings.empty()) return;
  const Survey survey = Look(state);
  for (const Event& e : state.events) {
    if (IsMissing(e) && !ExplainedByConvicted(state, e)) JudgeMissing(state, e, survey);
  }
  for (const Passing& passing : state.passings) {
    if (!passing.convicted) continue;
    state.Departs(passing.clause, passing.outcome, passing.step,
                  "callbacks that waited were not dispatched", passing.situation);
  }
}

}  // namespace cmapsim
