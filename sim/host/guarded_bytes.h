// Memory of the harness that client code writes into, with nothing behind it: who writes past its
// end crashes there and then, and spoils nothing of the harness.
//
//   GuardedBytes bytes;
//   char* const begin = bytes.Take(4);     // 4 bytes, each kUntouched; the fifth is no memory
//   bytes.Take(100);                       // the same memory, as much as wanted now
//   bytes.Take(0);                         // a page
//   bytes.size();                          // 4096
//
// A library that believes the length in a broken reply writes more than it was offered.
#pragma once

#include <cstddef>
#include <cstdint>

namespace cmapsim {

// What stands in memory that nobody has written: no byte that a library is likely to write, and not
// what memory of its own holds at first (arena.h).
inline constexpr unsigned char kUntouched = 0xd7;

class GuardedBytes {
 public:
  GuardedBytes() = default;
  ~GuardedBytes();
  GuardedBytes(const GuardedBytes&) = delete;
  GuardedBytes& operator=(const GuardedBytes&) = delete;

  // What was taken before is no more.
  char* Take(size_t size);
  // Of what was taken last, to its end.
  [[nodiscard]] size_t size() const { return size_; }

 private:
  void Map(size_t size);

  char* begin_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;  // in whole pages; the guard follows
};

}  // namespace cmapsim
