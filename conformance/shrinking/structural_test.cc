#include "conformance/shrinking/structural.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "sim/core/plan_yaml.h"

namespace cmapsim {
namespace {

constexpr auto kNever = std::chrono::steady_clock::time_point::max();

Plan PlanOf(std::string_view text) {
  auto plan = ParsePlan("cmapsim: 1\n" + std::string(text), "test");
  if (!plan) {
    ADD_FAILURE() << plan.error();
    return {};
  }
  return std::move(*plan);
}

// Everything that a plan can have, most of it beside the point.
Plan Everything() {
  return PlanOf(R"(seed: 77
keys:
  - {key: first.of.all, value: uint32:12345}
  - {key: second, value: string:"hello", read_only: true}
faults:
  - {fault: host.poll.errno, errno: EINTR, nth: 9}
  - {fault: service.reply.delay, nth: 12, delay: 100h}
  - {fault: host.send.errno, errno: EAGAIN, one_in: 20}
steps:
  - {op: initialize, connection: 3}
  - op: track_add
    connection: 3
    tracker: 5
    key: test.something.long
    track: [add, modify, delete, prefix]
    on_callback:
      - nth: 4
        steps:
          - {op: get, connection: 3, key: test.something.long, buffer: 4096}
          - {op: sleep, duration: 3h}
      - steps:
          - {op: delete, connection: 3, key: other}
  - {op: start, task: 2}
  - {op: set, by: peer, after: 100m, key: test.something.long, value: string:"many words"}
  - {op: dispatch, connection: 3, mode: ALL}
  - {op: sleep, duration: 90m}
  - {op: join, task: 2}
  - {op: finalize, connection: 3}
tasks:
  - task: 2
    steps:
      - {op: sleep, duration: 5s}
schedule: {one_in: 4, switches: [{at: 17, task: 2}, {at: 30, task: 0}]}
)");
}

std::string Shrunk(const std::function<bool(const Plan&)>& shows) {
  const Plan plan = Everything();
  EXPECT_TRUE(shows(plan)) << "the test's own mistake";
  const ShrunkPlan small = ShrinkStructure(plan, shows, kNever);
  EXPECT_TRUE(small.complete);
  EXPECT_TRUE(shows(small.plan));
  return FormatPlan(small.plan);
}

std::string Text(std::string_view text) { return FormatPlan(PlanOf(text)); }

bool HasOp(const Plan& plan, Op op) {
  const auto steps = StepsById(plan);
  return std::any_of(steps.begin(), steps.end(), [op](const Step* step) { return step->op == op; });
}

TEST(ShrinkStructure, LeavesNothingWhereNothingIsNeeded) {
  Plan nothing;
  EXPECT_EQ(Shrunk([](const Plan&) { return true; }), FormatPlan(nothing));
}

TEST(ShrinkStructure, LeavesTheOneStepThatIsNeeded) {
  EXPECT_EQ(Shrunk([](const Plan& plan) { return HasOp(plan, Op::kDispatch); }),
            Text("steps: [{op: dispatch, mode: ALL}]"));
}

TEST(ShrinkStructure, KeepsAReactionWithItsTracker) {
  EXPECT_EQ(Shrunk([](const Plan& plan) { return HasOp(plan, Op::kDelete); }), Text(R"(steps:
  - {op: track_add, key: "", track: 0, on_callback: [{steps: [{op: delete, key: ""}]}]}
)"));
}

TEST(ShrinkStructure, MakesNumbersAndDelaysSmaller) {
  const std::string small = Shrunk([](const Plan& plan) {
    return std::any_of(plan.steps.begin(), plan.steps.end(), [](const Step& step) {
      return step.op == Op::kSleep && step.duration_ns > 3 * kSecond;
    });
  });
  EXPECT_EQ(small, Text("steps: [{op: sleep, duration: 3000000001ns}]"));
}

TEST(ShrinkStructure, MakesValuesSmaller) {
  const auto long_value = [](const Plan& plan) {
    const auto steps = StepsById(plan);
    return std::any_of(steps.begin(), steps.end(), [](const Step* step) {
      return step->value && step->value->bytes.size() >= 3;
    });
  };
  EXPECT_EQ(Shrunk(long_value),
            Text("steps: [{op: set, by: peer, key: \"\", value: string:\"aaa\"}]"));
}

TEST(ShrinkStructure, KeepsTheFaultThatIsNeededAndBringsItForward) {
  const std::string small = Shrunk([](const Plan& plan) {
    return std::any_of(plan.faults.begin(), plan.faults.end(), [](const Fault& fault) {
      return fault.kind == FaultKind::kServiceReplyDelay && fault.nth >= 3;
    });
  });
  EXPECT_EQ(small, Text("faults: [{fault: service.reply.delay, nth: 3, delay: 0}]\nsteps: []"));
}

TEST(ShrinkStructure, TakesSwitchesOutOneByOne) {
  const std::string small = Shrunk([](const Plan& plan) {
    const auto& switches = plan.schedule.switches;
    return HasOp(plan, Op::kStart) && std::any_of(switches.begin(), switches.end(),
                                                  [](const Switch& s) { return s.at == 17; });
  });
  EXPECT_NE(small.find("at: 17"), std::string::npos) << small;
  EXPECT_EQ(small.find("at: 30"), std::string::npos) << small;
  EXPECT_EQ(small.find("one_in"), std::string::npos) << small;
}

TEST(ShrinkStructure, KeepsFirstKeysThatAreNeeded) {
  const std::string small = Shrunk([](const Plan& plan) {
    return plan.keys && std::any_of(plan.keys->begin(), plan.keys->end(),
                                    [](const FirstKey& key) { return key.key == "second"; });
  });
  EXPECT_EQ(small, Text("keys: [{key: second, value: uint8:1}]\nsteps: []"));
}

TEST(ShrinkStructure, RunsNothingAfterTheDeadline) {
  int runs = 0;
  const ShrunkPlan small = ShrinkStructure(
      Everything(), [&runs](const Plan&) { return ++runs > 0; }, std::chrono::steady_clock::now());
  EXPECT_EQ(runs, 0);
  EXPECT_FALSE(small.complete);
  EXPECT_EQ(small.plan, Everything());
}

TEST(ShrinkStructure, TriesOnlyPlansThatCanBeRead) {
  const ShrunkPlan small = ShrinkStructure(
      Everything(),
      [](const Plan& plan) {
        EXPECT_TRUE(ParsePlan(FormatPlan(plan), "tried"));
        return plan.steps.size() >= 4;
      },
      kNever);
  EXPECT_EQ(small.plan.steps.size(), 4U);
}

}  // namespace
}  // namespace cmapsim
