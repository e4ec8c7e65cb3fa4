// Reading folders: the C library's streams of them. See calls.h.
#include <dirent.h>
#include <fcntl.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "sim/host/descriptor_calls.h"
#include "sim/host/folder_streams.h"
#include "sim/host/folder_tree.h"
#include "sim/host/interpose_paths.h"
#include "sim/host/path_file.h"
#include "sim/host/real_calls.h"
#include "sim/host/socket_calls.h"

namespace cmapsim {
namespace {

// Null where it is the C library's own, or nobody here is client code.
FolderStream* FindVirtual(DIR* stream) {
  return InClient() ? CurrentHost()->folders().streams().Find(stream) : nullptr;
}

DIR* StreamOf(HostCall& call, int fd) { return call.host.folders().streams().Add(fd); }

// `result` is below 0 where the call failed.
DIR* ReturnStream(HostCall& call, const char* path, int fd) {
  DIR* const stream = fd < 0 ? nullptr : StreamOf(call, fd);
  ReturnPath(call, path, fd);
  return stream;
}

int OpenAsStream(VirtualHost& host, const ResolvedPath& at) {
  if (at.error != 0) return -at.error;
  bool real = false;
  return host.folders().Open(at.path, O_RDONLY | O_NONBLOCK | O_DIRECTORY | O_CLOEXEC, 0, real);
}

// The path behind a folder's descriptor; null, and then `error` says why.
const PathFile* FindFolder(VirtualHost& host, int fd, int& error) {
  const Descriptor* const d = host.descriptors().Find(fd);
  error = d == nullptr ? -EBADF : -ENOTDIR;
  const PathFile* const path = d == nullptr || d->object == nullptr ? nullptr : d->object->AsPath();
  return path != nullptr && path->is_folder() ? path : nullptr;
}

// The entry that is next; 0 at the end, below 0 is an errno.
int NextEntry(VirtualHost& host, FolderStream& stream) {
  if (!stream.listed) {
    int error = 0;
    const PathFile* const folder = FindFolder(host, stream.fd, error);
    if (folder == nullptr) return error;
    if (folder->only_path()) return -EBADF;
    host.folders().List(folder->path(), stream.entries);
    stream.listed = true;
  }
  if (stream.next >= stream.entries.size()) return 0;
  const FolderTree::Entry& entry = stream.entries[stream.next++];
  std::memset(&stream.entry, 0, sizeof stream.entry);
  stream.entry.d_ino = entry.number;
  stream.entry.d_off = static_cast<off_t>(stream.next);
  stream.entry.d_reclen = sizeof stream.entry;
  stream.entry.d_type = entry.is_folder ? DT_DIR : DT_REG;
  std::memcpy(stream.entry.d_name, entry.name.data(),
              std::min(entry.name.size(), sizeof stream.entry.d_name - 1));
  return 1;
}

// A client's comparison and choice are client code, and run as such.
using Choose = int (*)(const struct dirent*);
using Compare = int (*)(const struct dirent**, const struct dirent**);

struct Scan {
  struct dirent** entries = nullptr;
  size_t count = 0;
  size_t room = 0;

  // 0 or an errno.
  int Add(const struct dirent& entry) {
    if (count == room) {
      room = room == 0 ? 16 : 2 * room;
      auto* const more = static_cast<struct dirent**>(realloc(entries, room * sizeof *entries));
      if (more == nullptr) return ENOMEM;
      entries = more;
    }
    auto* const copy = static_cast<struct dirent*>(malloc(sizeof entry));
    if (copy == nullptr) return ENOMEM;
    std::memcpy(copy, &entry, sizeof entry);
    entries[count++] = copy;
    return 0;
  }
  // Whatever the client's comparison says, nothing is read that is not an entry.
  void Sort(Compare compare) {
    for (size_t i = 1; i < count; ++i) {
      for (size_t j = i; j > 0; --j) {
        const struct dirent* before = entries[j - 1];
        const struct dirent* after = entries[j];
        if (compare(&before, &after) <= 0) break;
        std::swap(entries[j - 1], entries[j]);
      }
    }
  }
  void Free() {
    for (size_t i = 0; i < count; ++i) free(entries[i]);
    free(entries);
  }
};

int ScanFolder(const char* path, struct dirent*** out, Choose choose, Compare compare) {
  DIR* const stream = opendir(path);
  if (stream == nullptr) return -1;
  const int before = errno;
  Scan scan;
  int error = 0;
  for (;;) {
    errno = 0;
    const struct dirent* const entry = readdir(stream);
    error = errno;
    if (entry == nullptr) break;
    if (choose != nullptr && choose(entry) == 0) continue;
    error = scan.Add(*entry);
    if (error != 0) break;
  }
  closedir(stream);
  errno = error != 0 ? error : before;
  if (error != 0) {
    scan.Free();
    return -1;
  }
  if (compare != nullptr) scan.Sort(compare);
  *out = scan.entries;
  return static_cast<int>(scan.count);
}

bool IsFolderOfVirtualHost(const char* path) {
  if (!InClient()) return false;
  ResolvedPath at;
  ResolveForClient(AT_FDCWD, path, at);
  return at.owner == PathOwner::kVirtualHost;
}

}  // namespace
}  // namespace cmapsim

