// cmapsim run: an unmodified program on the virtual host, under a plan's faults.

#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/plan.h"
#include "sim/core/trace.h"
#include "tools/commands/commands.h"
#include "tools/commands/exit_status.h"
#include "tools/commands/isolation/isolation.h"
#include "tools/commands/output.h"
#include "tools/commands/places.h"
#include "tools/commands/plan_options.h"
#include "tools/commands/program_process.h"
#include "tools/commands/run_bounds.h"

namespace cmapsim {
namespace {

struct RunOptions {
  std::string plan;
  std::optional<uint64_t> seed;
  std::string trace;
  bool real_time = false;
  BoundOptions bounds;
  std::vector<std::string> program;
};

// The program is the client: what a plan says beside it is done by others.
std::string CheckPlan(const Plan& plan, const std::string& file) {
  for (const Step& step : plan.steps) {
    if (IsOtherStep(step)) continue;
    return file + ": step " + std::to_string(step.id) + " (" + std::string(OpName(step.op)) +
           ") is one of the client, which here is the program; expected steps with `by: peer`, and "
           "service, signal and input, with `after`";
  }
  if (!plan.tasks.empty()) {
    return file + ": tasks are the client's, which here is the program; expected none";
  }
  return {};
}

tl::expected<Plan, std::string> PlanOf(const RunOptions& options) {
  if (options.plan.empty()) return Plan{};
  auto plan = ReadPlan(options.plan);
  if (!plan) return plan;
  const std::string problem = CheckPlan(*plan, options.plan);
  if (!problem.empty()) return tl::unexpected(problem);
  return plan;
}

int Report(const RunOptions& options, const ProgramRun& run, const RunBounds& bounds) {
  const std::string why = ExplainEnding(run, bounds, !options.plan.empty());
  std::fprintf(stderr, "cmapsim: %s after %s of virtual time, %llu interposed calls%s%s\n",
               run.ending.c_str(), RoundedDuration(run.end_ns).c_str(),
               static_cast<unsigned long long>(run.calls), why.empty() ? "" : "; ", why.c_str());
  for (const std::string& sentence : run.told) {
    std::fprintf(stderr, "cmapsim: %s\n", sentence.c_str());
  }
  return StatusOfEnding(run, bounds);
}

int Run(const RunOptions& options) {
  auto plan = PlanOf(options);
  if (!plan) return Trouble(plan.error());
  if (options.seed) plan->seed = *options.seed;
  const auto bounds = BoundsOf(options.bounds, *plan, options.real_time);
  if (!bounds) return Trouble(bounds.error());
  if (auto ready = CheckOutput(options.trace); !ready) return Trouble(ready.error());
  const auto preload = FindPreload();
  if (!preload) return Trouble(preload.error());
  const auto program = FindProgram(options.program.front());
  if (!program) return Trouble(program.error());
  ProgramOptions of_program;
  of_program.preload = *preload;
  of_program.program = *program;
  of_program.arguments.assign(options.program.begin() + 1, options.program.end());
  of_program.level = options.trace.empty() ? TraceLevel::kApi : TraceLevel::kHost;
  of_program.own_input = !options.plan.empty();
  of_program.real_time = options.real_time;
  SetBounds(*bounds, *plan, of_program);
  const auto isolation = Isolation::Enter();
  if (!isolation) return Trouble(isolation.error());
  const auto run = RunProgram(*plan, of_program, **isolation);
  if (!run) return Trouble(run.error());
  if (!options.trace.empty()) {
    if (auto written = WriteOutput(options.trace, run->trace); !written) {
      return Trouble(written.error());
    }
  }
  return Report(options, *run, *bounds);
}

}  // namespace

Command AddRun(CommandLine& line) {
  auto options = std::make_shared<RunOptions>();
  CommandLine& run = line.AddSubcommand("run", "run a program on the virtual host");
  run.AddOption("--plan", options->plan,
                "faults, first keys, and what others do meanwhile; - is standard input")
      .TypeName("FILE");
  run.AddOption("--seed", options->seed, "the seed, in place of the plan's").TypeName("N");
  run.AddOption("--trace", options->trace, "write the trace there, with interposed calls")
      .TypeName("PATH");
  run.AddFlag("--real-time", options->real_time, "let virtual time pass no faster than real time");
  AddBoundOptions(run, options->bounds);
  run.AddOption("program", options->program, "behind --: the program and its arguments")
      .Required()
      .TypeName("PROGRAM ARG...");
  return {&run, [options] { return Run(*options); }};
}

}  // namespace cmapsim
