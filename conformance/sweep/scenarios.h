// The conformance scenarios of a sweep: every mode of cmap_dispatch in every situation.
//
//   for (const Scenario& scenario : SweepScenarios()) ...   // "ONE/one-pending", ...
//
// Each plan ends in the same way, so that what a fault did can be seen: dispatches until nothing is
// left, the keys are read, the connection is finalized and tried once more, and another connection is
// opened and closed. Every change has a value of its own, by which its event is known.
#pragma once

#include <string>
#include <vector>

#include "sim/core/plan.h"

namespace cmapsim {

struct Scenario {
  std::string name;
  Plan plan;
};

[[nodiscard]] std::vector<Scenario> SweepScenarios();

}  // namespace cmapsim
