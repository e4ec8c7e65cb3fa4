// Descriptors of every kind but sockets: how they come to be, are duplicated, controlled and handed on.
// See calls.h.
#include <fcntl.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>

#include <cstdarg>

#include "sim/host/descriptor_calls.h"
#include "sim/host/event_files.h"
#include "sim/host/interpose.h"
#include "sim/host/pair_files.h"
#include "sim/host/real_calls.h"
#include "sim/host/socket_calls.h"
#include "sim/host/stack_memory.h"

namespace cmapsim {
namespace {

int MakePipeOf(VirtualHost& host, int fds[2], int flags) {
  if ((flags & ~(O_CLOEXEC | O_NONBLOCK)) != 0) return -EINVAL;
  return OpenPair(host, MakePipe(), flags, fds);
}

int MakePairOf(VirtualHost& host, int domain, int type, int protocol, int fds[2]) {
  const int kind = type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (domain != AF_UNIX)
    return domain == AF_INET || domain == AF_INET6 ? -EOPNOTSUPP : -EAFNOSUPPORT;
  if (protocol != 0 && protocol != AF_UNIX) return -EPROTONOSUPPORT;
  if (kind != SOCK_STREAM && kind != SOCK_DGRAM && kind != SOCK_SEQPACKET) {
    return kind < 0 || kind > SOCK_PACKET ? -EINVAL : -ESOCKTNOSUPPORT;
  }
  return OpenPair(host, MakeSocketPair(kind), type, fds);
}

int MakeCounter(VirtualHost& host, unsigned count, int flags) {
  if ((flags & ~(EFD_SEMAPHORE | EFD_CLOEXEC | EFD_NONBLOCK)) != 0) return -EINVAL;
  return OpenObject(host, std::make_unique<EventCounter>(count, (flags & EFD_SEMAPHORE) != 0),
                    flags);
}

// timerfd ---------------------------------------------------------------------------------------

bool IsRealtime(clockid_t clock) {
  return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_ALARM;
}

int MakeTimer(VirtualHost& host, clockid_t clock, int flags) {
  const bool known = IsRealtime(clock) || clock == CLOCK_MONOTONIC || clock == CLOCK_BOOTTIME ||
                     clock == CLOCK_BOOTTIME_ALARM;
  if (!known || (flags & ~(TFD_CLOEXEC | TFD_NONBLOCK)) != 0) return -EINVAL;
  return OpenObject(host, std::make_unique<TimerFile>(host, clock), flags);
}

// Null, and then `error` says why.
TimerFile* FindTimer(VirtualHost& host, int fd, int& error) {
  const Descriptor* const d = host.descriptors().Find(fd);
  error = d == nullptr ? -EBADF : -EINVAL;
  return d == nullptr ? nullptr : dynamic_cast<TimerFile*>(d->object.get());
}

struct itimerspec Setting(const TimerFile& timer) {
  const auto time = [](Nanos ns) { return timespec{ns / kSecond, ns % kSecond}; };
  return {time(timer.interval_ns()), time(timer.Left())};
}

bool IsTime(const struct timespec& t) {
  return t.tv_sec >= 0 && t.tv_nsec >= 0 && t.tv_nsec < kSecond;
}

// As far as virtual time reaches.
Nanos ToNanos(const struct timespec& t) {
  constexpr Nanos kFarthest = INT64_MAX / 4;
  return t.tv_sec >= kFarthest / kSecond ? kFarthest : t.tv_sec * kSecond + t.tv_nsec;
}

int SetTimer(VirtualHost& host, int fd, int flags, const struct itimerspec& value,
             struct itimerspec* old) {
  int error = 0;
  TimerFile* const timer = FindTimer(host, fd, error);
  if (timer == nullptr) return error;
  if ((flags & ~(TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET)) != 0) return -EINVAL;
  if (!IsTime(value.it_value) || !IsTime(value.it_interval)) return -EINVAL;
  if (old != nullptr) *old = Setting(*timer);
  Nanos at_ns = ToNanos(value.it_value);
  if (at_ns == 0) {
    timer->Set(TimerFile::kNever, 0);
    return 0;
  }
  if ((flags & TFD_TIMER_ABSTIME) == 0) {
    at_ns += host.Now();
  } else {
    at_ns -= IsRealtime(timer->clock()) ? host.RealtimeStart() : kMonotonicStart;
    at_ns = std::max<Nanos>(at_ns, 0);
  }
  timer->Set(at_ns, ToNanos(value.it_interval));
  return 0;
}

int GetTimer(VirtualHost& host, int fd, struct itimerspec* value) {
  int error = 0;
  const TimerFile* const timer = FindTimer(host, fd, error);
  if (timer == nullptr) return error;
  *value = Setting(*timer);
  return 0;
}

// signalfd --------------------------------------------------------------------------------------

int MakeSignalFile(VirtualHost& host, int fd, const sigset_t* mask, int flags) {
  if ((flags & ~(SFD_CLOEXEC | SFD_NONBLOCK)) != 0) return -EINVAL;
  if (fd == -1) {
    return OpenObject(host, std::make_unique<SignalFile>(host, MaskOf(*mask)), flags);
  }
  const Descriptor* const d = host.descriptors().Find(fd);
  if (d == nullptr) return -EBADF;
  auto* const file = dynamic_cast<SignalFile*>(d->object.get());
  if (file == nullptr) return -EINVAL;
  file->SetWanted(MaskOf(*mask));
  return fd;
}

// Duplicates ------------------------------------------------------------------------------------

// dup2 and dup3; `flags` of dup2 are -1.
template <typename RealCall>
int DuplicateOnHost(LibcCall id, int fd, int at, int flags, RealCall real) {
  const auto is_virtual = [](int number) { return CurrentHost()->descriptors().IsVirtual(number); };
  if (InClient() && !is_virtual(fd) && !is_virtual(at)) return real(0);
  return OnHost(
      id, fd, [&](HostCall& call) { return DuplicateDescriptorAt(call.host, fd, at, flags); },
      real);
}

// Other processes, which the virtual host knows nothing of --------------------------------------

// A process that begins gets pipes and pairs as the kernel's, and is itself no client: what it does is
// real. `begin` returns 0 where it went well, or an errno.
template <typename Begin>
int BeginProcess(HostCall& call, Begin begin) {
  GiveToKernel(call.host);
  if (TraceWriter* line = call.host.Line(LibcCallName(call.id))) line->End();
  NoteNearStack();
  return begin();
}

// posix_spawn and posix_spawnp, one row of the table: they return the error and leave errno alone.
template <typename RealCall>
int SpawnOnHost(RealCall real) {
  if (!InClient()) return real();
  HostCall call(LibcCall::posix_spawn);
  const int error = call.struck.error != 0 ? call.struck.error : BeginProcess(call, real);
  call.Leave(0);
  return error;
}

}  // namespace
}  // namespace cmapsim

