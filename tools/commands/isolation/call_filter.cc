#include "tools/commands/isolation/call_filter.h"

#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <type_traits>

// Of Linux 5.19, newer than Debian 12's headers of the C library.
#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)
#endif

namespace cmapsim {
namespace {

// io_uring carries calls out that no filter sees: asked for, it is refused.
constexpr std::array<int, 9> kAlways = {
    SCMP_SYS(connect), SCMP_SYS(sendmsg),  SCMP_SYS(sendmmsg),
    SCMP_SYS(execve),  SCMP_SYS(execveat), SCMP_SYS(fork),
    SCMP_SYS(vfork),   SCMP_SYS(clone3),   SCMP_SYS(io_uring_setup)};
constexpr std::array<int, 10> kFiles = {SCMP_SYS(open),     SCMP_SYS(creat),    SCMP_SYS(openat),
                                        SCMP_SYS(openat2),  SCMP_SYS(unlink),   SCMP_SYS(unlinkat),
                                        SCMP_SYS(rename),   SCMP_SYS(renameat), SCMP_SYS(truncate),
                                        SCMP_SYS(renameat2)};

using Context = std::unique_ptr<std::remove_pointer_t<scmp_filter_ctx>, decltype(&seccomp_release)>;

int AddRules(scmp_filter_ctx context, const CallFilterOptions& options) {
  // i386 and x32: asked, so that it is told; the supervisor refuses them.
  if (const int error = seccomp_attr_set(context, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_NOTIFY)) {
    return error;
  }
  // A tree, not a list: the calls that pass are the frequent ones.
  if (const int error = seccomp_attr_set(context, SCMP_FLTATR_CTL_OPTIMIZE, 2)) return error;
  for (const int call : kAlways) {
    if (const int error = seccomp_rule_add(context, SCMP_ACT_NOTIFY, call, 0)) return error;
  }
  if (options.files) {
    for (const int call : kFiles) {
      if (const int error = seccomp_rule_add(context, SCMP_ACT_NOTIFY, call, 0)) return error;
    }
  }
  // With an address; and processes, not threads.
  if (const int error = seccomp_rule_add(context, SCMP_ACT_NOTIFY, SCMP_SYS(sendto), 1,
                                         SCMP_A4_64(SCMP_CMP_NE, 0, 0))) {
    return error;
  }
  return seccomp_rule_add(context, SCMP_ACT_NOTIFY, SCMP_SYS(clone), 1,
                          SCMP_A0_64(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0));
}

}  // namespace

tl::expected<CallFilter, std::string> MakeCallFilter(const CallFilterOptions& options) {
  const Context context(seccomp_init(SCMP_ACT_ALLOW), &seccomp_release);
  const int error = context == nullptr ? -ENOMEM : AddRules(context.get(), options);
  if (error != 0) {
    return tl::make_unexpected(std::string("libseccomp cannot make the filter: ") +
                               std::strerror(-error));
  }
  const int fd = memfd_create("cmapsim-filter", MFD_CLOEXEC);
  const bool exported = fd >= 0 && seccomp_export_bpf(context.get(), fd) == 0;
  const off_t size = exported ? lseek(fd, 0, SEEK_END) : 0;
  CallFilter filter(static_cast<size_t>(size) / sizeof(sock_filter));
  const bool read =
      !filter.empty() && pread(fd, filter.data(), static_cast<size_t>(size), 0) == size;
  if (fd >= 0) close(fd);
  if (!read) return tl::make_unexpected(std::string("libseccomp gave no filter out"));
  return filter;
}

int InstallCallFilter(const CallFilter& filter) {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
  sock_fprog program = {static_cast<unsigned short>(filter.size()),
                        const_cast<sock_filter*>(filter.data())};
  // A signal must not make a call that waits for its answer fail with EINTR: execve never does.
  constexpr unsigned long kKillable =
      SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
  const long fd = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, kKillable, &program);
  if (fd >= 0 || errno != EINVAL) return static_cast<int>(fd);
  return static_cast<int>(
      syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program));
}

}  // namespace cmapsim
