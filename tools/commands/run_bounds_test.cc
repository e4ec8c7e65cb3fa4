#include "tools/commands/run_bounds.h"

#include <gtest/gtest.h>

#include "tools/commands/exit_status.h"

namespace cmapsim {
namespace {

TEST(RunBounds, AreThoseOfTheUserThenThePlansThenTheDefault) {
  Plan plan;
  auto bounds = BoundsOf({}, plan, false);
  ASSERT_TRUE(bounds);
  EXPECT_EQ(bounds->until_ns, 30 * kDay);
  EXPECT_EQ(bounds->until_by, UntilBy::kDefault);
  EXPECT_EQ(bounds->real_limit_ns, 600 * kSecond);
  EXPECT_EQ(bounds->output_limit, uint64_t{1} << 30);
  plan.horizon_ns = 2 * kHour;
  bounds = BoundsOf({}, plan, false);
  EXPECT_EQ(bounds->until_ns, 2 * kHour);
  EXPECT_EQ(bounds->until_by, UntilBy::kPlan);
  bounds = BoundsOf({.until = "3h", .real_limit = "1s", .output_limit = "2MiB"}, plan, false);
  EXPECT_EQ(bounds->until_ns, 3 * kHour);
  EXPECT_EQ(bounds->until_by, UntilBy::kUser);
  EXPECT_EQ(bounds->real_limit_ns, kSecond);
  EXPECT_EQ(bounds->output_limit, uint64_t{2} << 20);
}

// Virtual time that takes as long as real time has no bound of real time but one that was asked for.
TEST(RunBounds, OfRealTimeIsNoneWhereTimeIsReal) {
  EXPECT_EQ(BoundsOf({}, Plan(), true)->real_limit_ns, 0);
  EXPECT_EQ(BoundsOf({.real_limit = "5s"}, Plan(), true)->real_limit_ns, 5 * kSecond);
}

TEST(RunBounds, AProgramsHorizonIsNeverBelowWhatWasAskedFor) {
  ProgramOptions program;
  Plan plan;
  SetBounds(*BoundsOf({.until = "60d"}, plan, false), plan, program);
  EXPECT_EQ(plan.horizon_ns, 60 * kDay);
  EXPECT_TRUE(program.until_asked);
  EXPECT_EQ(plan.clock_reading_ns, 1);
  Plan named;
  named.horizon_ns = kHour;
  named.clock_reading_ns = 0;
  SetBounds(*BoundsOf({.until = "2h"}, named, false), named, program);
  EXPECT_EQ(named.horizon_ns, kHour);
  EXPECT_EQ(named.clock_reading_ns, 0);
}

int StatusOf(const std::string& ending, UntilBy by = UntilBy::kDefault) {
  ProgramRun run;
  run.ending = ending;
  RunBounds bounds;
  bounds.until_by = by;
  return StatusOfEnding(run, bounds);
}

TEST(RunBounds, StatusTellsWhoIsTheCause) {
  EXPECT_EQ(StatusOf("exit 0"), kConforms);
  EXPECT_EQ(StatusOf("exit 7"), kFinding);
  EXPECT_EQ(StatusOf("crash SIGABRT"), kFinding);
  EXPECT_EQ(StatusOf("until", UntilBy::kUser), kConforms);
  EXPECT_EQ(StatusOf("until", UntilBy::kPlan), kFinding);
  EXPECT_EQ(StatusOf("until"), kFinding);
  EXPECT_EQ(StatusOf("limit output"), kFinding);
  EXPECT_EQ(StatusOf("limit trace"), kTrouble);
  EXPECT_EQ(StatusOf("limit real-time"), kTrouble);
}

TEST(RunBounds, DurationsAreRoundedToWhatIsOfInterest) {
  EXPECT_EQ(RoundedDuration(0), "0");
  EXPECT_EQ(RoundedDuration(41), "0");
  EXPECT_EQ(RoundedDuration(10 * kMillisecond + 7), "10ms");
  EXPECT_EQ(RoundedDuration(4 * kDay + 41), "4d");
  EXPECT_EQ(RoundedDuration(1500 * kMillisecond + 999'999), "1500ms");
}

TEST(RunBounds, SizesHaveUnitsOf1024) {
  EXPECT_EQ(ParseSize("17"), 17u);
  EXPECT_EQ(ParseSize("64KiB"), 65'536u);
  EXPECT_EQ(ParseSize("0"), 0u);
  for (const char* const wrong : {"", "KiB", "-1", "1 GiB", "1GB", "17179869184GiB"}) {
    EXPECT_EQ(ParseSize(wrong), std::nullopt) << wrong;
  }
  EXPECT_EQ(FormatSize(uint64_t{1} << 30), "1 GiB");
  EXPECT_EQ(FormatSize(1'000), "1000 bytes");
}

}  // namespace
}  // namespace cmapsim
