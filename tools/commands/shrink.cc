// cmapsim shrink: makes a plan that shows something bad as small as it can be.

#include <fnmatch.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "conformance/expectations.h"
#include "conformance/report/c_program.h"
#include "conformance/shrinking/plan_findings.h"
#include "conformance/shrinking/structural.h"
#include "conformance/tasks/explicit_schedule.h"
#include "sim/core/plan_yaml.h"
#include "sim/core/trace.h"
#include "tools/commands/commands.h"
#include "tools/commands/exit_status.h"
#include "tools/commands/output.h"
#include "tools/commands/plan_options.h"
#include "tools/commands/read_file.h"

namespace cmapsim {
namespace {

using Clock = std::chrono::steady_clock;

struct ShrinkCommandOptions {
  PlanOptions run;
  std::string expectations;
  std::string clause;
  double seconds = 60;
  std::string output;
  std::string c_program;
};

tl::expected<Expectations, std::string> ReadExpectations(const std::string& path) {
  if (path.empty()) return CorosyncExpectations();
  auto text = ReadFile(path);
  if (!text) return tl::unexpected("--expectations=" + path + ": " + text.error());
  return LoadExpectations(*text, path);
}

const PlanFinding* Choose(const std::vector<PlanFinding>& findings, const std::string& clause) {
  for (const PlanFinding& finding : findings) {
    if (clause.empty() || fnmatch(clause.c_str(), finding.clause.c_str(), 0) == 0) return &finding;
  }
  return nullptr;
}

const PlanFinding* Find(const std::vector<PlanFinding>& findings, const std::string& name) {
  const auto at = std::find_if(findings.begin(), findings.end(),
                               [&](const PlanFinding& finding) { return finding.name == name; });
  return at == findings.end() ? nullptr : &*at;
}

// One run of the command, with its target.
class ShrinkRun {
 public:
  ShrinkRun(const ShrinkCommandOptions& options, Target& target, const Expectations& expectations)
      : options_(options), target_(target), judge_(target, expectations) {}

  // The exit status.
  tl::expected<int, std::string> Run(Plan plan) {
    const Clock::time_point deadline =
        Clock::now() + std::chrono::milliseconds(static_cast<int64_t>(options_.seconds * 1000));
    plan.transport = target_.info().transport;
    const auto findings = judge_.Judge(plan);
    if (!findings) return tl::unexpected(findings.error());
    const PlanFinding* chosen = Choose(*findings, options_.clause);
    if (chosen == nullptr) return SayNothingFound(*findings);
    name_ = chosen->name;
    std::fprintf(stderr, "cmapsim: it shows: %s\n", name_.c_str());
    plan = WithExplicitSchedule(std::move(plan));
    const size_t steps = CountSteps(plan);
    const ShrunkPlan small = ShrinkStructure(
        std::move(plan), [this](const Plan& p) { return Shows(p); }, deadline);
    if (!error_.empty()) return tl::unexpected(error_);
    return Report(small, steps);
  }

 private:
  int SayNothingFound(const std::vector<PlanFinding>& findings) {
    std::fprintf(stderr, "cmapsim: %s shows nothing bad on %s%s\n", options_.run.plan.c_str(),
                 target_.info().name.c_str(), options_.clause.empty() ? "" : " by such a clause");
    for (const PlanFinding& other : findings) {
      std::fprintf(stderr, "cmapsim: it shows: %s\n", other.name.c_str());
    }
    return kConforms;
  }

  [[nodiscard]] bool Shows(const Plan& plan) {
    if (!error_.empty()) return false;
    const auto findings = judge_.Judge(plan);
    if (!findings) error_ = findings.error();
    return findings && Find(*findings, name_) != nullptr;
  }

  // Turns that were drawn, written down so that each can be taken out.
  Plan WithExplicitSchedule(Plan plan) {
    if (plan.tasks.empty() || plan.schedule.one_in == 0) return plan;
    Plan same = ExplicitSchedule(plan, judge_.trace());
    return Shows(same) ? same : plan;
  }

