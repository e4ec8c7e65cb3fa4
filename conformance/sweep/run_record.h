// One run as a sweep sees it: its trace taken apart, with what it reached and what it left behind.
//
//   const auto run = ReadRun(trace);             // views into the trace
//   run->ending == EndingKind::kFinished
//   run->counts.calls[size_t(LibcCall::poll)]    // how many polls there were
//   run->left.fds                                // descriptors that the client left open
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "sim/core/fault.h"
#include "sim/core/host_calls.h"
#include "sim/core/trace.h"

namespace cmapsim {

// Occurrences: of calls of the C library, and of what faults of the service strike.
struct Occurrences {
  std::array<int64_t, kLibcCallCount> calls{};
  std::array<int64_t, kFaultKindCount> kinds{};
};

struct Left {
  int64_t fds = 0;
  int64_t maps = 0;
  int64_t files = 0;
  int64_t heap_blocks = 0;
  int64_t connections = 0;
  int64_t empty_folders = 0;  // in /dev/shm
  int64_t damaged = 0;        // how often something there was taken from a living service
};

struct RunRecord {
  std::vector<TraceEvent> events;  // of the API level, the ending last
  EndingKind ending = EndingKind::kFinished;
  bool has_summary = false;  // not after a crash or a hang
  Occurrences counts;
  Occurrences at_strike;  // counts when a fault struck last
  Left left;
};

// Nothing where the text is no whole trace.
[[nodiscard]] std::optional<RunRecord> ReadRun(std::string_view trace);

}  // namespace cmapsim
