// Connections come and go: cmap_initialize, cmap_finalize, cmap_fd_get.

#include "conformance/suites/registry.h"
#include "conformance/suites/script.h"

namespace cmapsim::suite {
namespace {

struct Case {
  uint32_t choice;
  uint32_t times;
  uint32_t delay;
  uint32_t mode;
};

rc::Gen<Case> Cases(uint32_t choices) {
  return Record<Case>(
      {{&Case::choice, choices}, {&Case::times, 5}, {&Case::delay, kDelayCount}, {&Case::mode, 2}});
}

constexpr int32_t ModeOf(const Case& c) {
  return c.mode == 0 ? kDispatchAll : kDispatchOneNonblocking;
}

// Each has a handle of its own that works by itself, and gets only its own events.
rc::Gen<Plan> InitializeSeveral(const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Change>& changes) {
    const auto connections = static_cast<int32_t>(1 + c.times);
    Script script(options);
    for (int32_t i = 0; i < connections; ++i) {
      script.Connect(i);
      script.Track("test.", kTrackAll | kTrackPrefix, i);
    }
    // NOLINTBEGIN(clang-analyzer-core.DivideZero): `times` is below 5.
    for (const Change& change : changes) {
      script.Apply(change, static_cast<int32_t>(change.delay) % connections);
    }
    if (c.choice != 0) script.Add(Finalize(static_cast<int32_t>(c.delay) % connections));
    // NOLINTEND(clang-analyzer-core.DivideZero)
    return script.End();
  };
  return Plans(write, Cases(2), Changes(0, 5));
}

// Killed, stopped for a while, or back again.
rc::Gen<Plan> InitializeServiceGone(const GenerateOptions& options) {
  const auto write = [=](const Case& c) {
    Script script(options);
    if (c.times > 2) script.Connect(1);
    if (c.choice == 0) {
      script.Add(OfService(ServiceAction::kKill));
    } else if (c.choice == 1) {
      script.Add(OfService(ServiceAction::kKill));
      script.Add(OfService(ServiceAction::kStart));
    } else {
      script.Add(OfService(ServiceAction::kStop));
      script.ServiceLater(ServiceAction::kContinue, std::min(DelayOf(c.delay, options), kHour));
    }
    script.Connect(0);
    script.Add(Set("test.a", Value::Integer(ValueType::kUInt8, 1)));
    return script.End();
  };
  return Plans(write, Cases(3));
}

rc::Gen<Plan> InitializeLate(const GenerateOptions& options) {
  const auto write = [=](const Case& c) {
    Script script(options);
    const int64_t nth = c.choice;
    script.AddFault(FaultKind::kServiceAcceptDelay, nth,
                    std::min(DelayOf(c.delay, options), kHour));
    for (uint32_t i = 0; i <= c.times; ++i) script.Connect(static_cast<int32_t>(i));
    script.Add(Set("test.a", Value::Integer(ValueType::kUInt8, 1)));
    return script.End();
  };
  return Plans(write, Cases(3));
}

rc::Gen<Plan> InitializeAgain(const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Change>& changes) {
    Script script(options);
    for (uint32_t i = 0; i <= c.times; ++i) {
      script.Add(Initialize());
      script.Track("test.", kTrackAll | kTrackPrefix);
      for (const Change& change : changes) script.Apply(change);
      if (c.choice != 0) script.Add(Dispatch(ModeOf(c)));
      script.Add(Finalize());
    }
    return script.Done();
  };
  return Plans(write, Cases(2), Changes(0, 3));
}

rc::Gen<Plan> FinalizeWithEventsPending(const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Change>& changes) {
    Script script(options);
    script.Connect(0);
    script.Track("test.", kTrackAll | kTrackPrefix);
    for (const Change& change : changes) script.Apply(change);
    if (c.choice != 0) script.Add(Dispatch(kDispatchOneNonblocking));
    script.Add(Finalize());
    for (uint32_t i = 0; i < c.times; ++i) script.Add(Dispatch(ModeOf(c)));
    return script.Done();
  };
  return Plans(write, Cases(2), Changes(1, 8));
}

rc::Gen<Plan> FinalizeTwice(const GenerateOptions& options) {
  const auto write = [=](const Case& c) {
    Script script(options);
    script.Connect(0);
    if (c.choice != 0) script.Track("test.", kTrackAll | kTrackPrefix);
    if (c.choice == 2) script.Connect(1);
    for (uint32_t i = 0; i < 2 + c.times; ++i) script.Add(Finalize());
    return script.End();
  };
  return Plans(write, Cases(3));
}

