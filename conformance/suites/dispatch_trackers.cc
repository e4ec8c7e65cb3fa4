// Which trackers there are when dispatch is called: deleted ones, several, on several connections;
// and every argument that a callback can be given.

#include "conformance/suites/registry.h"
#include "conformance/suites/script.h"

namespace cmapsim::suite {
namespace {

struct Case {
  uint32_t times;
  uint32_t ending;
  uint32_t choice;
};

rc::Gen<Case> Cases(uint32_t choices) {
  return Record<Case>(
      {{&Case::times, 4}, {&Case::ending, kEndingChoices}, {&Case::choice, choices}});
}

// A tracker, as numbers.
struct Tracked {
  uint32_t target;  // what it tracks
  uint32_t mask;    // 0: all events, else the three bits
  uint32_t connection;
  uint32_t deleted;
};

rc::Gen<std::vector<Tracked>> Trackers(size_t min, size_t max, uint32_t connections = 1) {
  return Records<Tracked>(min, max,
                          {{&Tracked::target, 9},
                           {&Tracked::mask, 8},
                           {&Tracked::connection, connections},
                           {&Tracked::deleted, 2}});
}

struct Target {
  std::string_view key;
  bool prefix;
};
constexpr Target kTargets[] = {{"test.", true},   {"test.a", false}, {"test.a", true},
                               {"test.b", false}, {"te", true},      {"test.a.b", true},
                               {"test.c", false}, {"other.", true},  {"test.a.b", false}};

void Add(Script& script, const Tracked& tracked, int32_t connection) {
  const Target& target = kTargets[tracked.target];
  const int32_t events = tracked.mask == 0 ? kTrackAll : static_cast<int32_t>(tracked.mask);
  script.Track(target.key, events | (target.prefix ? kTrackPrefix : 0), connection);
}

rc::Gen<Plan> DeletedTracker(int32_t mode, const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Change>& changes) {
    Script script(options);
    script.Begin(mode, EndingOf(c.ending, options));
    const int32_t tracker = script.trackers();
    script.Track("test.", kTrackAll | kTrackPrefix);
    for (const Change& change : changes) script.Apply(change);
    script.Add(TrackDelete(tracker));
    script.Dispatch(mode, UpTo(c.times, changes.size()));
    return script.End();
  };
  return Plans(write, Cases(1), Changes(1, options.live ? 6 : 20));
}

// The first tracker, of all events, stays; which of the others are deleted is drawn, but the second
// one is. Events come before and after that.
rc::Gen<Plan> DeletedAmongLive(int32_t mode, const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Tracked>& trackers,
                         const std::vector<Change>& before, const std::vector<Change>& after) {
    Script script(options);
    script.Begin(mode, EndingOf(c.ending, options));
    const int32_t live = script.trackers();
    const bool live_first = c.choice == 0;
    if (live_first) script.Track("test.", kTrackAll | kTrackPrefix);
    const int32_t deleted = script.trackers();
    script.Track("test.", kTrackAll | kTrackPrefix);
    if (!live_first) script.Track("test.", kTrackAll | kTrackPrefix);
    const int32_t others = script.trackers();
    for (const Tracked& tracked : trackers) Add(script, tracked, 0);
    for (const Change& change : before) script.Apply(change);
    script.Add(TrackDelete(live_first ? deleted : live));
    for (size_t i = 0; i < trackers.size(); ++i) {
      if (trackers[i].deleted != 0) script.Add(TrackDelete(others + static_cast<int32_t>(i)));
    }
    for (const Change& change : after) script.Apply(change);
    script.Dispatch(mode, UpTo(c.times, before.size() + after.size()));
    return script.End();
  };
  return Plans(write, Cases(2), Trackers(0, 4), Changes(1, options.live ? 5 : 12), Changes(0, 5));
}

rc::Gen<Plan> SeveralTrackers(int32_t mode, const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Tracked>& trackers,
                         const std::vector<Change>& changes) {
    Script script(options);
    script.Begin(mode, EndingOf(c.ending, options));
    for (const Tracked& tracked : trackers) Add(script, tracked, 0);
    script.Track("test.", kTrackAll | kTrackPrefix);
    for (const Change& change : changes) script.Apply(change);
    script.Dispatch(mode, UpTo(c.times, changes.size()));
    return script.End();
  };
  return Plans(write, Cases(1), Trackers(1, 6), Changes(1, options.live ? 6 : 15));
}

