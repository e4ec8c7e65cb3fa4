// What there is in the virtual /dev/shm: the service's folders and files, one folder for each connection
// (virtual_service.h), and what client code made there itself.
//
//   FolderTree& tree = host.folders();
//   tree.Find("/dev/shm/qb-1000-4242-30-000000").kind == FolderTree::Kind::kServiceFolder
//   tree.MakeFolder(path, 0700);
//   tree.Open(path, O_RDONLY | O_DIRECTORY | O_PATH, 0, real);
//
// Calls return their result, or -errno, as the kernel does on a tmpfs (path_resolution(7), unlink(2),
// rmdir(2), mkdir(2), open(2), rename(2)). There are no links, no users but the superuser, and the mode
// of the service's own files never changes. Files that client code makes are the kernel's, without a name
// there: their descriptors are real.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/time.h"
#include "sim/host/virtual_path.h"

namespace cmapsim {

class FolderStreams;
class PathFile;
class VirtualHost;

class FolderTree {
 public:
  enum class Kind : uint8_t {
    kRoot,           // /dev/shm
    kServiceFolder,  // index: the connection
    kServiceFile,    // index: VirtualService::FindFile
    kOwnFolder,      // index: of what client code made
    kOwnFile,
    kAbsent,     // in a folder that is there
    kNowhere,    // in none
    kBelowFile,  // as if a file were a folder
  };
  struct Place {
    Kind kind;
    int index;
    [[nodiscard]] bool IsFolder() const {
      return kind == Kind::kRoot || kind == Kind::kServiceFolder || kind == Kind::kOwnFolder;
    }
    [[nodiscard]] bool IsFile() const {
      return kind == Kind::kServiceFile || kind == Kind::kOwnFile;
    }
    // Of a path that has to be there: 0, -ENOENT or -ENOTDIR.
    [[nodiscard]] int Error(const VirtualPath& path) const;
  };
  struct Entry {
    std::string name;
    bool is_folder;
    ino_t number;
  };

  explicit FolderTree(VirtualHost& host);
  ~FolderTree();
  FolderTree(const FolderTree&) = delete;
  FolderTree& operator=(const FolderTree&) = delete;

  // Forgets what client code made.
  void Begin();

  [[nodiscard]] Place Find(std::string_view path) const;
  // `real`: the descriptor is one of the kernel's.
  int Open(const VirtualPath& path, int flags, mode_t mode, bool& real);
  int Stat(const VirtualPath& path, struct stat* out) const;
  int Stat(const PathFile& file, struct stat* out) const;
  void StatServiceFile(int file, struct stat* out) const {
    Describe({Kind::kServiceFile, file}, out);
  }
  int Access(const VirtualPath& path, int mode) const;
  int Truncate(const VirtualPath& path, off_t size);
  int Unlink(const VirtualPath& path);
  int RemoveFolder(const VirtualPath& path);
  int MakeFolder(const VirtualPath& path, mode_t mode);
  int SetMode(const VirtualPath& path, mode_t mode);
  int SetOwner(const VirtualPath& path) const { return Find(path.view()).Error(path); }
  // Of what client code made.
  int Rename(const VirtualPath& from, const VirtualPath& to, unsigned flags);
  // A name for mkdtemp and kin, in place of the six X before `suffix` characters: the next one.
  int FillTemplate(char* path, int suffix);

  // Those of opendir.
  [[nodiscard]] FolderStreams& streams() { return *streams_; }
  // What is in a folder, beginning with "." and "..".
  void List(std::string_view folder, std::vector<Entry>& entries) const;

  // Whether client code put something there.
  [[nodiscard]] bool HasOwnIn(std::string_view folder) const;
  [[nodiscard]] int64_t own_files() const;
  [[nodiscard]] int64_t own_empty_folders() const;

 private:
  struct Own {
    std::string path;
    int memfd;  // -1: a folder
    mode_t mode;
    Nanos made_at_ns;
    int number;
  };
  void Describe(const Place& place, struct stat* out) const;
  int OpenAs(const VirtualPath& path, bool is_folder, int flags);
  int OpenOwn(const Place& place, int flags, bool& real);
  int MakeFile(const VirtualPath& path, int flags, mode_t mode, bool& real);
  void Remove(int own);

  VirtualHost& host_;
  std::unique_ptr<FolderStreams> streams_;
  std::vector<Own> own_;
  int made_ = 0;  // so many in this run
  int named_ = 0;
};

}  // namespace cmapsim
