// What callbacks do while they are dispatched: finalize, delete and add trackers, change keys,
// dispatch.

#include "conformance/suites/registry.h"
#include "conformance/suites/script.h"

namespace cmapsim::suite {
namespace {

struct Case {
  uint32_t times;   // dispatches beyond the first
  uint32_t ending;  // of a BLOCKING one
  uint32_t nth;     // the callback that does it; 0: each
  uint32_t choice;
};

rc::Gen<Case> Cases(uint32_t choices) {
  return Record<Case>({{&Case::times, 4},
                       {&Case::ending, kEndingChoices},
                       {&Case::nth, 4},
                       {&Case::choice, choices}});
}

constexpr int32_t kModes[] = {kDispatchOne, kDispatchAll, kDispatchBlocking,
                              kDispatchOneNonblocking};

// The first callbacks, one after the other, do what a list of them says.
std::vector<Reaction> OneEach(std::vector<Step> steps) {
  std::vector<Reaction> reactions;
  for (Step& step : steps) {
    const auto nth = static_cast<int64_t>(reactions.size()) + 1;
    reactions.push_back({.nth = nth, .steps = {std::move(step)}});
  }
  return reactions;
}

// What a callback may still try with the connection that it has just finalized.
std::vector<Step> FinalizeAnd(uint32_t choice) {
  std::vector<Step> steps = {Finalize()};
  switch (choice) {
    case 1:
      steps.push_back(Finalize());
      break;
    case 2:
      steps.push_back(Dispatch(kDispatchAll));
      break;
    case 3:
      steps.push_back(Set("test.a", Value::Integer(ValueType::kUInt16, 9)));
      break;
    case 4:
      steps.push_back(Initialize(2));
      break;
    default:
      break;
  }
  return steps;
}

rc::Gen<Plan> CallbackFinalizes(int32_t mode, const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Change>& changes) {
    Script script(options);
    script.Connect(0);
    script.Connect(1);  // goes on as before
    script.Track("test.", kTrackAll | kTrackPrefix, 1);
    const auto nth = static_cast<int64_t>(1 + c.nth % changes.size());
    script.Track("test.", kTrackAll | kTrackPrefix).on_callback = {
        {.nth = nth, .steps = FinalizeAnd(c.choice)}};
    for (const Change& change : changes) script.Apply(change, 1);
    script.Dispatch(mode, UpTo(c.times, changes.size()));
    return script.End();
  };
  return Plans(write, Cases(5), Changes(1, 8));
}

rc::Gen<Plan> CallbackDeletesItsTracker(int32_t mode, const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Change>& changes) {
    Script script(options);
    script.Begin(mode, EndingOf(c.ending, options));
    const int32_t own = script.trackers();
    std::vector<Step> steps(1 + c.choice % 2, TrackDelete(own));
    script.Track("test.", kTrackAll | kTrackPrefix).on_callback = {
        {.nth = c.nth, .steps = std::move(steps)}};
    if (c.choice >= 2) script.Track("test.", kTrackAll | kTrackPrefix);
    for (const Change& change : changes) script.Apply(change);
    script.Dispatch(mode, UpTo(c.times, changes.size()));
    return script.End();
  };
  return Plans(write, Cases(4), Changes(1, 8));
}

// The tracker that is deleted has events pending, before or behind the one whose callback does it.
rc::Gen<Plan> CallbackDeletesAnother(int32_t mode, const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Change>& changes) {
    Script script(options);
    script.Begin(mode, EndingOf(c.ending, options));
    const int32_t first = script.trackers();
    const int32_t deleted = c.choice == 0 ? first + 1 : first;
    const std::vector<Reaction> reactions = {{.nth = c.nth, .steps = {TrackDelete(deleted)}}};
    Step& one = script.Track("test.", kTrackAll | kTrackPrefix);
    if (c.choice == 0) one.on_callback = reactions;
    Step& other = script.Track("test.", kTrackAll | kTrackPrefix);
    if (c.choice != 0) other.on_callback = reactions;
    for (const Change& change : changes) script.Apply(change);
    script.Dispatch(mode, UpTo(c.times, changes.size()));
    return script.End();
  };
  return Plans(write, Cases(2), Changes(1, 8));
}

