// All conformance scenarios over both transports, with every fault at every point: each strikes, and
// nothing is found in the installed library that is not known of it.
#include "conformance/sweep/sweep.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>

#include "conformance/sweep/known.h"
#include "conformance/sweep/report.h"
#include "conformance/sweep/scenarios.h"
#include "conformance/targets/test_support.h"

namespace cmapsim {
namespace {

TEST(Sweep, TakesEveryFaultAtEveryPointAndFindsNothingNew) {
  CMAPSIM_NEEDS_LIBCMAP();
  const auto scenarios = SweepScenarios();
  EXPECT_GE(scenarios.size(), 40U);
  const OpenTarget open =
      [](Transport transport) -> tl::expected<std::unique_ptr<Target>, std::string> {
    return std::unique_ptr<Target>(OpenForTest(transport));
  };
  const auto report = SweepAll(scenarios, {Transport::kShm, Transport::kSocket}, open, {}, 2,
                               [](int64_t, int64_t) {});
  ASSERT_TRUE(report) << report.error();
  const SweepVerdict verdict = WeighSweep(*report, CorosyncKnownFindings());
  const std::string text = FormatSweep(*report, verdict, {});
  RecordProperty("runs", std::to_string(report->singles.runs));
  EXPECT_GT(report->singles.runs, 100'000);
  EXPECT_TRUE(report->singles.Complete()) << text;
  EXPECT_TRUE(verdict.fresh.empty()) << text;
  // No entry is wider than what is found: each is met, and by more than one signature where it has a
  // glob.
  std::map<std::string, int> met;
  for (const auto& [signature, found] : report->found) {
    if (const KnownFinding* entry = CorosyncKnownFindings().Find(signature))
      ++met[entry->signature];
  }
  for (const KnownFinding& entry : CorosyncKnownFindings().list) {
    const int least = entry.signature.find('*') == std::string::npos ? 1 : 2;
    EXPECT_GE(met[entry.signature], least) << entry.signature;
  }
}

}  // namespace
}  // namespace cmapsim
