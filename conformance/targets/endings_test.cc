// Every way in which a run can end, each followed by a run that ends well.
#include <string>

#include "conformance/targets/test_support.h"
#include "sim/core/trace.h"

namespace cmapsim {
namespace {

struct Case {
  const char* name;
  const char* library;  // null: the genuine one
  const char* plan;
  const char* ending;  // how the trace's last line must begin, after the time
};

std::string Ending(std::string_view trace) {
  const size_t at = trace.rfind(" = ");
  return at == std::string_view::npos ? std::string() : std::string(trace.substr(at + 3));
}

class EndingsTest : public testing::TestWithParam<std::tuple<Case, Transport>> {};

TEST_P(EndingsTest, IsToldAndStopsNothing) {
  CMAPSIM_NEEDS_LIBCMAP();
  const auto& [c, transport] = GetParam();
  auto target =
      OpenForTest(transport, c.library != nullptr ? std::string("fixtures/wrong/") + c.library
                                                  : std::string(kLibraryForTest));
  ASSERT_NE(target, nullptr);
  const Plan plan = ReadPlan(std::string("fixtures/plans/endings/") + c.plan);
  const auto trace = target->Run(plan, TraceLevel::kApi);
  ASSERT_TRUE(trace.has_value()) << trace.error();
  EXPECT_TRUE(Ending(*trace).starts_with(c.ending)) << Ending(*trace);
  EXPECT_TRUE(ParseTrace(*trace).has_value()) << *trace;
  EXPECT_NE(trace->find("> 0 initialize"), std::string_view::npos)
      << "what was recorded before the end is lost";

  // A plan that none of these libraries breaks.
  Plan harmless;
  Step step;
  step.op = Op::kInitialize;
  harmless.steps.push_back(step);
  step.op = Op::kFinalize;
  harmless.steps.push_back(step);
  NumberSteps(harmless);
  const auto after = target->Run(harmless, TraceLevel::kApi);
  ASSERT_TRUE(after.has_value()) << after.error();
  EXPECT_EQ(Ending(*after), "finished\n");
}

constexpr Case kCases[] = {
    {"Finished", nullptr, "finished.yaml", "finished"},
    {"Deadlock", nullptr, "deadlock.yaml", "deadlock poll"},
    {"Stall", nullptr, "stall.yaml", "stall"},
    {"Livelock", nullptr, "livelock.yaml", "livelock"},
    {"LivelockOfTheLibrary", "livelocks.so", "finished.yaml", "livelock"},
    {"Hang", "hangs.so", "finished.yaml", "hang"},
    {"Exit", "exits.so", "finished.yaml", "exit 3"},
    {"Crash", "crashes.so", "finished.yaml", "crash SIGSEGV"},
    {"Abort", "aborts.so", "finished.yaml", "crash SIGABRT"},
};

INSTANTIATE_TEST_SUITE_P(All, EndingsTest,
                         testing::Combine(testing::ValuesIn(kCases),
                                          testing::Values(Transport::kShm, Transport::kSocket)),
                         [](const auto& info) {
                           return std::string(std::get<0>(info.param).name) +
                                  (std::get<1>(info.param) == Transport::kShm ? "Shm" : "Socket");
                         });

}  // namespace
}  // namespace cmapsim