using namespace cmapsim;  // NOLINT(google-build-using-namespace): what follows are the C library's names

extern "C" {

DIR* opendir(const char* path) {
  if (t_client == ClientWorld::kNone) return Real().opendir(path);
  ResolvedPath at;
  ResolveForClient(AT_FDCWD, path, at);
  if (at.owner == PathOwner::kRealHost) return Real().opendir(path);
  if (t_client == ClientWorld::kReal) {
    const Struck struck = CountRealCall(LibcCall::opendir);
    if (struck.error == 0) return Real().opendir(path);
    errno = struck.error;
    return nullptr;
  }
  HostCall call(LibcCall::opendir);
  const int failed = call.struck.error;
  return ReturnStream(call, at.path.text, failed != 0 ? -failed : OpenAsStream(call.host, at));
}

DIR* fdopendir(int fd) {
  if (!InClient() || !CurrentHost()->descriptors().IsVirtual(fd)) return Real().fdopendir(fd);
  HostCall call(LibcCall::opendir);
  int result = -call.struck.error;
  const PathFile* folder = nullptr;
  if (result == 0) folder = FindFolder(call.host, fd, result);
  if (folder != nullptr) {
    call.host.descriptors().SetCloseOnExec(fd, true);
    result = fd;
  }
  return ReturnStream(call, folder == nullptr ? "" : folder->path().c_str(), result);
}

struct dirent* readdir(DIR* stream) {
  FolderStream* const ours = FindVirtual(stream);
  if (ours == nullptr) return Real().readdir(stream);
  HostCall call(LibcCall::readdir);
  const int failed = call.struck.error;
  const int result = failed != 0 ? -failed : NextEntry(call.host, *ours);
  ReturnPath(call, result > 0 ? ours->entry.d_name : "", result);
  return result > 0 ? &ours->entry : nullptr;
}

// The same structure on x86-64.
struct dirent64* readdir64(DIR* stream) {
  return reinterpret_cast<struct dirent64*>(readdir(stream));
}

// To define them, and to call one for the other, is no use of what is outdated.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
int readdir_r(DIR* stream, struct dirent* entry, struct dirent** result) {
  if (FindVirtual(stream) == nullptr) return Real().readdir_r(stream, entry, result);
  const int before = errno;
  errno = 0;
  const struct dirent* const next = readdir(stream);
  const int error = errno;
  errno = before;
  if (next != nullptr) std::memcpy(entry, next, sizeof *entry);
  *result = next != nullptr ? entry : nullptr;
  return next != nullptr ? 0 : error;
}

int readdir64_r(DIR* stream, struct dirent64* entry, struct dirent64** result) {
  return readdir_r(stream, reinterpret_cast<struct dirent*>(entry),
                   reinterpret_cast<struct dirent**>(result));
}

#pragma GCC diagnostic pop

int closedir(DIR* stream) {
  FolderStream* const ours = FindVirtual(stream);
  if (ours == nullptr) return Real().closedir(stream);
  HostCall call(LibcCall::closedir);
  const int fd = ours->fd;
  int result = -call.struck.error;
  if (result == 0) {
    result = CloseDescriptor(call.host, fd);
    call.host.folders().streams().Remove(stream);
  }
  return call.Return(fd, result);
}

void rewinddir(DIR* stream) noexcept {
  FolderStream* const ours = FindVirtual(stream);
  if (ours == nullptr) return Real().rewinddir(stream);
  ours->next = 0;
  ours->listed = false;
}

long telldir(DIR* stream) noexcept {
  const FolderStream* const ours = FindVirtual(stream);
  return ours == nullptr ? Real().telldir(stream) : static_cast<long>(ours->next);
}

void seekdir(DIR* stream, long place) noexcept {
  FolderStream* const ours = FindVirtual(stream);
  if (ours == nullptr) return Real().seekdir(stream, place);
  ours->next = static_cast<size_t>(std::max(place, 0L));
}

int dirfd(DIR* stream) noexcept {
  const FolderStream* const ours = FindVirtual(stream);
  return ours == nullptr ? Real().dirfd(stream) : ours->fd;
}

int scandir(const char* path, struct dirent*** entries, Choose choose, Compare compare) {
  if (!IsFolderOfVirtualHost(path)) return Real().scandir(path, entries, choose, compare);
  return ScanFolder(path, entries, choose, compare);
}

int scandir64(const char* path, struct dirent64*** entries, int (*choose)(const struct dirent64*),
              int (*compare)(const struct dirent64**, const struct dirent64**)) {
  return scandir(path, reinterpret_cast<struct dirent***>(entries),
                 reinterpret_cast<Choose>(choose), reinterpret_cast<Compare>(compare));
}

}  // extern "C"
