#include "sim/wire/ring.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
#include <sys/mman.h>

#include <cstdlib>
#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace cmapsim::wire {
namespace {

// A ring over memory that is mapped twice, back to back.
class RingForTest {
 public:
  static constexpr size_t kSize = 8192;

  RingForTest() {
    const int fd = memfd_create("ring", MFD_CLOEXEC);
    if (ftruncate(fd, kSize) != 0) std::abort();
    data_ =
        static_cast<char*>(mmap(nullptr, 2 * kSize, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    mmap(data_, kSize, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0);
    mmap(data_ + kSize, kSize, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0);
    close(fd);
    ring = Ring(header_.data(), data_, kSize);
    ring.Format("/header", "/data");
  }
  ~RingForTest() { munmap(data_, 2 * kSize); }
  RingForTest(const RingForTest&) = delete;
  RingForTest& operator=(const RingForTest&) = delete;

  Ring ring;
  char* header() { return header_.data(); }
  char* data() { return data_; }

 private:
  std::vector<char> header_ = std::vector<char>(kRingHeaderSize);
  char* data_ = nullptr;
};

TEST(RingTest, TheHeaderIsLaidOutAsLibqbHasIt) {
  RingForTest r;
  EXPECT_EQ(Load<uint32_t>(r.header(), 8), RingForTest::kSize / 4);
  EXPECT_STREQ(r.header() + 12, "/header");
  EXPECT_STREQ(r.header() + 4108, "/data");
  EXPECT_EQ(Load<int32_t>(r.header(), 8204), 1);
}

TEST(RingTest, AChunkIsLengthMagicAndPayload) {
  RingForTest r;
  ASSERT_TRUE(r.ring.Write({"abc", "de"}));
  EXPECT_EQ(Load<uint32_t>(r.data(), 0), 5U);
  EXPECT_EQ(Load<uint32_t>(r.data(), 4), kMagicReady);
  EXPECT_EQ(std::string(r.data() + 8, 5), "abcde");
  EXPECT_EQ(Load<uint32_t>(r.header(), 0), 4U) << "words, the payload in whole ones";
}

TEST(RingTest, AReclaimedChunkIsMarkedDead) {
  RingForTest r;
  ASSERT_TRUE(r.ring.Write({"abcd"}));
  r.ring.Reclaim();
  EXPECT_EQ(Load<uint32_t>(r.data(), 4), kMagicDead);
  EXPECT_FALSE(r.ring.Peek().has_value());
}

// Against a queue of strings, round and round.
RC_GTEST_PROP(RingTest, BehavesAsAQueueOfMessages, ()) {
  RingForTest r;
  std::deque<std::string> model;
  const auto steps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(-1, 3000));
  for (const int step : steps) {
    if (step < 0) {
      const auto chunk = r.ring.Peek();
      RC_ASSERT(chunk.has_value() == !model.empty());
      if (model.empty()) continue;
      RC_ASSERT(*chunk == model.front());
      model.pop_front();
      r.ring.Reclaim();
      r.ring.Take();
    } else {
      const std::string message(static_cast<size_t>(step), static_cast<char>('a' + step % 26));
      const size_t free = r.ring.Free();
      const bool written = r.ring.Write({message});
      RC_ASSERT(written == (free >= message.size() + 12));
      if (!written) continue;
      model.push_back(message);
      r.ring.Post();
    }
  }
}

// What a client wrote into shared memory cannot hurt.
RC_GTEST_PROP(RingTest, GarbageIsNotRead, ()) {
  RingForTest r;
  ASSERT_TRUE(r.ring.Write({"abcd"}));
  for (const size_t offset : {0, 4, 8})
    Store<uint32_t>(r.header(), offset, *rc::gen::arbitrary<uint32_t>());
  Store<uint32_t>(r.data(), 0, *rc::gen::arbitrary<uint32_t>());
  const auto chunk = r.ring.Peek();
  if (chunk) RC_ASSERT(chunk->size() <= RingForTest::kSize);
  RC_ASSERT(r.ring.Free() <= RingForTest::kSize);
}

}  // namespace
}  // namespace cmapsim::wire
