// Memory that a live worker shares with the client process of one case.
//
// The client says what it is doing; the worker says which steps of others have been carried out. It
// stays readable when the client crashes or is killed in the middle of a call.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "sim/core/time.h"

namespace cmapsim {

enum class LiveActivity : int32_t {
  kBetweenCalls,  // in code of ours
  kInCall,        // in the library
  kPolling,       // in poll(2) without a timeout
  kWaiting,       // in poll(2) or a sleep that ends by itself
  kAsking,        // for a step of others to be carried out
  kLivelock,      // stopped after more calls than any work needs
  kDone,          // every step of the plan is behind it
};

// A step of the peer or of the service that has been carried out.
struct LiveOtherStep {
  int32_t step = 0;
  int32_t result = 0;  // cs_error_t, of a step of the peer
};

struct LiveState {
  static constexpr uint32_t kOtherStepsMax = 16384;

  std::atomic<LiveActivity> activity = LiveActivity::kBetweenCalls;
  std::atomic<int32_t> proc_id = 0;   // the client's folder in /proc
  std::atomic<int64_t> begin_ns = 0;  // CLOCK_MONOTONIC, when the run began
  // A step of others is being carried out right now: its line may be due before the client's next.
  std::atomic<bool> in_flight = false;
  std::atomic<uint32_t> carried_out = 0;  // entries of `others` that are valid
  std::atomic<uint32_t> written = 0;      // of these, how many are in the trace
  std::array<LiveOtherStep, kOtherStepsMax> others;
};

[[nodiscard]] Nanos MonotonicNow();

}  // namespace cmapsim
