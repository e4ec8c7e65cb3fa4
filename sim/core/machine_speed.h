// How slow this machine is, for bounds of CPU time: a bound is a piece of work, not a time.
//
//   const int64_t bound_ms = 1000 * MachineSlowness();   // what takes a second where the factor is 1
//
// Measured once in a process, by the CPU time that a piece of work of known size takes: computing
// only, no system call and no page fault. On a machine that others use too it is measured under the
// same load that is there later.
#pragma once

#include <cstdint>

namespace cmapsim {

// 1 on a machine of 2020 or faster, 5 on one that computes five times more slowly; up to 1000.
[[nodiscard]] int64_t MachineSlowness();

}  // namespace cmapsim
