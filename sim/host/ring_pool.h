// Shared memory for the three rings of a connection, twice: as the client sees it and as the
// service does.
//
//   RingPool pool;
//   RingBlock* b = pool.Acquire(RingDataSize(1 << 20));
//   b->client.data(kRequest);   // mapped twice, back to back, like libqb's own mapping
//   b->server.header(kEvent);   // the same bytes at another address
//   pool.ReleaseAll();          // after the run: the blocks are cleaned and wait for the next
//
// Making such mappings costs most of a real connection's time, so blocks are made once and kept.
// Only what a run wrote is cleared. When the client has unmapped all of a block, its headers become
// inaccessible to the client until it is acquired again, so that a use after unmapping crashes as
// it would on a real host: every use of a ring begins with its header, and protecting the data as
// well would cost as much as the rest of a short run.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace cmapsim {

enum RingIndex : int { kRequestRing = 0, kResponseRing = 1, kEventRing = 2 };
inline constexpr int kRingCount = 3;
inline constexpr size_t kRingHeaderMapping = 12288;  // a header's 8252 bytes in whole pages

class RingBlock {
 public:
  class View {
   public:
    [[nodiscard]] char* header(int ring) const {
      return base_ + static_cast<size_t>(ring) * kRingHeaderMapping;
    }
    [[nodiscard]] char* data(int ring) const {
      return base_ + kRingCount * kRingHeaderMapping + static_cast<size_t>(ring) * 2 * data_size_;
    }
    [[nodiscard]] size_t size() const { return kRingCount * (kRingHeaderMapping + 2 * data_size_); }

   private:
    friend class RingBlock;
    char* base_ = nullptr;
    size_t data_size_ = 0;
  };

  explicit RingBlock(size_t data_size);
  ~RingBlock();
  RingBlock(const RingBlock&) = delete;
  RingBlock& operator=(const RingBlock&) = delete;

  View client;
  View server;
  [[nodiscard]] size_t data_size() const { return data_size_; }
  [[nodiscard]] int memfd() const { return memfd_; }
  // Offsets in the memfd, for mappings that do not follow libqb's pattern.
  [[nodiscard]] size_t header_offset(int ring) const {
    return static_cast<size_t>(ring) * kRingHeaderMapping;
  }
  [[nodiscard]] size_t data_offset(int ring) const {
    return kRingCount * kRingHeaderMapping + static_cast<size_t>(ring) * data_size_;
  }
  void Protect();  // the client's headers become inaccessible
  void Unprotect();
  // The client cut that file short: what it uses of it from now on kills it.
  void TakeFromClient(bool header, int ring);
  // Zeroes what a run may have written: what the write index says, or what was noted here (bytes
  // from the start of the data; data_size() when the index came round).
  void NoteWritten(int ring, size_t bytes) { written_[ring] = std::max(written_[ring], bytes); }
  void Clean();

 private:
  void MapView(View& view);

  size_t data_size_;
  int memfd_;
  std::array<size_t, kRingCount> written_{};
  bool protected_ = false;
  bool taken_ = false;
};

class RingPool {
 public:
  [[nodiscard]] RingBlock* Acquire(size_t data_size);
  void ReleaseAll();

 private:
  std::vector<std::unique_ptr<RingBlock>> free_;
  std::vector<std::unique_ptr<RingBlock>> used_;
};

}  // namespace cmapsim
