#include "sim/host/event_files.h"

#include <poll.h>
#include <sys/signalfd.h>

#include <algorithm>
#include <csignal>
#include <cstring>

#include "sim/host/descriptors.h"
#include "sim/host/virtual_host.h"

namespace cmapsim {
namespace {

constexpr size_t kWord = sizeof(uint64_t);

ssize_t GiveWord(char* out, uint64_t word) {
  std::memcpy(out, &word, kWord);
  return kWord;
}

}  // namespace

// eventfd ---------------------------------------------------------------------------------------

short EventCounter::Readiness(const ClientThread&) {
  return static_cast<short>((count_ > 0 ? POLLIN : 0) | (CanAdd(1) ? POLLOUT : 0));
}

ssize_t EventCounter::Read(ClientThread&, char* out, size_t size, int) {
  if (size < kWord) return -EINVAL;
  if (count_ == 0) return -EAGAIN;
  const uint64_t taken = semaphore_ ? 1 : count_;
  count_ -= taken;
  Wake(POLLOUT);
  return GiveWord(out, taken);
}

ssize_t EventCounter::Write(std::string_view bytes) {
  if (bytes.size() < kWord) return -EINVAL;
  uint64_t more = 0;
  std::memcpy(&more, bytes.data(), kWord);
  if (more == UINT64_MAX) return -EINVAL;
  wanted_ = more;
  if (!CanAdd(more)) return -EAGAIN;
  count_ += more;
  Wake(POLLIN);
  return kWord;
}

// timerfd ---------------------------------------------------------------------------------------

TimerFile::~TimerFile() {
  if (entry_ != 0) host_.CancelTimer(entry_);
}

void TimerFile::Set(Nanos at_ns, Nanos interval_ns) {
  if (entry_ != 0) host_.CancelTimer(entry_);
  entry_ = 0;
  rung_ = false;
  at_ns_ = at_ns;
  interval_ns_ = interval_ns;
  Arm();
}

void TimerFile::Arm() {
  if (at_ns_ == kNever) return;
  if (at_ns_ <= host_.Now()) return Ring();
  entry_ = host_.ScheduleTimer(at_ns_, descriptors().NumberOf(self()));
}

Nanos TimerFile::Left() const {
  if (at_ns_ == kNever) return 0;
  if (at_ns_ > host_.Now()) return at_ns_ - host_.Now();
  if (interval_ns_ == 0) return 0;
  return interval_ns_ - (host_.Now() - at_ns_) % interval_ns_;
}

void TimerFile::Ring() {
  entry_ = 0;
  rung_ = true;
  Wake(POLLIN);
}

short TimerFile::Readiness(const ClientThread&) { return rung_ ? POLLIN : short{0}; }

ssize_t TimerFile::Read(ClientThread&, char* out, size_t size, int) {
  if (size < kWord) return -EINVAL;
  if (!rung_) return -EAGAIN;
  rung_ = false;
  uint64_t times = 1;
  if (interval_ns_ > 0) {
    times += static_cast<uint64_t>((host_.Now() - at_ns_) / interval_ns_);
    at_ns_ += static_cast<Nanos>(times) * interval_ns_;
    Arm();
  } else {
    at_ns_ = kNever;
  }
  return GiveWord(out, times);
}

// signalfd --------------------------------------------------------------------------------------

short SignalFile::Readiness(const ClientThread& asker) {
  return (host_.signals().PendingFor(asker) & wanted_) != 0 ? POLLIN : short{0};
}

ssize_t SignalFile::Read(ClientThread& reader, char* out, size_t size, int) {
  if (size < sizeof(struct signalfd_siginfo)) return -EINVAL;
  size_t n = 0;
  while (n + sizeof(struct signalfd_siginfo) <= size) {
    const int signal = host_.signals().TakeOf(reader, wanted_);
    if (signal == 0) break;
    struct signalfd_siginfo info = {};
    info.ssi_signo = static_cast<uint32_t>(signal);
    info.ssi_pid = kClientPid;
    std::memcpy(out + n, &info, sizeof info);
    n += sizeof info;
  }
  return n == 0 ? -EAGAIN : static_cast<ssize_t>(n);
}

}  // namespace cmapsim
