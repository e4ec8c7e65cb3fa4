// Makes any plan smaller that shows something, knowing nothing of how it was made: it is taken apart.
//
//   ShrunkPlan small = ShrinkStructure(plan, [&](const Plan& p) { return CrashesAgain(p); }, deadline);
//
// Tried again and again until nothing more goes: without tasks, faults, steps, reactions, first keys and
// switches, many at a time, then one by one; with smaller values, buffers, delays, occurrences, masks, keys
// and numbers. Every plan that is tried can be read from its text.
#pragma once

#include <chrono>
#include <functional>

#include "conformance/shrink.h"
#include "sim/core/plan.h"

namespace cmapsim {

// `shows` runs a plan; it is true of `plan` itself. Nothing is run after `deadline`.
[[nodiscard]] ShrunkPlan ShrinkStructure(Plan plan, const std::function<bool(const Plan&)>& shows,
                                         std::chrono::steady_clock::time_point deadline);

// How many steps there are, in tasks and reactions too.
[[nodiscard]] size_t CountSteps(const Plan& plan);

}  // namespace cmapsim
