#include "sim/core/plan_codec.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "sim/core/plan_generators.h"

namespace cmapsim {
namespace {

std::string Encoded(const Plan& plan) {
  std::string bytes;
  EncodePlan(plan, bytes);
  return bytes;
}

RC_GTEST_PROP(PlanCodec, DecodesWhatItEncoded, ()) {
  const Plan plan = *GenPlan();
  RC_ASSERT(DecodePlan(Encoded(plan)) == plan);
}

TEST(PlanCodec, AppendsToWhatIsThere) {
  std::string bytes = "before";
  EncodePlan(Plan(), bytes);
  EXPECT_EQ(DecodePlan(std::string_view(bytes).substr(6)), Plan());
}

// Every member, also those without meaning for the operation: the codec is for any Plan.
TEST(PlanCodec, KeepsEveryMember) {
  Step step;
  step.op = Op::kService;
  step.by = Actor::kPeer;
  step.after_ns = 0;
  step.connection = -1;
  step.raw_handle = 0;
  step.tracker = 2;
  step.raw_track = 3;
  step.iterator = 4;
  step.raw_iterator = 5;
  step.key = "";
  step.value = Value();
  step.buffer_size = 0;
  step.value_len = 10;
  step.null_value_len = true;
  step.null_type = true;
  step.track = -6;
  step.null_notify = true;
  step.null_output = true;
  step.mode = 7;
  step.context = 8;
  step.duration_ns = -1;
  step.action = ServiceAction::kStart;
  step.task = 11;
  step.signal = 12;
  step.restart = true;
  step.on_callback.push_back({9, {Step()}});
  Plan plan;
  plan.keys.emplace();
  plan.steps = {step};
  NumberSteps(plan);
  EXPECT_EQ(DecodePlan(Encoded(plan)), plan);
}

RC_GTEST_PROP(PlanCodec, RefusesEveryPartOfAPlan, ()) {
  const std::string bytes = Encoded(*GenPlan());
  RC_ASSERT(
      !DecodePlan(std::string_view(bytes).substr(0, *rc::gen::inRange<size_t>(0, bytes.size()))));
  RC_ASSERT(!DecodePlan(bytes + '\0'));
}

RC_GTEST_PROP(PlanCodec, BearsAnyBytes, (const std::string& bytes)) {
  const auto plan = DecodePlan(bytes);
  RC_ASSERT(!plan);
}

// Either nothing, or a plan that can be encoded again.
RC_GTEST_PROP(PlanCodec, BearsAnyDamage, ()) {
  std::string bytes = Encoded(*GenPlan());
  for (int i = *rc::gen::inRange(1, 5); i > 0; --i) {
    bytes[*rc::gen::inRange<size_t>(0, bytes.size())] = *rc::gen::arbitrary<char>();
  }
  if (const auto plan = DecodePlan(bytes)) RC_ASSERT(DecodePlan(Encoded(*plan)) == *plan);
}

TEST(PlanCodec, RefusesReactionsWithoutEnd) {
  Plan plan;
  plan.steps.resize(1);
  for (int i = 0; i < 1000; ++i) {
    Step outer;
    outer.on_callback.push_back({0, std::move(plan.steps)});
    plan.steps = {std::move(outer)};
  }
  EXPECT_FALSE(DecodePlan(Encoded(plan)));
}

}  // namespace
}  // namespace cmapsim
