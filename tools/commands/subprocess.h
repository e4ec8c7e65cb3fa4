// Runs a program and returns what it printed.
//
//   auto text = OutputOf({"/sbin/ldconfig", "-p"});   // nothing where it cannot run or fails
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace cmapsim {

// Its standard output; input and standard error are /dev/null. The program is looked for in PATH.
// `environment`: "NAME=value", besides what the command itself has.
[[nodiscard]] std::optional<std::string> OutputOf(const std::vector<std::string>& command,
                                                  const std::vector<std::string>& environment = {});

}  // namespace cmapsim
