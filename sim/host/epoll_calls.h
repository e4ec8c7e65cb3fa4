// epoll on the virtual host: sets of descriptors that are asked which of them are ready.
//
//   const int set = OpenEpoll(host);
//   ControlEpoll(host, set, EPOLL_CTL_ADD, fd, &event);
//   const int ready = WaitEpoll(host, set, events, deadline_ns);
//
// Results are as the kernel's: below 0 they are -errno. A set is itself readable while one of its
// descriptors is ready, and may stand in another set. Readiness is always told as it is now: what
// asks for edges (EPOLLET) is told as if it had not.
#pragma once

#include <sys/epoll.h>

#include <span>

#include "sim/core/time.h"
#include "sim/host/descriptors.h"

namespace cmapsim {

class VirtualHost;

[[nodiscard]] int OpenEpoll(VirtualHost& host);
[[nodiscard]] int ControlEpoll(VirtualHost& host, int set, int operation, int fd,
                               struct epoll_event* event);
[[nodiscard]] int WaitEpoll(VirtualHost& host, int set, std::span<struct epoll_event> events,
                            Nanos deadline_ns);
// Takes a descriptor that is closed out of every set.
void ForgetInEpoll(VirtualHost& host, int fd);
// Whether one of its descriptors is ready.
[[nodiscard]] bool EpollIsReady(VirtualHost& host, const Descriptor& set);

}  // namespace cmapsim
