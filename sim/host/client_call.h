// One call into the library under test, as client code makes it.
//
//   const int64_t result = Call(world, api.cmap_finalize, handle);   // kNotOffered where it is null
//
// Between InLibrary's construction and destruction the calls of the C library are the world's.
#pragma once

#include <cstdint>

#include "sim/host/client_task.h"

namespace cmapsim {

// What a call returns where the library does not have the function.
inline constexpr int64_t kNotOffered = -1;

// Between Enter and Leave the library runs.
class InLibrary {
 public:
  explicit InLibrary(World& world) : world_(world) { world_.EnterClient(); }
  ~InLibrary() { world_.LeaveClient(); }
  InLibrary(const InLibrary&) = delete;
  InLibrary& operator=(const InLibrary&) = delete;

 private:
  World& world_;
};

// Zeros the 4 KiB below the frame that it stands in, where the library's own frame comes next: a
// library that shows what its stack held (a broken reply) does not show what the harness left.
__attribute__((always_inline)) inline void ForgetBelowHere() {
  asm volatile(
      "leaq -4096(%%rsp), %%rdi\n\t"
      "xorl %%eax, %%eax\n\t"
      "movl $512, %%ecx\n\t"
      "rep stosq"
      :
      :
      : "rdi", "rax", "rcx", "memory", "cc");
}

template <typename Fn, typename... Args>
int64_t Call(World& world, Fn fn, Args... args) {
  if (fn == nullptr) return kNotOffered;
  const InLibrary in_library(world);
  ForgetBelowHere();
  return static_cast<int64_t>(fn(args...));
}

}  // namespace cmapsim
