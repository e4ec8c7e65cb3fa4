// Sockets, descriptors and waiting: the interposed calls. See calls.h.
#include <cstdarg>
#include <string>

#include "sim/host/interpose.h"
#include "sim/host/real_calls.h"
#include "sim/host/socket_calls.h"

namespace cmapsim {
namespace {

bool Virtual(int fd) { return InClient() && Descriptors::InRange(fd); }

std::string Gather(const struct iovec* parts, size_t count) {
  std::string bytes;
  for (size_t i = 0; i < count; ++i)
    bytes.append(static_cast<const char*>(parts[i].iov_base), parts[i].iov_len);
  return bytes;
}

ssize_t Receive(const char* name, int fd, void* out, size_t size, int flags) {
  HostCall call;
  return call.Return(name, fd, ReceiveBytes(call.host, fd, out, size, flags));
}

int PollClient(const char* name, struct pollfd* fds, nfds_t count, Nanos timeout_ns) {
  HostCall call;
  const Nanos deadline_ns = timeout_ns < 0 ? kForever : call.host.Now() + timeout_ns;
  const int ready = PollDescriptors(call.host, {fds, count}, deadline_ns);
  if (TraceWriter* line = call.host.Line(name)) {
    for (nfds_t i = 0; i < count; ++i) {
      line->Field("fd", fds[i].fd).Field("events", fds[i].events).Field("revents", fds[i].revents);
    }
    line->Field("timeout", timeout_ns).Field("result", ready).End();
  }
  return call.Leave(ready);
}

Nanos ToNanos(const struct timespec& t) { return t.tv_sec * kSecond + t.tv_nsec; }

int SelectClient(int count, fd_set* read, fd_set* write, fd_set* except, Nanos timeout_ns) {
  HostCall call;
  struct pollfd entries[FD_SETSIZE];
  nfds_t n = 0;
  for (int fd = 0; fd < count && fd < FD_SETSIZE; ++fd) {
    const bool in = read != nullptr && FD_ISSET(fd, read);
    const bool out = write != nullptr && FD_ISSET(fd, write);
    if (!in && !out) continue;
    entries[n++] = {fd, static_cast<short>((in ? POLLIN : 0) | (out ? POLLOUT : 0)), 0};
  }
  const Nanos deadline_ns = timeout_ns < 0 ? kForever : call.host.Now() + timeout_ns;
  PollDescriptors(call.host, {entries, n}, deadline_ns);
  if (except != nullptr) FD_ZERO(except);
  int ready = 0;
  for (nfds_t i = 0; i < n; ++i) {
    const short got = entries[i].revents;
    if ((got & POLLNVAL) != 0) return call.Return("select", count, -EBADF);
    if ((entries[i].events & POLLIN) != 0) {
      (got & (POLLIN | POLLHUP | POLLERR)) != 0 ? void(++ready) : FD_CLR(entries[i].fd, read);
    }
    if ((entries[i].events & POLLOUT) != 0) {
      (got & (POLLOUT | POLLERR)) != 0 ? void(++ready) : FD_CLR(entries[i].fd, write);
    }
  }
  return call.Return("select", count, ready);
}

}  // namespace
}  // namespace cmapsim

using namespace cmapsim;  // NOLINT(google-build-using-namespace): what follows are the C library's names

