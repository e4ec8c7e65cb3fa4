// cmapsim replay: runs one plan and prints its trace and the trace's digest.

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/core/fault.h"
#include "sim/core/plan.h"
#include "sim/core/trace.h"
#include "tools/commands/commands.h"
#include "tools/commands/exit_status.h"
#include "tools/commands/output.h"
#include "tools/commands/plan_options.h"

namespace cmapsim {
namespace {

struct ReplayOptions {
  PlanOptions run;
  std::string level = "host";
};

// A fault that never struck breaks nothing: a plan that is to show something should not keep that to itself.
void SayWhatNeverStruck(const ReplayOptions& options, const Plan& plan, std::string_view trace) {
  for (const size_t i : NeverStruck(trace, plan.faults.size())) {
    const std::string name = FaultName(plan.faults[i]);
    std::fprintf(stderr,
                 "cmapsim: note: %s: fault %zu, %s, never struck: the run did not come to it\n",
                 options.run.plan.c_str(), i, name.c_str());
  }
}

tl::expected<std::string, std::string> Replay(const ReplayOptions& options) {
  const auto plan = ReadPlan(options.run.plan);
  if (!plan) return tl::unexpected(plan.error());
  const auto bench = PrepareBench(options.run.target);
  if (!bench) return tl::unexpected(bench.error());
  const auto target = OpenTargetOf(*bench, options.run, plan->transport);
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

Command AddReplay(CommandLine& line) {
  auto options = std::make_shared<ReplayOptions>();
  CommandLine& replay =
      line.AddSubcommand("replay", "run a plan and print its trace and the trace's digest");
  AddPlanOptions(replay, options->run);
  replay
      .AddOption("--level", options->level,
                 "host: with interposed calls, faults and scheduling; api: without (host)")
      .OneOf({"host", "api"})
      .TypeName("host|api");
  return {&replay, [options] { return Run(*options); }};
}

}  // namespace cmapsim
