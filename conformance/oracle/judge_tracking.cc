#include <algorithm>
#include <string>

#include "conformance/oracle/function_clauses.h"
#include "conformance/oracle/judge_calls.h"

namespace cmapsim {
namespace {

constexpr int32_t kEventBits = kTrackAdd | kTrackDelete | kTrackModify;
constexpr int32_t kMaskBits = kEventBits | kTrackPrefix;
// cs_name_t of corosync 3.1 holds no longer name.
constexpr size_t kLongestTrackedKey = 255;
constexpr int32_t kStats = 1;

void AddTracker(RunState& state, const Frame& frame, const TraceEvent& event,
                Tracker::State tracker_state) {
  Tracker t;
  t.slot = frame.step->tracker;
  t.step = frame.step->id;
  t.connection = frame.connection;
  t.name = event.Field("track");
  t.key = frame.step->key.value_or("");
  t.mask = frame.step->track;
  t.state = tracker_state;
  t.added_at = static_cast<int32_t>(state.changes.size());
  state.trackers.push_back(std::move(t));
  state.iterators.NoteTree();
  std::erase(state.failed_slots, frame.step->tracker);
}

// Two live trackers of one connection have two handles: each is there to remove its own.
void JudgeNewTrackHandle(RunState& state, const Frame& frame, std::string_view name) {
  const bool taken =
      std::any_of(state.trackers.begin(), state.trackers.end(), [&](const Tracker& t) {
        return t.connection == frame.connection && t.deleted_at == kNone && t.name == name;
      });
  if (!taken) return state.Conforms(clause::kTrackHandle, "a new handle", frame.step->id);
  state.Departs(clause::kTrackHandle, "the handle of another tracker", frame.step->id,
                std::string(name) + " is of a tracker that was not deleted");
}

// CS_OK is due. Where it fails beside another tracker, that is what it does not allow.
void JudgeTracked(RunState& state, const Frame& frame, std::string_view result) {
  bool same_key = false;
  bool other_key = false;
  for (const Tracker& t : state.trackers) {
    if (t.connection != frame.connection || t.state != Tracker::State::kLive) continue;
    (t.key == frame.step->key ? same_key : other_key) = true;
  }
  if (result == "CS_OK" || (!same_key && !other_key)) return JudgeOk(state, frame, result);
  state.Departs(same_key ? clause::kSeveralTimes : clause::kSeveralKeys, std::string(result),
                frame.step->id,
                "expected CS_OK beside another tracker, got " + std::string(result));
}

// Of the statistics the page says what can be tracked: of a prefix additions and deletions, of a key
// modifications. True where it does not say that the call succeeds.
bool JudgeTrackedStatistics(RunState& state, const Frame& frame, std::string_view result) {
  constexpr int32_t kComeAndGo = kTrackAdd | kTrackDelete;
  if (state.connections[static_cast<size_t>(frame.connection)].map != kStats) return false;
  const int32_t step = frame.step->id;
  const int32_t mask = frame.step->track;
  const bool ok = result == "CS_OK";
  if (mask == (kTrackModify | kTrackPrefix)) {
    if (ok) {
      state.Departs(clause::kNotesStatsKeys, "modifications of a prefix", step,
                    "expected an error for modifications of a prefix of the statistics");
    } else {
      state.Conforms(clause::kNotesStatsKeys, "an error", step, "modifications of a prefix");
    }
    return true;
  }
  const bool prefix = (mask & kTrackPrefix) != 0;
  if (prefix && (mask & kComeAndGo) != kComeAndGo) return true;
  const bool key = mask == kTrackModify;
  if (!key && mask != (kComeAndGo | kTrackPrefix)) return false;
  const std::string_view id = key ? clause::kNotesStatsKeys : clause::kNotesStatsPrefixes;
  if (ok) {
    state.Conforms(id, result, step);
  } else {
    state.Departs(id, std::string(result), step, "expected CS_OK, got " + std::string(result));
  }
  return false;
}

// What the pages leave open, and where any result is right. Empty: nothing of the kind.
std::string_view OpenQuestion(const Step& step) {
  if (step.null_output) return clause::kUndocNullOutput;
  if (!step.key || step.key->empty()) return clause::kUndocNullKey;
  if (step.key->size() > kLongestTrackedKey) return clause::kUndocLongKey;
  if ((step.track & kEventBits) == 0) return clause::kUndocEmptyMask;
  return {};
}

std::string_view OpenSituation(const Step& step) {
  if (step.null_output) return "cmap_track_add";
  if (step.key && !step.key->empty()) return {};
  return (step.track & kTrackPrefix) != 0 ? "with CMAP_TRACK_PREFIX" : "without CMAP_TRACK_PREFIX";
}

void JudgeMistake(RunState& state, const Frame& frame, const TraceEvent& event,
                  std::string_view clause_id) {
  JudgeError(state, frame, clause_id, "CS_ERR_INVALID_PARAM", event.word);
  if (event.word == "CS_OK") AddTracker(state, frame, event, Tracker::State::kUncertain);
}

}  // namespace

void JudgeTrackAdd(RunState& state, const Frame& frame, const TraceEvent& event) {
  const Step& step = *frame.step;
  const bool ok = event.word == "CS_OK";
  if (!ok) state.failed_slots.push_back(step.tracker);
  if (frame.connection == kNone) return JudgeInvalidHandle(state, frame, event.word);
  const std::string_view open = OpenQuestion(step);
  const bool mistake = step.null_notify || (step.track & ~kMaskBits) != 0;
  if (mistake && event.word == "CS_ERR_INVALID_PARAM") {
    // Right with the service gone, too.
    return state.Conforms(step.null_notify ? clause::kInvalidNotifyFn : clause::kInvalidTrackType,
                          event.word, step.id);
  }
  if (!open.empty() && !mistake && !ok && event.word != "CS_ERR_LIBRARY") {
    return state.Records(open, std::string(event.word), step.id, OpenSituation(step));
  }
  if (JudgedWithoutService(state, frame, event.word)) return;
  if (step.null_notify) return JudgeMistake(state, frame, event, clause::kInvalidNotifyFn);
  if (mistake) return JudgeMistake(state, frame, event, clause::kInvalidTrackType);
  if (!open.empty()) {
    state.Records(open, std::string(event.word), step.id, OpenSituation(step));
    if (ok && !step.null_output) AddTracker(state, frame, event, Tracker::State::kLive);
    return;
  }
  if (!JudgeTrackedStatistics(state, frame, event.word)) JudgeTracked(state, frame, event.word);
  if (!ok) return;
  JudgeNewTrackHandle(state, frame, event.Field("track"));
  AddTracker(state, frame, event, Tracker::State::kLive);
}

void JudgeTrackDelete(RunState& state, const Frame& frame, const TraceEvent& event) {
  const Step& step = *frame.step;
  if (frame.connection == kNone) return JudgeInvalidHandle(state, frame, event.word);
  const bool failed_slot = std::find(state.failed_slots.begin(), state.failed_slots.end(),
                                     step.tracker) != state.failed_slots.end();
  const int32_t tracker = step.raw_track || failed_slot ? kNone : state.TrackerInSlot(step.tracker);
  const bool valid = tracker != kNone &&
                     state.trackers[static_cast<size_t>(tracker)].deleted_at == kNone &&
                     state.trackers[static_cast<size_t>(tracker)].connection == frame.connection;
  const bool refused = !valid && event.word == "CS_ERR_BAD_HANDLE";
  // Right with the service gone, too.
  if (!refused && JudgedWithoutService(state, frame, event.word)) return;
  if (!valid) {
    JudgeError(state, frame, clause::kTrackDeleteBadHandle, "CS_ERR_BAD_HANDLE", event.word,
               IsUnchecked(step.raw_track) ? kUncheckedHandle : std::string_view());
    if (event.word != "CS_OK") return;
    // It deleted some tracker, or none.
    for (Tracker& t : state.trackers) {
      if (t.deleted_at == kNone) t.state = Tracker::State::kUncertain;
    }
    for (Event& e : state.events) e.optional = true;
    return;
  }
  Tracker& t = state.trackers[static_cast<size_t>(tracker)];
  JudgeOk(state, frame, event.word);
  if (event.word == "CS_OK") return state.DeleteTracker(tracker);
  t.state = Tracker::State::kUncertain;
  for (Event& e : state.events) {
    if (e.tracker == tracker) e.optional = true;
  }
}

}  // namespace cmapsim
