// Sockets, descriptors and waiting: the interposed calls. See calls.h.
#include <cstdarg>
#include <string>

#include "sim/host/interpose.h"
#include "sim/host/real_calls.h"
#include "sim/host/socket_calls.h"

namespace cmapsim {
namespace {

std::string Gather(const struct iovec* parts, size_t count) {
  std::string bytes;
  for (size_t i = 0; i < count; ++i)
    bytes.append(static_cast<const char*>(parts[i].iov_base), parts[i].iov_len);
  return bytes;
}

// What of a message fits into `most` bytes.
std::string Cut(std::string bytes, size_t most) {
  if (bytes.size() > most) bytes.resize(most);
  return bytes;
}

// Receiving, cut short or at the end of the file where a fault says so.
ssize_t ReceiveOnHost(HostCall& call, int fd, void* out, size_t size, int flags) {
  if (call.struck.end) return 0;
  return ReceiveBytes(call.host, fd, out, call.Most(size), flags);
}

ssize_t SendOnHost(HostCall& call, int fd, std::string_view bytes, int flags) {
  return SendBytes(call.host, fd, bytes.substr(0, call.Most(bytes.size())), flags);
}

// `revents` of every entry as a fault has it.
int Pretend(struct pollfd* fds, nfds_t count, short revents) {
  int ready = 0;
  for (nfds_t i = 0; i < count; ++i) {
    fds[i].revents = fds[i].fd < 0 ? short{0} : revents;
    if (fds[i].revents != 0) ++ready;
  }
  return ready;
}

int PollClient(LibcCall id, struct pollfd* fds, nfds_t count, Nanos timeout_ns) {
  HostCall call(id);
  const Nanos deadline_ns = timeout_ns < 0 ? kForever : call.host.Now() + timeout_ns;
  int ready = -call.struck.error;
  if (call.struck.ready) {
    ready = Pretend(fds, count, call.struck.revents);
  } else if (ready == 0) {
    ready = PollDescriptors(call.host, {fds, count}, deadline_ns);
  }
  if (TraceWriter* line = call.host.Line(LibcCallName(id))) {
    for (nfds_t i = 0; i < count; ++i) {
      line->Field("fd", fds[i].fd).Field("events", fds[i].events);
      if (ready >= 0) line->Field("revents", fds[i].revents);
    }
    line->Field("timeout", timeout_ns).Field("result", ready).End();
  }
  return call.Leave(ready);
}

// Beside a real service. Where a signal comes meanwhile the waiting is ppoll's, in either case.
int PollReal(LibcCall id, struct pollfd* fds, nfds_t count, const struct timespec* timeout,
             const sigset_t* mask) {
  const Struck struck = CountRealCall(id, true);
  const auto wait = [&](const sigset_t* meanwhile) {
    if (struck.error != 0) {
      errno = struck.error;
      return -1;
    }
    if (struck.ready) return Pretend(fds, count, struck.revents);
    return Real().ppoll(fds, count, timeout, meanwhile);
  };
  return struck.signal == 0 ? wait(mask) : WaitForSignal(struck.signal, wait);
}

Nanos ToNanos(const struct timespec& t) { return t.tv_sec * kSecond + t.tv_nsec; }

int SelectClient(LibcCall id, int count, fd_set* read, fd_set* write, fd_set* except,
                 Nanos timeout_ns) {
  HostCall call(id);
  if (call.struck.error != 0) return call.Return(count, -call.struck.error);
  struct pollfd entries[FD_SETSIZE];
  nfds_t n = 0;
  for (int fd = 0; fd < count && fd < FD_SETSIZE; ++fd) {
    const bool in = read != nullptr && FD_ISSET(fd, read);
    const bool out = write != nullptr && FD_ISSET(fd, write);
    if (!in && !out) continue;
    entries[n++] = {fd, static_cast<short>((in ? POLLIN : 0) | (out ? POLLOUT : 0)), 0};
  }
  const Nanos deadline_ns = timeout_ns < 0 ? kForever : call.host.Now() + timeout_ns;
  const int polled = call.struck.ready ? Pretend(entries, n, call.struck.revents)
                                       : PollDescriptors(call.host, {entries, n}, deadline_ns);
  if (polled < 0) return call.Return(count, polled);
  if (except != nullptr) FD_ZERO(except);
  int ready = 0;
  for (nfds_t i = 0; i < n; ++i) {
    const short got = entries[i].revents;
    if ((got & POLLNVAL) != 0) return call.Return(count, -EBADF);
    if ((entries[i].events & POLLIN) != 0) {
      (got & (POLLIN | POLLHUP | POLLERR)) != 0 ? void(++ready) : FD_CLR(entries[i].fd, read);
    }
    if ((entries[i].events & POLLOUT) != 0) {
      (got & (POLLOUT | POLLERR)) != 0 ? void(++ready) : FD_CLR(entries[i].fd, write);
    }
  }
  return call.Return(count, ready);
}

}  // namespace
}  // namespace cmapsim

