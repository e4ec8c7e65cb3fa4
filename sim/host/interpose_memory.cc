// Memory: the interposed calls. Client code allocates from the arena, everything else from the C
// library. See calls.h.
//
// Under the address sanitizer there is nothing here: its own malloc has to be the process's, also
// before main. What cases leak then stays.
#if !defined(__SANITIZE_ADDRESS__)
#include <link.h>
#include <malloc.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "sim/host/arena.h"
#include "sim/host/target_memory.h"
#include "sim/host/virtual_host.h"

extern "C" {
// The C library's own entrances, which work before anything could be looked up.
void* __libc_malloc(size_t);
void* __libc_calloc(size_t, size_t);
void* __libc_realloc(void*, size_t);
void __libc_free(void*);
void* __libc_memalign(size_t, size_t);
}

namespace cmapsim {
namespace {

void* OrNoMemory(void* block) {
  if (block == nullptr) errno = ENOMEM;
  return block;
}

// What the arena gave client code. Where it is used up by blocks of ordinary sizes, the process takes
// memory without end, and ends as the kernel would end it.
void* FromClientArena(void* block, size_t size) {
  constexpr size_t kOrdinary = size_t{16} << 20;
  if (block == nullptr && size <= kOrdinary) {
    CurrentHost()->End(EndingKind::kCrash, "out-of-memory");
  }
  return OrNoMemory(block);
}

// Counts an allocation of client code; true where a fault makes it fail.
bool Fails(LibcCall id) {
  if (t_client == ClientWorld::kReal) return CountRealCall(id).error != 0;
  VirtualHost& host = *CurrentHost();
  if (!host.injector().Count(id)) return false;
  SetClient(ClientWorld::kNone);
  const Struck struck = host.injector().Take(id, host.Now());
  SetClient(ClientWorld::kVirtual);
  return struck.error != 0;
}

// Whether client code allocates from the arena: a whole program has none.
bool FromArena() { return InClient() && TargetArena() != nullptr; }

// Whether it lies in what was loaded, code or data, and so was never allocated.
bool IsLoaded(const void* block) {
  struct Place {
    uintptr_t address;
    bool found;
  } place = {reinterpret_cast<uintptr_t>(block), false};
  dl_iterate_phdr(
      [](dl_phdr_info* object, size_t, void* data) {
        Place& at = *static_cast<Place*>(data);
        for (int i = 0; i < object->dlpi_phnum; ++i) {
          const ElfW(Phdr)& segment = object->dlpi_phdr[i];
          const uintptr_t begin = object->dlpi_addr + segment.p_vaddr;
          if (segment.p_type == PT_LOAD && at.address - begin < segment.p_memsz) at.found = true;
        }
        return at.found ? 1 : 0;
      },
      &place);
  return place.found;
}

bool Owned(const void* block) { return TargetArena() != nullptr && TargetArena()->Owns(block); }

}  // namespace
}  // namespace cmapsim

using namespace cmapsim;  // NOLINT(google-build-using-namespace): what follows are the C library's names

extern "C" {

void* malloc(size_t size) noexcept {
  if (t_client != ClientWorld::kNone && Fails(LibcCall::malloc)) return OrNoMemory(nullptr);
  if (!FromArena()) return __libc_malloc(size);
  return FromClientArena(TargetArena()->Allocate(size), size);
}

void* calloc(size_t count, size_t size) noexcept {
  if (t_client != ClientWorld::kNone && Fails(LibcCall::calloc)) return OrNoMemory(nullptr);
  if (!FromArena()) return __libc_calloc(count, size);
  size_t bytes = 0;
  if (__builtin_mul_overflow(count, size, &bytes)) return OrNoMemory(nullptr);
  return FromClientArena(TargetArena()->AllocateZeroed(bytes), bytes);
}

void free(void* block) noexcept {
  if (block == nullptr) return;
  if (Owned(block)) return TargetArena()->Free(block);
  // What the target allocated while it was loaded belongs to the state that every case starts from:
  // it stays.
  if (!FromArena()) return __libc_free(block);
  if (IsLoaded(block)) AbortOfBrokenHeap();
}

void* realloc(void* block, size_t size) noexcept {
  if (t_client != ClientWorld::kNone && Fails(LibcCall::realloc)) return OrNoMemory(nullptr);
  if (Owned(block)) return OrNoMemory(TargetArena()->Reallocate(block, size));
  if (!FromArena()) return __libc_realloc(block, size);
  void* fresh = TargetArena()->Allocate(size);
  if (fresh != nullptr && block != nullptr) {
    const size_t old = malloc_usable_size(block);
    std::memcpy(fresh, block, old < size ? old : size);
  }
  return OrNoMemory(fresh);
}

void* memalign(size_t alignment, size_t size) noexcept {
  if (t_client != ClientWorld::kNone && Fails(LibcCall::posix_memalign)) return OrNoMemory(nullptr);
  if (!FromArena()) return __libc_memalign(alignment, size);
  return FromClientArena(TargetArena()->Allocate(size, alignment), size);
}

void* aligned_alloc(size_t alignment, size_t size) noexcept { return memalign(alignment, size); }

int posix_memalign(void** out, size_t alignment, size_t size) noexcept {
  if (alignment % sizeof(void*) != 0 || (alignment & (alignment - 1)) != 0) return EINVAL;
  void* block = memalign(alignment, size);
  if (block == nullptr) return ENOMEM;
  *out = block;
  return 0;
}

size_t malloc_usable_size(void* block) noexcept {
  if (block == nullptr) return 0;
  if (Owned(block)) return TargetArena()->SizeOf(block);
  // The C library's chunk: its size stands before the block, with three bits of flags; two words
  // are not the user's.
  const size_t chunk = static_cast<const size_t*>(block)[-1];
  return (chunk & ~size_t{7}) - ((chunk & 2) != 0 ? 2 : 1) * sizeof(size_t);
}

}  // extern "C"

#endif  // !defined(__SANITIZE_ADDRESS__)
