#include "conformance/oracle/run_state.h"

#include <algorithm>
#include <utility>

namespace cmapsim {
namespace {

std::string ValueText(const std::optional<HeldValue>& value) {
  std::string text = value ? "" : "unset";
  if (value) AppendTraceValue(value->type, value->bytes, text);
  return text;
}

std::string KeyText(std::string_view key) {
  std::string text;
  AppendTraceKey(key, text);
  return text;
}

std::set<std::string, std::less<>> PlannedKeys(const Plan& plan,
                                               const std::vector<const Step*>& steps) {
  std::set<std::string, std::less<>> keys;
  if (plan.keys) {
    for (const FirstKey& first : *plan.keys) keys.insert(KeyText(first.key));
  }
  for (const Step* step : steps) {
    if (step->key && step->op != Op::kTrackAdd && step->op != Op::kIterInit) {
      keys.insert(KeyText(*step->key));
    }
  }
  return keys;
}

Nanos SaturatingAdd(Nanos a, Nanos b) { return a > kNever - b ? kNever : a + b; }

}  // namespace

std::string_view EventWord(int32_t event) {
  switch (event) {
    case kTrackAdd:
      return "ADD";
    case kTrackDelete:
      return "DELETE";
    case kTrackModify:
      return "MODIFY";
    default:
      return "?";
  }
}

bool Tracker::Covers(std::string_view changed) const {
  if (TracksAll()) return true;
  return IsPrefix() ? changed.starts_with(key) : changed == key;
}

RunState::RunState(const Plan& plan, const JudgeOptions& options)
    : plan(plan),
      options(options),
      steps(StepsById(plan)),
      map(plan, options.live),
      service(plan),
      planned_keys(PlannedKeys(plan, steps)) {}

void RunState::Conforms(std::string_view clause, std::string_view outcome, int32_t step,
                        std::string_view situation) {
  observations.push_back({clause,
                          std::string(situation),
                          std::string(outcome),
                          Conformity::kConforms,
                          step,
                          {},
                          std::string(about)});
}

void RunState::ConformsOnce(std::string_view clause, std::string_view outcome, int32_t step) {
  const auto end = shown_.begin() + static_cast<std::ptrdiff_t>(shown_count_);
  if (std::find(shown_.begin(), end, clause.data()) != end) return;
  if (shown_count_ < shown_.size()) shown_[shown_count_++] = clause.data();
  Conforms(clause, outcome, step);
}

void RunState::Departs(std::string_view clause, std::string outcome, int32_t step,
                       std::string detail, std::string_view situation) {
  observations.push_back({clause, std::string(situation), std::move(outcome), Conformity::kDeparts,
                          step, std::move(detail), std::string(about)});
}

void RunState::Records(std::string_view clause, std::string outcome, int32_t step,
                       std::string_view situation) {
  observations.push_back({clause,
                          std::string(situation),
                          std::move(outcome),
                          Conformity::kUndocumented,
                          step,
                          {},
                          std::string(about)});
}

int32_t RunState::FindConnection(const Step& step, bool& finalized) const {
  finalized = false;
  if (step.raw_handle) return kNone;
  for (size_t i = connections.size(); i-- > 0;) {
    if (connections[i].slot != step.connection) continue;
    finalized = connections[i].finalized;
    return finalized ? kNone : static_cast<int32_t>(i);
  }
  return kNone;
}

int32_t RunState::ConnectionsSoFar() const {
  const auto gone = std::count_if(connections.begin(), connections.end(),
                                  [](const Connection& c) { return c.finalized; });
  return static_cast<int32_t>(connections.size()) + static_cast<int32_t>(gone);
}

bool RunState::ConnectionIsDead(const Connection& c) const {
  return c.epoch != service.epoch() || service.SurelyDead();
}

bool RunState::ConnectionPerhapsDead(const Connection& c) const {
  return ConnectionIsDead(c) || service.PerhapsDead();
}

int32_t RunState::TrackerInSlot(int32_t slot) const {
  for (size_t i = trackers.size(); i-- > 0;) {
    if (trackers[i].slot == slot) return static_cast<int32_t>(i);
  }
  return kNone;
}

void RunState::DeleteTracker(int32_t tracker) {
  Tracker& t = trackers[static_cast<size_t>(tracker)];
  t.state = Tracker::State::kDeleted;
  t.deleted_at = static_cast<int32_t>(changes.size());
  for (const int32_t index : connections[static_cast<size_t>(t.connection)].queue) {
    Event& e = events[static_cast<size_t>(index)];
    if (e.tracker == tracker && e.state == Event::State::kWaiting) e.state = Event::State::kGhost;
  }
}

void RunState::Finalize(int32_t connection) {
  Connection& c = connections[static_cast<size_t>(connection)];
  c.finalized = true;
  for (const int32_t index : c.queue)
    events[static_cast<size_t>(index)].state = Event::State::kGone;
  c.queue.clear();
  iterators.Finalize(connection);
  for (Tracker& t : trackers) {
    if (t.connection != connection || t.state == Tracker::State::kDeleted) continue;
    t.state = Tracker::State::kDeleted;
    t.deleted_at = static_cast<int32_t>(changes.size());
  }
  for (Frame& frame : frames) {
    if (frame.kind == Frame::Kind::kCall && frame.connection == connection) frame.finalized = true;
  }
}

void RunState::ServiceDied() {
  for (Event& e : events) {
    if (e.state == Event::State::kWaiting) e.optional = true;
  }
  for (Frame& frame : frames) frame.died = true;
  map.Reset();
}

int32_t RunState::Change(const Step& step, Nanos now_ns) {
  if (!step.key) return kNone;
  Effect effect;
  const std::optional<ValueType> shortcut = TypeSetBy(step.op);
  const bool by_client = step.by == Actor::kClient;
  if (step.op == Op::kSet || shortcut) {
    const auto held = step.value ? Hold(*step.value) : std::nullopt;
    if (!held) {
      // What the map makes of such a value is not documented.
      map.Forget(*step.key);
      racy_keys.insert(KeyText(*step.key));
      iterators.NoteKey(*step.key);
      return kNone;
    }
    effect = map.Set(*step.key, *held);
    map.NoteSetter(*step.key, shortcut, by_client);
  } else if (step.op == Op::kDelete) {
    effect = map.Delete(*step.key);
    if (by_client) map.NoteDeleter(*step.key);
  } else if (step.op == Op::kInc || step.op == Op::kDec) {
    effect = map.Adjust(*step.key, step.op == Op::kInc ? 1 : -1);
  } else {
    return kNone;
  }
  NoteForIterators(*step.key, effect);
  MapChange change;
  change.unchanged = effect.kind == Effect::Kind::kNothing;
  change.certain = effect.kind != Effect::Kind::kPerhaps;
  change.event = effect.event;
  change.name = *step.key;
  change.key = KeyText(*step.key);
  if (effect.after || effect.event == kTrackDelete) change.new_text = ValueText(effect.after);
  if (effect.before_known) change.old_text = ValueText(effect.before);
  change.step = step.id;
  if (effect.before) change.bytes += effect.before->bytes.size();
  if (effect.after) change.bytes += effect.after->bytes.size();
  changes.push_back(std::move(change));
  const auto index = static_cast<int32_t>(changes.size()) - 1;
  if (effect.kind != Effect::Kind::kNothing) {
    FanOut(index, effect.kind == Effect::Kind::kPerhaps, now_ns);
  }
  return index;
}

void RunState::NoteForIterators(const std::string& key, const Effect& effect) {
  if (effect.kind == Effect::Kind::kNothing) return;
  const bool certain = effect.kind == Effect::Kind::kChanged;
  if (certain && effect.event == kTrackModify) return;
  // The service keeps a deleted key for as long as an iterator is on it, and for ever where the
  // iterator lost its way: what is then there, nobody knows.
  if (effect.event == kTrackDelete && iterators.MayHold(key)) racy_keys.insert(KeyText(key));
  if (effect.event != kTrackDelete && iterators.MayTakeAway(key)) racy_keys.insert(KeyText(key));
  iterators.NoteKey(key);
}

void RunState::FanOut(int32_t change, bool perhaps, Nanos now_ns) {
  const MapChange& c = changes[static_cast<size_t>(change)];
  const bool racy = racy_keys.contains(c.key);
  const int32_t fits = c.event != 0 ? c.event : kTrackAdd | kTrackModify;
  const Frame* inside = CausingDispatch();
  for (size_t i = 0; i < trackers.size(); ++i) {
    Tracker& t = trackers[i];
    if (t.state == Tracker::State::kDeleted || (t.mask & fits) == 0 || !t.Covers(c.name)) continue;
    Connection& connection = connections[static_cast<size_t>(t.connection)];
    if (!connection.modelled || ConnectionIsDead(connection)) continue;
    t.matching += 1;
    Event e;
    e.change = change;
    e.tracker = static_cast<int32_t>(i);
    e.optional = perhaps || racy || t.state == Tracker::State::kUncertain || t.TracksAll() ||
                 ConnectionPerhapsDead(connection);
    e.due_ns = Floods(connection) ? kNever : SaturatingAdd(now_ns, DelayBound(connection));
    e.caused_in = inside != nullptr ? inside->serial : kNone;
    events.push_back(std::move(e));
    connection.queue.push_back(static_cast<int32_t>(events.size()) - 1);
  }
}

// A daemon sends at once what finds room: 278 events over shared memory, each of which is a byte on a socket, and
// values of a mebibyte (observed with 3.1.7). It keeps back what does not, and all that comes after it, until it gets round to it.
bool RunState::Floods(Connection& c) {
  constexpr size_t kSurelySent = 200;
  constexpr size_t kBytesSurelySent = 400'000;
  if (!options.live) return false;
  if (c.queue.empty()) c.flooded = false;
  size_t bytes = 0;
  for (const int32_t index : c.queue) {
    bytes += changes[static_cast<size_t>(events[static_cast<size_t>(index)].change)].bytes;
  }
  c.flooded = c.flooded || c.queue.size() >= kSurelySent || bytes >= kBytesSurelySent;
  return c.flooded;
}

Nanos RunState::DelayBound(const Connection& c) const {
  Nanos bound_ns = 0;
  for (const Fault& fault : plan.faults) {
    if (fault.kind != FaultKind::kServiceEventDelay) continue;
    // Every notification late, and late again behind the one before it.
    const int64_t times = fault.nth == 0 ? static_cast<int64_t>(c.queue.size()) + 1 : 1;
    for (int64_t i = 0; i < times; ++i) bound_ns = SaturatingAdd(bound_ns, fault.delay_ns);
  }
  return bound_ns;
}

bool RunState::IsDue(const Event& e, Nanos now_ns) const {
  return e.state == Event::State::kWaiting && !e.optional && e.due_ns <= now_ns;
}

int32_t RunState::CountDue(const Connection& c, Nanos now_ns) const {
  return static_cast<int32_t>(std::count_if(c.queue.begin(), c.queue.end(), [&](int32_t i) {
    return IsDue(events[static_cast<size_t>(i)], now_ns);
  }));
}

int32_t RunState::CountComing(const Connection& c) const { return CountDue(c, kNever); }

int32_t RunState::CountWaiting(const Connection& c) const {
  return static_cast<int32_t>(std::count_if(c.queue.begin(), c.queue.end(), [&](int32_t i) {
    return events[static_cast<size_t>(i)].state == Event::State::kWaiting;
  }));
}

int32_t RunState::CountGhosts(const Connection& c) const {
  return static_cast<int32_t>(c.queue.size()) - CountWaiting(c);
}

bool RunState::GhostFirst(const Connection& c) const {
  int32_t first_ghost = std::numeric_limits<int32_t>::max();
  int32_t first_waiting = first_ghost;
  for (const int32_t index : c.queue) {
    const Event& e = events[static_cast<size_t>(index)];
    const bool ghost = e.state == Event::State::kGhost;
    if (ghost && e.optional) continue;
    int32_t& first = ghost ? first_ghost : first_waiting;
    first = std::min(first, e.change);
  }
  return first_ghost < first_waiting;
}

void RunState::TakeFromQueue(Connection& c, int32_t event) {
  const auto at = std::find(c.queue.begin(), c.queue.end(), event);
  if (at != c.queue.end()) c.queue.erase(at);
}

void RunState::DropGhostsBefore(Connection& c, int32_t change) {
  std::erase_if(c.queue, [&](int32_t index) {
    Event& e = events[static_cast<size_t>(index)];
    if (e.state != Event::State::kGhost || e.change >= change) return false;
    e.state = Event::State::kGone;
    return true;
  });
}

void RunState::DropOldestGhost(Connection& c) {
  for (const int32_t index : c.queue) {
    if (events[static_cast<size_t>(index)].state != Event::State::kGhost) continue;
    events[static_cast<size_t>(index)].state = Event::State::kGone;
    return TakeFromQueue(c, index);
  }
}

void RunState::DropAllGhosts(Connection& c) {
  DropGhostsBefore(c, std::numeric_limits<int32_t>::max());
}

Frame* RunState::InnermostDispatch() {
  for (size_t i = frames.size(); i-- > 0;) {
    Frame& frame = frames[i];
    if (frame.kind == Frame::Kind::kCall && frame.step->op == Op::kDispatch) return &frame;
  }
  return nullptr;
}

const Frame* RunState::CausingDispatch() {
  const Frame* inside = InnermostDispatch();
  return inside != nullptr && inside != &frames.back() ? inside : nullptr;
}

}  // namespace cmapsim
