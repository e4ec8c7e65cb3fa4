// The statistics map (CMAP_MAP_STATS), as far as the service knows it: which requests it refuses,
// and no key at all.
//
// docs/limitations.md says so. The errors are those of corosync 3.1.7.
#pragma once

#include <cstdint>
#include <string_view>

#include "sim/cmap/types.h"

namespace cmapsim {

[[nodiscard]] CsError StatsMapSet(std::string_view key);
// Delete and AdjustInt.
[[nodiscard]] CsError StatsMapChange(std::string_view key);
[[nodiscard]] CsError StatsMapTrackAdd(int32_t mask);

}  // namespace cmapsim
