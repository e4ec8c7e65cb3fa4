// Reports as JUnit XML, for what shows the results of tests: a suite for each target, and in it one
// test case for each clause.
//
//   std::string xml = FormatJunit(reports, {.skipped = {"live: skipped: no corosync found"}});
//
// A case fails where the target does not conform by that clause, each failing property with its
// evidence: what was seen, the plan and how to replay it. It is skipped, with the reason, where
// nothing was shown: not reached, skipped, or inconclusive and nothing else. A departure that is known is
// told in the case's output. It is an error where evidence is owed and lacking. What was not done at all is a suite of its own, skipped.
//
// The text is well-formed XML 1.0 in UTF-8 whatever bytes a library's name or an outcome holds: what XML
// cannot have is written \xNN.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "conformance/runner.h"

namespace cmapsim {

struct JunitOptions {
  // What was not done, each with the reason: "live: skipped: no corosync found; ..."
  std::vector<std::string> skipped = {};
};

[[nodiscard]] std::string FormatJunit(const std::vector<TargetReport>& reports,
                                      const JunitOptions& options);

// Text that can stand in an element or in an attribute between quotation marks.
[[nodiscard]] std::string XmlText(std::string_view text);

}  // namespace cmapsim
