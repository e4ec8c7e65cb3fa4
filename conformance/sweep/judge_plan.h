// What a plan with faults shows, in the words of a sweep: its run, judged by the run of the same plan
// without them.
//
//   const auto seen = SignaturesOf(plan, *target);
//   // {"event lost: cmap_dispatch ONE: host.recv.errno EINTR: shm"}
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "conformance/target.h"
#include "sim/core/plan.h"

namespace cmapsim {

// Over the target's transport, whatever the plan's. The error is the harness's, or the plan's: one
// that does not come to its end without faults has nothing that it can be judged by.
[[nodiscard]] tl::expected<std::vector<std::string>, std::string> SignaturesOf(Plan plan,
                                                                               Target& target);

}  // namespace cmapsim