// Each callback, or the nth, adds one; what the new ones see comes from a change in the same
// callback and from those that follow.
rc::Gen<Plan> CallbackAddsTracker(int32_t mode, const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Change>& changes,
                         const std::vector<Change>& after) {
    Script script(options);
    script.Begin(mode, EndingOf(c.ending, options));
    const int32_t added = script.trackers() + 1;
    std::vector<Step> steps = {TrackAdd(added, "test.", kTrackAll | kTrackPrefix)};
    if (c.choice != 0) {
      Step change = Set("test.a", Value::Integer(ValueType::kUInt16, 1000));
      steps.push_back(c.choice == 1 ? ByPeer(std::move(change)) : std::move(change));
    }
    script.Track("test.", kTrackAll | kTrackPrefix).on_callback = {
        {.nth = 1 + c.nth % 2, .steps = std::move(steps)}};
    for (const Change& change : changes) script.Apply(change);
    for (const Change& change : after) script.ApplyLater(change);
    script.Dispatch(mode, UpTo(c.times, changes.size()));
    script.SleepUntilQuiet();
    return script.End();
  };
  return Plans(write, Cases(3), Changes(2, 6), LateChanges(0, 3));
}

// The first callbacks change keys that their own tracker watches; the later ones do not, so that it
// ends.
rc::Gen<Plan> CallbackSets(int32_t mode, const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Change>& changes,
                         const std::vector<Change>& inside) {
    Script script(options);
    script.Begin(mode, EndingOf(c.ending, options));
    std::vector<Step> before;
    for (const Change& change : changes) before.push_back(script.StepFor(change));
    std::vector<Step> steps;
    for (const Change& change : inside) steps.push_back(script.StepFor(change));
    script.Track("test.", kTrackAll | kTrackPrefix).on_callback = OneEach(std::move(steps));
    for (Step& step : before) script.Add(std::move(step));
    script.Dispatch(mode, UpTo(c.times, changes.size()));
    return script.End();
  };
  return Plans(write, Cases(1), Changes(1, 5), Changes(1, options.live ? 4 : 12));
}

// A dispatch of any mode inside a callback, of the same connection or of another. One that waits
// and finds too little waits for ever, unless something ends it.
rc::Gen<Plan> CallbackDispatches(int32_t mode, const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Change>& changes) {
    const int32_t nested = kModes[c.choice % 4];
    // The ending of a BLOCKING one comes on connection 0.
    const bool own = c.choice < 4 || (options.live && nested == kDispatchBlocking);
    const int32_t connection = own ? 0 : 1;
    const bool endless = mode == kDispatchBlocking || (nested == kDispatchBlocking);
    Script script(options);
    script.Begin(endless ? kDispatchBlocking : mode, EndingOf(c.ending, options));
    script.Connect(1);
    script.Track("test.", kTrackAll | kTrackPrefix, 1);
    const auto nth = static_cast<int64_t>(1 + c.nth % changes.size());
    script.Track("test.", kTrackAll | kTrackPrefix).on_callback = {
        {.nth = nth, .steps = {Dispatch(nested, connection)}}};
    for (const Change& change : changes) script.Apply(change);
    if (endless) script.AddEnding();
    script.Dispatch(mode, UpTo(c.times, changes.size() / 2));
    return script.End();
  };
  return Plans(write, Cases(8), Changes(2, 8));
}

}  // namespace

void AddCallbackSituations(std::vector<Property>& out) {
  AddForEachMode<&CallbackFinalizes>(
      out, {.name = "callback-finalizes",
            .sentence = "a callback finalizes",
            .clauses = CallbackClauses(
                {"cmap_finalize.no_more_callbacks", "undocumented.dispatch.finalize_in_callback"}),
            .promise = Promise::kNone});
  AddForEachMode<&CallbackDeletesItsTracker>(
      out, {.name = "callback-deletes-its-tracker",
            .sentence = "a callback deletes its own tracker",
            .clauses = CallbackClauses({"cmap_track_delete.removes"})});
  AddForEachMode<&CallbackDeletesAnother>(
      out, {.name = "callback-deletes-another-tracker",
            .sentence = "a callback deletes another tracker that has events pending",
            .clauses = CallbackClauses({"cmap_track_delete.removes"})});
  AddForEachMode<&CallbackAddsTracker>(
      out, {.name = "callback-adds-tracker",
            .sentence = "a callback adds a tracker",
            .clauses = CallbackClauses(),
            .in_all = {"undocumented.dispatch_all.caused_by_callbacks"}});
  AddForEachMode<&CallbackSets>(out, {.name = "callback-sets",
                                      .sentence = "callbacks change keys that are tracked",
                                      .clauses = CallbackClauses({"cmap_set.returns"}),
                                      .in_all = {"undocumented.dispatch_all.caused_by_callbacks"}});
  AddForEachMode<&CallbackDispatches>(out, {.name = "callback-dispatches",
                                            .sentence = "a callback calls dispatch in any mode",
                                            .clauses = CallbackClauses()});
}

}  // namespace cmapsim::suite
