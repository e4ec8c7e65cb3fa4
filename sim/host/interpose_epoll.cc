// epoll: the interposed calls. See calls.h.
#include <sys/epoll.h>

#include "sim/host/epoll_calls.h"
#include "sim/host/interpose.h"
#include "sim/host/real_calls.h"

namespace cmapsim {
namespace {

template <typename RealCall>
int WaitOnSet(int set, struct epoll_event* events, int most, int timeout_ms, RealCall real) {
  return OnDescriptor(
      LibcCall::epoll_wait, set,
      [&](HostCall& call) {
        if (most <= 0) return -EINVAL;
        const Nanos deadline_ns =
            timeout_ms < 0 ? kForever : call.host.Now() + timeout_ms * kMillisecond;
        return WaitEpoll(call.host, set, {events, static_cast<size_t>(most)}, deadline_ns);
      },
      real);
}

int OpenSet(int flags) {
  return OnHost(
      LibcCall::epoll_create1, flags, [](HostCall& call) { return OpenEpoll(call.host); },
      [&](size_t) { return Real().epoll_create1(flags); });
}

}  // namespace
}  // namespace cmapsim

using namespace cmapsim;  // NOLINT(google-build-using-namespace): what follows are the C library's names

extern "C" {

int epoll_create1(int flags) noexcept { return OpenSet(flags); }

int epoll_create(int size) noexcept {
  if (t_client == ClientWorld::kNone || size <= 0) return Real().epoll_create(size);
  return OpenSet(0);
}

int epoll_ctl(int set, int operation, int fd, struct epoll_event* event) noexcept {
  return OnDescriptor(
      LibcCall::epoll_ctl, set,
      [&](HostCall& call) { return ControlEpoll(call.host, set, operation, fd, event); },
      [&](size_t) { return Real().epoll_ctl(set, operation, fd, event); });
}

int epoll_wait(int set, struct epoll_event* events, int most, int timeout_ms) {
  return WaitOnSet(set, events, most, timeout_ms,
                   [&](size_t) { return Real().epoll_wait(set, events, most, timeout_ms); });
}

int epoll_pwait(int set, struct epoll_event* events, int most, int timeout_ms,
                const sigset_t* mask) {
  return WaitOnSet(set, events, most, timeout_ms,
                   [&](size_t) { return Real().epoll_pwait(set, events, most, timeout_ms, mask); });
}

}  // extern "C"
