// A plan as a C program of one file, which makes the same calls on libcmap alone, beside a running
// corosync: for a report to people who have no cmapsim.
//
//   auto program = FormatCProgram(plan, "cmap_dispatch.one: CS_OK, 0 callbacks");
//   if (!program) std::cerr << program.error();        // "it needs faults"
//
// It compiles without warnings (cc -Wall -Wextra -Werror file.c -lcmap) and prints a line for each call that
// came back and for each callback, with the step of the plan; a peer is a second connection.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "sim/core/plan.h"

namespace cmapsim {

// `shows`: what to look for, for the comment at the top. The error says why a program cannot show it.
[[nodiscard]] tl::expected<std::string, std::string> FormatCProgram(const Plan& plan,
                                                                    std::string_view shows);

// What the program prints when the calls do what they did in this trace.
[[nodiscard]] std::string CProgramOutput(const Plan& plan, std::string_view trace);

}  // namespace cmapsim
