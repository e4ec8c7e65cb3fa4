// Pipes and pairs of unix sockets: two ends, in one process, of what holds bytes between them.
//
//   const FilePair pipe = MakePipe();
//   const FilePair pair = MakeSocketPair(SOCK_DGRAM);
//   descriptors.Open(std::move(pipe.first)) ...                 // read end, write end
//
// How much they hold, when a writer is woken and what the other end's going does is the kernel's
// (observed, Linux 6.18; pipe(7), unix(7)): programs that fill them see the same.
#pragma once

#include <memory>

#include "sim/host/virtual_file.h"

namespace cmapsim {

struct FilePair {
  std::unique_ptr<VirtualFile> first;
  std::unique_ptr<VirtualFile> second;
};

[[nodiscard]] FilePair MakePipe();
// SOCK_STREAM, SOCK_DGRAM or SOCK_SEQPACKET.
[[nodiscard]] FilePair MakeSocketPair(int type);

}  // namespace cmapsim
