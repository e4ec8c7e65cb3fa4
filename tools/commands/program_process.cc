#include "tools/commands/program_process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
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

std::vector<char*> Pointers(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

// Starts the program; -1 with errno.
pid_t Spawn(const ProgramOptions& options, int trace_fd, int plan_fd) {
  std::vector<std::string> words = {options.program};
  words.insert(words.end(), options.arguments.begin(), options.arguments.end());
  std::vector<std::string> variables = Environment(options);
  const std::vector<char*> argv = Pointers(words);
  const std::vector<char*> environment = Pointers(variables);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, trace_fd, kTraceFd);
  posix_spawn_file_actions_adddup2(&actions, plan_fd, kPlanFd);
  pid_t pid = -1;
  // Addresses must not differ from run to run: a program may order things by them.
  const int before = personality(0xffffffff);
  personality(static_cast<unsigned long>(before) | ADDR_NO_RANDOMIZE);
  errno = posix_spawn(&pid, options.program.c_str(), &actions, nullptr, argv.data(),
                      environment.data());
  const int error = errno;
  personality(static_cast<unsigned long>(before));
  posix_spawn_file_actions_destroy(&actions);
  errno = error;
  return error == 0 ? pid : -1;
}

// Every process that this one is the parent of.
std::vector<pid_t> Children() {
  std::vector<pid_t> children;
  const std::string self = std::to_string(getpid());
  const std::string path = "/proc/self/task/" + self + "/children";
  FILE* const file = std::fopen(path.c_str(), "re");
  if (file == nullptr) return children;
  for (int child = 0; std::fscanf(file, "%d", &child) == 1;) children.push_back(child);
  std::fclose(file);
  return children;
}

// What the program began and left behind has come to be this process's (a subreaper's), and ends with
// the run: daemons that nobody knows of must not stay. What they began in turn comes here as well.
void EndWhatIsLeft() {
  for (;;) {
    const std::vector<pid_t> children = Children();
    if (children.empty()) return;
    for (const pid_t child : children) kill(child, SIGKILL);
    for (const pid_t child : children) waitpid(child, nullptr, 0);
  }
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
  if (WIFSIGNALED(watched.status)) {
    const char* name = sigabbrev_np(WTERMSIG(watched.status));
    return std::string("crash SIG") + (name != nullptr ? name : "?");
  }
  return "exit " + std::to_string(WEXITSTATUS(watched.status));
}

// What stdio holds is written when the trace has its ending, and that can be too much, or nobody reads it.
void CorrectEnding(const Watched& watched, ProgramRun& run) {
  const bool died = watched.stopped != Stopped::kNo || WIFSIGNALED(watched.status);
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

tl::expected<ProgramRun, std::string> RunProgram(const Plan& plan, const ProgramOptions& options) {
  Memory trace("cmapsim-trace");
  Memory plan_bytes("cmapsim-plan");
  std::string encoded;
  EncodePlan(plan, encoded);
  char* const mapping = trace.MapTrace();
  if (mapping == nullptr || !plan_bytes.Fill(encoded)) {
    return tl::unexpected(Errno("cannot make memory for the trace"));
  }
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  const pid_t pid = Spawn(options, trace.fd(), plan_bytes.fd());
  if (pid < 0) return tl::unexpected(Errno("cannot start " + options.program));
  SharedState& shared = *reinterpret_cast<SharedState*>(mapping);
  const Watched watched = WatchProgram(pid,
                                       {.real_time = options.real_time,
                                        .real_limit_ns = options.real_limit_ns,
                                        .output_limit = options.output_limit},
                                       shared);
  EndWhatIsLeft();

  ProgramRun run;
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
  if (run.calls == 0 && run.trace.empty() && watched.stopped == Stopped::kNo &&
      WIFEXITED(watched.status)) {
    return tl::unexpected("the virtual host did not come up in " + options.program +
                          " (exit status " + std::to_string(WEXITSTATUS(watched.status)) +
                          "): it takes a dynamically linked program that is not set-user-ID");
  }
  run.ending = EndingOf(watched);
  run.trace += std::to_string(run.end_ns) + " = " + run.ending + "\n";
  return run;
}

}  // namespace cmapsim
