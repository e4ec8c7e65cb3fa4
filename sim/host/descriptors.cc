#include "sim/host/descriptors.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "sim/host/real_calls.h"

namespace cmapsim {

void StreamBuffer::Push(const void* data, size_t size) {
  bytes_.append(static_cast<const char*>(data), size);
  const size_t cost = std::max(kMessageOverhead, size + kMessageOverhead / 2);
  messages_.push_back({size, cost});
  accounted_ += cost;
}

size_t StreamBuffer::Pull(void* out, size_t size, bool peek) {
  const size_t n = std::min(size, this->size());
  std::memcpy(out, bytes_.data() + head_, n);
  if (peek) return n;
  head_ += n;
  for (size_t left = n; left > 0;) {
    Message& first = messages_[first_message_];
    const size_t part = std::min(left, first.left);
    first.left -= part;
    left -= part;
    if (first.left == 0) {
      accounted_ -= first.cost;
      ++first_message_;
    }
  }
  if (head_ == bytes_.size()) {
    bytes_.clear();
    head_ = 0;
    messages_.clear();
    first_message_ = 0;
  }
  return n;
}

void StreamBuffer::Clear() {
  bytes_.clear();
  head_ = 0;
  messages_.clear();
  first_message_ = 0;
  accounted_ = 0;
}

void Descriptor::Reset(Kind new_kind) {
  kind = new_kind;
  nonblocking = close_on_exec = connected = peer_closed = reset = shut = pass_credentials = false;
  connection = file = -1;
  incoming.Clear();
  name.clear();
  channel = 0;
  datagrams.clear();
  watches.clear();
  send_buffer = receive_buffer = 212992;
}

void Descriptors::Reserve() {
  const int null_fd = Real().open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int fd = kFirst; null_fd >= 0 && fd < kFirst + kCount; ++fd) {
    if (dup3(null_fd, fd, O_CLOEXEC) != fd) {
      std::perror("cmapsim: cannot reserve descriptors");
      std::abort();
    }
  }
  Real().close(null_fd);
}

int Descriptors::Open(Descriptor::Kind kind) {
  for (int i = 0; i < kCount; ++i) {
    Descriptor& d = table_[static_cast<size_t>(i)];
    if (d.kind != Descriptor::Kind::kClosed) continue;
    d.Reset(kind);
    highest_ = std::max(highest_, i + 1);
    ++open_count_;
    return kFirst + i;
  }
  return -1;
}

void Descriptors::Close(int fd) {
  if (Descriptor* d = Find(fd)) {
    d->Reset(Descriptor::Kind::kClosed);
    --open_count_;
  }
}

void Descriptors::CloseAll() {
  for (int i = 0; i < highest_; ++i)
    table_[static_cast<size_t>(i)].Reset(Descriptor::Kind::kClosed);
  highest_ = 0;
  open_count_ = 0;
}

}  // namespace cmapsim
