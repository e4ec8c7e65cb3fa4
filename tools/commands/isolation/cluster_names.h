// The names by which a real corosync is reached: sockets of its services, and libqb's files.
//
//   ServiceOfAbstractName("cmap\0\0...");                  // "cmap"
//   ServiceOfSocketPath("/run/cmap");                      // "cmap"
//   ServiceOfAbstractName("/dev/shm/qb-7-9-31-Ab12Cd/qb-cmap-request");   // "cmap"
//   ServiceOfAbstractName("/tmp/.X11-unix/X0");            // nothing
//   IsLibqbFile("/dev/shm/qb-7-9-31-Ab12Cd/qb-request-cmap-header", "/dev/shm");   // true
//
// From the sources of corosync 3.1.7 (exec/ipc_glue.c: the services' short names) and libqb 2.0.6
// (lib/ipc_setup.c, ipc_socket.c, unix.c, log_blackbox.c: where sockets and files are put).
#pragma once

#include <sys/types.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace cmapsim {

// corosync's services to which clients connect.
[[nodiscard]] std::span<const std::string_view> CorosyncServices();

// `name`: an abstract address without its leading NUL. What libqb pads it with is ignored. Also the
// names that libqb derives from a service's for its datagram sockets.
[[nodiscard]] std::optional<std::string> ServiceOfAbstractName(std::string_view name);

// `path`: without symbolic links. The folder does not matter: it is chosen when libqb is built.
[[nodiscard]] std::optional<std::string> ServiceOfSocketPath(std::string_view path);

// `path`: without symbolic links. `shm`: where /dev/shm is, without symbolic links. libqb falls back
// to its folder of sockets, /run or /var/run.
[[nodiscard]] bool IsLibqbFile(std::string_view path, std::string_view shm);

// The process that a libqb file's name says it is the server's, 0 where it names none:
// 7 for "/dev/shm/qb-7-9-31-Ab12Cd/qb-request-cmap-header", and for "/dev/shm/qb-corosync-7-blackbox-data".
[[nodiscard]] pid_t ServerOfLibqbFile(std::string_view path);

}  // namespace cmapsim
