// A schedule that was drawn, as the switches that it came to.
//
//   Plan plan = ...;                              // schedule: {one_in: 4}
//   auto trace = target.Run(plan, TraceLevel::kHost);
//   const Plan same = ExplicitSchedule(plan, *trace);    // schedule: {switches: [...]}, the same API trace
//
// So that shrinking can take switches out one by one. The trace must hold the host level.
#pragma once

#include <string_view>

#include "sim/core/plan.h"

namespace cmapsim {

[[nodiscard]] Plan ExplicitSchedule(Plan plan, std::string_view trace);

}  // namespace cmapsim
