// Handles as libqb's qb_hdb gives them out: the slot in the lower 32 bits, a check number in the
// upper.
//
//   HandleTable<TrackerId> handles;
//   uint64_t handle = handles.Create(tracker, checks);
//   if (TrackerId* tracker = handles.Get(handle)) { ...; handles.Destroy(handle); }
//
// As in libqb 2.0.6, the lowest empty slot is used again, and a handle whose upper half is
// 0xffffffff is good for whatever its slot holds. There the check number is drawn at random for
// each handle; here it comes from a fixed sequence.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace cmapsim {

// 31 bits, never 0, none twice in 2^31 - 1.
class CheckSequence {
 public:
  [[nodiscard]] uint32_t Next() {
    count_ = count_ % 0x7fffffff + 1;
    return count_ * 0x1E3779B1U & 0x7fffffff;
  }

 private:
  uint32_t count_ = 0;
};

template <typename T>
class HandleTable {
 public:
  // Forgets all handles, keeps the memory.
  void Clear() { slots_.clear(); }

  [[nodiscard]] uint64_t Create(T value, CheckSequence& checks) {
    size_t index = 0;
    while (index < slots_.size() && slots_[index].state != State::kEmpty) ++index;
    if (index == slots_.size()) slots_.emplace_back();
    slots_[index] = Slot{State::kActive, 1, checks.Next(), value};
    return uint64_t{slots_[index].check} << 32 | index;
  }

  // What the handle stands for, or null for a bad one.
  [[nodiscard]] T* Get(uint64_t handle) {
    Slot* const slot = Find(handle);
    return slot != nullptr ? &slot->value : nullptr;
  }

  // Requires a handle that Get knows.
  void Destroy(uint64_t handle) {
    Slot& slot = *Find(handle);
    --slot.references;
    if (slot.references == 0) {
      slot = Slot{};
    } else {
      slot.state = State::kLeaked;
    }
  }

  // Calls `f` for every handle's value, by slot.
  template <typename F>
  void ForEach(F f) const {
    for (const Slot& slot : slots_) {
      if (slot.state == State::kActive) f(slot.value);
    }
  }

  // Whether there is any handle. corosync 3.1.7 asks so by taking a reference to each and keeping
  // it: the slot of such a handle is never used again.
  [[nodiscard]] bool AnyAndLeak() {
    bool any = false;
    for (Slot& slot : slots_) {
      if (slot.state != State::kActive) continue;
      ++slot.references;
      any = true;
    }
    return any;
  }

 private:
  enum class State : uint8_t { kEmpty, kActive, kLeaked };
  struct Slot {
    State state = State::kEmpty;
    int32_t references = 0;
    uint32_t check = 0;
    T value{};
  };

  [[nodiscard]] Slot* Find(uint64_t handle) {
    const auto index = static_cast<uint32_t>(handle);
    const auto check = static_cast<uint32_t>(handle >> 32);
    if (index >= slots_.size()) return nullptr;
    Slot& slot = slots_[index];
    if (slot.state != State::kActive) return nullptr;
    return check == 0xffffffff || check == slot.check ? &slot : nullptr;
  }

  std::vector<Slot> slots_;
};

}  // namespace cmapsim
