#include "tools/commands/read_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace cmapsim {
namespace {

tl::expected<std::string, std::string> ReadAll(int fd) {
  std::string text;
  std::array<char, 16384> buffer;
  for (;;) {
    const ssize_t n = read(fd, buffer.data(), buffer.size());
    if (n == 0) return text;
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return tl::unexpected(std::string(std::strerror(errno)));
    text.append(buffer.data(), static_cast<size_t>(n));
  }
}

}  // namespace

tl::expected<std::string, std::string> ReadFile(const std::string& path) {
  if (path == "-") return ReadAll(STDIN_FILENO);
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return tl::unexpected(std::string(std::strerror(errno)));
  auto text = ReadAll(fd);
  close(fd);
  return text;
}

}  // namespace cmapsim
