#include "sim/cmap/stats_map.h"

#include "sim/core/plan.h"

namespace cmapsim {
namespace {

bool HasPrefix(std::string_view key, std::string_view prefix) {
  return key.substr(0, prefix.size()) == prefix;
}

// Keys that can be set, and that only clear something.
bool IsClear(std::string_view key) { return HasPrefix(key, "stats.clear."); }

}  // namespace

CsError StatsMapSet(std::string_view key) {
  if (!IsClear(key)) return CsError::kAccess;
  for (const std::string_view what : {"stats.clear.knet", "stats.clear.ipc", "stats.clear.totem",
                                      "stats.clear.all", "stats.clear.schedmiss"}) {
    if (HasPrefix(key, what)) return CsError::kOk;
  }
  return CsError::kNotSupported;
}

CsError StatsMapChange(std::string_view key) {
  return IsClear(key) ? CsError::kNotSupported : CsError::kAccess;
}

CsError StatsMapTrackAdd(int32_t mask) {
  // Other bits of the mask are not looked at, unlike in the ordinary map.
  const bool whole = (mask & kTrackAdd) != 0 && (mask & kTrackDelete) != 0;
  return (mask & kTrackPrefix) != 0 && !whole ? CsError::kNotSupported : CsError::kOk;
}

}  // namespace cmapsim
