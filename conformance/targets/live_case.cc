#include "conformance/targets/live_case.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <new>

#include "conformance/targets/client_watch.h"
#include "conformance/targets/live_faults.h"
#include "conformance/targets/live_world.h"
#include "fixtures/corosync/sandbox.h"
#include "sim/core/trace.h"
#include "sim/host/client_task.h"
#include "sim/host/client_world.h"
#include "sim/host/disown.h"
#include "sim/host/injector.h"
#include "sim/host/trace_writer.h"

namespace cmapsim {
namespace {

using Outcome = tl::expected<void, std::string>;

// How often a client that says nothing is looked at.
constexpr int kTickMs = 10;

Nanos ToNanos(std::chrono::milliseconds duration) { return duration.count() * kMillisecond; }

std::string SignalText(int number) {
  const char* name = sigabbrev_np(number);
  return name != nullptr ? "SIG" + std::string(name) : "signal-" + std::to_string(number);
}

// The client's side of a case, for what its calls do between two lines of ours.
LiveState* g_state = nullptr;

Nanos ClientNow() { return MonotonicNow() - g_state->begin_ns.load(std::memory_order_relaxed); }

// Waits for the worker, which ends the case.
void StopCalling() {
  g_state->activity = LiveActivity::kLivelock;
  for (;;) pause();
}

}  // namespace

LiveCase::LiveCase(LiveCaseOptions options, const CmapApi& api, Daemon& daemon, LivePeer& peer,
                   void* trace)
    : options_(options),
      api_(api),
      daemon_(daemon),
      peer_(peer),
      shared_(static_cast<SharedState*>(trace)),
      text_(static_cast<char*>(trace) + kTraceTextOffset) {
  void* memory =
      mmap(nullptr, sizeof(LiveState), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  state_ = new (memory) LiveState;
}

LiveCase::~LiveCase() {
  KillClient();
  munmap(state_, sizeof *state_);
}

Outcome LiveCase::Run(const Plan& plan, uint32_t repeat) {
  repeat_ = repeat;
  if (auto possible = CheckLiveFaults(plan); !possible) return possible;
  if (auto started = daemon_.Start(); !started) return started;
  if (auto prepared = peer_.Prepare(plan); !prepared) return prepared;
  if (auto launched = Launch(plan); !launched) return launched;
  Outcome watched = Watch();
  KillClient();
  return watched;
}

Outcome LiveCase::CleanUp() {
  if (daemon_.stopped()) {
    daemon_.Continue();
    if (auto ready = daemon_.WaitUntilReady(); !ready) return ready;
  }
  if (auto started = daemon_.Start(); !started) return started;
  daemon_.RemoveLeftovers();
  auto cleaned = peer_.CleanUp();
  if (cleaned) return cleaned;
  // What cannot be put back goes with the daemon.
  daemon_.Kill();
  if (auto started = daemon_.Start(); !started) return started;
  return peer_.Start();
}

// --- The client ----------------------------------------------------------------------------------

Outcome LiveCase::Launch(const Plan& plan) {
  std::array<int, 2> ends;
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return tl::make_unexpected(std::string("cannot start a client: socketpair: ") +
                               strerror(errno));
  }
  new (state_) LiveState;
  shared_->trace_size = 0;
  shared_->calls = 0;
  steps_ = StepsById(plan);
  others_.clear();
  at_peer_.reset();
  daemon_meant_to_run_ = true;
  daemon_ended_by_.clear();
  started_ns_ = MonotonicNow();
  state_->begin_ns = started_ns_;
  seen_trace_size_ = 0;
  seen_wakeups_ = 0;
  looks_asleep_ = looks_quiet_ = 0;
  cpu_at_last_line_ns_ = 0;
  daemon_cpu_at_last_line_ns_ = DaemonCpuTime();
  client_pid_ = fork();
  if (client_pid_ == 0) {
    close(ends[0]);
    RunClient(ends[1], plan);
  }
  close(ends[1]);
  client_ = std::make_unique<MessageChannel>(ends[0]);
  if (client_pid_ > 0) return {};
  return tl::make_unexpected(std::string("cannot start a client: fork: ") + strerror(errno));
}

void LiveCase::RunClient(int channel, const Plan& plan) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  setpgid(0, 0);
  const rlimit no_core = {0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
#if !defined(__SANITIZE_ADDRESS__)
  // Who takes memory without end is to find that out before the machine does. The sanitizer's own shadow is larger.
  constexpr rlim_t kMostMemory = rlim_t{256} << 20;
  const rlimit memory = {kMostMemory, kMostMemory};
  setrlimit(RLIMIT_DATA, &memory);
#endif
  // Nor may it print without end: SIGXFSZ.
  constexpr rlim_t kMostPrinted = rlim_t{256} << 20;
  const rlimit printed = {kMostPrinted, kMostPrinted};
  setrlimit(RLIMIT_FSIZE, &printed);
  DisownChildren({{shared_, kTraceFileSize}, {state_, sizeof *state_}}, channel);
  // What the library prints is nobody's result.
  const int output = options_.log_fd >= 0 ? options_.log_fd : open("/dev/null", O_RDWR);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  if (peer_.fd() >= 0) close(peer_.fd());
  state_->proc_id = OwnProcId();
  TraceWriter trace(shared_, text_, kTraceTextCapacity);
  trace.Reset();
  const MessageChannel worker(channel);
  LiveWorld world(steps_, *state_, *shared_, trace, worker);
  if (!plan.faults.empty()) world.AwaitService(daemon_.proc_id());
  ClientTask task(api_, world, trace);
  Injector injector(trace);
  g_state = state_;
  for (uint32_t i = 0; i < repeat_; ++i) {
    trace.Reset();
    injector.Begin(plan);
    SetRealClient({.injector = &injector,
                   .now = &ClientNow,
                   .faults = !plan.faults.empty(),
                   .livelock = &StopCalling});
    task.Reset();
    task.Run(plan);
  }
  state_->activity = LiveActivity::kDone;
  _exit(0);
}

// The client with what it left running, while its number cannot be another's.
void LiveCase::EndClientGroup() const { kill(-client_pid_, SIGKILL); }

void LiveCase::KillClient() {
  if (client_pid_ > 0) {
    EndClientGroup();
    kill(client_pid_, SIGKILL);
    while (waitpid(client_pid_, &client_status_, 0) < 0 && errno == EINTR) {
    }
  }
  client_pid_ = -1;
  client_.reset();
}

bool LiveCase::ClientEnded() {
  if (client_pid_ < 0) return true;
  siginfo_t ended = {};
  const auto client = static_cast<id_t>(client_pid_);
  if (waitid(P_PID, client, &ended, WEXITED | WNOHANG | WNOWAIT) == 0 && ended.si_pid == 0) {
    return false;
  }
  EndClientGroup();
  if (waitpid(client_pid_, &client_status_, 0) != client_pid_) return false;
  client_pid_ = -1;
  // What it had asked for is still to be read.
  while (client_ && client_->WaitReadable(0)) Listen(0);
  client_.reset();
  return true;
}

// --- Watching ------------------------------------------------------------------------------------

Outcome LiveCase::Watch() {
  for (;;) {
    if (auto advanced = Advance(); !advanced) return advanced;
    if (daemon_meant_to_run_ && daemon_ended_by_.empty() && !daemon_.running()) {
      // A verdict on the daemon, not the end of the run: the client finds out, and the next case
      // gets a new daemon.
      daemon_ended_by_ = daemon_.ended_by();
    }
    // A client that has gone early takes what was still to come with it; one that is done does not.
    const bool ended = ClientEnded();
    if (ended && !(state_->activity == LiveActivity::kDone && OthersPending())) {
      Finish(EndingOfProcess());
      return {};
    }
    if (const std::string ending = ended ? "" : EndingOfQuiet(); !ending.empty()) {
      KillClient();
      Finish(ending);
      return {};
    }
    if (state_->carried_out == LiveState::kOtherStepsMax) {
      return tl::make_unexpected("more than " + std::to_string(LiveState::kOtherStepsMax) +
                                 " steps of others in one case");
    }
    const Nanos taken_ns = MonotonicNow() - started_ns_;
    if (taken_ns > ToNanos(options_.given_up) * repeat_) return GiveUp(taken_ns);
    Listen(TimeUntilNextStep());
  }
}

// Nothing can be said of a client that neither sleeps nor computes: it is not let.
Outcome LiveCase::GiveUp(Nanos taken_ns) {
  const std::string operation(OperationUnderWay(Trace()));
  const Nanos cpu_ns = ProcessCpuTime(client_pid_);
  KillClient();
  return tl::make_unexpected("this machine is too slow: after " + FormatDuration(taken_ns) +
                             " a case is still in " + operation +
                             ", its client having computed for no more than " +
                             FormatDuration(cpu_ns) + "; run fewer things beside it");
}

void LiveCase::Listen(int timeout_ms) {
  std::array<pollfd, 2> sources = {{{-1, POLLIN, 0}, {-1, POLLIN, 0}}};
  if (client_) sources[0].fd = client_->fd();
  if (at_peer_) sources[1].fd = peer_.fd();
  // Once it has closed its socket, a client is as good as gone.
  const bool ending = client_ == nullptr && client_pid_ > 0;
  if (poll(sources.data(), sources.size(), ending ? std::min(timeout_ms, 1) : timeout_ms) <= 0) {
    return;
  }
  if (sources[0].revents == 0) return;
  std::string message;
  if (client_->Receive(message)) {
    Hear(message);
  } else {
    client_.reset();
  }
}

void LiveCase::Hear(const std::string& message) {
  Other other;
  int32_t id = -1;
  if (message.size() >= 1 + sizeof id) memcpy(&id, message.data() + 1, sizeof id);
  if (id < 0 || static_cast<size_t>(id) >= steps_.size()) return;
  other.step = steps_[static_cast<size_t>(id)];
  other.due_ns = MonotonicNow();
  other.awaited = message[0] == 'N';
  if (message[0] == 'L' && message.size() == 1 + sizeof id + sizeof(int64_t)) {
    memcpy(&other.due_ns, message.data() + 1 + sizeof id, sizeof(int64_t));
  }
  const auto later =
      std::upper_bound(others_.begin(), others_.end(), other.due_ns,
                       [](Nanos due_ns, const Other& waiting) { return due_ns < waiting.due_ns; });
  others_.insert(later, other);
}

// --- Steps of others -----------------------------------------------------------------------------

// Carries out what is due, one after the other. While the service is stopped the peer waits, as
// anybody would, but the service can still be continued or killed.
Outcome LiveCase::Advance() {
  if (at_peer_) {
    pollfd answer = {peer_.fd(), POLLIN, 0};
    if (poll(&answer, 1, 0) > 0) {
      if (auto finished = FinishPeerStep(); !finished) return finished;
    }
  }
  const Nanos now_ns = MonotonicNow();
  for (auto next = others_.begin(); next != others_.end() && next->due_ns <= now_ns;) {
    const Other other = *next;
    const bool by_peer = other.step->op != Op::kService;
    if (at_peer_ && !daemon_.stopped()) break;
    if (by_peer && daemon_.stopped()) {
      // Kept back until the service goes on; the client need not wait for that.
      if (other.awaited && client_ && !client_->Send("K")) client_.reset();
      next->awaited = false;
      ++next;
      continue;
    }
    others_.erase(next);
    if (by_peer) {
      state_->in_flight = true;
      peer_.Begin(other.step->id);
      at_peer_ = other;
      return {};
    }
    if (auto acted = ActOnService(other); !acted) return acted;
    next = others_.begin();
  }
  return {};
}

Outcome LiveCase::FinishPeerStep() {
  const auto done = peer_.Finish();
  if (!done) {
    at_peer_.reset();
    return tl::make_unexpected("the peer process ended while it carried out a step");
  }
  const Other other = *at_peer_;
  at_peer_.reset();
  if (done->step == other.step->id) Publish(other, done->result);
  return {};
}

Outcome LiveCase::ActOnService(const Other& other) {
  state_->in_flight = true;
  Outcome acted;
  switch (other.step->action) {
    case ServiceAction::kKill:
      daemon_meant_to_run_ = false;
      // What a stopped service has kept back dies with it, unanswered.
      std::erase_if(others_, [this](const Other& kept) {
        return daemon_.stopped() && kept.step->op != Op::kService && kept.due_ns <= MonotonicNow();
      });
      daemon_.Kill();
      break;
    case ServiceAction::kStop:
      daemon_.Stop();
      break;
    case ServiceAction::kContinue:
      daemon_.Continue();
      break;
    case ServiceAction::kStart:
      acted = daemon_.Start();
      daemon_meant_to_run_ = true;
      break;
  }
  if (!acted) return acted;
  Publish(other, 0);
  return {};
}

void LiveCase::Publish(const Other& other, int32_t result) {
  const uint32_t count = state_->carried_out;
  if (count < LiveState::kOtherStepsMax) {
    state_->others[count] = {other.step->id, result};
    state_->carried_out.store(count + 1, std::memory_order_release);
  }
  state_->in_flight = false;
  looks_quiet_ = 0;
  if (other.awaited && client_ && !client_->Send("D")) client_.reset();
}

// Something of others that will still happen.
bool LiveCase::OthersPending() const {
  if (!daemon_.stopped()) return at_peer_ || !others_.empty();
  return std::any_of(others_.begin(), others_.end(), [](const Other& other) {
    return other.step->op == Op::kService || other.due_ns > MonotonicNow();
  });
}

int LiveCase::TimeUntilNextStep() const {
  const Nanos now_ns = MonotonicNow();
  for (const Other& other : others_) {
    if (other.due_ns <= now_ns) continue;
    // Rounded up, so as not to spin.
    const Nanos wait_ms = (other.due_ns - now_ns + kMillisecond - 1) / kMillisecond;
    return static_cast<int>(std::min<Nanos>(wait_ms, kTickMs));
  }
  return kTickMs;
}

// --- Endings -------------------------------------------------------------------------------------

std::string LiveCase::EndingOfProcess() const {
  if (WIFSIGNALED(client_status_)) return "crash " + SignalText(WTERMSIG(client_status_));
  if (state_->activity == LiveActivity::kDone) return "finished";
  return "exit " + std::to_string(WEXITSTATUS(client_status_));
}

int64_t LiveCase::LooksIn(std::chrono::milliseconds duration) const {
  return std::max<int64_t>(2, duration.count() / kTickMs);
}

// The ending of a client that still runs but will not move on, or nothing.
std::string LiveCase::EndingOfQuiet() {
  const Nanos cpu_ns = ProcessCpuTime(client_pid_);
  const LiveActivity activity = state_->activity;
  // It may go on to call back, and so write a line now and then.
  if (4 * cpu_ns > ToNanos(options_.case_timeout) * repeat_) {
    return "livelock " + std::string(OperationUnderWay(Trace()));
  }
  if (const uint64_t size = shared_->trace_size; size != seen_trace_size_) {
    seen_trace_size_ = size;
    cpu_at_last_line_ns_ = cpu_ns;
    daemon_cpu_at_last_line_ns_ = DaemonCpuTime();
    looks_asleep_ = looks_quiet_ = 0;
    return {};
  }
  if (cpu_ns - cpu_at_last_line_ns_ > ToNanos(options_.cpu_limit)) return "hang";
  // Nobody would let it go on.
  if (ReadProcess(state_->proc_id).state == 'T') return "hang";
  if (activity == LiveActivity::kLivelock) return "livelock calls";
  const bool in_call = activity == LiveActivity::kInCall || activity == LiveActivity::kPolling;
  const Nanos daemon_cpu_ns = DaemonCpuTime() - daemon_cpu_at_last_line_ns_;
  if (in_call && daemon_cpu_ns > 2 * ToNanos(options_.cpu_limit)) return "stall";
  if (!in_call || OthersPending() || !BothSleep()) {
    looks_quiet_ = 0;
    return {};
  }
  if (looks_asleep_ >= LooksIn(options_.case_timeout)) return "stall";
  if (looks_quiet_ < LooksIn(options_.grace)) return {};
  if (daemon_.stopped() && IsRequest(OperationUnderWay(Trace()))) return "stall";
  return "deadlock";
}

Nanos LiveCase::DaemonCpuTime() {
  return daemon_.running() ? ProcessCpuTimeInProc(daemon_.proc_id()) : 0;
}

// Whether the client sleeps, and nothing runs that could wake it. Counts such looks. In one look a
// daemon may have answered and fallen asleep after the client was looked at; the next one then finds
// the client awake, or with another wake-up behind it.
bool LiveCase::BothSleep() {
  const ProcessLook client = ReadProcess(state_->proc_id);
  const bool served = daemon_.running() && !daemon_.stopped();
  const bool slept = client.wakeups == seen_wakeups_;
  seen_wakeups_ = client.wakeups;
  if (client.state != 'S') return false;
  if (served && ReadProcess(daemon_.proc_id()).state != 'S') return false;
  ++looks_asleep_;
  looks_quiet_ = slept ? looks_quiet_ + 1 : 0;
  return true;
}

void LiveCase::Finish(const std::string& ending) {
  for (uint32_t i = state_->written; i < state_->carried_out; ++i) {
    const LiveOtherStep& other = state_->others[i];
    AppendLine("@" + OtherStepText(*steps_[static_cast<size_t>(other.step)], other.result));
  }
  if (daemon_meant_to_run_ && daemon_ended_by_.empty() && !daemon_.running()) {
    daemon_ended_by_ = daemon_.ended_by();
  }
  const std::string note = daemon_ended_by_.empty() ? "" : " service-ended " + daemon_ended_by_;
  AppendLine("= " + ending + note);
}

void LiveCase::AppendLine(const std::string& rest) {
  const std::string line = std::to_string(MonotonicNow() - state_->begin_ns) + " " + rest + "\n";
  const uint64_t size = shared_->trace_size;
  if (size + line.size() > kTraceTextCapacity) return;
  memcpy(text_ + size, line.data(), line.size());
  shared_->trace_size = size + line.size();
}

}  // namespace cmapsim
