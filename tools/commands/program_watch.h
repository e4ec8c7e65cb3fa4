// Watches over a program's process, and ends it where it comes to a bound that virtual time does not see.
//
//   const Watched watched = WatchProgram(pid, isolation, bounds, shared);
//   watched.stopped == Stopped::kNo;     // it ended by itself, with watched.end.status
//
// Real time decides whether a bound is met: what is stopped here is outside of what runs the same each time.
// The process is looked at 50 times a second, so that it can be past a bound by what it does in 20 ms.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string_view>

#include "sim/core/time.h"
#include "tools/commands/isolation/isolation.h"

namespace cmapsim {

struct SharedState;

struct WatchBounds {
  int64_t hang_cpu_ms = 2'000;  // so much processor time without an interposed call
  int64_t hang_sleep_ms =
      10'000;               // so long asleep without one, but for writing; not with real_time
  bool real_time = false;   // virtual time passes no faster than real time
  Nanos real_limit_ns = 0;  // so long at most; 0: no bound
  // So many bytes at most that the process and those that it began write, whereto ever (proc(5), wchar). 0: no bound.
  uint64_t output_limit = 0;
};

enum class Stopped : uint8_t { kNo, kHang, kRealTime, kOutput };

// Behind "=" in the trace's last line; empty for kNo.
[[nodiscard]] std::string_view StoppedEnding(Stopped stopped);

struct Watched {
  IsolatedEnd end;
  Stopped stopped = Stopped::kNo;
  bool output_unseen =
      false;  // the kernel did not say how much was written: there was no such bound
};

// Waits until the process, which the isolation started, has ended or had to be killed.
[[nodiscard]] Watched WatchProgram(pid_t pid, Isolation& isolation, const WatchBounds& bounds,
                                   const SharedState& shared);

// So many bytes were written by all processes that this one began, and that these began in turn. Nothing where the
// kernel does not count for one of them that is still there.
struct Written {
  uint64_t bytes = 0;
  bool unseen = false;
};
[[nodiscard]] Written WrittenByDescendants();

}  // namespace cmapsim
