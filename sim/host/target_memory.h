// The target's writable memory, so that every case starts from the state of a freshly loaded
// library.
//
//   TargetMemory memory;
//   memory.Watch(files);       // after dlopen: remembers the writable segments of the target's own files
//   ... a case runs ...
//   memory.Restore();          // segments and thread_local variables as they were, arena empty
//
// Segments are write-protected page by page until a page is first written; from then on that page
// is copied back by every Restore. A target writes few of its pages, so this costs about a
// microsecond; comparing or copying all of libqb's 270 KB would cost ten times that.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sim/host/arena.h"

namespace cmapsim {

class TargetMemory {
 public:
  TargetMemory();
  ~TargetMemory();
  TargetMemory(const TargetMemory&) = delete;
  TargetMemory& operator=(const TargetMemory&) = delete;

  // `files`: paths as the dynamic linker names them.
  void Watch(const std::vector<std::string>& files);
  void Restore();
  [[nodiscard]] Arena& arena() { return arena_; }
  // For the fault handler: true where the address was in a protected page, which may now be
  // written.
  bool OnWrite(const void* address);
  // The real kernel is going to write there.
  void LetKernelWrite(void* to, size_t size);

 private:
  struct Segment {
    char* begin;
    size_t size;                 // whole pages
    std::string content;         // as it was when watched
    std::vector<bool> writable;  // by page
  };
  struct Page {
    char* at;
    const char* content;
  };
  struct Locals {  // thread_local variables, as the first task's thread has them
    char* begin;
    std::string content;
  };
  void AddSegment(char* begin, char* end);
  void WatchLocals(const std::vector<std::string>& files);

  Arena arena_;
  std::vector<Segment> segments_;
  std::vector<Page> written_;
  std::vector<Locals> locals_;
};

// Gives the calling thread its copy of the target's thread_local variables. The dynamic linker
// would do so when one is first used, with client code's malloc.
void TouchTargetLocals();

// Before a real call that writes into client code's memory: of protected pages, which the fault
// handler lets client code write, the kernel says EFAULT. Nothing where no target is loaded.
void LetKernelWrite(void* to, size_t size);

// The arena behind client code's malloc; null before there is a TargetMemory.
[[nodiscard]] Arena* TargetArena();

}  // namespace cmapsim
