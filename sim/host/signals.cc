#include "sim/host/signals.h"

#include <cstring>

namespace cmapsim {

uint64_t MaskOf(const sigset_t& set) {
  uint64_t mask = 0;
  std::memcpy(&mask, &set, sizeof mask);
  return mask & ~(SignalBit(SIGKILL) | SignalBit(SIGSTOP));
}

void SetMask(uint64_t mask, sigset_t& set) {
  std::memset(&set, 0, sizeof set);
  std::memcpy(&set, &mask, sizeof mask);
}

void Signals::SetAction(int signal, const struct sigaction& action) {
  actions_[static_cast<size_t>(signal)] = action;
  touched_ = true;
}

bool Signals::Ignored(int signal) const {
  const auto handler = action(signal).sa_handler;
  if (handler == SIG_IGN) return true;
  return handler == SIG_DFL &&
         (signal == SIGCHLD || signal == SIGURG || signal == SIGWINCH || signal == SIGCONT);
}

void Signals::Raise(int signal) { pending_ |= SignalBit(signal); }

void Signals::RaiseFor(ClientThread& task, int signal) {
  task.pending_signals |= SignalBit(signal);
}

int Signals::TakeOf(ClientThread& task, uint64_t wanted) {
  const uint64_t now = PendingFor(task) & wanted;
  if (now == 0) return 0;
  const int signal = std::countr_zero(now) + 1;
  const uint64_t bit = SignalBit(signal);
  ((task.pending_signals & bit) != 0 ? task.pending_signals : pending_) &= ~bit;
  return signal;
}

}  // namespace cmapsim
