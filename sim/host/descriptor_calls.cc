#include "sim/host/descriptor_calls.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include "sim/host/folder_tree.h"
#include "sim/host/path_file.h"
#include "sim/host/real_calls.h"
#include "sim/host/socket_calls.h"
#include "sim/host/virtual_host.h"
#include "sim/host/virtual_service.h"

namespace cmapsim {
namespace {

bool Waits(const Descriptor& d, int flags) { return !d.nonblocking && (flags & MSG_DONTWAIT) == 0; }

}  // namespace

ssize_t ReadObject(VirtualHost& host, Descriptor& d, void* out, size_t size, int flags) {
  ClientThread& me = host.tasks().current();
  VirtualFile& object = *d.object;
  ++d.references;  // whoever closes it meanwhile, it lives as long as this
  ssize_t n = 0;
  for (;;) {
    n = object.Read(me, static_cast<char*>(out), size, flags);
    if (n != -EAGAIN || !Waits(d, flags)) break;
    const auto ready = [&] { return (object.Readiness(me) & (POLLIN | POLLHUP | POLLERR)) != 0; };
    const Woken woken = host.WaitUntil(kForever, ready, "read", OnSignal::kRestart);
    if (woken != Woken::kInterrupted) continue;
    n = -EINTR;
    break;
  }
  host.descriptors().Release(d);
  if (n > 0 && (flags & MSG_PEEK) == 0) host.Progress();
  return n;
}

ssize_t WriteObject(VirtualHost& host, Descriptor& d, std::string_view bytes, int flags) {
  VirtualFile& object = *d.object;
  const bool stream = object.IsStream();
  ++d.references;
  size_t total = 0;
  ssize_t n = 0;
  for (;;) {
    n = object.Write(bytes.substr(total));
    if (n >= 0) {
      total += static_cast<size_t>(n);
      if (!stream || total >= bytes.size()) break;
      n = -EAGAIN;  // the rest, where it is waited for
    }
    if (n != -EAGAIN || !Waits(d, flags)) break;
    const auto ready = [&] { return object.CanWrite(bytes.size() - total); };
    const Woken woken = host.WaitUntil(kForever, ready, "write", OnSignal::kRestart);
    if (woken != Woken::kInterrupted) continue;
    n = -EINTR;
    break;
  }
  host.descriptors().Release(d);
  if (n == -EPIPE && stream && (flags & MSG_NOSIGNAL) == 0) host.RaiseHere(SIGPIPE);
  return total > 0 || n >= 0 ? static_cast<ssize_t>(total) : n;
}

ssize_t ReadDescriptor(VirtualHost& host, int fd, void* out, size_t size) {
  Descriptor* const d = host.descriptors().Find(fd);
  if (d == nullptr || d->kind != Descriptor::Kind::kObject) {
    return ReceiveBytes(host, fd, out, size, 0);
  }
  if (size == 0 && d->object->IsSocket()) return 0;  // takes no message out, as recv does
  return ReadObject(host, *d, out, size, 0);
}

ssize_t WriteDescriptor(VirtualHost& host, int fd, std::string_view bytes) {
  Descriptor* const d = host.descriptors().Find(fd);
  if (d == nullptr || d->kind != Descriptor::Kind::kObject) return SendBytes(host, fd, bytes, 0);
  return WriteObject(host, *d, bytes, 0);
}

std::string_view Gather(VirtualHost& host, const struct iovec* parts, size_t count) {
  std::string& bytes = host.tasks().current().gathered;
  bytes.clear();
  for (size_t i = 0; i < count; ++i) {
    bytes.append(static_cast<const char*>(parts[i].iov_base), parts[i].iov_len);
  }
  return bytes;
}

ssize_t ReadIntoParts(VirtualHost& host, Descriptor& d, const struct iovec* parts, size_t count,
                      size_t most, int flags) {
  size_t room = 0;
  for (size_t i = 0; i < count; ++i) room += parts[i].iov_len;
  std::string& bytes = host.tasks().current().gathered;
  bytes.resize(std::min(room, most));
  const ssize_t n = ReadObject(host, d, bytes.data(), bytes.size(), flags);
  size_t done = 0;
  for (size_t i = 0; n > 0 && i < count; ++i) {
    const size_t part = std::min(parts[i].iov_len, static_cast<size_t>(n) - done);
    std::memcpy(parts[i].iov_base, bytes.data() + done, part);
    done += part;
  }
  return n;
}

int OpenObject(VirtualHost& host, std::unique_ptr<VirtualFile> object, int flags) {
  Descriptors& descriptors = host.descriptors();
  const int fd = descriptors.Open(std::move(object));
  if (fd < 0) return -EMFILE;
  descriptors.Find(fd)->nonblocking = (flags & O_NONBLOCK) != 0;
  descriptors.SetCloseOnExec(fd, (flags & O_CLOEXEC) != 0);
  return fd;
}

int OpenPair(VirtualHost& host, FilePair pair, int flags, int fds[2]) {
  const int first = OpenObject(host, std::move(pair.first), flags);
  if (first < 0) return first;
  const int second = OpenObject(host, std::move(pair.second), flags);
  if (second < 0) {
    host.descriptors().Close(first);
    return second;
  }
  fds[0] = first;
  fds[1] = second;
  return 0;
}

// Duplicates -------------------------------------------------------------------------------------

int DuplicateDescriptor(VirtualHost& host, int fd, int least, bool close_on_exec) {
  Descriptors& descriptors = host.descriptors();
  if (descriptors.Find(fd) == nullptr) return -EBADF;
  if (least < 0 || least >= Descriptors::kFirst + Descriptors::kCount) return -EINVAL;
  const int made = descriptors.Duplicate(fd, least, close_on_exec);
  return made < 0 ? -EMFILE : made;
}

// A number can be a real descriptor's and become a virtual one's, and the other way round, where it is
// one of those that are kept for virtual ones. Else a virtual descriptor has to become a real one.
int DuplicateDescriptorAt(VirtualHost& host, int fd, int at, int flags) {
  Descriptors& descriptors = host.descriptors();
  const bool close_on_exec = flags > 0;
  if (flags > 0 && flags != O_CLOEXEC) return -EINVAL;
  if (fd == at && flags >= 0) return -EINVAL;
  Descriptor* const d = descriptors.Find(fd);
  const auto real = [&] {
    const int made = Real().dup3(fd, at, close_on_exec ? O_CLOEXEC : 0);
    return made < 0 ? -errno : made;
  };
  if (descriptors.IsVirtual(fd)) {
    if (d == nullptr || at < 0) return -EBADF;
    if (fd == at) return fd;
    if (!Descriptors::InRange(at)) {
      GiveToKernel(host);
      return descriptors.IsVirtual(fd) ? -EBADF : real();
    }
    if (descriptors.IsVirtual(at)) {
      if (descriptors.Find(at) != nullptr) CloseDescriptor(host, at);
    } else {
      descriptors.TakeFromKernel(at);
    }
    descriptors.DuplicateAt(fd, at, close_on_exec);
    return at;
  }
  if (Real().fcntl(fd, F_GETFD) < 0) return -EBADF;
  if (descriptors.Find(at) != nullptr) CloseDescriptor(host, at);
  const int made = real();
  if (made == at) descriptors.GiveToKernel(at);
  return made;
}

// What is known of a descriptor ------------------------------------------------------------------

int ControlDescriptor(VirtualHost& host, int fd, int command, long argument) {
  constexpr int kPipeSize = 65536;
  Descriptor* d = host.descriptors().Find(fd);
  if (d == nullptr) return -EBADF;
  const PathFile* const path = d->object == nullptr ? nullptr : d->object->AsPath();
  if (path != nullptr && command == F_GETFL) {
    return path->status_flags() | (d->nonblocking ? O_NONBLOCK : 0);
  }
  const bool of_number =
      command == F_DUPFD || command == F_DUPFD_CLOEXEC || command == F_GETFD || command == F_SETFD;
  if (path != nullptr && path->only_path() && !of_number) return -EBADF;
  const int access = d->kind == Descriptor::Kind::kObject ? d->object->AccessMode() : O_RDWR;
  switch (command) {
    case F_DUPFD:
    case F_DUPFD_CLOEXEC:
      if (argument > INT32_MAX) return -EINVAL;
      return DuplicateDescriptor(host, fd, static_cast<int>(argument), command == F_DUPFD_CLOEXEC);
    case F_GETFD:
      return host.descriptors().ClosesOnExec(fd) ? FD_CLOEXEC : 0;
    case F_SETFD:
      host.descriptors().SetCloseOnExec(fd, (argument & FD_CLOEXEC) != 0);
      return 0;
    case F_GETFL:
      return access | (d->nonblocking ? O_NONBLOCK : 0);
    case F_SETFL:
      d->nonblocking = (argument & O_NONBLOCK) != 0;
      return 0;
    case F_GETPIPE_SZ:
      return d->kind == Descriptor::Kind::kObject && d->object->IsPipe() ? kPipeSize : -EBADF;
    default:
      return -EINVAL;
  }
}

int StatDescriptor(VirtualHost& host, int fd, struct stat* out) {
  const Descriptor* const d = host.descriptors().Find(fd);
  if (d == nullptr) return -EBADF;
  const PathFile* const path = d->object == nullptr ? nullptr : d->object->AsPath();
  if (path != nullptr) return host.folders().Stat(*path, out);
  std::memset(out, 0, sizeof *out);
  out->st_mode = 0600;
  switch (d->kind) {
    case Descriptor::Kind::kFile:
      host.folders().StatServiceFile(d->file, out);
      break;
    case Descriptor::Kind::kObject:
      if (d->object->IsSocket()) out->st_mode |= S_IFSOCK;
      if (d->object->IsPipe()) out->st_mode |= S_IFIFO;
      break;
    default:
      out->st_mode |= S_IFSOCK;
      break;
  }
  return 0;
}

int ControlDevice(VirtualHost& host, int fd, unsigned long request, void* argument) {
  Descriptor* d = host.descriptors().Find(fd);
  if (d == nullptr) return -EBADF;
  const PathFile* const path = d->object == nullptr ? nullptr : d->object->AsPath();
  if (path != nullptr && path->only_path()) return -EBADF;
  if (request == FIOCLEX || request == FIONCLEX) {
    host.descriptors().SetCloseOnExec(fd, request == FIOCLEX);
    return 0;
  }
  if (request == FIONBIO) {
    if (argument == nullptr) return -EFAULT;
    d->nonblocking = *static_cast<int*>(argument) != 0;
    return 0;
  }
  if (request != FIONREAD) return -ENOTTY;
  if (argument == nullptr) return -EFAULT;
  int bytes = 0;
  switch (d->kind) {
    case Descriptor::Kind::kStream:
      bytes = static_cast<int>(d->incoming.size());
      break;
    case Descriptor::Kind::kDatagram:
      bytes = d->datagrams.empty() ? 0 : static_cast<int>(d->datagrams.front().size());
      break;
    case Descriptor::Kind::kObject:
      bytes = d->object->BytesToRead();
      break;
    default:
      return -ENOTTY;
  }
  if (bytes < 0) return bytes;
  *static_cast<int*>(argument) = bytes;
  return 0;
}

// Other processes --------------------------------------------------------------------------------

void GiveToKernel(VirtualHost& host) {
  Descriptors& descriptors = host.descriptors();
  for (int number = Descriptors::kFirst; number < Descriptors::kFirst + Descriptors::kCount;
       ++number) {
    Descriptor* const d = descriptors.FindNumber(number);
    if (d == nullptr || d->kind != Descriptor::Kind::kObject) continue;
    const int real = d->object->GoToKernel();
    if (real < 0) continue;
    if (d->nonblocking) Real().fcntl(real, F_SETFL, O_NONBLOCK);
    for (int fd = Descriptors::kFirst; fd < Descriptors::kFirst + Descriptors::kCount; ++fd) {
      if (descriptors.Find(fd) != d) continue;
      Real().dup3(real, fd, descriptors.ClosesOnExec(fd) ? O_CLOEXEC : 0);
      descriptors.GiveToKernel(fd);
    }
    Real().close(real);
  }
  // Only now: an end that is gone would be the end of the other too.
  for (int fd = Descriptors::kFirst; fd < Descriptors::kFirst + Descriptors::kCount; ++fd) {
    if (!descriptors.IsVirtual(fd) && descriptors.Find(fd) != nullptr) descriptors.Close(fd);
  }
}

}  // namespace cmapsim
