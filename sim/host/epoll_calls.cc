#include "sim/host/epoll_calls.h"

#include <algorithm>
#include <cerrno>
#include <vector>

#include "sim/host/real_calls.h"
#include "sim/host/socket_calls.h"
#include "sim/host/virtual_host.h"

namespace cmapsim {
namespace {

// The bits that poll and epoll share have one value (epoll_ctl(2)).
constexpr uint32_t kAlways = EPOLLERR | EPOLLHUP;
constexpr uint32_t kTold = 0xffff;  // what is readiness and not a manner of telling it
constexpr int kDeepest = 4;         // of sets within sets: the kernel allows no more than 5

Descriptor* FindSet(VirtualHost& host, int fd) {
  Descriptor* d = host.descriptors().Find(fd);
  return d != nullptr && d->kind == Descriptor::Kind::kEpoll ? d : nullptr;
}

// Whether a set leads to the other one, or holds more sets within sets than the kernel allows.
bool LeadsTo(VirtualHost& host, const Descriptor& set, int other, int depth) {
  return std::any_of(set.watches.begin(), set.watches.end(), [&](const EpollWatch& watch) {
    const Descriptor* d = FindSet(host, watch.fd);
    if (d == nullptr) return false;
    return watch.fd == other || depth == 0 || LeadsTo(host, *d, other, depth - 1);
  });
}

uint32_t ReadyNow(VirtualHost& host, const EpollWatch& watch) {
  if (watch.disarmed) return 0;
  struct pollfd entry = {watch.fd, static_cast<short>(watch.events & kTold), 0};
  PollNow(host, {&entry, 1});
  return static_cast<uint32_t>(entry.revents) & (watch.events | kAlways);
}

}  // namespace

int OpenEpoll(VirtualHost& host) {
  const int fd = host.descriptors().Open(Descriptor::Kind::kEpoll);
  return fd < 0 ? -EMFILE : fd;
}

int ControlEpoll(VirtualHost& host, int set, int operation, int fd, struct epoll_event* event) {
  if (host.descriptors().Find(set) == nullptr) return -EBADF;
  Descriptor* d = FindSet(host, set);
  if (d == nullptr || set == fd) return -EINVAL;
  Descriptor* watched = host.descriptors().Find(fd);
  if (watched == nullptr && (Descriptors::InRange(fd) || Real().fcntl(fd, F_GETFD) < 0)) {
    return -EBADF;
  }
  if (watched != nullptr && watched->kind == Descriptor::Kind::kFile) return -EPERM;
  const auto at = std::find_if(d->watches.begin(), d->watches.end(),
                               [fd](const EpollWatch& watch) { return watch.fd == fd; });
  const bool known = at != d->watches.end();
  if (operation == EPOLL_CTL_DEL) {
    if (!known) return -ENOENT;
    d->watches.erase(at);
    return 0;
  }
  if (operation != EPOLL_CTL_ADD && operation != EPOLL_CTL_MOD) return -EINVAL;
  if (event == nullptr) return -EFAULT;
  if (known != (operation == EPOLL_CTL_MOD)) return known ? -EEXIST : -ENOENT;
  // No circles, which this keeps from being made.
  if (watched != nullptr && watched->kind == Descriptor::Kind::kEpoll &&
      LeadsTo(host, *watched, set, kDeepest)) {
    return -ELOOP;
  }
  const EpollWatch watch = {fd, event->events, event->data.u64, false};
  if (known) {
    *at = watch;
  } else {
    d->watches.push_back(watch);
  }
  return 0;
}

int WaitEpoll(VirtualHost& host, int set, std::span<struct epoll_event> events, Nanos deadline_ns) {
  Descriptor* d = FindSet(host, set);
  if (d == nullptr) return host.descriptors().Find(set) == nullptr ? -EBADF : -EINVAL;
  std::vector<int> told;
  const auto ready = [&] {
    told.clear();
    for (const EpollWatch& watch : d->watches) {
      if (told.size() == events.size()) break;
      const uint32_t now = ReadyNow(host, watch);
      if (now == 0) continue;
      events[told.size()].events = now;
      events[told.size()].data.u64 = watch.data;
      told.push_back(watch.fd);
    }
    return !told.empty();
  };
  const Woken woken = host.WaitUntil(deadline_ns, ready, "epoll_wait", OnSignal::kInterrupt);
  if (woken == Woken::kInterrupted) return -EINTR;
  for (EpollWatch& watch : d->watches) {
    if ((watch.events & EPOLLONESHOT) == 0) continue;
    watch.disarmed |= std::find(told.begin(), told.end(), watch.fd) != told.end();
  }
  return static_cast<int>(told.size());
}

void ForgetInEpoll(VirtualHost& host, int fd) {
  host.descriptors().ForEach([fd](int, Descriptor& d) {
    std::erase_if(d.watches, [fd](const EpollWatch& watch) { return watch.fd == fd; });
  });
}

bool EpollIsReady(VirtualHost& host, const Descriptor& set) {
  return std::any_of(set.watches.begin(), set.watches.end(),
                     [&host](const EpollWatch& watch) { return ReadyNow(host, watch) != 0; });
}

}  // namespace cmapsim
