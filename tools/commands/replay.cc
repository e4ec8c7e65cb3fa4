// cmapsim replay: runs one plan and prints its trace and the trace's digest.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/core/fault.h"
#include "sim/core/plan_yaml.h"
#include "sim/core/trace.h"
#include "tools/commands/commands.h"
#include "tools/commands/exit_status.h"
#include "tools/commands/output.h"
#include "tools/commands/read_file.h"
#include "tools/commands/target_options.h"

namespace cmapsim {
namespace {

struct ReplayOptions {
  TargetOptions target;
  std::string plan;
  std::string service = "sim";
  std::string level = "host";
};

// A fault that never struck breaks nothing: a plan that is to show something should not keep that to itself.
void SayWhatNeverStruck(const ReplayOptions& options, const Plan& plan, std::string_view trace) {
  for (const size_t i : NeverStruck(trace, plan.faults.size())) {
    const std::string name = FaultName(plan.faults[i]);
    std::fprintf(stderr,
                 "cmapsim: note: %s: fault %zu, %s, never struck: the run did not come to it\n",
                 options.plan.c_str(), i, name.c_str());
  }
}

tl::expected<std::string, std::string> Replay(const ReplayOptions& options) {
  const auto text = ReadFile(options.plan);
  if (!text) return tl::unexpected("plan " + options.plan + ": " + text.error());
  const auto plan = ParsePlan(*text, options.plan);
  if (!plan) return tl::unexpected(plan.error());
  const auto bench = PrepareBench(options.target);
  if (!bench) return tl::unexpected(bench.error());
  const bool live = options.service == "corosync";
  if (live && !bench->no_live.empty()) {
    return tl::unexpected("--service=corosync: " + bench->no_live);
  }
  const auto target =
      live ? bench->OpenLive(plan->transport) : bench->OpenSimulated(plan->transport);
  if (!target) return tl::unexpected(target.error());
  const TraceLevel level = options.level == "api" ? TraceLevel::kApi : TraceLevel::kHost;
  const auto trace = (*target)->Run(*plan, level);
  if (!trace) return tl::unexpected(trace.error());
  SayWhatNeverStruck(options, *plan, *trace);
  return std::string(*trace) + "digest " + TraceDigest(*trace) + "\n";
}

int Run(const ReplayOptions& options) {
  const auto text = Replay(options);
  if (!text) return Trouble(text.error());
  if (auto written = WriteOutput({}, *text); !written) return Trouble(written.error());
  return kConforms;
}

}  // namespace

Command AddReplay(CLI::App& app) {
  auto options = std::make_shared<ReplayOptions>();
  CLI::App* replay =
      app.add_subcommand("replay", "run a plan and print its trace and the trace's digest");
  replay->add_option("plan", options->plan, "the plan's file; - is standard input")
      ->required()
      ->type_name("PLAN");
  AddTargetOptions(*replay, options->target);
  replay->add_option("--service", options->service, "the service to run against (sim)")
      ->check(OneOf({"sim", "corosync"}))
      ->type_name("sim|corosync");
  replay
      ->add_option("--level", options->level,
                   "host: with interposed calls, faults and scheduling; api: without (host)")
      ->check(OneOf({"host", "api"}))
      ->type_name("host|api");
  return {replay, [options] { return Run(*options); }};
}

}  // namespace cmapsim
