// Draws plans in which anything may happen: what a client does in its right mind, what others do
// meanwhile, and up to four faults of the whole table at any time.
//
//   const Plan plan = DrawFaultPlan(seed);     // the same seed, the same plan
//
// Such plans are not judged; they are run for what must hold whatever happens: the same trace every
// time, an ending with a name, and a harness that lives (determinism.cc).
#pragma once

#include <cstdint>

#include "sim/core/plan.h"

namespace cmapsim {

[[nodiscard]] Plan DrawFaultPlan(uint64_t seed);

}  // namespace cmapsim
