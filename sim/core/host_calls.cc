#include "sim/core/host_calls.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <vector>

namespace cmapsim {
namespace {

constexpr std::string_view kNames[] = {
#define CMAPSIM_CALL(name, effects, errnos) #name,
#include "sim/core/host_calls.inc"
#undef CMAPSIM_CALL
};

constexpr uint8_t kEffects[] = {
#define CMAPSIM_CALL(name, effects, errnos) effects,
#include "sim/core/host_calls.inc"
#undef CMAPSIM_CALL
};

constexpr std::string_view kErrnos[] = {
#define CMAPSIM_CALL(name, effects, errnos) errnos,
#include "sim/core/host_calls.inc"
#undef CMAPSIM_CALL
};

struct Named {
  int number;
  std::string_view name;
};

// Those that a manual page of a row names, or that libqb or corosync translates. One name for each
// number: EWOULDBLOCK is EAGAIN, EOPNOTSUPP is also ENOTSUP.
constexpr Named kErrnoTable[] = {
#define CMAPSIM_X(name) {name, #name},
    CMAPSIM_X(E2BIG) CMAPSIM_X(EACCES) CMAPSIM_X(EADDRINUSE) CMAPSIM_X(EADDRNOTAVAIL) CMAPSIM_X(
        EAFNOSUPPORT) CMAPSIM_X(EAGAIN) CMAPSIM_X(EALREADY) CMAPSIM_X(EBADE) CMAPSIM_X(EBADF)
        CMAPSIM_X(EBADMSG) CMAPSIM_X(EBUSY) CMAPSIM_X(ECANCELED) CMAPSIM_X(ECHILD) CMAPSIM_X(
            ECONNABORTED) CMAPSIM_X(ECONNREFUSED) CMAPSIM_X(ECONNRESET) CMAPSIM_X(EDEADLK)
            CMAPSIM_X(EDESTADDRREQ) CMAPSIM_X(EDOM) CMAPSIM_X(EDQUOT) CMAPSIM_X(EEXIST) CMAPSIM_X(
                EFAULT) CMAPSIM_X(EFBIG) CMAPSIM_X(EHOSTUNREACH) CMAPSIM_X(EINPROGRESS)
                CMAPSIM_X(EINTR) CMAPSIM_X(EINVAL) CMAPSIM_X(EIO) CMAPSIM_X(EISCONN) CMAPSIM_X(
                    EISDIR) CMAPSIM_X(ELOOP) CMAPSIM_X(EMFILE) CMAPSIM_X(EMLINK) CMAPSIM_X(EMSGSIZE)
                    CMAPSIM_X(ENAMETOOLONG) CMAPSIM_X(ENETUNREACH) CMAPSIM_X(ENFILE)
                        CMAPSIM_X(ENOBUFS) CMAPSIM_X(ENODATA) CMAPSIM_X(ENODEV) CMAPSIM_X(ENOENT)
                            CMAPSIM_X(ENOLCK) CMAPSIM_X(ENOMEM) CMAPSIM_X(ENOMSG) CMAPSIM_X(ENOPKG)
                                CMAPSIM_X(ENOPROTOOPT) CMAPSIM_X(ENOSPC) CMAPSIM_X(ENOSYS)
                                    CMAPSIM_X(ENOTCONN) CMAPSIM_X(ENOTDIR) CMAPSIM_X(ENOTEMPTY)
                                        CMAPSIM_X(ENOTSOCK) CMAPSIM_X(ENOTSUP) CMAPSIM_X(ENOTTY)
                                            CMAPSIM_X(ENXIO) CMAPSIM_X(EOVERFLOW) CMAPSIM_X(EPERM)
                                                CMAPSIM_X(EPIPE) CMAPSIM_X(EPROTO)
                                                    CMAPSIM_X(EPROTONOSUPPORT) CMAPSIM_X(EPROTOTYPE)
                                                        CMAPSIM_X(ERANGE) CMAPSIM_X(EROFS)
                                                            CMAPSIM_X(ESHUTDOWN) CMAPSIM_X(ESPIPE)
                                                                CMAPSIM_X(ESRCH) CMAPSIM_X(ETIME)
                                                                    CMAPSIM_X(ETIMEDOUT)
                                                                        CMAPSIM_X(ETXTBSY)
                                                                            CMAPSIM_X(EXDEV)
#undef CMAPSIM_X
};

// What corosync 3.1.7's qb_to_cs_error and libqb 2.0.6's client tell apart.
constexpr int kTranslated[] = {E2BIG,  EACCES,       EAGAIN,     EBADE,    EBADF,    EBADMSG,
                               EBUSY,  ECONNREFUSED, ECONNRESET, EEXIST,   EINTR,    EINVAL,
                               EIO,    EMSGSIZE,     ENOBUFS,    ENODEV,   ENOENT,   ENOMEM,
                               ENOMSG, ENOSPC,       ENOSYS,     ENOTCONN, ENOTSUP,  EOVERFLOW,
                               EPERM,  EPIPE,        ESHUTDOWN,  ETIME,    ETIMEDOUT};

// From 1 on, in the order of Linux on x86-64.
constexpr std::string_view kSignals[] = {
    "SIGHUP",  "SIGINT",    "SIGQUIT", "SIGILL",   "SIGTRAP", "SIGABRT", "SIGBUS",  "SIGFPE",
    "SIGKILL", "SIGUSR1",   "SIGSEGV", "SIGUSR2",  "SIGPIPE", "SIGALRM", "SIGTERM", "SIGSTKFLT",
    "SIGCHLD", "SIGCONT",   "SIGSTOP", "SIGTSTP",  "SIGTTIN", "SIGTTOU", "SIGURG",  "SIGXCPU",
    "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO",   "SIGPWR",  "SIGSYS"};

struct CallErrnos {
  std::vector<int> documented;
  std::vector<int> robustness;
};

CallErrnos SplitErrnos(std::string_view text) {
  CallErrnos errnos;
  while (!text.empty()) {
    const size_t end = std::min(text.find(' '), text.size());
    const auto number = ParseErrno(text.substr(0, end));
    if (number) errnos.documented.push_back(*number);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  // A call without errnos cannot fail: there is no errno to give it.
  if (errnos.documented.empty()) return errnos;
  for (const int error : kTranslated) {
    if (std::find(errnos.documented.begin(), errnos.documented.end(), error) ==
        errnos.documented.end()) {
      errnos.robustness.push_back(error);
    }
  }
  return errnos;
}

const CallErrnos& ErrnosOf(LibcCall call) {
  static const auto* const kAll = [] {
    auto* all = new std::array<CallErrnos, kLibcCallCount>;
    for (size_t i = 0; i < kLibcCallCount; ++i) (*all)[i] = SplitErrnos(kErrnos[i]);
    return all;
  }();
  return (*kAll)[static_cast<size_t>(call)];
}

}  // namespace

std::string_view LibcCallName(LibcCall call) { return kNames[static_cast<size_t>(call)]; }

std::optional<LibcCall> ParseLibcCall(std::string_view name) {
  const auto* const at = std::find(std::begin(kNames), std::end(kNames), name);
  if (at == std::end(kNames)) return std::nullopt;
  return static_cast<LibcCall>(at - std::begin(kNames));
}

std::span<const std::string_view> LibcCallNames() { return kNames; }

CallEffects EffectsOf(LibcCall call) {
  return static_cast<CallEffects>(kEffects[static_cast<size_t>(call)]);
}

std::span<const int> DocumentedErrnos(LibcCall call) { return ErrnosOf(call).documented; }
std::span<const int> RobustnessErrnos(LibcCall call) { return ErrnosOf(call).robustness; }

std::string ErrnoName(int error) {
  for (const Named& row : kErrnoTable) {
    if (row.number == error) return std::string(row.name);
  }
  return std::to_string(error);
}

std::optional<int> ParseErrno(std::string_view name) {
  if (name == "EWOULDBLOCK") return EWOULDBLOCK;
  if (name == "EOPNOTSUPP") return EOPNOTSUPP;
  for (const Named& row : kErrnoTable) {
    if (row.name == name) return row.number;
  }
  return std::nullopt;
}

std::span<const std::string_view> ErrnoNames() {
  static const auto kAll = [] {
    std::array<std::string_view, std::size(kErrnoTable)> all;
    std::transform(std::begin(kErrnoTable), std::end(kErrnoTable), all.begin(),
                   [](const Named& row) { return row.name; });
    return all;
  }();
  return kAll;
}

std::string SignalName(int signal) {
  if (signal < 1 || signal > static_cast<int>(std::size(kSignals))) return std::to_string(signal);
  return std::string(kSignals[signal - 1]);
}

std::optional<int> ParseSignal(std::string_view name) {
  const auto* const at = std::find(std::begin(kSignals), std::end(kSignals), name);
  if (at == std::end(kSignals)) return std::nullopt;
  return static_cast<int>(at - std::begin(kSignals)) + 1;
}

std::span<const std::string_view> SignalNames() { return kSignals; }

}  // namespace cmapsim