extern "C" {

int socket(int domain, int type, int protocol) noexcept {
  if (!InClient()) return Real().socket(domain, type, protocol);
  HostCall call;
  return call.Return("socket", type, OpenSocket(call.host, domain, type, protocol));
}

int connect(int fd, const struct sockaddr* address, socklen_t size) {
  if (!Virtual(fd)) return Real().connect(fd, address, size);
  HostCall call;
  return call.Return("connect", fd, ConnectSocket(call.host, fd, address, size));
}

int bind(int fd, const struct sockaddr* address, socklen_t size) noexcept {
  if (!Virtual(fd)) return Real().bind(fd, address, size);
  HostCall call;
  return call.Return("bind", fd, BindSocket(call.host, fd, address, size));
}

int getsockname(int fd, struct sockaddr* address, socklen_t* size) noexcept {
  if (!Virtual(fd)) return Real().getsockname(fd, address, size);
  HostCall call;
  return call.Return("getsockname", fd, SocketName(call.host, fd, address, size));
}

int shutdown(int fd, int how) noexcept {
  if (!Virtual(fd)) return Real().shutdown(fd, how);
  HostCall call;
  return call.Return("shutdown", fd, ShutdownSocket(call.host, fd, how));
}

int close(int fd) {
  if (!Virtual(fd)) return Real().close(fd);
  HostCall call;
  return call.Return("close", fd, CloseDescriptor(call.host, fd));
}

int getsockopt(int fd, int level, int option, void* value, socklen_t* size) noexcept {
  if (!Virtual(fd)) return Real().getsockopt(fd, level, option, value, size);
  HostCall call;
  return call.Return("getsockopt", fd, GetSocketOption(call.host, fd, level, option, value, size));
}

int setsockopt(int fd, int level, int option, const void* value, socklen_t size) noexcept {
  if (!Virtual(fd)) return Real().setsockopt(fd, level, option, value, size);
  HostCall call;
  return call.Return("setsockopt", fd, SetSocketOption(call.host, fd, level, option, value, size));
}

int fcntl(int fd, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  const long argument = va_arg(arguments, long);
  va_end(arguments);
  if (!Virtual(fd)) return Real().fcntl(fd, command, argument);
  HostCall call;
  return call.Return("fcntl", fd, ControlDescriptor(call.host, fd, command, argument));
}

int fcntl64(int fd, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  const long argument = va_arg(arguments, long);
  va_end(arguments);
  return fcntl(fd, command, argument);
}

ssize_t send(int fd, const void* bytes, size_t size, int flags) {
  if (!Virtual(fd)) return Real().send(fd, bytes, size, flags);
  HostCall call;
  return call.Return("send", fd,
                     SendBytes(call.host, fd, {static_cast<const char*>(bytes), size}, flags));
}

ssize_t sendto(int fd, const void* bytes, size_t size, int flags, const struct sockaddr* address,
               socklen_t length) {
  if (!Virtual(fd)) return Real().sendto(fd, bytes, size, flags, address, length);
  HostCall call;
  const ssize_t result =
      address != nullptr ? -EISCONN
                         : SendBytes(call.host, fd, {static_cast<const char*>(bytes), size}, flags);
  return call.Return("sendto", fd, result);
}

ssize_t sendmsg(int fd, const struct msghdr* message, int flags) {
  if (!Virtual(fd)) return Real().sendmsg(fd, message, flags);
  HostCall call;
  return call.Return(
      "sendmsg", fd,
      SendBytes(call.host, fd, Gather(message->msg_iov, message->msg_iovlen), flags));
}

ssize_t write(int fd, const void* bytes, size_t size) {
  if (!Virtual(fd)) return Real().write(fd, bytes, size);
  HostCall call;
  return call.Return("write", fd,
                     SendBytes(call.host, fd, {static_cast<const char*>(bytes), size}, 0));
}

ssize_t writev(int fd, const struct iovec* parts, int count) {
  if (!Virtual(fd)) return Real().writev(fd, parts, count);
  HostCall call;
  return call.Return("writev", fd,
                     SendBytes(call.host, fd, Gather(parts, static_cast<size_t>(count)), 0));
}

ssize_t recv(int fd, void* out, size_t size, int flags) {
  return Virtual(fd) ? Receive("recv", fd, out, size, flags) : Real().recv(fd, out, size, flags);
}

ssize_t __recv_chk(int fd, void* out, size_t size, size_t room, int flags) {
  if (size > room) std::abort();
  return recv(fd, out, size, flags);
}

ssize_t recvfrom(int fd, void* out, size_t size, int flags, struct sockaddr* address,
                 socklen_t* length) {
  if (!Virtual(fd)) return Real().recvfrom(fd, out, size, flags, address, length);
  if (length != nullptr) *length = 0;
  return Receive("recvfrom", fd, out, size, flags);
}

ssize_t __recvfrom_chk(int fd, void* out, size_t size, size_t room, int flags,
                       struct sockaddr* address, socklen_t* length) {
  if (size > room) std::abort();
  return recvfrom(fd, out, size, flags, address, length);
}

ssize_t recvmsg(int fd, struct msghdr* message, int flags) {
  if (!Virtual(fd)) return Real().recvmsg(fd, message, flags);
  HostCall call;
  return call.Return("recvmsg", fd, ReceiveMessage(call.host, fd, message, flags));
}

ssize_t read(int fd, void* out, size_t size) {
  return Virtual(fd) ? Receive("read", fd, out, size, 0) : Real().read(fd, out, size);
}

ssize_t __read_chk(int fd, void* out, size_t size, size_t room) {
  if (size > room) std::abort();
  return read(fd, out, size);
}

ssize_t readv(int fd, const struct iovec* parts, int count) {
  if (!Virtual(fd)) return Real().readv(fd, parts, count);
  HostCall call;
  struct msghdr message = {};
  message.msg_iov = const_cast<struct iovec*>(parts);  // as recvmsg has it; only read
  message.msg_iovlen = static_cast<size_t>(count);
  return call.Return("readv", fd, ReceiveMessage(call.host, fd, &message, 0));
}

int poll(struct pollfd* fds, nfds_t count, int timeout_ms) {
  if (!InClient()) return Real().poll(fds, count, timeout_ms);
  return PollClient("poll", fds, count, timeout_ms < 0 ? -1 : timeout_ms * kMillisecond);
}

int __poll_chk(struct pollfd* fds, nfds_t count, int timeout_ms, size_t room) {
  if (count * sizeof *fds > room) std::abort();
  return poll(fds, count, timeout_ms);
}

int ppoll(struct pollfd* fds, nfds_t count, const struct timespec* timeout, const sigset_t* mask) {
  if (!InClient()) return Real().ppoll(fds, count, timeout, mask);
  return PollClient("ppoll", fds, count, timeout == nullptr ? -1 : ToNanos(*timeout));
}

int __ppoll_chk(struct pollfd* fds, nfds_t count, const struct timespec* timeout,
                const sigset_t* mask, size_t room) {
  if (count * sizeof *fds > room) std::abort();
  return ppoll(fds, count, timeout, mask);
}

int select(int count, fd_set* read, fd_set* write, fd_set* except, struct timeval* timeout) {
  if (!InClient()) return Real().select(count, read, write, except, timeout);
  return SelectClient(
      count, read, write, except,
      timeout == nullptr ? -1 : timeout->tv_sec * kSecond + timeout->tv_usec * kMicrosecond);
}

int pselect(int count, fd_set* read, fd_set* write, fd_set* except, const struct timespec* timeout,
            const sigset_t* mask) {
  if (!InClient()) return Real().pselect(count, read, write, except, timeout, mask);
  return SelectClient(count, read, write, except, timeout == nullptr ? -1 : ToNanos(*timeout));
}

}  // extern "C"
