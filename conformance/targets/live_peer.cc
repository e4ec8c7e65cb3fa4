#include "conformance/targets/live_peer.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "sim/core/plan_codec.h"

namespace cmapsim {
namespace {

using Outcome = tl::expected<void, std::string>;

// What a running daemon needs for a question is far below a millisecond, but it may not be let.
constexpr int kPatienceMs = 60'000;

[[noreturn]] void BecomePeer(int fd, const std::string& library_dir) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  unsetenv("LD_PRELOAD");
  if (library_dir.empty()) {
    unsetenv("LD_LIBRARY_PATH");
  } else {
    setenv("LD_LIBRARY_PATH", library_dir.c_str(), 1);
  }
  fcntl(fd, F_SETFD, 0);
  const std::string argument = std::string(kLivePeerArgument) + "=" + std::to_string(fd);
  execl("/proc/self/exe", "cmapsim_live_peer", argument.c_str(), nullptr);
  _exit(127);
}

}  // namespace

Outcome LivePeer::Start() {
  End();
  Outcome launched = Launch({});
  if (!launched && !daemon_library_dir_.empty()) {
    if (Launch(daemon_library_dir_)) return {};
  }
  return launched;
}

Outcome LivePeer::Launch(const std::string& library_dir) {
  std::array<int, 2> ends;
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return tl::make_unexpected(std::string("cannot start the peer: socketpair: ") +
                               strerror(errno));
  }
  pid_ = fork();
  if (pid_ == 0) BecomePeer(ends[1], library_dir);
  close(ends[1]);
  channel_ = std::make_unique<MessageChannel>(ends[0]);
  std::string greeting;
  if (pid_ < 0 || !channel_->Receive(greeting)) greeting = "Eits process could not be started";
  if (greeting.starts_with('R')) return {};
  End();
  return tl::make_unexpected("the peer, a second client for the steps of others: " +
                             greeting.substr(1));
}

void LivePeer::End() {
  channel_.reset();
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

// A question with an empty answer, or a reason.
Outcome LivePeer::Ask(const std::string& message) {
  std::string answer;
  if (channel_ && channel_->Send(message)) {
    while (channel_->WaitReadable(kPatienceMs) && channel_->Receive(answer)) {
      // A step that a stopped service had kept back may be finished only now, its case over.
      if (answer.starts_with('S')) continue;
      if (answer.size() <= 1) return {};
      return tl::make_unexpected(answer.substr(1));
    }
  }
  End();
  return tl::make_unexpected("the peer process has ended or does not answer");
}

Outcome LivePeer::Prepare(const Plan& plan) {
  std::string message = "P";
  EncodePlan(plan, message);
  return Ask(message);
}

Outcome LivePeer::CleanUp() { return Ask("C"); }

void LivePeer::Begin(int32_t step) {
  std::string message = "S";
  message.append(reinterpret_cast<const char*>(&step), sizeof step);
  // Where the peer has gone, Finish says so.
  if (channel_) static_cast<void>(channel_->Send(message));
}

std::optional<LiveOtherStep> LivePeer::Finish() {
  std::string answer;
  LiveOtherStep done;
  if (!channel_ || !channel_->Receive(answer) || answer.size() != 1 + sizeof done) {
    return std::nullopt;
  }
  memcpy(&done, answer.data() + 1, sizeof done);
  return done;
}

}  // namespace cmapsim
