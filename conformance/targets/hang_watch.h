// Whether a worker still moves: looked at from outside, from time to time.
//
//   HangWatch watch(pid, {.cpu_ms = 1000, .asleep_looks = 100});
//   for (;;) { wait for 100 ms or so; if (watch.Hangs(calls_so_far)) ... }
//
// A worker hangs when it computed for long, or did nothing look after look, without an interposed
// call. Long is a piece of work and no time: `cpu_ms` of user CPU time where MachineSlowness is 1.
// Time in the kernel counts a tenth: some machines' page faults take ten times longer than others'.
// Whoever waits for a processor or a disk is neither: a machine that is busy lets nobody hang.
#pragma once

#include <sys/types.h>

#include <cstdint>

namespace cmapsim {

struct HangBounds {
  int64_t cpu_ms;
  int64_t asleep_looks;  // in a row
};

class HangWatch {
 public:
  HangWatch(pid_t pid, HangBounds bounds) : pid_(pid), bounds_(bounds) {}
  // `calls`: interposed calls so far. Where nobody is there to look at: false.
  [[nodiscard]] bool Hangs(uint64_t calls);

 private:
  pid_t pid_;
  HangBounds bounds_;
  uint64_t calls_ = 0;
  bool began_ = false;
  int64_t work_ms_ = 0;  // when the last call was seen
  int64_t asleep_ = 0;
};

// What a process does, of proc(5).
struct ProcessLook {
  bool there = false;
  bool stopped = false;  // by a signal: nobody would let it go on
  bool asleep = false;   // every thread of it waits for something to happen, and none for a disk
  int64_t user_ms = 0;
  int64_t system_ms = 0;
};
[[nodiscard]] ProcessLook LookAt(pid_t pid);

}  // namespace cmapsim
