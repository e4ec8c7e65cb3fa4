// What a library imports, held against the table of interposed calls (calls.h): a call without a row
// would reach the real host unseen.
//
//   for (const Missing& m : *MissingCalls({"libcmap.so.4", "libqb.so.100"}))
//     std::cerr << m.file << " calls " << m.symbol << ", which reaches the real host";
//
// An import is known where the table has a row for it, where one of the files defines it, or where it
// is on the list of what touches neither descriptor nor memory mapping, time, process, signal nor
// thread (imports.cc). Every other name is missing: an unknown one is never passed over. Files are
// ELF of any origin; what is no ELF is an error, not a crash.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace cmapsim {

struct DynamicSymbols {
  std::vector<std::string> imports;  // undefined functions and data, in the file's order
  std::vector<std::string> exports;
};

// Of an ELF file's bytes (64 bits, x86-64). The error says what is wrong with them.
[[nodiscard]] tl::expected<DynamicSymbols, std::string> ParseDynamicSymbols(std::string_view bytes);
[[nodiscard]] tl::expected<DynamicSymbols, std::string> ReadDynamicSymbols(const std::string& path);

enum class ImportClass {
  kInterposed,  // a row of CMAPSIM_CALLS
  kPasses,      // a row of CMAPSIM_PASSING_CALLS: it reaches the real host, knowingly
  kHarmless,
  kUnknown,
};
[[nodiscard]] ImportClass ClassifyImport(std::string_view symbol);

struct Missing {
  std::string file;
  std::string symbol;
};

// Of a library and those of its own that it brings along. The error names the file.
[[nodiscard]] tl::expected<std::vector<Missing>, std::string> MissingCalls(
    const std::vector<std::string>& files);

}  // namespace cmapsim
