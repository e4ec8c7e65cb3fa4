// The calls of the C library that a plan can break, and the errnos that each of them may give.
//
//   const auto call = ParseLibcCall("recv");
//   DocumentedErrnos(*call)        // what recv(2) names: these can happen
//   RobustnessErrnos(*call)        // the others that libqb or corosync translates: cannot happen here,
//                                  // and a library that meets one must still not fall over
//   ErrnoName(EINTR) == "EINTR"
//
// A call is named as its manual page is. Variants of one function (recv and __recv_chk, stat and
// __xstat64) count as one call: sim/host/calls.h says which symbol counts as which. The rows are in
// host_calls.inc. Source of the errnos: Linux manual pages, sections 2 and 3.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace cmapsim {

enum class LibcCall : uint8_t {
#define CMAPSIM_CALL(name, effects, errnos) name,
#include "sim/core/host_calls.inc"
#undef CMAPSIM_CALL
  kCount,
};
inline constexpr size_t kLibcCallCount = static_cast<size_t>(LibcCall::kCount);

// What can be broken about a call beside its errno and its duration.
enum CallEffects : uint8_t {
  kNoEffects = 0,
  kCanBeShort = 1,  // fewer bytes than were asked for
  kCanEnd = 2,      // end of file
  kReportsReadiness = 4,
};

[[nodiscard]] std::string_view LibcCallName(LibcCall call);
[[nodiscard]] std::optional<LibcCall> ParseLibcCall(std::string_view name);
[[nodiscard]] std::span<const std::string_view> LibcCallNames();
[[nodiscard]] CallEffects EffectsOf(LibcCall call);

// Ascending by name; empty for a call that cannot fail.
[[nodiscard]] std::span<const int> DocumentedErrnos(LibcCall call);
[[nodiscard]] std::span<const int> RobustnessErrnos(LibcCall call);

// "EINTR", or the decimal number where Linux has no name for it.
[[nodiscard]] std::string ErrnoName(int error);
// Of a name only; 0 is no errno.
[[nodiscard]] std::optional<int> ParseErrno(std::string_view name);
[[nodiscard]] std::span<const std::string_view> ErrnoNames();

// "SIGUSR1", by the numbers of Linux on x86-64, 1 to 31.
[[nodiscard]] std::string SignalName(int signal);
[[nodiscard]] std::optional<int> ParseSignal(std::string_view name);
[[nodiscard]] std::span<const std::string_view> SignalNames();

}  // namespace cmapsim
