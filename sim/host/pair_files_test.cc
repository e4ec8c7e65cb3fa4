// Pipes and pairs of sockets against the kernel's: whatever is done to both comes out the same.
#include "sim/host/pair_files.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <rapidcheck/gtest.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/host/tasks.h"

namespace cmapsim {
namespace {

constexpr short kConditions = POLLIN | POLLOUT | POLLRDHUP;
constexpr short kReported = kConditions | POLLHUP | POLLERR;

// Two ends in the kernel, and ours.
class Both {
 public:
  // 0 for a pipe, or the type of a pair.
  explicit Both(int type) {
    const int made = type == 0 ? pipe2(real_.data(), O_NONBLOCK)
                               : socketpair(AF_UNIX, type | SOCK_NONBLOCK, 0, real_.data());
    EXPECT_EQ(made, 0);
    FilePair pair = type == 0 ? MakePipe() : MakeSocketPair(type);
    ours_[0] = std::move(pair.first);
    ours_[1] = std::move(pair.second);
  }
  ~Both() {
    for (size_t end = 0; end < 2; ++end) Close(end);
  }
  Both(const Both&) = delete;
  Both& operator=(const Both&) = delete;

  [[nodiscard]] bool open(size_t end) const { return real_[end] >= 0; }
  void Close(size_t end) {
    if (!open(end)) return;
    close(std::exchange(real_[end], -1));
    ours_[end].reset();
  }
  std::pair<ssize_t, ssize_t> Write(size_t end, const std::string& bytes) {
    const ssize_t theirs = Result(write(real_[end], bytes.data(), bytes.size()));
    return {ours_[end]->Write(bytes), theirs};
  }
  std::pair<std::string, std::string> Read(size_t end, size_t size) {
    std::string ours(size, '\0');
    std::string theirs(size, '\0');
    const ssize_t n = Result(read(real_[end], theirs.data(), size));
    const ssize_t m = ours_[end]->Read(reader_, ours.data(), size, 0);
    const auto text = [](std::string& bytes, ssize_t count) {
      if (count < 0) return "error " + std::to_string(-count);
      bytes.resize(static_cast<size_t>(count));
      return bytes;
    };
    return {text(ours, m), text(theirs, n)};
  }
  std::pair<int, int> Shutdown(size_t end, int how) {
    const auto theirs = static_cast<int>(Result(shutdown(real_[end], how)));
    return {ours_[end]->Shutdown(how), theirs};
  }
  std::pair<int, int> Ready(size_t end) {
    struct pollfd entry = {real_[end], kConditions, 0};
    poll(&entry, 1, 0);
    return {ours_[end]->Readiness(reader_) & kReported, entry.revents};
  }
  std::pair<int, int> ToRead(size_t end) {
    int theirs = 0;
    ioctl(real_[end], FIONREAD, &theirs);
    return {ours_[end]->BytesToRead(), theirs};
  }

 private:
  static ssize_t Result(ssize_t result) { return result < 0 ? -errno : result; }

  std::array<int, 2> real_ = {-1, -1};
  std::array<std::unique_ptr<VirtualFile>, 2> ours_;
  ClientThread reader_;
};

// How much a socket holds is the kernel's version's and its settings'.
bool IsTheKernelThatWasObserved() {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) != 0) return false;
  int fit = 0;
  while (write(pair[0], "x", 1) == 1) ++fit;
  const std::string large(1'000'000, 'x');
  char byte = 0;
  while (read(pair[1], &byte, 1) == 1) {
  }
  const ssize_t taken = write(pair[0], large.data(), large.size());
  close(pair[0]);
  close(pair[1]);
  return fit == 278 && taken == 219264;
}

size_t Size() {
  return *rc::gen::oneOf(rc::gen::inRange<size_t>(0, 10), rc::gen::inRange<size_t>(4000, 5100),
                         rc::gen::inRange<size_t>(30'000, 40'000),
                         rc::gen::inRange<size_t>(60'000, 300'000));
}

void DoOneThing(Both& both, bool pair) {
  const auto end = *rc::gen::inRange<size_t>(0, 2);
  if (!both.open(end)) return;
  const int choice = *rc::gen::inRange(0, 100);
  if (choice < 50) {
    const std::string bytes(Size(), static_cast<char>('a' + choice % 26));
    const auto [ours, theirs] = both.Write(end, bytes);
    RC_LOG() << end << " writes " << bytes.size() << ": " << theirs << "\n";
    RC_ASSERT(ours == theirs);
  } else if (choice < 95) {
    // read of nothing is not asked of a socket (descriptor_calls.cc).
    const size_t size = Size() + (pair ? 1 : 0);
    const auto [ours, theirs] = both.Read(end, size);
    RC_LOG() << end << " reads " << size << ": " << theirs.substr(0, 9) << "\n";
    RC_ASSERT(ours == theirs);
  } else if (choice < 98 && pair) {
    const int how = *rc::gen::inRange(0, 3);
    const auto [ours, theirs] = both.Shutdown(end, how);
    RC_LOG() << end << " shuts " << how << "\n";
    RC_ASSERT(ours == theirs);
  } else if (choice == 99) {
    RC_LOG() << end << " closes\n";
    both.Close(end);
  }
}

void SameAsTheKernel(int type) {
  std::signal(SIGPIPE, SIG_IGN);
  Both both(type);
  const int steps = *rc::gen::inRange(1, 60);
  for (int i = 0; i < steps; ++i) {
    DoOneThing(both, type != 0);
    for (size_t end = 0; end < 2; ++end) {
      if (!both.open(end)) continue;
      const auto ready = both.Ready(end);
      RC_ASSERT(ready.first == ready.second);
      const auto to_read = both.ToRead(end);
      RC_ASSERT(to_read.first == to_read.second);
    }
  }
}

class PairFilesTest : public testing::TestWithParam<int> {};

TEST_P(PairFilesTest, WhateverIsDoneComesOutAsFromTheKernel) {
  if (GetParam() != 0 && !IsTheKernelThatWasObserved()) {
    GTEST_SKIP() << "this kernel's sockets hold more or less than those that were observed (Linux "
                    "6.18, net.core.wmem_default 212992)";
  }
  EXPECT_TRUE(rc::check([] { SameAsTheKernel(GetParam()); }));
}

INSTANTIATE_TEST_SUITE_P(Kinds, PairFilesTest,
                         testing::Values(0, SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET),
                         [](const auto& info) {
                           switch (info.param) {
                             case SOCK_STREAM:
                               return "Stream";
                             case SOCK_DGRAM:
                               return "Datagram";
                             case SOCK_SEQPACKET:
                               return "Seqpacket";
                             default:
                               return "Pipe";
                           }
                         });

}  // namespace
}  // namespace cmapsim
