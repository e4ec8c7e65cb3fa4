// A whole file as text.
//
//   auto text = ReadFile("plan.yaml");   // or why not: "No such file or directory"
#pragma once

#include <string>
#include <tl/expected.hpp>

namespace cmapsim {

// "-" is standard input.
[[nodiscard]] tl::expected<std::string, std::string> ReadFile(const std::string& path);

}  // namespace cmapsim
