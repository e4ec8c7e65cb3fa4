#include "sim/host/ring_pool.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "sim/host/real_calls.h"
#include "sim/wire/ring.h"

namespace cmapsim {
namespace {

constexpr size_t kBlocksKept = 16;

[[noreturn]] void Fail(const char* what) {
  std::perror(what);
  std::abort();
}

}  // namespace

RingBlock::RingBlock(size_t data_size)
    : data_size_(data_size), memfd_(memfd_create("cmapsim-rings", MFD_CLOEXEC)) {
  const size_t bytes = kRingCount * (kRingHeaderMapping + data_size_);
  if (memfd_ < 0 || ftruncate(memfd_, static_cast<off_t>(bytes)) != 0) {
    Fail("cmapsim: cannot make shared memory for rings");
  }
  MapView(client);
  MapView(server);
}

RingBlock::~RingBlock() {
  Real().munmap(client.base_, client.size());
  Real().munmap(server.base_, server.size());
  close(memfd_);
}

void RingBlock::MapView(View& view) {
  view.data_size_ = data_size_;
  void* base = Real().mmap(nullptr, view.size(), PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (base == MAP_FAILED) Fail("cmapsim: cannot reserve address space for rings");
  view.base_ = static_cast<char*>(base);
  const auto map = [this](char* at, size_t size, size_t offset) {
    if (Real().mmap(at, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, memfd_,
                    static_cast<off_t>(offset)) == MAP_FAILED) {
      Fail("cmapsim: cannot map rings");
    }
  };
  map(view.header(0), kRingCount * kRingHeaderMapping, 0);
  for (int ring = 0; ring < kRingCount; ++ring) {
    map(view.data(ring), data_size_, data_offset(ring));
    map(view.data(ring) + data_size_, data_size_, data_offset(ring));
  }
}

void RingBlock::Protect() {
  if (protected_) return;
  mprotect(client.base_, kRingCount * kRingHeaderMapping, PROT_NONE);
  protected_ = true;
}

void RingBlock::TakeFromClient(bool header, int ring) {
  mprotect(header ? client.header(ring) : client.data(ring),
           header ? kRingHeaderMapping : 2 * data_size_, PROT_NONE);
  taken_ = true;
}

void RingBlock::Unprotect() {
  if (taken_) mprotect(client.base_, client.size(), PROT_READ | PROT_WRITE);
  taken_ = false;
  if (!protected_) return;
  mprotect(client.base_, kRingCount * kRingHeaderMapping, PROT_READ | PROT_WRITE);
  protected_ = false;
}

void RingBlock::Clean() {
  for (int ring = 0; ring < kRingCount; ++ring) {
    char* header = server.header(ring);
    const wire::Ring view(header, server.data(ring), data_size_);
    const size_t written = std::max(view.Written() + 16, written_[ring]);
    std::memset(server.data(ring), 0, std::min(written, data_size_));
    written_[ring] = 0;
  }
}

RingBlock* RingPool::Acquire(size_t data_size) {
  const auto fits = [data_size](const auto& block) { return block->data_size() == data_size; };
  const auto at = std::find_if(free_.begin(), free_.end(), fits);
  if (at != free_.end()) {
    used_.push_back(std::move(*at));
    free_.erase(at);
  } else {
    used_.push_back(std::make_unique<RingBlock>(data_size));
  }
  used_.back()->Unprotect();
  return used_.back().get();
}

void RingPool::ReleaseAll() {
  for (auto& block : used_) {
    block->Clean();
    if (free_.size() < kBlocksKept) free_.push_back(std::move(block));
  }
  used_.clear();
}

}  // namespace cmapsim
