#include "conformance/shrink.h"

#include <utility>

namespace cmapsim {
namespace {

using Clock = std::chrono::steady_clock;

}  // namespace

ShrunkPlan ShrinkPlan(rc::Shrinkable<Plan> shrinkable,
                      const std::function<Plan(const rc::Shrinkable<Plan>&)>& plan_of,
                      const std::function<bool(const Plan&)>& fails, Clock::time_point deadline) {
  ShrunkPlan best;
  best.plan = plan_of(shrinkable);
  for (bool smaller = true; smaller;) {
    smaller = false;
    rc::Seq<rc::Shrinkable<Plan>> shrinks = shrinkable.shrinks();
    for (auto next = shrinks.next(); next; next = shrinks.next()) {
      if (Clock::now() >= deadline) return best;
      Plan plan = plan_of(*next);
      // Numbers that stand for the same choice.
      if (plan == best.plan) continue;
      ++best.tried;
      if (!fails(plan)) continue;
      ++best.accepted;
      best.plan = std::move(plan);
      shrinkable = *next;
      smaller = true;
      break;
    }
  }
  best.complete = true;
  return best;
}

}  // namespace cmapsim
