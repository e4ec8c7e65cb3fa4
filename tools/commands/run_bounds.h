// What ends a program that does not end by itself, and what that means for who reads it.
//
//   BoundOptions options;
//   AddBoundOptions(*run, options);                              // --until, --real-limit, --output-limit
//   const auto bounds = BoundsOf(options, plan, real_time);      // the error names the option
//   SetBounds(*bounds, plan, of_program);
//   ... RunProgram(plan, of_program) ...
//   ExplainEnding(run, *bounds, has_plan);                       // for the last line
//   return StatusOfEnding(run, *bounds);
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "sim/core/plan.h"
#include "sim/core/time.h"
#include "tools/commands/command_line.h"
#include "tools/commands/program_process.h"

namespace cmapsim {

// As they were given; empty: not.
struct BoundOptions {
  std::string until = {};
  std::string real_limit = {};
  std::string output_limit = {};
};

void AddBoundOptions(CommandLine& run, BoundOptions& options);

// Who set the bound of virtual time.
enum class UntilBy : uint8_t { kDefault, kPlan, kUser };

struct RunBounds {
  Nanos until_ns = 0;
  UntilBy until_by = UntilBy::kDefault;
  Nanos real_limit_ns = 0;    // 0: none
  uint64_t output_limit = 0;  // bytes; 0: none
};

[[nodiscard]] tl::expected<RunBounds, std::string> BoundsOf(const BoundOptions& options,
                                                            const Plan& plan, bool real_time);

// Also what a plan does not say and programs need otherwise than a plan's client: the horizon, and a clock that
// moves while it is read.
void SetBounds(const RunBounds& bounds, Plan& plan, ProgramOptions& program);

// What the ending means; empty where it says all.
[[nodiscard]] std::string ExplainEnding(const ProgramRun& run, const RunBounds& bounds,
                                        bool has_plan);
// The exit status of the command.
[[nodiscard]] int StatusOfEnding(const ProgramRun& run, const RunBounds& bounds);

// Virtual time as a reader wants it: a trace has the nanoseconds that readings of clocks take, the last line does not.
[[nodiscard]] std::string RoundedDuration(Nanos duration_ns);

// "65536", "64KiB", "10MiB", "1GiB"; nothing where it is something else.
[[nodiscard]] std::optional<uint64_t> ParseSize(std::string_view text);
[[nodiscard]] std::string FormatSize(uint64_t bytes);

}  // namespace cmapsim
