#include "sim/host/guarded_bytes.h"

#include <gtest/gtest.h>

#include <cstring>

namespace cmapsim {
namespace {

TEST(GuardedBytes, GiveAsManyUntouchedBytesAsWereAskedFor) {
  GuardedBytes bytes;
  for (const size_t size : {size_t{4}, size_t{5000}, size_t{1}}) {
    char* begin = bytes.Take(size);
    EXPECT_EQ(bytes.size(), size);
    for (size_t i = 0; i < size; ++i) {
      ASSERT_EQ(static_cast<unsigned char>(begin[i]), kUntouched) << i << " of " << size;
    }
    std::memset(begin, 'x', size);
  }
}

TEST(GuardedBytes, AreNotNullWhereThereAreNone) {
  GuardedBytes bytes;
  EXPECT_NE(bytes.Take(0), nullptr);
  EXPECT_EQ(bytes.size(), 4096U);
}

TEST(GuardedBytesDeathTest, CrashWhoWritesPastTheirEnd) {
  GuardedBytes bytes;
  volatile char* begin = bytes.Take(4);
  EXPECT_DEATH(begin[4] = 1, "");
}

}  // namespace
}  // namespace cmapsim
