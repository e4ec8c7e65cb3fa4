#include "tools/commands/program_process.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <memory>

#include "sim/core/plan_codec.h"
#include "sim/host/worker_protocol.h"
#include "tools/commands/program_watch.h"

namespace cmapsim {
namespace {

constexpr int kTraceFd = 10;
constexpr int kPlanFd = 11;

std::string Errno(const std::string& what) { return what + ": " + std::strerror(errno); }

// A memfd that is closed when it is left.
class Memory {
 public:
  explicit Memory(const char* name) : fd_(memfd_create(name, MFD_CLOEXEC)) {}
  ~Memory() {
    if (mapping_ != nullptr) munmap(mapping_, kTraceFileSize);
    if (fd_ >= 0) close(fd_);
  }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  [[nodiscard]] int fd() const { return fd_; }
  bool Fill(const std::string& bytes) {
    return write(fd_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) &&
           lseek(fd_, 0, SEEK_SET) == 0;
  }
  char* MapTrace() {
    if (ftruncate(fd_, kTraceFileSize) != 0) return nullptr;
    void* p = mmap(nullptr, kTraceFileSize, PROT_READ | PROT_WRITE, MAP_SHARED, fd_, 0);
    mapping_ = p == MAP_FAILED ? nullptr : static_cast<char*>(p);
    return mapping_;
  }

