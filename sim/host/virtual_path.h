// Paths that belong to the virtual host, whatever the real one has there: /dev/shm itself and what
// libqb keeps in it, and the folder of the file that would make libqb use sockets in the file system.
//
//   ResolvedPath at;
//   Resolve(folder, "qb-request-cmap-data", at);     // folder: AT_FDCWD, or a descriptor
//   if (at.owner == PathOwner::kVirtualHost) ... at.path.view() ...
//
// Paths are resolved as text: "." and ".." and slashes too many. There are no links on the virtual host.
#pragma once

#include <climits>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cmapsim {

class Descriptors;

// An absolute path. No allocation: it is made while client code runs.
struct VirtualPath {
  VirtualPath() { text[0] = '\0'; }  // and no more of it: it is made at every call on a path

  char text[PATH_MAX];
  size_t size = 0;
  bool as_folder = false;  // a slash ended it
  bool ends_in_dot = false;

  [[nodiscard]] std::string_view view() const { return {text, size}; }
  // False where it becomes too long.
  [[nodiscard]] bool Append(std::string_view more);
};

enum class PathOwner : uint8_t {
  kRealHost,     // as it was given
  kRealHostAt,   // by `path`: it was given relative to a folder of the virtual host
  kVirtualHost,  // `error` is 0, or what the call fails with
};

struct ResolvedPath {
  PathOwner owner = PathOwner::kRealHost;
  int error = 0;
  VirtualPath path;
};

[[nodiscard]] bool IsVirtualPath(std::string_view path);

// For client code, on the virtual host or beside a real service. There `descriptors` is null, and a
// folder's path is asked of the kernel.
void Resolve(Descriptors* descriptors, int folder, const char* path, ResolvedPath& out);

}  // namespace cmapsim
