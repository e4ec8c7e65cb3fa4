// Writes a file wholly or not at all.
//
//   if (auto written = WriteFileAtomically("report.json", text); !written) std::cerr << written.error();
//
// The text goes into a new file beside it, which then takes its name.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace cmapsim {

[[nodiscard]] tl::expected<void, std::string> WriteFileAtomically(const std::string& path,
                                                                  std::string_view text);

}  // namespace cmapsim
