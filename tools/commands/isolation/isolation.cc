#include "tools/commands/isolation/isolation.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "tools/commands/isolation/call_filter.h"
#include "tools/commands/isolation/keeper.h"
#include "tools/commands/isolation/messages.h"
#include "tools/commands/isolation/processes.h"

namespace cmapsim {
namespace {

constexpr char kRemedy[] =
    "; expected namespaces or seccomp's user notification (Linux 5.5): in a container allow one of "
    "them, as "
    "with docker run --security-opt seccomp=unconfined";

// Descriptors that were not meant for programs are the command's alone: whoever waits for the end of a pipe
// must see it when the command closes it.
void CloseOthers(int kept) {
  std::vector<int> open;
  DIR* const folder = opendir("/proc/self/fd");
  if (folder == nullptr) return;
  while (const dirent* const entry = readdir(folder)) {
    const int fd = std::atoi(entry->d_name);
    if (fd > 2 && fd != kept && fd != dirfd(folder)) open.push_back(fd);
  }
  closedir(folder);
  for (const int fd : open) {
    if ((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0) close(fd);
  }
}

[[noreturn]] void Fail(int control, const std::string& why) {
  const KeeperReply reply = {KeeperReply::kFailed, 0, 0, 0, 0};
  SendMessage(control, &reply, sizeof reply, why);
  _exit(1);
}

// Process 1 of a namespace: takes nobody in but the keeper's own orphans, and goes with the keeper.
[[noreturn]] void Init(pid_t keeper, int control) {
  prctl(PR_SET_NAME, "sandbox-init");
  close(control);
  for (;;) {
    const pid_t ended = waitpid(-1, nullptr, 0);
    if (ended == keeper || (ended < 0 && errno != EINTR)) _exit(0);
  }
}

// The new process, until the keeper in it ends.
[[noreturn]] void RunKeeper(NamespaceKind kind, int control) {
  CloseOthers(control);
  Message mapped;
  if (!ReceiveMessage(control, mapped)) _exit(1);
  if (auto ready = SetUpNamespaces(kind); !ready) Fail(control, ready.error());
  KeeperOptions options;
  options.filter_needed = kind == NamespaceKind::kNone;
  options.own_processes = HasOwnProcesses(kind);
  auto filter = MakeCallFilter({.files = kind == NamespaceKind::kNone});
  if (!filter) Fail(control, filter.error());
  options.call_filter = std::move(*filter);
  if (HasOwnProcesses(kind)) {
    // The command's death is that of the whole namespace, whatever state the keeper is in.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    const pid_t keeper = fork();
    if (keeper < 0) Fail(control, std::string("fork: ") + std::strerror(errno));
    if (keeper > 0) Init(keeper, control);
  }
  KeepRuns(control, options);
}

int WordsInMemory(const std::string& bytes) {
  const int fd = memfd_create("cmapsim-start", MFD_CLOEXEC);
  if (fd >= 0 && write(fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()))
    return fd;
  if (fd >= 0) close(fd);
  return -1;
}

}  // namespace

tl::expected<std::unique_ptr<Isolation>, std::string> Isolation::Enter() {
  // Should the keeper be killed, what it was in charge of comes here.
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  std::unique_ptr<Isolation> isolation(new Isolation);
  for (const NamespaceKind kind : kNamespaceKinds) {
    auto done = isolation->Try(kind);
    if (done) {
      if (kind != NamespaceKind::kNone) isolation->no_namespaces_.clear();
      return isolation;
    }
    // The last kind of namespaces is what most are without.
    if (kind != NamespaceKind::kNone) isolation->no_namespaces_ = done.error();
    if (kind == NamespaceKind::kNone) return tl::make_unexpected(done.error());
  }
  return tl::make_unexpected(std::string("no way to start a program"));
}

tl::expected<void, std::string> Isolation::Try(NamespaceKind kind) {
  std::array<int, 2> link;
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, link.data()) != 0) {
    return tl::make_unexpected(std::string("socketpair: ") + std::strerror(errno));
  }
  const auto child =
      static_cast<pid_t>(syscall(SYS_clone, NamespaceFlags(kind) | SIGCHLD, 0, 0, 0, 0));
  if (child == 0) {
    close(link[0]);
    RunKeeper(kind, link[1]);
  }
  const int error = errno;
  close(link[1]);
  std::string problem;
  if (child < 0) problem = std::string("clone: ") + std::strerror(error);
  if (problem.empty() && HasOwnUsers(kind)) {
    if (auto mapped = MapUsers(child); !mapped) problem = mapped.error();
  }
  const KeeperRequest mapped = {KeeperRequest::kMapped, 0, 0, 0, {}};
  Message message;
  if (problem.empty()) {
    if (!SendMessage(link[0], &mapped, sizeof mapped) || !ReceiveMessage(link[0], message)) {
      problem = "the process in them ended";
    } else if (message.As<KeeperReply>().kind == KeeperReply::kFailed) {
      problem = message.TextAfter<KeeperReply>();
    }
  }
  if (problem.empty()) {
    kind_ = kind;
    control_ = link[0];
    keeper_ = child;
    return {};
  }
  close(link[0]);
  if (child > 0) {
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
  }
  return tl::make_unexpected(problem);
}

