#include "conformance/targets/hang_watch.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "sim/core/machine_speed.h"

namespace cmapsim {
namespace {

struct Stat {
  char state = '?';
  long long user_ticks = 0;
  long long system_ticks = 0;
};

// Of proc(5)'s stat: the state is the third word, utime and stime the 14th and 15th. The second is
// a name, in brackets.
Stat ReadStat(const std::string& path) {
  Stat stat;
  char text[1024] = {};
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return stat;
  const ssize_t n = read(fd, text, sizeof text - 1);
  close(fd);
  const char* bracket = n > 0 ? std::strrchr(text, ')') : nullptr;
  if (bracket == nullptr) return stat;
  (void)std::sscanf(bracket + 1, " %c %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %lld %lld",
                    &stat.state, &stat.user_ticks, &stat.system_ticks);
  return stat;
}

bool EveryThreadSleeps(const std::string& process) {
  DIR* const threads = opendir((process + "/task").c_str());
  if (threads == nullptr) return false;
  bool sleeps = true;
  while (const dirent* entry = readdir(threads)) {
    if (entry->d_name[0] == '.') continue;
    if (ReadStat(process + "/task/" + entry->d_name + "/stat").state != 'S') sleeps = false;
  }
  closedir(threads);
  return sleeps;
}

}  // namespace

ProcessLook LookAt(pid_t pid) {
  const std::string process = "/proc/" + std::to_string(pid);
  const Stat stat = ReadStat(process + "/stat");
  const long ticks = sysconf(_SC_CLK_TCK);
  ProcessLook look;
  look.there = stat.state != '?' && stat.state != 'Z' && stat.state != 'X';
  look.stopped = stat.state == 'T';
  look.asleep = look.there && EveryThreadSleeps(process);
  look.user_ms = stat.user_ticks * 1000 / ticks;
  look.system_ms = stat.system_ticks * 1000 / ticks;
  return look;
}

bool HangWatch::Hangs(uint64_t calls) {
  constexpr int64_t kKernelCounts = 10;  // one part in
  const ProcessLook look = LookAt(pid_);
  const int64_t work_ms = look.user_ms + look.system_ms / kKernelCounts;
  if (!began_ || calls != calls_ || !look.there) {
    began_ = true;
    calls_ = calls;
    work_ms_ = work_ms;
    asleep_ = 0;
    return false;
  }
  if (look.stopped) return true;
  asleep_ = look.asleep ? asleep_ + 1 : 0;
  return asleep_ >= bounds_.asleep_looks ||
         work_ms - work_ms_ >= bounds_.cpu_ms * MachineSlowness();
}

}  // namespace cmapsim
