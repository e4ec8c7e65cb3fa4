#include "sim/host/outputs.h"

namespace cmapsim {

Outputs::Memory& Outputs::Free() {
  const auto free = std::find_if(memory_.begin(), memory_.end(),
                                 [](const Memory& memory) { return !memory.used; });
  return free != memory_.end() ? *free : memory_.emplace_back();
}

void Outputs::Reset() {
  for (Memory& memory : memory_) memory.used = false;
}

size_t OutputBytes::TouchedFrom(size_t offset) const {
  const size_t size = memory_.bytes.size();
  if (offset >= size) return 0;
  const auto* from = reinterpret_cast<const unsigned char*>(begin_) + offset;
  const size_t count = size - offset;
  // All alike is the rule, and found fast.
  if (from[0] == kUntouched && std::memcmp(from, from + 1, count - 1) == 0) return 0;
  return count - static_cast<size_t>(std::count(from, from + count, kUntouched));
}

}  // namespace cmapsim
