#include "conformance/targets/live_world.h"

#include <poll.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

#include "conformance/targets/client_watch.h"
#include "sim/core/trace.h"
#include "sim/host/client_world.h"
#include "sim/host/disown.h"

namespace cmapsim {
namespace {

void SleepReally(Nanos duration_ns) {
  timespec left = {duration_ns / kSecond, duration_ns % kSecond};
  while (nanosleep(&left, &left) != 0 && errno == EINTR) {
  }
}

// Of what is waited for in short sleeps, each of which takes 70 us and more.
constexpr int kLooksMax = 1'000;

// Stays set while the object lives.
class Doing {
 public:
  Doing(LiveState& state, LiveActivity activity) : state_(state) { state_.activity = activity; }
  ~Doing() { state_.activity = LiveActivity::kBetweenCalls; }
  Doing(const Doing&) = delete;
  Doing& operator=(const Doing&) = delete;

 private:
  LiveState& state_;
};

}  // namespace

Nanos MonotonicNow() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * kSecond + now.tv_nsec;
}

std::string OtherStepText(const Step& step, int32_t result) {
  std::string text = " " + std::to_string(step.id) + " " + std::string(OpName(step.op)) + " ";
  text += step.op == Op::kService ? "CS_OK" : CsErrorName(result);
  return text;
}

Nanos LiveWorld::Now() {
  const Nanos now_ns = MonotonicNow() - state_.begin_ns.load(std::memory_order_relaxed);
  shared_.now_ns.store(now_ns, std::memory_order_relaxed);
  return now_ns;
}

void LiveWorld::EnterClient() {
  shared_.calls.fetch_add(1, std::memory_order_relaxed);
  state_.activity = LiveActivity::kInCall;
  if (service_proc_id_ != 0) AwaitRestingService();
  EnterRealClient();
}

void LiveWorld::LeaveClient() {
  EndDisowned();
  SetClient(ClientWorld::kNone);
  state_.activity = LiveActivity::kBetweenCalls;
  AwaitInFlight();
  WriteOtherSteps();
}

void LiveWorld::OtherStep(const Step& step) {
  WriteOtherSteps();
  const Doing doing(state_, LiveActivity::kAsking);
  std::string message(1, step.after_ns ? 'L' : 'N');
  message.append(reinterpret_cast<const char*>(&step.id), sizeof step.id);
  if (step.after_ns) {
    const int64_t due_ns = MonotonicNow() + *step.after_ns;
    message.append(reinterpret_cast<const char*>(&due_ns), sizeof due_ns);
    due_ns_.push_back(due_ns);
  }
  // Without its worker a client has nothing left to do.
  if (!worker_.Send(message)) _exit(1);
  if (step.after_ns) return;
  if (!worker_.Receive(message)) _exit(1);
  WriteOtherSteps();
}

void LiveWorld::Sleep(Nanos duration_ns) {
  {
    const Doing doing(state_, LiveActivity::kWaiting);
    SleepReally(duration_ns);
  }
  AwaitDue();
  WriteOtherSteps();
}

int LiveWorld::Poll(struct pollfd* fds, int count, Nanos timeout_ns) {
  int ready = 0;
  {
    const Doing doing(state_, timeout_ns < 0 ? LiveActivity::kPolling : LiveActivity::kWaiting);
    timespec timeout = {timeout_ns / kSecond, timeout_ns % kSecond};
    ready = ppoll(fds, static_cast<nfds_t>(count), timeout_ns < 0 ? nullptr : &timeout, nullptr);
  }
  AwaitDue();
  WriteOtherSteps();
  return ready;
}

// What the client has just seen may be the work of a step whose end the worker has yet to hear of.
// It will within a millisecond or so, and then the lines stand in the order in which things
// happened. The bound is one of looks: where the machine is loaded they take longer, as others do.
void LiveWorld::AwaitInFlight() const {
  constexpr Nanos kLook = 20 * kMicrosecond;
  for (int look = 0; state_.in_flight && look < kLooksMax; ++look) SleepReally(kLook);
}

// A service that computes for ever is none that the plan was made for.
void LiveWorld::AwaitRestingService() const {
  constexpr Nanos kLook = 10 * kMicrosecond;
  for (int look = 0; look < kLooksMax && ReadProcess(service_proc_id_).state == 'R'; ++look) {
    SleepReally(kLook);
  }
}

// Time has passed as the plan wanted it to, so what was due meanwhile shall be done, however busy
// the machine is. A step against a stopped service is kept, and not waited for longer than this.
void LiveWorld::AwaitDue() const {
  constexpr Nanos kLook = 50 * kMicrosecond;
  const Nanos now_ns = MonotonicNow();
  const auto due = std::count_if(due_ns_.begin(), due_ns_.end(),
                                 [now_ns](Nanos at_ns) { return at_ns <= now_ns; });
  const auto done = [this] {
    const uint32_t count = state_.carried_out.load(std::memory_order_acquire);
    return std::count_if(state_.others.begin(), state_.others.begin() + count,
                         [this](const LiveOtherStep& other) {
                           return steps_[static_cast<size_t>(other.step)]->after_ns.has_value();
                         });
  };
  for (int look = 0; done() < due && look < kLooksMax; ++look) SleepReally(kLook);
  AwaitInFlight();
}

void LiveWorld::WriteOtherSteps() {
  uint32_t written = state_.written;
  while (written < state_.carried_out.load(std::memory_order_acquire)) {
    const LiveOtherStep& other = state_.others[written];
    const std::string text = OtherStepText(*steps_[static_cast<size_t>(other.step)], other.result);
    trace_.Begin(Now(), '@').Word(std::string_view(text).substr(1)).End();
    state_.written = ++written;
  }
}

}  // namespace cmapsim
