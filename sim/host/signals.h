// The signals of client code: which handlers there are, and what is pending.
//
//   signals.SetAction(SIGUSR1, action);
//   signals.Raise(SIGUSR1);                              // for the whole process
//   while (const int signal = signals.Take(task)) ...    // what this task has to handle now
//
// The kernel knows nothing of any of this: a handler runs when the task that gets the signal waits
// in an interposed call, or when such a call is done (VirtualHost::DeliverSignals). Standard signals
// only; one that is pending twice comes once, as with the kernel.
#pragma once

#include <array>
#include <bit>
#include <csignal>
#include <cstdint>

#include "sim/host/tasks.h"

namespace cmapsim {

inline constexpr int kSignalMax = 31;

[[nodiscard]] constexpr uint64_t SignalBit(int signal) { return uint64_t{1} << (signal - 1); }
// The kernel's form of a set of signals: the first word of the C library's.
[[nodiscard]] uint64_t MaskOf(const sigset_t& set);
void SetMask(uint64_t mask, sigset_t& set);

class Signals {
 public:
  void Begin() {
    if (touched_) actions_ = {};
    touched_ = false;
    pending_ = 0;
  }

  [[nodiscard]] const struct sigaction& action(int signal) const {
    return actions_[static_cast<size_t>(signal)];
  }
  void SetAction(int signal, const struct sigaction& action);
  // For the process, or for one task.
  void Raise(int signal);
  void RaiseFor(ClientThread& task, int signal);
  [[nodiscard]] bool Concerns(const ClientThread& task) const {
    return ((pending_ | task.pending_signals) & ~task.blocked_signals) != 0;
  }
  [[nodiscard]] uint64_t PendingFor(const ClientThread& task) const {
    return pending_ | task.pending_signals;
  }
  // The lowest that the task has to handle, which is then no longer pending; 0 where there is none.
  [[nodiscard]] int Take(ClientThread& task) { return TakeOf(task, ~task.blocked_signals); }
  // One of `wanted`, blocked or not.
  [[nodiscard]] int TakeOf(ClientThread& task, uint64_t wanted);
  // Whether nothing happens when it comes.
  [[nodiscard]] bool Ignored(int signal) const;
  // Whether it does not even become pending: who blocks an ignored signal may still wait for it.
  [[nodiscard]] bool Ignored(int signal, const ClientThread& task) const {
    return Ignored(signal) && (task.blocked_signals & SignalBit(signal)) == 0;
  }

 private:
  std::array<struct sigaction, kSignalMax + 1> actions_{};
  uint64_t pending_ = 0;
  bool touched_ = false;
};

}  // namespace cmapsim
