// eventfd, timerfd and signalfd: descriptors that count.
//
//   descriptors.Open(std::make_unique<EventCounter>(0, EFD_SEMAPHORE));
//   auto timer = std::make_unique<TimerFile>(host, CLOCK_MONOTONIC);
//   timer->Set(2 * kSecond, 2 * kSecond);                  // virtual time
//   descriptors.Open(std::make_unique<SignalFile>(host, SignalBit(SIGTERM)));
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <ctime>

#include "sim/core/time.h"
#include "sim/host/virtual_file.h"

namespace cmapsim {

class VirtualHost;

class EventCounter : public VirtualFile {
 public:
  EventCounter(uint64_t count, bool semaphore) : count_(count), semaphore_(semaphore) {}

  short Readiness(const ClientThread& asker) override;
  // Always of eight bytes: that they can be added is looked at again when they are.
  bool CanWrite(size_t) override { return CanAdd(wanted_); }
  ssize_t Read(ClientThread& reader, char* out, size_t size, int flags) override;
  ssize_t Write(std::string_view bytes) override;

 private:
  [[nodiscard]] bool CanAdd(uint64_t more) const { return more <= UINT64_MAX - 1 - count_; }

  uint64_t count_;
  uint64_t wanted_ = 0;  // what the last write that had to wait would add
  bool semaphore_;
};

// As the kernel's, it rings once and then only counts until it is read: a timer that nobody looks at
// costs nothing, however often it would have rung.
class TimerFile : public VirtualFile {
 public:
  TimerFile(VirtualHost& host, clockid_t clock) : host_(host), clock_(clock) {}
  ~TimerFile() override;

  [[nodiscard]] clockid_t clock() const { return clock_; }
  // First at that instant of virtual time, kNever not at all; then again and again, 0 not.
  static constexpr Nanos kNever = -1;
  void Set(Nanos at_ns, Nanos interval_ns);
  [[nodiscard]] Nanos Left() const;
  [[nodiscard]] Nanos interval_ns() const { return interval_ns_; }
  // The scheduler's entry came.
  void Ring();

  short Readiness(const ClientThread& asker) override;
  ssize_t Read(ClientThread& reader, char* out, size_t size, int flags) override;

 private:
  void Arm();

  VirtualHost& host_;
  clockid_t clock_;
  Nanos at_ns_ = kNever;  // when it rings next; in the past: when it rang
  Nanos interval_ns_ = 0;
  bool rung_ = false;
  uint64_t entry_ = 0;  // the scheduler's number; 0: none
};

class SignalFile : public VirtualFile {
 public:
  SignalFile(VirtualHost& host, uint64_t wanted) : host_(host), wanted_(wanted) {}

  void SetWanted(uint64_t wanted) { wanted_ = wanted; }

  short Readiness(const ClientThread& asker) override;
  ssize_t Read(ClientThread& reader, char* out, size_t size, int flags) override;

 private:
  VirtualHost& host_;
  uint64_t wanted_;
};

}  // namespace cmapsim
