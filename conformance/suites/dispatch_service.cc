// What becomes of the service around a dispatch: killed before it, during it, inside a callback or
// with events pending; stopped and continued; killed and started again.

#include "conformance/suites/registry.h"
#include "conformance/suites/script.h"

namespace cmapsim::suite {
namespace {

struct Case {
  uint32_t times;
  uint32_t ending;
  uint32_t choice;
  uint32_t delay;
  uint32_t nth;
};

rc::Gen<Case> Cases(uint32_t choices) {
  return Record<Case>({{&Case::times, 3},
                       {&Case::ending, kEndingChoices},
                       {&Case::choice, choices},
                       {&Case::delay, kDelayCount},
                       {&Case::nth, 6}});
}

// What a client may do with a connection whose service is gone.
void UseDeadConnection(Script& script, uint32_t choice) {
  switch (choice) {
    case 1:
      script.Add(Set("test.a", Value::Integer(ValueType::kUInt8, 200)));
      return;
    case 2:
      script.Add(Poll(0));
      return;
    case 3:
      script.Track("test.b", kTrackAll);
      return;
    case 4:
      script.Add(TrackDelete(0));
      return;
    default:
      return;
  }
}
constexpr uint32_t kUses = 5;

rc::Gen<Plan> KilledBefore(int32_t mode, const GenerateOptions& options) {
  const auto write = [=](const Case& c) {
    Script script(options);
    script.Connect(0);
    if (c.nth < 3) script.Track("test.", kTrackAll | kTrackPrefix);
    script.Add(OfService(ServiceAction::kKill));
    UseDeadConnection(script, c.choice);
    script.Dispatch(mode, 1 + c.times);
    return script.End();
  };
  return Plans(write, Cases(kUses));
}

rc::Gen<Plan> KilledWithEventsPending(int32_t mode, const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Change>& changes) {
    Script script(options);
    script.Connect(0);
    script.Track("test.", kTrackAll | kTrackPrefix);
    for (const Change& change : changes) script.Apply(change);
    script.Add(OfService(ServiceAction::kKill));
    UseDeadConnection(script, c.choice);
    script.Dispatch(mode, static_cast<uint32_t>(changes.size()) + c.times);
    return script.End();
  };
  return Plans(write, Cases(kUses), Changes(1, options.live ? 4 : 8));
}

// Events may come before the kill; a dispatch that does not wait is called before and after it.
rc::Gen<Plan> KilledDuring(int32_t mode, const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Change>& changes) {
    Script script(options);
    script.Connect(0);
    if (c.choice != 0) script.Track("test.", kTrackAll | kTrackPrefix);
    for (const Change& change : changes) script.ApplyLater(change);
    script.ServiceLater(ServiceAction::kKill, DelayOf(c.delay, options));
    script.Dispatch(mode, 1 + c.times);
    script.SleepUntilQuiet();
    script.Dispatch(mode, 1);
    return script.End();
  };
  return Plans(write, Cases(4), LateChanges(0, 4));
}

// The service dies at one of the task's own requests, the set-up among them.
rc::Gen<Plan> KilledAtRequest(int32_t mode, const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Change>& changes) {
    Script script(options);
    script.AddFault(FaultKind::kServiceProcessKill, 1 + c.nth);
    script.Connect(0);
    script.Track("test.", kTrackAll | kTrackPrefix);
    for (Change change : changes) {
      change.by = 1;
      script.Apply(change);
    }
    script.Dispatch(mode, 1 + c.times);
    return script.End();
  };
  return Plans(write, Cases(1), Changes(5, 8));
}

rc::Gen<Plan> KilledInCallback(int32_t mode, const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Change>& changes) {
    Script script(options);
    script.Connect(0);
    const auto nth = static_cast<int64_t>(1 + c.nth % changes.size());
    std::vector<Step> steps = {OfService(ServiceAction::kKill)};
    if (c.choice == 1) steps.push_back(Set("test.a", Value::Integer(ValueType::kUInt8, 200)));
    if (c.choice == 2) steps.push_back(Dispatch(kDispatchAll));
    if (c.choice == 3) steps.push_back(Finalize());
    script.Track("test.", kTrackAll | kTrackPrefix).on_callback = {
        {.nth = nth, .steps = std::move(steps)}};
    for (const Change& change : changes) script.Apply(change);
    script.Dispatch(mode, static_cast<uint32_t>(changes.size()) + c.times);
    return script.End();
  };
  return Plans(write, Cases(4), Changes(1, options.live ? 4 : 8));
}

