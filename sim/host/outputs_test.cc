#include "sim/host/outputs.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace cmapsim {
namespace {

TEST(Outputs, SayWhatWasWritten) {
  Outputs outputs;
  OutputBytes bytes(outputs, 100);
  EXPECT_FALSE(bytes.Touched());
  bytes.Place()[99] = 0;
  bytes.Place()[40] = 1;
  EXPECT_TRUE(bytes.Touched());
  EXPECT_EQ(bytes.TouchedFrom(0), 2U);
  EXPECT_EQ(bytes.TouchedFrom(41), 1U);
  EXPECT_EQ(bytes.TouchedFrom(100), 0U);
  EXPECT_EQ(bytes.TouchedFrom(1000), 0U);
}

TEST(Outputs, OfNoBytesAreAPageThatIsLookedAt) {
  Outputs outputs;
  OutputBytes bytes(outputs, 0);
  EXPECT_FALSE(bytes.Touched());
  bytes.Place()[3] = 'x';
  EXPECT_EQ(bytes.TouchedFrom(0), 1U);
}

TEST(Outputs, KnowWhatANumberWas) {
  Outputs outputs;
  const Output<uint64_t> untouched(outputs);
  const Output<uint64_t> known(outputs, 16);
  EXPECT_EQ(known.Get(), 16U);
  EXPECT_FALSE(untouched.Touched());
  EXPECT_FALSE(known.Touched());
  *known.Place() = 16;
  EXPECT_FALSE(known.Touched());
  *known.Place() = 17;
  EXPECT_TRUE(known.Touched());
  *untouched.Place() = 0;
  EXPECT_TRUE(untouched.Touched());
}

TEST(Outputs, ShareNoMemoryWhileTheyLive) {
  Outputs outputs;
  char* first = nullptr;
  {
    const OutputBytes one(outputs, 8);
    const OutputBytes other(outputs, 8);
    EXPECT_NE(one.Place(), other.Place());
    first = one.Place();
  }
  const OutputBytes again(outputs, 8);
  EXPECT_EQ(again.Place(), first);
}

// A call that never came back left its place behind.
TEST(Outputs, AreAllFreeAfterAReset) {
  Outputs outputs;
  outputs.Free().used = true;
  Outputs::Memory* const first = &outputs.Free();
  outputs.Reset();
  EXPECT_NE(&outputs.Free(), first);
}

}  // namespace
}  // namespace cmapsim
