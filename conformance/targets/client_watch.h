// What can be known of a client from outside: by /proc, and by the trace that it has written so
// far.
//
//   if (ReadProcess(id).state == 'S' && IsRequest(OperationUnderWay(trace))) ...   // waits for a
//   reply
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string_view>

#include "sim/core/time.h"

namespace cmapsim {

struct ProcessLook {
  char state = '?';     // R, S, D, T, Z as in proc(5); '?' where there is no such process
  int64_t wakeups = 0;  // voluntary context switches: each ended a sleep
};
// `proc_id` is its folder in /proc; see OwnProcId.
[[nodiscard]] ProcessLook ReadProcess(pid_t proc_id);

// By its folder in /proc, in the kernel's ticks of 10 ms; 0 where there is no such process.
[[nodiscard]] Nanos ProcessCpuTimeInProc(pid_t proc_id);
// 0 where there is no such process.
[[nodiscard]] Nanos ProcessCpuTime(pid_t pid);

// The operation of the call that the client is in; "no call" where it is in none.
[[nodiscard]] std::string_view OperationUnderWay(std::string_view trace);
// Whether that is one that waits for the service's reply.
[[nodiscard]] bool IsRequest(std::string_view operation);

}  // namespace cmapsim
