// The seccomp filter of a program: calls by which a process could reach a real corosync, or by which
// processes begin, are put to a supervisor (supervisor.h) before the kernel carries them out. All
// others pass at once.
//
//   const auto filter = MakeCallFilter({.files = true});       // once
//   ...
//   // in the child, between fork and exec; to whom the number goes, answers
//   const int listener = InstallCallFilter(*filter);           // -1 with errno
//
// The filter stays for the process and for all that it starts. It takes the privileges of set-user-ID
// programs away (no_new_privs), since the kernel wants that of whoever is not root.
#pragma once

#include <linux/filter.h>

#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace cmapsim {

struct CallFilterOptions {
  // Also the calls that open, move or remove files by name: for where /dev/shm is the machine's.
  bool files = false;
};

using CallFilter = std::vector<sock_filter>;

[[nodiscard]] tl::expected<CallFilter, std::string> MakeCallFilter(
    const CallFilterOptions& options);

// Async-signal-safe. EBUSY: another supervisor's filter is above this process. EINVAL, ENOSYS, EPERM:
// the kernel (before Linux 5.5) or the container does not offer it.
[[nodiscard]] int InstallCallFilter(const CallFilter& filter);

}  // namespace cmapsim
