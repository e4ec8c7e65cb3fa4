// cmap_initialize_map: the configuration, the statistics, and maps that there are not.

#include "conformance/suites/registry.h"
#include "conformance/suites/script.h"

namespace cmapsim::suite {
namespace {

constexpr int32_t kIcmap = 0;
constexpr int32_t kStats = 1;

struct Use {
  uint32_t op;
  uint32_t key;
  uint32_t connection;
  uint32_t type;
};

rc::Gen<std::vector<Use>> Uses(size_t max) {
  return Records<Use>(
      1, max, {{&Use::op, 10}, {&Use::key, 4}, {&Use::connection, 3}, {&Use::type, kTypeCount}});
}

Step StepOf(const Use& u, uint32_t number) {
  const auto connection = static_cast<int32_t>(u.connection);
  const std::string& key = KeyName(u.key);
  switch (u.op) {
    case 0:
      return Set(key, MakeValue(u.type, 0, number), connection);
    case 1:
    case 2:
      return Get(key, 64, connection);
    case 3:
      return Delete(key, connection);
    case 4:
      return OnKey(u.type % 2 == 0 ? Op::kInc : Op::kDec, key, connection);
    case 5:
      return IterInit(connection, "test.", connection);
    case 6:
    case 7:
      return IterNext(connection, connection);
    case 8:
      return GetTyped(ValueType::kUInt8, key, connection);
    default:
      return Dispatch(kDispatchAll, connection);
  }
}

// Connections 0 and 2 to the configuration, by either function, 1 to the statistics: what is done on
// one does not show on the other.
rc::Gen<Plan> Apart(const GenerateOptions& options) {
  const auto write = [=](const std::vector<Use>& uses) {
    Script script(options);
    script.Connect(0);
    script.ConnectTo(kStats, 1);
    script.ConnectTo(kIcmap, 2);
    script.Track("test.", kTrackAll | kTrackPrefix, 0);
    script.Track("test.", kTrackAll | kTrackPrefix, 1);
    script.Track("test.", kTrackAll | kTrackPrefix, 2);
    script.Add(Set("test.a", MakeValue(0, 0, 1)));
    script.Add(Get("test.a", 8, 1));
    script.Add(Get("test.a", 8, 2));
    uint32_t number = 1;
    for (const Use& u : uses) script.Add(StepOf(u, ++number));
    return script.End();
  };
  return Plans(write, Uses(16));
}

// Trackers of keys and prefixes on either map, of each mask, while the statistics change.
rc::Gen<Plan> Tracked(const GenerateOptions& options) {
  const auto write = [=](const std::vector<Use>& uses) {
    Script script(options);
    script.ConnectTo(kStats, 0);
    script.ConnectTo(kIcmap, 1);
    constexpr int32_t kMasks[] = {kTrackModify,
                                  kTrackModify | kTrackPrefix,
                                  kTrackAdd | kTrackDelete | kTrackPrefix,
                                  kTrackAll | kTrackPrefix,
                                  kTrackAdd | kTrackPrefix,
                                  kTrackDelete | kTrackPrefix,
                                  kTrackAdd | kTrackDelete,
                                  kTrackAll};
    for (const Use& u : uses) {
      const int32_t mask = kMasks[u.type % std::size(kMasks)];
      const bool prefix = (mask & kTrackPrefix) != 0;
      const auto connection = static_cast<int32_t>(u.connection % 2);
      const std::string_view key = connection == 1 ? "test."
                                   : prefix        ? "stats."
                                                   : "stats.ipcs.global.active";
      script.Track(key, mask, connection);
      if (options.live) continue;
      if (u.op < 3) script.Connect(2 + static_cast<int32_t>(u.op));
      script.Add(Dispatch(kDispatchAll, connection));
    }
    if (!options.live) return script.End();
    // A daemon has connections that come and go, of which nobody knows when.
    script.Add(Finalize(0));
    script.Add(Finalize(1));
    return script.Done();
  };
  return Plans(write, Uses(8));
}

struct Unknown {
  uint32_t map;
  uint32_t low;
  uint32_t times;
};

rc::Gen<Plan> UnknownMap(const GenerateOptions& options) {
  const auto write = [=](const Unknown& u) {
    Script script(options);
    constexpr int32_t kMaps[] = {2, 3, 255, -1, INT32_MIN, INT32_MAX, 256, 257};
    const auto drawn = static_cast<int32_t>(u.low);
    const int32_t map = u.map < std::size(kMaps)   ? kMaps[u.map]
                        : drawn == 0 || drawn == 1 ? 4
                                                   : drawn;
    for (uint32_t i = 0; i <= u.times; ++i) script.Add(InitializeMap(map, 3));
    script.Connect(0);
    script.Add(Set("test.a", MakeValue(0, 0, 1)));
    script.Add(Get("test.a", 1));
    return script.End();
  };
  return Plans(
      write,
      Record<Unknown>({{&Unknown::map, 10}, {&Unknown::low, 0xffff'ffff}, {&Unknown::times, 3}}));
}

// Either map where the service is gone, and the place for the handle NULL.
rc::Gen<Plan> ServiceGone(const GenerateOptions& options) {
  const auto write = [=](const Unknown& u) {
    Script script(options);
    script.ConnectTo(static_cast<int32_t>(u.map % 2), 0);
    script.Add(OfService(ServiceAction::kKill));
    if (u.times != 0) script.Add(InitializeMap(static_cast<int32_t>(u.low % 2), 1));
    script.Add(Get("test.a", 8));
    script.Add(OfService(ServiceAction::kStart));
    script.ConnectTo(kIcmap, 2);
    script.Add(Set("test.a", MakeValue(0, 0, 1), 2));
    script.Add(Get("test.a", 8, 2));
    return script.End();
  };
  return Plans(write,
               Record<Unknown>({{&Unknown::map, 2}, {&Unknown::low, 2}, {&Unknown::times, 2}}));
}

}  // namespace

void AddMapProperties(std::vector<Property>& out) {
  const Adder add(out, "maps");
  add("apart", "the two maps have nothing of each other",
      {"cmap_initialize_map.returns", "cmap_initialize_map.connects", "cmap_initialize_map.several",
       "cmap_initialize_map.handle_identifies", "cmap_initialize_map.icmap",
       "cmap_initialize_map.stats", "undocumented.stats_map"},
      &Apart);
  add("tracked", "of the statistics keys are tracked for one thing, and prefixes for another",
      {"cmap_track_add.notes.stats_keys", "cmap_track_add.notes.stats_prefixes"}, &Tracked);
  add("unknown", "a map that is not listed is refused, and spoils nothing",
      {"cmap_initialize_map.map", "undocumented.unknown_map"}, &UnknownMap);
  add("service-gone", "either map where the service was killed and started",
      {"cmap_initialize_map.errors.CS_ERR_LIBRARY"}, &ServiceGone);
}

}  // namespace cmapsim::suite
