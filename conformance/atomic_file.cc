#include "conformance/atomic_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace cmapsim {
namespace {

std::string Problem(const std::string& path, int error) {
  return path + ": cannot be written: " + std::strerror(error);
}

bool WriteAll(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    text.remove_prefix(static_cast<size_t>(n));
  }
  return true;
}

// As open(2) would give a new file.
mode_t NewFileMode() {
  const mode_t mask = umask(0);
  umask(mask);
  return 0666 & ~mask;
}

// /dev/stdout, a pipe: nothing that could be replaced.
bool IsNoRegularFile(const std::string& path) {
  struct stat status = {};
  return stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode);
}

tl::expected<void, std::string> WriteInPlace(const std::string& path, std::string_view text) {
  const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) return tl::unexpected(Problem(path, errno));
  const bool written = WriteAll(fd, text);
  const int error = errno;
  close(fd);
  if (!written) return tl::unexpected(Problem(path, error));
  return {};
}

}  // namespace

tl::expected<void, std::string> WriteFileAtomically(const std::string& path,
                                                    std::string_view text) {
  if (IsNoRegularFile(path)) return WriteInPlace(path, text);
  std::string temporary = path + ".XXXXXX";
  const int fd = mkostemp(temporary.data(), O_CLOEXEC);
  if (fd < 0) return tl::unexpected(Problem(path, errno));
  const bool written = WriteAll(fd, text) && fchmod(fd, NewFileMode()) == 0 && fsync(fd) == 0;
  int error = written ? 0 : errno;
  if (close(fd) != 0 && error == 0) error = errno;
  if (error == 0 && std::rename(temporary.c_str(), path.c_str()) != 0) error = errno;
  if (error == 0) return {};
  unlink(temporary.c_str());
  return tl::unexpected(Problem(path, error));
}

}  // namespace cmapsim
