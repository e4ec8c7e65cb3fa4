// The simulator is proved: the same plans beside a real corosync give the same API trace, apart
// from time.
//
// Plans in which others act while the client goes on (steps with `after`) have more than one right
// trace live, where the kernel decides who is first: they are judged live (`check
// --service=corosync`), not compared. Of an ending the kind is compared: how a call waits is told
// at the virtual host only.
#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "conformance/suite.h"
#include "conformance/targets/live_target.h"
#include "conformance/targets/test_support.h"
#include "sim/core/plan_yaml.h"
#include "sim/core/trace.h"

namespace cmapsim {
namespace {

constexpr char kLiveWorker[] = "conformance/targets/live_worker";
constexpr char kCorosync[] = "../system/sbin/corosync";
constexpr int kPlansPerProperty = 3;

std::string Comparable(std::string_view trace) {
  std::string out;
  const std::string api = ApiTraceWithoutTime(trace);
  for (size_t at = 0; at < api.size();) {
    const size_t end = api.find('\n', at);
    std::string_view line = std::string_view(api).substr(at, end - at);
    at = end + 1;
    if (line.starts_with("- @")) continue;
    if (line.starts_with("- = ")) line = line.substr(0, line.find(' ', 4));
    // A daemon answers a request before it takes the byte that announced it from the stream: killed
    // between the two it leaves something unread, and the kernel adds POLLERR to POLLHUP.
    constexpr std::string_view kErrorToo = " ready=in,err,hup";
    if (line.ends_with(kErrorToo)) {
      out.append(line.substr(0, line.size() - kErrorToo.size())).append(" ready=in,hup\n");
      continue;
    }
    out.append(line).append("\n");
  }
  return out;
}

bool HasOneOrder(const Plan& plan) {
  const auto steps = StepsById(plan);
  return std::none_of(steps.begin(), steps.end(),
                      [](const Step* s) { return s->after_ns.has_value(); });
}

class SimMatchesLiveTest : public testing::TestWithParam<Transport> {};

// Of corosync 3.1.7; nothing where there is none, with the reason.
tl::expected<std::unique_ptr<LiveTarget>, std::string> OpenLive(Transport transport) {
  if (!std::filesystem::exists(kCorosync)) {
    return tl::unexpected(std::string("no corosync is installed; install the package corosync"));
  }
  auto live = LiveTarget::Open({.worker = kLiveWorker,
                                .library = kLibraryForTest,
                                .library_sha256 = {},
                                .version = {},
                                .corosync = "/usr/sbin/corosync",
                                .corosync_library_dir = {},
                                .transport = transport});
  if (!live) return tl::unexpected("live: " + live.error());
  if ((*live)->service_version() != "3.1.7") {
    return tl::unexpected("the simulator is of corosync 3.1.7, installed is " +
                          (*live)->service_version());
  }
  return live;
}

TEST_P(SimMatchesLiveTest, OnEveryPropertyOfTheSuites) {
  CMAPSIM_NEEDS_LIBCMAP();
  auto live = OpenLive(GetParam());
  if (!live) GTEST_SKIP() << live.error();
  auto simulated = OpenForTest(GetParam());
  ASSERT_NE(simulated, nullptr);
  const char* seed_text = std::getenv("TEST_RANDOM_SEED");
  const uint64_t seed = seed_text != nullptr ? std::strtoull(seed_text, nullptr, 10) : 1;
  int compared = 0;
  for (const Property& property : AllProperties()) {
    if (!property.live) continue;
    for (int i = 0; i < kPlansPerProperty; ++i) {
      const rc::Random random(seed * 1000 + static_cast<uint64_t>(i));
      const auto generated =
          property.generate({.transport = GetParam(), .live = true})(random, 40 * (i + 1));
      const Plan plan = generated.value();
      if (!HasOneOrder(plan)) continue;
      const auto a = simulated->Run(plan, TraceLevel::kApi);
      ASSERT_TRUE(a.has_value()) << a.error();
      const std::string expected = Comparable(*a);
      const auto b = (*live)->Run(plan, TraceLevel::kApi);
      ASSERT_TRUE(b.has_value()) << property.name << ": " << b.error() << "\n" << FormatPlan(plan);
      EXPECT_EQ(Comparable(*b), expected) << property.name << ", seed " << seed << "\n"
                                          << FormatPlan(plan);
      ++compared;
    }
  }
  EXPECT_GT(compared, 150);
}

// The client's process has a name of its own there.
std::string WithoutProcessName(std::string trace) {
  constexpr std::string_view kName = ".procname ";
  for (size_t at = trace.find(kName); at != trace.npos; at = trace.find(kName, at)) {
    at += kName.size();
    if (trace.compare(at, 4, "new=") != 0) continue;
    trace.erase(at, trace.find('\n', at) - at);
  }
  return trace;
}

TEST_P(SimMatchesLiveTest, OnThePlansThatAreThereForThat) {
  CMAPSIM_NEEDS_LIBCMAP();
  auto simulated = OpenForTest(GetParam());
  ASSERT_NE(simulated, nullptr);
  for (const char* name : {"shortcuts", "statistics"}) {
    const Plan plan = ReadPlan("fixtures/plans/compared/" + std::string(name) + ".yaml");
    ASSERT_GT(plan.steps.size(), 10U) << name;
    // A daemon for each: the connections of a case before it would be in the statistics.
    auto live = OpenLive(GetParam());
    if (!live) GTEST_SKIP() << live.error();
    const auto a = simulated->Run(plan, TraceLevel::kApi);
    ASSERT_TRUE(a.has_value()) << a.error();
    const std::string expected = WithoutProcessName(Comparable(*a));
    const auto b = (*live)->Run(plan, TraceLevel::kApi);
    ASSERT_TRUE(b.has_value()) << name << ": " << b.error();
    EXPECT_EQ(WithoutProcessName(Comparable(*b)), expected) << name;
  }
}

INSTANTIATE_TEST_SUITE_P(Transports, SimMatchesLiveTest,
                         testing::Values(Transport::kShm, Transport::kSocket),
                         [](const auto& info) {
                           return info.param == Transport::kShm ? "Shm" : "Socket";
                         });

}  // namespace
}  // namespace cmapsim
