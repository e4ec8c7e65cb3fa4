// The faults of the client's host strike the same call of the library in both worlds, and come to
// the same there: on the virtual host, and on a real kernel beside a real corosync.
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/suites/dispatch_matrix.h"
#include "conformance/suites/dispatch_record.h"
#include "conformance/targets/live_target.h"
#include "conformance/targets/test_support.h"
#include "sim/core/fault.h"
#include "sim/core/host_calls.h"
#include "sim/core/plan_yaml.h"
#include "sim/core/trace.h"

namespace cmapsim {
namespace {

constexpr char kLiveWorker[] = "conformance/targets/live_worker";

Plan PlanOf(const std::string& text) {
  auto plan = ParsePlan("cmapsim: 1\n" + text, "test");
  EXPECT_TRUE(plan.has_value()) << plan.error();
  return plan ? *plan : Plan();
}

// The calls that were counted, in their order, a line each.
std::string CallsOf(std::string_view trace) {
  std::string calls;
  const auto events = ParseTrace(trace);
  EXPECT_TRUE(events.has_value());
  if (!events) return calls;
  for (const TraceEvent& event : *events) {
    if (event.mark == '>') calls += "> " + std::string(event.word) + "\n";
    if (event.mark == '*') calls += std::string(event.word) + "\n";
  }
  return calls;
}

// A plan in which every call of the library leaves a line: a delay of nothing strikes it.
Plan WithEveryCallNoted(Plan plan) {
  for (size_t i = 0; i < kLibcCallCount; ++i) {
    Fault fault;
    fault.kind = FaultKind::kHostDelay;
    fault.call = static_cast<LibcCall>(i);
    fault.nth = 0;
    plan.faults.push_back(fault);
  }
  return plan;
}

class FaultsMatchLiveTest : public testing::TestWithParam<Transport> {
 protected:
  void SetUp() override {
    CMAPSIM_NEEDS_LIBCMAP();
    if (!std::filesystem::exists("/usr/sbin/corosync")) {
      GTEST_SKIP() << "no corosync is installed; install the package corosync";
    }
    auto live = LiveTarget::Open({.worker = kLiveWorker,
                                  .library = kLibraryForTest,
                                  .library_sha256 = {},
                                  .version = {},
                                  .corosync = "/usr/sbin/corosync",
                                  .corosync_library_dir = {},
                                  .transport = GetParam()});
    if (!live) GTEST_SKIP() << "live: " << live.error();
    live_ = std::move(*live);
    if (live_->service_version() != "3.1.7") {
      GTEST_SKIP() << "the simulator is of corosync 3.1.7, installed is "
                   << live_->service_version();
    }
    simulated_ = OpenForTest(GetParam());
    ASSERT_NE(simulated_, nullptr);
  }

  std::string Simulated(const Plan& plan) { return Trace(*simulated_, plan); }
  std::string Live(const Plan& plan) { return Trace(*live_, plan); }

  static std::string Trace(Target& target, Plan plan) {
    plan.transport = GetParam();
    const auto trace = target.Run(plan, TraceLevel::kApi);
    EXPECT_TRUE(trace.has_value()) << trace.error();
    return trace ? std::string(*trace) : std::string();
  }

  std::unique_ptr<LiveTarget> live_;
  std::unique_ptr<SimulatedTarget> simulated_;
};

TEST_P(FaultsMatchLiveTest, TheSameCallsAreCountedInTheSameOrder) {
  const char* const plans[] = {
      "steps: [{op: initialize}, {op: finalize}]",
      "steps: [{op: initialize}, {op: set, key: test.a, value: uint8:1},"
      " {op: get, key: test.a, buffer: 1}, {op: finalize}]",
      "steps: [{op: initialize}, {op: track_add, key: test.a, track: [add]},"
      " {op: set, by: peer, key: test.a, value: uint8:1}, {op: dispatch, mode: ONE},"
      " {op: dispatch, mode: ALL}, {op: dispatch, mode: ONE_NONBLOCKING}, {op: finalize}]",
  };
  for (const char* text : plans) {
    const Plan plan = WithEveryCallNoted(PlanOf(text));
    EXPECT_EQ(CallsOf(Live(plan)), CallsOf(Simulated(plan))) << text;
  }
}

// None differs. What one day does stands here with its reason, or is mended.
TEST_P(FaultsMatchLiveTest, DispatchMakesTheSameOfEveryErrnoInEveryMode) {
  const auto keys = DispatchKeys(*simulated_);
  ASSERT_TRUE(keys.has_value()) << keys.error();
  for (const DispatchKey& key : *keys) {
    const auto simulated = RunDispatchCell(*simulated_, key);
    const auto live = RunDispatchCell(*live_, key);
    ASSERT_TRUE(simulated.has_value()) << simulated.error();
    ASSERT_TRUE(live.has_value()) << live.error();
    EXPECT_TRUE(live->Agrees(*simulated))
        << LibcCallName(key.call) << " " << key.occurrence << " " << ErrnoName(key.error) << " "
        << DispatchModeName(key.mode) << (key.pending ? " with an event" : "") << ": live "
        << OutcomeOf(*live) << "; simulated " << OutcomeOf(*simulated);
  }
  EXPECT_GT(keys->size(), 500U);
}

INSTANTIATE_TEST_SUITE_P(Transports, FaultsMatchLiveTest,
                         testing::Values(Transport::kShm, Transport::kSocket),
                         [](const auto& info) {
                           return info.param == Transport::kShm ? "Shm" : "Socket";
                         });

}  // namespace
}  // namespace cmapsim
