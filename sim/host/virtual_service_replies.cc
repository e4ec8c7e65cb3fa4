// Replies and notifications: on their way to the client.
#include <poll.h>

#include <algorithm>
#include <string>
#include <utility>

#include "sim/host/service_faults.h"
#include "sim/host/virtual_host.h"
#include "sim/host/virtual_service.h"
#include "sim/wire/messages.h"

namespace cmapsim {
namespace {

// What the kernel lets through as one datagram: libqb asks for a buffer of max_message bytes, the
// kernel doubles that and keeps 32 for itself (unix(7), socket(7)).
size_t LargestDatagram(const VirtualConnection& c) { return 2 * size_t{c.max_message} - 32; }

}  // namespace

void VirtualService::Reply(int index, std::string& bytes) {
  const int copies = BreakReply(host_, request_, bytes);
  const Fault* delay = host_.Strike(FaultKind::kServiceReplyDelay, request_);
  for (int i = 0; i < copies; ++i) SendOrDelayReply(index, bytes, delay);
}

void VirtualService::SendOrDelayReply(int index, const std::string& bytes, const Fault* fault) {
  VirtualConnection& c = connection(index);
  if (fault == nullptr && c.delayed_replies.empty()) return SendReply(index, bytes);
  const Nanos due_ns = host_.Now() + (fault != nullptr ? fault->delay_ns : 0);
  c.delayed_replies.push_back({due_ns, bytes});
  host_.scheduler().At(std::max(due_ns, c.delayed_replies.front().due_ns),
                       static_cast<uint32_t>(Due::kReply), index);
}

void VirtualService::SendDelayedReplies(int index) {
  VirtualConnection& c = connection(index);
  while (alive_ && !c.delayed_replies.empty() && c.delayed_replies.front().due_ns <= host_.Now()) {
    const std::string bytes = std::move(c.delayed_replies.front().bytes);
    c.delayed_replies.pop_front();
    SendReply(index, bytes);
  }
}

// What cannot be sent is lost: corosync does not look at what became of a reply.
void VirtualService::SendReply(int index, std::string_view bytes) {
  VirtualConnection& c = connection(index);
  if (c.stage != VirtualConnection::Stage::kEstablished) return;
  if (c.shm) {
    if (WriteChunk(c, kResponseRing, {bytes})) c.rings[kResponseRing].Post();
  } else if (Descriptor* d = host_.descriptors().FindNumber(c.response_fd)) {
    if (bytes.size() > LargestDatagram(c)) return;
    d->datagrams.emplace_back(bytes);
    host_.descriptors().Wake(*d, POLLIN);
    ++c.control[2];
  }
}

bool VirtualService::WriteChunk(VirtualConnection& c, RingIndex index,
                                std::initializer_list<std::string_view> parts) {
  wire::Ring& ring = c.rings[index];
  const size_t before = ring.Written();
  if (!ring.Write(parts)) return false;
  // An index that went back came round, and everything may have been written.
  c.block->NoteWritten(index, ring.Written() < before ? c.block->data_size() : ring.Written());
  if (host_.Strike(FaultKind::kServiceRingGarbage, ++chunks_) != nullptr) {
    ring.SpoilMark(before);
  }
  return true;
}

void VirtualService::Notify(int index, const Notification& n) {
  VirtualConnection& c = connection(index);
  wire::EncodeNotification(n, head_);
  if (host_.plan().faults.empty() && c.delayed_events.empty()) {
    return SendOrQueue(index, head_, n.new_value.bytes, n.old_value.bytes);
  }
  std::string bytes = head_;
  bytes.append(n.new_value.bytes).append(n.old_value.bytes);
  if (holding_) {
    held_.emplace_back(index, std::move(bytes));
  } else {
    BreakEventAndSend(index, std::move(bytes));
  }
}

void VirtualService::BreakEventAndSend(int index, std::string bytes) {
  VirtualConnection& c = connection(index);
  if (c.stage != VirtualConnection::Stage::kEstablished) return;
  const int64_t event = ++events_;
  const int copies = BreakEvent(host_, event, bytes);
  const Fault* delay = host_.Strike(FaultKind::kServiceEventDelay, event);
  if (host_.Strike(FaultKind::kServiceEventReorder, event) != nullptr) {
    for (int i = 0; i < copies; ++i) c.reordered_events.push_back(bytes);
    return;
  }
  for (int i = 0; i < copies; ++i) SendOrDelayEvent(index, bytes, delay);
  // The last of them came directly before this one.
  while (copies > 0 && !c.reordered_events.empty()) {
    std::string earlier = std::move(c.reordered_events.back());
    c.reordered_events.pop_back();
    SendOrDelayEvent(index, std::move(earlier), nullptr);
  }
}

void VirtualService::SendOrDelayEvent(int index, std::string bytes, const Fault* delay) {
  VirtualConnection& c = connection(index);
  if (delay == nullptr && c.delayed_events.empty()) return SendOrQueue(index, bytes, {}, {});
  Nanos due_ns = host_.Now() + (delay != nullptr ? delay->delay_ns : 0);
  if (!c.delayed_events.empty()) due_ns = std::max(due_ns, c.delayed_events.back().due_ns);
  c.delayed_events.push_back({due_ns, std::move(bytes)});
  host_.scheduler().At(due_ns, static_cast<uint32_t>(Due::kEvents), index);
}

void VirtualService::SendDelayedEvents(int index) {
  VirtualConnection& c = connection(index);
  while (alive_ && !c.delayed_events.empty() && c.delayed_events.front().due_ns <= host_.Now()) {
    const std::string bytes = std::move(c.delayed_events.front().bytes);
    c.delayed_events.pop_front();
    SendOrQueue(index, bytes, {}, {});
  }
}

void VirtualService::SendOrQueue(int index, std::string_view head, std::string_view new_value,
                                 std::string_view old_value) {
  VirtualConnection& c = connection(index);
  if (c.stage != VirtualConnection::Stage::kEstablished) return;
  const bool was_waiting = !c.queued.empty() || c.unsent_wakeups > 0;
  if (!c.queued.empty() || !SendEvent(c, head, new_value, old_value)) {
    std::string bytes(head);
    bytes.append(new_value).append(old_value);
    c.queued.push_back(std::move(bytes));
  }
  if (!was_waiting && (!c.queued.empty() || c.unsent_wakeups > 0)) ++queued_;
}

bool VirtualService::SendEvent(VirtualConnection& c, std::string_view head,
                               std::string_view new_value, std::string_view old_value) {
  const size_t size = head.size() + new_value.size() + old_value.size();
  if (c.shm) {
    if (!WriteChunk(c, kEventRing, {head, new_value, old_value})) return false;
    c.rings[kEventRing].Post();
    ++c.unsent_wakeups;
    SendWakeups(c);
    return true;
  }
  Descriptor* d = host_.descriptors().FindNumber(c.event_fd);
  if (d == nullptr || d->datagrams.size() >= kDatagramQueue) return false;
  if (size > LargestDatagram(c)) return true;  // EMSGSIZE: corosync logs it, and it is lost
  std::string& datagram = d->datagrams.emplace_back(head);
  datagram.append(new_value).append(old_value);
  host_.descriptors().Wake(*d, POLLIN);
  ++c.control[4];
  return true;
}

void VirtualService::SendWakeups(VirtualConnection& c) {
  Descriptor* d = host_.descriptors().FindNumber(c.client_fd);
  if (d == nullptr || !d->incoming.CanSend()) return;
  // As libqb: what is outstanding goes in one message.
  const std::string bytes(c.unsent_wakeups, '\0');
  d->incoming.Push(bytes.data(), bytes.size());
  host_.descriptors().Wake(*d, POLLIN);
  c.unsent_wakeups = 0;
}

void VirtualService::FlushQueues() {
  if (!alive_ || stopped_) return;
  for (int i = 0; i < connection_count_; ++i) {
    VirtualConnection& c = connection(i);
    if (c.queued.empty() && c.unsent_wakeups == 0) continue;
    if (c.unsent_wakeups > 0) SendWakeups(c);
    while (!c.queued.empty()) {
      // A queued event larger than the connection allows is refused for ever and holds up those
      // behind it (observed, 3.1.7).
      if (c.queued.front().size() > c.max_message || !SendEvent(c, c.queued.front(), {}, {})) break;
      c.queued.pop_front();
    }
    if (c.queued.empty() && c.unsent_wakeups == 0) --queued_;
  }
}

}  // namespace cmapsim
