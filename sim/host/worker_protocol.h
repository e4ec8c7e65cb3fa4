// How the command and its workers talk.
//
// A worker is a process of its own that loads one target and runs plans on it: simulated (on the
// virtual host) or live (beside a real corosync). It is started by exec with two inherited
// descriptors:
//
//   --control-fd=N   a stream socket. Both ways: u32 length (native endian), then that many bytes.
//   --trace-fd=N     a memfd of kTraceFileSize bytes, mapped by both: a SharedState, and the trace's text
//                    at kTraceTextOffset. It outlives the worker, so that nothing already recorded is lost
//                    when the target crashes, exits or is killed.
//
//   worker -> command   "R" + a line of information    loaded and ready      ("E" + message: it cannot be; then it exits)
//   command -> worker   RunRequest + EncodePlan bytes   run this plan
//   worker -> command   "D"                             the trace is complete, its ending included
//                       "E" + message                   the plan could not be run (a live worker lost its daemon, say)
//
// A worker that ends without "D" leaves a trace without an ending; the command writes it (exit,
// crash, hang).
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace cmapsim {

inline constexpr size_t kTraceFileSize = size_t{64} << 20;
inline constexpr size_t kTraceTextOffset = 4096;
inline constexpr size_t kTraceTextCapacity = kTraceFileSize - kTraceTextOffset;

enum class ProgramPhase : uint32_t {
  kRuns = 0,
  kExits = 1,        // in its exit handlers and destructors
  kEnded = 2,        // the trace has its ending
  kEndedInExit = 3,  // the same, and not because handlers and destructors were done
};

struct SharedState {
  std::atomic<uint64_t> trace_size;  // bytes of text so far; whole lines only
  std::atomic<uint64_t> calls;  // interposed calls of this run so far: the watchdog's sign of life
  std::atomic<int64_t> now_ns;  // virtual time
  std::atomic<ProgramPhase> phase;  // of a program: the preloaded host writes it
};
static_assert(sizeof(SharedState) <= kTraceTextOffset);

struct RunRequest {
  uint32_t level;  // TraceLevel
  uint32_t
      repeat;  // how often to run the plan, 1 or more; the last run's trace stays (for benchmarks)
};

}  // namespace cmapsim
