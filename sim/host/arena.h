// The memory behind the target's malloc.
//
//   Arena arena;                       // reserves address space, touches none
//   void* p = arena.Allocate(100);     // 16-byte aligned; null where `capacity` is used up
//   arena.Free(p);
//   arena.Reset();                     // everything that a case left is gone
//
// What a target allocates while it runs client code comes from here and goes with the case, leaked
// or not, so that a case begins with the same memory whether it is the first or the ten-thousandth.
// Fresh memory holds kFreshByte (small blocks) or zeros (large ones), never what an earlier case
// left. Not thread-safe: one task runs at a time.
//
// Large zeroed blocks are write-protected until they are written (OnWrite, from the fault handler):
// libqb allocates 1 MiB for each connection and never touches it, so that thousands of connections
// need address space only. What may be written is bounded as the other blocks are, by what a case
// needs with room: filling memory costs a page fault each 4 KiB, which some machines take 10 us for.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>

namespace cmapsim {

// Says that the target's heap is broken and aborts, as the C library does.
[[noreturn]] void AbortOfBrokenHeap();

class Arena {
 public:
  static constexpr unsigned char kFreshByte = 0xA5;

  Arena();
  ~Arena();
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  [[nodiscard]] void* Allocate(size_t size, size_t alignment = 16);
  [[nodiscard]] void* AllocateZeroed(size_t size);
  [[nodiscard]] void* Reallocate(void* block, size_t size);
  void Free(void* block);
  [[nodiscard]] bool Owns(const void* p) const {
    return p >= begin_ && p < begin_ + kSmallCapacity + kLargeCapacity + kZeroedCapacity;
  }
  // For the fault handler: true where the address was write-protected and now is not.
  bool OnWrite(const void* address);
  // The real kernel is going to write there, which asks no fault handler.
  void LetKernelWrite(const void* to, size_t size);
  [[nodiscard]] size_t SizeOf(const void* block) const;
  // Blocks that are allocated now.
  [[nodiscard]] size_t live_blocks() const { return live_blocks_; }
  void Reset();

 private:
  static constexpr size_t kSmallCapacity = size_t{64} << 20;
  static constexpr size_t kLargeCapacity = size_t{128} << 20;
  static constexpr size_t kZeroedCapacity = size_t{4} << 30;  // of address space
  static constexpr size_t kZeroedBlocks = 4096;
  // Zeroed blocks are made writable in pieces. Where so many have been written there are no more
  // blocks; a write beyond the second bound is not let through.
  static constexpr size_t kPiece = size_t{16} << 20;
  static constexpr size_t kPieces = kZeroedCapacity / kPiece;
  static constexpr size_t kPiecesBeforeNoMore = 8;
  static constexpr size_t kPiecesMost = 16;
  static constexpr size_t kClearedByHand = size_t{1} << 20;  // more is given back to the kernel
  static constexpr size_t kSmallMax = 65536;                 // larger ones are whole pages
  static constexpr size_t kClasses = 48;
  struct Header {    // directly before each block
    uint64_t size;   // as asked for
    uint32_t klass;  // size class; kLargeClass
    uint32_t state;  // kLive or kFree
  };
  struct FreeBlock {
    FreeBlock* next;
  };

  struct ZeroedBlock {  // kept aside, so that a block is not touched
    char* begin;
    size_t size;
    bool live;
  };

  static size_t ClassOf(size_t size);
  static size_t ClassSize(size_t klass);
  [[nodiscard]] char* zeroed_begin() const { return begin_ + kSmallCapacity + kLargeCapacity; }
  [[nodiscard]] bool IsZeroed(const void* p) const { return p >= zeroed_begin(); }
  [[nodiscard]] const ZeroedBlock* FindZeroed(const void* block) const;
  [[nodiscard]] void* AllocateLargeZeroed(size_t size);
  void* AllocateLarge(size_t size, bool& zero);
  void* Take(size_t size, bool& zero);
  void ClearLarge();
  void ClearZeroed();

  char* begin_ = nullptr;
  char* small_ = nullptr;  // next free byte
  char* large_ = nullptr;
  std::array<FreeBlock*, kClasses> free_{};
  FreeBlock* free_large_ = nullptr;
  size_t live_blocks_ = 0;
  char* zeroed_ = nullptr;        // next free byte of the zeroed part
  std::bitset<kPieces> written_;  // of the zeroed part
  size_t zeroed_count_ = 0;
  std::array<ZeroedBlock, kZeroedBlocks> zeroed_blocks_;
};

}  // namespace cmapsim
