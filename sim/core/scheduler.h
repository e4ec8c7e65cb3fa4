// What is pending, ordered by (instant, sequence): two things due at one instant happen in the
// order in which they were asked for, so that a run has one possible order.
//
//   Scheduler scheduler;
//   scheduler.At(5 * kSecond, kReplyDue, connection, request);
//   while (auto due = scheduler.PopDue(now_ns)) Carry(*due);        // due->kind, due->a, due->b
//   if (auto next_ns = scheduler.NextTime()) now_ns = *next_ns;     // nothing happens before
//
// What kind, a and b mean is the caller's. Entries are plain data in one vector, whose memory stays
// when it is cleared: a pooled scheduler that has grown once allocates no more.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <vector>

#include "sim/core/time.h"

namespace cmapsim {

class Scheduler {
 public:
  struct Entry {
    Nanos at_ns = 0;
    uint64_t sequence = 0;  // of asking, from 1
    uint32_t kind = 0;
    int64_t a = 0;
    int64_t b = 0;
  };
  static_assert(std::is_trivially_copyable_v<Entry>);

  // Returns the entry's sequence number, by which Cancel knows it.
  uint64_t At(Nanos at_ns, uint32_t kind, int64_t a = 0, int64_t b = 0) {
    heap_.push_back({at_ns, ++last_sequence_, kind, a, b});
    std::push_heap(heap_.begin(), heap_.end(), Later);
    return last_sequence_;
  }

  // When the first entry is due; nothing where none is pending.
  [[nodiscard]] std::optional<Nanos> NextTime() const {
    if (heap_.empty()) return std::nullopt;
    return heap_.front().at_ns;
  }

  // Takes the first entry out if it is due at or before `now_ns`.
  [[nodiscard]] std::optional<Entry> PopDue(Nanos now_ns) {
    if (heap_.empty() || heap_.front().at_ns > now_ns) return std::nullopt;
    std::pop_heap(heap_.begin(), heap_.end(), Later);
    const Entry entry = heap_.back();
    heap_.pop_back();
    return entry;
  }

  // Forgets one entry; false where it is not pending.
  bool Cancel(uint64_t sequence) {
    return CancelIf([sequence](const Entry& entry) { return entry.sequence == sequence; }) != 0;
  }

  // Forgets the entries for which `unwanted(entry)` holds and says how many: a service that is
  // killed takes its replies with it. Linear.
  template <typename Predicate>
  size_t CancelIf(Predicate unwanted) {
    const size_t removed = std::erase_if(heap_, unwanted);
    if (removed != 0) std::make_heap(heap_.begin(), heap_.end(), Later);
    return removed;
  }

  [[nodiscard]] bool empty() const { return heap_.empty(); }
  [[nodiscard]] size_t size() const { return heap_.size(); }

  // As new, but for the memory.
  void Clear() {
    heap_.clear();
    last_sequence_ = 0;
  }

 private:
  // The standard heaps keep the greatest entry in front, and the earliest is ours.
  static bool Later(const Entry& left, const Entry& right) {
    if (left.at_ns != right.at_ns) return left.at_ns > right.at_ns;
    return left.sequence > right.sequence;
  }

  std::vector<Entry> heap_;
  uint64_t last_sequence_ = 0;
};

}  // namespace cmapsim