// With the service killed, stopped, or killed and started meanwhile.
rc::Gen<Plan> FinalizeServiceGone(const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Change>& changes) {
    Script script(options);
    script.Connect(0);
    script.Track("test.", kTrackAll | kTrackPrefix);
    for (const Change& change : changes) script.Apply(change);
    const bool stop = c.choice == 2;
    script.Add(OfService(stop ? ServiceAction::kStop : ServiceAction::kKill));
    if (c.choice == 1) script.Add(OfService(ServiceAction::kStart));
    for (uint32_t i = 0; i < c.times % 3; ++i) script.Add(Dispatch(ModeOf(c)));
    script.Add(Finalize());
    script.Add(Finalize());
    return script.Done();
  };
  return Plans(write, Cases(3), Changes(0, 3));
}

// The descriptor stays the same, and poll on it says when dispatch would not wait.
rc::Gen<Plan> FdGetAndPoll(const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Change>& now,
                         const std::vector<Change>& later) {
    Script script(options);
    script.Connect(0);
    for (uint32_t i = 0; i < c.times % 3; ++i) script.Add(FdGet());
    script.Add(Poll(0));
    script.Track("test.", kTrackAll | kTrackPrefix);
    for (const Change& change : now) script.Apply(change);
    script.Add(Poll(0));
    script.Add(Dispatch(ModeOf(c)));
    script.Add(Poll(0));
    for (const Change& change : later) script.ApplyLater(change);
    if (!later.empty()) script.Add(Poll(-1));
    script.SleepUntilQuiet();
    script.Add(Dispatch(kDispatchAll));
    script.Add(Poll(kMillisecond));
    script.Add(FdGet());
    return script.End();
  };
  return Plans(write, Cases(1), Changes(0, 4), LateChanges(0, 3));
}

// Of two trackers one is deleted, or both are, with events of theirs pending.
rc::Gen<Plan> FdGetDeletedTracker(const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Change>& changes) {
    Script script(options);
    script.Connect(0);
    script.Track("test.", kTrackAll | kTrackPrefix);
    if (c.choice != 0) script.Track("test.", kTrackAll | kTrackPrefix);
    script.Add(FdGet());
    for (const Change& change : changes) script.Apply(change);
    script.Add(TrackDelete(0));
    script.Add(Poll(0));
    if (c.choice != 0) script.Add(TrackDelete(1));
    script.Add(Poll(0));
    script.Add(Dispatch(ModeOf(c)));
    return script.End();
  };
  return Plans(write, Cases(2), Changes(0, 4));
}

rc::Gen<Plan> FdGetServiceGone(const GenerateOptions& options) {
  const auto write = [=](const Case& c, const std::vector<Change>& changes) {
    Script script(options);
    script.Connect(0);
    script.Track("test.", kTrackAll | kTrackPrefix);
    for (const Change& change : changes) script.Apply(change);
    script.Add(FdGet());
    script.Add(OfService(ServiceAction::kKill));
    script.Add(Poll(0));
    if (c.choice != 0) script.Add(Dispatch(kDispatchAll));
    script.Add(FdGet());
    script.Add(Poll(0));
    return script.End();
  };
  return Plans(write, Cases(2), Changes(0, 3));
}

// One use of a function, right or wrong, by number; what it needs is made by ManyTimes.
std::vector<Step> UseOf(uint32_t number) {
  const Value value = Value::Integer(ValueType::kUInt8, 1);
  const Value text = Value::String("a text");
  const auto unknown = [](Step step) { return WithHandle(std::move(step), 12345); };
  switch (number) {
    case 0:
      return {Set("test.a", text), Set("test.a", value)};
    case 1:
      return {Set("test !", value)};
    case 2:
      return {Get("test.a", 8), Get("test.a", std::nullopt)};
    case 3:
      return {Get("test.s", 2), Get("test.none", 8)};
    case 4:
      return {Set("test.b", value), Delete("test.b"), Delete("test.b")};
    case 5:
      return {OnKey(Op::kInc, "test.a"), OnKey(Op::kDec, "test.a"), OnKey(Op::kInc, "test.s")};
    case 6:
      return {GetTyped(ValueType::kString, "test.s"), GetTyped(ValueType::kString, "test.a")};
    case 7:
      return {GetTyped(ValueType::kString, "test.none"), GetTyped(ValueType::kInt64, "test.s")};
    case 8:
      return {GetTyped(ValueType::kUInt8, "test.a"), ByShortcut(Set("test.c", text))};
    case 9:
      return {IterInit(0, "test."), IterNext(0), IterFinalize(0)};
    case 10:
      return {IterInit(0, std::nullopt), IterFinalize(0), IterNext(0), IterFinalize(0)};
    case 11:
      return {TrackAdd(1, "test.a", kTrackAll), TrackDelete(1), TrackDelete(1)};
    case 12:
      return {TrackAdd(1, "test.a", 64), TrackAdd(1, "", 0)};
    case 13:
      return {ContextSet(1), ContextGet(), FdGet(), unknown(FdGet()), unknown(ContextGet())};
    case 14:
      return {Dispatch(kDispatchOneNonblocking), Dispatch(kDispatchAll)};
    case 15:
      return {ByPeer(Set("test.p", text)), ByPeer(Delete("test.p")), Dispatch(kDispatchAll)};
    case 16:
      return {unknown(Finalize()), unknown(Dispatch(kDispatchAll)), unknown(Get("test.a", 8))};
    case 17:
      return {Initialize(1), Finalize(1)};
    case 18:
      return {InitializeMap(1, 1), Get("stats.srp.uptime", 8, 1), Finalize(1)};
    default:
      return {Initialize(1)};
  }
}
constexpr uint32_t kUses = 20;

