#include "conformance/targets/worker_process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

#include "conformance/targets/hang_watch.h"
#include "sim/core/plan_codec.h"
#include "sim/host/worker_protocol.h"

namespace cmapsim {
namespace {

constexpr int kWatchSliceMs = 100;
constexpr unsigned long kAskPersonality = 0xffffffff;  // changes nothing: personality(2)
// The worker finds its descriptors under these numbers.
constexpr int kWorkerControlFd = 3;
constexpr int kWorkerTraceFd = 4;
constexpr int kWorkerLogFd = 5;

std::string Errno(const char* what) { return std::string(what) + ": " + std::strerror(errno); }

SharedState& Shared(char* mapping) { return *reinterpret_cast<SharedState*>(mapping); }

std::string SignalText(int signal) {
  const char* name = sigabbrev_np(signal);
  return name != nullptr ? std::string("SIG") + name : std::to_string(signal);
}

}  // namespace

tl::expected<std::unique_ptr<WorkerProcess>, std::string> WorkerProcess::Start(
    WorkerOptions options) {
  std::unique_ptr<WorkerProcess> worker(new WorkerProcess(std::move(options)));
  std::string problem = worker->Launch();
  // Nobody's library kills like that while it is loaded.
  if (!problem.empty() && worker->died_of() == SIGKILL) problem = worker->Launch();
  if (!problem.empty()) return tl::unexpected(std::move(problem));
  return worker;
}

WorkerProcess::~WorkerProcess() {
  Bury();
  if (mapping_ != nullptr) munmap(mapping_, kTraceFileSize);
  if (trace_fd_ >= 0) close(trace_fd_);
  if (log_fd_ >= 0) close(log_fd_);
}

std::string WorkerProcess::Launch() {
  if (mapping_ == nullptr) {
    trace_fd_ = memfd_create("cmapsim-trace", MFD_CLOEXEC);
    log_fd_ = memfd_create("cmapsim-log", MFD_CLOEXEC);
    if (trace_fd_ < 0 || log_fd_ < 0 || ftruncate(trace_fd_, kTraceFileSize) != 0) {
      return Errno("cannot make memory for traces");
    }
    fcntl(log_fd_, F_SETFL, O_APPEND);
    void* mapping = mmap(nullptr, kTraceFileSize, PROT_READ | PROT_WRITE, MAP_SHARED, trace_fd_, 0);
    if (mapping == MAP_FAILED) return Errno("cannot map memory for traces");
    mapping_ = static_cast<char*>(mapping);
  }
  (void)!ftruncate(log_fd_, 0);
  signal_ = 0;
  ended_ = false;
  int sockets[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0)
    return Errno("cannot make a socket pair");

  // Numbers above the ones the worker expects first, so that no dup2 overwrites one that is still
  // needed.
  const std::array<int, 3> high = {fcntl(sockets[1], F_DUPFD_CLOEXEC, 32),
                                   fcntl(trace_fd_, F_DUPFD_CLOEXEC, 32),
                                   fcntl(log_fd_, F_DUPFD_CLOEXEC, 32)};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, high[0], kWorkerControlFd);
  posix_spawn_file_actions_adddup2(&actions, high[1], kWorkerTraceFd);
  posix_spawn_file_actions_adddup2(&actions, high[2], kWorkerLogFd);

