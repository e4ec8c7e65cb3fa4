// Places where a library's call writes its outputs, and whether it did.
//
//   Outputs outputs;
//   OutputBytes value(outputs, 16);
//   Output<size_t> len(outputs, 16);                  // it holds 16 at first
//   cmap_get(handle, key, value.Place(), len.Place(), nullptr);
//   if (failed && len.Touched()) ...                  // the library wrote something else there
//
// Each place is guarded memory (guarded_bytes.h) of its own: calls of several tasks, and calls within
// callbacks of calls, do not share any. What a call that never came back had is free again after
// Outputs::Reset.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <deque>

#include "sim/host/guarded_bytes.h"

namespace cmapsim {

// The memory behind the places, kept from call to call.
class Outputs {
 public:
  struct Memory {
    GuardedBytes bytes;
    bool used = false;
  };

  Memory& Free();
  void Reset();

 private:
  std::deque<Memory> memory_;
};

// `size` bytes, untouched at first; a page where there are none, but not NULL.
class OutputBytes {
 public:
  OutputBytes(Outputs& outputs, size_t size)
      : memory_(outputs.Free()), begin_(memory_.bytes.Take(size)) {
    memory_.used = true;
  }
  ~OutputBytes() { memory_.used = false; }
  OutputBytes(const OutputBytes&) = delete;
  OutputBytes& operator=(const OutputBytes&) = delete;

  [[nodiscard]] char* Place() const { return begin_; }
  [[nodiscard]] bool Touched() const { return TouchedFrom(0) > 0; }
  // How many bytes from there on, to the end of the memory, are not as they were.
  [[nodiscard]] size_t TouchedFrom(size_t offset) const;

 private:
  Outputs::Memory& memory_;
  char* begin_;
};

// One number or pointer, untouched at first or of a known value.
template <typename T>
class Output {
 public:
  explicit Output(Outputs& outputs) : bytes_(outputs, sizeof(T)) { Keep(); }
  Output(Outputs& outputs, T initial) : bytes_(outputs, sizeof(T)) {
    std::memcpy(bytes_.Place(), &initial, sizeof(T));
    Keep();
  }

  // As a pointer to U: for the library's types of T's size.
  template <typename U = T>
  [[nodiscard]] U* Place() const {
    static_assert(sizeof(U) == sizeof(T));
    return reinterpret_cast<U*>(bytes_.Place());
  }
  [[nodiscard]] T Get() const {
    T value;
    std::memcpy(&value, bytes_.Place(), sizeof value);
    return value;
  }
  [[nodiscard]] bool Touched() const {
    return std::memcmp(bytes_.Place(), initial_, sizeof initial_) != 0;
  }

 private:
  void Keep() { std::memcpy(initial_, bytes_.Place(), sizeof initial_); }

  OutputBytes bytes_;
  char initial_[sizeof(T)];
};

}  // namespace cmapsim
