// Reports as text, for people: for each target a matrix of clauses by verdict, what is behind
// everything that is no pass, and the counts. The last line is what the check comes to (outcome.h).
//
//   std::cout << FormatTable(reports, {.colour = isatty(1)});
#pragma once

#include <string>
#include <vector>

#include "conformance/report/outcome.h"
#include "conformance/runner.h"

namespace cmapsim {

struct TableOptions {
  bool colour = false;
  // With the matrix of error codes also each plan that shows a code, and each reason why none can.
  bool error_details = false;
  // What was not done, each with the reason: "live: skipped: no corosync found; ..."
  std::vector<std::string> skipped = {};
  Asking asking = {};
  // All clauses that lack evidence, with all of their parts; else the first ones.
  bool verbose = false;
};

[[nodiscard]] std::string FormatTable(const std::vector<TargetReport>& reports,
                                      const TableOptions& options);

}  // namespace cmapsim
