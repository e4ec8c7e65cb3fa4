// The results of a command: on standard output or in a file, wholly or not at all.
//
//   if (auto ready = CheckOutput(path); !ready) ...   // before long work
//   if (auto written = WriteOutput(path, text); !written) ...
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace cmapsim {

// Whether a file could be written there. An empty path is standard output.
[[nodiscard]] tl::expected<void, std::string> CheckOutput(const std::string& path);

// A reader that has gone away is no error: it did not want the rest.
[[nodiscard]] tl::expected<void, std::string> WriteOutput(const std::string& path,
                                                          std::string_view text);

// Whether standard output takes colours: a terminal, and no NO_COLOR.
[[nodiscard]] bool OutputHasColours();

}  // namespace cmapsim
