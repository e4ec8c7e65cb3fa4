#include "tools/commands/plan_options.h"

#include <utility>

#include "sim/core/plan_yaml.h"
#include "tools/commands/read_file.h"

namespace cmapsim {

void AddPlanOptions(CommandLine& command, PlanOptions& options) {
  command.AddOption("plan", options.plan, "the plan's file; - is standard input")
      .Required()
      .TypeName("PLAN");
  AddTargetOptions(command, options.target);
  command.AddOption("--service", options.service, "the service to run against (sim)")
      .OneOf({"sim", "corosync"})
      .TypeName("sim|corosync");
}

tl::expected<Plan, std::string> ReadPlan(const std::string& path) {
  const auto text = ReadFile(path);
  if (!text) return tl::unexpected("plan " + path + ": " + text.error());
  return ParsePlan(*text, path);
}

OpenedTarget OpenTargetOf(const Bench& bench, const PlanOptions& options, Transport transport) {
  if (options.service != "corosync") return bench.OpenSimulated(transport);
  if (!bench.no_live.empty()) return tl::unexpected("--service=corosync: " + bench.no_live);
  return bench.OpenLive(transport);
}

}  // namespace cmapsim