  tl::expected<int, std::string> Report(const ShrunkPlan& small, size_t steps) {
    const auto findings = judge_.Judge(small.plan);
    if (!findings) return tl::unexpected(findings.error());
    const PlanFinding* still = Find(*findings, name_);
    std::fprintf(stderr, "cmapsim: from %zu steps to %zu, by trying %lld plans%s\n", steps,
                 CountSteps(small.plan), static_cast<long long>(small.tried),
                 small.complete ? "" : "; then the time was up (--seconds)");
    std::string head = "# shows: " + name_ + "\n# on: " + target_.info().name + "\n";
    if (still == nullptr) {
      std::fprintf(stderr, "cmapsim: note: it did not show that when it was run once more\n");
    } else {
      std::fprintf(stderr, "cmapsim: it still shows: %s%s%s\n", name_.c_str(),
                   still->detail.empty() ? "" : ": ", still->detail.c_str());
      if (!still->reason.empty()) {
        std::fprintf(stderr, "cmapsim: known: %s\n", still->reason.c_str());
      }
    }
    std::fprintf(stderr, "%s", ApiTrace().c_str());
    if (auto written = WriteOutput(options_.output, head + FormatPlan(small.plan)); !written) {
      return tl::unexpected(written.error());
    }
    if (auto written = WriteCProgram(small.plan); !written) return tl::unexpected(written.error());
    return kFinding;
  }

  [[nodiscard]] tl::expected<void, std::string> WriteCProgram(const Plan& plan) const {
    if (options_.c_program.empty()) return {};
    const auto program = FormatCProgram(plan, name_);
    if (program) return WriteOutput(options_.c_program, *program);
    std::fprintf(stderr, "cmapsim: note: no C program can show it: %s\n", program.error().c_str());
    return {};
  }

  [[nodiscard]] std::string ApiTrace() const {
    std::string lines;
    for (std::string_view rest = judge_.trace(); !rest.empty();) {
      const std::string_view line = rest.substr(0, rest.find('\n') + 1);
      if (line.empty()) break;
      rest.remove_prefix(line.size());
      if (line.find(" | ") == std::string_view::npos) lines += "  " + std::string(line);
    }
    return lines;
  }

  const ShrinkCommandOptions& options_;
  Target& target_;
  PlanJudge judge_;
  std::string name_;
  std::string error_;
};

tl::expected<int, std::string> Shrink(const ShrinkCommandOptions& options) {
  const auto plan = ReadPlan(options.run.plan);
  if (!plan) return tl::unexpected(plan.error());
  for (const std::string& path : {options.output, options.c_program}) {
    if (auto ready = CheckOutput(path); !ready) return tl::unexpected(ready.error());
  }
  const auto expectations = ReadExpectations(options.expectations);
  if (!expectations) return tl::unexpected(expectations.error());
  auto bench = PrepareBench(options.run.target);
  if (!bench) return tl::unexpected(bench.error());
  if (!expectations->version.empty()) bench->library.version = expectations->version;
  const auto target = OpenTargetOf(*bench, options.run, plan->transport);
  if (!target) return tl::unexpected(target.error());
  return ShrinkRun(options, **target, *expectations).Run(*plan);
}

int Run(const ShrinkCommandOptions& options) {
  const auto status = Shrink(options);
  return status ? *status : Trouble(status.error());
}

}  // namespace

Command AddShrink(CommandLine& line) {
  auto options = std::make_shared<ShrinkCommandOptions>();
  CommandLine& shrink = line.AddSubcommand(
      "shrink", "make a plan that shows something bad as small as it can be, and print it");
  AddPlanOptions(shrink, options->run);
  shrink
      .AddOption("--expectations", options->expectations,
                 "what is known of the target (what is known of corosync 3.1)")
      .TypeName("FILE");
  shrink.AddOption("--clause", options->clause, "what it must go on to break (the gravest)")
      .TypeName("GLOB");
  shrink.AddOption("--seconds", options->seconds, "for how long at most (60)")
      .InRange(0.0, 86400.0)
      .TypeName("N");
  shrink.AddOption("--output", options->output, "write the plan there (standard output)")
      .TypeName("PATH");
  shrink
      .AddOption("--c-program", options->c_program,
                 "write there a C program that shows the same on libcmap alone, if one can")
      .TypeName("PATH");
  return {&shrink, [options] { return Run(*options); }};
}

}  // namespace cmapsim
