// Open streams of virtual folders (opendir), each behind a pointer that only its own functions understand.
//
//   DIR* const stream = host.folder_streams().Add(fd);    // the descriptor is the stream's from now on
//   FolderStream* const ours = host.folder_streams().Find(stream);   // null: the C library's
//   host.folder_streams().Remove(stream);
#pragma once

#include <dirent.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "sim/host/folder_tree.h"

namespace cmapsim {

struct FolderStream {
  int fd = -1;
  bool listed = false;  // when it is first read, and again after rewinddir
  size_t next = 0;
  std::vector<FolderTree::Entry> entries;
  struct dirent entry = {};  // what readdir gave last
};

class FolderStreams {
 public:
  DIR* Add(int fd) {
    streams_.push_back(std::make_unique<FolderStream>());
    streams_.back()->fd = fd;
    return reinterpret_cast<DIR*>(streams_.back().get());
  }
  [[nodiscard]] FolderStream* Find(DIR* stream) const {
    for (const auto& one : streams_) {
      if (reinterpret_cast<DIR*>(one.get()) == stream) return one.get();
    }
    return nullptr;
  }
  void Remove(DIR* stream) {
    std::erase_if(streams_, [stream](const auto& one) {
      return reinterpret_cast<DIR*>(one.get()) == stream;
    });
  }
  void Clear() { streams_.clear(); }

 private:
  std::vector<std::unique_ptr<FolderStream>> streams_;
};

}  // namespace cmapsim
