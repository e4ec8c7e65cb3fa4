// Runs the plans of the error codes on a target, and says of every function and code: witnessed,
// not reached, or departs.
//
//   auto cases = RunErrorCodes(target, {.clause_glob = "cmap_set.errors.*"});
//
// The judged call is the last one of the pair's function that came back, or did not come back. Its
// code is the one that the plan is named after, or the function departs from what its page says. A
// plan whose fault found nothing to strike in that call, or struck one before it, shows nothing.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "conformance/fixed_case.h"
#include "conformance/suites/error_codes.h"
#include "conformance/target.h"

namespace cmapsim {

// Why a case is skipped beside a real daemon.
inline constexpr char kNeedsFaults[] = "need faults, which only the simulated service has";

[[nodiscard]] tl::expected<std::vector<FixedCase>, std::string> RunErrorCodes(
    Target& target, const FixedCaseOptions& options);

// One witness: what its trace shows.
[[nodiscard]] FixedCase JudgeErrorWitness(const ErrorPair& pair, const ErrorWitness& witness,
                                          std::string_view trace);

}  // namespace cmapsim
