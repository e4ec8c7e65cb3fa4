#include "tools/commands/program_watch.h"

#include <dirent.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

#include "sim/host/worker_protocol.h"

namespace cmapsim {
namespace {

constexpr int kSliceMs = 20;

Nanos Now() {
  struct timespec now = {};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * kSecond + now.tv_nsec;
}

int64_t CpuTimeMs(pid_t pid) {
  clockid_t clock = 0;
  struct timespec now = {};
  if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &now) != 0) return 0;
  return now.tv_sec * 1000 + now.tv_nsec / 1'000'000;
}

// Calls `found` with the folder of each thread of a process.
template <typename Found>
void ForEachThread(pid_t pid, Found found) {
  const std::string tasks = "/proc/" + std::to_string(pid) + "/task";
  DIR* const folder = opendir(tasks.c_str());
  if (folder == nullptr) return;
  while (const struct dirent* const task = readdir(folder)) {
    if (task->d_name[0] != '.') found(tasks + "/" + task->d_name);
  }
  closedir(folder);
}

// Whether one of its threads is inside write(2) or writev(2): then it waits for whoever reads.
bool WaitsForReader(pid_t pid) {
  bool waits = false;
  ForEachThread(pid, [&waits](const std::string& thread) {
    FILE* const file = std::fopen((thread + "/syscall").c_str(), "re");
    if (file == nullptr) return;
    long number = -1;
    if (std::fscanf(file, "%ld", &number) == 1) {
      waits = waits || number == SYS_write || number == SYS_writev;
    }
    std::fclose(file);
  });
  return waits;
}

// Whether neither an interposed call nor anything else shows that the program goes on.
class HangWatch {
 public:
  HangWatch(pid_t pid, const WatchBounds& bounds, const SharedState& shared)
      : pid_(pid), bounds_(bounds), shared_(shared) {}

  // After each slice.
  bool Hangs() {
    const uint64_t calls = shared_.calls.load(std::memory_order_relaxed);
    if (calls != calls_) {
      calls_ = calls;
      cpu_ms_ = CpuTimeMs(pid_);
      still_ms_ = 0;
      return false;
    }
    still_ms_ += kSliceMs;
    if (CpuTimeMs(pid_) - cpu_ms_ >= bounds_.hang_cpu_ms) return true;
    if (bounds_.real_time || still_ms_ < bounds_.hang_sleep_ms) return false;
    // Nobody reads what it prints: that is not its doing.
    if (WaitsForReader(pid_)) still_ms_ = 0;
    return still_ms_ != 0;
  }

 private:
  const pid_t pid_;
  const WatchBounds& bounds_;
  const SharedState& shared_;
  uint64_t calls_ = 0;
  int64_t cpu_ms_ = 0;
  int64_t still_ms_ = 0;
};

// "wchar: N" of /proc/PID/io.
bool ReadWritten(pid_t pid, uint64_t& bytes) {
  const std::string path = "/proc/" + std::to_string(pid) + "/io";
  FILE* const file = std::fopen(path.c_str(), "re");
  if (file == nullptr) return false;
  bool found = false;
  char line[128];
  while (!found && std::fgets(line, sizeof line, file) != nullptr) {
    unsigned long long number = 0;
    if (std::sscanf(line, "wchar: %llu", &number) != 1) continue;
    bytes = number;
    found = true;
  }
  std::fclose(file);
  return found;
}

void AppendChildren(pid_t pid, std::vector<pid_t>& children) {
  ForEachThread(pid, [&children](const std::string& thread) {
    FILE* const file = std::fopen((thread + "/children").c_str(), "re");
    if (file == nullptr) return;
    for (int child = 0; std::fscanf(file, "%d", &child) == 1;) children.push_back(child);
    std::fclose(file);
  });
}

Stopped Bound(const WatchBounds& bounds, Nanos begin_ns, HangWatch& hang, Watched& watched) {
  if (hang.Hangs()) return Stopped::kHang;
  if (bounds.real_limit_ns > 0 && Now() - begin_ns > bounds.real_limit_ns) {
    return Stopped::kRealTime;
  }
  if (bounds.output_limit == 0) return Stopped::kNo;
  const Written written = WrittenByDescendants();
  watched.output_unseen = watched.output_unseen || written.unseen;
  return written.bytes > bounds.output_limit ? Stopped::kOutput : Stopped::kNo;
}

}  // namespace

std::string_view StoppedEnding(Stopped stopped) {
  switch (stopped) {
    case Stopped::kNo:
      return {};
    case Stopped::kHang:
      return "hang";
    case Stopped::kRealTime:
      return "limit real-time";
    case Stopped::kOutput:
      return "limit output";
  }
  return {};
}

Written WrittenByDescendants() {
  Written all;
  std::vector<pid_t> processes;
  AppendChildren(getpid(), processes);
  for (size_t i = 0; i < processes.size(); ++i) {
    const pid_t pid = processes[i];
    uint64_t bytes = 0;
    // One that has just ended cannot say any more: its parent's number has its bytes.
    if (ReadWritten(pid, bytes)) {
      all.bytes += bytes;
    } else if (kill(pid, 0) == 0) {
      all.unseen = true;
    }
    AppendChildren(pid, processes);
  }
  return all;
}

Watched WatchProgram(pid_t pid, Isolation& isolation, const WatchBounds& bounds,
                     const SharedState& shared) {
  Watched watched;
  HangWatch hang(pid, bounds, shared);
  const Nanos begin_ns = Now();
  while (!isolation.Ended(watched.end, kSliceMs)) {
    watched.stopped = Bound(bounds, begin_ns, hang, watched);
    if (watched.stopped == Stopped::kNo) continue;
    isolation.Kill();
    (void)isolation.Ended(watched.end, -1);
    break;
  }
  return watched;
}

}  // namespace cmapsim
