// What the oracle knows while it walks through a trace: connections, trackers, changes, and the
// events that each change means for each tracker.
//
//   RunState state(plan, options);
//   state.Change(step, /*now_ns=*/0);          // a set that succeeded: events for whoever tracks
//   it state.IsDue(event, now_ns)                 // it has to be dispatched by now
//   state.Conforms(clause::kOne, "CS_OK, 1 callback", step);
//
// Judging functions (judge_*.h) read and write it; nothing here decides what conforms.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "conformance/judge.h"
#include "conformance/oracle/clause_ids.h"
#include "conformance/oracle/iterators.h"
#include "conformance/oracle/map_model.h"
#include "conformance/oracle/service_model.h"
#include "sim/core/plan.h"
#include "sim/core/trace.h"

namespace cmapsim {

inline constexpr Nanos kNever = std::numeric_limits<Nanos>::max();
inline constexpr int32_t kNone = -1;

struct Connection {
  int32_t slot = kNone;
  std::string_view name;  // h1; views point into the trace
  bool finalized = false;
  bool modelled = true;   // false: of another map, about which nothing is known
  int32_t map = 0;        // as cmap_initialize_map numbers them
  bool by_map = false;    // made by cmap_initialize_map
  bool answered = false;  // a request over it succeeded
  int32_t epoch = 0;      // of the service that it was made with
  std::optional<uint64_t> context = {};
  int32_t finalized_in = kNone;  // the callback's frame, by serial number
  // Events for its trackers, oldest first, that were neither dispatched nor thrown away.
  std::deque<int32_t> queue;
  int32_t last_change = kNone;   // of the change whose event was dispatched last
  int32_t last_tracker = kNone;  // the tracker that event was for
  int32_t last_event = kNone;    // of all that were dispatched
  bool ordered = true;           // false: events may have been queued in another order than we know
  bool flooded = false;  // so much was pending that the service may keep some back (live only)
};

struct Tracker {
  enum class State {
    kLive,
    kUncertain,  // something departed: it may exist or not
    kDeleted,
  };
  int32_t slot = kNone;
  int32_t step = kNone;
  int32_t connection = kNone;
  std::string_view name;  // k1
  std::string key;        // empty: NULL or "", every key
  int32_t mask = 0;
  State state = State::kLive;
  int32_t added_at = 0;        // number of changes before it
  int32_t deleted_at = kNone;  // the same at track_delete
  int32_t callbacks = 0;
  int32_t matching = 0;  // changes that a tracker of NULL could have told of
  [[nodiscard]] bool TracksAll() const { return key.empty(); }
  [[nodiscard]] bool IsPrefix() const { return (mask & kTrackPrefix) != 0; }
  // Whether the key is one that it tracks; a tracker of NULL is taken to track every key.
  [[nodiscard]] bool Covers(std::string_view changed) const;
};

struct MapChange {
  int32_t event = 0;       // 0: unknown, or none (unchanged)
  bool unchanged = false;  // a set that left the map as it was
  bool certain = true;
  std::string name;      // the key
  std::string key;       // the key as traces write it
  std::string new_text;  // likewise; "unset"; empty: unknown
  std::string old_text;
  int32_t step = kNone;
  bool ordered = true;  // false: it may have come before others that we put before it
  size_t bytes = 0;     // of both values
};

struct Event {
  enum class State {
    kWaiting,
    kDispatched,
    kGhost,  // its tracker was deleted meanwhile; it may still lie in the connection's queue
    kGone,   // nobody will see it any more
  };
  int32_t change = kNone;
  int32_t tracker = kNone;
  State state = State::kWaiting;
  bool optional = false;      // it may never come, and that is right
  Nanos due_ns = 0;           // from then on it has surely arrived; kNever: not known
  int32_t caused_in = kNone;  // serial number of the innermost dispatch whose callback caused it
  int32_t dispatched_in = kNone;   // serial number of the dispatch that ran its callback
  std::vector<int32_t> passed_by;  // indexes into RunState::passings
};

// A call that should have dispatched (or announced) events and did not. Which clause that breaks
// shows later: the events come after all, or are lost.
struct Passing {
  std::string_view clause;
  std::string situation;
  std::string outcome;
  int32_t step = kNone;
  int32_t connection = kNone;
  int32_t dispatched = 0;  // callbacks that it did run
  bool convicted = false;
};

struct Frame {
  enum class Kind { kCall, kCallback };
  Kind kind = Kind::kCall;
  int32_t serial = 0;
  const Step* step = nullptr;  // of a callback: the track_add, or null
  Nanos begun_ns = 0;
  int32_t connection = kNone;  // kNone: the handle is of no live connection
  bool handle_of_finalized = false;
  bool handle_unknown = false;  // what the library left in the slot when it failed
  // Calls.
  bool surely_dead = false;  // the service, when the call was made
  bool perhaps_dead = false;
  bool perhaps_stopped = false;
  std::vector<const TraceEvent*> others;  // "@" lines while the service had the request
  bool answered = false;  // with an error, by a fault of the plan; `answer` is which, or empty
  std::string answer;
  // Dispatches and polls.
  int32_t callbacks = 0;
  int32_t events_before = 0;  // number of events when it began
  int32_t due_at_begin = 0;
  int32_t waiting_at_begin = 0;  // optional ones, too
  int32_t ghosts_at_begin = 0;
  int32_t sure_ghosts_at_begin = 0;  // of these: has surely arrived
  bool ghost_first = false;          // an event of a deleted tracker surely lies before the others
  Nanos waited_ns = 0;               // virtual time that passed outside of its callbacks
  bool finalized = false;            // its connection, by a callback
  bool died = false;                 // the service, during the call
  // Callbacks.
  int32_t tracker = kNone;
};

// An asynchronous step of the peer that is under way (live only).
struct UnderWay {
  const Step* step = nullptr;
  int32_t changes_before = 0;
  bool committed = false;
  int32_t change = kNone;
};

class RunState {
 public:
  RunState(const Plan& plan, const JudgeOptions& options);

