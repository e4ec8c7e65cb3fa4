// The client library that is tested, as a file: found, looked at, and named, never loaded.
//
//   auto path = FindLibcmap();                 // the machine's
//   auto library = InspectLibrary(*path);      // or why it cannot be tested
//   library->sha256, library->version          // "3.1.7" where a package says so
#pragma once

#include <string>
#include <tl/expected.hpp>

namespace cmapsim {

struct LibraryFile {
  std::string path;
  std::string sha256;
  std::string version;  // empty: unknown
};

// Where the dynamic linker would find libcmap.so.4. The error says what to install.
[[nodiscard]] tl::expected<std::string, std::string> FindLibcmap();

// Refuses what is missing or no shared library of this machine. Symbols are looked at by the worker
// that loads it.
[[nodiscard]] tl::expected<LibraryFile, std::string> InspectLibrary(const std::string& path);

// The upstream version of a Debian version: "3.1.7" of "3.1.7-1+deb12u2".
[[nodiscard]] std::string UpstreamVersion(const std::string& debian_version);

}  // namespace cmapsim
