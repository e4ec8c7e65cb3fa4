// The limits that this process was started with (ulimit), against what a target needs.
//
//   if (auto enough = CheckLimits(); !enough) return Trouble(enough.error());   // before any case
//
// Without this a limit would show in the middle of a case, as a crash of the target.
#pragma once

#include <string>
#include <tl/expected.hpp>

namespace cmapsim {

// Raises what may be raised and is too low, for this process and those that it starts. The error names
// the limit, what it is, what is needed, and the ulimit that gives it.
[[nodiscard]] tl::expected<void, std::string> CheckLimits();

}  // namespace cmapsim
