// How clients come and go: the set-up of a connection, the files that it has, and its end.
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "sim/host/folder_tree.h"
#include "sim/host/virtual_host.h"
#include "sim/host/virtual_service.h"

namespace cmapsim {
namespace {

unsigned Bit(FileKind kind, int ring) { return 1U << (static_cast<int>(kind) + ring); }

constexpr std::string_view kRingNames[] = {"request", "response", "event"};

}  // namespace

int VirtualService::Connect(int client_fd) {
  if (!alive_ || connection_count_ >= static_cast<int>(kServiceConnections)) return -ECONNREFUSED;
  if (connections_.size() == static_cast<size_t>(connection_count_)) {
    connections_.push_back(std::make_unique<VirtualConnection>());
  }
  const int index = connection_count_++;
  VirtualConnection& c = connection(index);
  c.stage = VirtualConnection::Stage::kAuthenticating;
  c.client_fd = client_fd;
  c.received.clear();
  c.wakeups = c.unsent_wakeups = 0;
  c.files = c.open = c.mapped = c.truncated = 0;
  c.folder = false;
  c.damaged = 0;
  c.block = nullptr;
  c.control = nullptr;
  c.response_fd = c.event_fd = -1;
  c.accept = c.request = 0;
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
  } else if (c.accept == 0 && c.received.size() >= wire::kSetupRequestSize) {
    c.received.resize(wire::kSetupRequestSize);
    c.accept = ++accepts_;
    if (const Fault* fault = host_.Strike(FaultKind::kServiceAcceptDelay, c.accept)) {
      host_.scheduler().At(host_.Now() + fault->delay_ns, static_cast<uint32_t>(Due::kAccept),
                           index);
    } else {
      Accept(index);
    }
  }
  if (c.client_fd < 0) Disconnect(index);
  ScheduleStats();
}

void VirtualService::Accept(int index) {
  VirtualConnection& c = connection(index);
  if (!alive_ || c.stage != VirtualConnection::Stage::kAuthenticating) return;
  Descriptor* d = host_.descriptors().FindNumber(c.client_fd);
  const wire::SetupRequest request = wire::ReadSetupRequest(c.received.data());
  c.received.clear();
  if (request.id != wire::kAuthenticate || d == nullptr) {
    c.stage = VirtualConnection::Stage::kGone;
    if (d != nullptr) {
      d->peer_closed = true;
      host_.descriptors().Wake(*d, POLLIN | POLLOUT);
    }
    return;
  }
  if (const Fault* fault = host_.Strike(FaultKind::kServiceAcceptRefuse, c.accept)) {
    return Refuse(c, fault->number);
  }
  c.max_message = std::max(request.max_message, wire::kServerMaxMessage);
  Establish(c, index);
  ScheduleStats();
}

void VirtualService::Establish(VirtualConnection& c, int index) {
  constexpr uint32_t kMaxMessage = 64U << 20;  // what the virtual host has memory for
  char base[96];
  std::snprintf(base, sizeof base, "/dev/shm/qb-%d-%d-%d-%06d/qb", pid_, kClientPid, 30 + index,
                index);
  c.base = base;
  c.shm = host_.plan().transport == Transport::kShm;
  if (c.max_message > kMaxMessage) return Refuse(c, ENOMEM);
  if (c.shm) {
    SetUpShm(c, index);
  } else {
    SetUpSocket(c, index);
  }
  c.folder = true;
  c.stage = VirtualConnection::Stage::kEstablished;
  service_.Connect(index, host_.plan().transport);
  Descriptor& d = *host_.descriptors().FindNumber(c.client_fd);
  d.incoming.Push(response_.data(), response_.size());
  host_.descriptors().Wake(d, POLLIN);
}

// As libqb: the answer says why, and the stream is closed behind it.
void VirtualService::Refuse(VirtualConnection& c, int error) {
  wire::WriteSetupResponse({.error = -error, .request = {}, .response = {}, .event = {}},
                           response_.data());
  Descriptor& d = *host_.descriptors().FindNumber(c.client_fd);
  d.incoming.Push(response_.data(), response_.size());
  d.peer_closed = true;
  host_.descriptors().Wake(d, POLLIN | POLLOUT);
  c.stage = VirtualConnection::Stage::kGone;
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
  c.control =
      reinterpret_cast<int32_t*>(control_pages_ + static_cast<size_t>(index) * kControlPage);
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

std::string VirtualService::PathOf(const VirtualConnection& c, int kind) {
  if (kind == static_cast<int>(FileKind::kControl)) return c.base + "-control-cmap";
  const std::string name = c.base + "-" + std::string(kRingNames[kind % kRingCount]);
  return name + (kind < static_cast<int>(FileKind::kData) ? "-cmap-header" : "-cmap-data");
}

int VirtualService::FindFolder(std::string_view path) const {
  for (int i = 0; i < connection_count_; ++i) {
    const VirtualConnection& c = *connections_[static_cast<size_t>(i)];
    if (c.folder && c.Folder() == path) return i;
  }
  return -1;
}

size_t VirtualService::FileSize(int file) const {
  const VirtualConnection& c = *connections_[static_cast<size_t>(file / 8)];
  const int kind = file % 8;
  if ((c.truncated >> kind & 1) != 0) return 0;
  if (kind == 6) return 24;
  if (kind < 3) return wire::kRingHeaderSize;
  return c.block != nullptr ? c.block->data_size() : 0;
}

// Over sockets it is the client that removes the control file, when it finalizes.
void VirtualService::NoteDamage(VirtualConnection& c) const {
  if (alive_ && c.stage == VirtualConnection::Stage::kEstablished) ++c.damaged;
}

void VirtualService::UnlinkFile(int file) {
  VirtualConnection& c = connection(file / 8);
  c.files &= ~(1U << (file % 8));
  if (c.shm) NoteDamage(c);
}

// Memory is cut by whole pages: who uses what is gone dies of it, on both sides.
void VirtualService::TruncateFile(int file, off_t size) {
  constexpr size_t kPage = 4096;
  const auto pages = [](size_t bytes) { return (bytes + kPage - 1) / kPage; };
  VirtualConnection& c = connection(file / 8);
  if (pages(static_cast<size_t>(size)) >= pages(FileSize(file))) return;
  c.truncated |= 1U << (file % 8);
  NoteDamage(c);
  if (c.block != nullptr) c.block->TakeFromClient(file % 8 < 3, file % 8 % kRingCount);
}

int VirtualService::RemoveFolder(int index) {
  VirtualConnection& c = connection(index);
  if (c.files != 0) return -ENOTEMPTY;
  c.folder = false;
  if (c.shm) NoteDamage(c);
  return 0;
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
  // libqb does not look whether that went well: what client code put there keeps it.
  c.folder = c.folder && host_.folders().HasOwnIn(c.Folder());
  if (!c.queued.empty() || c.unsent_wakeups > 0) --queued_;
  Forget(c);
  if (Descriptor* d = host_.descriptors().FindNumber(c.client_fd)) {
    d->peer_closed = true;
    d->reset = c.wakeups > 0;
    host_.descriptors().Wake(*d, POLLIN | POLLOUT);
  }
}

}  // namespace cmapsim
