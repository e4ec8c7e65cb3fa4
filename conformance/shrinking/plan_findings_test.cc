// Plans of the repository that show something bad, found bad and made small.
#include "conformance/shrinking/plan_findings.h"

#include <algorithm>

#include "conformance/shrinking/structural.h"
#include "conformance/targets/test_support.h"

namespace cmapsim {
namespace {

constexpr auto kNever = std::chrono::steady_clock::time_point::max();

bool Shows(const std::vector<PlanFinding>& findings, std::string_view name) {
  return std::any_of(findings.begin(), findings.end(),
                     [&](const PlanFinding& f) { return f.name == name; });
}

std::string Names(const std::vector<PlanFinding>& findings) {
  std::string all;
  for (const PlanFinding& f : findings) all += f.name + (f.reason.empty() ? "\n" : " (known)\n");
  return all;
}

class PlanFindings : public testing::Test {
 protected:
  void Open(const std::string& library = kLibraryForTest) {
    target_ = OpenForTest(Transport::kShm, library);
    judge_.emplace(*target_, CorosyncExpectations());
  }

  std::vector<PlanFinding> Judge(const Plan& plan) {
    auto findings = judge_->Judge(plan);
    EXPECT_TRUE(findings) << findings.error();
    return std::move(*findings);
  }

  // Shrinks for the gravest finding.
  Plan Shrink(const Plan& plan) {
    const std::string name = Judge(plan).front().name;
    const ShrunkPlan small = ShrinkStructure(
        plan, [&](const Plan& p) { return Shows(Judge(p), name); }, kNever);
    EXPECT_TRUE(Shows(Judge(small.plan), name));
    return small.plan;
  }

  std::unique_ptr<SimulatedTarget> target_;
  std::optional<PlanJudge> judge_;
};

Plan Busy() {
  auto plan = ParsePlan(R"(cmapsim: 1
seed: 5
steps:
  - {op: initialize}
  - {op: initialize, connection: 1}
  - {op: set, key: test.a, value: uint32:7}
  - {op: get, key: test.a, buffer: 64}
  - {op: track_add, connection: 1, key: test., track: [add, modify, delete, prefix]}
  - {op: set, key: test.b, value: string:"words"}
  - {op: dispatch, connection: 1, mode: ALL}
  - {op: set, by: peer, after: 5h, key: test.c, value: uint8:1}
  - {op: dispatch, connection: 1, mode: ONE}
  - {op: finalize, connection: 1}
  - {op: finalize}
)",
                        "busy");
  EXPECT_TRUE(plan) << plan.error();
  return *plan;
}

TEST_F(PlanFindings, OfARightPlanAreNoneButWhatIsKnownOfTheLibrary) {
  CMAPSIM_NEEDS_LIBCMAP();
  Open();
  const auto findings = Judge(Busy());
  for (const PlanFinding& finding : findings) EXPECT_NE(finding.reason, "") << finding.name;
  EXPECT_LE(CountSteps(Shrink(Busy())), 5U);
}

TEST_F(PlanFindings, OfAWrongLibraryNameTheClauseAndShrinkToAFewSteps) {
  CMAPSIM_NEEDS_LIBCMAP();
  Open("fixtures/wrong/one_ok_without_callback.so");
  const auto findings = Judge(Busy());
  ASSERT_FALSE(findings.empty());
  EXPECT_EQ(findings.front().clause, "cmap_dispatch.one") << Names(findings);
  EXPECT_LE(CountSteps(Shrink(Busy())), 4U);
}

// A crash of the genuine library that nothing excuses.
TEST_F(PlanFindings, OfACrashShrinkToTheFaultThatMakesIt) {
  CMAPSIM_NEEDS_LIBCMAP();
  Open();
  Plan plan = Busy();
  plan.faults = ParsePlan(R"(cmapsim: 1
faults:
  - {fault: host.malloc.errno, errno: ENOMEM, nth: 40}
  - {fault: host.malloc.errno, errno: ENOMEM, nth: 2}
  - {fault: host.malloc.errno, errno: ENOMEM, nth: 3}
  - {fault: host.malloc.errno, errno: ENOMEM, nth: 4}
  - {fault: service.reply.delay, nth: 2, delay: 24h}
steps: []
)",
                          "faults")
                    ->faults;
  const auto findings = Judge(plan);
  ASSERT_FALSE(findings.empty());
  EXPECT_TRUE(findings.front().name.starts_with("ends as crash")) << Names(findings);
  const Plan small = Shrink(plan);
  EXPECT_EQ(small.faults.size(), 1U) << FormatPlan(small);
  EXPECT_EQ(CountSteps(small), 1U) << FormatPlan(small);
}

// What a fault does not excuse is seen by the run without it.
TEST_F(PlanFindings, OfSweepsAreFoundAgain) {
  CMAPSIM_NEEDS_LIBCMAP();
  Open();
  Plan plan = Busy();
  plan.faults =
      ParsePlan(
          "cmapsim: 1\nfaults: [{fault: host.malloc.errno, errno: ENOMEM, from: 12}]\nsteps: []\n",
          "faults")
          ->faults;
  bool left = false;
  for (plan.faults[0].from = 1; plan.faults[0].from < 30 && !left; ++plan.faults[0].from) {
    const auto findings = Judge(plan);
    left = Names(findings).find("left open") != std::string::npos;
  }
  EXPECT_TRUE(left);
}

}  // namespace
}  // namespace cmapsim
