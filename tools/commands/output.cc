#include "tools/commands/output.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "conformance/atomic_file.h"

namespace cmapsim {
namespace {

tl::expected<void, std::string> WriteToStandardOutput(std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = write(STDOUT_FILENO, text.data(), text.size());
    if (n >= 0) {
      text.remove_prefix(static_cast<size_t>(n));
    } else if (errno == EPIPE) {
      return {};
    } else if (errno != EINTR) {
      return tl::unexpected(std::string("standard output: ") + std::strerror(errno));
    }
  }
  return {};
}

}  // namespace

tl::expected<void, std::string> CheckOutput(const std::string& path) {
  if (path.empty()) return {};
  struct stat status = {};
  if (stat(path.c_str(), &status) == 0) {
    if (S_ISDIR(status.st_mode)) return tl::unexpected("--output=" + path + ": is a folder");
    if (!S_ISREG(status.st_mode)) return {};
  }
  const size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  if (access(folder.c_str(), W_OK | X_OK) != 0) {
    return tl::unexpected("--output=" + path + ": folder " + folder + ": " + std::strerror(errno));
  }
  return {};
}

tl::expected<void, std::string> WriteOutput(const std::string& path, std::string_view text) {
  return path.empty() ? WriteToStandardOutput(text) : WriteFileAtomically(path, text);
}

bool OutputHasColours() {
  const char* no_color = std::getenv("NO_COLOR");
  return isatty(STDOUT_FILENO) == 1 && (no_color == nullptr || *no_color == '\0');
}

}  // namespace cmapsim
