// One fault of a plan's text: reading and writing it. See fault.h for what the fields mean.
//
//   {fault: host.poll.errno, errno: EINTR, nth: 2}
#pragma once

#include <string>

#include "sim/core/fault.h"
#include "sim/core/yaml_tree.h"

namespace cmapsim {

// Throws a Mistake (plan_nodes.h).
[[nodiscard]] Fault ReadFault(const YamlNode& node);
void AppendFault(const Fault& fault, std::string& out);

}  // namespace cmapsim
