// The virtual host's tasks: who is next, what they wait for, and the signals that they get.
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <string>

#include "sim/core/host_calls.h"
#include "sim/host/event_files.h"
#include "sim/host/virtual_host.h"

namespace cmapsim {
namespace {

// So many calls without anything happening, and it is somebody else's turn: who spins until another
// task has done something would spin for ever.
constexpr uint64_t kIdleCallsOfATurn = 1000;

}  // namespace

bool VirtualHost::CanRun(const ClientThread& task) const {
  if (task.finished) return false;
  const Waiting* const waiting = task.waiting;
  return waiting == nullptr || waiting->holds(waiting->condition) ||
         waiting->deadline_ns <= now_ns_ || signals_.Concerns(task);
}

ClientThread* VirtualHost::FirstThatCanRun() {
  for (const auto& task : tasks_.all()) {
    if (CanRun(*task)) return task.get();
  }
  return nullptr;
}

// "task 0: poll; task 1: pthread_mutex_lock"; of one task just what it waits for.
void VirtualHost::EndWaiting(EndingKind kind) {
  std::string detail;
  for (const auto& task : tasks_.all()) {
    if (task->finished) continue;
    if (!detail.empty()) detail += "; ";
    detail += "task " + std::to_string(task->number) + ": " + task->waiting->what;
  }
  char text[2048];  // what owns memory does not outlive this frame
  const size_t size = detail.copy(text, sizeof text);
  detail = {};
  detail.shrink_to_fit();
  End(kind, {text, size});
}

// Lets time pass until there is one that can run.
ClientThread& VirtualHost::NextTask() {
  for (;;) {
    HappenDue();
    if (ClientThread* const task = FirstThatCanRun()) return *task;
    Nanos deadline_ns = kForever;
    bool planned = false;
    for (const auto& task : tasks_.all()) {
      if (task->finished) continue;
      deadline_ns = std::min(deadline_ns, task->waiting->deadline_ns);
      planned = planned || task->waiting->planned;
    }
    const auto next_ns = scheduler_.NextTime();
    if (!next_ns && deadline_ns == kForever) EndWaiting(EndingKind::kDeadlock);
    const Nanos until_ns = next_ns ? std::min(*next_ns, deadline_ns) : deadline_ns;
    if (!planned && Stalls(until_ns)) EndWaiting(EndingKind::kStall);
    AdvanceTo(until_ns);
  }
}

void VirtualHost::SwitchTo(ClientThread& next, int64_t at) {
  ClientThread& me = tasks_.current();
  if (&next == &me) return;
  if (TraceWriter* const line = Line("switch")) {
    line->Field("from", me.number).Field("to", next.number);
    if (at != 0) line->Field("at", at);
    line->End();
  }
  tasks_.SwitchTo(next);
}

Woken VirtualHost::WaitAmongTasks(const Waiting& waiting) {
  ClientThread& me = tasks_.current();
  for (;;) {
    me.waiting = &waiting;
    SwitchTo(NextTask(), 0);
    me.waiting = nullptr;
    if (waiting.holds(waiting.condition)) return Woken::kReady;
    if (signals_.Concerns(me)) {
      if (DeliverWhileWaiting(waiting.on_signal)) return Woken::kInterrupted;
      continue;
    }
    if (waiting.deadline_ns <= now_ns_) return Woken::kTimeout;
  }
}

// Before an interposed call, which is then the next one's.
void VirtualHost::TakeTurns() {
  const int64_t call = injector_.calls() + 1;
  if (idle_calls_ % kIdleCallsOfATurn == kIdleCallsOfATurn - 1) Yield();
  if (!turns_.armed()) return;
  const auto turn = turns_.Before(call);
  if (!turn) return;
  HappenDue();
  ClientThread& me = tasks_.current();
  ClientThread* next = nullptr;
  if (turn->task >= 0) {
    next = tasks_.Find(turn->task);
    if (next != nullptr && !CanRun(*next)) next = nullptr;
  } else {
    uint64_t count = 0;
    for (const auto& task : tasks_.all()) count += task.get() != &me && CanRun(*task) ? 1 : 0;
    uint64_t left = count == 0 ? 0 : turn->draw % count;
    for (const auto& task : tasks_.all()) {
      if (task.get() == &me || !CanRun(*task)) continue;
      next = task.get();
      if (left-- == 0) break;
    }
  }
  if (next != nullptr) SwitchTo(*next, call);
}

// The next by number, and behind the last the first: nobody is passed over for ever.
void VirtualHost::Yield() {
  if (!tasks_.several()) return;
  HappenDue();
  const int mine = tasks_.current().number;
  ClientThread* next = nullptr;
  for (const auto& task : tasks_.all()) {
    if (task->number == mine || !CanRun(*task)) continue;
    if (next == nullptr) next = task.get();
    if (task->number > mine) {
      next = task.get();
      break;
    }
  }
  if (next != nullptr) SwitchTo(*next, 0);
}

bool VirtualHost::StartTask(int32_t number, std::function<void()> body) {
  return tasks_.Find(number) == nullptr && tasks_.Create(number, std::move(body)) != nullptr;
}

ClientThread* VirtualHost::StartThread(std::function<void()> body) {
  return tasks_.Create(next_task_++, std::move(body));
}

bool VirtualHost::JoinTask(int32_t number) {
  ClientThread* const task = tasks_.Find(number);
  if (task == nullptr) return false;
  WaitUntil(
      kForever, [task] { return task->finished; }, "join");
  return true;
}

// The last that a task does with its turn.
ClientThread& VirtualHost::FinishTask(ClientThread& me) {
  SetClient(ClientWorld::kNone);
  RunThreadDestructors(me);
  me.waiting = nullptr;
  tasks_.NoteFinished(me);
  Progress();
  ClientThread& next = NextTask();
  if (TraceWriter* const line = Line("switch")) {
    line->Field("from", me.number).Field("to", next.number).End();
  }
  return next;
}

void VirtualHost::EndFirstTask() {
  SetClient(ClientWorld::kNone);
  ClientThread& me = tasks_.current();
  RunThreadDestructors(me);
  me.left = true;
  WaitUntil(
      kForever, [this] { return !tasks_.several(); }, "pthread_exit");
  SetClient(ClientWorld::kVirtual);
}

// Objects first, in the reverse order of their making, then the values of keys, in rounds
// (pthread_key_create(3)). They are client code.
void VirtualHost::RunThreadDestructors(ClientThread& me) {
  const auto run = [](void (*destructor)(void*), void* object) {
    SetClient(ClientWorld::kVirtual);
    destructor(object);
    SetClient(ClientWorld::kNone);
  };
  while (!me.destructors.empty()) {
    const LocalDestructor last = me.destructors.back();
    me.destructors.pop_back();
    run(last.run, last.object);
  }
  constexpr int kRounds = 4;  // PTHREAD_DESTRUCTOR_ITERATIONS
  for (int round = 0; round < kRounds; ++round) {
    bool any = false;
    for (size_t key = 0; key < me.values.size(); ++key) {
      void* const value = me.values[key];
      me.values[key] = nullptr;
      if (value == nullptr || keys_[key].destructor == nullptr) continue;
      any = true;
      run(keys_[key].destructor, value);
    }
    if (!any) break;
  }
}

// Parking --------------------------------------------------------------------------------------

Woken VirtualHost::Park(const void* object, Nanos deadline_ns, const char* what) {
  Parked parked{object, false, nullptr};
  Parked** end = &parked_;
  while (*end != nullptr) end = &(*end)->next;
  *end = &parked;
  const Woken woken = WaitUntil(
      deadline_ns, [&parked] { return parked.woken; }, what);
  Parked** at = &parked_;
  while (*at != nullptr && *at != &parked) at = &(*at)->next;
  if (*at != nullptr) *at = parked.next;
  return woken;
}

void VirtualHost::Unpark(const void* object, bool all) {
  for (Parked* at = parked_; at != nullptr; at = at->next) {
    if (at->object != object || at->woken) continue;
    at->woken = true;
    if (!all) return;
  }
}

// Signals --------------------------------------------------------------------------------------

void VirtualHost::RaiseHere(int signal) {
  ClientThread& me = tasks_.current();
  if (signals_.Ignored(signal, me)) return;
  if ((me.blocked_signals & SignalBit(signal)) == 0) {
    signals_.RaiseFor(me, signal);
  } else {
    signals_.Raise(signal);
  }
  WakeSignalFiles();
}

void VirtualHost::RaiseFor(ClientThread& task, int signal) {
  if (signals_.Ignored(signal, task)) return;
  signals_.RaiseFor(task, signal);
  WakeSignalFiles();
}

void VirtualHost::Raise(int signal) {
  if (signals_.Ignored(signal, tasks_.first())) return;
  signals_.Raise(signal);
  WakeSignalFiles();
}

void VirtualHost::SetAlarm(Nanos first_ns, Nanos interval_ns) {
  if (alarm_ != 0) CancelTimer(alarm_);
  alarm_ = 0;
  alarm_ns_ = first_ns > 0 ? now_ns_ + first_ns : 0;
  alarm_interval_ns_ = interval_ns;
  if (first_ns <= 0) return;
  alarm_ = scheduler_.At(alarm_ns_, static_cast<uint32_t>(Due::kAlarm));
  ++own_timers_;
}

void VirtualHost::RingAlarm() {
  alarm_ = 0;
  SetAlarm(alarm_interval_ns_, alarm_interval_ns_);
  Raise(SIGALRM);
}

uint64_t VirtualHost::ScheduleTimer(Nanos at_ns, int file) {
  ++own_timers_;
  return scheduler_.At(at_ns, static_cast<uint32_t>(Due::kTimer), file);
}

void VirtualHost::CancelTimer(uint64_t entry) {
  if (scheduler_.Cancel(entry)) --own_timers_;
}

void VirtualHost::RingTimer(int file) {
  Descriptor* const d = descriptors_.FindNumber(file);
  if (d == nullptr) return;
  if (auto* const timer = dynamic_cast<TimerFile*>(d->object.get())) timer->Ring();
}

// A signalfd is ready for what is pending.
void VirtualHost::WakeSignalFiles() {
  descriptors_.ForEach([this](int, Descriptor& d) {
    if (dynamic_cast<SignalFile*>(d.object.get()) != nullptr) descriptors_.Wake(d, POLLIN);
  });
}

VirtualHost::Delivered VirtualHost::DeliverSignals() {
  Delivered delivered;
  ClientThread& me = tasks_.current();
  while (const int signal = signals_.Take(me)) {
    struct sigaction action = signals_.action(signal);
    if (signals_.Ignored(signal)) continue;
    if (action.sa_handler == SIG_DFL) {
      char name[32];
      const size_t size = SignalName(signal).copy(name, sizeof name);
      End(EndingKind::kCrash, {name, size});
    }
    delivered.any = true;
    if ((action.sa_flags & SA_RESTART) == 0) delivered.restart = false;
    if ((action.sa_flags & SA_RESETHAND) != 0) signals_.SetAction(signal, {});
    RunHandler(signal, action);
  }
  return delivered;
}

void VirtualHost::RunHandler(int signal, const struct sigaction& action) {
  ClientThread& me = tasks_.current();
  const uint64_t blocked = me.blocked_signals;
  me.blocked_signals |= MaskOf(action.sa_mask);
  if ((action.sa_flags & SA_NODEFER) == 0) me.blocked_signals |= SignalBit(signal);
  const int saved_errno = errno;
  Progress();
  SetClient(ClientWorld::kVirtual);
  if ((action.sa_flags & SA_SIGINFO) != 0) {
    siginfo_t info = {};
    info.si_signo = signal;
    info.si_pid = kClientPid;
    action.sa_sigaction(signal, &info, nullptr);
  } else {
    action.sa_handler(signal);
  }
  SetClient(ClientWorld::kNone);
  errno = saved_errno;
  me.blocked_signals = blocked;
}

bool VirtualHost::DeliverWhileWaiting(OnSignal on_signal) {
  const Delivered delivered = DeliverSignals();
  if (!delivered.any || on_signal == OnSignal::kResume) return false;
  return on_signal == OnSignal::kInterrupt || !delivered.restart;
}

}  // namespace cmapsim