Isolation::~Isolation() {
  if (control_ >= 0) close(control_);
  if (keeper_ > 0) waitpid(keeper_, nullptr, 0);
}

tl::expected<pid_t, std::string> Isolation::Start(const IsolatedStart& start) {
  std::vector<std::string> words = {start.program};
  words.insert(words.end(), start.arguments.begin(), start.arguments.end());
  words.insert(words.end(), start.variables.begin(), start.variables.end());
  KeeperRequest request = {KeeperRequest::kStart,
                           static_cast<uint32_t>(start.arguments.size()),
                           static_cast<uint32_t>(start.variables.size()),
                           static_cast<uint32_t>(start.descriptors.size()),
                           {}};
  if (start.descriptors.size() >= KeeperRequest::kMaxDescriptors) {
    return tl::make_unexpected(
        std::string("too many descriptors for a program; expected at most 7"));
  }
  const int words_fd = WordsInMemory(EncodeWords(words));
  if (words_fd < 0)
    return tl::make_unexpected(std::string("no memory for the program's arguments"));
  std::vector<int> descriptors = {words_fd};
  for (size_t i = 0; i < start.descriptors.size(); ++i) {
    descriptors.push_back(start.descriptors[i].first);
    request.numbers[i] = start.descriptors[i].second;
  }
  const bool sent = SendMessage(control_, &request, sizeof request, {}, descriptors);
  close(words_fd);
  Message message;
  if (!sent || !ReceiveMessage(control_, message)) {
    return tl::make_unexpected(
        std::string("the keeper of the sandbox was killed before the program began; run it again"));
  }
  const auto reply = message.As<KeeperReply>();
  pid_t pid = reply.value;
  if (!message.descriptors.empty()) {
    pid = NumberOfPidfd(message.descriptors[0], pid);
    for (const int fd : message.descriptors) close(fd);
  }
  filter_error_ = reply.error;
  const bool isolated = filter_error_ == 0 || kind_ != NamespaceKind::kNone;
  if (reply.kind == KeeperReply::kStarted && isolated) return pid;
  if (reply.kind != KeeperReply::kStarted) {
    return tl::make_unexpected(std::string("cannot start ") + start.program +
                               ": fork: " + std::strerror(reply.error));
  }
  IsolatedEnd end;
  (void)Ended(end, -1);
  return tl::make_unexpected(
      "programs cannot be kept from a real corosync here: namespaces: " + no_namespaces_ +
      "; seccomp: " + std::strerror(filter_error_) + kRemedy);
}

bool Isolation::Ended(IsolatedEnd& end, int timeout_ms) {
  pollfd state = {control_, POLLIN, 0};
  if (poll(&state, 1, timeout_ms) <= 0) return false;
  Message message;
  end = IsolatedEnd();
  if (!ReceiveMessage(control_, message)) {
    end.lost = true;
    // Without process namespaces the program's own children are this process's now.
    EndOwnChildren();
    keeper_ = -1;
    return true;
  }
  const auto reply = message.As<KeeperReply>();
  end.status = reply.value;
  end.execution_error = reply.error;
  end.processes = reply.processes;
  end.refused = reply.refused;
  std::string text = message.TextAfter<KeeperReply>();
  for (size_t begin = 0, line = 0; (line = text.find('\n', begin)) != text.npos; begin = line + 1) {
    end.told.push_back(text.substr(begin, line - begin));
  }
  Tell(end);
  return true;
}

void Isolation::Tell(IsolatedEnd& end) const {
  if (filter_error_ != 0) {
    end.told.push_back(
        "what it started on the real host is not known: seccomp's user notification is refused (" +
        std::string(std::strerror(filter_error_)) +
        (filter_error_ == EBUSY ? ": another supervisor watches this process)" : ")"));
  }
  if (end.processes > 0 && !no_namespaces_.empty()) {
    end.told.push_back("without namespaces of their own (" + no_namespaces_ +
                       ") those are kept from corosync and libqb's files only");
  }
}

void Isolation::Kill() {
  const KeeperRequest request = {KeeperRequest::kKill, 0, 0, 0, {}};
  SendMessage(control_, &request, sizeof request);
}

}  // namespace cmapsim
