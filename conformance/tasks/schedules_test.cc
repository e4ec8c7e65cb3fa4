// Tasks under several hundred schedules: each gives one trace, and can be written down switch by
// switch.
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/targets/test_support.h"
#include "conformance/tasks/explicit_schedule.h"
#include "sim/core/trace.h"

namespace cmapsim {
namespace {

constexpr int kSeeds = 20;

std::vector<std::string> TaskPlans() {
  std::vector<std::string> files;
  for (const std::string& file : PlanFiles()) {
    if (file.find("/tasks/") != std::string::npos) files.push_back(file);
  }
  return files;
}

std::string RunOnce(Target& target, const Plan& plan) {
  auto trace = target.Run(plan, TraceLevel::kHost);
  if (!trace) {
    ADD_FAILURE() << trace.error();
    return {};
  }
  return std::string(*trace);
}

template <typename Fn>
void ForEverySchedule(Fn fn) {
  for (const std::string& file : TaskPlans()) {
    Plan plan = ReadPlan(file);
    if (plan.tasks.empty()) continue;
    for (int i = 0; i < kSeeds; ++i) {
      plan.seed = static_cast<uint64_t>(i);
      plan.schedule = {1 + i % 5, {}};
      fn(plan, file + " seed " + std::to_string(i));
    }
  }
}

class SchedulesTest : public testing::TestWithParam<Transport> {};

TEST_P(SchedulesTest, EveryScheduleGivesTheSameTraceInTwoProcesses) {
  CMAPSIM_NEEDS_LIBCMAP();
  auto one = OpenForTest(GetParam());
  auto other = OpenForTest(GetParam());
  std::set<std::string> digests;
  ForEverySchedule([&](const Plan& plan, const std::string& name) {
    const std::string trace = RunOnce(*one, plan);
    digests.insert(TraceDigest(trace));
    EXPECT_TRUE(RunOnce(*other, plan) == trace) << name;
  });
  EXPECT_GT(digests.size(), 20U) << "schedules make no difference";
}

TEST_P(SchedulesTest, ADrawnScheduleAndItsSwitchesGiveTheSameApiTrace) {
  CMAPSIM_NEEDS_LIBCMAP();
  auto target = OpenForTest(GetParam());
  size_t switches = 0;
  ForEverySchedule([&](const Plan& plan, const std::string& name) {
    const std::string trace = RunOnce(*target, plan);
    const Plan same = ExplicitSchedule(plan, trace);
    EXPECT_EQ(same.schedule.one_in, 0);
    switches += same.schedule.switches.size();
    EXPECT_EQ(ApiTraceWithoutTime(RunOnce(*target, same)), ApiTraceWithoutTime(trace)) << name;
  });
  EXPECT_GT(switches, 100U);
}

TEST_P(SchedulesTest, ADeadlockNamesEachTaskAndWhatItWaitsFor) {
  CMAPSIM_NEEDS_LIBCMAP();
  auto target = OpenForTest(GetParam());
  const std::string trace = RunOnce(*target, ReadPlan("fixtures/plans/tasks/deadlock.yaml"));
  EXPECT_NE(trace.find("= deadlock task 0: join; task 1: poll\n"), std::string::npos) << trace;
}

TEST_P(SchedulesTest, AnEndedTrackingIsToldNothingThoughAnotherTaskDispatches) {
  CMAPSIM_NEEDS_LIBCMAP();
  auto target = OpenForTest(GetParam());
  Plan plan = ReadPlan("fixtures/plans/tasks/blocking-track-delete.yaml");
  for (int i = 0; i < kSeeds; ++i) {
    plan.seed = static_cast<uint64_t>(i);
    plan.schedule = {1 + i % 5, {}};
    const std::string trace = ApiTraceWithoutTime(RunOnce(*target, plan));
    const size_t ended = trace.find("- < 6 CS_OK\n");
    ASSERT_NE(ended, std::string::npos) << trace;
    EXPECT_LT(trace.find("- ! 1 "), ended) << trace;
    EXPECT_EQ(trace.find("- ! 1 ", ended), std::string::npos) << trace;
    EXPECT_NE(trace.find("- ! 2 ", ended), std::string::npos) << trace;
  }
}

// What every call returned, by its step; names of handles depend on who is first.
std::set<std::string> Returned(std::string_view trace) {
  std::set<std::string> lines;
  const std::string api = ApiTraceWithoutTime(trace);
  for (size_t at = 0; at < api.size();) {
    const size_t end = api.find('\n', at);
    const std::string line = api.substr(at, end - at);
    if (line.starts_with("- < ")) lines.insert(line.substr(0, line.find(" iter=")));
    at = end + 1;
  }
  return lines;
}

TEST_P(SchedulesTest, OutputsOfTwoTasksAreTheirOwn) {
  CMAPSIM_NEEDS_LIBCMAP();
  auto target = OpenForTest(GetParam());
  Plan plan = ReadPlan("fixtures/plans/tasks/outputs-in-two-tasks.yaml");
  plan.schedule = {};
  const std::set<std::string> expected = Returned(RunOnce(*target, plan));
  EXPECT_TRUE(expected.contains("- < 3 CS_OK value=string:\"first\""));
  EXPECT_EQ(expected.size(), StepsById(plan).size());
  size_t switches = 0;
  for (int i = 0; i < 3 * kSeeds; ++i) {
    plan.seed = static_cast<uint64_t>(i);
    plan.schedule = {1 + i % 3, {}};
    const std::string trace = RunOnce(*target, plan);
    switches += trace.find("| switch from=0 to=1 at=") != trace.npos ? 1 : 0;
    EXPECT_EQ(Returned(trace), expected) << "seed " << i;
  }
  EXPECT_GT(switches, 30U);
}

INSTANTIATE_TEST_SUITE_P(Transports, SchedulesTest,
                         testing::Values(Transport::kShm, Transport::kSocket),
                         [](const auto& info) {
                           return info.param == Transport::kShm ? "Shm" : "Socket";
                         });

}  // namespace
}  // namespace cmapsim
