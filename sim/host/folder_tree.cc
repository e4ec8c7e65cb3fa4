#include "sim/host/folder_tree.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iterator>
#include <memory>
#include <utility>

#include "sim/host/descriptor_calls.h"
#include "sim/host/file_calls.h"
#include "sim/host/folder_streams.h"
#include "sim/host/path_file.h"
#include "sim/host/real_calls.h"
#include "sim/host/virtual_host.h"
#include "sim/host/virtual_service.h"

namespace cmapsim {
namespace {

constexpr std::string_view kRoot = "/dev/shm";
// Numbers of inodes: of the root, of a connection's folder and files, of what client code made.
constexpr ino_t kRootNumber = 1;
constexpr ino_t kServiceNumbers = 1000;
constexpr ino_t kOwnNumbers = 1'000'000;
constexpr dev_t kDevice = 0x1a;
constexpr mode_t kModeBits = 07777;

std::string_view FolderOf(std::string_view path) { return path.substr(0, path.rfind('/')); }
std::string_view NameOf(std::string_view path) { return path.substr(path.rfind('/') + 1); }
bool IsIn(std::string_view path, std::string_view folder) { return FolderOf(path) == folder; }

ino_t NumberOfServiceFolder(int connection) {
  return kServiceNumbers + static_cast<ino_t>(connection) * 8 + kFileKinds;
}
ino_t NumberOfServiceFile(int file) { return kServiceNumbers + static_cast<ino_t>(file); }

mode_t Masked(mode_t mode) {
  const mode_t mask = umask(0);
  umask(mask);
  return mode & kModeBits & ~mask;
}

// A file without a name, out of the way of the numbers that client code gets.
int MakeMemory() {
  constexpr rlim_t kFromTheEnd = 64;
  const int made = memfd_create("cmapsim-file", MFD_CLOEXEC);
  struct rlimit limit = {};
  if (made < 0 || getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur < 2 * kFromTheEnd) {
    return made;
  }
  const int least = static_cast<int>(std::min<rlim_t>(limit.rlim_cur, INT32_MAX) - kFromTheEnd);
  const int moved = Real().fcntl(made, F_DUPFD_CLOEXEC, least);
  if (moved < 0) return made;
  Real().close(made);
  return moved;
}

}  // namespace

int FolderTree::Place::Error(const VirtualPath& path) const {
  if (kind == Kind::kAbsent || kind == Kind::kNowhere) return -ENOENT;
  return kind == Kind::kBelowFile || (path.as_folder && IsFile()) ? -ENOTDIR : 0;
}

FolderTree::FolderTree(VirtualHost& host)
    : host_(host), streams_(std::make_unique<FolderStreams>()) {}

FolderTree::~FolderTree() { Begin(); }

void FolderTree::Begin() {
  streams_->Clear();
  for (const Own& own : own_) {
    if (own.memfd >= 0) Real().close(own.memfd);
  }
  own_.clear();
  made_ = named_ = 0;
}

FolderTree::Place FolderTree::Find(std::string_view path) const {
  if (path == kRoot) return {Kind::kRoot, 0};
  if (!path.starts_with(kRoot)) return {Kind::kNowhere, 0};
  if (const int file = host_.service().FindFile(path); file >= 0) return {Kind::kServiceFile, file};
  if (const int connection = host_.service().FindFolder(path); connection >= 0) {
    return {Kind::kServiceFolder, connection};
  }
  const auto own =
      std::find_if(own_.begin(), own_.end(), [path](const Own& o) { return o.path == path; });
  if (own != own_.end()) {
    return {own->memfd < 0 ? Kind::kOwnFolder : Kind::kOwnFile,
            static_cast<int>(own - own_.begin())};
  }
  const Place above = Find(FolderOf(path));
  if (above.IsFolder()) return {Kind::kAbsent, 0};
  const bool below_file = above.IsFile() || above.kind == Kind::kBelowFile;
  return {below_file ? Kind::kBelowFile : Kind::kNowhere, 0};
}

// Opening --------------------------------------------------------------------------------------------

int FolderTree::OpenAs(const VirtualPath& path, bool is_folder, int flags) {
  return OpenObject(host_, std::make_unique<PathFile>(path.view(), is_folder, flags),
                    (flags & O_PATH) != 0 ? flags & O_CLOEXEC : flags);
}

int FolderTree::Open(const VirtualPath& path, int flags, mode_t mode, bool& real) {
  const Place place = Find(path.view());
  const bool only_path = (flags & O_PATH) != 0;
  const bool create = (flags & O_CREAT) != 0 && !only_path;
  if (place.kind == Kind::kAbsent && create) {
    return path.as_folder ? -EISDIR : MakeFile(path, flags, mode, real);
  }
  if (create && (flags & O_EXCL) != 0 && (place.IsFolder() || place.IsFile())) return -EEXIST;
  if (const int error = place.Error(path); error != 0) return error;
  if (place.IsFolder()) {
    if ((flags & O_TMPFILE) == O_TMPFILE) return -EOPNOTSUPP;
    if (!only_path && (create || (flags & O_ACCMODE) != O_RDONLY)) return -EISDIR;
    return OpenAs(path, true, flags);
  }
  if ((flags & O_DIRECTORY) != 0) return -ENOTDIR;
  if (only_path) return OpenAs(path, false, flags);
  if (place.kind == Kind::kOwnFile) return OpenOwn(place, flags, real);
  if ((flags & O_TRUNC) != 0) host_.service().TruncateFile(place.index, 0);
  return OpenFile(host_, place.index, flags);
}

int FolderTree::OpenOwn(const Place& place, int flags, bool& real) {
  char name[64];
  std::snprintf(name, sizeof name, "/proc/self/fd/%d",
                own_[static_cast<size_t>(place.index)].memfd);
  // O_NOFOLLOW would refuse the link in /proc.
  const int fd = Real().open(name, flags & ~(O_CREAT | O_EXCL | O_NOFOLLOW), mode_t{0});
  real = fd >= 0;
  return fd < 0 ? -errno : fd;
}

int FolderTree::MakeFile(const VirtualPath& path, int flags, mode_t mode, bool& real) {
  const int memfd = MakeMemory();
  if (memfd < 0) return -errno;
  own_.push_back({std::string(path.view()), memfd, Masked(mode), host_.Now(), made_++});
  Real().fchmod(memfd, own_.back().mode | S_IRUSR | S_IWUSR);
  const int fd = OpenOwn({Kind::kOwnFile, static_cast<int>(own_.size()) - 1}, flags, real);
  if (fd >= 0) Real().fchmod(memfd, own_.back().mode);
  return fd;
}

// What is known of a path ------------------------------------------------------------------------------

void FolderTree::Describe(const Place& place, struct stat* out) const {
  std::memset(out, 0, sizeof *out);
  out->st_dev = kDevice;
  out->st_blksize = 4096;
  Nanos made_at_ns = 0;
  off_t size = 0;
  switch (place.kind) {
    case Kind::kRoot:
      out->st_mode = S_IFDIR | S_ISVTX | 0777;
      out->st_ino = kRootNumber;
      break;
    case Kind::kServiceFolder:
      out->st_mode = S_IFDIR | 0770;
      out->st_ino = NumberOfServiceFolder(place.index);
      break;
    case Kind::kServiceFile:
      out->st_mode = S_IFREG | 0600;
      out->st_ino = NumberOfServiceFile(place.index);
      size = static_cast<off_t>(host_.service().FileSize(place.index));
      break;
    default: {
      const Own& own = own_[static_cast<size_t>(place.index)];
      out->st_mode = (own.memfd < 0 ? S_IFDIR : S_IFREG) | own.mode;
      out->st_ino = kOwnNumbers + static_cast<ino_t>(own.number);
      made_at_ns = own.made_at_ns;
      struct stat real = {};
      if (own.memfd >= 0 && Real().fstat(own.memfd, &real) == 0) size = real.st_size;
    }
  }
  out->st_nlink = place.IsFolder() ? 2 : 1;
  if (place.IsFile()) out->st_size = size;
  out->st_blocks = (size + 511) / 512;
  const Nanos time_ns = host_.RealtimeStart() + made_at_ns;
  const struct timespec time = {time_ns / kSecond, time_ns % kSecond};
  out->st_atim = out->st_mtim = out->st_ctim = time;
}

int FolderTree::Stat(const VirtualPath& path, struct stat* out) const {
  const Place place = Find(path.view());
  const int error = place.Error(path);
  if (error == 0) Describe(place, out);
  return error;
}

int FolderTree::Stat(const PathFile& file, struct stat* out) const {
  const Place place = Find(file.path());
  if (file.is_folder() ? place.IsFolder() : place.IsFile()) {
    Describe(place, out);
    return 0;
  }
  // It is gone, and lives on as long as it is open.
  std::memset(out, 0, sizeof *out);
  out->st_mode = file.is_folder() ? S_IFDIR | 0700 : S_IFREG | 0600;
  out->st_dev = kDevice;
  return 0;
}

// For the superuser: only what cannot be carried out by anybody is refused.
int FolderTree::Access(const VirtualPath& path, int mode) const {
  if ((mode & ~(R_OK | W_OK | X_OK)) != 0) return -EINVAL;
  struct stat status;
  const int error = Stat(path, &status);
  if (error != 0 || (mode & X_OK) == 0) return error;
  return S_ISDIR(status.st_mode) || (status.st_mode & 0111) != 0 ? 0 : -EACCES;
}

void FolderTree::List(std::string_view folder, std::vector<Entry>& entries) const {
  const Place place = Find(folder);
  const auto number = [this](const Place& of) {
    struct stat status;
    if (!of.IsFolder()) return ino_t{0};
    Describe(of, &status);
    return status.st_ino;
  };
  entries.clear();
  entries.push_back({".", true, number(place)});
  entries.push_back({"..", true, place.kind == Kind::kRoot ? 2 : number(Find(FolderOf(folder)))});
  host_.service().ForEachPath([&](std::string_view path, bool is_folder, int index) {
    if (!IsIn(path, folder)) return;
    entries.push_back({std::string(NameOf(path)), is_folder,
                       is_folder ? NumberOfServiceFolder(index) : NumberOfServiceFile(index)});
  });
  for (const Own& own : own_) {
    if (!IsIn(own.path, folder)) continue;
    entries.push_back({std::string(NameOf(own.path)), own.memfd < 0,
                       kOwnNumbers + static_cast<ino_t>(own.number)});
  }
}

int64_t FolderTree::own_files() const {
  return std::count_if(own_.begin(), own_.end(), [](const Own& own) { return own.memfd >= 0; });
}

int64_t FolderTree::own_empty_folders() const {
  return std::count_if(own_.begin(), own_.end(),
                       [this](const Own& own) { return own.memfd < 0 && !HasOwnIn(own.path); });
}

bool FolderTree::HasOwnIn(std::string_view folder) const {
  return std::any_of(own_.begin(), own_.end(),
                     [folder](const Own& own) { return IsIn(own.path, folder); });
}

// Changes ----------------------------------------------------------------------------------------------

int FolderTree::Truncate(const VirtualPath& path, off_t size) {
  const Place place = Find(path.view());
  if (const int error = place.Error(path); error != 0) return error;
  if (place.IsFolder()) return -EISDIR;
  if (size < 0) return -EINVAL;
  if (place.kind == Kind::kServiceFile) {
    host_.service().TruncateFile(place.index, size);
    return 0;
  }
  const int memfd = own_[static_cast<size_t>(place.index)].memfd;
  return Real().ftruncate(memfd, size) == 0 ? 0 : -errno;
}

void FolderTree::Remove(int own) {
  const int memfd = own_[static_cast<size_t>(own)].memfd;
  if (memfd >= 0) Real().close(memfd);
  own_.erase(own_.begin() + own);
}

int FolderTree::Unlink(const VirtualPath& path) {
  const Place place = Find(path.view());
  if (const int error = place.Error(path); error != 0) return error;
  if (place.IsFolder()) return -EISDIR;
  if (place.kind == Kind::kServiceFile) {
    host_.service().UnlinkFile(place.index);
  } else {
    Remove(place.index);
  }
  return 0;
}

int FolderTree::RemoveFolder(const VirtualPath& path) {
  const Place place = Find(path.view());
  if (const int error = place.Error(path); error != 0) return error;
  if (place.IsFile()) return -ENOTDIR;
  if (path.ends_in_dot) return -EINVAL;
  if (place.kind == Kind::kRoot) return -EBUSY;
  if (HasOwnIn(path.view())) return -ENOTEMPTY;
  if (place.kind == Kind::kServiceFolder) return host_.service().RemoveFolder(place.index);
  Remove(place.index);
  return 0;
}

int FolderTree::MakeFolder(const VirtualPath& path, mode_t mode) {
  const Place place = Find(path.view());
  if (place.IsFolder() || place.IsFile()) return -EEXIST;
  if (place.kind != Kind::kAbsent) return place.Error(path);
  own_.push_back({std::string(path.view()), -1, Masked(mode), host_.Now(), made_++});
  return 0;
}

int FolderTree::SetMode(const VirtualPath& path, mode_t mode) {
  const Place place = Find(path.view());
  if (const int error = place.Error(path); error != 0) return error;
  if (place.kind != Kind::kOwnFolder && place.kind != Kind::kOwnFile) return 0;
  Own& own = own_[static_cast<size_t>(place.index)];
  own.mode = mode & kModeBits;
  if (own.memfd >= 0) Real().fchmod(own.memfd, own.mode);
  return 0;
}

int FolderTree::Rename(const VirtualPath& from, const VirtualPath& to, unsigned flags) {
  const Place old = Find(from.view());
  const Place target = Find(to.view());
  if (const int error = old.Error(from); error != 0) return error;
  if (target.kind == Kind::kNowhere || target.kind == Kind::kBelowFile) return target.Error(to);
  if (old.IsFile() && to.as_folder) return -ENOTDIR;
  const bool theirs = old.kind == Kind::kServiceFile || old.kind == Kind::kServiceFolder ||
                      target.kind == Kind::kServiceFile || target.kind == Kind::kServiceFolder;
  if (theirs) return -EPERM;
  if (old.kind == Kind::kRoot || target.kind == Kind::kRoot) return -EBUSY;
  if ((flags & ~static_cast<unsigned>(RENAME_NOREPLACE)) != 0) return -EINVAL;
  if (from.view() == to.view()) return (flags & RENAME_NOREPLACE) != 0 ? -EEXIST : 0;
  if (to.view().starts_with(std::string(from.view()) + '/')) return -EINVAL;
  if (target.kind != Kind::kAbsent) {
    if ((flags & RENAME_NOREPLACE) != 0) return -EEXIST;
    if (old.IsFolder() && target.IsFile()) return -ENOTDIR;
    if (old.IsFile() && target.IsFolder()) return -EISDIR;
    if (target.IsFolder() && HasOwnIn(to.view())) return -ENOTEMPTY;
    Remove(target.index);
  }
  for (Own& own : own_) {
    if (own.path == from.view() || own.path.starts_with(std::string(from.view()) + '/')) {
      own.path.replace(0, from.size, to.view());
    }
  }
  return 0;
}

int FolderTree::FillTemplate(char* path, int suffix) {
  constexpr std::string_view kPlaces = "XXXXXX";
  const std::string_view whole = path;
  const auto end = static_cast<size_t>(std::max(suffix, 0));
  if (suffix < 0 || whole.size() < kPlaces.size() + end ||
      whole.substr(whole.size() - end - kPlaces.size(), kPlaces.size()) != kPlaces) {
    return -EINVAL;
  }
  char digits[16];
  std::snprintf(digits, sizeof digits, "%06d", named_++ % 1'000'000);
  std::memcpy(path + whole.size() - end - kPlaces.size(), digits, kPlaces.size());
  return 0;
}

}  // namespace cmapsim
