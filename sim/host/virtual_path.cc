#include "sim/host/virtual_path.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "sim/host/descriptors.h"
#include "sim/host/path_file.h"

namespace cmapsim {
namespace {

// Where the folder is, as a path: 0, or an errno. Nothing is added for a real one that has none.
int AddFolder(Descriptors* descriptors, int folder, VirtualPath& path, bool& is_virtual) {
  is_virtual = false;
  if (descriptors != nullptr && descriptors->IsVirtual(folder)) {
    const Descriptor* const d = descriptors->Find(folder);
    if (d == nullptr) return EBADF;
    const PathFile* const file = d->object == nullptr ? nullptr : d->object->AsPath();
    if (file == nullptr || !file->is_folder()) return ENOTDIR;
    is_virtual = true;
    return path.Append(file->path()) ? 0 : ENAMETOOLONG;
  }
  if (descriptors != nullptr || folder < 0) return 0;
  char link[64];
  std::snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
  char target[PATH_MAX];
  const ssize_t size = readlink(link, target, sizeof target);
  if (size > 0 && target[0] == '/' && !path.Append({target, static_cast<size_t>(size)})) {
    return ENAMETOOLONG;
  }
  return 0;
}

}  // namespace

bool VirtualPath::Append(std::string_view more) {
  const bool plain = size == 0 && more.starts_with('/') && !more.ends_with('/') &&
                     more.find("//") == more.npos && more.find("/.") == more.npos;
  if (plain) {
    if (more.size() >= sizeof text) return false;
    std::memcpy(text, more.data(), more.size());
    size = more.size();
    text[size] = '\0';
    return true;
  }
  as_folder = more.ends_with('/');
  ends_in_dot = more == "." || more.ends_with("/.");
  while (!more.empty()) {
    const size_t end = more.find('/');
    const std::string_view part = more.substr(0, end);
    more.remove_prefix(end == more.npos ? more.size() : end + 1);
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      const size_t slash = view().rfind('/');
      size = slash == std::string_view::npos ? 0 : slash;
    } else {
      if (size + 1 + part.size() >= sizeof text) return false;
      text[size++] = '/';
      std::memcpy(text + size, part.data(), part.size());
      size += part.size();
    }
    text[size] = '\0';
  }
  return true;
}

bool IsVirtualPath(std::string_view path) {
  return path == "/dev/shm" || path.starts_with("/dev/shm/qb-") || path.starts_with("/etc/libqb/");
}

void Resolve(Descriptors* descriptors, int folder, const char* path, ResolvedPath& out) {
  if (path == nullptr || path[0] == '\0') return;
  bool in_virtual_folder = false;
  if (path[0] != '/') {
    if (folder == AT_FDCWD) return;
    out.error = AddFolder(descriptors, folder, out.path, in_virtual_folder);
    if (out.error != 0) out.owner = PathOwner::kVirtualHost;
    if (out.error != 0 || out.path.size == 0) return;
  }
  if (!out.path.Append(path)) return;  // the kernel says so too
  if (IsVirtualPath(out.path.view())) {
    out.owner = PathOwner::kVirtualHost;
  } else if (in_virtual_folder) {
    out.owner = PathOwner::kRealHostAt;
  }
}

}  // namespace cmapsim
