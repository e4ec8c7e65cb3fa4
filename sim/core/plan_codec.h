// Plans as bytes, for the pipe between the command and its workers: fast, exact, private to one
// build.
//
//   std::string bytes;
//   EncodePlan(plan, bytes);
//   DecodePlan(bytes) == plan
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/core/plan.h"

namespace cmapsim {

void EncodePlan(const Plan& plan, std::string& out);  // appended
// Nothing where the bytes are not what EncodePlan wrote.
[[nodiscard]] std::optional<Plan> DecodePlan(std::string_view bytes);

}  // namespace cmapsim
