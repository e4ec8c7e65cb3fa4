// Waiting for descriptors: poll, select and epoll. See calls.h.
#include <sys/epoll.h>

#include "sim/host/descriptor_calls.h"
#include "sim/host/epoll.h"
#include "sim/host/interpose.h"
#include "sim/host/real_calls.h"
#include "sim/host/socket_calls.h"

namespace cmapsim {
namespace {

// `revents` of every entry as a fault has it.
int Pretend(struct pollfd* fds, nfds_t count, short revents) {
  int ready = 0;
  for (nfds_t i = 0; i < count; ++i) {
    fds[i].revents = fds[i].fd < 0 ? short{0} : revents;
    if (fds[i].revents != 0) ++ready;
  }
  return ready;
}

int PollClient(LibcCall id, struct pollfd* fds, nfds_t count, Nanos timeout_ns,
               const sigset_t* mask) {
  HostCall call(id);
  const Nanos deadline_ns = timeout_ns < 0 ? kForever : call.host.Now() + timeout_ns;
  int ready = -call.struck.error;
  if (call.struck.ready) {
    ready = Pretend(fds, count, call.struck.revents);
  } else if (ready == 0) {
    ready = call.host.WithMask(mask, [&] {
      return PollDescriptors(call.host, {fds, count}, deadline_ns);
    });
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
                 Nanos timeout_ns, const sigset_t* mask) {
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
  const auto wait = [&] { return PollDescriptors(call.host, {entries, n}, deadline_ns); };
  const int polled =
      call.struck.ready ? Pretend(entries, n, call.struck.revents) : call.host.WithMask(mask, wait);
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

// What a descriptor is as an epoll; null where it is none.
Epoll* FindEpoll(VirtualHost& host, int fd) {
  const Descriptor* const d = host.descriptors().Find(fd);
  return d == nullptr ? nullptr : dynamic_cast<Epoll*>(d->object.get());
}

int MakeEpoll(VirtualHost& host, int flags) {
  if ((flags & ~EPOLL_CLOEXEC) != 0) return -EINVAL;
  return OpenObject(host, std::make_unique<Epoll>(host), flags);
}

int ControlEpoll(VirtualHost& host, int epoll, int operation, int fd,
                 const struct epoll_event* event) {
  if (host.descriptors().Find(epoll) == nullptr) return -EBADF;
  Epoll* const found = FindEpoll(host, epoll);
  return found == nullptr ? -EINVAL : found->Control(operation, fd, event);
}

int WaitInEpoll(HostCall& call, int fd, struct epoll_event* events, int most, Nanos timeout_ns,
                const sigset_t* mask) {
  VirtualHost& host = call.host;
  Descriptor* const d = host.descriptors().Find(fd);
  if (d == nullptr) return -EBADF;
  Epoll* const epoll = FindEpoll(host, fd);
  if (epoll == nullptr || most <= 0) return -EINVAL;
  if (call.struck.ready) {
    return epoll->Pretend(events, most, static_cast<uint16_t>(call.struck.revents));
  }
  const Nanos deadline_ns = timeout_ns < 0 ? kForever : host.Now() + timeout_ns;
  const ClientThread& me = host.tasks().current();
  ++d->references;  // whoever closes it meanwhile, it lives as long as this
  const auto ready = [&] { return epoll->Ready(me); };
  const Woken woken = host.WithMask(
      mask, [&] { return host.WaitUntil(deadline_ns, ready, "epoll_wait", OnSignal::kInterrupt); });
  const int count = woken == Woken::kInterrupted ? -EINTR
                    : woken == Woken::kTimeout   ? 0
                                                 : epoll->Take(me, events, most);
  host.descriptors().Release(*d);
  return count;
}

int EpollClient(LibcCall id, int fd, struct epoll_event* events, int most, Nanos timeout_ns,
                const sigset_t* mask) {
  HostCall call(id);
  const int failed = call.struck.error;
  const int count = failed != 0 ? -failed : WaitInEpoll(call, fd, events, most, timeout_ns, mask);
  if (TraceWriter* line = call.host.Line(LibcCallName(id))) {
    line->Int(fd);
    for (int i = 0; i < count; ++i) line->Field("events", events[i].events);
    line->Field("timeout", timeout_ns).Field("result", count).End();
  }
  return call.Leave(count);
}

// A call on an epoll of the virtual host, or of the real one.
template <typename RealCall>
int EpollCall(LibcCall id, int fd, struct epoll_event* events, int most, Nanos timeout_ns,
              const sigset_t* mask, RealCall real) {
  if (t_client == ClientWorld::kReal) return OnRealHost(id, real);
  if (t_client == ClientWorld::kNone || !CurrentHost()->descriptors().IsVirtual(fd)) return real(0);
  return EpollClient(id, fd, events, most, timeout_ns, mask);
}

Nanos FromMilliseconds(int timeout_ms) { return timeout_ms < 0 ? -1 : timeout_ms * kMillisecond; }

}  // namespace
}  // namespace cmapsim

using namespace cmapsim;  // NOLINT(google-build-using-namespace): what follows are the C library's names

extern "C" {

int poll(struct pollfd* fds, nfds_t count, int timeout_ms) {
  const auto real = [&] { return Real().poll(fds, count, timeout_ms); };
  if (t_client == ClientWorld::kNone) return real();
  if (t_client == ClientWorld::kReal) {
    const struct timespec timeout = {timeout_ms / 1000, timeout_ms % 1000 * kMillisecond};
    return PollReal(LibcCall::poll, fds, count, timeout_ms < 0 ? nullptr : &timeout, nullptr);
  }
  return PollClient(LibcCall::poll, fds, count, FromMilliseconds(timeout_ms), nullptr);
}

int __poll_chk(struct pollfd* fds, nfds_t count, int timeout_ms, size_t room) {
  if (count * sizeof *fds > room) std::abort();
  return poll(fds, count, timeout_ms);
}

int ppoll(struct pollfd* fds, nfds_t count, const struct timespec* timeout, const sigset_t* mask) {
  const auto real = [&] { return Real().ppoll(fds, count, timeout, mask); };
  if (t_client == ClientWorld::kNone) return real();
  if (t_client == ClientWorld::kReal) return PollReal(LibcCall::ppoll, fds, count, timeout, mask);
  return PollClient(LibcCall::ppoll, fds, count, timeout == nullptr ? -1 : ToNanos(*timeout), mask);
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
      timeout == nullptr ? -1 : timeout->tv_sec * kSecond + timeout->tv_usec * kMicrosecond,
      nullptr);
}

int pselect(int count, fd_set* read, fd_set* write, fd_set* except, const struct timespec* timeout,
            const sigset_t* mask) {
  const auto real = [&](size_t = 0) {
    return Real().pselect(count, read, write, except, timeout, mask);
  };
  if (t_client == ClientWorld::kNone) return real();
  if (t_client == ClientWorld::kReal) return OnRealHost(LibcCall::pselect, real);
  return SelectClient(LibcCall::pselect, count, read, write, except,
                      timeout == nullptr ? -1 : ToNanos(*timeout), mask);
}

int epoll_create1(int flags) noexcept {
  return OnHost(
      LibcCall::epoll_create1, flags, [&](HostCall& call) { return MakeEpoll(call.host, flags); },
      [&](size_t) { return Real().epoll_create1(flags); });
}

int epoll_create(int size) noexcept {
  return OnHost(
      LibcCall::epoll_create, size,
      [&](HostCall& call) { return size <= 0 ? -EINVAL : MakeEpoll(call.host, 0); },
      [&](size_t) { return Real().epoll_create(size); });
}

int epoll_ctl(int epoll, int operation, int fd, struct epoll_event* event) noexcept {
  return OnDescriptor(
      LibcCall::epoll_ctl, epoll,
      [&](HostCall& call) { return ControlEpoll(call.host, epoll, operation, fd, event); },
      [&](size_t) { return Real().epoll_ctl(epoll, operation, fd, event); });
}

int epoll_wait(int fd, struct epoll_event* events, int most, int timeout_ms) {
  return EpollCall(LibcCall::epoll_wait, fd, events, most, FromMilliseconds(timeout_ms), nullptr,
                   [&](size_t) { return Real().epoll_wait(fd, events, most, timeout_ms); });
}

int epoll_pwait(int fd, struct epoll_event* events, int most, int timeout_ms,
                const sigset_t* mask) {
  return EpollCall(LibcCall::epoll_pwait, fd, events, most, FromMilliseconds(timeout_ms), mask,
                   [&](size_t) { return Real().epoll_pwait(fd, events, most, timeout_ms, mask); });
}

int epoll_pwait2(int fd, struct epoll_event* events, int most, const struct timespec* timeout,
                 const sigset_t* mask) {
  return EpollCall(LibcCall::epoll_pwait2, fd, events, most,
                   timeout == nullptr ? -1 : ToNanos(*timeout), mask,
                   [&](size_t) { return Real().epoll_pwait2(fd, events, most, timeout, mask); });
}

}  // extern "C"
