// The second phase: makes a plan that fails smaller, as long as it fails in the same way.
//
//   ShrunkPlan small = ShrinkPlan(shrinkable, fails, deadline);
//
// Greedy over RapidCheck's shrinks: the first smaller plan that still fails is gone on with.
#pragma once

#include <rapidcheck.h>

#include <chrono>
#include <cstdint>
#include <functional>

#include "sim/core/plan.h"

namespace cmapsim {

struct ShrunkPlan {
  Plan plan;
  int64_t tried = 0;      // plans that were run
  int64_t accepted = 0;   // those that failed in the same way
  bool complete = false;  // no smaller plan fails; else the time was up
};

// `plan_of` makes the plan to run from a value; `fails` runs it. Plans that are tried after
// `deadline` are not run.
[[nodiscard]] ShrunkPlan ShrinkPlan(rc::Shrinkable<Plan> shrinkable,
                                    const std::function<Plan(const rc::Shrinkable<Plan>&)>& plan_of,
                                    const std::function<bool(const Plan&)>& fails,
                                    std::chrono::steady_clock::time_point deadline);

}  // namespace cmapsim
