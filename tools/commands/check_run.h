// A check, from its options to its reports: what `cmapsim check` and the tests of Bazel have in common.
//
//   CheckOptions options;
//   AddCheckOptions(*subcommand, options);
//   ...
//   Progress progress(stderr);
//   auto outcome = RunCheck(options, progress);      // or what is missing or wrong
//   std::cout << FormatTable(outcome->reports, {.skipped = outcome->skipped, .asking = outcome->asking});
//   return outcome->status();
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "conformance/report/outcome.h"
#include "conformance/report/progress.h"
#include "conformance/runner.h"
#include "tools/commands/target_options.h"

namespace cmapsim {

struct CheckOptions {
  TargetOptions target;
  std::string service = "both";
  std::string transport = "both";
  std::string expectations;  // a file; empty: what is known of corosync
  std::string clause = "*";
  uint64_t seed = 1;
  int64_t cases = 0;  // 0: the defaults
  double shrink_seconds = 10;

  // Not on the command line.
  std::string findings_folder = "cmapsim-findings";
  Shard shard;
  std::chrono::steady_clock::time_point shrink_deadline =
      std::chrono::steady_clock::time_point::max();
};

void AddCheckOptions(CommandLine& command, CheckOptions& options);

struct CheckOutcome {
  std::vector<TargetReport> reports;
  std::vector<std::string> skipped;  // what was not done, with the reason
  // Why the check is not complete: what was missing or in the way. Empty: it is. The reports have what was
  // found until then.
  std::string trouble;
  Asking asking;

  // kTrouble where the check is not complete; else as exit_status.h has them.
  [[nodiscard]] int status() const;
};

// The error is wrong use, or a missing piece before anything was found.
[[nodiscard]] tl::expected<CheckOutcome, std::string> RunCheck(const CheckOptions& options,
                                                               Progress& progress);

}  // namespace cmapsim
