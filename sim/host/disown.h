// Children that the target makes by fork are nobody's clients: what they go on to do may neither reach the
// trace nor answer for the worker, and they go when the worker goes.
//
//   DisownChildren({{trace, kTraceFileSize}}, control_fd);   // once, in the process that runs client code
//
// A child keeps what its library does, and ends where that comes back to the harness.
#pragma once

#include <cstddef>
#include <initializer_list>

namespace cmapsim {

struct SharedMemory {
  void* begin;
  size_t size;
};

// At most four pieces of memory, which a child gets copies of; its end of the channel leads nowhere.
void DisownChildren(std::initializer_list<SharedMemory> memory, int channel_fd);

// In a child: does not come back. Elsewhere nothing.
void EndDisowned();

}  // namespace cmapsim
