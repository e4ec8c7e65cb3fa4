// libqb's ring buffer over two pieces of memory: a header and data that is mapped twice, back to
// back.
//
//   Ring ring(header, data);
//   ring.Format(data_size, header_path, data_path);            // as the creating side does
//   if (ring.Write({bytes})) ring.Post();
//   while (auto chunk = ring.Peek()) { ...; ring.Reclaim(); }
//
// The layout is that of libqb 2.0.6 on x86-64. The memory is shared with client code, which may
// have written anything into it: indexes and lengths are checked before they are used, and a ring
// that makes no sense is `corrupt`.
#pragma once

#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <optional>
#include <string_view>

#include "sim/wire/setup.h"

namespace cmapsim::wire {

inline constexpr size_t kRingHeaderSize = 8252;  // bytes, with the 4 of flow control
inline constexpr size_t kRingSemaphoreOffset = 8208;
inline constexpr uint32_t kMagicReady = 0xA1A1A1A1;
inline constexpr uint32_t kMagicAllocated = 0xA110CED0;
inline constexpr uint32_t kMagicDead = 0xD0D0D0D0;
inline constexpr size_t kPageSize = 4096;

// Bytes of a ring's data for messages of up to `max_message`: one copy.
[[nodiscard]] constexpr size_t RingDataSize(uint32_t max_message) {
  return (size_t{max_message} + 13 + kPageSize - 1) / kPageSize * kPageSize;
}

class Ring {
 public:
  Ring() = default;
  Ring(void* header, void* data, size_t data_size)
      : header_(static_cast<char*>(header)),
        data_(static_cast<uint32_t*>(data)),
        words_(static_cast<uint32_t>(data_size / 4)) {}

  void Format(std::string_view header_path, std::string_view data_path) {
    std::memset(header_, 0, kRingHeaderSize);
    Store<uint32_t>(header_, 8, words_);
    CopyBytes(header_ + 12, header_path);
    CopyBytes(header_ + 12 + kPathSize, data_path);
    Store<int32_t>(header_, 8204, 1);
  }

  // The number of chunks that were posted and not yet taken; the client's semaphore functions use
  // the same word.
  [[nodiscard]] int32_t Semaphore() const { return Load<int32_t>(header_, kRingSemaphoreOffset); }
  void Post() { Store<int32_t>(header_, kRingSemaphoreOffset, Semaphore() + 1); }
  void Take() { Store<int32_t>(header_, kRingSemaphoreOffset, Semaphore() - 1); }
  // How many sides hold the ring: 2 while both do.
  [[nodiscard]] int32_t References() const { return Load<int32_t>(header_, 8204); }
  void DropReference() { Store<int32_t>(header_, 8204, References() - 1); }

  // Bytes that are free, by libqb's own reckoning.
  [[nodiscard]] size_t Free() const {
    const uint32_t write = Index(0), read = Index(4);
    uint32_t free_words = 0;
    if (write > read) {
      free_words = read + words_ - write - 1;
    } else if (write < read) {
      free_words = read - write - 1;
    } else {
      free_words = Semaphore() > 0 ? 0 : words_;
    }
    return size_t{free_words} * 4;
  }

  // Appends one chunk made of these parts. False: no room now.
  [[nodiscard]] bool Write(std::initializer_list<std::string_view> parts) {
    size_t size = 0;
    for (const std::string_view part : parts) size += part.size();
    if (Free() < size + 12) return false;
    const uint32_t at = Index(0);
    char* to = reinterpret_cast<char*>(&data_[at]) + 8;
    for (const std::string_view part : parts) {
      CopyBytes(to, part);
      to += part.size();
    }
    data_[at] = static_cast<uint32_t>(size);
    Store<uint32_t>(header_, 0, Step(at, size));
    data_[(at + 1) % words_] = kMagicReady;
    return true;
  }

  // Takes the mark from the chunk that began at this byte (Written() before it was written).
  void SpoilMark(size_t begin) { data_[(begin / 4 + 1) % words_] = 0; }

  // The oldest chunk; nothing where the ring holds none that is whole and sane.
  [[nodiscard]] std::optional<std::string_view> Peek() const {
    const uint32_t at = Index(4);
    if (data_[(at + 1) % words_] != kMagicReady) return std::nullopt;
    const uint32_t size = data_[at];
    if (size > size_t{words_} * 4) return std::nullopt;
    return std::string_view(reinterpret_cast<const char*>(&data_[at]) + 8, size);
  }
  void Reclaim() {
    const uint32_t at = Index(4);
    const uint32_t size = data_[at];
    data_[at] = 0;
    data_[(at + 1) % words_] = kMagicDead;
    Store<uint32_t>(header_, 4, Step(at, size));
  }

  // How far, in bytes from the start, the data may have been written: what a pool has to clear.
  [[nodiscard]] size_t Written() const { return size_t{Load<uint32_t>(header_, 0)} * 4; }

 private:
  [[nodiscard]] uint32_t Index(size_t offset) const {
    return Load<uint32_t>(header_, offset) % words_;
  }
  [[nodiscard]] uint32_t Step(uint32_t at, size_t size) const {
    return static_cast<uint32_t>((at + 2 + (size + 3) / 4) % words_);
  }

  char* header_ = nullptr;
  uint32_t* data_ = nullptr;
  uint32_t words_ = 1;
};

}  // namespace cmapsim::wire
