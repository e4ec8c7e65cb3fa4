// A descriptor of a folder of the virtual host, or of any path that was opened with O_PATH.
//
//   host.descriptors().Open(std::make_unique<PathFile>("/dev/shm/qb-1000-4242-30-000000", true, flags));
//
// It keeps the path: what is there is looked at when it is used.
#pragma once

#include <fcntl.h>
#include <poll.h>

#include <string>
#include <string_view>

#include "sim/host/virtual_file.h"

namespace cmapsim {

class PathFile : public VirtualFile {
 public:
  PathFile(std::string_view path, bool is_folder, int flags)
      : path_(path), is_folder_(is_folder), flags_(flags) {}

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] bool is_folder() const { return is_folder_; }
  // O_PATH: it can be closed, duplicated, looked at, and be the folder of another path.
  [[nodiscard]] bool only_path() const { return (flags_ & O_PATH) != 0; }
  // What F_GETFL gives (observed, Linux 6.18).
  [[nodiscard]] int status_flags() const {
    constexpr int kLargeFile = 0100000;  // which the C library's header has as 0
    return only_path() ? flags_ & (O_PATH | O_DIRECTORY | O_NOFOLLOW)
                       : (flags_ & (O_DIRECTORY | O_NOFOLLOW)) | kLargeFile;
  }

  [[nodiscard]] const PathFile* AsPath() const override { return this; }
  short Readiness(const ClientThread&) override {
    return only_path() ? POLLNVAL : POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM;
  }
  ssize_t Read(ClientThread&, char*, size_t, int) override {
    return only_path() ? -EBADF : -EISDIR;
  }
  ssize_t Write(std::string_view) override { return -EBADF; }
  int BytesToRead() override { return only_path() ? -EBADF : -ENOTTY; }
  int Shutdown(int) override { return only_path() ? -EBADF : -ENOTSOCK; }

 private:
  std::string path_;
  bool is_folder_;
  int flags_;
};

}  // namespace cmapsim
