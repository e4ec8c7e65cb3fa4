// Every fault of the table on the system's libcmap: what the plans in fixtures/plans/faults give is
// recorded beside them, in traces/NAME.TRANSPORT, and held to.
//
// A plan that names no transport is run on both. To record anew after a change that was meant:
//
//   CMAPSIM_RECORD=$PWD/fixtures/plans/faults/traces bazel run //conformance/faults:fault_plans_test
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "conformance/targets/test_support.h"
#include "sim/core/fault.h"
#include "sim/core/trace.h"

namespace cmapsim {
namespace {

constexpr char kFolder[] = "fixtures/plans/faults";

std::string ReadText(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::string> FaultPlanNames() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string PlanPath(const std::string& name) {
  return std::string(kFolder) + "/" + name + ".yaml";
}

Plan HarmlessPlan() {
  Plan plan;
  Step step;
  step.op = Op::kInitialize;
  plan.steps.push_back(step);
  step.op = Op::kFinalize;
  plan.steps.push_back(step);
  NumberSteps(plan);
  return plan;
}

void Compare(const std::string& name, Transport transport, const std::string& trace) {
  const std::string file = name + "." + std::string(TransportName(transport));
  if (const char* folder = std::getenv("CMAPSIM_RECORD")) {
    std::ofstream(std::string(folder) + "/" + file) << trace;
    return;
  }
  EXPECT_EQ(trace, ReadText(std::string(kFolder) + "/traces/" + file))
      << file << ": if this was meant, record it anew (see the head of fault_plans_test.cc)";
}

// The fault struck, the run ended in a way that has a name, and the harness lives.
void ExpectStruckAndEnded(const Plan& plan, const std::string& trace) {
  const auto events = ParseTrace(trace);
  ASSERT_TRUE(events.has_value()) << trace;
  std::set<int32_t> struck;
  for (const TraceEvent& event : *events) {
    if (event.mark == '*') struck.insert(event.step);
  }
  EXPECT_EQ(struck.size(), plan.faults.size()) << "a fault did not strike:\n" << trace;
  ASSERT_FALSE(events->empty());
  EXPECT_EQ(events->back().mark, '=') << trace;
  EXPECT_TRUE(ParseEnding(events->back().word).has_value()) << trace;
}

class FaultPlansTest : public testing::TestWithParam<Transport> {};

TEST_P(FaultPlansTest, EveryPlanStrikesAndGivesWhatIsRecorded) {
  CMAPSIM_NEEDS_LIBCMAP();
  auto target = OpenForTest(GetParam());
  ASSERT_NE(target, nullptr);
  for (const std::string& name : FaultPlanNames()) {
    SCOPED_TRACE(name);
    const Plan plan = ReadPlan(PlanPath(name));
    const bool only_one = ReadText(PlanPath(name)).find("\ntransport:") != std::string::npos;
    if (only_one && plan.transport != GetParam()) continue;
    const auto trace = target->Run(plan, TraceLevel::kApi);
    ASSERT_TRUE(trace.has_value()) << trace.error();
    ExpectStruckAndEnded(plan, std::string(*trace));
    Compare(name, GetParam(), std::string(*trace));
    const auto after = target->Run(HarmlessPlan(), TraceLevel::kApi);
    ASSERT_TRUE(after.has_value()) << after.error();
    EXPECT_TRUE(after->ends_with(" = finished\n")) << *after;
  }
}

INSTANTIATE_TEST_SUITE_P(Transports, FaultPlansTest,
                         testing::Values(Transport::kShm, Transport::kSocket),
                         [](const auto& info) {
                           return info.param == Transport::kShm ? "Shm" : "Socket";
                         });

TEST(FaultPlans, ThereIsOneForEveryRowOfTheTable) {
  std::set<FaultKind> shown;
  for (const std::string& name : FaultPlanNames()) {
    const Plan plan = ReadPlan(PlanPath(name));
    ASSERT_FALSE(plan.faults.empty()) << name;
    EXPECT_TRUE(name.starts_with(FaultName(plan.faults[0])))
        << name << " is named after another fault than its first, " << FaultName(plan.faults[0]);
    shown.insert(plan.faults[0].kind);
  }
  for (const FaultRow& row : FaultTable()) {
    EXPECT_TRUE(shown.contains(row.kind))
        << row.name << " has no plan; write " << kFolder << "/" << row.name << ".yaml";
  }
}

TEST(FaultPlans, EachSaysWhatItShows) {
  for (const std::string& name : FaultPlanNames()) {
    EXPECT_TRUE(ReadText(PlanPath(name)).starts_with("# ")) << name;
  }
}

}  // namespace
}  // namespace cmapsim
