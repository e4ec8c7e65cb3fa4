#include "sim/host/guarded_bytes.h"

#include <gtest/gtest.h>

#include <cstring>

namespace cmapsim {
namespace {

TEST(GuardedBytes, GiveAsManyZerosAsWereAskedFor) {
  GuardedBytes bytes;
  for (const size_t size : {size_t{4}, size_t{5000}, size_t{1}}) {
    char* begin = bytes.Take(size);
    for (size_t i = 0; i < size; ++i) ASSERT_EQ(begin[i], 0) << i << " of " << size;
    std::memset(begin, 'x', size);
  }
}

TEST(GuardedBytes, AreNotNullWhereThereAreNone) {
  GuardedBytes bytes;
  EXPECT_NE(bytes.Take(0), nullptr);
}

TEST(GuardedBytesDeathTest, CrashWhoWritesPastTheirEnd) {
  GuardedBytes bytes;
  volatile char* begin = bytes.Take(4);
  EXPECT_DEATH(begin[4] = 1, "");
}

}  // namespace
}  // namespace cmapsim
