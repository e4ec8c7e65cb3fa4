#include "conformance/targets/simulated_target.h"

#include <cstdio>
#include <fstream>

#include "conformance/targets/test_support.h"
#include "sim/core/trace.h"

namespace cmapsim {
namespace {

std::string ErrorOf(const std::string& library) {
  auto target = SimulatedTarget::Open({.worker = kWorkerForTest,
                                       .library = library,
                                       .library_sha256 = {},
                                       .version = {},
                                       .transport = Transport::kShm});
  return target ? std::string() : target.error();
}

TEST(SimulatedTargetTest, ALibraryThatIsMissingIsNamed) {
  EXPECT_NE(ErrorOf("no/such/libcmap.so.4").find("no/such/libcmap.so.4"), std::string::npos);
}

TEST(SimulatedTargetTest, AFileThatIsNoLibraryIsRefused) {
  const std::string path = std::string(testing::TempDir()) + "/not-elf.so";
  std::ofstream(path) << "this is text";
  EXPECT_NE(ErrorOf(path).find("cannot load"), std::string::npos) << ErrorOf(path);
}

TEST(SimulatedTargetTest, MissingFunctionsAreNamed) {
  CMAPSIM_NEEDS_LIBCMAP();
  const std::string error = ErrorOf("../system/lib/x86_64-linux-gnu/libqb.so.100");
  EXPECT_NE(error.find("cmap_initialize"), std::string::npos) << error;
  EXPECT_NE(error.find("cmap_dispatch"), std::string::npos) << error;
}

TEST(SimulatedTargetTest, TheTargetUsesOnlyItsOwnFiles) {
  CMAPSIM_NEEDS_LIBCMAP();
  auto target = OpenForTest(Transport::kShm);
  ASSERT_NE(target, nullptr);
  // Both stand beside each other in the folder that was given, so both must come from there.
  EXPECT_NE(target->information().find("../system/lib/x86_64-linux-gnu/libcmap.so.4"),
            std::string::npos)
      << target->information();
  EXPECT_NE(target->information().find("../system/lib/x86_64-linux-gnu/libqb.so.100"),
            std::string::npos)
      << target->information();
}

TEST(SimulatedTargetTest, TheInstalledLibraryMakesNoCallThatTheTableDoesNotKnow) {
  CMAPSIM_NEEDS_LIBCMAP();
  auto target = OpenForTest(Transport::kShm);
  ASSERT_NE(target, nullptr);
  EXPECT_EQ(target->info().calls_without_row, std::vector<std::string>());
}

TEST(SimulatedTargetTest, ACallThatTheTableDoesNotKnowIsSaid) {
  auto target = OpenForTest(Transport::kShm, "sim/host/imports_test_library.so");
  ASSERT_NE(target, nullptr);
  const std::vector<std::string>& calls = target->info().calls_without_row;
  ASSERT_EQ(calls.size(), 1U);
  EXPECT_TRUE(calls[0].starts_with("process_vm_readv of ")) << calls[0];
}

TEST(SimulatedTargetTest, TheTransportIsTheTargets) {
  CMAPSIM_NEEDS_LIBCMAP();
  auto target = OpenForTest(Transport::kSocket);
  const Plan plan = ReadPlan("fixtures/plans/scenarios/whole.yaml");
  ASSERT_EQ(plan.transport, Transport::kShm);
  const auto trace = target->Run(plan, TraceLevel::kHost);
  ASSERT_TRUE(trace.has_value());
  EXPECT_NE(trace->find("| writev"), std::string_view::npos);
  EXPECT_EQ(trace->find("| sem_wait"), std::string_view::npos);
}

TEST(SimulatedTargetTest, BothTransportsGiveTheSameApiTrace) {
  CMAPSIM_NEEDS_LIBCMAP();
  auto shm = OpenForTest(Transport::kShm);
  auto socket = OpenForTest(Transport::kSocket);
  for (const auto& file : PlanFiles()) {
    // Others end by counting calls, of which the transports make different numbers, or show where
    // they differ.
    if (file.find("/scenarios/") == std::string::npos) continue;
    const Plan plan = ReadPlan(file);
    const std::string a = ApiTraceWithoutTime(*shm->Run(plan, TraceLevel::kApi));
    const std::string b = ApiTraceWithoutTime(*socket->Run(plan, TraceLevel::kApi));
    EXPECT_EQ(a, b) << file;
  }
}

TEST(SimulatedTargetTest, ADayOfWaitingIsExact) {
  CMAPSIM_NEEDS_LIBCMAP();
  auto target = OpenForTest(Transport::kShm);
  const auto trace =
      target->Run(ReadPlan("fixtures/plans/scenarios/event-after-a-day.yaml"), TraceLevel::kApi);
  ASSERT_TRUE(trace.has_value());
  EXPECT_NE(trace->find("\n86400000000000 ! 1 "), std::string_view::npos) << *trace;
}

}  // namespace
}  // namespace cmapsim
