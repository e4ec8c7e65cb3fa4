#include "sim/host/arena.h"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace cmapsim {
namespace {

constexpr uint32_t kLargeClass = 0xffff;
constexpr uint32_t kAlignedClass = 0xfffe;  // lies inside a larger block: not given out again
constexpr uint32_t kLive = 0x4c495645;
constexpr uint32_t kFree = 0x46524545;
constexpr size_t kPage = 4096;

}  // namespace

// It is better to say so than to go on.
void AbortOfBrokenHeap() {
  std::fputs("free(): double free or invalid pointer\n", stderr);
  std::abort();
}

Arena::Arena() {
  void* memory = mmap(nullptr, kSmallCapacity + kLargeCapacity + kZeroedCapacity,
                      PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) {
    std::perror("cmapsim: cannot reserve address space for the target's memory");
    std::abort();
  }
  begin_ = static_cast<char*>(memory);
  small_ = begin_;
  large_ = begin_ + kSmallCapacity;
  zeroed_ = zeroed_begin();
  mprotect(zeroed_begin(), kZeroedCapacity, PROT_READ);
}

Arena::~Arena() { munmap(begin_, kSmallCapacity + kLargeCapacity + kZeroedCapacity); }

// --- Large zeroed blocks -------------------------------------------------------------------------

void* Arena::AllocateLargeZeroed(size_t size) {
  const size_t bytes = (size + kPage - 1) / kPage * kPage;
  const auto left = static_cast<size_t>(zeroed_begin() + kZeroedCapacity - zeroed_);
  if (size > kZeroedCapacity || bytes > left || zeroed_count_ == kZeroedBlocks) return nullptr;
  if (written_.count() >= kPiecesBeforeNoMore) return nullptr;
  zeroed_blocks_[zeroed_count_++] = {zeroed_, size, true};
  ++live_blocks_;
  char* block = zeroed_;
  zeroed_ += bytes;
  return block;
}

const Arena::ZeroedBlock* Arena::FindZeroed(const void* block) const {
  for (size_t i = zeroed_count_; i > 0; --i) {
    if (zeroed_blocks_[i - 1].begin == block) return &zeroed_blocks_[i - 1];
  }
  return nullptr;
}

bool Arena::OnWrite(const void* address) {
  if (!Owns(address) || !IsZeroed(address)) return false;
  const size_t piece =
      static_cast<size_t>(static_cast<const char*>(address) - zeroed_begin()) / kPiece;
  if (written_[piece] || written_.count() == kPiecesMost) return false;
  written_.set(piece);
  return mprotect(zeroed_begin() + piece * kPiece, kPiece, PROT_READ | PROT_WRITE) == 0;
}

void Arena::LetKernelWrite(const void* to, size_t size) {
  const char* const end = zeroed_begin() + kZeroedCapacity;
  const char* at = static_cast<const char*>(to);
  const char* const last = at + std::min(size, static_cast<size_t>(end - at));
  for (; at < last; at += std::min(kPiece, static_cast<size_t>(last - at))) OnWrite(at);
  if (size > 0) OnWrite(last - 1);
}

// --- All others ----------------------------------------------------------------------------------

// Classes: multiples of 16 up to 256, then four to each power of two.
size_t Arena::ClassOf(size_t size) {
  if (size <= 256) return size == 0 ? 0 : (size - 1) / 16;
  const auto log = static_cast<size_t>(std::bit_width(size - 1)) - 1;  // 2^log < size <= 2^(log+1)
  const size_t quarter = (size - 1 - (size_t{1} << log)) >> (log - 2);
  return 16 + (log - 8) * 4 + quarter;
}

size_t Arena::ClassSize(size_t klass) {
  if (klass < 16) return (klass + 1) * 16;
  const size_t log = (klass - 16) / 4 + 8;
  return (size_t{1} << log) + ((klass - 16) % 4 + 1) * (size_t{1} << (log - 2));
}

void* Arena::AllocateLarge(size_t size, bool& zero) {
  if (size > kLargeCapacity) return nullptr;
  const size_t bytes = (size + sizeof(Header) + kPage - 1) / kPage * kPage;
  for (FreeBlock** link = &free_large_; *link != nullptr; link = &(*link)->next) {
    char* block = reinterpret_cast<char*>(*link);
    auto* header = reinterpret_cast<Header*>(block) - 1;
    if ((header->size + sizeof(Header) + kPage - 1) / kPage * kPage != bytes) continue;
    *link = (*link)->next;
    zero = false;
    return block;
  }
  if (bytes > static_cast<size_t>(begin_ + kSmallCapacity + kLargeCapacity - large_))
    return nullptr;
  char* block = large_ + sizeof(Header);
  large_ += bytes;
  zero = true;
  return block;
}

