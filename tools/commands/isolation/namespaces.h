// Namespaces of its own for what a program starts on the real host: network, System V and POSIX IPC,
// mounts, and where it can be, processes. The caller stays who it is: user and group are mapped to themselves.
//
//   for (const NamespaceKind kind : kNamespaceKinds) {
//     const pid_t child = syscall(SYS_clone, NamespaceFlags(kind) | SIGCHLD, 0, 0, 0, 0);
//     // parent:
//     if (HasOwnUsers(kind)) MapUsers(child);
//     // child, when that is done:
//     if (auto ready = SetUpNamespaces(kind); !ready) ...   // the reason; try the next kind
//   }
//
// In them: lo is up and nothing else; abstract socket names are private; /dev/shm is empty but for folders and
// executable files that are not libqb's, which are the machine's; every other file is the machine's.
// Where corosync's services have sockets in /run, nobody listens there.
#pragma once

#include <sys/types.h>

#include <array>
#include <string>
#include <tl/expected.hpp>

namespace cmapsim {

// Best first. A privileged process needs no user namespace, and root in one would lose other users' files.
enum class NamespaceKind {
  kAll,              // without a user namespace: needs CAP_SYS_ADMIN
  kAllButProcesses,  // the same, where no /proc can be mounted
  kOfUser,           // with a user namespace
  kOfUserButProcesses,
  kNone,
};

inline constexpr std::array<NamespaceKind, 5> kNamespaceKinds = {
    NamespaceKind::kAll, NamespaceKind::kAllButProcesses, NamespaceKind::kOfUser,
    NamespaceKind::kOfUserButProcesses, NamespaceKind::kNone};

[[nodiscard]] int NamespaceFlags(NamespaceKind kind);  // of clone(2)
[[nodiscard]] bool HasOwnUsers(NamespaceKind kind);
[[nodiscard]] bool HasOwnProcesses(NamespaceKind kind);

// Maps the caller's users to themselves in the child's user namespace: all of them where the caller may, else
// its own user and group.
[[nodiscard]] tl::expected<void, std::string> MapUsers(pid_t child);

// In the new process.
[[nodiscard]] tl::expected<void, std::string> SetUpNamespaces(NamespaceKind kind);

}  // namespace cmapsim
