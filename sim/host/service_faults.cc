#include "sim/host/service_faults.h"

#include <algorithm>
#include <optional>

#include "sim/core/fault.h"
#include "sim/core/random.h"
#include "sim/host/virtual_host.h"
#include "sim/wire/messages.h"
#include "sim/wire/setup.h"

namespace cmapsim {
namespace {

constexpr size_t kIdOffset = 0;
constexpr size_t kSizeOffset = 8;

struct MessageKinds {
  FaultKind id, size, length, truncate, oversize, garbage, drop, duplicate;
};
constexpr MessageKinds kReplyKinds = {
    FaultKind::kServiceReplyId,       FaultKind::kServiceReplySize,
    FaultKind::kServiceReplyLength,   FaultKind::kServiceReplyTruncate,
    FaultKind::kServiceReplyOversize, FaultKind::kServiceReplyGarbage,
    FaultKind::kServiceReplyDrop,     FaultKind::kServiceReplyDuplicate};
constexpr MessageKinds kEventKinds = {
    FaultKind::kServiceEventId,       FaultKind::kServiceEventSize,
    FaultKind::kServiceEventLength,   FaultKind::kServiceEventTruncate,
    FaultKind::kServiceEventOversize, FaultKind::kServiceEventGarbage,
    FaultKind::kServiceEventDrop,     FaultKind::kServiceEventDuplicate};

void FillWithGarbage(uint64_t seed, FaultKind kind, int64_t occurrence, std::string& bytes) {
  Random random(
      seed ^
      Random((static_cast<uint64_t>(kind) << 48) ^ static_cast<uint64_t>(occurrence)).Next());
  for (char& byte : bytes) byte = static_cast<char>(random.Next());
}

int Break(VirtualHost& host, const MessageKinds& kinds, int64_t occurrence,
          std::optional<size_t> length_offset, std::string& bytes) {
  if (host.plan().faults.empty()) return 1;
  if (const Fault* f = host.Strike(kinds.id, occurrence)) {
    wire::Store<int32_t>(bytes.data(), kIdOffset, static_cast<int32_t>(f->size));
  }
  if (const Fault* f = host.Strike(kinds.size, occurrence)) {
    wire::Store<int32_t>(bytes.data(), kSizeOffset, static_cast<int32_t>(f->size));
  }
  if (length_offset) {
    if (const Fault* f = host.Strike(kinds.length, occurrence)) {
      wire::Store<uint64_t>(bytes.data(), *length_offset, static_cast<uint64_t>(f->size));
    }
  }
  if (const Fault* f = host.Strike(kinds.truncate, occurrence)) {
    bytes.resize(std::min(bytes.size(), static_cast<size_t>(f->size)));
  }
  if (const Fault* f = host.Strike(kinds.oversize, occurrence)) {
    bytes.resize(std::max(bytes.size(), static_cast<size_t>(f->size)), '\0');
  }
  if (host.Strike(kinds.garbage, occurrence) != nullptr) {
    FillWithGarbage(host.plan().seed, kinds.garbage, occurrence, bytes);
  }
  if (host.Strike(kinds.drop, occurrence) != nullptr) return 0;
  return host.Strike(kinds.duplicate, occurrence) != nullptr ? 2 : 1;
}

}  // namespace

int BreakReply(VirtualHost& host, int64_t request, std::string& bytes) {
  return Break(host, kReplyKinds, request, wire::ReplyLengthOffset(bytes), bytes);
}

int BreakEvent(VirtualHost& host, int64_t event, std::string& bytes) {
  return Break(host, kEventKinds, event, wire::kNotificationLengthOffset, bytes);
}

}  // namespace cmapsim
