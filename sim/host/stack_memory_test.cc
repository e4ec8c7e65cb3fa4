#include "sim/host/stack_memory.h"

#include <gtest/gtest.h>

#include <cstring>

namespace cmapsim {
namespace {

constexpr size_t kSize = 1 << 20;  // libcmap's buffer

__attribute__((noinline)) void Fill() {
  volatile char bytes[kSize];
  for (volatile char& byte : bytes) byte = 'x';
}

__attribute__((noinline)) size_t CountLeft() {
  char bytes[kSize];
  asm volatile("" : : "r"(bytes) : "memory");
  size_t left = 0;
  for (const volatile char& byte : bytes) left += byte == 'x' ? 1 : 0;
  return left;
}

TEST(ForgetStackBelow, LeavesNothingOfWhatWasCalledBefore) {
  Fill();
  EXPECT_GT(CountLeft(), kSize / 2) << "there was nothing to forget";
  Fill();
  ForgetStackBelow();
  EXPECT_LT(CountLeft(), 64U);
}

}  // namespace
}  // namespace cmapsim