void* Arena::Take(size_t size, bool& zero) {
  zero = false;
  char* block = nullptr;
  uint32_t klass = kLargeClass;
  if (size > kSmallMax) {
    block = static_cast<char*>(AllocateLarge(size, zero));
  } else {
    const size_t k = ClassOf(size);
    klass = static_cast<uint32_t>(k);
    if (free_[k] != nullptr) {
      block = reinterpret_cast<char*>(free_[k]);
      free_[k] = free_[k]->next;
    } else if (ClassSize(k) + sizeof(Header) <=
               static_cast<size_t>(begin_ + kSmallCapacity - small_)) {
      block = small_ + sizeof(Header);
      small_ += ClassSize(k) + sizeof(Header);
    }
  }
  if (block == nullptr) return nullptr;
  reinterpret_cast<Header*>(block)[-1] = {size, klass, kLive};
  ++live_blocks_;
  return block;
}

void* Arena::Allocate(size_t size, size_t alignment) {
  if (alignment > 16) {
    // Over-allocate from the large part, where blocks begin 16 bytes into a page: rare, and never
    // given back singly.
    if (size > kLargeCapacity || alignment > kLargeCapacity) return nullptr;
    bool zero = false;
    char* block = static_cast<char*>(Take(std::max(size + alignment, kSmallMax + 1), zero));
    if (block == nullptr) return nullptr;
    const auto address = reinterpret_cast<uintptr_t>(block);
    const size_t shift = alignment - address % alignment;
    char* aligned = block + shift;
    reinterpret_cast<Header*>(aligned)[-1] = {size, kAlignedClass, kLive};
    return aligned;
  }
  bool zero = false;
  void* block = Take(size, zero);
  if (block != nullptr && size <= kSmallMax) std::memset(block, kFreshByte, size);
  return block;
}

void* Arena::AllocateZeroed(size_t size) {
  if (size > kSmallMax) {
    if (void* block = AllocateLargeZeroed(size)) return block;
  }
  bool zero = false;
  void* block = Take(size, zero);
  if (block != nullptr && !zero) std::memset(block, 0, size);
  return block;
}

size_t Arena::SizeOf(const void* block) const {
  if (!IsZeroed(block)) return static_cast<const Header*>(block)[-1].size;
  const ZeroedBlock* entry = FindZeroed(block);
  return entry != nullptr ? entry->size : 0;
}

void* Arena::Reallocate(void* block, size_t size) {
  if (block == nullptr) return Allocate(size);
  void* fresh = Allocate(size);
  if (fresh == nullptr) return nullptr;
  std::memcpy(fresh, block, std::min(size, SizeOf(block)));
  Free(block);
  return fresh;
}

void Arena::Free(void* block) {
  if (IsZeroed(block)) {
    const ZeroedBlock* entry = FindZeroed(block);
    if (entry == nullptr || !entry->live) AbortOfBrokenHeap();
    zeroed_blocks_[static_cast<size_t>(entry - zeroed_blocks_.data())].live = false;
    --live_blocks_;
    return;
  }
  auto& header = static_cast<Header*>(block)[-1];
  if (header.state != kLive) AbortOfBrokenHeap();
  header.state = kFree;
  --live_blocks_;
  if (header.klass == kAlignedClass) return;
  auto* entry = static_cast<FreeBlock*>(block);
  FreeBlock*& list = header.klass == kLargeClass ? free_large_ : free_[header.klass % kClasses];
  entry->next = list;
  list = entry;
}

// Large blocks are promised to be zero when they are fresh.
void Arena::ClearLarge() {
  char* const begin = begin_ + kSmallCapacity;
  const auto used = static_cast<size_t>(large_ - begin);
  if (used <= kClearedByHand) {
    std::memset(begin, 0, used);
  } else {
    madvise(begin, used, MADV_DONTNEED);
  }
  large_ = begin;
}

void Arena::ClearZeroed() {
  if (written_.any()) {
    for (size_t piece = written_._Find_first(); piece < kPieces;
         piece = written_._Find_next(piece)) {
      madvise(zeroed_begin() + piece * kPiece, kPiece, MADV_DONTNEED);
    }
    mprotect(zeroed_begin(), kZeroedCapacity, PROT_READ);
    written_.reset();
  }
  zeroed_ = zeroed_begin();
  zeroed_count_ = 0;
}

void Arena::Reset() {
  small_ = begin_;
  ClearLarge();
  ClearZeroed();
  free_.fill(nullptr);
  free_large_ = nullptr;
  live_blocks_ = 0;
}

}  // namespace cmapsim
