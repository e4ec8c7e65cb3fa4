// The options of commands that run one plan on one target, replay and shrink: the plan, the target, and the service.
//
//   PlanOptions options;
//   AddPlanOptions(*subcommand, options);
//   ...
//   const auto plan = ReadPlan(options.plan);
//   const auto bench = PrepareBench(options.target);
//   const auto target = OpenTargetOf(*bench, options, plan->transport);
#pragma once

#include <string>
#include <tl/expected.hpp>

#include "sim/core/plan.h"
#include "tools/commands/target_options.h"

namespace cmapsim {

struct PlanOptions {
  TargetOptions target;
  std::string plan;
  std::string service = "sim";
};

void AddPlanOptions(CommandLine& command, PlanOptions& options);

// The error says which file, and where in it. "-" is standard input.
[[nodiscard]] tl::expected<Plan, std::string> ReadPlan(const std::string& path);

// Simulated or live, as --service says.
[[nodiscard]] OpenedTarget OpenTargetOf(const Bench& bench, const PlanOptions& options,
                                        Transport transport);

}  // namespace cmapsim
