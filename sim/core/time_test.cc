#include "sim/core/time.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace cmapsim {
namespace {

TEST(Duration, IsAWholeNumberAndAUnit) {
  EXPECT_EQ(ParseDuration("0"), 0);
  EXPECT_EQ(ParseDuration("7ns"), 7);
  EXPECT_EQ(ParseDuration("250us"), 250 * kMicrosecond);
  EXPECT_EQ(ParseDuration("250ms"), 250 * kMillisecond);
  EXPECT_EQ(ParseDuration("90s"), 90 * kSecond);
  EXPECT_EQ(ParseDuration("90m"), 90 * 60 * kSecond);
  EXPECT_EQ(ParseDuration("24h"), 24 * kHour);
  EXPECT_EQ(ParseDuration("3d"), 3 * kDay);
}

TEST(Duration, IsNothingElse) {
  for (const char* text :
       {"", "1", "s", "-1s", "+1s", "1.5s", "1e3s", "1 s", " 1s", "1s ", "1sec", "0x1s", "1S"}) {
    EXPECT_FALSE(ParseDuration(text)) << text;
  }
}

TEST(Duration, FitsInto62Bits) {
  EXPECT_EQ(ParseDuration("4611686018427387903ns"), (Nanos{1} << 62) - 1);
  EXPECT_FALSE(ParseDuration("4611686018427387904ns"));
  EXPECT_EQ(ParseDuration("53375d"), 53375 * kDay);
  EXPECT_FALSE(ParseDuration("53376d"));
  EXPECT_FALSE(ParseDuration("18446744073709551615d"));
  EXPECT_FALSE(ParseDuration("18446744073709551616ns"));
}

TEST(Duration, IsWrittenInTheLargestUnitThatDividesIt) {
  EXPECT_EQ(FormatDuration(0), "0");
  EXPECT_EQ(FormatDuration(1'500'000), "1500us");
  EXPECT_EQ(FormatDuration(kDay), "1d");
  EXPECT_EQ(FormatDuration(25 * kHour), "25h");
  EXPECT_EQ(FormatDuration(kDay + 1), "86400000000001ns");
}

RC_GTEST_PROP(Duration, IsReadBackAsItWasWritten, ()) {
  const auto count = *rc::gen::inRange<Nanos>(0, 50'000);
  const auto unit = *rc::gen::element<Nanos>(1, kMicrosecond, kMillisecond, kSecond, kHour, kDay);
  RC_ASSERT(ParseDuration(FormatDuration(count * unit)) == count * unit);
}

}  // namespace
}  // namespace cmapsim
