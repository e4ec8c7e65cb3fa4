// cmapsim check: runs the suite against a client library, simulated and live.

#include <cstdlib>
#include <memory>
#include <string>

#include "conformance/report/json.h"
#include "conformance/report/junit.h"
#include "conformance/report/progress.h"
#include "conformance/report/table.h"
#include "conformance/suites/fixed_cases.h"
#include "tools/commands/check_run.h"
#include "tools/commands/commands.h"
#include "tools/commands/exit_status.h"
#include "tools/commands/output.h"

namespace cmapsim {
namespace {

struct CheckCommandOptions {
  CheckOptions check;
  std::string format = "table";
  std::string output;
  bool verbose = false;
};

std::string FindingsFolder() {
  const char* folder = std::getenv("TEST_UNDECLARED_OUTPUTS_DIR");
  return folder != nullptr && *folder != '\0' ? std::string(folder) + "/cmapsim-findings"
                                              : "cmapsim-findings";
}

std::string Format(const CheckCommandOptions& options, const CheckOutcome& outcome,
                   Progress& progress) {
  if (options.format == "table") {
    return FormatTable(outcome.reports, {.colour = options.output.empty() && OutputHasColours(),
                                         .error_details = AsksForErrorCodes(options.check.clause),
                                         .skipped = outcome.skipped,
                                         .asking = outcome.asking,
                                         .verbose = options.verbose});
  }
  for (const std::string& line : outcome.skipped) progress.Say(line);
  if (options.format == "junit") {
    return FormatJunit(outcome.reports, {.skipped = outcome.skipped});
  }
  return FormatJson(outcome.reports, outcome.asking);
}

int Run(const CheckCommandOptions& options) {
  if (auto ready = CheckOutput(options.output); !ready) return Trouble(ready.error());
  Progress progress(stderr);
  const auto outcome = RunCheck(options.check, progress);
  if (!outcome) return Trouble(outcome.error());
  const std::string text = Format(options, *outcome, progress);
  if (auto written = WriteOutput(options.output, text); !written) {
    // A disk that is full by now: better there than lost.
    if (!options.output.empty()) static_cast<void>(WriteOutput({}, text));
    return Trouble(written.error());
  }
  if (!outcome->trouble.empty()) return Trouble(outcome->trouble);
  return outcome->status();
}

}  // namespace

Command AddCheck(CommandLine& line) {
  auto options = std::make_shared<CheckCommandOptions>();
  options->check.findings_folder = FindingsFolder();
  CommandLine& check =
      line.AddSubcommand("check", "check that a client library does what the manual pages promise");
  AddCheckOptions(check, options->check);
  check.AddOption("--format", options->format, "table, json or junit (table)")
      .OneOf({"table", "json", "junit"})
      .TypeName("table|json|junit");
  check.AddOption("--output", options->output, "write the results there (standard output)")
      .TypeName("PATH");
  check.AddFlag("-v", options->verbose, "list all clauses without evidence, with what lacks");
  return {&check, [options] { return Run(*options); }};
}

}  // namespace cmapsim
