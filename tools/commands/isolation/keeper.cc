#include "tools/commands/isolation/keeper.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "tools/commands/isolation/messages.h"
#include "tools/commands/isolation/processes.h"
#include "tools/commands/isolation/supervisor.h"

namespace cmapsim {
namespace {

// The keeper's own descriptors are above those that programs have.
constexpr int kHigh = 200;
constexpr int kLessHigh = 20;  // where few are allowed

int MoveUp(int fd) {
  if (fd < 0) return fd;
  for (const int from : {kHigh, kLessHigh}) {
    const int moved = fcntl(fd, F_DUPFD_CLOEXEC, from);
    if (moved < 0) continue;
    close(fd);
    return moved;
  }
  return fd;
}

std::vector<char*> Pointers(std::vector<std::string>& words, size_t begin, size_t count) {
  std::vector<char*> pointers;
  for (size_t i = begin; i < begin + count && i < words.size(); ++i) {
    pointers.push_back(words[i].data());
  }
  pointers.push_back(nullptr);
  return pointers;
}

std::string ReadAll(int fd) {
  struct stat status = {};
  if (fstat(fd, &status) != 0) return {};
  std::string bytes(static_cast<size_t>(status.st_size), '\0');
  if (pread(fd, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) return {};
  return bytes;
}

// Signals of a terminal reach everybody in its foreground: the command ends by them and the program does
// what it does; the keeper stays until the command is gone.
class Signals {
 public:
  static constexpr std::array<int, 8> kIgnored = {SIGINT,  SIGQUIT, SIGTERM, SIGHUP,
                                                  SIGTSTP, SIGTTIN, SIGTTOU, SIGPIPE};
  Signals() {
    struct sigaction ignore = {};
    ignore.sa_handler = SIG_IGN;
    for (size_t i = 0; i < kIgnored.size(); ++i) sigaction(kIgnored[i], &ignore, &before_[i]);
    struct sigaction standard = {};
    standard.sa_handler = SIG_DFL;
    sigaction(SIGCHLD, &standard, &child_before_);
    sigset_t children;
    sigemptyset(&children);
    sigaddset(&children, SIGCHLD);
    sigprocmask(SIG_BLOCK, &children, &mask_before_);
    fd_ = MoveUp(signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK));
  }

  // In the program's process: as the command was started with.
  void Restore() const {
    for (size_t i = 0; i < kIgnored.size(); ++i) sigaction(kIgnored[i], &before_[i], nullptr);
    sigaction(SIGCHLD, &child_before_, nullptr);
    sigprocmask(SIG_SETMASK, &mask_before_, nullptr);
  }

  [[nodiscard]] int fd() const { return fd_; }
  void Drain() const {
    signalfd_siginfo information;
    while (read(fd_, &information, sizeof information) > 0) {
    }
  }

 private:
  std::array<struct sigaction, kIgnored.size()> before_;
  struct sigaction child_before_ = {};
  sigset_t mask_before_ = {};
  int fd_ = -1;
};

// What a starting program's process says before it becomes the program.
struct Starting {
  bool executes;  // false: the exec failed with `error`
  int listener;
  int error;
};

class Keeper {
 public:
  Keeper(int control, const KeeperOptions& options) : options_(options), control_(control) {
    std::array<int, 2> pipe = {-1, -1};
    if (pipe2(pipe.data(), O_CLOEXEC | O_NONBLOCK) != 0) _exit(1);
    starting_ = MoveUp(pipe[0]);
    starting_write_ = MoveUp(pipe[1]);
  }

  void Loop() {
    for (;;) {
      std::array<pollfd, 4> polled = {{{control_, POLLIN, 0},
                                       {signals_.fd(), POLLIN, 0},
                                       {starting_, POLLIN, 0},
                                       {supervisor_.listener(), POLLIN, 0}}};
      if (poll(polled.data(), polled.size(), -1) < 0) continue;
      if (polled[2].revents != 0) HearStarting();
      if ((polled[3].revents & POLLIN) != 0) {
        if (!supervisor_.Serve()) supervisor_.Release();
      } else if (polled[3].revents != 0) {
        supervisor_.Release();  // nobody is left who could call; the record stays
      }
      if (polled[1].revents != 0) Reap();
      if (polled[0].revents != 0 && !Obey()) return;
    }
  }

  // Whatever is left, with what that begins meanwhile.
  void EndAll() const {
    // Those that have no parent to be found by as well.
    if (options_.own_processes) kill(-1, SIGKILL);
    EndOwnChildren();
  }

 private:
  // False where the command is gone.
  bool Obey() {
    Message message;
    if (!ReceiveMessage(control_, message)) return false;
    const auto request = message.As<KeeperRequest>();
    if (request.kind == KeeperRequest::kStart) Start(request, message.descriptors);
    if (request.kind == KeeperRequest::kKill && program_ > 0) kill(program_, SIGKILL);
    return true;
  }

