#include "conformance/targets/killed_worker.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <cstring>
#include <fstream>
#include <string>

#include "sim/core/trace.h"

namespace cmapsim {
namespace {

constexpr int kDeathsOfTheTargets = 3;
constexpr int kDeathsOfOthers = 2;

// The number behind "name " at the begin of a line.
int64_t Field(const std::string& path, std::string_view name) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with(name) || line.size() <= name.size() || line[name.size()] != ' ') continue;
    int64_t number = 0;
    std::from_chars(line.data() + name.size() + 1, line.data() + line.size(), number);
    return number;
  }
  return 0;
}

// That others send to end a process. Who crashes does not die of one of these.
bool EndsFromOutside(int signal) {
  constexpr std::array kSignals = {SIGKILL, SIGTERM, SIGINT, SIGHUP, SIGQUIT};
  return std::find(kSignals.begin(), kSignals.end(), signal) != kSignals.end();
}

std::string_view LastLine(std::string_view trace) {
  while (trace.ends_with('\n')) trace.remove_suffix(1);
  return trace.substr(trace.rfind('\n') + 1);
}

// What was killed, or empty.
std::string Victim(const WorkerProcess& worker, const KilledCase::Trace& trace, bool live) {
  const int signal = worker.died_of();
  if (signal != 0 && (live || EndsFromOutside(signal))) {
    return "its worker process (SIG" + std::string(sigabbrev_np(signal)) + ")";
  }
  if (!live) return {};
  if (worker.died()) return "its worker process, which ended or no longer answered";
  // A daemon that cannot be had, say.
  if (!trace) return trace.error();
  const std::string_view last = LastLine(*trace);
  if (last.find("service-ended signal SIGKILL") != std::string_view::npos) {
    return "its corosync (SIGKILL)";
  }
  return last.find(" = crash SIGKILL") != std::string_view::npos ? "its client process (SIGKILL)"
                                                                 : "";
}

// Empty where client code was not running.
std::string Place(const WorkerProcess& worker, const KilledCase::Trace& trace, bool live) {
  if (!trace || (live && worker.died())) return {};
  if (live) return ApiTraceWithoutTime(*trace);
  return worker.calls() == 0 ? "" : std::to_string(worker.calls()) + " " + std::string(*trace);
}

// When this process first asked: a file for each case would cost more than the case.
int64_t OutOfMemoryKillsBefore() {
  static const int64_t before = OutOfMemoryKills();
  return before;
}

std::string Cause(int64_t oom_kills) {
  if (oom_kills > 0) {
    return "the kernel's out-of-memory killer struck " + std::to_string(oom_kills) +
           (oom_kills == 1 ? " time" : " times") +
           " meanwhile: free memory, or raise the limit of this control group";
  }
  return "the kernel names no reason: look for who ends processes here (a time limit, a limit of "
         "the "
         "container, kill), and run it again without that";
}

}  // namespace

int64_t OutOfMemoryKills() {
  int64_t kills = Field("/proc/vmstat", "oom_kill");
  std::ifstream groups("/proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {
    constexpr std::string_view kUnified = "0::";
    if (!line.starts_with(kUnified)) continue;
    kills += Field("/sys/fs/cgroup" + line.substr(kUnified.size()) + "/memory.events", "oom_kill");
  }
  return kills;
}

KilledCase::KilledCase() { OutOfMemoryKillsBefore(); }

KilledCase::Next KilledCase::After(const WorkerProcess& worker, const Trace& trace, bool live) {
  const std::string victim = Victim(worker, trace, live);
  if (victim.empty()) {
    if (trace) return Next::kDone;
    error_ = trace.error();
    return Next::kError;
  }
  const std::string place = Place(worker, trace, live);
  if (++deaths_ == 1) place_ = place;
  same_place_ = same_place_ && !place.empty() && place == place_;
  const int64_t oom_kills = OutOfMemoryKills() - OutOfMemoryKillsBefore();
  if (same_place_ && oom_kills == 0) {
    return deaths_ < kDeathsOfTheTargets ? Next::kAgain : Next::kDone;
  }
  if (deaths_ < kDeathsOfOthers) return Next::kAgain;
  error_ = trace || !live || worker.died()
               ? "killed twice in the middle of one case: " + victim + "; " + Cause(oom_kills)
               : victim;
  return Next::kError;
}

}  // namespace cmapsim
