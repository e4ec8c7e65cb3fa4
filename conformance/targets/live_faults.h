// Which of a plan's faults can be injected beside a real service: those of the client's host, with
// delays that one would wait for.
//
//   if (auto possible = CheckLiveFaults(plan); !possible) std::cerr << possible.error();
#pragma once

#include <string>
#include <tl/expected.hpp>

#include "sim/core/plan.h"
#include "sim/core/time.h"

namespace cmapsim {

inline constexpr Nanos kLongestLiveDelay = 20 * kMillisecond;

// The error names the fault by its place, from 0 as in traces, and says what can be done instead.
[[nodiscard]] tl::expected<void, std::string> CheckLiveFaults(const Plan& plan);

}  // namespace cmapsim