// Events that were sent before the stop can be dispatched; a request waits until the service goes
// on, and where it never does, it waits for ever.
rc::Gen<Plan> StoppedAndContinued(int32_t mode, const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Change>& before,
                         const std::vector<Change>& after) {
    Script script(options);
    script.Begin(mode, EndingOf(c.ending, options));
    script.Track("test.", kTrackAll | kTrackPrefix);
    for (const Change& change : before) script.Apply(change);
    script.Add(OfService(ServiceAction::kStop));
    const bool continued = c.nth != 0 || options.live;
    if (continued) {
      // A request waits in slices: days of them take time.
      const Nanos delay = DelayOf(c.delay, options);
      const bool request = c.choice != 0;
      script.ServiceLater(ServiceAction::kContinue, request ? std::min(delay, kHour) : delay);
    }
    if (c.choice == 1) script.Add(Set("test.z", Value::Integer(ValueType::kUInt8, 1)));
    if (c.choice == 2) script.Track("test.z", kTrackAll);
    for (const Change& change : after) script.ApplyLater(change);
    script.Dispatch(mode, UpTo(c.times, continued ? before.size() + after.size() : before.size()));
    if (continued) script.SleepUntilQuiet();
    if (!Waits(mode)) script.Dispatch(mode, 1);
    return script.End();
  };
  return Plans(write, Cases(4), Changes(1, 5), LateChanges(0, 3));
}

// The connection from before is as good as closed; a new one works.
rc::Gen<Plan> KilledAndStarted(int32_t mode, const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Change>& before,
                         const std::vector<Change>& after) {
    Script script(options);
    script.Connect(0);
    script.Track("test.", kTrackAll | kTrackPrefix);
    for (const Change& change : before) script.Apply(change);
    script.Add(OfService(ServiceAction::kKill));
    script.Add(OfService(ServiceAction::kStart));
    if (c.choice != 0) script.Dispatch(mode, static_cast<uint32_t>(before.size()) + 1);
    if (c.choice != 1) script.Add(Finalize());
    Script again(options);  // first keys are back
    again.Begin(mode, EndingOf(c.ending, options));
    again.Track("test.", kTrackAll | kTrackPrefix);
    for (const Change& change : after) again.Apply(change);
    again.Dispatch(mode, UpTo(c.times, after.size()));
    Plan second = again.End();
    for (Step& step : second.steps) {
      if (step.op == Op::kTrackAdd) step.tracker += script.trackers();
      script.Add(std::move(step));
    }
    return script.Done();
  };
  return Plans(write, Cases(3), Changes(0, 4), Changes(1, 5));
}

}  // namespace

void AddServiceSituations(std::vector<Property>& out) {
  const std::string gone = "cmap_dispatch.errors.CS_ERR_LIBRARY";
  const std::string waiting = "undocumented.dispatch.waiting_when_service_died";
  AddForEachMode<&KilledBefore>(out, {.name = "killed-before",
                                      .sentence = "the service was killed before",
                                      .clauses = {gone},
                                      .promise = Promise::kNone});
  AddForEachMode<&KilledWithEventsPending>(
      out, {.name = "killed-with-events-pending",
            .sentence = "the service was killed while events were pending",
            .clauses = {gone, waiting},
            .promise = Promise::kNone});
  AddForEachMode<&KilledDuring>(
      out, {.name = "killed-during",
            .sentence = "the service is killed while a dispatch waits, or between two",
            .clauses = {gone},
            .promise = Promise::kNone});
  AddForEachMode<&KilledAtRequest>(
      out, {.name = "killed-at-request",
            .sentence = "the service dies at one of the client's requests",
            .clauses = {gone, "cmap_set.errors.CS_ERR_LIBRARY", "cmap_delete.errors.CS_ERR_LIBRARY",
                        "cmap_inc.errors.CS_ERR_LIBRARY", "cmap_dec.errors.CS_ERR_LIBRARY"},
            .promise = Promise::kNone,
            .live = false});
  AddForEachMode<&KilledInCallback>(out, {.name = "killed-in-callback",
                                          .sentence = "the service is killed inside a callback",
                                          .clauses = CallbackClauses({gone}),
                                          .promise = Promise::kNone});
  AddForEachMode<&StoppedAndContinued>(
      out, {.name = "stopped-and-continued",
            .sentence = "the service is stopped, and may go on",
            .clauses = CallbackClauses({"undocumented.stopped_service"})});
  AddForEachMode<&KilledAndStarted>(
      out, {.name = "killed-and-started",
            .sentence = "the service is killed and started again",
            .clauses = CallbackClauses({"cmap_initialize.returns", "cmap_finalize.returns"})});
}

}  // namespace cmapsim::suite