  void Start(const KeeperRequest& request, std::vector<int>& descriptors) {
    for (int& fd : descriptors) fd = MoveUp(fd);
    if (descriptors.size() != request.count + 1) _exit(1);
    std::vector<std::string> words = DecodeWords(ReadAll(descriptors[0]));
    close(descriptors[0]);
    if (words.empty()) _exit(1);
    for (uint32_t i = 0; i < request.count; ++i) Lend(descriptors[i + 1], request.numbers[i]);
    execution_error_ = 0;
    const std::vector<char*> arguments = Pointers(words, 1, request.arguments);
    const std::vector<char*> variables = Pointers(words, 1 + request.arguments, request.variables);
    // The new process shares this one's descriptors until it executes: so the listener that it makes is here as
    // well. Handing it over by a message is among the calls that would wait for an answer.
    program_ = static_cast<pid_t>(syscall(SYS_clone, CLONE_FILES | SIGCHLD, 0, 0, 0, 0));
    if (program_ == 0) Execute(words[0].c_str(), arguments.data(), variables.data());
    if (program_ < 0) SayEnded(127 << 8, errno);
  }

  [[noreturn]] void Execute(const char* path, char* const* arguments, char* const* variables) {
    signals_.Restore();
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    // Addresses must not differ from run to run: a program may order things by them.
    personality(static_cast<unsigned long>(personality(0xffffffff)) | ADDR_NO_RANDOMIZE);
    errno = 0;
    Starting starting = {.executes = true, .listener = -1, .error = 0};
    starting.listener = InstallCallFilter(options_.call_filter);
    if (starting.listener < 0) starting.error = errno;
    Say(starting);
    if (starting.listener < 0 && options_.filter_needed) _exit(127);
    execve(path, arguments, variables);
    starting = {.executes = false, .listener = -1, .error = errno};
    Say(starting);
    _exit(127);
  }

  void Say(const Starting& starting) const {
    if (write(starting_write_, &starting, sizeof starting) < 0) _exit(126);
  }

  void HearStarting() {
    Starting starting = {};
    while (read(starting_, &starting, sizeof starting) == sizeof starting) {
      if (!starting.executes) {
        execution_error_ = starting.error;
        continue;
      }
      supervisor_.Adopt(MoveUp(starting.listener), program_);
      // Gives the process's number in the command's own namespace.
      const auto pidfd = static_cast<int>(syscall(SYS_pidfd_open, program_, 0));
      const KeeperReply reply = {KeeperReply::kStarted, program_, starting.error, 0, 0};
      SendMessage(control_, &reply, sizeof reply, {},
                  pidfd < 0 ? std::vector<int>() : std::vector<int>{pidfd});
      if (pidfd >= 0) close(pidfd);
    }
  }

  void Reap() {
    signals_.Drain();
    int status = 0;
    for (pid_t ended = 0; (ended = waitpid(-1, &status, WNOHANG)) > 0;) {
      if (ended != program_) continue;  // an orphan
      HearStarting();
      EndAll();
      program_ = -1;
      SayEnded(status, execution_error_);
      return;
    }
  }

  void SayEnded(int status, int error) {
    supervisor_.Release();
    Return();
    const IsolationRecord& record = supervisor_.record();
    std::string text;
    for (const std::string& sentence : record.Sentences()) text += sentence + "\n";
    const KeeperReply reply = {KeeperReply::kEnded, status, error, record.processes(),
                               record.refused()};
    SendMessage(control_, &reply, sizeof reply, text);
  }

  // For the run the descriptor has the number that the program wants it under.
  void Lend(int fd, int number) {
    const int kept = fcntl(number, F_DUPFD_CLOEXEC, kHigh);
    lent_.emplace_back(number, kept);
    dup2(fd, number);
    close(fd);
  }

  void Return() {
    for (const auto& [number, kept] : lent_) {
      if (kept >= 0) {
        dup2(kept, number);
        close(kept);
      } else {
        close(number);
      }
    }
    lent_.clear();
  }

  const KeeperOptions& options_;
  const int control_;
  Signals signals_;
  Supervisor supervisor_;
  int starting_ = -1;
  int starting_write_ = -1;
  pid_t program_ = -1;
  int execution_error_ = 0;
  std::vector<std::pair<int, int>> lent_;  // number, what was there
};

}  // namespace

std::string EncodeWords(const std::vector<std::string>& words) {
  std::string bytes;
  for (const std::string& word : words) bytes += std::to_string(word.size()) + ":" + word;
  return bytes;
}

std::vector<std::string> DecodeWords(const std::string& bytes) {
  std::vector<std::string> words;
  for (size_t at = 0; at < bytes.size();) {
    const size_t colon = bytes.find(':', at);
    if (colon == bytes.npos) return {};
    const size_t size = std::strtoull(bytes.c_str() + at, nullptr, 10);
    if (size > bytes.size() - colon - 1) return {};
    words.push_back(bytes.substr(colon + 1, size));
    at = colon + 1 + size;
  }
  return words;
}

void KeepRuns(int control, const KeeperOptions& options) {
  // Whoever ends all that is called cmapsim does not mean this one, which then ends what they left.
  prctl(PR_SET_NAME, "sandbox-keeper");
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  control = MoveUp(control);
  Keeper keeper(control, options);
  const KeeperReply ready = {KeeperReply::kReady, 0, 0, 0, 0};
  SendMessage(control, &ready, sizeof ready);
  keeper.Loop();
  keeper.EndAll();
  _exit(0);
}

}  // namespace cmapsim
