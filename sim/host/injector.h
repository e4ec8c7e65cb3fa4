// The faults of one plan while it runs: counts occurrences and says which of them are struck.
//
//   injector.Begin(plan);
//   if (injector.Count(LibcCall::poll)) {                 // one of the plan's faults may strike polls
//     const Struck struck = injector.Take(LibcCall::poll, now_ns);
//     if (struck.error != 0) ...                          // this one fails
//   }
//   if (const Fault* f = injector.Strike(FaultKind::kServiceReplyDelay, ++requests, now_ns)) ...
//
// Every strike writes a line of the trace's API level, "* <fault> <name> nth=<occurrence>", so that
// who reads a trace knows what was broken, and when. The same object serves the virtual host and a
// client beside a real service. Counting is one increment and one load: it happens in every
// interposed call. Nothing here allocates between Begin and the end of the run.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sim/core/plan.h"
#include "sim/core/random.h"
#include "sim/host/trace_writer.h"

namespace cmapsim {

// What strikes one interposed call.
struct Struck {
  int error = 0;       // errno: the call does nothing and fails with it
  int64_t most = -1;   // bytes it may move; -1: as many as it likes
  bool end = false;    // it finds the end of the file
  bool ready = false;  // it returns at once, and
  short revents = 0;   // reports this for every descriptor
  Nanos delay_ns = 0;  // it begins so much later
  int signal = 0;      // comes while it waits, or when it is done
  Nanos jump_ns = 0;   // the real-time clock is set by so much before it
};

class Injector {
 public:
  explicit Injector(TraceWriter& trace) : trace_(trace) {}

  void Begin(const Plan& plan);

  // Counts one occurrence; true where Take has to be asked what strikes it.
  [[nodiscard]] bool Count(LibcCall call) {
    ++calls_;
    ++counts_[static_cast<size_t>(call)];
    return armed_[static_cast<size_t>(call)];
  }
  // For the occurrence that was counted last.
  [[nodiscard]] Struck Take(LibcCall call, Nanos now_ns);
  // Which fault of the service, if any, strikes at this occurrence, from 1, of its operation.
  [[nodiscard]] const Fault* Strike(FaultKind kind, int64_t occurrence, Nanos now_ns);

  // Interposed calls so far, and those of one kind.
  [[nodiscard]] int64_t calls() const { return calls_; }
  [[nodiscard]] int64_t count(LibcCall call) const { return counts_[static_cast<size_t>(call)]; }
  // How many occurrences the run reached of what a fault of the service can strike; known only where
  // the plan has faults.
  [[nodiscard]] int64_t reached(FaultKind kind) const {
    return reached_[static_cast<size_t>(kind)];
  }
  // The calls of one kind, and the occurrences, when a fault of the plan struck last.
  [[nodiscard]] int64_t count_at_strike(LibcCall call) const {
    return counts_at_strike_[static_cast<size_t>(call)];
  }
  [[nodiscard]] int64_t reached_at_strike(FaultKind kind) const {
    return reached_at_strike_[static_cast<size_t>(kind)];
  }
  // How often each of the plan's faults struck.
  [[nodiscard]] std::span<const int64_t> strikes() const { return strikes_; }

 private:
  [[nodiscard]] bool Strikes(size_t index, int64_t occurrence);
  void Note(size_t index, int64_t occurrence, Nanos now_ns);

  TraceWriter& trace_;
  const Plan* plan_ = nullptr;
  int64_t calls_ = 0;
  std::array<int64_t, kLibcCallCount> counts_{};
  std::array<int64_t, kLibcCallCount> counts_at_strike_{};
  std::array<int64_t, kFaultKindCount> reached_{};
  std::array<int64_t, kFaultKindCount> reached_at_strike_{};
  std::array<bool, kLibcCallCount> armed_{};
  std::vector<std::string> names_;  // by fault
  std::vector<Random> chances_;     // by fault
  std::vector<int64_t> strikes_;    // by fault
};

}  // namespace cmapsim
