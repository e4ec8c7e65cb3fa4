// Many connections, what each has of its own, and what a finalized or broken one leaves to the others.

#include "conformance/suites/registry.h"
#include "conformance/suites/script.h"

namespace cmapsim::suite {
namespace {

constexpr uint32_t kConnections = 6;

struct Use {
  uint32_t connection;
  uint32_t op;
  uint32_t low;
  uint32_t high;
};

rc::Gen<std::vector<Use>> Uses(size_t max, uint32_t ops) {
  return Records<Use>(1, max,
                      {{&Use::connection, kConnections},
                       {&Use::op, ops},
                       {&Use::low, 0xffff'ffff},
                       {&Use::high, 0xffff'ffff}});
}

int32_t SlotOf(const Use& u) { return static_cast<int32_t>(u.connection); }

// A context for each handle, any pointer, also when others come and go.
rc::Gen<Plan> Contexts(const GenerateOptions& options) {
  const auto write = [=](const std::vector<Use>& uses) {
    Script script(options);
    script.Connect(0);
    script.Connect(1);
    for (const Use& u : uses) {
      constexpr uint64_t kSpecial[] = {7, 0, UINT64_MAX, uint64_t{1} << 63, uint64_t{1} << 32};
      const uint64_t context =
          u.low % 8 < std::size(kSpecial) ? kSpecial[u.low % 8] : uint64_t{u.high} << 32 | u.low;
      const int32_t slot = SlotOf(u);
      if (u.op < 3) {
        script.Add(ContextSet(context, slot % 2));
      } else if (u.op < 6) {
        script.Add(ContextGet(slot % 2));
      } else if (u.op == 6) {
        script.Add(Initialize(2));
        script.Add(ContextSet(context, 2));
        script.Add(Finalize(2));
      } else {
        script.Add(OfService(ServiceAction::kKill));
        script.Add(OfService(ServiceAction::kStart));
      }
    }
    script.Add(ContextGet(0));
    script.Add(ContextGet(1));
    return script.End();
  };
  return Plans(write, Uses(14, options.live ? 7 : 8));
}

// Opened and finalized in any order, each with trackers and iterators of its own.
rc::Gen<Plan> ComeAndGo(const GenerateOptions& options) {
  const auto write = [=](const std::vector<Use>& uses) {
    Script script(options);
    std::vector<bool> open(kConnections);
    uint32_t number = 0;
    for (const Use& u : uses) {
      const int32_t slot = SlotOf(u);
      if (!open[u.connection]) {
        script.Add(Initialize(slot));
        open[u.connection] = true;
        continue;
      }
      if (u.op < 2) {
        script.Add(Set(KeyName(u.low % 4), MakeValue(0, 0, ++number), slot));
      } else if (u.op < 4) {
        script.Track("test.", kTrackAll | kTrackPrefix, slot);
      } else if (u.op == 4) {
        script.Add(Get(KeyName(u.low % 4), 64, slot));
      } else if (u.op == 5) {
        script.Add(IterInit(slot, "test.", slot));
      } else if (u.op == 6) {
        script.Add(IterNext(slot, slot));
      } else if (u.op == 7) {
        script.Add(Dispatch(kDispatchAll, slot));
      } else if (u.op == 8 && script.trackers() > 0) {
        script.Add(TrackDelete(static_cast<int32_t>(u.low) & 1, slot));
      } else {
        script.Add(Finalize(slot));
        open[u.connection] = false;
      }
    }
    for (uint32_t i = 0; i < kConnections; ++i) {
      if (!open[i]) continue;
      script.Add(Dispatch(kDispatchAll, static_cast<int32_t>(i)));
      script.Add(Finalize(static_cast<int32_t>(i)));
    }
    return script.Done();
  };
  return Plans(write, Uses(40, 10));
}

// A restart in the middle: connections of before are broken, those of after know nothing of it.
rc::Gen<Plan> Restart(const GenerateOptions& options) {
  const auto write = [=](const std::vector<Use>& before, const std::vector<Use>& after) {
    Script script(options);
    for (int32_t i = 0; i < 3; ++i) script.Connect(i);
    uint32_t number = 0;
    const auto add = [&](const Use& u, int32_t slot) {
      if (u.op < 2) {
        script.Add(Set(KeyName(u.low % 4), MakeValue(u.high, 0, ++number), slot));
      } else if (u.op == 2) {
        script.Track("test.", kTrackAll | kTrackPrefix, slot);
      } else if (u.op == 3) {
        script.Add(Get(KeyName(u.low % 4), 64, slot));
      } else {
        script.Add(ContextSet(u.low, slot));
      }
    };
    for (const Use& u : before) add(u, SlotOf(u) % 3);
    script.Add(OfService(ServiceAction::kKill));
    script.Add(OfService(ServiceAction::kStart));
    for (int32_t i = 3; i < 5; ++i) script.Connect(i);
    for (const Use& u : after) add(u, SlotOf(u) % 5);
    for (int32_t i = 0; i < 5; ++i) script.Add(ContextGet(i));
    return script.End();
  };
  return Plans(write, Uses(6, 5), Uses(8, 5));
}

// As many as fit.
rc::Gen<Plan> Many(const GenerateOptions& options) {
  const auto write = [=](const Use& u) {
    Script script(options);
    const auto count = static_cast<int32_t>(2 + u.low % (options.live ? 8 : 40));
    for (int32_t i = 0; i < count; ++i) script.Connect(i);
    for (int32_t i = 0; i < count; ++i) script.Add(ContextSet(static_cast<uint64_t>(i) + 1, i));
    script.Track("test.", kTrackAll | kTrackPrefix, 0);
    script.Track("test.", kTrackAll | kTrackPrefix, count - 1);
    script.Add(Set("test.a", MakeValue(u.op, 0, u.low), count / 2));
    for (int32_t i = 0; i < count; ++i) script.Add(ContextGet(i));
    return script.End();
  };
  return Plans(
      write,
      Record<Use>(
          {{&Use::connection, 1}, {&Use::op, kTypeCount}, {&Use::low, 100}, {&Use::high, 1}}));
}

}  // namespace

void AddConnectionProperties(std::vector<Property>& out) {
  const Adder add(out, "connections");
  add("context", "each handle has the context that it was given last",
      {"cmap_context_set.returns", "cmap_context_set.untouched", "cmap_context_get.returns",
       "cmap_context_get.returns_context", "undocumented.context_unset"},
      &Contexts);
  add("come-and-go", "connections are made and finalized in any order",
      {"cmap_initialize.several", "cmap_finalize.returns", "cmap_track_delete.bad_handle"},
      &ComeAndGo);
  add("restart", "a service that is started anew in the middle",
      {"cmap_initialize.returns", "cmap_set.errors.CS_ERR_LIBRARY",
       "cmap_context_get.returns_context"},
      &Restart);
  add("many", "many connections at once",
      {"cmap_initialize.several", "cmap_initialize.handle_identifies",
       "cmap_context_get.returns_context"},
      &Many);
}

}  // namespace cmapsim::suite
