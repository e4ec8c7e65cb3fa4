// All cases that are written down: the error codes, and what cmap_dispatch makes of errnos.
//
//   runner_options.fixed_cases = &RunFixedCases;
//
// What the clause glob leaves out is not run. The table of errnos is shown where the glob is about
// the errors of cmap_dispatch in particular.
#pragma once

#include <string>
#include <tl/expected.hpp>

#include "conformance/fixed_case.h"
#include "conformance/target.h"

namespace cmapsim {

[[nodiscard]] tl::expected<FixedCases, std::string> RunFixedCases(Target& target,
                                                                  const FixedCaseOptions& options);

// Whether the glob is about error codes and little else, so that they are told in detail.
[[nodiscard]] bool AsksForErrorCodes(const std::string& clause_glob);

}  // namespace cmapsim