  // --- what was seen
  void Conforms(std::string_view clause, std::string_view outcome, int32_t step,
                std::string_view situation = {});
  // The same for what nearly every call shows: once in a run is enough.
  void ConformsOnce(std::string_view clause, std::string_view outcome, int32_t step);
  void Departs(std::string_view clause, std::string outcome, int32_t step, std::string detail,
               std::string_view situation = {});
  void Records(std::string_view clause, std::string outcome, int32_t step,
               std::string_view situation = {});

  // --- connections and trackers
  // The live connection that the step's handle names, or kNone; then `finalized` says whether it
  // was one.
  [[nodiscard]] int32_t FindConnection(const Step& step, bool& finalized) const;
  [[nodiscard]] bool ConnectionIsDead(const Connection& c) const;
  [[nodiscard]] bool ConnectionPerhapsDead(const Connection& c) const;
  // How often one came or went: it is another number after each.
  [[nodiscard]] int32_t ConnectionsSoFar() const;
  // The tracker that track_add put into the slot last, or kNone.
  [[nodiscard]] int32_t TrackerInSlot(int32_t slot) const;
  void DeleteTracker(int32_t tracker);
  void Finalize(int32_t connection);
  // The service died: nothing more comes, and what waits may be lost.
  void ServiceDied();

  // --- changes
  // The step's call changed the map, if it changed anything; returns the change's index or kNone.
  int32_t Change(const Step& step, Nanos now_ns);

  // --- events
  [[nodiscard]] const MapChange& ChangeOf(const Event& e) const {
    return changes[static_cast<size_t>(e.change)];
  }
  [[nodiscard]] const Tracker& TrackerOf(const Event& e) const {
    return trackers[static_cast<size_t>(e.tracker)];
  }
  [[nodiscard]] bool IsDue(const Event& e, Nanos now_ns) const;
  [[nodiscard]] int32_t CountDue(const Connection& c, Nanos now_ns) const;
  // Waiting, and not optional: it must come some time.
  [[nodiscard]] int32_t CountComing(const Connection& c) const;
  [[nodiscard]] int32_t CountWaiting(const Connection& c) const;  // optional ones, too
  [[nodiscard]] int32_t CountGhosts(const Connection& c) const;
  // Whether an event of a deleted tracker surely lies before every other one.
  [[nodiscard]] bool GhostFirst(const Connection& c) const;
  void TakeFromQueue(Connection& c, int32_t event);
  // Ghosts that a dispatch must have met on its way to this change.
  void DropGhostsBefore(Connection& c, int32_t change);
  void DropOldestGhost(Connection& c);
  void DropAllGhosts(Connection& c);

  // The innermost dispatch that is open, or null.
  [[nodiscard]] Frame* InnermostDispatch();
  // The same where it runs a callback just now, so that what happens is caused by that.
  [[nodiscard]] const Frame* CausingDispatch();

  const Plan& plan;
  const JudgeOptions options;
  const std::vector<const Step*> steps;
  MapModel map;
  ServiceModel service;
  std::vector<Connection> connections;
  std::vector<Tracker> trackers;
  Iterators iterators;
  std::vector<MapChange> changes;
  std::vector<Event> events;
  std::vector<Passing> passings;
  std::vector<Frame> frames;
  std::vector<UnderWay> under_way;
  std::set<std::string, std::less<>> racy_keys;     // as traces write them
  std::set<std::string, std::less<>> planned_keys;  // likewise: every key that the plan mentions
  std::vector<int32_t> failed_slots;                // tracker slots whose last track_add failed
  std::set<int32_t> unknown_handles;                // connection slots whose last initialize failed
  bool long_name_given = false;                     // to a call that may keep its connection for it
  std::vector<Observation> observations;
  std::string_view about;  // goes into each observation's part; see About
  int32_t next_serial = 0;
  // Something departed so far that nothing after it can be judged.
  bool derailed = false;

 private:
  // Clauses of ConformsOnce, by where their ids stand: few, and looked through in a row.
  std::array<const char*, 96> shown_{};
  size_t shown_count_ = 0;

  void NoteForIterators(const std::string& key, const Effect& effect);
  void FanOut(int32_t change, bool perhaps, Nanos now_ns);
  [[nodiscard]] Nanos DelayBound(const Connection& c) const;
  // Whether an event that comes now may be kept back by the service for a while.
  [[nodiscard]] bool Floods(Connection& c);
};

// While it lives, observations are about this part of what their clauses speak of (conformance/parts.h).
class About {
 public:
  About(RunState& state, std::string_view part)
      : state_(state), before_(std::exchange(state.about, part)) {}
  ~About() { state_.about = before_; }
  About(const About&) = delete;
  About& operator=(const About&) = delete;

 private:
  RunState& state_;
  std::string_view before_;
};

[[nodiscard]] std::string_view EventWord(int32_t event);  // "ADD", "MODIFY", "DELETE"

}  // namespace cmapsim
