// Whose code runs on this thread: the three worlds of an interposed call (interpose.h).
#pragma once

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

// The faults of a client beside a real service; null where there are none. `now` gives the time for
// the trace's lines. One in a process: such a client is one too.
void SetRealInjector(Injector* injector, Nanos (*now)());
// Counts a call of such a client, and says what strikes it.
[[nodiscard]] Struck CountRealCall(LibcCall call);

}  // namespace cmapsim
