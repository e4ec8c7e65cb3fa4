#include "sim/wire/messages.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <string>

#include "sim/wire/setup.h"

namespace cmapsim::wire {
namespace {

std::string RequestBytes(int32_t id, size_t size) {
  std::string bytes(size, '\0');
  Store<int32_t>(bytes.data(), 0, id);
  Store<int32_t>(bytes.data(), 8, static_cast<int32_t>(size));
  return bytes;
}

void PutName(std::string& bytes, std::string_view name) {
  Store<uint16_t>(bytes.data(), 16, static_cast<uint16_t>(name.size()));
  std::memcpy(bytes.data() + 24, name.data(), name.size());
}

TEST(MessagesTest, ASetIsReadFromItsOffsets) {
  std::string bytes = RequestBytes(0, 296 + 2);
  PutName(bytes, "test.a");
  Store<uint64_t>(bytes.data(), 280, 2);
  Store<uint8_t>(bytes.data(), 288, 4);
  bytes[296] = '\x34';
  bytes[297] = '\x12';
  const Request r = ParseRequest(bytes);
  EXPECT_EQ(r.key, "test.a");
  EXPECT_EQ(r.type, ValueType::kUInt16);
  EXPECT_EQ(r.value, "\x34\x12");
}

TEST(MessagesTest, ATrackAddIsReadFromItsOffsets) {
  std::string bytes = RequestBytes(7, 296);
  PutName(bytes, "test.");
  Store<int32_t>(bytes.data(), 280, 15);
  Store<uint64_t>(bytes.data(), 288, 0x123456789abcULL);
  const Request r = ParseRequest(bytes);
  EXPECT_EQ(r.key, "test.");
  EXPECT_EQ(r.number, 15);
  EXPECT_EQ(r.handle, 0x123456789abcULL);
}

TEST(MessagesTest, AKeyEndsAtItsFirstNul) {
  std::string bytes = RequestBytes(1, 280);
  PutName(bytes, std::string_view("ab\0cd", 5));
  EXPECT_EQ(ParseRequest(bytes).key, "ab");
}

TEST(MessagesTest, ANotificationIsWrittenToItsOffsets) {
  Notification n;
  n.instance = 77;
  n.event = 2;
  n.key = "test.a";
  n.new_value = {ValueType::kUInt8, "1"};
  n.old_value = {ValueType::kString, std::string_view("ab\0", 3)};
  std::string head;
  EncodeNotification(n, head);
  ASSERT_EQ(head.size(), 336U);
  EXPECT_EQ(Load<int32_t>(head.data(), 0), 9);
  EXPECT_EQ(Load<int32_t>(head.data(), 8), 336 + 1 + 3);
  EXPECT_EQ(Load<uint64_t>(head.data(), 24), 77U);
  EXPECT_EQ(Load<uint16_t>(head.data(), 32), 6U);
  EXPECT_STREQ(head.data() + 40, "test.a");
  EXPECT_EQ(Load<int32_t>(head.data(), 296), 2);
  EXPECT_EQ(Load<uint8_t>(head.data(), 304), 2U);
  EXPECT_EQ(Load<uint8_t>(head.data(), 312), 11U);
  EXPECT_EQ(Load<uint64_t>(head.data(), 320), 1U);
  EXPECT_EQ(Load<uint64_t>(head.data(), 328), 3U);
}

TEST(MessagesTest, AGetReplyIsAsLargeAsWasAskedFor) {
  std::string reply;
  EncodeGetReply(CsError::kOk, {ValueType::kBinary, "abc"}, 10, reply);
  EXPECT_EQ(reply.size(), 50U);
  EXPECT_EQ(Load<uint64_t>(reply.data(), 24), 3U);
  EncodeGetReply(CsError::kNotExist, {}, 10, reply);
  EXPECT_EQ(reply.size(), 40U);
  EXPECT_EQ(Load<int32_t>(reply.data(), 16), 12);
}

RC_GTEST_PROP(MessagesTest, AnyBytesCanBeRead, (const std::string& bytes)) {
  const Request r = ParseRequest(bytes);
  RC_ASSERT(r.value.size() <= bytes.size());
  RC_ASSERT(r.key.size() <= bytes.size());
}

}  // namespace
}  // namespace cmapsim::wire
