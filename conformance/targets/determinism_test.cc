// Same plan, same target: same trace, byte for byte. This is the product.
#include <atomic>
#include <string>
#include <thread>

#include "conformance/targets/test_support.h"
#include "sim/core/trace.h"

namespace cmapsim {
namespace {

// Keeps the other core busy while it exists.
class Load {
 public:
  Load()
      : thread_([this] {
          while (!stop_.load(std::memory_order_relaxed)) ++work_;
        }) {}
  ~Load() {
    stop_ = true;
    thread_.join();
  }
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

 private:
  std::atomic<bool> stop_{false};
  std::atomic<uint64_t> work_{0};
  std::thread thread_;
};

std::string RunOnce(Target& target, const Plan& plan) {
  auto trace = target.Run(plan, TraceLevel::kHost);
  if (!trace) {
    ADD_FAILURE() << trace.error();
    return {};
  }
  return std::string(*trace);
}

class DeterminismTest : public testing::TestWithParam<Transport> {};

TEST_P(DeterminismTest, EveryPlanGivesTheSameTraceInTwoProcessesUnderLoad) {
  CMAPSIM_NEEDS_LIBCMAP();
  const auto files = PlanFiles();
  ASSERT_GE(files.size(), 8U);
  auto quiet = OpenForTest(GetParam());
  std::vector<std::string> traces;
  for (const auto& file : files) traces.push_back(RunOnce(*quiet, ReadPlan(file)));
  const Load load;
  auto busy = OpenForTest(GetParam());
  for (size_t i = 0; i < files.size(); ++i) {
    const std::string again = RunOnce(*busy, ReadPlan(files[i]));
    EXPECT_FALSE(again.empty()) << files[i];
    EXPECT_TRUE(again == traces[i])
        << files[i] << ": " << TraceDigest(again) << " and " << TraceDigest(traces[i]);
  }
}

TEST_P(DeterminismTest, APlanGivesTheSameTraceAloneFirstAndAfterTenThousandLeakingOnes) {
  CMAPSIM_NEEDS_LIBCMAP();
  const Plan plan = ReadPlan("fixtures/plans/endings/finished.yaml");
  const Plan leaks = ReadPlan("fixtures/plans/scenarios/leaks.yaml");
  auto alone = OpenForTest(GetParam());
  const std::string trace = RunOnce(*alone, plan);
  auto warm = OpenForTest(GetParam());
  EXPECT_TRUE(RunOnce(*warm, plan) == trace) << "first";
  ASSERT_TRUE(warm->RunRepeated(leaks, TraceLevel::kHost, 10'000).has_value());
  EXPECT_TRUE(RunOnce(*warm, plan) == trace) << "after 10,000";
}

// The other way round: traces do tell things apart.
TEST_P(DeterminismTest, AnotherPlanGivesAnotherTrace) {
  CMAPSIM_NEEDS_LIBCMAP();
  auto target = OpenForTest(GetParam());
  Plan plan = ReadPlan("fixtures/plans/scenarios/whole.yaml");
  const std::string trace = RunOnce(*target, plan);
  plan.steps[2].value = Value::Integer(ValueType::kUInt8, 2);
  EXPECT_NE(RunOnce(*target, plan), trace);
}

INSTANTIATE_TEST_SUITE_P(Transports, DeterminismTest,
                         testing::Values(Transport::kShm, Transport::kSocket),
                         [](const auto& info) {
                           return info.param == Transport::kShm ? "Shm" : "Socket";
                         });

}  // namespace
}  // namespace cmapsim
