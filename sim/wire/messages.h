// The CMAP messages of corosync 3.1, as bytes.
//
//   auto request = ParseRequest(bytes);
//   std::string reply; EncodeReply(Operation::kSet, CsError::kOk, reply);
//   std::string head; EncodeNotification(notification, head);   // then the new value's bytes, then the old one's
//
// A request may be anything: what is missing reads as zero, and a key ends at its first NUL, as the
// daemon reads it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/cmap/types.h"

namespace cmapsim::wire {

enum class Operation : int32_t {
  kSet = 0,
  kDelete = 1,
  kGet = 2,
  kAdjustInt = 3,
  kIterInit = 4,
  kIterNext = 5,
  kIterFinalize = 6,
  kTrackAdd = 7,
  kTrackDelete = 8,
  kSetCurrentMap = 9,
};
inline constexpr int32_t kOperationCount = 10;
[[nodiscard]] std::string_view OperationName(int32_t id);

struct Request {
  int32_t id = -1;          // an Operation, or any other number
  int32_t size = 0;         // as the header claims
  std::string_view key;     // also the prefix; views into the message
  uint16_t key_length = 0;  // as claimed beside the key: 0 means "none" for prefixes and trackers
  uint64_t value_length = 0;
  ValueType type = ValueType::kUnset;
  std::string_view value;  // what is there of value_length
  int32_t number = 0;      // adjust_int: step; track_add: mask; set_current_map: map
  uint64_t handle = 0;     // iterator, tracker, or the client's own instance of a tracker
};
[[nodiscard]] Request ParseRequest(std::string_view message);

// Replies, each into `out` (replaced).
void EncodeReply(int32_t id, CsError error, std::string& out);                         // 24 bytes
void EncodeHandleReply(int32_t id, CsError error, uint64_t handle, std::string& out);  // 32 bytes
// As large as the client's buffer asked for, whatever the value's length.
void EncodeGetReply(CsError error, const ValueView& value, uint64_t requested, std::string& out);
void EncodeIterNextReply(CsError error, std::string_view key, const ValueView& value,
                         std::string& out);
inline constexpr int32_t kSetCurrentMapReply = 10;
// As large as the operation's reply is where it fails.
void EncodeErrorReply(int32_t operation, CsError error, std::string& out);
// Where a reply says how long the value in it is; nothing where it holds none.
[[nodiscard]] std::optional<size_t> ReplyLengthOffset(std::string_view reply);

// The fixed part, 336 bytes; its size field counts the values that follow.
void EncodeNotification(const Notification& n, std::string& out);
inline constexpr size_t kNotificationHead = 336;
inline constexpr size_t kNotificationLengthOffset = 320;  // of the new value's length

}  // namespace cmapsim::wire
