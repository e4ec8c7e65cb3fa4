#include "sim/host/guarded_bytes.h"

#include <sys/mman.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "sim/host/real_calls.h"

namespace cmapsim {
namespace {

constexpr size_t kPage = 4096;

}  // namespace

GuardedBytes::~GuardedBytes() {
  if (begin_ != nullptr) Real().munmap(begin_, capacity_ + kPage);
}

char* GuardedBytes::Take(size_t size) {
  // corosync's own library takes no bytes for as many as the value has: what it writes then is
  // recorded as it does on any machine, where a little memory follows.
  if (size == 0) size = kPage;
  if (size > capacity_ || begin_ == nullptr) Map(size);
  size_ = size;
  char* const begin = begin_ + capacity_ - size;
  std::memset(begin, kUntouched, size);
  return begin;
}

void GuardedBytes::Map(size_t size) {
  if (begin_ != nullptr) Real().munmap(begin_, capacity_ + kPage);
  capacity_ = (size + kPage - 1) / kPage * kPage;
  void* memory = Real().mmap(nullptr, capacity_ + kPage, PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) {
    std::perror("cmapsim: cannot make memory that client code writes into");
    std::abort();
  }
  begin_ = static_cast<char*>(memory);
  mprotect(begin_ + capacity_, kPage, PROT_NONE);
}

}  // namespace cmapsim
