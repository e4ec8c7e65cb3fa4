#include "sim/wire/messages.h"

#include <algorithm>

#include "sim/wire/setup.h"

namespace cmapsim::wire {
namespace {

constexpr size_t kNameSize = 256;

template <typename T>
T LoadOrZero(std::string_view message, size_t offset) {
  return offset + sizeof(T) <= message.size() ? Load<T>(message.data(), offset) : T{};
}

void ReplyHead(int32_t id, CsError error, size_t size, std::string& out) {
  out.assign(size, '\0');
  Store<int32_t>(out.data(), 0, id);
  Store<int32_t>(out.data(), 8, static_cast<int32_t>(size));
  Store<int32_t>(out.data(), 16, static_cast<int32_t>(error));
}

void StoreName(std::string_view name, size_t offset, std::string& out) {
  Store<uint16_t>(out.data(), offset, static_cast<uint16_t>(name.size()));
  CopyBytes(out.data() + offset + 8, name.substr(0, kNameSize));
}

}  // namespace

std::string_view OperationName(int32_t id) {
  static constexpr std::string_view kNames[] = {
      "set",       "delete",        "get",       "adjust_int",   "iter_init",
      "iter_next", "iter_finalize", "track_add", "track_delete", "set_current_map"};
  return id >= 0 && id < kOperationCount ? kNames[id] : std::string_view("unknown");
}

Request ParseRequest(std::string_view message) {
  Request r;
  r.id = LoadOrZero<int32_t>(message, 0);
  r.size = LoadOrZero<int32_t>(message, 8);
  const auto op = static_cast<Operation>(r.id);
  if (op == Operation::kIterNext || op == Operation::kIterFinalize ||
      op == Operation::kTrackDelete) {
    r.handle = LoadOrZero<uint64_t>(message, 16);
    return r;
  }
  if (op == Operation::kSetCurrentMap) {
    r.number = LoadOrZero<int32_t>(message, 16);
    return r;
  }
  r.key_length = LoadOrZero<uint16_t>(message, 16);
  if (message.size() > 24) {
    const std::string_view rest = message.substr(24);
    r.key = rest.substr(0, rest.find('\0'));
  }
  if (op == Operation::kAdjustInt) r.number = LoadOrZero<int32_t>(message, 280);
  if (op == Operation::kTrackAdd) {
    r.number = LoadOrZero<int32_t>(message, 280);
    r.handle = LoadOrZero<uint64_t>(message, 288);
  }
  if (op == Operation::kSet || op == Operation::kGet) {
    r.value_length = LoadOrZero<uint64_t>(message, 280);
  }
  if (op == Operation::kSet) {
    r.type = static_cast<ValueType>(LoadOrZero<uint8_t>(message, 288));
    if (message.size() > 296) r.value = message.substr(296, r.value_length);
  }
  return r;
}

void EncodeReply(int32_t id, CsError error, std::string& out) { ReplyHead(id, error, 24, out); }

void EncodeHandleReply(int32_t id, CsError error, uint64_t handle, std::string& out) {
  ReplyHead(id, error, 32, out);
  Store<uint64_t>(out.data(), 24, handle);
}

void EncodeGetReply(CsError error, const ValueView& value, uint64_t requested, std::string& out) {
  const auto id = static_cast<int32_t>(Operation::kGet);
  if (error != CsError::kOk) return ReplyHead(id, error, 40, out);
  ReplyHead(id, error, 40 + requested, out);
  Store<uint64_t>(out.data(), 24, value.bytes.size());
  Store<uint8_t>(out.data(), 32, static_cast<uint8_t>(value.type));
  if (requested > 0) {
    CopyBytes(out.data() + 40, value.bytes.substr(0, requested));
  }
}

void EncodeIterNextReply(CsError error, std::string_view key, const ValueView& value,
                         std::string& out) {
  ReplyHead(static_cast<int32_t>(Operation::kIterNext), error, 304, out);
  if (error != CsError::kOk) return;
  StoreName(key, 24, out);
  Store<uint64_t>(out.data(), 288, value.bytes.size());
  Store<uint8_t>(out.data(), 296, static_cast<uint8_t>(value.type));
}

void EncodeErrorReply(int32_t operation, CsError error, std::string& out) {
  switch (static_cast<Operation>(operation)) {
    case Operation::kGet:
      return ReplyHead(operation, error, 40, out);
    case Operation::kIterNext:
      return ReplyHead(operation, error, 304, out);
    case Operation::kIterInit:
    case Operation::kTrackAdd:
    case Operation::kTrackDelete:
      return ReplyHead(operation, error, 32, out);
    case Operation::kSetCurrentMap:
      return ReplyHead(kSetCurrentMapReply, error, 24, out);
    case Operation::kSet:
    case Operation::kDelete:
    case Operation::kAdjustInt:
    case Operation::kIterFinalize:
      break;
  }
  ReplyHead(operation, error, 24, out);
}

std::optional<size_t> ReplyLengthOffset(std::string_view reply) {
  if (LoadOrZero<int32_t>(reply, 16) != static_cast<int32_t>(CsError::kOk)) return std::nullopt;
  const auto operation = static_cast<Operation>(LoadOrZero<int32_t>(reply, 0));
  if (operation == Operation::kGet && reply.size() >= 40) return 24;
  if (operation == Operation::kIterNext && reply.size() >= 304) return 288;
  return std::nullopt;
}

void EncodeNotification(const Notification& n, std::string& out) {
  constexpr int32_t kNotifyCallback = 9;
  ReplyHead(kNotifyCallback, CsError::kOk, kNotificationHead, out);
  Store<int32_t>(out.data(), 8,
                 static_cast<int32_t>(kNotificationHead + n.new_value.bytes.size() +
                                      n.old_value.bytes.size()));
  Store<uint64_t>(out.data(), 24, n.instance);
  StoreName(n.key, 32, out);
  Store<int32_t>(out.data(), 296, n.event);
  Store<uint8_t>(out.data(), 304, static_cast<uint8_t>(n.new_value.type));
  Store<uint8_t>(out.data(), 312, static_cast<uint8_t>(n.old_value.type));
  Store<uint64_t>(out.data(), kNotificationLengthOffset, n.new_value.bytes.size());
  Store<uint64_t>(out.data(), 328, n.old_value.bytes.size());
}

}  // namespace cmapsim::wire
