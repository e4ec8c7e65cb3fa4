// Any sequence of operations, by any number of connections, also where the service is late, refuses or
// dies: judged by the same oracle as all others.

#include <set>

#include "conformance/suites/registry.h"
#include "conformance/suites/script.h"

namespace cmapsim::suite {
namespace {

struct Action {
  uint32_t op;
  uint32_t connection;
  uint32_t key;
  uint32_t type;
  uint32_t size;
  uint32_t by;
  uint32_t choice;
};

struct Trouble {
  uint32_t kind;
  uint32_t nth;
  uint32_t choice;
};

rc::Gen<std::vector<Action>> Actions(size_t max) {
  return Records<Action>(1, max,
                         {{&Action::op, 64},
                          {&Action::connection, 8},
                          {&Action::key, kKeyCount},
                          {&Action::type, kTypeCount},
                          {&Action::size, kSizeCount},
                          {&Action::by, 8},
                          {&Action::choice, 64}});
}

// Most work is done on connection 0, so that it meets what was done before.
int32_t SlotOf(uint32_t choice) {
  constexpr int32_t kSlots[] = {0, 0, 0, 0, 1, 1, 2, 3};
  return kSlots[choice % 8];
}

class Writer {
 public:
  explicit Writer(const GenerateOptions& options) : options_(options), script_(options) {
    script_.Connect(0);
  }

  void Write(const Action& a) {
    const int32_t slot = SlotOf(a.connection);
    if (slot != 0 && a.choice % 16 != 0 && made_.insert(slot).second) script_.Add(Initialize(slot));
    if (WriteKeys(a, slot) || WriteIteration(a, slot)) return;
    WriteConnection(a, slot);
  }

  Script& script() { return script_; }

  [[nodiscard]] Plan End() {
    for (int32_t slot = 1; slot < 4; ++slot) {
      if (!made_.contains(slot)) continue;
      script_.Add(Dispatch(kDispatchAll, slot));
      script_.Add(Finalize(slot));
    }
    return script_.End();
  }

 private:
  bool WriteKeys(const Action& a, int32_t slot) {
    const std::string& key = KeyName(a.key);
    const bool peer = a.by == 1;
    if (a.op < 14) {
      Step step = Set(key, MakeValue(a.type, a.size, ++number_), slot);
      if (peer) {
        script_.Add(ByPeer(std::move(step)));
      } else {
        script_.Add(a.by < 5 ? std::move(step) : ByShortcut(std::move(step)));
      }
    } else if (a.op < 20) {
      constexpr uint32_t kBuffers[] = {20000, 8, 16, 0, 1, 3};
      const uint32_t buffer = a.choice % 8;
      script_.Add(Get(key, buffer < 6 ? std::optional(kBuffers[buffer]) : std::nullopt, slot));
    } else if (a.op < 24) {
      script_.Add(GetTyped(static_cast<ValueType>(1 + a.choice % 11), key, slot));
    } else if (a.op < 28) {
      // Under an iterator a second deletion crashes corosync 3.1.7.
      if (iterates_ && (options_.live || !deleted_.insert(key).second)) return true;
      Step step = Delete(key, slot);
      script_.Add(peer ? ByPeer(std::move(step)) : std::move(step));
    } else if (a.op < 32) {
      Step step = OnKey(a.choice % 2 == 0 ? Op::kInc : Op::kDec, key, slot);
      script_.Add(peer ? ByPeer(std::move(step)) : std::move(step));
    } else {
      return false;
    }
    return true;
  }

  bool WriteIteration(const Action& a, int32_t slot) {
    const auto iterator = static_cast<int32_t>(a.key % 3);
    if (a.op < 32 || a.op >= 42) return false;
    if (a.op < 35) {
      constexpr std::string_view kPrefixes[] = {"test.", "test.a", "test.b", "test.a.", "tes"};
      iterates_ = true;
      script_.Add(IterInit(iterator, std::string(kPrefixes[a.type % 5]), slot));
    } else if (a.op < 41) {
      script_.Add(IterNext(iterator, slot));
    } else {
      script_.Add(IterFinalize(iterator, slot));
    }
    return true;
  }

