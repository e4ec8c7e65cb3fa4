#include "sim/host/pair_files.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <string>
#include <utility>

#include "sim/host/real_calls.h"

namespace cmapsim {
namespace {

constexpr size_t kPage = 4096;
constexpr size_t kPipePages = 16;

// The ends as the kernel has them, once another process needs them.
struct RealEnds {
  std::array<int, 2> fd = {-1, -1};

  // Gives one away. The other is the other's, or nobody's.
  int Take(size_t end, bool other_is_there) {
    if (!other_is_there && fd[1 - end] >= 0) Real().close(std::exchange(fd[1 - end], -1));
    return std::exchange(fd[end], -1);
  }
};

size_t RoundUp(size_t size) { return (size + kPage - 1) / kPage * kPage; }

// Pipes ----------------------------------------------------------------------------------------

// A pipe is so many pages, each of which has what is left of one write, and of those behind it that
// fitted (pipe(7): a write of up to PIPE_BUF bytes is never torn).
class Pipe {
 public:
  // Null where that end is closed.
  VirtualFile* reader = nullptr;
  VirtualFile* writer = nullptr;

  [[nodiscard]] size_t size() const { return bytes_; }
  [[nodiscard]] bool CanWrite() const { return pages_.size() < kPipePages; }

  size_t Write(std::string_view bytes) {
    size_t taken = 0;
    const size_t odd = bytes.size() % kPage;
    if (odd > 0 && !pages_.empty() &&
        pages_.back().begin + pages_.back().bytes.size() + odd <= kPage) {
      pages_.back().bytes.append(bytes.substr(0, odd));
      taken = odd;
    }
    while (taken < bytes.size() && CanWrite()) {
      const std::string_view part = bytes.substr(taken, kPage);
      pages_.push_back({0, std::string(part)});
      taken += part.size();
    }
    bytes_ += taken;
    return taken;
  }

  size_t Read(char* out, size_t size) {
    size_t n = 0;
    while (n < size && !pages_.empty()) {
      Page& first = pages_.front();
      const size_t part = std::min(size - n, first.bytes.size());
      std::memcpy(out + n, first.bytes.data(), part);
      n += part;
      first.bytes.erase(0, part);
      first.begin += part;
      if (first.bytes.empty()) pages_.pop_front();
    }
    bytes_ -= n;
    return n;
  }

  int TakeReal(size_t end) {
    if (real_.fd[0] < 0 && real_.fd[1] < 0) {
      if (Real().pipe2(real_.fd.data(), O_CLOEXEC) != 0) return -1;
      for (const Page& page : pages_) {
        if (Real().write(real_.fd[1], page.bytes.data(), page.bytes.size()) < 0) break;
      }
    }
    return real_.Take(end, (end == 0 ? writer : reader) != nullptr);
  }

 private:
  struct Page {
    size_t begin;  // of what is left
    std::string bytes;
  };
  std::deque<Page> pages_;
  size_t bytes_ = 0;
  RealEnds real_;
};

class PipeReader : public VirtualFile {
 public:
  explicit PipeReader(std::shared_ptr<Pipe> pipe) : pipe_(std::move(pipe)) { pipe_->reader = this; }
  ~PipeReader() override {
    pipe_->reader = nullptr;
    if (pipe_->writer != nullptr) pipe_->writer->Wake(POLLOUT);
  }

  short Readiness(const ClientThread&) override {
    return static_cast<short>((pipe_->size() > 0 ? POLLIN : 0) |
                              (pipe_->writer == nullptr ? POLLHUP : 0));
  }
  ssize_t Read(ClientThread&, char* out, size_t size, int) override {
    if (size == 0) return 0;
    if (pipe_->size() == 0) return pipe_->writer == nullptr ? 0 : -EAGAIN;
    const bool was_full = !pipe_->CanWrite();
    const size_t n = pipe_->Read(out, size);
    if (was_full && pipe_->CanWrite() && pipe_->writer != nullptr) {
      pipe_->writer->Wake(POLLOUT);
    }
    return static_cast<ssize_t>(n);
  }
  ssize_t Write(std::string_view) override { return -EBADF; }
  int BytesToRead() override { return static_cast<int>(pipe_->size()); }
  [[nodiscard]] int AccessMode() const override { return O_RDONLY; }
  int GoToKernel() override { return pipe_->TakeReal(0); }

 private:
  std::shared_ptr<Pipe> pipe_;
};

class PipeWriter : public VirtualFile {
 public:
  explicit PipeWriter(std::shared_ptr<Pipe> pipe) : pipe_(std::move(pipe)) { pipe_->writer = this; }
  ~PipeWriter() override {
    pipe_->writer = nullptr;
    if (pipe_->reader != nullptr) pipe_->reader->Wake(POLLIN);
  }

