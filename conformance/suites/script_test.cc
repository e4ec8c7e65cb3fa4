#include "conformance/suites/script.h"

#include <gtest/gtest.h>

#include "sim/cmap/service.h"

namespace cmapsim::suite {
namespace {

// Carries out a change with the simulated service, in whose connection 1 everything is tracked.
class OneService {
 public:
  OneService() : service_(FreshCorosyncKeys()) {
    service_.SetNotify([this](ConnectionId, const Notification&) { ++events_; });
    service_.Connect(1, Transport::kShm);
    uint64_t handle = 0;
    EXPECT_EQ(service_.TrackAdd(1, "test.", kTrackAll | kTrackPrefix, 1, handle), CsError::kOk);
  }

  int EventsOf(const Step& step) {
    events_ = 0;
    const std::string& key = *step.key;
    CsError error = CsError::kOk;
    if (step.op == Op::kSet) error = service_.Set(1, key, step.value->type, step.value->bytes);
    if (step.op == Op::kDelete) error = service_.Delete(1, key);
    if (step.op == Op::kInc) error = service_.AdjustInt(1, key, 1);
    if (step.op == Op::kDec) error = service_.AdjustInt(1, key, -1);
    EXPECT_EQ(error, CsError::kOk) << key;
    return events_;
  }

 private:
  Service service_;
  int events_ = 0;
};

TEST(Script, EachChangeIsOneEventForATrackerOfAllOfThem) {
  for (uint64_t seed = 0; seed < 300; ++seed) {
    Script script({});
    OneService service;
    const rc::Random random(seed);
    const auto changes = seed % 2 == 0 ? Changes(1, 60) : LargeChanges(1, 60);
    for (const Change& change : changes(random, 100).value()) {
      EXPECT_EQ(service.EventsOf(script.StepFor(change)), 1) << "seed " << seed;
    }
  }
}

TEST(Script, LaterStepsComeInTheOrderInWhichTheyWereWritten) {
  for (const bool live : {false, true}) {
    Script script({.transport = Transport::kShm, .live = live});
    for (uint32_t delay = 0; delay < kDelayCount; ++delay) script.ApplyLater({.delay = delay});
    Nanos last = 0;
    for (const Step& step : script.Done().steps) {
      ASSERT_TRUE(step.after_ns.has_value());
      EXPECT_GT(*step.after_ns, last);
      last = *step.after_ns;
    }
  }
}

TEST(Script, ValuesHaveTheSizeOfTheirType) {
  for (uint32_t type = 0; type < kTypeCount; ++type) {
    for (uint32_t size = 0; size < kSizeCount; ++size) {
      const Value value = MakeValue(type, size, 5);
      EXPECT_EQ(value.type, TypeOf(type));
      const size_t width = FixedValueSize(value.type);
      if (width != 0) {
        EXPECT_EQ(value.bytes.size(), width);
      }
    }
  }
}

TEST(Script, EndsByDispatchingAndFinalizingEachConnection) {
  Script script({});
  script.Connect(0);
  script.Connect(3);
  const Plan plan = script.End();
  ASSERT_EQ(plan.steps.size(), 6u);
  EXPECT_EQ(plan.steps[2].op, Op::kDispatch);
  EXPECT_EQ(plan.steps[3].op, Op::kFinalize);
  EXPECT_EQ(plan.steps[5].op, Op::kFinalize);
  EXPECT_EQ(plan.steps[5].connection, 3);
}

TEST(Script, ABlockingDispatchHasWhatEndsItBeforeIt) {
  Script finalizes({});
  finalizes.Begin(kDispatchBlocking, Ending::kFinalizeInCallback);
  finalizes.Dispatch(kDispatchBlocking, 3);
  const Plan one = finalizes.Done();
  EXPECT_EQ(one.steps[1].on_callback[0].steps[0].op, Op::kFinalize);
  EXPECT_EQ(one.steps[2].op, Op::kSet);
  EXPECT_EQ(one.steps[2].key, one.steps[1].key);
  ASSERT_EQ(one.steps.size(), 4u);

  Script killed({});
  killed.Begin(kDispatchBlocking, Ending::kKill);
  killed.ApplyLater({});
  killed.Dispatch(kDispatchBlocking, 1);
  const Plan two = killed.Done();
  EXPECT_EQ(two.steps[2].op, Op::kService);
  EXPECT_GT(two.steps[2].after_ns, two.steps[1].after_ns);
}

}  // namespace
}  // namespace cmapsim::suite
