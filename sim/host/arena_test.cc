#include "sim/host/arena.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstring>
#include <vector>

namespace cmapsim {
namespace {

bool All(const void* block, size_t size, unsigned char byte) {
  const auto* at = static_cast<const unsigned char*>(block);
  return std::all_of(at, at + size, [byte](unsigned char c) { return c == byte; });
}

TEST(ArenaTest, ACaseSeesNothingOfTheOneBefore) {
  Arena arena;
  for (const size_t size : {1, 16, 100, 5000, 65536}) {
    void* block = arena.Allocate(size);
    std::memset(block, 0x11, size);
    arena.Reset();
    EXPECT_EQ(arena.Allocate(size), block) << size;
    EXPECT_TRUE(All(block, size, Arena::kFreshByte)) << size;
    arena.Reset();
  }
  void* large = arena.Allocate(300'000);
  std::memset(large, 0x11, 300'000);
  arena.Reset();
  EXPECT_EQ(arena.Allocate(300'000), large);
  EXPECT_TRUE(All(large, 300'000, 0));
}

TEST(ArenaTest, ZeroedIsZeroAlsoWhenABlockIsUsedAgain) {
  Arena arena;
  void* block = arena.Allocate(500);
  std::memset(block, 0x11, 500);
  arena.Free(block);
  void* again = arena.AllocateZeroed(500);
  EXPECT_EQ(again, block);
  EXPECT_TRUE(All(again, 500, 0));
}

TEST(ArenaTest, ReallocationKeepsWhatFits) {
  Arena arena;
  char* block = static_cast<char*>(arena.Allocate(10));
  std::memcpy(block, "0123456789", 10);
  char* larger = static_cast<char*>(arena.Reallocate(block, 100'000));
  EXPECT_EQ(std::memcmp(larger, "0123456789", 10), 0);
  char* smaller = static_cast<char*>(arena.Reallocate(larger, 4));
  EXPECT_EQ(std::memcmp(smaller, "0123", 4), 0);
  EXPECT_EQ(arena.live_blocks(), 1U);
}

TEST(ArenaTest, WhatIsTooLargeIsRefused) {
  Arena arena;
  EXPECT_EQ(arena.Allocate(size_t{1} << 62), nullptr);
  EXPECT_EQ(arena.AllocateZeroed(size_t{1} << 62), nullptr);
  EXPECT_EQ(arena.Allocate(SIZE_MAX), nullptr);
}

// What a target that fills memory without end may take is bounded by pages that it writes, which is
// what costs: not by what it asks for.
TEST(ArenaTest, ZeroedBlocksAreManyWhileTheyAreNotWritten) {
  Arena arena;
  constexpr size_t kConnection = size_t{1} << 20;
  for (int i = 0; i < 4000; ++i) ASSERT_NE(arena.AllocateZeroed(kConnection), nullptr) << i;
}

TEST(ArenaTest, ZeroedBlocksThatAreWrittenAreBounded) {
  Arena arena;
  constexpr size_t kBlock = size_t{1} << 20;
  constexpr size_t kMost = size_t{512} << 20;
  size_t taken = 0;
  for (; taken < kMost; taken += kBlock) {
    void* const block = arena.AllocateZeroed(kBlock);
    if (block == nullptr) break;
    arena.OnWrite(block);
  }
  EXPECT_GE(taken, size_t{128} << 20) << "what a case needs, with room";
  EXPECT_LT(taken, kMost);
  arena.Reset();
  EXPECT_NE(arena.AllocateZeroed(kBlock), nullptr);
}

TEST(ArenaTest, AZeroedBlockMayBeWrittenUpToABound) {
  Arena arena;
  constexpr size_t kBlock = size_t{1} << 30;
  char* const block = static_cast<char*>(arena.AllocateZeroed(kBlock));
  ASSERT_NE(block, nullptr);
  size_t written = 0;
  while (written < kBlock && arena.OnWrite(block + written)) written += size_t{16} << 20;
  EXPECT_GE(written, size_t{128} << 20);
  EXPECT_LE(written, size_t{512} << 20);
}

// A library that reads from a real file into a block.
TEST(ArenaTest, TheKernelMayWriteIntoAZeroedBlockWhereThatWasSaid) {
  Arena arena;
  char* const block = static_cast<char*>(arena.AllocateZeroed(size_t{40} << 20));
  arena.LetKernelWrite(block + 5, size_t{39} << 20);
  for (const size_t at : {size_t{5}, size_t{20} << 20, size_t{39} << 20}) block[at] = 'x';
  arena.Reset();
  char* const again = static_cast<char*>(arena.AllocateZeroed(size_t{40} << 20));
  EXPECT_EQ(again, block);
  EXPECT_EQ(again[5], 0);
}

TEST(ArenaDeathTest, ADoubleFreeAborts) {
  Arena arena;
  void* block = arena.Allocate(10);
  arena.Free(block);
  EXPECT_DEATH(arena.Free(block), "double free");
  void* large = arena.AllocateZeroed(1'000'000);
  arena.Free(large);
  EXPECT_DEATH(arena.Free(large), "double free");
}

RC_GTEST_PROP(ArenaTest, BlocksDoNotOverlap, ()) {
  static Arena arena;
  arena.Reset();
  struct Block {
    unsigned char* at;
    size_t size;
    unsigned char mark;
  };
  std::vector<Block> blocks;
  const auto sizes = *rc::gen::container<std::vector<int>>(rc::gen::inRange(-20, 70'000));
  for (const int size : sizes) {
    if (size < 0) {
      if (blocks.empty()) continue;
      const size_t i = static_cast<size_t>(-size) % blocks.size();
      arena.Free(blocks[i].at);
      blocks.erase(blocks.begin() + static_cast<ptrdiff_t>(i));
      continue;
    }
    const auto bytes = static_cast<size_t>(size);
    const size_t alignment = size % 7 == 0 ? 64 : 16;
    auto* at = static_cast<unsigned char*>(arena.Allocate(bytes, alignment));
    RC_ASSERT(at != nullptr);
    RC_ASSERT(reinterpret_cast<uintptr_t>(at) % alignment == 0U);
    RC_ASSERT(arena.SizeOf(at) == bytes);
    const auto mark = static_cast<unsigned char>(blocks.size() * 37 + 1);
    std::memset(at, mark, bytes);
    blocks.push_back({at, bytes, mark});
  }
  for (const Block& block : blocks) RC_ASSERT(All(block.at, block.size, block.mark));
}

}  // namespace
}  // namespace cmapsim