using namespace cmapsim;  // NOLINT(google-build-using-namespace): what follows are the C library's names

extern "C" {

int socket(int domain, int type, int protocol) noexcept {
  return OnHost(
      LibcCall::socket, type,
      [&](HostCall& call) { return OpenSocket(call.host, domain, type, protocol); },
      [&](size_t) { return Real().socket(domain, type, protocol); });
}

int connect(int fd, const struct sockaddr* address, socklen_t size) {
  return OnDescriptor(
      LibcCall::connect, fd,
      [&](HostCall& call) { return ConnectSocket(call.host, fd, address, size); },
      [&](size_t) { return Real().connect(fd, address, size); });
}

int bind(int fd, const struct sockaddr* address, socklen_t size) noexcept {
  return OnDescriptor(
      LibcCall::bind, fd, [&](HostCall& call) { return BindSocket(call.host, fd, address, size); },
      [&](size_t) { return Real().bind(fd, address, size); });
}

int getsockname(int fd, struct sockaddr* address, socklen_t* size) noexcept {
  return OnDescriptor(
      LibcCall::getsockname, fd,
      [&](HostCall& call) { return SocketName(call.host, fd, address, size); },
      [&](size_t) { return Real().getsockname(fd, address, size); });
}

int shutdown(int fd, int how) noexcept {
  return OnDescriptor(
      LibcCall::shutdown, fd, [&](HostCall& call) { return ShutdownSocket(call.host, fd, how); },
      [&](size_t) { return Real().shutdown(fd, how); });
}

// On Linux a descriptor is given back also by a close that fails (close(2)), unless it was none.
int close(int fd) {
  if (t_client == ClientWorld::kNone) return Real().close(fd);
  if (t_client == ClientWorld::kReal) {
    const Struck struck = CountRealCall(LibcCall::close);
    const int result = struck.error == EBADF ? -1 : Real().close(fd);
    if (struck.error == 0) return result;
    errno = struck.error;
    return -1;
  }
  if (!Descriptors::InRange(fd)) return Real().close(fd);
  HostCall call(LibcCall::close);
  const int failed = call.struck.error;
  const int result = failed == EBADF ? -EBADF : CloseDescriptor(call.host, fd);
  return call.Return(fd, failed != 0 ? -failed : result);
}

int getsockopt(int fd, int level, int option, void* value, socklen_t* size) noexcept {
  return OnDescriptor(
      LibcCall::getsockopt, fd,
      [&](HostCall& call) { return GetSocketOption(call.host, fd, level, option, value, size); },
      [&](size_t) { return Real().getsockopt(fd, level, option, value, size); });
}

int setsockopt(int fd, int level, int option, const void* value, socklen_t size) noexcept {
  return OnDescriptor(
      LibcCall::setsockopt, fd,
      [&](HostCall& call) { return SetSocketOption(call.host, fd, level, option, value, size); },
      [&](size_t) { return Real().setsockopt(fd, level, option, value, size); });
}

int fcntl(int fd, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  const long argument = va_arg(arguments, long);
  va_end(arguments);
  return OnDescriptor(
      LibcCall::fcntl, fd,
      [&](HostCall& call) { return ControlDescriptor(call.host, fd, command, argument); },
      [&](size_t) { return Real().fcntl(fd, command, argument); });
}

int fcntl64(int fd, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  const long argument = va_arg(arguments, long);
  va_end(arguments);
  return fcntl(fd, command, argument);
}

ssize_t send(int fd, const void* bytes, size_t size, int flags) {
  return OnDescriptor(
      LibcCall::send, fd,
      [&](HostCall& call) {
        return SendOnHost(call, fd, {static_cast<const char*>(bytes), size}, flags);
      },
      [&](size_t most) { return Real().send(fd, bytes, std::min(size, most), flags); });
}

ssize_t sendto(int fd, const void* bytes, size_t size, int flags, const struct sockaddr* address,
               socklen_t length) {
  return OnDescriptor(
      LibcCall::sendto, fd,
      [&](HostCall& call) -> ssize_t {
        if (address != nullptr) return -EISCONN;
        return SendOnHost(call, fd, {static_cast<const char*>(bytes), size}, flags);
      },
      [&](size_t most) {
        return Real().sendto(fd, bytes, std::min(size, most), flags, address, length);
      });
}

ssize_t sendmsg(int fd, const struct msghdr* message, int flags) {
  return OnDescriptor(
      LibcCall::sendmsg, fd,
      [&](HostCall& call) {
        return SendOnHost(call, fd, Gather(message->msg_iov, message->msg_iovlen), flags);
      },
      [&](size_t most) -> ssize_t {
        if (most == kNoLimit) return Real().sendmsg(fd, message, flags);
        const std::string bytes = Cut(Gather(message->msg_iov, message->msg_iovlen), most);
        return Real().send(fd, bytes.data(), bytes.size(), flags);
      });
}

ssize_t write(int fd, const void* bytes, size_t size) {
  return OnDescriptor(
      LibcCall::write, fd,
      [&](HostCall& call) {
        return SendOnHost(call, fd, {static_cast<const char*>(bytes), size}, 0);
      },
      [&](size_t most) { return Real().write(fd, bytes, std::min(size, most)); });
}

ssize_t writev(int fd, const struct iovec* parts, int count) {
  return OnDescriptor(
      LibcCall::writev, fd,
      [&](HostCall& call) {
        return SendOnHost(call, fd, Gather(parts, static_cast<size_t>(count)), 0);
      },
      [&](size_t most) -> ssize_t {
        if (t_client == ClientWorld::kReal) NoteRealRequest();
        if (most == kNoLimit) return Real().writev(fd, parts, count);
        const std::string bytes = Cut(Gather(parts, static_cast<size_t>(count)), most);
        return Real().write(fd, bytes.data(), bytes.size());
      });
}

ssize_t recv(int fd, void* out, size_t size, int flags) {
  return OnDescriptor(
      LibcCall::recv, fd, [&](HostCall& call) { return ReceiveOnHost(call, fd, out, size, flags); },
      [&](size_t most) {
        if (t_client == ClientWorld::kReal) AwaitReplyToRequest(fd);
        return Real().recv(fd, out, std::min(size, most), flags);
      });
}

ssize_t __recv_chk(int fd, void* out, size_t size, size_t room, int flags) {
  if (size > room) std::abort();
  return recv(fd, out, size, flags);
}

ssize_t recvfrom(int fd, void* out, size_t size, int flags, struct sockaddr* address,
                 socklen_t* length) {
  return OnDescriptor(
      LibcCall::recvfrom, fd,
      [&](HostCall& call) {
        if (length != nullptr) *length = 0;
        return ReceiveOnHost(call, fd, out, size, flags);
      },
      [&](size_t most) {
        return Real().recvfrom(fd, out, std::min(size, most), flags, address, length);
      });
}

ssize_t __recvfrom_chk(int fd, void* out, size_t size, size_t room, int flags,
                       struct sockaddr* address, socklen_t* length) {
  if (size > room) std::abort();
  return recvfrom(fd, out, size, flags, address, length);
}

// A message of which a fault leaves `most` bytes: with the first part only, cut.
struct Shortened {
  struct iovec part = {};
  struct msghdr message;

  Shortened(const struct msghdr& whole, size_t most) : message(whole) {
    if (most == kNoLimit || whole.msg_iovlen == 0) return;
    part = whole.msg_iov[0];
    part.iov_len = std::min(part.iov_len, most);
    message.msg_iov = &part;
    message.msg_iovlen = 1;
  }
  void GiveBack(struct msghdr& whole) const {
    whole.msg_controllen = message.msg_controllen;
    whole.msg_namelen = message.msg_namelen;
    whole.msg_flags = message.msg_flags;
  }
};

ssize_t recvmsg(int fd, struct msghdr* message, int flags) {
  return OnDescriptor(
      LibcCall::recvmsg, fd,
      [&](HostCall& call) -> ssize_t {
        if (call.struck.end) return 0;
        Shortened shortened(*message, call.Most(kNoLimit));
        const ssize_t result = ReceiveMessage(call.host, fd, &shortened.message, flags);
        shortened.GiveBack(*message);
        return result;
      },
      [&](size_t most) {
        Shortened shortened(*message, most);
        const ssize_t result = Real().recvmsg(fd, &shortened.message, flags);
        shortened.GiveBack(*message);
        return result;
      });
}

ssize_t read(int fd, void* out, size_t size) {
  return OnDescriptor(
      LibcCall::read, fd, [&](HostCall& call) { return ReceiveOnHost(call, fd, out, size, 0); },
      [&](size_t most) { return Real().read(fd, out, std::min(size, most)); });
}

ssize_t __read_chk(int fd, void* out, size_t size, size_t room) {
  if (size > room) std::abort();
  return read(fd, out, size);
}

ssize_t readv(int fd, const struct iovec* parts, int count) {
  return OnDescriptor(
      LibcCall::readv, fd,
      [&](HostCall& call) -> ssize_t {
        if (call.struck.end) return 0;
        struct msghdr message = {};
        message.msg_iov = const_cast<struct iovec*>(parts);  // as recvmsg has it; only read
        message.msg_iovlen = static_cast<size_t>(count);
        Shortened shortened(message, call.Most(kNoLimit));
        return ReceiveMessage(call.host, fd, &shortened.message, 0);
      },
      [&](size_t most) {
        if (most == kNoLimit || count < 1) return Real().readv(fd, parts, count);
        return Real().read(fd, parts[0].iov_base, std::min(parts[0].iov_len, most));
      });
}

int poll(struct pollfd* fds, nfds_t count, int timeout_ms) {
  const auto real = [&] { return Real().poll(fds, count, timeout_ms); };
  if (t_client == ClientWorld::kNone) return real();
  if (t_client == ClientWorld::kReal) {
    const struct timespec timeout = {timeout_ms / 1000, timeout_ms % 1000 * kMillisecond};
    return PollReal(LibcCall::poll, fds, count, timeout_ms < 0 ? nullptr : &timeout, nullptr);
  }
  return PollClient(LibcCall::poll, fds, count, timeout_ms < 0 ? -1 : timeout_ms * kMillisecond);
}

int __poll_chk(struct pollfd* fds, nfds_t count, int timeout_ms, size_t room) {
  if (count * sizeof *fds > room) std::abort();
  return poll(fds, count, timeout_ms);
}

int ppoll(struct pollfd* fds, nfds_t count, const struct timespec* timeout, const sigset_t* mask) {
  const auto real = [&] { return Real().ppoll(fds, count, timeout, mask); };
  if (t_client == ClientWorld::kNone) return real();
  if (t_client == ClientWorld::kReal) return PollReal(LibcCall::ppoll, fds, count, timeout, mask);
  return PollClient(LibcCall::ppoll, fds, count, timeout == nullptr ? -1 : ToNanos(*timeout));
}

int __ppoll_chk(struct pollfd* fds, nfds_t count, const struct timespec* timeout,
                const sigset_t* mask, size_t room) {
  if (count * sizeof *fds > room) std::abort();
  return ppoll(fds, count, timeout, mask);
}

int select(int count, fd_set* read, fd_set* write, fd_set* except, struct timeval* timeout) {
  const auto real = [&](size_t = 0) { return Real().select(count, read, write, except, timeout); };
  if (t_client == ClientWorld::kNone) return real();
  if (t_client == ClientWorld::kReal) return OnRealHost(LibcCall::select, real);
  return SelectClient(
      LibcCall::select, count, read, write, except,
      timeout == nullptr ? -1 : timeout->tv_sec * kSecond + timeout->tv_usec * kMicrosecond);
}

int pselect(int count, fd_set* read, fd_set* write, fd_set* except, const struct timespec* timeout,
            const sigset_t* mask) {
  const auto real = [&](size_t = 0) {
    return Real().pselect(count, read, write, except, timeout, mask);
  };
  if (t_client == ClientWorld::kNone) return real();
  if (t_client == ClientWorld::kReal) return OnRealHost(LibcCall::pselect, real);
  return SelectClient(LibcCall::pselect, count, read, write, except,
                      timeout == nullptr ? -1 : ToNanos(*timeout));
}

}  // extern "C"
