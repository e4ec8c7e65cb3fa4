// Calls on paths: files and folders, by name or by a folder's descriptor. See calls.h. Folders are read in
// interpose_folders.cc.
#include "sim/host/interpose_paths.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdarg>
#include <cstdio>
#include <cstring>

#include "sim/host/descriptor_calls.h"
#include "sim/host/folder_tree.h"
#include "sim/host/path_file.h"
#include "sim/host/real_calls.h"

namespace cmapsim {
namespace {

// The descriptor may be a real one, whose number is the machine's: it is not traced.
int ReturnOpened(HostCall& call, const char* path, int result, bool real) {
  if (TraceWriter* line = call.host.Line(LibcCallName(call.id))) {
    line->Word(path);
    if (real) {
      line->Word("result=real").End();
    } else {
      line->Field("result", result).End();
    }
  }
  return call.Leave(result);
}

int OpenAt(int folder, const char* path, int flags, mode_t mode) {
  if (t_client == ClientWorld::kNone) return Real().openat(folder, path, flags, mode);
  ResolvedPath at;
  ResolveForClient(folder, path, at);
  const bool nameless = (flags & O_TMPFILE) == O_TMPFILE && at.path.view() == "/dev/shm";
  if (at.owner == PathOwner::kRealHost || nameless) {
    return Real().openat(folder, path, flags, mode);
  }
  if (at.owner == PathOwner::kRealHostAt) return Real().open(at.path.text, flags, mode);
  if (t_client == ClientWorld::kReal) {
    return OnRealHost(LibcCall::open,
                      [&](size_t) { return Real().openat(folder, path, flags, mode); });
  }
  HostCall call(LibcCall::open);
  bool real = false;
  int result = call.struck.error != 0 ? -call.struck.error : at.error != 0 ? -at.error : 0;
  if (result == 0) result = call.host.folders().Open(at.path, flags, mode, real);
  return ReturnOpened(call, at.path.text, result, real);
}

bool IsEmpty(const char* path) { return path != nullptr && path[0] == '\0'; }

// What the place of a path has: a descriptor is one too, where the path is empty and may be.
int StatAt(int folder, const char* path, struct stat* out, int flags) {
  if ((flags & AT_EMPTY_PATH) != 0 && IsEmpty(path) && folder >= 0) {
    return fstat(folder, out);
  }
  return OnPathAt(
      LibcCall::stat, folder, path,
      [&](VirtualHost& host, const VirtualPath& at) { return host.folders().Stat(at, out); },
      [&](int from, const char* name) { return Real().fstatat(from, name, out, flags); });
}

void ToStatx(const struct stat& from, struct statx* out) {
  const auto time = [](const struct timespec& t) {
    struct statx_timestamp stamp = {};
    stamp.tv_sec = t.tv_sec;
    stamp.tv_nsec = static_cast<uint32_t>(t.tv_nsec);
    return stamp;
  };
  std::memset(out, 0, sizeof *out);
  out->stx_mask = STATX_BASIC_STATS;
  out->stx_blksize = static_cast<uint32_t>(from.st_blksize);
  out->stx_nlink = static_cast<uint32_t>(from.st_nlink);
  out->stx_mode = static_cast<uint16_t>(from.st_mode);
  out->stx_ino = from.st_ino;
  out->stx_size = static_cast<uint64_t>(from.st_size);
  out->stx_blocks = static_cast<uint64_t>(from.st_blocks);
  out->stx_dev_minor = static_cast<uint32_t>(from.st_dev);
  out->stx_atime = time(from.st_atim);
  out->stx_mtime = time(from.st_mtim);
  out->stx_ctime = time(from.st_ctim);
}

int AccessAt(int folder, const char* path, int mode, int flags) {
  return OnPathAt(
      LibcCall::access, folder, path,
      [&](VirtualHost& host, const VirtualPath& at) { return host.folders().Access(at, mode); },
      [&](int from, const char* name) { return Real().faccessat(from, name, mode, flags); });
}

int UnlinkAt(LibcCall id, int folder, const char* path, bool is_folder) {
  return OnPathAt(
      id, folder, path,
      [&](VirtualHost& host, const VirtualPath& at) {
        return is_folder ? host.folders().RemoveFolder(at) : host.folders().Unlink(at);
      },
      [&](int from, const char* name) {
        return Real().unlinkat(from, name, is_folder ? AT_REMOVEDIR : 0);
      });
}

int ModeAt(int folder, const char* path, mode_t mode, int flags) {
  return OnPathAt(
      LibcCall::chmod, folder, path,
      [&](VirtualHost& host, const VirtualPath& at) { return host.folders().SetMode(at, mode); },
      [&](int from, const char* name) { return Real().fchmodat(from, name, mode, flags); });
}

int OwnerAt(int folder, const char* path, uid_t user, gid_t group, int flags) {
  return OnPathAt(
      LibcCall::chown, folder, path,
      [&](VirtualHost& host, const VirtualPath& at) { return host.folders().SetOwner(at); },
      [&](int from, const char* name) { return Real().fchownat(from, name, user, group, flags); });
}

// fchmod and fchown of what is virtual: nobody else is there to be kept out.
template <typename RealCall>
int OnOwnership(LibcCall id, int fd, RealCall real) {
  return OnDescriptor(
      id, fd,
      [&](HostCall& call) {
        const Descriptor* const d = call.host.descriptors().Find(fd);
        if (d == nullptr) return -EBADF;
        const PathFile* const path = d->object == nullptr ? nullptr : d->object->AsPath();
        return path != nullptr && path->only_path() ? -EBADF : 0;
      },
      real);
}

int RenameAt(int old_folder, const char* old_path, int folder, const char* path, unsigned flags) {
  if (t_client == ClientWorld::kNone) {
    return Real().renameat2(old_folder, old_path, folder, path, flags);
  }
  ResolvedPath from;
  ResolvedPath to;
  ResolveForClient(old_folder, old_path, from);
  ResolveForClient(folder, path, to);
  const bool from_virtual = from.owner == PathOwner::kVirtualHost;
  const bool to_virtual = to.owner == PathOwner::kVirtualHost;
  if (!from_virtual && !to_virtual) {
    const bool from_at = from.owner == PathOwner::kRealHostAt;
    const bool to_at = to.owner == PathOwner::kRealHostAt;
    return Real().renameat2(old_folder, from_at ? from.path.text : old_path, folder,
                            to_at ? to.path.text : path, flags);
  }
  if (t_client == ClientWorld::kReal) {
    return OnRealHost(LibcCall::rename, [&](size_t) {
      return Real().renameat2(old_folder, old_path, folder, path, flags);
    });
  }
  HostCall call(LibcCall::rename);
  int result = -call.struck.error;
  if (result == 0) result = -(from.error != 0 ? from.error : to.error);
  if (result == 0) {
    result =
        from_virtual && to_virtual ? call.host.folders().Rename(from.path, to.path, flags) : -EXDEV;
  }
  return ReturnPath(call, from_virtual ? from.path.text : to.path.text, result);
}

// mkdtemp and mkstemp: a name that nobody has yet. The real host's are drawn by chance.
template <typename Make>
int MakeNamed(char* path, int suffix, Make make) {
  for (int tries = 0; tries < 1000; ++tries) {
    const size_t at = std::strlen(path) - static_cast<size_t>(suffix < 0 ? 0 : suffix) - 6;
    if (const int error = CurrentHost()->folders().FillTemplate(path, suffix); error != 0) {
      errno = -error;
      return -1;
    }
    const int made = make();
    if (made >= 0 || errno != EEXIST) return made;
    std::memset(path + at, 'X', 6);
  }
  errno = EEXIST;
  return -1;
}

// Whether the path is the virtual host's, for client code there.
bool IsOnVirtualHost(const char* path) {
  if (!InClient()) return false;
  ResolvedPath at;
  ResolveForClient(AT_FDCWD, path, at);
  return at.owner == PathOwner::kVirtualHost;
}

}  // namespace

void ResolveForClient(int folder, const char* path, ResolvedPath& at) {
  Resolve(InClient() ? &CurrentHost()->descriptors() : nullptr, folder, path, at);
}

int ReturnPath(HostCall& call, const char* path, int result) {
  if (TraceWriter* line = call.host.Line(LibcCallName(call.id))) {
    line->Word(path).Field("result", result).End();
  }
  return call.Leave(result);
}

}  // namespace cmapsim

