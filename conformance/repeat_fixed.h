// Written cases that fail, run again like drawn ones (repeat.h): live up to three times those that rest on
// time, simulated each once.
//
//   auto flaky = RepeatFixedCases(cases, target, &RunFixedCases, weighing);
#pragma once

#include <set>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "conformance/fixed_case.h"
#include "conformance/tally.h"
#include "conformance/target.h"

namespace cmapsim {

// Those of `cases` that did not fail again, which their details then say. The error: they could not be run.
[[nodiscard]] tl::expected<std::set<const FixedCase*>, std::string> RepeatFixedCases(
    std::vector<FixedCase>& cases, Target& target, const FixedCasesFn& run,
    const Weighing& weighing);

}  // namespace cmapsim
