// Sockets, and reading and writing of descriptors: the interposed calls. See calls.h.
#include <string>

#include "sim/host/descriptor_calls.h"
#include "sim/host/interpose.h"
#include "sim/host/real_calls.h"
#include "sim/host/socket_calls.h"
#include "sim/host/target_memory.h"

namespace cmapsim {
namespace {

// Only beside a real service: see descriptor_calls.h.
std::string Joined(const struct iovec* parts, size_t count) {
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

void LetKernelWriteParts(const struct iovec* parts, size_t count) {
  for (size_t i = 0; i < count; ++i) LetKernelWrite(parts[i].iov_base, parts[i].iov_len);
}

// Receiving, cut short or at the end of the file where a fault says so.
ssize_t ReceiveOnHost(HostCall& call, int fd, void* out, size_t size, int flags) {
  if (call.struck.end) return 0;
  return ReceiveBytes(call.host, fd, out, call.Most(size), flags);
}

ssize_t SendOnHost(HostCall& call, int fd, std::string_view bytes, int flags) {
  return SendBytes(call.host, fd, bytes.substr(0, call.Most(bytes.size())), flags);
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

int getpeername(int fd, struct sockaddr* address, socklen_t* size) noexcept {
  return OnDescriptor(
      LibcCall::getpeername, fd,
      [&](HostCall& call) { return PeerName(call.host, fd, address, size); },
      [&](size_t) { return Real().getpeername(fd, address, size); });
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
  if (!CurrentHost()->descriptors().IsVirtual(fd)) {
    const int result = Real().close(fd);
    if (Descriptors::InRange(fd)) CurrentHost()->descriptors().TakeFromKernel(fd);
    return result;
  }
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
        const auto bytes = Gather(call.host, message->msg_iov, message->msg_iovlen);
        return SendOnHost(call, fd, bytes, flags);
      },
      [&](size_t most) -> ssize_t {
        if (most == kNoLimit) return Real().sendmsg(fd, message, flags);
        const std::string bytes = Cut(Joined(message->msg_iov, message->msg_iovlen), most);
        return Real().send(fd, bytes.data(), bytes.size(), flags);
      });
}

ssize_t write(int fd, const void* bytes, size_t size) {
  return OnDescriptor(
      LibcCall::write, fd,
      [&](HostCall& call) {
        return WriteDescriptor(call.host, fd, {static_cast<const char*>(bytes), call.Most(size)});
      },
      [&](size_t most) { return Real().write(fd, bytes, std::min(size, most)); });
}

ssize_t writev(int fd, const struct iovec* parts, int count) {
  return OnDescriptor(
      LibcCall::writev, fd,
      [&](HostCall& call) {
        const auto bytes = Gather(call.host, parts, static_cast<size_t>(count));
        return WriteDescriptor(call.host, fd, bytes.substr(0, call.Most(bytes.size())));
      },
      [&](size_t most) -> ssize_t {
        if (t_client == ClientWorld::kReal) NoteRealRequest();
        if (most == kNoLimit) return Real().writev(fd, parts, count);
        const std::string bytes = Cut(Joined(parts, static_cast<size_t>(count)), most);
        return Real().write(fd, bytes.data(), bytes.size());
      });
}

ssize_t recv(int fd, void* out, size_t size, int flags) {
  return OnDescriptor(
      LibcCall::recv, fd, [&](HostCall& call) { return ReceiveOnHost(call, fd, out, size, flags); },
      [&](size_t most) {
        if (t_client == ClientWorld::kReal) AwaitReplyToRequest(fd);
        LetKernelWrite(out, size);
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
        LetKernelWrite(out, size);
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
        LetKernelWriteParts(message->msg_iov, message->msg_iovlen);
        const ssize_t result = Real().recvmsg(fd, &shortened.message, flags);
        shortened.GiveBack(*message);
        return result;
      });
}

ssize_t read(int fd, void* out, size_t size) {
  return OnDescriptor(
      LibcCall::read, fd,
      [&](HostCall& call) -> ssize_t {
        return call.struck.end ? 0 : ReadDescriptor(call.host, fd, out, call.Most(size));
      },
      [&](size_t most) {
        LetKernelWrite(out, size);
        return Real().read(fd, out, std::min(size, most));
      });
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
        LetKernelWriteParts(parts, static_cast<size_t>(std::max(count, 0)));
        if (most == kNoLimit || count < 1) return Real().readv(fd, parts, count);
        return Real().read(fd, parts[0].iov_base, std::min(parts[0].iov_len, most));
      });
}

}  // extern "C"
