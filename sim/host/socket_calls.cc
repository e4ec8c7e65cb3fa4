#include "sim/host/socket_calls.h"

#include <fcntl.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

#include "sim/host/descriptor_calls.h"
#include "sim/host/real_calls.h"
#include "sim/host/virtual_host.h"
#include "sim/host/virtual_service.h"

namespace cmapsim {
namespace {

// What the kernel allows as a socket buffer: net.core.wmem_max as it was where behaviour was
// observed.
constexpr int kBufferMax = 4194304;

// An abstract name, without the NULs that libqb pads it with; empty where the address is something
// else.
std::string_view AbstractName(const struct sockaddr* address, socklen_t size) {
  if (address == nullptr || size <= offsetof(struct sockaddr_un, sun_path) + 1) return {};
  const auto* un = reinterpret_cast<const struct sockaddr_un*>(address);
  if (un->sun_family != AF_UNIX || un->sun_path[0] != '\0') return {};
  const size_t most =
      std::min<size_t>(size - offsetof(struct sockaddr_un, sun_path), sizeof un->sun_path) - 1;
  return {un->sun_path + 1, strnlen(un->sun_path + 1, most)};
}

bool IsSocket(const Descriptor& d) {
  if (d.kind == Descriptor::Kind::kObject) return d.object->IsSocket();
  return d.kind != Descriptor::Kind::kFile;
}

// Of a socket without a name, too.
void GiveName(std::string_view name, struct sockaddr* address, socklen_t* size) {
  struct sockaddr_un un = {};
  un.sun_family = AF_UNIX;
  std::memcpy(un.sun_path + 1, name.data(), std::min(name.size(), sizeof un.sun_path - 1));
  const auto needed = static_cast<socklen_t>(name.empty() ? sizeof(sa_family_t) : sizeof un);
  std::memcpy(address, &un, std::min(*size, needed));
  *size = needed;
}

}  // namespace

short ReadinessOf(const Descriptor& d, const ClientThread& asker) {
  short ready = 0;
  switch (d.kind) {
    case Descriptor::Kind::kStream:
      if (!d.connected) return POLLOUT | POLLHUP;
      if (d.incoming.size() > 0 || d.peer_closed || d.shut) ready |= POLLIN;
      if (d.peer_closed || d.shut) ready |= POLLHUP | POLLRDHUP;
      if (d.reset) ready |= POLLERR;
      ready |= POLLOUT;
      break;
    case Descriptor::Kind::kDatagram:
      if (!d.datagrams.empty() || d.shut) ready |= POLLIN;
      if (d.shut) ready |= POLLHUP;
      ready |= POLLOUT;
      break;
    case Descriptor::Kind::kFile:
      ready = POLLIN | POLLOUT;
      break;
    case Descriptor::Kind::kObject:
      ready = d.object->Readiness(asker);
      break;
    case Descriptor::Kind::kClosed:
      break;
  }
  if ((ready & POLLIN) != 0) ready |= POLLRDNORM;
  if ((ready & POLLOUT) != 0) ready |= POLLWRNORM;
  return ready;
}

int OpenSocket(VirtualHost& host, int domain, int type, int protocol) {
  const int kind = type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (domain != AF_UNIX || protocol != 0) return -EAFNOSUPPORT;
  if (kind != SOCK_STREAM && kind != SOCK_DGRAM) return -ESOCKTNOSUPPORT;
  const int fd = host.descriptors().Open(kind == SOCK_STREAM ? Descriptor::Kind::kStream
                                                             : Descriptor::Kind::kDatagram);
  if (fd < 0) return -EMFILE;
  Descriptor& d = *host.descriptors().Find(fd);
  d.nonblocking = (type & SOCK_NONBLOCK) != 0;
  host.descriptors().SetCloseOnExec(fd, (type & SOCK_CLOEXEC) != 0);
  return fd;
}

int ConnectSocket(VirtualHost& host, int fd, const struct sockaddr* address, socklen_t size) {
  Descriptor* d = host.descriptors().Find(fd);
  if (d == nullptr) return -EBADF;
  const std::string_view name = AbstractName(address, size);
  if (d->kind == Descriptor::Kind::kDatagram) {
    int channel = 0;
    const int connection = host.service().FindRemote(name, channel);
    if (connection < 0) return -ECONNREFUSED;
    d->connection = connection;
    d->channel = channel;
    d->connected = true;
    return 0;
  }
  if (d->kind != Descriptor::Kind::kStream) return -ENOTSOCK;
  if (d->connected) return -EISCONN;
  if (name.empty()) return -ENOENT;  // sockets in files there are none
  if (name != "cmap") return -ECONNREFUSED;
  const int connection = host.service().Connect(host.descriptors().NumberOf(*d));
  if (connection < 0) return connection;
  d->connection = connection;
  d->connected = true;
  return 0;
}

int BindSocket(VirtualHost& host, int fd, const struct sockaddr* address, socklen_t size) {
  Descriptor* d = host.descriptors().Find(fd);
  if (d == nullptr) return -EBADF;
  const std::string_view name = AbstractName(address, size);
  if (name.empty() || d->kind != Descriptor::Kind::kDatagram || !d->name.empty()) return -EINVAL;
  bool taken = false;
  host.descriptors().ForEach(
      [&](int, const Descriptor& other) { taken = taken || other.name == name; });
  if (taken) return -EADDRINUSE;
  d->name = name;
  host.service().NoteBound(d->name, host.descriptors().NumberOf(*d));
  return 0;
}

int SocketName(VirtualHost& host, int fd, struct sockaddr* address, socklen_t* size) {
  const Descriptor* const d = host.descriptors().Find(fd);
  if (d == nullptr) return -EBADF;
  if (!IsSocket(*d)) return -ENOTSOCK;
  GiveName(d->name, address, size);
  return 0;
}

int PeerName(VirtualHost& host, int fd, struct sockaddr* address, socklen_t* size) {
  const Descriptor* const d = host.descriptors().Find(fd);
  if (d == nullptr) return -EBADF;
  if (!IsSocket(*d)) return -ENOTSOCK;
  if (d->kind != Descriptor::Kind::kObject && !d->connected) return -ENOTCONN;
  GiveName(d->kind == Descriptor::Kind::kStream ? "cmap" : "", address, size);
  return 0;
}

int ShutdownSocket(VirtualHost& host, int fd, int how) {
  Descriptor* d = host.descriptors().Find(fd);
  if (d == nullptr) return -EBADF;
  if (d->kind == Descriptor::Kind::kFile) return -ENOTSOCK;
  if (d->kind == Descriptor::Kind::kObject) return d->object->Shutdown(how);
  if (!d->connected) return -ENOTCONN;
  if (how == SHUT_RDWR) d->shut = true;
  if (d->kind == Descriptor::Kind::kStream && d->connection >= 0 && how != SHUT_RD) {
    host.service().OnClientClosed(d->connection);
    d->connection = -1;
  }
  return 0;
}

// Only the last of a file's numbers takes it along.
int CloseDescriptor(VirtualHost& host, int fd) {
  Descriptor* d = host.descriptors().Find(fd);
  if (d == nullptr) return -EBADF;
  if (d->references > 1) {
    host.descriptors().Close(fd);
    return 0;
  }
  VirtualService& service = host.service();
  if (d->kind == Descriptor::Kind::kStream && d->connection >= 0)
    service.OnClientClosed(d->connection);
  if (d->kind == Descriptor::Kind::kDatagram && d->connection >= 0) {
    VirtualConnection& c = service.connection(d->connection);
    const int number = host.descriptors().NumberOf(*d);
    if (c.response_fd == number) c.response_fd = -1;
    if (c.event_fd == number) c.event_fd = -1;
  }
  if (d->kind == Descriptor::Kind::kFile)
    service.connection(d->file / 8).open &= ~(1U << (d->file % 8));
  host.descriptors().Close(fd);
  return 0;
}

int GetSocketOption(VirtualHost& host, int fd, int level, int option, void* value,
                    socklen_t* size) {
  Descriptor* d = host.descriptors().Find(fd);
  if (d == nullptr) return -EBADF;
  if (!IsSocket(*d)) return -ENOTSOCK;
  if (level != SOL_SOCKET || *size < sizeof(int)) return -EINVAL;
  int result = 0;
  if (option == SO_SNDBUF) {
    result = d->send_buffer;
  } else if (option == SO_RCVBUF) {
    result = d->receive_buffer;
  } else if (option == SO_ERROR) {
    result = d->reset ? ECONNRESET : 0;
  } else if (option == SO_TYPE) {
    result = d->kind == Descriptor::Kind::kObject   ? d->object->SocketType()
             : d->kind == Descriptor::Kind::kStream ? SOCK_STREAM
                                                    : SOCK_DGRAM;
  } else {
    return -ENOPROTOOPT;
  }
  std::memcpy(value, &result, sizeof result);
  *size = sizeof result;
  return 0;
}

int SetSocketOption(VirtualHost& host, int fd, int level, int option, const void* value,
                    socklen_t size) {
  Descriptor* d = host.descriptors().Find(fd);
  if (d == nullptr) return -EBADF;
  if (!IsSocket(*d)) return -ENOTSOCK;
  if (level != SOL_SOCKET || size < sizeof(int)) return -EINVAL;
  int number = 0;
  std::memcpy(&number, value, sizeof number);
  // The kernel doubles what is asked for, to have room for its own bookkeeping (socket(7)).
  if (option == SO_SNDBUF) {
    d->send_buffer = 2 * std::min(number, kBufferMax);
  } else if (option == SO_RCVBUF) {
    d->receive_buffer = 2 * std::min(number, kBufferMax);
  } else if (option == SO_PASSCRED) {
    d->pass_credentials = number != 0;
  }
  return 0;
}

ssize_t SendBytes(VirtualHost& host, int fd, std::string_view bytes, int flags) {
  Descriptor* d = host.descriptors().Find(fd);
  if (d == nullptr) return -EBADF;
  if (!IsSocket(*d)) return -ENOTSOCK;
  if (d->kind == Descriptor::Kind::kObject) return WriteObject(host, *d, bytes, flags);
  if (d->shut) return -EPIPE;
  if (!d->connected) return -ENOTCONN;
  if (d->kind == Descriptor::Kind::kStream) {
    if (d->peer_closed) return -EPIPE;
    host.service().OnStreamBytes(d->connection, bytes);
    host.Progress();
    return static_cast<ssize_t>(bytes.size());
  }
  if (bytes.size() + 32 > static_cast<size_t>(d->send_buffer)) return -EMSGSIZE;
  const int error = host.service().OnDatagram(d->connection, bytes);
  if (error == ECONNREFUSED) {  // the peer is gone: the kernel forgets it
    d->connected = false;
    d->connection = -1;
  }
  if (error != 0) return -error;
  host.Progress();
  return static_cast<ssize_t>(bytes.size());
}

ssize_t ReceiveBytes(VirtualHost& host, int fd, void* out, size_t size, int flags) {
  Descriptor* d = host.descriptors().Find(fd);
  if (d == nullptr) return -EBADF;
  if (!IsSocket(*d)) return -ENOTSOCK;
  if (d->kind == Descriptor::Kind::kObject) return ReadObject(host, *d, out, size, flags);
  const bool stream = d->kind == Descriptor::Kind::kStream;
  if (stream && !d->connected) return -EINVAL;
  const bool peek = (flags & MSG_PEEK) != 0;
  const auto ready = [&] {  // or closed by another task
    if (d->kind == Descriptor::Kind::kClosed) return true;
    return stream ? d->incoming.size() > 0 || d->peer_closed || d->shut
                  : !d->datagrams.empty() || d->shut;
  };
  if (!ready()) {
    if (d->nonblocking || (flags & MSG_DONTWAIT) != 0) return -EAGAIN;
    if (host.WaitUntil(kForever, ready, "recv", OnSignal::kRestart) == Woken::kInterrupted) {
      return -EINTR;
    }
    if (d->kind == Descriptor::Kind::kClosed) return -EBADF;
  }
  if (!peek) host.Progress();
  if (stream) {
    if (d->incoming.size() == 0) {
      if (!d->reset) return 0;
      d->reset = false;
      return -ECONNRESET;
    }
    return static_cast<ssize_t>(d->incoming.Pull(out, size, peek));
  }
  if (d->datagrams.empty()) return 0;
  const std::string& datagram = d->datagrams.front();
  const size_t n = std::min(size, datagram.size());
  std::memcpy(out, datagram.data(), n);
  if (!peek) d->datagrams.pop_front();
  return static_cast<ssize_t>(n);
}

ssize_t ReceiveMessage(VirtualHost& host, int fd, struct msghdr* message, int flags) {
  Descriptor* const object = host.descriptors().Find(fd);
  if (object != nullptr && object->kind == Descriptor::Kind::kObject) {
    message->msg_flags = 0;
    message->msg_controllen = 0;
    message->msg_namelen = 0;
    return ReadIntoParts(host, *object, message->msg_iov, message->msg_iovlen, SIZE_MAX, flags);
  }
  ssize_t total = 0;
  for (size_t i = 0; i < message->msg_iovlen; ++i) {
    const struct iovec& part = message->msg_iov[i];
    const ssize_t n = ReceiveBytes(host, fd, part.iov_base, part.iov_len, flags);
    if (n < 0) return total > 0 ? total : n;
    total += n;
    if (static_cast<size_t>(n) < part.iov_len) break;
  }
  message->msg_flags = 0;
  const Descriptor* d = host.descriptors().Find(fd);
  const size_t room = message->msg_controllen;
  message->msg_controllen = 0;
  if (d->pass_credentials && total > 0 && room >= CMSG_SPACE(sizeof(struct ucred))) {
    message->msg_controllen = CMSG_SPACE(sizeof(struct ucred));
    struct cmsghdr* header = CMSG_FIRSTHDR(message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_CREDENTIALS;
    header->cmsg_len = CMSG_LEN(sizeof(struct ucred));
    const struct ucred service = {.pid = host.service().pid(), .uid = 0, .gid = 0};
    std::memcpy(CMSG_DATA(header), &service, sizeof service);
  }
  return total;
}

int PollDescriptors(VirtualHost& host, std::span<struct pollfd> fds, Nanos deadline_ns) {
  int count = 0;
  const ClientThread& me = host.tasks().current();
  const auto ready = [&] {
    count = 0;
    for (struct pollfd& entry : fds) {
      entry.revents = 0;
      if (entry.fd < 0) continue;
      const Descriptor* d = host.descriptors().Find(entry.fd);
      if (d == nullptr && !host.descriptors().IsVirtual(entry.fd)) {
        // One of the real host: it is ready now, or not at all while virtual time stands.
        Real().poll(&entry, 1, 0);
      } else {
        const short now = d != nullptr ? ReadinessOf(*d, me) : static_cast<short>(POLLNVAL);
        entry.revents = static_cast<short>(now & (entry.events | POLLERR | POLLHUP | POLLNVAL));
      }
      if (entry.revents != 0) ++count;
    }
    return count > 0;
  };
  const Woken woken = host.WaitUntil(deadline_ns, ready, "poll", OnSignal::kInterrupt);
  return woken == Woken::kInterrupted ? -EINTR : count;
}

}  // namespace cmapsim