  std::vector<std::string> words = {options_.executable, "--control-fd=3", "--trace-fd=4",
                                    "--log-fd=5"};
  words.insert(words.end(), options_.arguments.begin(), options_.arguments.end());
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  // Nothing of the caller's environment: it could reach a trace.
  std::vector<std::string> variables = {"LC_ALL=C", "TZ=UTC", "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                                        "LD_BIND_NOW=1"};
  if (!options_.library_folder.empty())
    variables.push_back("LD_LIBRARY_PATH=" + options_.library_folder);
  std::vector<char*> environment;
  environment.reserve(variables.size() + 1);
  for (std::string& variable : variables) environment.push_back(variable.data());
  environment.push_back(nullptr);

  // A library that is handed a broken reply may return what lay on its stack: addresses that differ
  // from process to process would reach a trace. Where the kernel does not allow it, they do.
  const int before = personality(kAskPersonality);
  if (options_.watch_calls && before != -1) {
    personality(static_cast<unsigned long>(before) | ADDR_NO_RANDOMIZE);
  }
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  if (options_.watch_calls) posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  const int error = posix_spawn(&pid_, options_.executable.c_str(), &actions, &attributes,
                                argv.data(), environment.data());
  posix_spawnattr_destroy(&attributes);
  if (options_.watch_calls && before != -1) personality(static_cast<unsigned long>(before));
  posix_spawn_file_actions_destroy(&actions);
  for (const int fd : high) close(fd);
  close(sockets[1]);
  control_fd_ = sockets[0];
  if (error != 0) {
    pid_ = -1;
    return "cannot start " + options_.executable + ": " + std::strerror(error);
  }
  std::string message, ending;
  if (!Receive(message, ending)) {
    const std::string log = LogTail(5);
    return "the library ended the process while it was loaded (" + ending + ")" +
           (log.empty() ? "" : "\n" + log);
  }
  if (message.empty() || message[0] != 'R') {
    Bury();
    return message.empty() ? "the worker said nothing" : message.substr(1);
  }
  information_ = message.substr(1);
  return {};
}

void WorkerProcess::Bury() {
  if (control_fd_ >= 0) close(control_fd_);
  control_fd_ = -1;
  if (pid_ > 0) {
    // A live worker cleans up when it sees its command go; a simulated one has nothing to clean.
    if (options_.watch_calls || !EndsByItself()) kill(pid_, SIGKILL);
    Collect();
  }
}

// Waits for its end, which need not come only because it has closed its end of the socket.
bool WorkerProcess::EndsByItself() const {
  constexpr int kLookMs = 10;
  constexpr int64_t kAsleepLooks = 200;
  constexpr int64_t kLiveLooks = 3000;  // a live worker cleans up first
  HangWatch watch(pid_, {options_.hang_cpu_ms, kAsleepLooks});
  for (int64_t looks = 0;; ++looks) {
    siginfo_t info = {};
    if (waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT | WNOHANG) != 0 ||
        info.si_pid != 0) {
      return true;
    }
    const bool hangs = options_.watch_calls
                           ? watch.Hangs(Shared(mapping_).calls.load(std::memory_order_relaxed))
                           : looks >= kLiveLooks;
    if (hangs) return false;
    poll(nullptr, 0, looks == 0 ? 1 : kLookMs);
  }
}

// Takes what it left running in its group along, before its number can be another's.
int WorkerProcess::Collect() {
  siginfo_t info = {};
  waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT);
  if (options_.watch_calls) kill(-pid_, SIGKILL);
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  return status;
}

void WorkerProcess::Kill() {
  kill(pid_, SIGKILL);
  ended_ = true;
}

uint64_t WorkerProcess::calls() const { return Shared(mapping_).calls.load(); }

std::string WorkerProcess::Reap() {
  const bool hangs = !EndsByItself();
  if (hangs) Kill();
  const int status = Collect();
  close(control_fd_);
  control_fd_ = -1;
  signal_ = WIFSIGNALED(status) && !ended_ ? WTERMSIG(status) : 0;
  if (hangs) return "hang";
  if (WIFSIGNALED(status)) return "crash " + SignalText(WTERMSIG(status));
  return "exit " + std::to_string(WEXITSTATUS(status));
}

std::string WorkerProcess::WaitReadable() {
  HangWatch watch(pid_, {options_.hang_cpu_ms, options_.hang_sleep_ms / kWatchSliceMs});
  int64_t silent_ms = 0;
  for (;;) {
    struct pollfd entry = {control_fd_, POLLIN, 0};
    const int ready = poll(&entry, 1, kWatchSliceMs);
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return Errno("poll");
    silent_ms += kWatchSliceMs;
    const bool hangs = options_.watch_calls
                           ? watch.Hangs(Shared(mapping_).calls.load(std::memory_order_relaxed))
                           : silent_ms >= options_.silence_ms;
    if (!hangs) continue;
    Kill();
    Reap();
    return "hang";
  }
}

