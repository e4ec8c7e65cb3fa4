// Nothing of an earlier case reaches a later one, also where a library returns what lay on its stack.
#include <string>
#include <string_view>

#include "conformance/targets/test_support.h"
#include "sim/core/trace.h"

namespace cmapsim {
namespace {

constexpr char kCareless[] = "conformance/targets/stack_bytes.so";
constexpr std::string_view kHead =
    "cmapsim: 1\nkeys: [{key: test.k, value: \"uint64:0\"}]\nsteps:\n  - {op: initialize}\n";
constexpr std::string_view kGet = "  - {op: get, key: test.k, buffer: 8}\n";

std::string SetOf(int byte) {
  return "  - {op: set, key: test.s, value: \"uint8:" + std::to_string(byte) + "\"}\n";
}

Plan PlanOf(const std::string& steps) {
  auto plan = ParsePlan(std::string(kHead) + steps, "plan");
  if (!plan) {
    ADD_FAILURE() << plan.error();
    return {};
  }
  return std::move(*plan);
}

std::string RunOnce(Target& target, const Plan& plan) {
  const auto trace = target.Run(plan, TraceLevel::kHost);
  if (!trace) {
    ADD_FAILURE() << trace.error();
    return {};
  }
  return std::string(*trace);
}

class StackBytesTest : public testing::TestWithParam<Transport> {};

TEST_P(StackBytesTest, AreZerosAtTheBeginOfEveryCase) {
  CMAPSIM_NEEDS_LIBCMAP();
  const Plan get = PlanOf(std::string(kGet));
  auto alone = OpenForTest(GetParam(), kCareless);
  ASSERT_NE(alone, nullptr);
  const std::string trace = RunOnce(*alone, get);
  EXPECT_NE(trace.find("value=uint64:0"), std::string::npos) << trace;
  auto warm = OpenForTest(GetParam(), kCareless);
  EXPECT_EQ(RunOnce(*warm, get), trace) << "first";
  for (const int byte : {1, 170, 255}) {
    ASSERT_TRUE(warm->RunRepeated(PlanOf(SetOf(byte)), TraceLevel::kHost, 3).has_value());
    EXPECT_EQ(RunOnce(*warm, get), trace) << "after cases that left " << byte;
  }
  // Often enough that pages are given back and noted again.
  ASSERT_TRUE(warm->RunRepeated(get, TraceLevel::kHost, 200).has_value());
  ASSERT_TRUE(warm->RunRepeated(PlanOf(SetOf(7)), TraceLevel::kHost, 200).has_value());
  EXPECT_EQ(RunOnce(*warm, get), trace) << "after many that left bytes";
}

// The other way round: what the same case left does come back.
TEST_P(StackBytesTest, AreWhatTheSameCaseLeft) {
  CMAPSIM_NEEDS_LIBCMAP();
  auto target = OpenForTest(GetParam(), kCareless);
  ASSERT_NE(target, nullptr);
  const std::string trace = RunOnce(*target, PlanOf(SetOf(1) + std::string(kGet)));
  EXPECT_NE(trace.find("value=uint64:72340172838076673"), std::string::npos) << trace;
}

// As for the first task, whose stack is another's neighbour.
TEST_P(StackBytesTest, AreZerosForOtherTasksToo) {
  CMAPSIM_NEEDS_LIBCMAP();
  const std::string tasks =
      "  - {op: start, task: 1}\n  - {op: join, task: 1}\ntasks:\n  - task: 1\n    steps:\n";
  const auto in_task = [](std::string step) { return "    " + step; };
  const Plan get = PlanOf(tasks + in_task(std::string(kGet)));
  const Plan set = PlanOf(tasks + in_task(SetOf(1)));
  auto target = OpenForTest(GetParam(), kCareless);
  ASSERT_NE(target, nullptr);
  const std::string trace = RunOnce(*target, get);
  EXPECT_NE(trace.find("value=uint64:0"), std::string::npos) << trace;
  RunOnce(*target, set);
  EXPECT_EQ(RunOnce(*target, get), trace);
}

INSTANTIATE_TEST_SUITE_P(Transports, StackBytesTest,
                         testing::Values(Transport::kShm, Transport::kSocket),
                         [](const auto& info) {
                           return info.param == Transport::kShm ? "Shm" : "Socket";
                         });

}  // namespace
}  // namespace cmapsim
