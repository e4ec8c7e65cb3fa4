// Virtual descriptors: sockets and files that exist only on the virtual host.
//
//   Descriptors descriptors;
//   const int fd = descriptors.Open(Descriptor::Kind::kStream);
//   const int other = descriptors.Duplicate(fd, 0, false);     // dup(2): two numbers, one open file
//   Descriptor* d = descriptors.Find(other);                    // the same as of fd
//   descriptors.Close(fd);                                      // it lives on under the other number
//
// A Descriptor is what the kernel calls an open file description: dup gives it a second number, and it
// ends with its last one. It has a number of its own too, by which the service knows it, and which is
// that of the descriptor where nothing was duplicated.
//
// Their numbers are real slots of the process, reserved at the start (kFirst .. kFirst+kCount-1,
// below FD_SETSIZE), so that no real descriptor can have one of them; which of them is given out
// depends on the plan alone.
#pragma once

#include <poll.h>

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "sim/host/virtual_file.h"

namespace cmapsim {

// A queue of bytes that remembers how they were sent: the kernel accounts for a socket's memory by
// message.
class StreamBuffer {
 public:
  // What one small message of a unix stream socket costs of its sender's 212992 bytes (observed,
  // Linux 6.x: 278 messages of one byte fit).
  static constexpr size_t kMessageOverhead = 768;
  static constexpr size_t kSendBuffer = 212992;

  [[nodiscard]] size_t size() const { return bytes_.size() - head_; }
  [[nodiscard]] bool CanSend() const { return accounted_ < kSendBuffer; }
  void Push(const void* data, size_t size);
  // Copies up to `size` bytes; takes them out unless `peek`.
  size_t Pull(void* out, size_t size, bool peek);
  void Clear();

 private:
  struct Message {
    size_t left;
    size_t cost;
  };
  std::string bytes_;
  size_t head_ = 0;
  std::vector<Message> messages_;
  size_t first_message_ = 0;
  size_t accounted_ = 0;
};

struct Descriptor {
  enum class Kind : uint8_t { kClosed, kStream, kDatagram, kFile, kObject };

  Kind kind = Kind::kClosed;
  bool nonblocking = false;
  int references = 0;     // numbers that it has, and calls that wait in it
  uint64_t wake_in = 0;   // when there last came something to read: see Descriptors::Wake
  uint64_t wake_out = 0;  // and room to write
  int connection =
      -1;  // of the service: for a stream the one it leads to; for a datagram socket the one it is connected to
  // Sockets.
  bool connected = false;
  bool peer_closed = false;  // nothing will come any more
  bool reset = false;        // the peer went away with something unread
  bool shut = false;         // by ourselves
  bool pass_credentials = false;
  StreamBuffer incoming;  // stream
  std::string name;       // datagram: abstract name it is bound to
  int channel = 0;        // datagram: 0 request/response, 1 event
  std::deque<std::string> datagrams;
  int send_buffer = 212992;
  int receive_buffer = 212992;
  // Files.
  int file = -1;
  // Everything else: see virtual_file.h.
  std::unique_ptr<VirtualFile> object;

  void Reset(Kind new_kind);
};

class Descriptors {
 public:
  static constexpr int kFirst = 64;
  static constexpr int kCount = 512;

  // Reserves the slots, once in a process.
  void Reserve();
  // The lowest free number, or -1 (EMFILE).
  [[nodiscard]] int Open(Descriptor::Kind kind);
  [[nodiscard]] int Open(std::unique_ptr<VirtualFile> object);
  // Another number for the same file, the lowest free one that is not below `least`; -1 (EMFILE).
  [[nodiscard]] int Duplicate(int fd, int least, bool close_on_exec);
  // That very number, which is free.
  void DuplicateAt(int fd, int at, bool close_on_exec);
  // Whether this was the last that held the file, which is then gone.
  bool Close(int fd);
  // Gives back what a call that waited held: whether it was the last.
  bool Release(Descriptor& d);
  // Null where the number is not an open virtual descriptor.
  [[nodiscard]] Descriptor* Find(int fd) {
    if (!InRange(fd)) return nullptr;
    const int file = slots_[static_cast<size_t>(fd - kFirst)].file;
    return file < 0 ? nullptr : &files_[static_cast<size_t>(file)];
  }
  // By the number of its own: see above.
  [[nodiscard]] int NumberOf(const Descriptor& d) const {
    return kFirst + static_cast<int>(&d - files_.data());
  }
  [[nodiscard]] Descriptor* FindNumber(int number) {
    if (!InRange(number)) return nullptr;
    Descriptor& d = files_[static_cast<size_t>(number - kFirst)];
    return d.kind == Descriptor::Kind::kClosed ? nullptr : &d;
  }
  [[nodiscard]] static bool InRange(int fd) { return fd >= kFirst && fd < kFirst + kCount; }
  // Whether a call on this number is the virtual host's, open or not.
  [[nodiscard]] bool IsVirtual(int fd) const {
    return InRange(fd) && !slots_[static_cast<size_t>(fd - kFirst)].real;
  }
  [[nodiscard]] bool ClosesOnExec(int fd) const {
    return slots_[static_cast<size_t>(fd - kFirst)].close_on_exec;
  }
  void SetCloseOnExec(int fd, bool on) {
    slots_[static_cast<size_t>(fd - kFirst)].close_on_exec = on;
  }
  // The number is from now on one of the kernel's, or again one of ours.
  void GiveToKernel(int fd);
  void TakeFromKernel(int fd);
  // Who waits for these conditions (POLLIN, POLLOUT) would be woken now: bytes came, or room, or an
  // end. Edges are told by it.
  void Wake(Descriptor& d, int conditions) {
    ++wakes_;
    if ((conditions & POLLIN) != 0) d.wake_in = wakes_;
    if ((conditions & POLLOUT) != 0) d.wake_out = wakes_;
  }
  [[nodiscard]] int open_count() const { return open_count_; }
  template <typename Fn>
  void ForEach(Fn fn) {
    for (int i = 0; i < highest_; ++i) {
      if (Descriptor* const d = Find(kFirst + i)) fn(kFirst + i, *d);
    }
  }
  // Each is told which files end.
  void AddWatcher(FileWatcher* watcher) { watchers_.push_back(watcher); }
  void RemoveWatcher(FileWatcher* watcher) { std::erase(watchers_, watcher); }
  void CloseAll();

 private:
  struct Slot {
    int16_t file = -1;
    bool close_on_exec = false;
    bool real = false;
  };
  // The lowest free slot from `least` on; -1.
  [[nodiscard]] int FreeSlot(int least) const;
  void Fill(int slot, int file, bool close_on_exec);

  std::array<Descriptor, kCount> files_;
  std::array<Slot, kCount> slots_;
  int highest_ = 0;  // one past the highest that was given out in this run
  int open_count_ = 0;
  uint64_t wakes_ = 0;
  std::vector<FileWatcher*> watchers_;
};

}  // namespace cmapsim
