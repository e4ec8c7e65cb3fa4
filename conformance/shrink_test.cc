#include "conformance/shrink.h"

#include <gtest/gtest.h>

#include <thread>

#include "conformance/suites/numbers.h"
#include "conformance/suites/steps.h"

namespace cmapsim {
namespace {

using std::chrono::steady_clock;

struct Number {
  uint32_t value;
};

// A plan of sleeps, one for each number.
rc::Shrinkable<Plan> Sleeps(uint64_t seed) {
  const auto numbers = suite::Records<Number>(1, 30, {{&Number::value, 1000}});
  const auto plans = rc::gen::map(numbers, [](const std::vector<Number>& drawn) {
    Plan plan;
    for (const Number& number : drawn) plan.steps.push_back(suite::Sleep(number.value));
    NumberSteps(plan);
    return plan;
  });
  return plans(rc::Random(seed), 100);
}

Plan PlanOf(const rc::Shrinkable<Plan>& shrinkable) { return shrinkable.value(); }

Nanos Longest(const Plan& plan) {
  Nanos longest = 0;
  for (const Step& step : plan.steps) longest = std::max(longest, step.duration_ns);
  return longest;
}

constexpr auto kNever = steady_clock::time_point::max();

TEST(Shrink, EndsWithTheSmallestPlanThatFails) {
  const auto fails = [](const Plan& plan) { return Longest(plan) >= 50; };
  for (uint64_t seed = 0; seed < 50; ++seed) {
    if (!fails(Sleeps(seed).value())) continue;
    const ShrunkPlan small = ShrinkPlan(Sleeps(seed), &PlanOf, fails, kNever);
    EXPECT_TRUE(small.complete);
    ASSERT_EQ(small.plan.steps.size(), 1u);
    EXPECT_EQ(small.plan.steps[0].duration_ns, 50);
  }
}

TEST(Shrink, OfWhatNeverFailsAgainGivesThePlanItself) {
  const ShrunkPlan small = ShrinkPlan(
      Sleeps(3), &PlanOf, [](const Plan&) { return false; }, kNever);
  EXPECT_EQ(small.plan, Sleeps(3).value());
  EXPECT_EQ(small.accepted, 0);
  EXPECT_GT(small.tried, 0);
}

TEST(Shrink, StopsWhenTheTimeIsUpWithWhatItHas) {
  const auto deadline = steady_clock::now() + std::chrono::milliseconds(30);
  constexpr int kTriesInTime = 3;
  int tries = 0;
  const auto late = [&](const Plan& plan) {
    if (++tries == kTriesInTime) std::this_thread::sleep_until(deadline);
    return Longest(plan) >= 50;
  };
  const ShrunkPlan small = ShrinkPlan(Sleeps(1), &PlanOf, late, deadline);
  EXPECT_FALSE(small.complete);
  EXPECT_LE(small.tried, kTriesInTime);
  EXPECT_GE(Longest(small.plan), 50);
}

TEST(Shrink, WithoutTimeRunsNothing) {
  const ShrunkPlan small = ShrinkPlan(
      Sleeps(1), &PlanOf, [](const Plan&) -> bool { throw std::runtime_error("must not be run"); },
      steady_clock::now());
  EXPECT_EQ(small.tried, 0);
  EXPECT_EQ(small.plan, Sleeps(1).value());
}

}  // namespace
}  // namespace cmapsim