  short Readiness(const ClientThread&) override {
    return static_cast<short>((pipe_->CanWrite() ? POLLOUT : 0) |
                              (pipe_->reader == nullptr ? POLLERR : 0));
  }
  bool CanWrite(size_t) override { return pipe_->CanWrite() || pipe_->reader == nullptr; }
  ssize_t Read(ClientThread&, char*, size_t, int) override { return -EBADF; }
  ssize_t Write(std::string_view bytes) override {
    if (bytes.empty()) return 0;
    if (pipe_->reader == nullptr) return -EPIPE;
    const size_t taken = pipe_->Write(bytes);
    if (taken == 0) return -EAGAIN;
    pipe_->reader->Wake(POLLIN);
    return static_cast<ssize_t>(taken);
  }
  int BytesToRead() override { return static_cast<int>(pipe_->size()); }
  [[nodiscard]] int AccessMode() const override { return O_WRONLY; }
  [[nodiscard]] bool IsStream() const override { return true; }
  int GoToKernel() override { return pipe_->TakeReal(1); }

 private:
  std::shared_ptr<Pipe> pipe_;
};

// Pairs of sockets -----------------------------------------------------------------------------

constexpr size_t kSendBuffer = 212992;
constexpr size_t kMessage = 256;                      // the kernel's own of every message,
constexpr size_t kShared = 320;                       // and of its block
constexpr size_t kMostPaged = 17 * kPage;             // what of it can be in pages
constexpr size_t kStreamBlock = 3776;                 // what of a stream's message is in its block
constexpr size_t kDatagramBlock = 16064;              // and of a datagram
constexpr size_t kStreamPart = kStreamBlock + 32768;  // a longer write is torn

// What a message costs of its sender's buffer.
size_t CostOf(size_t size, size_t block) {
  size_t paged = 0;
  if (size > block) paged = std::min({size, RoundUp(size - block), kMostPaged});
  size_t in_block = 512;
  while (in_block < size - paged + kShared) in_block *= 2;
  return kMessage + in_block + RoundUp(paged);
}

struct Message {
  std::string bytes;
  size_t cost;
};

struct Side {
  VirtualFile* file = nullptr;  // null once it is closed
  std::deque<Message> incoming;
  size_t bytes = 0;
  size_t cost = 0;
  bool no_reading = false;  // shut down, by whichever side
  bool no_writing = false;
  int error = 0;

  // One byte of the buffer is always taken (the kernel counts the socket itself). A message is sent as
  // long as there is any room at all, but nobody is woken for less than three quarters.
  [[nodiscard]] bool CanTake() const { return cost + 1 < kSendBuffer; }
  [[nodiscard]] bool HasRoom() const { return (cost + 1) * 4 <= kSendBuffer; }
  void Wake(int conditions) const {
    if (file != nullptr) file->Wake(conditions);
  }
};

struct Sides {
  std::array<Side, 2> side;
  RealEnds real;
};

class PairEnd : public VirtualFile {
 public:
  PairEnd(int type, std::shared_ptr<Sides> sides, size_t mine)
      : type_(type),
        sides_(std::move(sides)),
        mine_(mine),
        me_(sides_->side[mine]),
        peer_(sides_->side[1 - mine]) {
    me_.file = this;
  }
  ~PairEnd() override {
    me_.file = nullptr;
    if (connected()) {
      if (!me_.incoming.empty()) peer_.error = ECONNRESET;
      peer_.no_reading = peer_.no_writing = true;
    }
    me_.incoming.clear();
    me_.cost = me_.bytes = 0;
    peer_.Wake(POLLIN | POLLOUT);
  }

  short Readiness(const ClientThread&) override {
    int ready = 0;
    if (!me_.incoming.empty() || me_.no_reading) ready |= POLLIN;
    if (me_.no_reading) ready |= POLLRDHUP;
    if (me_.no_reading && me_.no_writing) ready |= POLLHUP;
    if (me_.error != 0) ready |= POLLERR;
    if (peer_.HasRoom()) ready |= POLLOUT;
    return static_cast<short>(ready);
  }
  bool CanWrite(size_t) override {
    return peer_.HasRoom() || me_.no_writing || peer_.file == nullptr;
  }

  ssize_t Read(ClientThread&, char* out, size_t size, int flags) override {
    if (size == 0 && type_ == SOCK_STREAM) return 0;
    if (me_.incoming.empty() || type_ != SOCK_STREAM) {
      if (me_.error != 0) return -std::exchange(me_.error, 0);
    }
    if (me_.incoming.empty()) {
      return me_.no_reading && connected() ? 0 : -EAGAIN;
    }
    const bool was_full = !me_.HasRoom();
    const size_t n = type_ == SOCK_STREAM ? ReadStream(out, size, (flags & MSG_PEEK) != 0)
                                          : ReadMessage(out, size, (flags & MSG_PEEK) != 0);
    if (was_full && me_.HasRoom()) peer_.Wake(POLLOUT);
    return static_cast<ssize_t>(n);
  }

