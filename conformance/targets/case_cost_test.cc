// A warmed-up case of one task makes no system call and no page fault: exits of the kernel are what
// a machine is slowest at.
#include "conformance/targets/case_cost.h"

#include <string>

#include "conformance/targets/test_support.h"

namespace cmapsim {
namespace {

constexpr uint32_t kCases = 500;

struct Row {
  const char* name;
  Transport transport;
  const char* steps;  // behind "steps:"
};

#define CONNECTED "  - {op: initialize}\n"
#define EVENTS                                                      \
  "  - {op: track_add, key: test., track: [add, modify, prefix]}\n" \
  "  - {op: set, key: test.a, value: \"uint8:1\"}\n"                \
  "  - {op: dispatch, mode: ONE}\n"                                 \
  "  - {by: peer, op: set, key: test.b, value: \"uint8:2\"}\n"      \
  "  - {op: dispatch, mode: ALL}\n"
#define READS                               \
  "  - {op: get, key: test.k, buffer: 8}\n" \
  "  - {op: iter_init, key: test.}\n"       \
  "  - {op: iter_next}\n"                   \
  "  - {op: iter_finalize}\n"
#define FINALIZE "  - {op: finalize}\n"
#define FAULT "faults:\n  - {fault: host.sem_timedwait.errno, nth: 2, errno: EINTR}\n"
#define FAULT_SOCKET "faults:\n  - {fault: host.writev.errno, nth: 2, errno: EAGAIN}\n"
#define FAULT_MALLOC "faults:\n  - {fault: host.malloc.errno, nth: 1, errno: ENOMEM}\n"

constexpr Row kRows[] = {
    {"EventsShm", Transport::kShm, CONNECTED EVENTS FINALIZE},
    {"EventsSocket", Transport::kSocket, CONNECTED EVENTS FINALIZE},
    {"ReadsShm", Transport::kShm, CONNECTED READS FINALIZE},
    {"ReadsSocket", Transport::kSocket, CONNECTED READS FINALIZE},
    {"LeftOpenShm", Transport::kShm, CONNECTED EVENTS},
    {"LeftOpenSocket", Transport::kSocket, CONNECTED EVENTS},
    {"FaultShm", Transport::kShm, CONNECTED EVENTS FINALIZE FAULT},
    {"FaultSocket", Transport::kSocket, CONNECTED EVENTS FINALIZE FAULT_SOCKET},
    {"NoMemoryShm", Transport::kShm, CONNECTED EVENTS FAULT_MALLOC},
    {"NoMemorySocket", Transport::kSocket, CONNECTED EVENTS FAULT_MALLOC},
};

Plan PlanOf(const Row& row) {
  const std::string text =
      "cmapsim: 1\nkeys: [{key: test.k, value: \"uint64:0\"}]\nsteps:\n" + std::string(row.steps);
  auto plan = ParsePlan(text, row.name);
  if (!plan) {
    ADD_FAILURE() << plan.error();
    return {};
  }
  return std::move(*plan);
}

class CaseCostTest : public testing::TestWithParam<Row> {};

TEST_P(CaseCostTest, NoSystemCallAndNoPageFault) {
  CMAPSIM_NEEDS_LIBCMAP();
  auto target = OpenForTest(GetParam().transport);
  ASSERT_NE(target, nullptr);
  const auto cost = MeasureCase(*target, PlanOf(GetParam()), TraceLevel::kHost, kCases);
  if (!cost && cost.error().find("ptrace") != std::string::npos) GTEST_SKIP() << cost.error();
  ASSERT_TRUE(cost.has_value()) << cost.error();
  EXPECT_EQ(cost->system_calls, 0);
  EXPECT_EQ(cost->page_faults, 0);
  EXPECT_LE(cost->exchange_calls, 3);
}

INSTANTIATE_TEST_SUITE_P(Rows, CaseCostTest, testing::ValuesIn(kRows),
                         [](const auto& row) { return row.param.name; });

// The other way round: a task of its own has a new stack in each case.
TEST(CaseCost, CountsWhatThereIs) {
  CMAPSIM_NEEDS_LIBCMAP();
  const Row row = {"task", Transport::kShm,
                   "  - {op: start, task: 1}\n  - {op: join, task: 1}\n"
                   "tasks:\n  - {task: 1, steps: [{op: initialize}, {op: finalize}]}\n"};
  auto target = OpenForTest(Transport::kShm);
  ASSERT_NE(target, nullptr);
  const auto cost = MeasureCase(*target, PlanOf(row), TraceLevel::kHost, 50);
  if (!cost && cost.error().find("ptrace") != std::string::npos) GTEST_SKIP() << cost.error();
  ASSERT_TRUE(cost.has_value()) << cost.error();
  EXPECT_GE(cost->system_calls, 2);
  EXPECT_GE(cost->page_faults, 1);
}

// One that touches a mebibyte of stack in every case, as builds with -fstack-clash-protection do, is
// given its pages back ever less often.
TEST(CaseCost, IsNextToNothingAlsoForALibraryThatTouchesAMebibyteOfStack) {
  CMAPSIM_NEEDS_LIBCMAP();
  const Row row = {"deep", Transport::kShm,
                   CONNECTED "  - {op: set, key: test.probe, value: \"uint8:1\"}\n" FINALIZE};
  auto target = OpenForTest(Transport::kShm, "conformance/targets/stack_bytes.so");
  ASSERT_NE(target, nullptr);
  const auto cost = MeasureCase(*target, PlanOf(row), TraceLevel::kHost, 2000);
  if (!cost && cost.error().find("ptrace") != std::string::npos) GTEST_SKIP() << cost.error();
  ASSERT_TRUE(cost.has_value()) << cost.error();
  EXPECT_LT(cost->system_calls, 0.2);
  EXPECT_LT(cost->page_faults, 1);
}

}  // namespace
}  // namespace cmapsim
