// What a case costs the kernel: system calls and page faults of the worker, counted.
//
//   auto cost = MeasureCase(target, plan, 1000);
//   if (cost) std::printf("%g system calls\n", cost->system_calls);
//
// Counted is what repeating a plan in a warmed-up worker adds (TargetMemory's and StackMemory's
// restoring included), by the difference of a short and a long batch. The exchange between command
// and worker, once for each batch, cancels out: it is told apart.
#pragma once

#include <cstdint>
#include <string>
#include <tl/expected.hpp>

#include "conformance/targets/simulated_target.h"
#include "sim/core/plan.h"
#include "sim/core/trace.h"

namespace cmapsim {

struct CaseCost {
  double system_calls = 0;     // a case, of all threads of the worker
  double page_faults = 0;      // a case, minor and major, as getrusage(2) counts them
  int64_t exchange_calls = 0;  // system calls of the worker for one plan sent and one trace told
};

// Runs the plan about 3 * `cases` times. The error says what the machine refuses: system calls are
// counted by ptrace(2).
[[nodiscard]] tl::expected<CaseCost, std::string> MeasureCase(SimulatedTarget& target,
                                                              const Plan& plan, TraceLevel level,
                                                              uint32_t cases);

}  // namespace cmapsim
