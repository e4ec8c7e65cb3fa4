// Requests: read from both transports, carried out, answered.
#include <cerrno>
#include <string>
#include <utility>

#include "sim/host/virtual_host.h"
#include "sim/host/virtual_service.h"
#include "sim/wire/messages.h"

namespace cmapsim {

int VirtualService::OnDatagram(int index, std::string_view bytes) {
  VirtualConnection& c = connection(index);
  if (c.stage != VirtualConnection::Stage::kEstablished) return ECONNREFUSED;
  if (c.requests.size() >= kDatagramQueue) return EAGAIN;
  c.requests.emplace_back(bytes);
  ScheduleReadable(index);
  return 0;
}

// Each fault is asked once for a request, though a stopped service comes to it a second time.
bool VirtualService::Admit(int index) {
  VirtualConnection& c = connection(index);
  if (c.request == 0) {
    c.request = ++requests_;
    if (DiesOrStops(c.request)) {
      if (stopped_) kept_.push_back({0, 0, static_cast<uint32_t>(Due::kServiceReadable), index, 0});
      return false;
    }
  }
  request_ = c.request;
  c.request = 0;
  if (host_.Strike(FaultKind::kServiceConnectionClose, request_) == nullptr) return true;
  Disconnect(index);
  return false;
}

bool VirtualService::DiesOrStops(int64_t request) {
  if (host_.Strike(FaultKind::kServiceProcessKill, request) != nullptr) {
    Kill();
    return true;
  }
  if (const Fault* fault = host_.Strike(FaultKind::kServiceProcessRestart, request)) {
    Kill();
    host_.scheduler().At(host_.Now() + fault->delay_ns, static_cast<uint32_t>(Due::kServiceStart));
    return true;
  }
  if (host_.Strike(FaultKind::kServiceProcessStop, request) != nullptr) {
    Stop();
    return true;
  }
  if (const Fault* fault = host_.Strike(FaultKind::kServiceProcessPause, request)) {
    Stop();
    host_.scheduler().At(host_.Now() + fault->delay_ns,
                         static_cast<uint32_t>(Due::kServiceContinue), pid_);
    return true;
  }
  return false;
}

void VirtualService::ReadRequests(int index) {
  VirtualConnection& c = connection(index);
  if (c.truncated != 0 && (c.wakeups > 0 || !c.requests.empty())) return Kill();  // of SIGBUS
  if (!c.shm) {
    while (!c.requests.empty()) {
      if (!Admit(index)) return;
      const std::string message = std::move(c.requests.front());
      c.requests.pop_front();
      --c.control[0];
      Handle(index, message);
    }
    return;
  }
  while (c.wakeups > 0) {
    wire::Ring& ring = c.rings[kRequestRing];
    if (ring.Semaphore() <= 0) {  // a byte without a request: taken and ignored
      --c.wakeups;
      continue;
    }
    const auto message = ring.Peek();
    if (!message || message->size() < 16) return Disconnect(index);
    if (!Admit(index)) return;
    c.block->NoteWritten(
        kRequestRing, message->data() - c.block->server.data(kRequestRing) + message->size() + 16);
    ring.Take();
    Handle(index, *message);
    ring.Reclaim();
    --c.wakeups;
  }
}

void VirtualService::Handle(int index, std::string_view message) {
  const wire::Request r = wire::ParseRequest(message);
  if (TraceWriter* line = host_.Line("service")) {
    line->Field("connection", index).Field("request", wire::OperationName(r.id)).End();
  }
  if (const Fault* fault = host_.Strike(FaultKind::kServiceReplyError, request_)) {
    wire::EncodeErrorReply(r.id, static_cast<CsError>(fault->number), reply_);
    return Reply(index, reply_);
  }
  holding_ = host_.Strike(FaultKind::kServiceReplyReorder, request_) != nullptr;
  if (Answer(index, r)) Reply(index, reply_);
  holding_ = false;
  for (auto& [to, bytes] : held_) BreakEventAndSend(to, std::move(bytes));
  held_.clear();
}

bool VirtualService::Answer(int index, const wire::Request& r) {
  using wire::Operation;
  if (r.id < 0 || r.id >= wire::kOperationCount) {
    wire::EncodeReply(0, CsError::kInvalidParam, reply_);
    return true;
  }
  switch (static_cast<Operation>(r.id)) {
    case Operation::kSet:
      wire::EncodeReply(r.id, service_.Set(index, r.key, r.type, r.value), reply_);
      break;
    case Operation::kDelete:
      wire::EncodeReply(r.id, service_.Delete(index, r.key), reply_);
      break;
    case Operation::kAdjustInt:
      wire::EncodeReply(r.id, service_.AdjustInt(index, r.key, r.number), reply_);
      break;
    case Operation::kGet: {
      constexpr uint64_t kMostMemory = uint64_t{1} << 40;
      ValueView value;
      const CsError error = r.value_length > kMostMemory
                                ? CsError::kNoMemory
                                : service_.Get(index, r.key, r.value_length, value);
      // A reply larger than the connection allows is never sent, and the client waits for ever
      // (observed, 3.1.7).
      if (error == CsError::kOk && r.value_length + 40 > connection(index).max_message)
        return false;
      wire::EncodeGetReply(error, value, r.value_length, reply_);
      break;
    }
    case Operation::kIterInit: {
      uint64_t handle = 0;
      const CsError error =
          service_.IterInit(index, r.key_length > 0 ? r.key : std::string_view(), handle);
      wire::EncodeHandleReply(r.id, error, handle, reply_);
      break;
    }
    case Operation::kIterNext: {
      std::string_view key;
      ValueView value;
      const CsError error = service_.IterNext(index, r.handle, key, value);
      wire::EncodeIterNextReply(error, key, value, reply_);
      break;
    }
    case Operation::kIterFinalize:
      wire::EncodeReply(r.id, service_.IterFinalize(index, r.handle), reply_);
      break;
    case Operation::kTrackAdd: {
      uint64_t handle = 0;
      const CsError error = service_.TrackAdd(index, r.key_length > 0 ? r.key : std::string_view(),
                                              r.number, r.handle, handle);
      wire::EncodeHandleReply(r.id, error, handle, reply_);
      break;
    }
    case Operation::kTrackDelete: {
      uint64_t instance = 0;
      const CsError error = service_.TrackDelete(index, r.handle, instance);
      wire::EncodeHandleReply(r.id, error, instance, reply_);
      break;
    }
    case Operation::kSetCurrentMap:
      wire::EncodeReply(wire::kSetCurrentMapReply, service_.SetCurrentMap(index, r.number), reply_);
      break;
  }
  return true;
}

}  // namespace cmapsim
