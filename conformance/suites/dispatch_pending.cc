// What is pending when dispatch is called: nothing, one event, many, or some that come only later.

#include "conformance/suites/registry.h"
#include "conformance/suites/script.h"

namespace cmapsim::suite {
namespace {

struct Case {
  uint32_t times;   // dispatches beyond the first
  uint32_t ending;  // of a BLOCKING one
  uint32_t choice;  // which way the situation comes about
  uint32_t prefix;  // whether the tracker is one of a prefix
};

rc::Gen<Case> Cases(uint32_t choices) {
  return Record<Case>({{&Case::times, 4},
                       {&Case::ending, kEndingChoices},
                       {&Case::choice, choices},
                       {&Case::prefix, 2}});
}

// A dispatch where nothing is pending. One that waits, waits for ever or, simulated, until the
// service is killed.
void DispatchNothing(Script& script, int32_t mode, const Case& c) {
  if (!Waits(mode)) {
    script.Dispatch(mode, 1 + c.times);
    return;
  }
  const GenerateOptions& options = script.options();
  if (!options.live && c.ending < 3) {
    script.ServiceLater(ServiceAction::kKill, DelayOf(c.ending, options));
  }
  script.Dispatch(mode, 1);
}

rc::Gen<Plan> NothingTracked(int32_t mode, const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Change>& changes) {
    Script script(options);
    script.Connect(0);
    if (c.choice != 0) {  // what is pending on another connection is not for this one
      script.Connect(1);
      script.Track("test.", kTrackAll | kTrackPrefix, 1);
    }
    for (const Change& change : changes) script.Apply(change);
    DispatchNothing(script, mode, c);
    return script.End();
  };
  return Plans(write, Cases(2), Changes(0, 6));
}

// The ways to have a tracker and nothing pending.
enum Quiet : uint32_t {
  kUntouched,      // no key was changed
  kOtherKeys,      // others than those tracked were
  kMasked,         // the tracker does not ask for what happened
  kSameValue,      // a key was set to what it was
  kDispatched,     // what was pending has been dispatched
  kBeforeTracked,  // the changes came before the tracker
  kQuietWays
};

void MakeQuiet(Script& script, uint32_t way, const std::vector<Change>& changes) {
  switch (way) {
    case kOtherKeys:
      script.Track("test", kTrackAll);
      script.Track("tess", kTrackAll | kTrackPrefix);
      for (const Change& change : changes) script.Apply(change);
      return;
    case kMasked:
      script.Track("test.", kTrackDelete | kTrackPrefix);
      for (Change change : changes) {
        change.kind = 0;
        script.Apply(change);
      }
      return;
    case kSameValue:
      script.Add(ByPeer(Set("test.a", Value::String("same"))));
      script.Track("test.", kTrackAll | kTrackPrefix);
      for (size_t i = 0; i < changes.size(); ++i) {
        script.Add(ByPeer(Set("test.a", Value::String("same"))));
      }
      return;
    case kDispatched:
      script.Track("test.", kTrackAll | kTrackPrefix);
      for (const Change& change : changes) script.Apply(change);
      script.Add(Dispatch(kDispatchAll));
      return;
    case kBeforeTracked:
      for (const Change& change : changes) script.Apply(change);
      script.Track("test.", kTrackAll | kTrackPrefix);
      return;
    default:
      script.Track("test.", kTrackAll | kTrackPrefix);
      return;
  }
}

rc::Gen<Plan> NothingPending(int32_t mode, const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Change>& changes) {
    Script script(options);
    script.Connect(0);
    MakeQuiet(script, c.choice, changes);
    DispatchNothing(script, mode, c);
    return script.End();
  };
  return Plans(write, Cases(kQuietWays), Changes(1, 6));
}

