// Holds what cmap_dispatch makes of every errno against what corosync 3.1.7 makes of it.
//
//   auto checked = CheckDispatchErrnos(target);
//   // one case for each call: "dispatch-errno/recv/1", 456 cells
//
// A cell that differs is a failure of undocumented.dispatch_errno as `compatible`, with a plan that
// shows it. Of calls that corosync 3.1.7 does not make nothing is known.
#pragma once

#include <string>
#include <tl/expected.hpp>

#include "conformance/fixed_case.h"
#include "conformance/suites/dispatch_matrix.h"
#include "conformance/suites/dispatch_record.h"
#include "conformance/target.h"

namespace cmapsim {

inline constexpr char kDispatchErrnoClause[] = "undocumented.dispatch_errno";

[[nodiscard]] tl::expected<FixedCases, std::string> CheckDispatchErrnos(Target& target);

// The cases of cells that were run already.
[[nodiscard]] std::vector<FixedCase> CompareDispatchCells(const std::vector<DispatchCell>& cells,
                                                          const DispatchRecord& record);

}  // namespace cmapsim
