// Virtual descriptors: sockets and files that exist only on the virtual host.
//
// Their numbers are real slots of the process, reserved at the start (kFirst .. kFirst+kCount-1,
// below FD_SETSIZE), so that no real descriptor can have one of them; which of them is given out
// depends on the plan alone.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

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

// One descriptor in an epoll set.
struct EpollWatch {
  int fd;
  uint32_t events;
  uint64_t data;
  bool disarmed;  // EPOLLONESHOT, and it was told of
};

struct Descriptor {
  enum class Kind : uint8_t { kClosed, kStream, kDatagram, kFile, kEpoll };

  Kind kind = Kind::kClosed;
  bool nonblocking = false;
  bool close_on_exec = false;
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
  // epoll sets.
  std::vector<EpollWatch> watches;

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
  void Close(int fd);
  // Null where the number is not an open virtual descriptor.
  [[nodiscard]] Descriptor* Find(int fd) {
    if (fd < kFirst || fd >= kFirst + kCount) return nullptr;
    Descriptor& d = table_[static_cast<size_t>(fd - kFirst)];
    return d.kind == Descriptor::Kind::kClosed ? nullptr : &d;
  }
  [[nodiscard]] static bool InRange(int fd) { return fd >= kFirst && fd < kFirst + kCount; }
  [[nodiscard]] int open_count() const { return open_count_; }
  template <typename Fn>
  void ForEach(Fn fn) {
    for (int i = 0; i < highest_; ++i) {
      if (table_[static_cast<size_t>(i)].kind != Descriptor::Kind::kClosed)
        fn(kFirst + i, table_[static_cast<size_t>(i)]);
    }
  }
  void CloseAll();

 private:
  std::array<Descriptor, kCount> table_;
  int highest_ = 0;  // one past the highest that was given out in this run
  int open_count_ = 0;
};

}  // namespace cmapsim