// More often than there are blocks that a library may keep.
rc::Gen<Plan> ManyTimes(const GenerateOptions& options) {
  const auto write = [=](const Case& c) {
    constexpr int kTimes = 40;
    const bool gone = c.choice == kUses - 1;
    Script script(options);
    if (!gone) {
      script.Connect(0);
      script.Add(Set("test.a", Value::Integer(ValueType::kUInt8, 1)));
      script.Add(Set("test.s", Value::String("a text")));
      script.Track("test.p", kTrackAll);
    } else {
      script.Add(OfService(ServiceAction::kKill));
    }
    for (int i = 0; i < kTimes; ++i) {
      for (Step& step : UseOf(c.choice)) script.Add(std::move(step));
    }
    if (gone) {
      script.Add(OfService(ServiceAction::kStart));
      script.Connect(0);
    }
    return script.End();
  };
  return Plans(
      write, Record<Case>(
                 {{&Case::choice, kUses}, {&Case::times, 1}, {&Case::delay, 1}, {&Case::mode, 1}}));
}

}  // namespace

void AddLifecycleProperties(std::vector<Property>& out) {
  const auto add = [&out](std::string_view name, std::string_view sentence, Clauses clauses,
                          rc::Gen<Plan> (*generate)(const GenerateOptions&), bool live = true) {
    out.push_back({.name = "lifecycle/" + std::string(name),
                   .clauses = std::move(clauses),
                   .sentence = std::string(sentence),
                   .live = live,
                   .generate = generate});
  };
  add("initialize/several", "several connections, each with its own events",
      {"cmap_initialize.returns", "cmap_initialize.connects", "cmap_initialize.several",
       "cmap_initialize.handle_identifies"},
      &InitializeSeveral);
  add("initialize/service-gone", "initialize where the service is killed, stopped or back again",
      {"cmap_initialize.returns", "cmap_initialize.errors.CS_ERR_LIBRARY"}, &InitializeServiceGone);
  add("initialize/late", "initialize where the service takes its time to answer",
      {"cmap_initialize.returns"}, &InitializeLate, false);
  add("initialize/again", "initialize after finalize, several times",
      {"cmap_initialize.returns", "cmap_finalize.returns", "cmap_finalize.closes",
       "undocumented.memory_left"},
      &InitializeAgain);
  add("many-times", "each function many times over, right and wrong: nothing of it is left",
      {"undocumented.memory_left", "cmap_finalize.closes"}, &ManyTimes);
  add("finalize/events-pending", "finalize while events are pending: none is dispatched after it",
      {"cmap_finalize.returns", "cmap_finalize.no_more_callbacks"}, &FinalizeWithEventsPending);
  add("finalize/twice", "finalize of a finalized connection", {"cmap_finalize.bad_handle"},
      &FinalizeTwice);
  add("finalize/service-gone", "finalize where the service is killed, stopped or back again",
      {"cmap_finalize.returns", "undocumented.shared_files_left", "undocumented.shared_files_kept"},
      &FinalizeServiceGone);
  add("fd_get/poll", "the descriptor can be polled for what is pending",
      {"cmap_fd_get.returns", "cmap_fd_get.poll"}, &FdGetAndPoll);
  add("fd_get/deleted-tracker", "the descriptor with events of deleted trackers pending",
      {"cmap_fd_get.returns", "cmap_fd_get.poll", "undocumented.fd_get.deleted_tracker"},
      &FdGetDeletedTracker);
  add("fd_get/service-gone", "the descriptor after the service was killed", {"cmap_fd_get.returns"},
      &FdGetServiceGone);
}

}  // namespace cmapsim::suite
