// Plans as text.
//
//   auto plan = ParsePlan(text, "a.yaml");
//   if (!plan) std::cerr << plan.error();   // a.yaml:7:12: unknown operation dispatsh; did you ...
//   std::string text = FormatPlan(*plan);   // ParsePlan(FormatPlan(p)) == p
//
// Grammar: docs/plans.md. Every mistake (unknown field, wrong type, out of range, a field that the
// operation does not take, a missing one, an undefined fault) is an error with file, line and
// column; the first one is reported.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "sim/core/plan.h"

namespace cmapsim {

[[nodiscard]] tl::expected<Plan, std::string> ParsePlan(std::string_view text,
                                                        std::string_view file_name);

// One step per line, only the fields that differ from their defaults or that the operation needs.
[[nodiscard]] std::string FormatPlan(const Plan& plan);

}  // namespace cmapsim