bool WorkerProcess::ReadFully(void* out, size_t size, std::string& ending) {
  for (char* at = static_cast<char*>(out); size > 0;) {
    ending = WaitReadable();
    if (!ending.empty()) return false;
    const ssize_t n = recv(control_fd_, at, size, 0);
    if (n <= 0) {
      ending = Reap();
      return false;
    }
    at += n;
    size -= static_cast<size_t>(n);
  }
  return true;
}

bool WorkerProcess::Receive(std::string& message, std::string& ending) {
  uint32_t size = 0;
  if (!ReadFully(&size, sizeof size, ending)) return false;
  if (size > (1U << 20)) {  // the target wrote into our descriptor
    Kill();
    Reap();
    ending = "crash protocol";
    return false;
  }
  message.resize(size);
  return ReadFully(message.data(), size, ending);
}

std::string_view WorkerProcess::TraceText() const {
  const uint64_t size = Shared(mapping_).trace_size.load(std::memory_order_acquire);
  return {mapping_ + kTraceTextOffset, std::min<uint64_t>(size, kTraceTextCapacity)};
}

void WorkerProcess::AppendEnding(std::string_view ending) {
  SharedState& shared = Shared(mapping_);
  const std::string line =
      std::to_string(shared.now_ns.load()) + " = " + std::string(ending) + "\n";
  // A case may have ended well before its worker did: of both the worse one counts.
  std::string_view text = TraceText();
  const size_t last = text.substr(0, text.size() - std::min<size_t>(text.size(), 1)).rfind('\n');
  const size_t begin = last == std::string_view::npos ? 0 : last + 1;
  if (text.substr(begin).find(" = ") != std::string_view::npos) text = text.substr(0, begin);
  const size_t size = std::min(text.size(), kTraceTextCapacity - line.size());
  std::memcpy(mapping_ + kTraceTextOffset + size, line.data(), line.size());
  shared.trace_size.store(size + line.size(), std::memory_order_release);
}

tl::expected<std::string_view, std::string> WorkerProcess::Run(const Plan& plan, TraceLevel level,
                                                               uint32_t repeat) {
  if (pid_ < 0) {
    std::string problem = Launch();
    if (!problem.empty()) return tl::unexpected(std::move(problem));
  }
  const RunRequest header = {static_cast<uint32_t>(level), repeat};
  request_.assign(sizeof(uint32_t) + sizeof header, '\0');
  EncodePlan(plan, request_);
  const auto size = static_cast<uint32_t>(request_.size() - sizeof(uint32_t));
  std::memcpy(request_.data(), &size, sizeof size);
  std::memcpy(request_.data() + sizeof size, &header, sizeof header);
  Shared(mapping_).trace_size.store(0, std::memory_order_relaxed);
  // What cases print is kept for the last words of the next failure only.
  constexpr off_t kMostLog = off_t{16} << 20;
  if (lseek(log_fd_, 0, SEEK_END) > kMostLog) (void)!ftruncate(log_fd_, 0);
  for (size_t done = 0; done < request_.size();) {
    const ssize_t n =
        send(control_fd_, request_.data() + done, request_.size() - done, MSG_NOSIGNAL);
    if (n <= 0) break;  // it is gone: what is read next says how
    done += static_cast<size_t>(n);
  }
  std::string message, ending;
  if (!Receive(message, ending)) {
    AppendEnding(ending);
    return TraceText();
  }
  if (!message.empty() && message[0] == 'D') return TraceText();
  return tl::unexpected(message.empty() ? std::string("the worker said nothing")
                                        : message.substr(1));
}

std::string WorkerProcess::LogTail(size_t lines) const {
  constexpr off_t kMost = 16384;
  const off_t size = lseek(log_fd_, 0, SEEK_END);
  const off_t from = std::max<off_t>(0, size - kMost);
  std::string text(static_cast<size_t>(size - from), '\0');
  const ssize_t n = pread(log_fd_, text.data(), text.size(), from);
  text.resize(n > 0 ? static_cast<size_t>(n) : 0);
  size_t at = text.size();
  for (size_t i = 0; i <= lines && at != std::string::npos && at > 0; ++i)
    at = text.rfind('\n', at - 1);
  if (at != std::string::npos && at > 0) text.erase(0, at + 1);
  return text;
}

}  // namespace cmapsim
