#include "sim/host/descriptors.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

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
  nonblocking = connected = peer_closed = reset = shut = pass_credentials = false;
  connection = file = -1;
  references = 0;
  wake_in = wake_out = 0;
  object.reset();
  incoming.Clear();
  name.clear();
  channel = 0;
  datagrams.clear();
  send_buffer = receive_buffer = 212992;
}

void Descriptors::Reserve() {
  const int null_fd = Real().open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int fd = kFirst; null_fd >= 0 && fd < kFirst + kCount; ++fd) {
    if (Real().dup3(null_fd, fd, O_CLOEXEC) != fd) {
      std::perror("cmapsim: cannot reserve descriptors");
      std::abort();
    }
  }
  Real().close(null_fd);
}

int Descriptors::FreeSlot(int least) const {
  for (int i = std::max(least, 0); i < kCount; ++i) {
    const Slot& slot = slots_[static_cast<size_t>(i)];
    if (slot.file < 0 && !slot.real) return i;
  }
  return -1;
}

void Descriptors::Fill(int slot, int file, bool close_on_exec) {
  slots_[static_cast<size_t>(slot)] = {static_cast<int16_t>(file), close_on_exec, false};
  ++files_[static_cast<size_t>(file)].references;
  highest_ = std::max({highest_, slot + 1, file + 1});
  ++open_count_;
}

// The file of the same place, unless dup has led to another's living there.
int Descriptors::Open(Descriptor::Kind kind) {
  const int slot = FreeSlot(0);
  if (slot < 0) return -1;
  int file = slot;
  for (int i = 0; files_[static_cast<size_t>(file)].kind != Descriptor::Kind::kClosed; ++i) {
    if (i == kCount) return -1;
    file = i;
  }
  files_[static_cast<size_t>(file)].Reset(kind);
  Fill(slot, file, false);
  return kFirst + slot;
}

int Descriptors::Open(std::unique_ptr<VirtualFile> object) {
  const int fd = Open(Descriptor::Kind::kObject);
  if (fd < 0) return -1;
  Descriptor& d = *Find(fd);
  d.object = std::move(object);
  d.object->Attach(*this, d);
  return fd;
}

int Descriptors::Duplicate(int fd, int least, bool close_on_exec) {
  const int slot = FreeSlot(least - kFirst);
  if (slot < 0) return -1;
  DuplicateAt(fd, kFirst + slot, close_on_exec);
  return kFirst + slot;
}

void Descriptors::DuplicateAt(int fd, int at, bool close_on_exec) {
  Fill(at - kFirst, slots_[static_cast<size_t>(fd - kFirst)].file, close_on_exec);
}

bool Descriptors::Close(int fd) {
  Descriptor* const d = Find(fd);
  if (d == nullptr) return false;
  Slot& slot = slots_[static_cast<size_t>(fd - kFirst)];
  slot.file = -1;
  slot.close_on_exec = false;
  --open_count_;
  return Release(*d);
}

bool Descriptors::Release(Descriptor& d) {
  if (--d.references > 0) return false;
  for (FileWatcher* const watcher : watchers_) watcher->FileEnds(d);
  d.Reset(Descriptor::Kind::kClosed);
  return true;
}

void Descriptors::GiveToKernel(int fd) {
  slots_[static_cast<size_t>(fd - kFirst)].real = true;
  highest_ = std::max(highest_, fd - kFirst + 1);
}

void Descriptors::TakeFromKernel(int fd) {
  slots_[static_cast<size_t>(fd - kFirst)].real = false;
  const int null_fd = Real().open("/dev/null", O_RDWR | O_CLOEXEC);
  if (null_fd < 0) return;
  Real().dup3(null_fd, fd, O_CLOEXEC);
  Real().close(null_fd);
}

void Descriptors::CloseAll() {
  watchers_.clear();
  for (int i = 0; i < highest_; ++i) {
    if (slots_[static_cast<size_t>(i)].real) TakeFromKernel(kFirst + i);
    slots_[static_cast<size_t>(i)] = {};
  }
  // Files have numbers that were given out.
  for (int i = 0; i < highest_; ++i) {
    files_[static_cast<size_t>(i)].Reset(Descriptor::Kind::kClosed);
  }
  highest_ = 0;
  open_count_ = 0;
  wakes_ = 0;
}

}  // namespace cmapsim
