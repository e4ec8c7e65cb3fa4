#include "sim/host/stack_memory.h"

#include <sys/mman.h>

#include <cstdint>
#include <cstring>

namespace cmapsim {
namespace {

constexpr uintptr_t kPage = 4096;
constexpr uintptr_t kDepth = 4 << 20;
constexpr uintptr_t kShallow = 4 * kPage;  // what calls made from here may be using

// Gives the pages back, which costs only what was used of them.
__attribute__((noinline)) void ForgetDeep(uintptr_t here) {
  const uintptr_t end = (here - kShallow) / kPage * kPage;
  (void)madvise(reinterpret_cast<void*>(end - kDepth), kDepth, MADV_DONTNEED);
}

// As much as the harness uses between two calls of client code.
__attribute__((noinline)) void ForgetShallow() {
  char bytes[kShallow + 2 * kPage];
  std::memset(bytes, 0, sizeof bytes);
  asm volatile("" : : "r"(bytes) : "memory");
}

}  // namespace

void ForgetNearStack() { ForgetShallow(); }

void ForgetStackBelow() {
  ForgetDeep(reinterpret_cast<uintptr_t>(__builtin_frame_address(0)));
  ForgetShallow();
}

}  // namespace cmapsim
