// Sockets and waiting on the virtual host. Every function returns its call's result, or -errno.
#pragma once

#include <poll.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>

#include <cstddef>
#include <span>
#include <string_view>

#include "sim/core/time.h"

namespace cmapsim {

class VirtualHost;
struct ClientThread;
struct Descriptor;

int OpenSocket(VirtualHost& host, int domain, int type, int protocol);
int ConnectSocket(VirtualHost& host, int fd, const struct sockaddr* address, socklen_t size);
int BindSocket(VirtualHost& host, int fd, const struct sockaddr* address, socklen_t size);
int SocketName(VirtualHost& host, int fd, struct sockaddr* address, socklen_t* size);
int ShutdownSocket(VirtualHost& host, int fd, int how);
int CloseDescriptor(VirtualHost& host, int fd);
int GetSocketOption(VirtualHost& host, int fd, int level, int option, void* value, socklen_t* size);
int SetSocketOption(VirtualHost& host, int fd, int level, int option, const void* value,
                    socklen_t size);
int PeerName(VirtualHost& host, int fd, struct sockaddr* address, socklen_t* size);
ssize_t SendBytes(VirtualHost& host, int fd, std::string_view bytes, int flags);
ssize_t ReceiveBytes(VirtualHost& host, int fd, void* out, size_t size, int flags);
ssize_t ReceiveMessage(VirtualHost& host, int fd, struct msghdr* message, int flags);
// What it is ready for, bits of poll(2), for that task.
[[nodiscard]] short ReadinessOf(const Descriptor& d, const ClientThread& asker);
int PollDescriptors(VirtualHost& host, std::span<struct pollfd> fds, Nanos deadline_ns);

}  // namespace cmapsim
