// Whose code runs on this thread: the three worlds of an interposed call (interpose.h).
#pragma once

#include <pthread.h>

#include <cerrno>
#include <csignal>
#include <cstdint>

#include "sim/host/injector.h"

namespace cmapsim {

enum class ClientWorld : uint8_t {
  kNone,     // the harness: interposed calls pass through
  kVirtual,  // client code on the virtual host
  kReal,     // client code beside a real service: its calls are counted and struck by faults
};

// In the process's initial set of thread-local storage: to reach it must never allocate, since
// allocating comes by here.
inline thread_local constinit ClientWorld t_client __attribute__((tls_model("initial-exec"))) =
    ClientWorld::kNone;

// True while this thread runs client code on the virtual host.
[[nodiscard]] inline bool InClient() { return t_client == ClientWorld::kVirtual; }
inline void SetClient(ClientWorld world) { t_client = world; }

// What the calls of a client beside a real service are counted by.
struct RealClient {
  Injector* injector = nullptr;
  Nanos (*now)() = nullptr;  // for the trace's lines
  bool faults = false;       // whether the plan has any
  // Called in place of the call that is one too many after EnterRealClient; does not come back.
  void (*livelock)() = nullptr;
};
// More calls than these, in one call into the library and without a callback, are taken for a
// livelock.
inline constexpr int64_t kRealCallsMax = 100'000;

// One in a process: such a client is one too.
void SetRealClient(const RealClient& client);
// Client code begins, or goes on after a callback.
void EnterRealClient();
// Counts a call of such a client, and says what strikes it. A delay is over when this returns, a
// clock has jumped, and a signal has come, unless `waits`: then the caller has it come while it
// waits.
[[nodiscard]] Struck CountRealCall(LibcCall call, bool waits = false);
// A receive that comes right behind the sending of a request finds the reply, as on the virtual host,
// unless it does not come for a while: else it would be the processors that decide how often the
// client asks, and which call is the nth. Only where there are faults.
void NoteRealRequest();
void AwaitReplyToRequest(int fd);
// By how much the faults have set the real-time clock.
[[nodiscard]] Nanos RealClockJump();

// By the kernel, to this thread.
void RaiseReally(int signal);

// Has `signal` come while `wait` waits, which is given the signals to block meanwhile.
template <typename Wait>
int WaitForSignal(int signal, Wait wait) {
  sigset_t with_it;
  sigset_t before;
  sigemptyset(&with_it);
  sigaddset(&with_it, signal);
  SetClient(ClientWorld::kNone);
  pthread_sigmask(SIG_BLOCK, &with_it, &before);
  RaiseReally(signal);
  sigset_t meanwhile = before;
  sigdelset(&meanwhile, signal);
  SetClient(ClientWorld::kReal);
  const int result = wait(&meanwhile);
  const int error = errno;
  SetClient(ClientWorld::kNone);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  SetClient(ClientWorld::kReal);
  errno = error;
  return result;
}

}  // namespace cmapsim
