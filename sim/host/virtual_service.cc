#include "sim/host/virtual_service.h"

#include <fcntl.h>
#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "sim/host/real_calls.h"
#include "sim/host/virtual_host.h"

namespace cmapsim {
namespace {

constexpr int kFirstPid = 1000;
constexpr ConnectionId kPeerConnection = -1;
constexpr size_t kControlPages = 256;
constexpr size_t kPage = 4096;
// Datagrams that a unix socket holds before its sender has to wait: net.unix.max_dgram_qlen + 1 (10
// by default, Linux).
constexpr size_t kDatagramQueue = 11;

unsigned Bit(FileKind kind, int ring) { return 1U << (static_cast<int>(kind) + ring); }

constexpr std::string_view kRingNames[] = {"request", "response", "event"};

}  // namespace

VirtualService::VirtualService(VirtualHost& host)
    : host_(host), service_(FreshCorosyncKeys()), response_(wire::kSetupResponseSize, '\0') {
  service_.SetNotify([this](ConnectionId to, const Notification& n) {
    if (to != kPeerConnection) Notify(to, n);
  });
  void* pages = Real().mmap(nullptr, kControlPages * kPage, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) {
    std::perror("cmapsim: cannot make control pages");
    std::abort();
  }
  control_pages_ = static_cast<char*>(pages);
}

VirtualService::~VirtualService() { Real().munmap(control_pages_, kControlPages * kPage); }

void VirtualService::Begin(const KeyTable& keys) {
  keys_ = &keys;
  pid_ = kFirstPid;
  alive_ = true;
  stopped_ = false;
  accepts_ = requests_ = events_ = stopped_at_request_ = 0;
  queued_ = 0;
  kept_.clear();
  service_.Reset(keys);
  service_.Connect(kPeerConnection, host_.plan().transport);
}

void VirtualService::EndRun() {
  for (int i = 0; i < connection_count_; ++i) {
    VirtualConnection& c = connection(i);
    c.queued.clear();
    c.requests.clear();
    c.delayed_events.clear();
    c.delayed_replies.clear();
  }
  connection_count_ = 0;
  host_.rings().ReleaseAll();
}

// --- The process ---------------------------------------------------------------------------------

void VirtualService::Kill() {
  if (!alive_) return;
  alive_ = false;
  stopped_ = false;
  kept_.clear();
  for (int i = 0; i < connection_count_; ++i) {
    VirtualConnection& c = connection(i);
    if (c.stage == VirtualConnection::Stage::kGone) continue;
    c.stage = VirtualConnection::Stage::kGone;
    if (Descriptor* d = host_.descriptors().Find(c.client_fd)) {
      d->peer_closed = true;
      d->reset = c.wakeups > 0 || !c.received.empty();
    }
    c.queued.clear();
    c.delayed_events.clear();
    c.delayed_replies.clear();
  }
  queued_ = 0;
}

void VirtualService::Stop() { stopped_ = alive_; }

void VirtualService::Continue() {
  if (!stopped_) return;
  stopped_ = false;
  for (const Scheduler::Entry& entry : kept_) {
    host_.scheduler().At(host_.Now(), entry.kind, entry.a, entry.b);
  }
  kept_.clear();
}

void VirtualService::Start() {
  if (alive_) return;
  alive_ = true;
  ++pid_;
  service_.Restart(*keys_);
  service_.Connect(kPeerConnection, host_.plan().transport);
}

bool VirtualService::KeepWhileStopped(const Scheduler::Entry& entry) {
  if (stopped_) kept_.push_back(entry);
  return stopped_;
}

CsError VirtualService::CarryOut(const Step& step) {
  if (!alive_) return CsError::kLibrary;
  const std::string key = step.key.value_or("");
  switch (step.op) {
    case Op::kSet:
      return step.value ? service_.Set(kPeerConnection, key, step.value->type, step.value->bytes)
                        : CsError::kInvalidParam;
    case Op::kDelete:
      return service_.Delete(kPeerConnection, key);
    case Op::kInc:
      return service_.AdjustInt(kPeerConnection, key, 1);
    case Op::kDec:
      return service_.AdjustInt(kPeerConnection, key, -1);
    default:
      return CsError::kNotSupported;
  }
}

// --- Connecting ----------------------------------------------------------------------------------

int VirtualService::Connect(int client_fd) {
  if (!alive_ || connection_count_ >= static_cast<int>(kControlPages)) return -ECONNREFUSED;
  if (connections_.size() == static_cast<size_t>(connection_count_)) {
    connections_.push_back(std::make_unique<VirtualConnection>());
  }
  const int index = connection_count_++;
  VirtualConnection& c = connection(index);
  c.stage = VirtualConnection::Stage::kAuthenticating;
  c.client_fd = client_fd;
  c.received.clear();
  c.wakeups = c.unsent_wakeups = 0;
  c.files = c.open = c.mapped = 0;
  c.block = nullptr;
  c.control = nullptr;
  c.response_fd = c.event_fd = -1;
  return index;
}

void VirtualService::ScheduleReadable(int index) {
  host_.scheduler().At(host_.Now(), static_cast<uint32_t>(Due::kServiceReadable), index);
}

void VirtualService::OnStreamBytes(int index, std::string_view bytes) {
  VirtualConnection& c = connection(index);
  if (c.stage == VirtualConnection::Stage::kAuthenticating) {
    c.received.append(bytes);
  } else {
    c.wakeups += bytes.size();
  }
  ScheduleReadable(index);
}

void VirtualService::OnClientClosed(int index) {
  connection(index).client_fd = -1;
  ScheduleReadable(index);
}

void VirtualService::Readable(int index) {
  VirtualConnection& c = connection(index);
  if (!alive_ || c.stage == VirtualConnection::Stage::kGone) return;
  if (c.stage == VirtualConnection::Stage::kEstablished) {
    ReadRequests(index);
  } else if (c.received.size() >= wire::kSetupRequestSize) {
    c.received.resize(wire::kSetupRequestSize);
    if (const Fault* fault = host_.Strike(FaultKind::kServiceAcceptDelay, ++accepts_)) {
      host_.scheduler().At(host_.Now() + fault->delay_ns, static_cast<uint32_t>(Due::kAccept),
                           index);
    } else {
      Accept(index);
    }
  }
  if (c.client_fd < 0) Disconnect(index);
}

void VirtualService::Accept(int index) {
  VirtualConnection& c = connection(index);
  if (!alive_ || c.stage != VirtualConnection::Stage::kAuthenticating) return;
  Descriptor* d = host_.descriptors().Find(c.client_fd);
  const wire::SetupRequest request = wire::ReadSetupRequest(c.received.data());
  c.received.clear();
  if (request.id != wire::kAuthenticate || d == nullptr) {
    c.stage = VirtualConnection::Stage::kGone;
    if (d != nullptr) d->peer_closed = true;
    return;
  }
  c.max_message = std::max(request.max_message, wire::kServerMaxMessage);
  Establish(c, index);
}

void VirtualService::Establish(VirtualConnection& c, int index) {
  constexpr uint32_t kMaxMessage = 64U << 20;  // what the virtual host has memory for
  char base[96];
  std::snprintf(base, sizeof base, "/dev/shm/qb-%d-%d-%d-%06d/qb", pid_, kClientPid, 30 + index,
                index);
  c.base = base;
  c.shm = host_.plan().transport == Transport::kShm;
  if (c.max_message > kMaxMessage) {
    wire::WriteSetupResponse({.error = -ENOMEM, .request = {}, .response = {}, .event = {}},
                             response_.data());
  } else if (c.shm) {
    SetUpShm(c, index);
  } else {
    SetUpSocket(c, index);
  }
  c.stage = VirtualConnection::Stage::kEstablished;
  service_.Connect(index, host_.plan().transport);
  host_.descriptors().Find(c.client_fd)->incoming.Push(response_.data(), response_.size());
}

void VirtualService::SetUpShm(VirtualConnection& c, int index) {
  c.block = host_.rings().Acquire(wire::RingDataSize(c.max_message));
  std::string names[kRingCount];
  for (int ring = 0; ring < kRingCount; ++ring) {
    const auto i = static_cast<size_t>(ring);
    names[i] = c.base + "-" + std::string(kRingNames[i]) + "-cmap";
    c.rings[i] =
        wire::Ring(c.block->server.header(ring), c.block->server.data(ring), c.block->data_size());
    c.rings[i].Format(names[i] + "-header", names[i] + "-data");
    c.files |= Bit(FileKind::kHeader, ring) | Bit(FileKind::kData, ring);
  }
  wire::WriteSetupResponse({.type = wire::kTypeShm,
                            .max_message = c.max_message,
                            .connection = static_cast<uint64_t>(index) + 1,
                            .request = names[0],
                            .response = names[1],
                            .event = names[2]},
                           response_.data());
}

void VirtualService::SetUpSocket(VirtualConnection& c, int index) {
  c.control = reinterpret_cast<int32_t*>(control_pages_ + static_cast<size_t>(index) * kPage);
  std::memset(c.control, 0, 64);
  c.files = Bit(FileKind::kControl, 0);
  wire::WriteSetupResponse({.type = wire::kTypeSocket,
                            .max_message = c.max_message,
                            .connection = static_cast<uint64_t>(index) + 1,
                            .request = c.base + "-control-cmap",
                            .response = c.base + "-cmap",
                            .event = {}},
                           response_.data());
}

void VirtualService::NoteBound(const std::string& name, int fd) {
  for (int i = 0; i < connection_count_; ++i) {
    VirtualConnection& c = connection(i);
    if (name.compare(0, c.base.size(), c.base) != 0 || c.shm) continue;
    if (name.size() == c.base.size() + 14 && name.ends_with("-cmap-response")) c.response_fd = fd;
    if (name.size() == c.base.size() + 11 && name.ends_with("-cmap-event")) c.event_fd = fd;
  }
}

int VirtualService::FindRemote(std::string_view name, int& channel) const {
  for (int i = 0; i < connection_count_; ++i) {
    const VirtualConnection& c = *connections_[static_cast<size_t>(i)];
    if (c.shm || c.stage != VirtualConnection::Stage::kEstablished || !name.starts_with(c.base))
      continue;
    const std::string_view rest = name.substr(c.base.size());
    if (rest != "-cmap-request" && rest != "-cmap-event-tx") continue;
    channel = rest == "-cmap-event-tx" ? 1 : 0;
    return i;
  }
  return -1;
}

int VirtualService::FindFile(std::string_view path) const {
  for (int i = 0; i < connection_count_; ++i) {
    const VirtualConnection& c = *connections_[static_cast<size_t>(i)];
    if (!path.starts_with(c.base)) continue;
    const std::string_view rest = path.substr(c.base.size());
    for (int ring = 0; ring < kRingCount; ++ring) {
      const std::string_view name = kRingNames[ring];
      if (!rest.starts_with('-') || !rest.substr(1).starts_with(name)) continue;
      const std::string_view suffix = rest.substr(1 + name.size());
      if (suffix == "-cmap-header" && c.Has(c.files, FileKind::kHeader, ring)) return i * 8 + ring;
      if (suffix == "-cmap-data" && c.Has(c.files, FileKind::kData, ring)) return i * 8 + 3 + ring;
    }
    if (rest == "-control-cmap" && c.Has(c.files, FileKind::kControl, 0)) return i * 8 + 6;
  }
  return -1;
}

size_t VirtualService::FileSize(int file) const {
  const VirtualConnection& c = *connections_[static_cast<size_t>(file / 8)];
  const int kind = file % 8;
  if (kind == 6) return 24;
  if (kind < 3) return wire::kRingHeaderSize;
  return c.block != nullptr ? c.block->data_size() : 0;
}

void VirtualService::Disconnect(int index) {
  VirtualConnection& c = connection(index);
  if (c.stage == VirtualConnection::Stage::kGone) return;
  if (c.stage == VirtualConnection::Stage::kEstablished) {
    c.stage = VirtualConnection::Stage::kGone;
    service_.Disconnect(index);
    if (c.shm && c.block != nullptr) {
      for (wire::Ring& ring : c.rings) ring.DropReference();
    }
  }
  c.stage = VirtualConnection::Stage::kGone;
  c.files = 0;
  if (!c.queued.empty() || c.unsent_wakeups > 0) --queued_;
  c.queued.clear();
  c.unsent_wakeups = 0;
  c.delayed_events.clear();
  c.delayed_replies.clear();
  if (Descriptor* d = host_.descriptors().Find(c.client_fd)) {
    d->peer_closed = true;
    d->reset = c.wakeups > 0;
  }
}

// --- Requests ------------------------------------------------------------------------------------

bool VirtualService::Admit() {
  const int64_t request = requests_ + 1;
  if (host_.Strike(FaultKind::kServiceProcessKill, request) != nullptr) {
    Kill();
    return false;
  }
  if (stopped_at_request_ != request &&
      host_.Strike(FaultKind::kServiceProcessStop, request) != nullptr) {
    stopped_at_request_ = request;
    Stop();
    return false;
  }
  requests_ = request;
  return true;
}

void VirtualService::ReadRequests(int index) {
  VirtualConnection& c = connection(index);
  if (!c.shm) {
    while (!c.requests.empty()) {
      if (!Admit()) {
        if (stopped_)
          kept_.push_back({0, 0, static_cast<uint32_t>(Due::kServiceReadable), index, 0});
        return;
      }
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
    if (!Admit()) {
      if (stopped_) kept_.push_back({0, 0, static_cast<uint32_t>(Due::kServiceReadable), index, 0});
      return;
    }
    c.block->NoteWritten(
        kRequestRing, message->data() - c.block->server.data(kRequestRing) + message->size() + 16);
    ring.Take();
    Handle(index, *message);
    ring.Reclaim();
    --c.wakeups;
  }
}

void VirtualService::Handle(int index, std::string_view message) {
  using wire::Operation;
  const wire::Request r = wire::ParseRequest(message);
  if (TraceWriter* line = host_.Line("service")) {
    line->Field("connection", index).Field("request", wire::OperationName(r.id)).End();
  }
  if (r.id < 0 || r.id >= wire::kOperationCount) {
    wire::EncodeReply(0, CsError::kInvalidParam, reply_);
    return Reply(index, reply_);
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
      if (error == CsError::kOk && r.value_length + 40 > connection(index).max_message) return;
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
  Reply(index, reply_);
}

// --- Replies -------------------------------------------------------------------------------------

void VirtualService::Reply(int index, std::string& bytes) {
  VirtualConnection& c = connection(index);
  const Fault* fault = host_.Strike(FaultKind::kServiceReplyDelay, requests_);
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

void VirtualService::SendReply(int index, std::string_view bytes) {
  VirtualConnection& c = connection(index);
  if (c.stage != VirtualConnection::Stage::kEstablished || bytes.size() > c.max_message) return;
  if (c.shm) {
    wire::Ring& ring = c.rings[kResponseRing];
    if (!ring.Write({bytes})) return;
    c.block->NoteWritten(kResponseRing,
                         ring.Written() < bytes.size() ? c.block->data_size() : ring.Written());
    ring.Post();
  } else if (Descriptor* d = host_.descriptors().Find(c.response_fd)) {
    d->datagrams.emplace_back(bytes);
    ++c.control[2];
  }
}

// --- Events --------------------------------------------------------------------------------------

void VirtualService::Notify(int index, const Notification& n) {
  VirtualConnection& c = connection(index);
  wire::EncodeNotification(n, head_);
  const Fault* fault = host_.Strike(FaultKind::kServiceEventDelay, ++events_);
  if (fault == nullptr && c.delayed_events.empty()) {
    return SendOrQueue(index, head_, n.new_value.bytes, n.old_value.bytes);
  }
  Nanos due_ns = host_.Now() + (fault != nullptr ? fault->delay_ns : 0);
  if (!c.delayed_events.empty()) due_ns = std::max(due_ns, c.delayed_events.back().due_ns);
  std::string bytes = head_;
  bytes.append(n.new_value.bytes).append(n.old_value.bytes);
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
    wire::Ring& ring = c.rings[kEventRing];
    if (!ring.Write({head, new_value, old_value})) return false;
    c.block->NoteWritten(kEventRing, ring.Written() < size ? c.block->data_size() : ring.Written());
    ring.Post();
    ++c.unsent_wakeups;
    SendWakeups(c);
    return true;
  }
  Descriptor* d = host_.descriptors().Find(c.event_fd);
  if (d == nullptr || d->datagrams.size() >= kDatagramQueue) return false;
  std::string& datagram = d->datagrams.emplace_back(head);
  datagram.append(new_value).append(old_value);
  ++c.control[4];
  return true;
}

void VirtualService::SendWakeups(VirtualConnection& c) {
  Descriptor* d = host_.descriptors().Find(c.client_fd);
  if (d == nullptr || !d->incoming.CanSend()) return;
  // As libqb: what is outstanding goes in one message.
  const std::string bytes(c.unsent_wakeups, '\0');
  d->incoming.Push(bytes.data(), bytes.size());
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

int VirtualService::OnDatagram(int index, std::string_view bytes) {
  VirtualConnection& c = connection(index);
  if (c.stage != VirtualConnection::Stage::kEstablished) return ECONNREFUSED;
  if (c.requests.size() >= kDatagramQueue) return EAGAIN;
  c.requests.emplace_back(bytes);
  ScheduleReadable(index);
  return 0;
}

}  // namespace cmapsim
