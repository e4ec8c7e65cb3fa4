#include "sim/host/client_world.h"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <ctime>

#include "sim/host/real_calls.h"

namespace cmapsim {
namespace {

RealClient g_client;
int64_t g_calls_at_entry = 0;
int64_t g_calls_at_request = 0;
Nanos g_jump_ns = 0;

void Delay(Nanos delay_ns) {
  struct timespec left = {delay_ns / kSecond, delay_ns % kSecond};
  while (Real().nanosleep(&left, &left) != 0 && errno == EINTR) {
  }
}

}  // namespace

void SetRealClient(const RealClient& client) {
  g_client = client;
  g_calls_at_entry = g_calls_at_request = g_jump_ns = 0;
}

void EnterRealClient() {
  if (g_client.injector != nullptr) g_calls_at_entry = g_client.injector->calls();
  SetClient(ClientWorld::kReal);
}

Struck CountRealCall(LibcCall call, bool waits) {
  Injector* const injector = g_client.injector;
  if (injector == nullptr) return {};
  const bool armed = injector->Count(call);
  if (injector->calls() - g_calls_at_entry > kRealCallsMax) {
    SetClient(ClientWorld::kNone);
    g_client.livelock();
  }
  if (!armed) return {};
  const int before = errno;
  SetClient(ClientWorld::kNone);
  const Struck struck = injector->Take(call, g_client.now());
  g_jump_ns += struck.jump_ns;
  if (struck.delay_ns > 0) Delay(struck.delay_ns);
  SetClient(ClientWorld::kReal);
  if (struck.signal != 0 && !waits) RaiseReally(struck.signal);
  errno = before;
  return struck;
}

void RaiseReally(int signal) {
  syscall(SYS_tgkill, syscall(SYS_getpid), syscall(SYS_gettid), signal);
}

void NoteRealRequest() {
  if (g_client.faults) g_calls_at_request = g_client.injector->calls();
}

void AwaitReplyToRequest(int fd) {
  constexpr int kLongestMs = 50;
  if (!g_client.faults || g_client.injector->calls() != g_calls_at_request + 1) return;
  const int before = errno;
  struct pollfd reply = {fd, POLLIN, 0};
  Real().poll(&reply, 1, kLongestMs);
  errno = before;
}

Nanos RealClockJump() { return g_jump_ns; }

}  // namespace cmapsim