// All of them track one key, some as a prefix.
rc::Gen<Plan> TrackersOfOneKey(int32_t mode, const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Tracked>& trackers,
                         const std::vector<Change>& changes) {
    Script script(options);
    script.Begin(mode, EndingOf(c.ending, options));
    script.Track("test.a", kTrackAll);
    for (Tracked tracked : trackers) {
      tracked.target = 1 + tracked.target % 2;
      Add(script, tracked, 0);
    }
    for (Change change : changes) {
      change.key = 0;
      script.Apply(change);
    }
    script.Dispatch(mode, UpTo(c.times, changes.size()));
    return script.End();
  };
  return Plans(write, Cases(1), Trackers(1, 6), Changes(1, options.live ? 6 : 15));
}

// Dispatching one connection leaves what is pending on the others, whose turn comes at the end.
rc::Gen<Plan> SeveralConnections(int32_t mode, const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Tracked>& trackers,
                         const std::vector<Change>& changes) {
    const auto others = static_cast<int32_t>(1 + c.choice);
    Script script(options);
    script.Begin(mode, EndingOf(c.ending, options));
    for (int32_t i = 1; i <= others; ++i) script.Connect(i);
    script.Track("test.", kTrackAll | kTrackPrefix);
    for (const Tracked& tracked : trackers) {
      Add(script, tracked, static_cast<int32_t>(tracked.connection) % (others + 1));
    }
    for (const Change& change : changes) {
      script.Apply(change, static_cast<int32_t>(change.delay) % (others + 1));
    }
    script.Dispatch(mode, UpTo(c.times, changes.size()));
    return script.End();
  };
  return Plans(write, Cases(2), Trackers(1, 6, 3), Changes(1, options.live ? 6 : 12));
}

rc::Gen<Plan> Arguments(int32_t mode, const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Change>& changes) {
    Script script(options);
    script.Begin(mode, EndingOf(c.ending, options));
    script.Track("test.", kTrackAll | kTrackPrefix);
    for (const Change& change : changes) script.Apply(change);
    script.Dispatch(mode, UpTo(c.times, changes.size()));
    return script.End();
  };
  return Plans(write, Cases(1), LargeChanges(1, 10));
}

}  // namespace

void AddTrackerSituations(std::vector<Property>& out) {
  AddForEachMode<&DeletedTracker>(
      out, {.name = "deleted-tracker",
            .sentence = "all that is pending is for a tracker deleted meanwhile",
            .clauses = {"cmap_track_delete.removes"},
            .promise = Promise::kNothing});
  AddForEachMode<&DeletedAmongLive>(
      out, {.name = "deleted-among-live",
            .sentence = "some of what is pending is for trackers deleted meanwhile",
            .clauses = CallbackClauses({"cmap_track_delete.removes"})});
  AddForEachMode<&SeveralTrackers>(
      out, {.name = "several-trackers",
            .sentence = "several trackers are on keys and prefixes, with any mask",
            .clauses = CallbackClauses(
                {"cmap_track_add.several_keys", "cmap_track_add.several_times",
                 "cmap_track_add.track_type.prefix", "undocumented.order.trackers"})});
  AddForEachMode<&TrackersOfOneKey>(out,
                                    {.name = "trackers-of-one-key",
                                     .sentence = "one key is tracked several times",
                                     .clauses = CallbackClauses({"cmap_track_add.several_times"})});
  AddForEachMode<&SeveralConnections>(
      out, {.name = "several-connections",
            .sentence = "events are pending on several connections",
            .clauses =
                CallbackClauses({"cmap_initialize.several", "cmap_initialize.handle_identifies"})});
  AddForEachMode<&Arguments>(
      out, {.name = "arguments",
            .sentence = "values of all types and sizes are set, changed and deleted",
            .clauses = CallbackClauses({"cmap_track_add.callback.unset_fields"})});
}

}  // namespace cmapsim::suite
