#include "sim/host/stack_memory.h"

#include <pthread.h>
#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "sim/host/real_calls.h"

namespace cmapsim {
namespace {

constexpr uintptr_t kPageSize = 4096;
constexpr uintptr_t kDepth = 4 << 20;          // given back where nothing is noted
constexpr uintptr_t kShallow = 4 * kPageSize;  // what calls made from here may be using
constexpr size_t kGuard = 1;                   // pages at the end that stay inaccessible
// Noted below each page, and between two that are no further apart: what the kernel writes into a
// frame of less than 8 KiB lies between the frame above and the call below, which were written.
constexpr size_t kBelow = 2;
constexpr size_t kUsual = 16;  // pages; a case that notes more is a deep one
// After so many faults in one case each one lets twice as many pages through as the one before.
constexpr int kFewFaults = 8;

StackMemory* g_stack = nullptr;

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kCanWatch =
    false;  // the sanitizer's frames are elsewhere, and its shadow is not ours
#else
constexpr bool kCanWatch = true;
#endif

// As much as the harness uses between two calls of client code.
__attribute__((noinline)) void ForgetShallow() {
  char bytes[kShallow + 2 * kPageSize];
  std::memset(bytes, 0, sizeof bytes);
  asm volatile("" : : "r"(bytes) : "memory");
}

void* Pointer(uintptr_t address) {
  return reinterpret_cast<void*>(address);  // NOLINT(performance-no-int-to-ptr): pages are counted
}

void* RunBody(void* body) {
  (*static_cast<const std::function<void()>*>(body))();
  return nullptr;
}

}  // namespace

StackMemory* CaseStack() { return g_stack; }

void ForgetNearStack() { ForgetShallow(); }

void NoteNearStack() {
  if (g_stack != nullptr) ForgetShallow();
}

StackMemory::StackMemory() {
  const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK;
  void* memory = Real().mmap(Pointer(kStacks), kSize, PROT_READ | PROT_WRITE, flags, -1, 0);
  if (memory == MAP_FAILED) return;
  begin_ = reinterpret_cast<uintptr_t>(memory);
  (void)madvise(memory, kSize, MADV_NOHUGEPAGE);  // one would be cleared as a whole
  (void)mprotect(memory, kGuard * kPage, PROT_NONE);
  g_stack = this;
}

StackMemory::~StackMemory() {
  g_stack = nullptr;
  if (begin_ != 0) Real().munmap(Pointer(begin_), kSize);
}

int StackMemory::Run(const std::function<void()>& body) {
  if (begin_ == 0) return ENOMEM;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstack(&attributes, Pointer(begin_ + kGuard * kPage), kSize - kGuard * kPage);
  pthread_t thread = {};
  const int error = Real().pthread_create(
      &thread, &attributes, RunBody,
      const_cast<std::function<void()>*>(&body));  // NOLINT: a thread's argument is not const
  pthread_attr_destroy(&attributes);
  return error != 0 ? error : Real().pthread_join(thread, nullptr);
}

void StackMemory::Watch() {
  const auto here = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
  if (!kCanWatch || here - begin_ >= kSize) return;
  const size_t end = PageOf(here - kShallow);
  GiveBack(end);
  for (size_t page = end; page < kPages; ++page) noted_.set(page);
  given_back_ = 0;
  watches_ = true;
}

// --- Clearing --------------------------------------------------------------------------------------

__attribute__((noinline)) void StackMemory::ForgetBelow() {
  const uintptr_t end =
      (reinterpret_cast<uintptr_t>(__builtin_frame_address(0)) - kShallow) / kPageSize * kPageSize;
  if (watches_) {
    Clear(PageOf(end));
    Weigh(PageOf(end));
  } else {
    // Of a mapping that ends before, what there is: the rest was never used.
    (void)madvise(Pointer(end - kDepth), kDepth, MADV_DONTNEED);
  }
  ForgetShallow();
}

void StackMemory::Clear(size_t end) {
  for (size_t page = noted_._Find_first(); page < end; page = noted_._Find_next(page)) {
    std::memset(Pointer(begin_ + page * kPage), 0, kPage);
  }
}

// Whether pages are to be given back. Doing so costs two system calls and the faults of the next
// cases; keeping the pages of one odd case costs their clearing in every other. Where most cases
// are deep ones giving back is of no use: it comes half as often each time.
void StackMemory::Weigh(size_t end) {
  faults_ = 0;
  ++cases_;
  const size_t cleared = noted_.count() - (kPages - end);
  if (cleared <= kUsual) return;
  ++deep_cases_;
  surplus_ += static_cast<int64_t>(cleared - kUsual);
  if (surplus_ < patience_) return;
  constexpr int64_t kMostPatience = INT64_MAX / 4;
  patience_ = deep_cases_ * 2 > cases_ ? std::min(patience_ * 2, kMostPatience) : kPatience;
  GiveBack(end);
}

void StackMemory::GiveBack(size_t end) {
  void* const first = Pointer(begin_ + kGuard * kPage);
  const size_t size = (end - kGuard) * kPage;
  (void)madvise(first, size, MADV_DONTNEED);
  if (mprotect(first, size, PROT_READ) == 0) {
    for (size_t page = kGuard; page < end; ++page) noted_.reset(page);
  }
  cases_ = deep_cases_ = surplus_ = 0;
  ++given_back_;
}

// --- Noting ----------------------------------------------------------------------------------------

bool StackMemory::Unprotect(size_t first, size_t last) {
  if (mprotect(Pointer(begin_ + first * kPage), (last - first + 1) * kPage,
               PROT_READ | PROT_WRITE) != 0) {
    return false;
  }
  for (size_t page = first; page <= last; ++page) noted_.set(page);
  return true;
}

bool StackMemory::OnWrite(const void* address) {
  const uintptr_t offset = reinterpret_cast<uintptr_t>(address) - begin_;
  if (!watches_ || offset >= kSize) return false;
  const size_t page = offset / kPage;
  if (page < kGuard || noted_[page]) return false;
  ++faults_;
  const size_t reach = faults_ <= kFewFaults ? 0 : size_t{1} << std::min(faults_ - kFewFaults, 10);
  size_t first = page - std::min(page - kGuard, kBelow + reach);
  size_t last = std::min(page + reach, kPages - 1);
  for (size_t gap = kBelow + 1; gap > 0; --gap) {
    if (first >= kGuard + gap && noted_[first - gap]) first -= gap - 1;
    if (last + gap < kPages && noted_[last + gap]) last += gap - 1;
  }
  return Unprotect(first, last);
}

void StackMemory::LetKernelWrite(const void* to, size_t size) {
  const uintptr_t offset = reinterpret_cast<uintptr_t>(to) - begin_;
  if (!watches_ || offset >= kSize || size == 0) return;
  const size_t last = (offset + std::min(size, kSize - offset) - 1) / kPage;
  for (size_t page = std::max(offset / kPage, kGuard); page <= last; ++page) {
    if (!noted_[page] && !Unprotect(page, page)) return;
  }
}

}  // namespace cmapsim