using namespace cmapsim;  // NOLINT(google-build-using-namespace): what follows are the C library's names

extern "C" {

// Opening --------------------------------------------------------------------------------------------

int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const auto mode = va_arg(arguments, mode_t);
  va_end(arguments);
  return OpenAt(AT_FDCWD, path, flags, mode);
}

int open64(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const auto mode = va_arg(arguments, mode_t);
  va_end(arguments);
  return OpenAt(AT_FDCWD, path, flags, mode);
}

int __open_2(const char* path, int flags) { return OpenAt(AT_FDCWD, path, flags, 0); }
int __open64_2(const char* path, int flags) { return OpenAt(AT_FDCWD, path, flags, 0); }

int openat(int folder, const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const auto mode = va_arg(arguments, mode_t);
  va_end(arguments);
  return OpenAt(folder, path, flags, mode);
}

int creat(const char* path, mode_t mode) {
  return OpenAt(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}
int creat64(const char* path, mode_t mode) { return creat(path, mode); }

int mkstemps(char* path, int suffix) { return mkostemps(path, suffix, 0); }
int mkstemps64(char* path, int suffix) { return mkostemps(path, suffix, 0); }
int mkostemp(char* path, int flags) { return mkostemps(path, 0, flags); }
int mkostemp64(char* path, int flags) { return mkostemps(path, 0, flags); }
int mkstemp(char* path) { return mkostemps(path, 0, 0); }
int mkstemp64(char* path) { return mkostemps(path, 0, 0); }
int mkostemps64(char* path, int suffix, int flags) { return mkostemps(path, suffix, flags); }
int mkostemps(char* path, int suffix, int flags) {
  if (!IsOnVirtualHost(path)) return Real().mkostemps(path, suffix, flags);
  return MakeNamed(path, suffix, [&] {
    return OpenAt(AT_FDCWD, path, (flags & ~O_ACCMODE) | O_RDWR | O_CREAT | O_EXCL, 0600);
  });
}

// What is known of a path ----------------------------------------------------------------------------

int stat(const char* path, struct stat* out) noexcept { return StatAt(AT_FDCWD, path, out, 0); }
int lstat(const char* path, struct stat* out) noexcept {
  return StatAt(AT_FDCWD, path, out, AT_SYMLINK_NOFOLLOW);
}
int fstatat(int folder, const char* path, struct stat* out, int flags) noexcept {
  return StatAt(folder, path, out, flags);
}

// The same structure on x86-64.
int stat64(const char* path, struct stat64* out) noexcept {
  return stat(path, reinterpret_cast<struct stat*>(out));
}
int lstat64(const char* path, struct stat64* out) noexcept {
  return lstat(path, reinterpret_cast<struct stat*>(out));
}
int fstatat64(int folder, const char* path, struct stat64* out, int flags) noexcept {
  return fstatat(folder, path, reinterpret_cast<struct stat*>(out), flags);
}
int __xstat(int, const char* path, struct stat* out) noexcept { return stat(path, out); }
int __xstat64(int, const char* path, struct stat64* out) noexcept { return stat64(path, out); }
int __lxstat(int, const char* path, struct stat* out) noexcept { return lstat(path, out); }
int __lxstat64(int, const char* path, struct stat64* out) noexcept { return lstat64(path, out); }
int __fxstatat(int, int folder, const char* path, struct stat* out, int flags) noexcept {
  return fstatat(folder, path, out, flags);
}
int __fxstatat64(int, int folder, const char* path, struct stat64* out, int flags) noexcept {
  return fstatat64(folder, path, out, flags);
}

int statx(int folder, const char* path, int flags, unsigned mask, struct statx* out) noexcept {
  if (InClient()) {
    ResolvedPath at;
    ResolveForClient(folder, path, at);
    const bool of_descriptor = IsEmpty(path) && CurrentHost()->descriptors().IsVirtual(folder);
    if (at.owner != PathOwner::kRealHost || of_descriptor) {
      struct stat status;
      const int result = StatAt(folder, path, &status, flags);
      if (result == 0) ToStatx(status, out);
      return result;
    }
  }
  return Real().statx(folder, path, flags, mask, out);
}

int access(const char* path, int mode) noexcept { return AccessAt(AT_FDCWD, path, mode, 0); }
int eaccess(const char* path, int mode) noexcept {
  return AccessAt(AT_FDCWD, path, mode, AT_EACCESS);
}
int euidaccess(const char* path, int mode) noexcept {
  return AccessAt(AT_FDCWD, path, mode, AT_EACCESS);
}
int faccessat(int folder, const char* path, int mode, int flags) noexcept {
  return AccessAt(folder, path, mode, flags);
}

// Changes --------------------------------------------------------------------------------------------

int truncate(const char* path, off_t size) noexcept {
  return OnPathAt(
      LibcCall::truncate, AT_FDCWD, path,
      [&](VirtualHost& host, const VirtualPath& at) { return host.folders().Truncate(at, size); },
      [&](int, const char* name) { return Real().truncate(name, size); });
}

int unlink(const char* path) noexcept { return UnlinkAt(LibcCall::unlink, AT_FDCWD, path, false); }
int rmdir(const char* path) noexcept { return UnlinkAt(LibcCall::rmdir, AT_FDCWD, path, true); }

int unlinkat(int folder, const char* path, int flags) noexcept {
  if ((flags & ~AT_REMOVEDIR) != 0) return Real().unlinkat(folder, path, flags);  // EINVAL
  return UnlinkAt(LibcCall::unlink, folder, path, (flags & AT_REMOVEDIR) != 0);
}

int remove(const char* path) noexcept {
  if (!IsOnVirtualHost(path)) return Real().remove(path);
  const int before = errno;
  if (unlink(path) == 0) return 0;
  if (errno != EISDIR) return -1;
  errno = before;
  return rmdir(path);
}

int mkdirat(int folder, const char* path, mode_t mode) noexcept {
  return OnPathAt(
      LibcCall::mkdir, folder, path,
      [&](VirtualHost& host, const VirtualPath& at) { return host.folders().MakeFolder(at, mode); },
      [&](int from, const char* name) { return Real().mkdirat(from, name, mode); });
}
int mkdir(const char* path, mode_t mode) noexcept { return mkdirat(AT_FDCWD, path, mode); }

char* mkdtemp(char* path) noexcept {
  if (!IsOnVirtualHost(path)) return Real().mkdtemp(path);
  return MakeNamed(path, 0, [&] { return mkdir(path, 0700); }) < 0 ? nullptr : path;
}

int renameat2(int old_folder, const char* old_path, int folder, const char* path,
              unsigned flags) noexcept {
  return RenameAt(old_folder, old_path, folder, path, flags);
}
int renameat(int old_folder, const char* old_path, int folder, const char* path) noexcept {
  return RenameAt(old_folder, old_path, folder, path, 0);
}
int rename(const char* old_path, const char* path) noexcept {
  return RenameAt(AT_FDCWD, old_path, AT_FDCWD, path, 0);
}

int chmod(const char* path, mode_t mode) noexcept { return ModeAt(AT_FDCWD, path, mode, 0); }
int fchmodat(int folder, const char* path, mode_t mode, int flags) noexcept {
  return ModeAt(folder, path, mode, flags);
}
int fchmod(int fd, mode_t mode) noexcept {
  return OnOwnership(LibcCall::chmod, fd, [&](size_t) { return Real().fchmod(fd, mode); });
}

int chown(const char* path, uid_t user, gid_t group) noexcept {
  return OwnerAt(AT_FDCWD, path, user, group, 0);
}
int lchown(const char* path, uid_t user, gid_t group) noexcept {
  return OwnerAt(AT_FDCWD, path, user, group, AT_SYMLINK_NOFOLLOW);
}
int fchownat(int folder, const char* path, uid_t user, gid_t group, int flags) noexcept {
  return OwnerAt(folder, path, user, group, flags);
}
int fchown(int fd, uid_t user, gid_t group) noexcept {
  return OnOwnership(LibcCall::chown, fd, [&](size_t) { return Real().fchown(fd, user, group); });
}

}  // extern "C"
