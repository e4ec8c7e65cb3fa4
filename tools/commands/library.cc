#include "tools/commands/library.h"

#include <elf.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>
#include <string_view>
#include <vector>

#include "sim/core/sha256.h"
#include "tools/commands/subprocess.h"

namespace cmapsim {
namespace {

constexpr std::string_view kName = "libcmap.so.4";

constexpr std::array<std::string_view, 6> kStandardFolders = {"/lib/x86_64-linux-gnu",
                                                              "/usr/lib/x86_64-linux-gnu",
                                                              "/usr/local/lib",
                                                              "/lib64",
                                                              "/usr/lib64",
                                                              "/usr/lib"};

bool IsFile(const std::string& path) {
  struct stat status = {};
  return stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

std::vector<std::string> FoldersOfLibraryPath() {
  std::vector<std::string> folders;
  const char* variable = std::getenv("LD_LIBRARY_PATH");
  std::string_view text = variable == nullptr ? "" : variable;
  while (!text.empty()) {
    const size_t end = std::min(text.find_first_of(":;"), text.size());
    if (end > 0) folders.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return folders;
}

// The linker's cache: "\tlibcmap.so.4 (libc6,x86-64) => /lib/x86_64-linux-gnu/libcmap.so.4".
std::optional<std::string> InLinkerCache() {
  const auto cache = OutputOf({"/sbin/ldconfig", "-p"});
  if (!cache) return std::nullopt;
  std::string_view text = *cache;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const size_t arrow = line.find(" => ");
    if (arrow == std::string_view::npos || line.find("x86-64") == std::string_view::npos) continue;
    const size_t name = line.find_first_not_of(" \t");
    if (line.substr(name, kName.size() + 1) != std::string(kName) + " ") continue;
    return std::string(line.substr(arrow + 4));
  }
  return std::nullopt;
}

std::string RealPath(const std::string& path) {
  std::array<char, PATH_MAX> real;
  return realpath(path.c_str(), real.data()) == nullptr ? path : std::string(real.data());
}

// Why the file is no shared library for this machine; empty where it is one.
std::string WrongElf(std::string_view bytes) {
  Elf64_Ehdr header;
  if (bytes.size() < SELFMAG || std::memcmp(bytes.data(), ELFMAG, SELFMAG) != 0) {
    return "is not an ELF file";
  }
  if (bytes.size() < sizeof header) return "is cut off inside its ELF header";
  std::memcpy(&header, bytes.data(), sizeof header);
  if (header.e_ident[EI_CLASS] != ELFCLASS64) return "is ELF of 32 bits; expected x86-64";
  if (header.e_ident[EI_DATA] != ELFDATA2LSB || header.e_machine != EM_X86_64) {
    return "is ELF for another machine (number " + std::to_string(header.e_machine) +
           "); expected x86-64";
  }
  if (header.e_type != ET_DYN) {
    return "is no shared library: its ELF type is " + std::to_string(header.e_type);
  }
  return {};
}

// Whether a package can have installed it. Asking dpkg takes a third of a second, more than many a plan.
bool CanBeOfPackage(std::string_view path) {
  if (path.starts_with("/usr/local/")) return false;
  return path.starts_with("/usr/") || path.starts_with("/lib") || path.starts_with("/opt/");
}

// The version of the package that installed the file. With a merged /usr the package may list the
// path without it.
std::string PackageVersion(const std::string& path) {
  constexpr std::string_view kUsr = "/usr";
  std::vector<std::string> names = {RealPath(path)};
  if (!CanBeOfPackage(names[0])) return {};
  if (names[0].starts_with(kUsr)) names.push_back(names[0].substr(kUsr.size()));
  for (const std::string& name : names) {
    const auto owner = OutputOf({"dpkg-query", "-S", name});
    if (!owner) continue;
    const std::string package = owner->substr(0, owner->find(": "));
    const auto version = OutputOf({"dpkg-query", "-W", "-f=${Version}", package});
    if (version) return UpstreamVersion(*version);
  }
  return {};
}

}  // namespace

std::string UpstreamVersion(const std::string& debian_version) {
  const size_t epoch = debian_version.find(':');
  const std::string version =
      epoch == std::string::npos ? debian_version : debian_version.substr(epoch + 1);
  const size_t revision = version.rfind('-');
  return revision == std::string::npos ? version : version.substr(0, revision);
}

tl::expected<std::string, std::string> FindLibcmap() {
  std::vector<std::string> folders = FoldersOfLibraryPath();
  for (const std::string& folder : folders) {
    std::string path = folder + "/" + std::string(kName);
    if (IsFile(path)) return path;
  }
  if (auto cached = InLinkerCache(); cached && IsFile(*cached)) return *cached;
  for (const std::string_view folder : kStandardFolders) {
    std::string path = std::string(folder) + "/" + std::string(kName);
    if (IsFile(path)) return path;
  }
  return tl::unexpected(std::string(
      "no libcmap.so.4 on this machine; install it (Debian: apt-get install libcmap4) or name one "
      "with --library=PATH"));
}

tl::expected<LibraryFile, std::string> InspectLibrary(const std::string& path) {
  struct stat status = {};
  if (stat(path.c_str(), &status) != 0) {
    return tl::unexpected("library " + path + ": " + std::strerror(errno));
  }
  if (!S_ISREG(status.st_mode)) return tl::unexpected("library " + path + ": is not a file");
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file) return tl::unexpected("library " + path + ": cannot be read");
  if (const std::string wrong = WrongElf(bytes); !wrong.empty()) {
    return tl::unexpected("library " + path + ": " + wrong);
  }
  return LibraryFile{path, Sha256Hex(bytes), PackageVersion(path)};
}

}  // namespace cmapsim
