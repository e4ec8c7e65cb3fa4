// Delays on the way, of replies, events and connections; and poll on the descriptor before
// dispatch.

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
  return Record<Case>({{&Case::times, 4},
                       {&Case::ending, kEndingChoices},
                       {&Case::choice, choices},
                       {&Case::delay, kDelayCount},
                       {&Case::nth, 6}});
}

rc::Gen<Plan> EventsDelayed(int32_t mode, const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Change>& changes) {
    Script script(options);
    const Nanos delay = DelayOf(c.delay, options);
    script.AddFault(FaultKind::kServiceEventDelay, c.nth % (changes.size() + 1), delay);
    script.Begin(mode, EndingOf(c.ending, options));
    script.Track("test.", kTrackAll | kTrackPrefix);
    for (const Change& change : changes) script.Apply(change);
    script.Dispatch(mode, UpTo(c.times, changes.size()));
    if (!Waits(mode)) {
      script.Add(Sleep(delay * (1 + static_cast<Nanos>(changes.size()))));
      script.Dispatch(mode, 1 + c.times);
    }
    return script.End();
  };
  return Plans(write, Cases(1), Changes(1, 6));
}

// Replies take their time: up to hours, rarely a day, for a request waits in slices.
rc::Gen<Plan> RepliesDelayed(int32_t mode, const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Change>& changes) {
    Script script(options);
    const Nanos longest = c.choice == 1 ? kDay : kHour;
    const auto nth = static_cast<int64_t>(1 + c.nth % (changes.size() + 1));
    script.AddFault(FaultKind::kServiceReplyDelay, nth,
                    std::min(DelayOf(c.delay, options), longest));
    script.Begin(mode, EndingOf(c.ending, options));
    script.Track("test.", kTrackAll | kTrackPrefix);
    for (Change change : changes) {
      change.by = 1;
      script.Apply(change);
    }
    script.Dispatch(mode, UpTo(c.times, changes.size()));
    return script.End();
  };
  return Plans(write, Cases(16), Changes(1, 6));
}

rc::Gen<Plan> AcceptDelayed(int32_t mode, const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Change>& changes) {
    Script script(options);
    script.AddFault(FaultKind::kServiceAcceptDelay, 1, std::min(DelayOf(c.delay, options), kHour));
    script.Begin(mode, EndingOf(c.ending, options));
    script.Track("test.", kTrackAll | kTrackPrefix);
    for (const Change& change : changes) script.Apply(change);
    script.Dispatch(mode, UpTo(c.times, changes.size()));
    return script.End();
  };
  return Plans(write, Cases(1), Changes(1, 4));
}

// poll says whether dispatch would wait: with events now, later or never.
rc::Gen<Plan> PollFirst(int32_t mode, const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Change>& now,
                         const std::vector<Change>& later) {
    Script script(options);
    script.Begin(mode, EndingOf(c.ending, options));
    script.Track("test.", kTrackAll | kTrackPrefix);
    script.Add(FdGet());
    for (const Change& change : now) script.Apply(change);
    script.Add(Poll(0));
    for (const Change& change : later) script.ApplyLater(change);
    if (!later.empty()) script.Add(Poll(c.choice == 0 ? -1 : 5 * kMillisecond));
    const size_t events = now.size() + later.size();
    script.Dispatch(mode, UpTo(c.times, std::max(events, size_t{1})));
    script.Add(Poll(0));
    script.SleepUntilQuiet();
    script.Add(Poll(0));
    return script.End();
  };
  return Plans(write, Cases(2), Changes(Waits(mode) ? 1 : 0, 4), LateChanges(0, 3));
}

}  // namespace

void AddDelaySituations(std::vector<Property>& out) {
  AddForEachMode<&EventsDelayed>(out, {.name = "events-delayed",
                                       .sentence = "events are late on their way",
                                       .clauses = CallbackClauses(),
                                       .live = false});
  AddForEachMode<&RepliesDelayed>(
      out, {.name = "replies-delayed",
            .sentence = "the reply to a request comes late, its event before it",
            .clauses = CallbackClauses({"cmap_set.returns"}),
            .live = false});
  AddForEachMode<&AcceptDelayed>(out, {.name = "accept-delayed",
                                       .sentence = "the connection is answered late",
                                       .clauses = CallbackClauses({"cmap_initialize.returns"}),
                                       .live = false});
  AddForEachMode<&PollFirst>(
      out, {.name = "poll-first",
            .sentence = "the descriptor is polled before",
            .clauses = CallbackClauses({"cmap_fd_get.poll", "cmap_fd_get.returns"})});
}

}  // namespace cmapsim::suite