using namespace cmapsim;  // NOLINT(google-build-using-namespace): what follows are the C library's names

extern "C" {

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

int ioctl(int fd, unsigned long request, ...) noexcept {
  va_list arguments;
  va_start(arguments, request);
  void* const argument = va_arg(arguments, void*);
  va_end(arguments);
  return OnDescriptor(
      LibcCall::ioctl, fd,
      [&](HostCall& call) { return ControlDevice(call.host, fd, request, argument); },
      [&](size_t) { return Real().ioctl(fd, request, argument); });
}

int dup(int fd) noexcept {
  return OnDescriptor(
      LibcCall::dup, fd,
      [&](HostCall& call) { return DuplicateDescriptor(call.host, fd, 0, false); },
      [&](size_t) { return Real().dup(fd); });
}

int dup2(int fd, int at) noexcept {
  return DuplicateOnHost(LibcCall::dup2, fd, at, -1, [&](size_t) { return Real().dup2(fd, at); });
}

int dup3(int fd, int at, int flags) noexcept {
  return DuplicateOnHost(LibcCall::dup3, fd, at, flags,
                         [&](size_t) { return Real().dup3(fd, at, flags); });
}

int pipe(int fds[2]) noexcept {
  return OnHost(
      LibcCall::pipe, 0, [&](HostCall& call) { return MakePipeOf(call.host, fds, 0); },
      [&](size_t) { return Real().pipe(fds); });
}

int pipe2(int fds[2], int flags) noexcept {
  return OnHost(
      LibcCall::pipe2, flags, [&](HostCall& call) { return MakePipeOf(call.host, fds, flags); },
      [&](size_t) { return Real().pipe2(fds, flags); });
}

int socketpair(int domain, int type, int protocol, int fds[2]) noexcept {
  return OnHost(
      LibcCall::socketpair, type,
      [&](HostCall& call) { return MakePairOf(call.host, domain, type, protocol, fds); },
      [&](size_t) { return Real().socketpair(domain, type, protocol, fds); });
}

int eventfd(unsigned count, int flags) noexcept {
  return OnHost(
      LibcCall::eventfd, flags,
      [&](HostCall& call) { return MakeCounter(call.host, count, flags); },
      [&](size_t) { return Real().eventfd(count, flags); });
}

// As the C library's: 0 for all of the eight bytes.
int eventfd_read(int fd, eventfd_t* value) {
  if (!InClient()) return Real().eventfd_read(fd, value);
  return read(fd, value, sizeof *value) == sizeof *value ? 0 : -1;
}

int eventfd_write(int fd, eventfd_t value) {
  if (!InClient()) return Real().eventfd_write(fd, value);
  return write(fd, &value, sizeof value) == sizeof value ? 0 : -1;
}

int timerfd_create(clockid_t clock, int flags) noexcept {
  return OnHost(
      LibcCall::timerfd_create, clock,
      [&](HostCall& call) { return MakeTimer(call.host, clock, flags); },
      [&](size_t) { return Real().timerfd_create(clock, flags); });
}

int timerfd_settime(int fd, int flags, const struct itimerspec* value,
                    struct itimerspec* old) noexcept {
  return OnDescriptor(
      LibcCall::timerfd_settime, fd,
      [&](HostCall& call) { return SetTimer(call.host, fd, flags, *value, old); },
      [&](size_t) { return Real().timerfd_settime(fd, flags, value, old); });
}

int timerfd_gettime(int fd, struct itimerspec* value) noexcept {
  return OnDescriptor(
      LibcCall::timerfd_gettime, fd, [&](HostCall& call) { return GetTimer(call.host, fd, value); },
      [&](size_t) { return Real().timerfd_gettime(fd, value); });
}

int signalfd(int fd, const sigset_t* mask, int flags) noexcept {
  return OnHost(
      LibcCall::signalfd, fd,
      [&](HostCall& call) { return MakeSignalFile(call.host, fd, mask, flags); },
      [&](size_t) { return Real().signalfd(fd, mask, flags); });
}

pid_t fork() noexcept {
  if (t_client == ClientWorld::kNone) return Real().fork();
  if (t_client == ClientWorld::kReal) {
    return OnRealHost(LibcCall::fork, [](size_t) { return Real().fork(); });
  }
  HostCall call(LibcCall::fork);
  if (call.struck.error != 0) return call.Return(0, -call.struck.error);
  pid_t child = -1;
  const int error = BeginProcess(call, [&] {
    child = Real().fork();
    return child < 0 ? errno : 0;
  });
  if (child == 0) return 0;  // which goes on as no client
  return error != 0 ? call.Leave(-error) : call.Leave(child);
}

// What the child may do between the two is the caller's to know, and is less than after fork.
pid_t vfork() noexcept { return fork(); }

int posix_spawn(pid_t* child, const char* path, const posix_spawn_file_actions_t* actions,
                const posix_spawnattr_t* attributes, char* const arguments[],
                char* const environment[]) {
  return SpawnOnHost(
      [&] { return Real().posix_spawn(child, path, actions, attributes, arguments, environment); });
}

int posix_spawnp(pid_t* child, const char* file, const posix_spawn_file_actions_t* actions,
                 const posix_spawnattr_t* attributes, char* const arguments[],
                 char* const environment[]) {
  return SpawnOnHost([&] {
    return Real().posix_spawnp(child, file, actions, attributes, arguments, environment);
  });
}

}  // extern "C"