  ssize_t Write(std::string_view bytes) override {
    if (type_ != SOCK_STREAM && bytes.size() > kSendBuffer - 32) return -EMSGSIZE;
    if (type_ != SOCK_STREAM && me_.error != 0) return -std::exchange(me_.error, 0);
    if (me_.no_writing) return -EPIPE;
    if (type_ == SOCK_STREAM && bytes.empty()) return 0;
    if (!peer_.CanTake()) return -EAGAIN;
    if (peer_.file == nullptr) return Refuse();
    if (peer_.no_reading) return -EPIPE;
    if (type_ != SOCK_STREAM) {
      Push(bytes, kDatagramBlock);
      return static_cast<ssize_t>(bytes.size());
    }
    size_t taken = 0;
    while (taken < bytes.size() && peer_.CanTake()) {
      const std::string_view part = bytes.substr(taken, kStreamPart);
      Push(part, kStreamBlock);
      taken += part.size();
    }
    return static_cast<ssize_t>(taken);
  }

  int BytesToRead() override {
    if (type_ != SOCK_DGRAM) return static_cast<int>(me_.bytes);
    return me_.incoming.empty() ? 0 : static_cast<int>(me_.incoming.front().bytes.size());
  }
  [[nodiscard]] bool IsSocket() const override { return true; }
  [[nodiscard]] int SocketType() const override { return type_; }
  [[nodiscard]] bool IsStream() const override { return type_ == SOCK_STREAM; }
  int GoToKernel() override;

  int Shutdown(int how) override {
    if (how < SHUT_RD || how > SHUT_RDWR) return -EINVAL;
    if (how != SHUT_WR) me_.no_reading = true;
    if (how != SHUT_RD) me_.no_writing = true;
    if (connected() && peer_.file != nullptr) {
      if (how != SHUT_WR) peer_.no_writing = true;
      if (how != SHUT_RD) peer_.no_reading = true;
    }
    Wake(POLLIN | POLLOUT);
    peer_.Wake(POLLIN | POLLOUT);
    return 0;
  }

 private:
  [[nodiscard]] bool connected() const { return type_ != SOCK_DGRAM; }

  void Push(std::string_view bytes, size_t block) {
    const size_t cost = CostOf(bytes.size(), block);
    peer_.incoming.push_back({std::string(bytes), cost});
    peer_.bytes += bytes.size();
    peer_.cost += cost;
    peer_.Wake(POLLIN);
  }

  // A datagram finds nobody: the kernel forgets the other end, with what came from it.
  ssize_t Refuse() {
    if (std::exchange(refused_, true)) return -ENOTCONN;
    me_.incoming.clear();
    me_.cost = me_.bytes = 0;
    return -ECONNREFUSED;
  }

  void PopMessage() {
    me_.cost -= me_.incoming.front().cost;
    me_.incoming.pop_front();
  }

  size_t ReadStream(char* out, size_t size, bool peek) {
    size_t n = 0;
    for (size_t i = 0; n < size && i < me_.incoming.size();) {
      std::string& bytes = me_.incoming[i].bytes;
      const size_t part = std::min(size - n, bytes.size());
      std::memcpy(out + n, bytes.data(), part);
      n += part;
      if (peek) {
        ++i;
        continue;
      }
      bytes.erase(0, part);
      if (bytes.empty()) PopMessage();
    }
    if (!peek) me_.bytes -= n;
    return n;
  }

  // What of it does not fit is lost.
  size_t ReadMessage(char* out, size_t size, bool peek) {
    const std::string& bytes = me_.incoming.front().bytes;
    const size_t n = std::min(size, bytes.size());
    std::memcpy(out, bytes.data(), n);
    if (peek) return n;
    me_.bytes -= bytes.size();
    PopMessage();
    return n;
  }

  int type_;
  std::shared_ptr<Sides> sides_;
  size_t mine_;
  Side& me_;
  Side& peer_;
  bool refused_ = false;
};

int PairEnd::GoToKernel() {
  RealEnds& real = sides_->real;
  if (real.fd[0] < 0 && real.fd[1] < 0) {
    if (Real().socketpair(AF_UNIX, type_ | SOCK_CLOEXEC, 0, real.fd.data()) != 0) return -1;
    for (size_t i = 0; i < 2; ++i) {
      for (const Message& message : sides_->side[i].incoming) {
        Real().send(real.fd[1 - i], message.bytes.data(), message.bytes.size(),
                    MSG_DONTWAIT | MSG_NOSIGNAL);
      }
    }
  }
  return real.Take(mine_, peer_.file != nullptr);
}

}  // namespace

FilePair MakePipe() {
  const auto pipe = std::make_shared<Pipe>();
  return {std::make_unique<PipeReader>(pipe), std::make_unique<PipeWriter>(pipe)};
}

FilePair MakeSocketPair(int type) {
  const auto sides = std::make_shared<Sides>();
  return {std::make_unique<PairEnd>(type, sides, 0), std::make_unique<PairEnd>(type, sides, 1)};
}

}  // namespace cmapsim