 private:
  int fd_;
  char* mapping_ = nullptr;
};

// What the program sees of the caller's environment: where it finds programs and its user's files.
std::vector<std::string> Environment(const ProgramOptions& options) {
  std::vector<std::string> variables = {"LC_ALL=C", "TZ=UTC", "LD_BIND_NOW=1",
                                        "LD_PRELOAD=" + options.preload};
  std::string words = "trace=" + std::to_string(kTraceFd) + " plan=" + std::to_string(kPlanFd);
  if (options.level == TraceLevel::kHost) words += " host=1";
  if (options.own_input) words += " input=1";
  if (options.real_time) words += " pace=1";
  if (options.until_ns > 0) words += " until=" + std::to_string(options.until_ns);
  if (options.until_asked) words += " asked=1";
  variables.push_back("CMAPSIM_RUN=" + words);
  for (const char* name : {"PATH", "HOME", "LD_LIBRARY_PATH"}) {
    if (const char* value = std::getenv(name)) variables.push_back(std::string(name) + "=" + value);
  }
  return variables;
}

IsolatedStart StartOf(const ProgramOptions& options, int trace_fd, int plan_fd) {
  IsolatedStart start;
  start.program = options.program;
  start.arguments = {options.program};
  start.arguments.insert(start.arguments.end(), options.arguments.begin(), options.arguments.end());
  start.variables = Environment(options);
  start.descriptors = {{trace_fd, kTraceFd}, {plan_fd, kPlanFd}};
  return start;
}

// What stands behind "=" in the last line; empty where the trace has no ending.
std::string EndingOf(std::string_view trace) {
  if (trace.empty()) return {};
  const size_t line = trace.rfind('\n', trace.size() - 2);
  std::string_view last = trace.substr(line == trace.npos ? 0 : line + 1);
  const size_t mark = last.find(" = ");
  if (mark == last.npos) return {};
  last.remove_prefix(mark + 3);
  if (last.ends_with('\n')) last.remove_suffix(1);
  return std::string(last);
}

std::string EndingOf(const Watched& watched) {
  if (watched.stopped != Stopped::kNo) return std::string(StoppedEnding(watched.stopped));
  if (WIFSIGNALED(watched.end.status)) {
    const char* name = sigabbrev_np(WTERMSIG(watched.end.status));
    return std::string("crash SIG") + (name != nullptr ? name : "?");
  }
  return "exit " + std::to_string(WEXITSTATUS(watched.end.status));
}

// What stdio holds is written when the trace has its ending, and that can be too much, or nobody reads it.
void CorrectEnding(const Watched& watched, ProgramRun& run) {
  const bool died = watched.stopped != Stopped::kNo || WIFSIGNALED(watched.end.status);
  if (!died || !run.ending.starts_with(EndingName(EndingKind::kExit))) return;
  run.trace.resize(run.trace.rfind('\n', run.trace.size() - 2) + 1);
  run.ending.clear();
}

bool IsProgram(const std::string& path) {
  struct stat status = {};
  return stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
         access(path.c_str(), X_OK) == 0;
}

}  // namespace

tl::expected<std::string, std::string> FindProgram(const std::string& name) {
  if (name.find('/') != std::string::npos) {
    if (IsProgram(name)) return name;
    return tl::unexpected(name + " is not a program: expected an executable file");
  }
  const char* variable = std::getenv("PATH");
  const std::string folders =
      std::string(variable == nullptr ? "" : variable) + ":/usr/sbin:/usr/local/sbin:/sbin";
  for (size_t begin = 0; begin < folders.size();) {
    const size_t end = std::min(folders.find(':', begin), folders.size());
    std::string path = folders.substr(begin, end - begin) + "/" + name;
    if (end > begin && IsProgram(path)) return path;
    begin = end + 1;
  }
  return tl::unexpected("there is no program " + name +
                        " in PATH; give its path, or install what it belongs to");
}

tl::expected<ProgramRun, std::string> RunProgram(const Plan& plan, const ProgramOptions& options,
                                                 Isolation& isolation) {
  Memory trace("cmapsim-trace");
  Memory plan_bytes("cmapsim-plan");
  std::string encoded;
  EncodePlan(plan, encoded);
  char* const mapping = trace.MapTrace();
  if (mapping == nullptr || !plan_bytes.Fill(encoded)) {
    return tl::unexpected(Errno("cannot make memory for the trace"));
  }
  const auto pid = isolation.Start(StartOf(options, trace.fd(), plan_bytes.fd()));
  if (!pid) return tl::unexpected(pid.error());
  SharedState& shared = *reinterpret_cast<SharedState*>(mapping);
  const Watched watched = WatchProgram(*pid, isolation,
                                       {.real_time = options.real_time,
                                        .real_limit_ns = options.real_limit_ns,
                                        .output_limit = options.output_limit},
                                       shared);
  if (watched.end.lost) {
    return tl::unexpected("the keeper of the sandbox was killed, and " + options.program +
                          " with it; run it again");
  }
  if (watched.end.execution_error != 0) {
    return tl::unexpected("cannot start " + options.program + ": " +
                          std::strerror(watched.end.execution_error));
  }

  ProgramRun run;
  run.told = watched.end.told;
  run.calls = shared.calls.load();
  run.end_ns = shared.now_ns.load();
  run.output_unseen = watched.output_unseen;
  const uint64_t size = shared.trace_size.load(std::memory_order_acquire);
  run.trace.assign(mapping + kTraceTextOffset, std::min<uint64_t>(size, kTraceTextCapacity));
  run.ending = EndingOf(run.trace);
  CorrectEnding(watched, run);
  const ProgramPhase phase = shared.phase.load();
  run.in_exit = phase == ProgramPhase::kExits || phase == ProgramPhase::kEndedInExit;
  if (!run.ending.empty()) return run;
  // A program that replaces itself at once (env) leaves no trace either, but it has read its plan.
  const bool came_up = lseek(plan_bytes.fd(), 0, SEEK_CUR) > 0;
  if (!came_up && watched.stopped == Stopped::kNo && WIFEXITED(watched.end.status)) {
    std::string why = "the virtual host did not come up in " + options.program + " (exit status " +
                      std::to_string(WEXITSTATUS(watched.end.status)) +
                      "): it takes a dynamically linked program that is not set-user-ID";
    for (const std::string& sentence : watched.end.told) why += "; " + sentence;
    return tl::unexpected(why);
  }
  run.ending = EndingOf(watched);
  run.trace += std::to_string(run.end_ns) + " = " + run.ending + "\n";
  return run;
}

}  // namespace cmapsim