rc::Gen<Plan> OnePending(int32_t mode, const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Change>& before, Change change) {
    Script script(options);
    script.Begin(mode, EndingOf(c.ending, options));
    for (const Change& earlier : before) script.Apply(earlier);
    if (c.prefix != 0) {
      script.Track("test.", kTrackAll | kTrackPrefix);
    } else {
      script.Track(KeyName(change.key), kTrackAll);
    }
    script.Apply(change);
    script.Dispatch(mode, 1);
    if (!Waits(mode)) script.Dispatch(mode, c.times);
    return script.End();
  };
  const auto the_change = rc::gen::map(
      LargeChanges(1, 1), [](const std::vector<Change>& changes) { return changes[0]; });
  return Plans(write, Cases(1), Changes(0, 4), the_change);
}

rc::Gen<Plan> ManyPending(int32_t mode, const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Change>& changes) {
    Script script(options);
    script.Begin(mode, EndingOf(c.ending, options));
    script.Track("test.", kTrackAll | kTrackPrefix);
    for (const Change& change : changes) script.Apply(change);
    script.Dispatch(mode, UpTo(c.times, changes.size()));
    return script.End();
  };
  return Plans(write, Cases(1), Changes(2, options.live ? 12 : 40));
}

// Events that come while the dispatch waits, or after one that does not wait has returned.
rc::Gen<Plan> EventsLater(int32_t mode, const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Change>& changes) {
    Script script(options);
    script.Begin(mode, EndingOf(c.ending, options));
    script.Track("test.", kTrackAll | kTrackPrefix);
    for (const Change& change : changes) script.ApplyLater(change);
    script.Dispatch(mode, UpTo(c.times, changes.size()));
    script.SleepUntilQuiet();
    if (!Waits(mode)) script.Dispatch(mode, 1 + c.times);
    return script.End();
  };
  return Plans(write, Cases(1), LateChanges(1, 8));
}

// Some pending, more to come.
rc::Gen<Plan> EventsNowAndLater(int32_t mode, const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Change>& now,
                         const std::vector<Change>& later) {
    Script script(options);
    script.Begin(mode, EndingOf(c.ending, options));
    script.Track("test.", kTrackAll | kTrackPrefix);
    for (const Change& change : now) script.Apply(change);
    for (const Change& change : later) script.ApplyLater(change);
    script.Dispatch(mode, UpTo(2 * c.times, now.size() + later.size()));
    script.SleepUntilQuiet();
    if (!Waits(mode)) script.Dispatch(mode, 1 + c.times);
    return script.End();
  };
  return Plans(write, Cases(1), Changes(1, 5), LateChanges(1, 5));
}

}  // namespace

void AddPendingSituations(std::vector<Property>& out) {
  AddForEachMode<&NothingTracked>(out, {.name = "nothing-tracked",
                                        .sentence = "no tracker was ever added",
                                        .clauses = {"cmap_dispatch.tracking_needed"},
                                        .promise = Promise::kNothing});
  AddForEachMode<&NothingPending>(out, {.name = "nothing-pending",
                                        .sentence = "a tracker has nothing to tell",
                                        .promise = Promise::kNothing});
  AddForEachMode<&OnePending>(
      out,
      {.name = "one-pending", .sentence = "one event is pending", .clauses = CallbackClauses()});
  AddForEachMode<&ManyPending>(
      out, {.name = "many-pending",
            .sentence = "several events are pending",
            .clauses = CallbackClauses({"cmap_delete.returns", "cmap_inc.returns",
                                        "cmap_dec.returns", "undocumented.order.changes"}),
            .in_one = {"undocumented.dispatch_one.callbacks"}});
  AddForEachMode<&EventsLater>(out, {.name = "events-later",
                                     .sentence = "events come only after microseconds to days",
                                     .clauses = CallbackClauses()});
  AddForEachMode<&EventsNowAndLater>(out,
                                     {.name = "events-now-and-later",
                                      .sentence = "some events are pending and more come later",
                                      .clauses = CallbackClauses()});
}

}  // namespace cmapsim::suite
