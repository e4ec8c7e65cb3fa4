// cmapsim sweep: every fault at every point of plans, one at a time or two.

#include "conformance/sweep/sweep.h"

#include <fnmatch.h>

#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "conformance/report/progress.h"
#include "conformance/sweep/known.h"
#include "conformance/sweep/report.h"
#include "conformance/sweep/scenarios.h"
#include "sim/core/plan.h"
#include "tools/commands/commands.h"
#include "tools/commands/exit_status.h"
#include "tools/commands/output.h"
#include "tools/commands/plan_options.h"
#include "tools/commands/read_file.h"
#include "tools/commands/target_options.h"

namespace cmapsim {
namespace {

struct SweepCommandOptions {
  std::vector<std::string> plans;  // none: the conformance scenarios
  TargetOptions target;
  std::string scenario = "*";
  std::string transport = "both";
  std::string expectations;
  std::string output;
  bool pairs = false;
  bool documented_only = false;
  bool wrong_service = false;
  int jobs = 2;
};

std::string FindingsFolder(const std::string& output) {
  if (!output.empty()) return output;
  const char* folder = std::getenv("TEST_UNDECLARED_OUTPUTS_DIR");
  return folder != nullptr && *folder != '\0' ? std::string(folder) + "/cmapsim-findings"
                                              : "cmapsim-findings";
}

tl::expected<KnownFindings, std::string> ReadKnown(const std::string& path) {
  if (path.empty()) return CorosyncKnownFindings();
  auto text = ReadFile(path);
  if (!text) return tl::unexpected("--expectations=" + path + ": " + text.error());
  return LoadKnownFindings(*text, path);
}

tl::expected<std::vector<Scenario>, std::string> ChooseScenarios(
    const SweepCommandOptions& options) {
  std::vector<Scenario> chosen;
  for (const std::string& path : options.plans) {
    auto plan = ReadPlan(path);
    if (!plan) return tl::unexpected(plan.error());
    chosen.push_back({path, std::move(*plan)});
  }
  if (!options.plans.empty()) return chosen;
  for (Scenario& scenario : SweepScenarios()) {
    if (fnmatch(options.scenario.c_str(), scenario.name.c_str(), 0) == 0) {
      chosen.push_back(std::move(scenario));
    }
  }
  if (chosen.empty()) {
    return tl::unexpected("--scenario=" + options.scenario +
                          ": no scenario fits; they are named as ONE/one-pending and "
                          "ALL/late-event are");
  }
  return chosen;
}

std::vector<Transport> TransportsOf(const std::string& name) {
  if (name == "shm") return {Transport::kShm};
  if (name == "socket") return {Transport::kSocket};
  return {Transport::kShm, Transport::kSocket};
}

using NoFiles = std::map<std::string, std::string>;

// The exit status, or what is the trouble; what was found until then is printed.
tl::expected<int, std::string> Sweep(const SweepCommandOptions& options) {
  const auto scenarios = ChooseScenarios(options);
  if (!scenarios) return tl::unexpected(scenarios.error());
  const auto known = ReadKnown(options.expectations);
  if (!known) return tl::unexpected(known.error());
  const auto bench = PrepareBench(options.target);
  if (!bench) return tl::unexpected(bench.error());
  SweepOptions sweep;
  sweep.pairs = options.pairs;
  sweep.choice.robustness = !options.documented_only;
  sweep.choice.wrong_service = options.wrong_service;
  Progress progress(stderr);
  progress.Begin("sweep");
  const auto report = SweepAll(
      *scenarios, TransportsOf(options.transport),
      [&](Transport transport) { return bench->OpenSimulated(transport); }, sweep, options.jobs,
      [&](int64_t done, int64_t total) { progress.Update(done, total); });
  progress.End();
  if (!report) return tl::unexpected(report.error());
  const SweepVerdict verdict = WeighSweep(*report, *known);
  TargetInfo info;
  info.library = bench->library.path;
  info.library_sha256 = bench->library.sha256;
  const auto paths = WriteFindings(*report, verdict, FindingsFolder(options.output), info);
  const std::string head = std::to_string(scenarios->size()) +
                           (scenarios->size() == 1 ? " scenario, " : " scenarios, ") +
                           (options.transport == "both" ? "shm and socket" : options.transport);
  const std::string text = head + "\n" + FormatSweep(*report, verdict, paths.value_or(NoFiles()));
  if (auto written = WriteOutput({}, text); !written) return tl::unexpected(written.error());
  if (!report->trouble.empty()) {
    return tl::unexpected("the sweep is not complete: " + report->trouble);
  }
  if (!paths) return tl::unexpected(paths.error());
  return verdict.Good(*report) ? kConforms : kFinding;
}

int Run(const SweepCommandOptions& options) {
  const auto status = Sweep(options);
  return status ? *status : Trouble(status.error());
}

}  // namespace

Command AddSweep(CommandLine& line) {
  auto options = std::make_shared<SweepCommandOptions>();
  CommandLine& sweep =
      line.AddSubcommand("sweep", "break plans at every point in every way, one at a time or two");
  sweep
      .AddOption("plan", options->plans,
                 "the plans' files (the conformance scenarios); - is standard input")
      .TypeName("PLAN");
  sweep
      .AddOption("--library", options->target.library,
                 "the client library to test (the machine's libcmap.so.4)")
      .TypeName("PATH");
  sweep.AddFlag("--pairs", options->pairs, "also two faults, for every order in which they come");
  sweep.AddOption("--scenario", options->scenario, "only scenarios whose name fits (*)")
      .TypeName("GLOB");
  sweep.AddOption("--transport", options->transport, "libqb's transport (both)")
      .OneOf({"shm", "socket", "both"})
      .TypeName("shm|socket|both");
  sweep.AddFlag("--documented-only", options->documented_only,
                "only errnos that the calls' manual pages name");
  sweep.AddFlag("--wrong-service", options->wrong_service,
                "also what a correct service never does");
  sweep
      .AddOption("--expectations", options->expectations,
                 "findings that are known (those of corosync 3.1)")
      .TypeName("FILE");
  sweep.AddOption("--output", options->output, "folder of the findings' plans (cmapsim-findings)")
      .TypeName("DIR");
  sweep.AddOption("--jobs", options->jobs, "worker processes at a time (2)")
      .InRange(int64_t{1}, int64_t{256})
      .TypeName("N");
  return {&sweep, [options] { return Run(*options); }};
}

}  // namespace cmapsim
