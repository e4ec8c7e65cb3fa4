#include "sim/core/random.h"

#include <gtest/gtest.h>

#include <array>

namespace cmapsim {
namespace {

// Plans that were mailed must not change their meaning: these are SplitMix64's published numbers.
TEST(Random, IsSplitMix64) {
  Random random(1234567);
  EXPECT_EQ(random.Next(), 6457827717110365317u);
  EXPECT_EQ(random.Next(), 3203168211198807973u);
  EXPECT_EQ(random.Next(), 9817491932198370423u);
}

TEST(Random, BelowReachesEveryNumberAndNoOther) {
  Random random(1);
  std::array<int, 7> seen{};
  for (int i = 0; i < 7000; ++i) ++seen.at(random.Below(7));
  for (const int count : seen) EXPECT_GT(count, 800);
}

TEST(Random, BelowOneIsZero) { EXPECT_EQ(Random(5).Below(1), 0u); }

TEST(Random, SplittingAdvancesByOneDraw) {
  Random split(9);
  Random drawn(9);
  Random child = split.Split();
  (void)drawn.Next();
  EXPECT_NE(child.Next(), Random(9).Next());
  EXPECT_EQ(split.Next(), drawn.Next());
}

}  // namespace
}  // namespace cmapsim
