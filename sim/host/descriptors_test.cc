#include "sim/host/descriptors.h"

#include <gtest/gtest.h>

#include <string>

namespace cmapsim {
namespace {

TEST(StreamBufferTest, HoldsAsManySmallMessagesAsTheKernel) {
  StreamBuffer buffer;
  int sent = 0;
  while (buffer.CanSend()) {
    buffer.Push("x", 1);
    ++sent;
  }
  EXPECT_EQ(sent, 278) << "observed, Linux 6.18: messages of 1 and of 100 bytes alike";
  char out[3];
  EXPECT_EQ(buffer.Pull(out, 3, false), 3U);
  EXPECT_TRUE(buffer.CanSend()) << "what was read makes room";
}

TEST(StreamBufferTest, PeekingTakesNothing) {
  StreamBuffer buffer;
  buffer.Push("abc", 3);
  buffer.Push("de", 2);
  char out[8] = {};
  EXPECT_EQ(buffer.Pull(out, 4, true), 4U);
  EXPECT_EQ(std::string(out, 4), "abcd");
  EXPECT_EQ(buffer.Pull(out, 8, false), 5U);
  EXPECT_EQ(std::string(out, 5), "abcde");
  EXPECT_EQ(buffer.size(), 0U);
}

TEST(DescriptorsTest, TheLowestFreeNumberIsGivenOut) {
  Descriptors descriptors;
  const int a = descriptors.Open(Descriptor::Kind::kStream);
  const int b = descriptors.Open(Descriptor::Kind::kFile);
  EXPECT_EQ(a, Descriptors::kFirst);
  EXPECT_EQ(b, Descriptors::kFirst + 1);
  descriptors.Close(a);
  EXPECT_EQ(descriptors.Find(a), nullptr);
  EXPECT_EQ(descriptors.Open(Descriptor::Kind::kDatagram), a);
  EXPECT_EQ(descriptors.open_count(), 2);
}

TEST(DescriptorsTest, RunOut) {
  Descriptors descriptors;
  for (int i = 0; i < Descriptors::kCount; ++i) {
    EXPECT_GE(descriptors.Open(Descriptor::Kind::kFile), 0);
  }
  EXPECT_EQ(descriptors.Open(Descriptor::Kind::kFile), -1);
}

}  // namespace
}  // namespace cmapsim