  void WriteConnection(const Action& a, int32_t slot) {
    if (a.op < 46) {
      constexpr std::string_view kTracked[] = {"test.", "test.a", "test.b", "test.a."};
      const auto mask = static_cast<int32_t>(a.choice % 4 == 0 ? a.choice / 4 : 15);
      Step& track = script_.Track(kTracked[a.key % 4], mask, slot);
      if (a.size == 7) {
        track.on_callback = {{.nth = 1, .steps = {TrackDelete(script_.trackers() - 1, slot)}}};
      }
    } else if (a.op < 48) {
      if (script_.trackers() == 0) return;
      script_.Add(TrackDelete(static_cast<int32_t>(a.choice) % script_.trackers(), slot));
    } else if (a.op < 54) {
      script_.Add(Dispatch(a.choice % 4 == 0 ? kDispatchOneNonblocking : kDispatchAll, slot));
    } else if (a.op < 56) {
      script_.Add(Poll(0, slot));
    } else if (a.op < 58) {
      script_.Add(a.choice % 2 == 0 ? ContextSet(a.choice, slot) : ContextGet(slot));
    } else if (a.op < 61) {
      if (slot == 0 || !made_.insert(slot).second) return;
      script_.Add(a.choice % 8 == 0 ? InitializeMap(1, slot) : Initialize(slot));
    } else if (a.op < 63) {
      if (slot == 0) return;
      script_.Add(Finalize(slot));
      if (a.choice % 2 == 0) made_.erase(slot);
    } else {
      script_.Add(FdGet(slot));
    }
  }

  GenerateOptions options_;
  Script script_;
  uint32_t number_ = 0;
  bool iterates_ = false;
  std::set<std::string> deleted_;
  std::set<int32_t> made_;
};

rc::Gen<Plan> Sequence(const GenerateOptions& options) {
  const auto write = [=](const std::vector<Action>& actions) {
    Writer writer(options);
    for (const Action& a : actions) writer.Write(a);
    return writer.End();
  };
  return Plans(write, Actions(50));
}

void AddTrouble(Script& script, const Trouble& t) {
  const int64_t nth = 1 + int64_t{t.nth};
  switch (t.kind) {
    case 0:
      return script.AddFault(FaultKind::kServiceReplyDelay, nth, kMillisecond << t.choice);
    case 1:
      return script.AddFault(FaultKind::kServiceEventDelay, nth, kMillisecond << t.choice);
    case 2:
      return script.AddFault(FaultKind::kServiceProcessKill, nth);
    default:
      script.AddFault(FaultKind::kServiceReplyDelay, nth, kDay);
  }
}

// The same with faults of the service that the oracle follows.
rc::Gen<Plan> Troubled(const GenerateOptions& options) {
  const auto write = [=](const std::vector<Action>& actions, const std::vector<Trouble>& troubles) {
    Writer writer(options);
    for (const Trouble& t : troubles) AddTrouble(writer.script(), t);
    for (const Action& a : actions) writer.Write(a);
    return writer.End();
  };
  return Plans(
      write, Actions(30),
      Records<Trouble>(1, 2, {{&Trouble::kind, 4}, {&Trouble::nth, 20}, {&Trouble::choice, 12}}));
}

}  // namespace

void AddAnythingProperties(std::vector<Property>& out) {
  const Adder add(out, "anything");
  add("sequence", "any operations in any order, on up to four connections",
      {"cmap_set.returns", "cmap_get.value", "cmap_get.shortcuts.other_type", "cmap_iter_next.next",
       "cmap_dispatch.all", "cmap_track_add.notify_fn", "cmap_track_delete.removes"},
      &Sequence);
  add("faults", "any operations while the service is late or dies",
      {"cmap_set.returns", "cmap_get.value", "cmap_dispatch.all"}, &Troubled, false);
}

}  // namespace cmapsim::suite
