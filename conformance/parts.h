// The parts of a clause: what its promise is about, one by one. "Other characters are refused" is about each
// kind of character, at each place in a name; a target that was seen to keep it for one of them may break it for
// another. So evidence is counted for each part (evidence.h).
//
//   PartsOf("cmap_set.key_limits")             // {"3 characters", "255 characters"}
//   AddShownParts(observation, step, shown);   // indexes of those that this observation shows
//
// A part is not a situation: situations are the words of the judge that expectations name, and a clause may be kept in one and
// not in another. The parts of a clause are all judged alike.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/judge.h"
#include "sim/core/plan.h"

namespace cmapsim {

// All parts of the clause, each wanted in every target. Empty: none beside the clause itself.
[[nodiscard]] const std::vector<std::string>& PartsOf(std::string_view clause);

// `step` is that of the observation, or null. Adds no index twice.
void AddShownParts(const Observation& seen, const Step* step, std::vector<size_t>& shown);

}  // namespace cmapsim
