#include "conformance/targets/case_cost.h"

#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <sstream>
#include <thread>
#include <vector>

namespace cmapsim {
namespace {

std::string Errno(const char* what) { return std::string(what) + ": " + std::strerror(errno); }

// Of proc(5)'s stat, behind the name in brackets: minflt is the eighth word, majflt the tenth.
int64_t PageFaults(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  std::istringstream words(text.substr(std::min(text.size(), text.rfind(')') + 1)));
  std::vector<std::string> fields((std::istream_iterator<std::string>(words)), {});
  if (fields.size() < 10) return 0;
  return std::atoll(fields[7].c_str()) + std::atoll(fields[9].c_str());
}

// Counts a worker's system calls for one request: from where it waits for one to where it waits for
// the next.
class SystemCallCount {
 public:
  explicit SystemCallCount(pid_t pid) : pid_(pid) {}

  // `request` has the worker run something. -1 with errno where the machine allows no counting.
  int64_t During(const std::function<void()>& request) {
    if (!Attach()) return -1;
    std::thread requester(request);
    int64_t calls = 0;
    while (!answered_ || !waits_) {
      int status = 0;
      const pid_t thread = waitpid(-1, &status, __WALL | __WNOTHREAD);
      if (thread < 0) break;  // the worker is gone
      if (!WIFSTOPPED(status)) continue;
      calls += Look(thread, WSTOPSIG(status), status >> 16);
    }
    Detach();
    requester.join();
    return calls;
  }

 private:
  static constexpr uint64_t kControlFd = 3;  // worker_process.cc

  // A stop of a thread, which goes on: 1 where it was a system call's begin.
  int Look(pid_t thread, int signal, int event) {
    if (signal != (SIGTRAP | 0x80)) {
      const bool own = event == 0 && signal != SIGTRAP;  // not one that ptrace made
      ptrace(PTRACE_SYSCALL, thread, nullptr, own ? signal : 0);
      return 0;
    }
    struct __ptrace_syscall_info info = {};
    ptrace(PTRACE_GET_SYSCALL_INFO, thread, sizeof info, &info);
    bool counts = info.op == PTRACE_SYSCALL_INFO_ENTRY;
    if (counts) {
      const bool control = info.entry.args[0] == kControlFd;
      answered_ = answered_ || (info.entry.nr == SYS_sendto && control);
      waits_ = info.entry.nr == SYS_read && control;
      // The one that it was in when it was attached to, and begins again.
      counts = !std::erase(fresh_, thread);
    }
    if (!answered_ || !waits_) ptrace(PTRACE_SYSCALL, thread, nullptr, nullptr);
    return counts ? 1 : 0;
  }

  bool Attach() {
    namespace fs = std::filesystem;
    std::error_code error;
    for (const auto& entry :
         fs::directory_iterator("/proc/" + std::to_string(pid_) + "/task", error)) {
      const pid_t thread = std::atoi(entry.path().filename().c_str());
      if (ptrace(PTRACE_SEIZE, thread, nullptr, PTRACE_O_TRACESYSGOOD) != 0) return false;
      threads_.push_back(thread);
      if (!Stop(thread)) return false;
      ptrace(PTRACE_SYSCALL, thread, nullptr, nullptr);
    }
    fresh_ = threads_;
    return !threads_.empty();
  }

  static bool Stop(pid_t thread) {
    int status = 0;
    return ptrace(PTRACE_INTERRUPT, thread, nullptr, nullptr) == 0 &&
           waitpid(thread, &status, __WALL) == thread && WIFSTOPPED(status);
  }

  void Detach() {
    for (const pid_t thread : threads_) {
      // The one that waits for the next request stands still already.
      if (ptrace(PTRACE_DETACH, thread, nullptr, nullptr) == 0) continue;
      if (Stop(thread)) ptrace(PTRACE_DETACH, thread, nullptr, nullptr);
    }
  }

  pid_t pid_;
  std::vector<pid_t> threads_;
  std::vector<pid_t> fresh_;
  bool answered_ = false;
  bool waits_ = false;
};

}  // namespace

tl::expected<CaseCost, std::string> MeasureCase(SimulatedTarget& target, const Plan& plan,
                                                TraceLevel level, uint32_t cases) {
  const uint32_t few = cases / 10 + 1;
  std::string problem;
  const auto run = [&](uint32_t count) {
    const auto trace = target.RunRepeated(plan, level, count);
    if (!trace) problem = trace.error();
  };
  run(cases);  // warms up
  const pid_t pid = target.worker_pid();
  const auto faults_of = [&](uint32_t count) {
    const int64_t before = PageFaults(pid);
    run(count);
    return PageFaults(pid) - before;
  };
  const int64_t few_faults = faults_of(few);
  const int64_t more_faults = faults_of(few + cases);
  const auto calls_of = [&](uint32_t count) {
    SystemCallCount counter(pid);
    const int64_t calls = counter.During([&] { run(count); });
    if (calls < 0 && problem.empty()) problem = Errno("system calls cannot be counted: ptrace");
    return calls;
  };
  const int64_t few_calls = calls_of(few);
  const int64_t more_calls = few_calls < 0 ? -1 : calls_of(few + cases);
  if (problem.empty() && target.worker_pid() != pid) problem = "the worker ended meanwhile";
  if (!problem.empty()) return tl::unexpected(problem);
  CaseCost cost;
  cost.system_calls = static_cast<double>(more_calls - few_calls) / cases;
  cost.page_faults = static_cast<double>(more_faults - few_faults) / cases;
  cost.exchange_calls =
      few_calls - static_cast<int64_t>(cost.system_calls * static_cast<double>(few));
  return cost;
}

}  // namespace cmapsim
