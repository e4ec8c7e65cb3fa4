// The program behind cmap_conformance_test (conformance/defs.bzl): a check as a test of Bazel. Its options
// are those of `cmapsim check`; what Bazel says of the run comes from the environment. The table goes
// to standard output, JUnit where Bazel wants it, and what a failure leaves to the undeclared outputs.

#include <signal.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <string>

#include "conformance/report/json.h"
#include "conformance/report/junit.h"
#include "conformance/report/progress.h"
#include "conformance/report/table.h"
#include "conformance/suites/fixed_cases.h"
#include "tools/bazel_test.h"
#include "tools/commands/check_run.h"
#include "tools/commands/command_line.h"
#include "tools/commands/exit_status.h"
#include "tools/commands/output.h"
#include "tools/commands/places.h"

namespace cmapsim {
namespace {

int Refuse(const std::string& message) {
  std::fprintf(stderr, "cmap_conformance_test: %s\n", message.c_str());
  return kTrouble;
}

tl::expected<void, std::string> WriteReports(const BazelTest& bazel, const CheckOptions& options,
                                             const CheckOutcome& outcome) {
  if (!bazel.xml_output_file.empty()) {
    const std::string xml = FormatJunit(outcome.reports, {.skipped = outcome.skipped});
    if (auto written = WriteOutput(bazel.xml_output_file, xml); !written) return written;
  }
  if (!bazel.outputs_dir.empty()) {
    const std::string path = bazel.outputs_dir + "/result.json";
    if (auto written = WriteOutput(path, FormatJson(outcome.reports, outcome.asking)); !written)
      return written;
  }
  return WriteOutput(
      {}, FormatTable(outcome.reports, {.error_details = AsksForErrorCodes(options.clause),
                                        .skipped = outcome.skipped,
                                        .asking = outcome.asking}));
}

int Run(CheckOptions& options) {
  const auto begin = std::chrono::steady_clock::now();
  const auto bazel = ReadBazelTest([](const char* name) { return std::getenv(name); });
  if (!bazel) return Refuse(bazel.error());
  ApplyTo(*bazel, begin, options);
  if (!bazel->shard_status_file.empty() && !std::ofstream(bazel->shard_status_file)) {
    return Refuse("TEST_SHARD_STATUS_FILE=" + bazel->shard_status_file + ": cannot be made");
  }
  Progress progress(stderr);
  const auto outcome = RunCheck(options, progress);
  if (!outcome) return Refuse(outcome.error());
  if (auto written = WriteReports(*bazel, options, *outcome); !written) {
    return Refuse(written.error());
  }
  if (!outcome->trouble.empty()) return Refuse(outcome->trouble);
  return outcome->status();
}

int Main(int argc, char** argv) {
  struct sigaction action = {};
  action.sa_handler = [](int) {};
  sigaction(SIGPIPE, &action, nullptr);
  RememberCommand(argc > 0 ? argv[0] : "");
  CommandLine line("the program behind cmap_conformance_test", "conformance_test");
  CheckOptions options;
  AddCheckOptions(line, options);
  if (const auto status = line.Parse(argc, argv, Refuse)) return *status;
  return Run(options);
}

}  // namespace
}  // namespace cmapsim

int main(int argc, char** argv) {
  try {
    return cmapsim::Main(argc, argv);
  } catch (const std::exception& e) {
    return cmapsim::Refuse(std::string("an internal error: ") + e.what());
  }
}
