// The virtual host: the machine that client code believes it runs on.
//
//   VirtualHost host(trace, shared);
//   host.Run(plan, keys, TraceLevel::kHost, [&] { task.Run(plan); });   // with every ending, not only the good one
//
// While client code runs (EnterClient .. LeaveClient) the C library's calls that are in the table
// (calls.h) come here. Time is virtual: a call that would wait lets what is pending happen, in the
// order of (instant, sequence), until it need wait no more; when nothing is pending that could end
// its waiting, the run ends. One task runs at a time (tasks.h); which is next is decided in
// virtual_host_tasks.cc. Nothing sleeps.
//
// How runs end: End() leaves client code by longjmp, which is sound because the target's memory is
// restored afterwards (target_memory.h) and nothing of ours on the abandoned stack owns anything.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/plan.h"
#include "sim/core/random.h"
#include "sim/core/scheduler.h"
#include "sim/core/trace.h"
#include "sim/host/client_task.h"
#include "sim/host/client_world.h"
#include "sim/host/descriptors.h"
#include "sim/host/injector.h"
#include "sim/host/program.h"
#include "sim/host/ring_pool.h"
#include "sim/host/signals.h"
#include "sim/host/tasks.h"
#include "sim/host/trace_writer.h"
#include "sim/host/turns.h"

namespace cmapsim {

class FolderTree;
class KeyTable;
class VirtualService;

inline constexpr Nanos kForever = INT64_MAX;
// What CLOCK_REALTIME and CLOCK_MONOTONIC show at the start of a run.
inline constexpr Nanos kRealtimeStart = 1'700'000'000 * kSecond;
inline constexpr Nanos kMonotonicStart = 1'000 * kSecond;
inline constexpr int kClientPid = 4242;
// A run is a livelock after this many calls without anything happening, or this many while time
// stands still.
inline constexpr uint64_t kIdleCallsMax = 50'000;
inline constexpr uint64_t kStillCallsMax = 2'000'000;

// Things that are due at an instant; `a` and `b` of a Scheduler::Entry are given in brackets.
enum class Due : uint32_t {
  kServiceReadable,  // something for the service to read arrived [connection]
  kAccept,           // [connection]
  kReply,            // a delayed reply [connection]
  kEvents,           // delayed notifications [connection]
  kOtherStep,        // a step of the peer or the service [index]
  kServiceStart,     // the service comes back
  kServiceContinue,  // the stopped service goes on [pid]
  kAlarm,            // the client's timer (alarm, setitimer)
  kTimer,            // one of its timerfds [number of the file]
  kStats,            // the service looks at its statistics [pid]
};

class VirtualHost : public World {
 public:
  VirtualHost(TraceWriter& trace, SharedState* shared);
  ~VirtualHost() override;

  // Runs `client` to its ending, whatever that is, and writes the ending's line. `plan` and `keys`
  // stay the caller's.
  EndingKind Run(const Plan& plan, const KeyTable& keys, TraceLevel level,
                 const std::function<void()>& client);

  // A program's first thread has called pthread_exit(3) and left its frames: runs what is to run at its end, and waits
  // until it is the last.
  void EndFirstTask();
  // Null, as at first: the client is a plan's task.
  void SetProgram(Program* program) { program_ = program; }
  [[nodiscard]] Program* program() { return program_; }
  // The run ends where virtual time would pass this instant; before Run. `before_stall`: it comes before a
  // stall of the same instant.
  void SetUntil(Nanos until_ns, bool before_stall) {
    until_ns_ = until_ns;
    until_before_stall_ = before_stall;
  }
  // A program ended by itself: writes the run's ending.
  void Finish(EndingKind kind, std::string_view detail) { WriteEnding(kind, detail); }

  // World.
  [[nodiscard]] Nanos Now() override { return now_ns_; }
  void EnterClient() override;
  void LeaveClient() override;
  void OtherStep(const Step& step) override;
  void Sleep(Nanos duration_ns) override;
  int Poll(struct pollfd* fds, int count, Nanos timeout_ns) override;
  bool StartTask(int32_t number, std::function<void()> body) override;
  bool JoinTask(int32_t number) override;
  int32_t RunningTask() override { return tasks_.current().number; }

  // For the interposed calls -------------------------------------------------------------------

  // Counts a call, lets what is due happen and says which faults strike. Every interposed call
  // begins with it, and ends with OnReturn.
  void OnCall(LibcCall call, Struck& struck) {
    if (tasks_.several()) TakeTurns();
    if (injector_.Count(call)) Take(call, struck);
    OnCall();
  }
  void OnReturn() {
    if (signals_.Concerns(tasks_.current())) DeliverSignals();
  }
  // Lets things happen, and other tasks run, until `ready()`, or `deadline_ns`, or a signal that ends
  // the waiting. Ends the run where nothing of it can come.
  template <typename Ready>
  Woken WaitUntil(Nanos deadline_ns, Ready ready, const char* what,
                  OnSignal on_signal = OnSignal::kResume);
  [[noreturn]] void End(EndingKind kind, std::string_view detail);
  // Client code is about to read a clock, which moves virtual time by the plan's `clock: {reading}`: see
  // clock_readings.cc.
  void PassReading() {
    if (reading_ns_ > 0) MoveByReading();
  }
  // So much of the virtual time passed by readings of clocks, and not by waiting: the processor's time.
  [[nodiscard]] Nanos WorkedNs() const { return worked_ns_; }
  // Something happened that no endless loop can do for ever: bytes were read, a chunk was taken.
  void Progress() { idle_calls_ = 0; }
  // A host level line, or null where the host level is not wanted. The caller ends it.
  [[nodiscard]] TraceWriter* Line(std::string_view call) {
    if (level_ != TraceLevel::kHost) return nullptr;
    return &trace_.Begin(now_ns_, '|').Word(call);
  }

  [[nodiscard]] Descriptors& descriptors() { return descriptors_; }
  [[nodiscard]] VirtualService& service() { return *service_; }
  [[nodiscard]] RingPool& rings() { return rings_; }
  [[nodiscard]] FolderTree& folders() { return *folders_; }
  [[nodiscard]] Scheduler& scheduler() { return scheduler_; }
  [[nodiscard]] const Plan& plan() const { return *plan_; }
  [[nodiscard]] Random& client_random() { return client_random_; }
  [[nodiscard]] TraceWriter& trace() { return trace_; }

  // Tasks and signals, for the interposed calls of threads ---------------------------------------

  [[nodiscard]] Tasks& tasks() { return tasks_; }
  [[nodiscard]] Signals& signals() { return signals_; }
  // A thread that client code makes; null where there can be no more.
  [[nodiscard]] ClientThread* StartThread(std::function<void()> body);
  // Gives another task a turn.
  void Yield();
  // Waits until somebody unparks this object: what locks and conditions are made of.
  Woken Park(const void* object, Nanos deadline_ns, const char* what);
  void Unpark(const void* object, bool all);
  // A signal for the process, the running task where it is not blocked there, or one task.
  void Raise(int signal);
  void RaiseHere(int signal);
  void RaiseFor(ClientThread& task, int signal);
  // SIGALRM after so long, 0 for not at all, and then again and again.
  void SetAlarm(Nanos first_ns, Nanos interval_ns);
  [[nodiscard]] Nanos AlarmLeft() const { return alarm_ns_ > now_ns_ ? alarm_ns_ - now_ns_ : 0; }
  [[nodiscard]] Nanos AlarmInterval() const { return alarm_interval_ns_; }
  // For timerfd: the file of that number rings then. Returns the scheduler's number of it.
  [[nodiscard]] uint64_t ScheduleTimer(Nanos at_ns, int file);
  void CancelTimer(uint64_t entry);
  // What a wait has blocked in place of the task's own mask, where it says so (ppoll and kin).
  template <typename Wait>
  auto WithMask(const sigset_t* mask, Wait wait) -> decltype(wait()) {
    if (mask == nullptr) return wait();
    ClientThread& me = tasks_.current();
    const uint64_t before = me.blocked_signals;
    me.blocked_signals = MaskOf(*mask);
    const auto result = wait();
    me.blocked_signals = before;
    return result;
  }
  struct Key {  // pthread_key_create
    bool used;
    void (*destructor)(void*);
  };
  [[nodiscard]] std::vector<Key>& keys() { return keys_; }

  // Memory that client code mapped outside of rings: given back at the end of the run.
  struct Mapping {
    char* begin;
    size_t size;
  };
  [[nodiscard]] std::vector<Mapping>& client_mappings() { return client_mappings_; }
  // The client gave these rings back: they are inaccessible when it runs again. Not at once, since
  // that costs two system calls and most runs end with it.
  void ProtectLater(RingBlock* block) { to_protect_.push_back(block); }

  // Which fault of the service, if any, strikes at this occurrence of its operation.
  [[nodiscard]] const Fault* Strike(FaultKind kind, int64_t occurrence) {
    return plan_->faults.empty() ? nullptr : injector_.Strike(kind, occurrence, now_ns_);
  }
  [[nodiscard]] Injector& injector() { return injector_; }
  // What CLOCK_REALTIME shows. Clocks of programs jump, virtual time does not.
  [[nodiscard]] Nanos RealtimeNow() const { return now_ns_ + realtime_start_ns_; }
  [[nodiscard]] Nanos RealtimeStart() const { return realtime_start_ns_; }

 private:
  void OnCall();
  void Take(LibcCall call, Struck& struck);
  struct Delivered {
    bool any = false;     // a handler ran
    bool restart = true;  // every one of them was set with SA_RESTART
  };
  struct Parked {  // on the stack of the task that is
    const void* object;
    bool woken;
    Parked* next;
  };
  Woken WaitAmongTasks(const Waiting& waiting);
  [[nodiscard]] bool CanRun(const ClientThread& task) const;
  [[nodiscard]] ClientThread* FirstThatCanRun();
  [[nodiscard]] ClientThread& NextTask();
  [[noreturn]] void EndWaiting(EndingKind kind);
  void SwitchTo(ClientThread& next, int64_t at);
  void TakeTurns();
  ClientThread& FinishTask(ClientThread& me);
  void RunThreadDestructors(ClientThread& me);
  Delivered DeliverSignals();
  void RunHandler(int signal, const struct sigaction& action);
  // Whether the waiting is over.
  bool DeliverWhileWaiting(OnSignal on_signal);
  void RingAlarm();
  void AdvanceTo(Nanos until_ns);
  void MoveTo(Nanos until_ns);
  [[noreturn]] void EndAtUntil();
  void MoveByReading();
  [[nodiscard]] Nanos ReadingStep() const;
  void HappenDue();
  // Whether it is the client's own doing: that is no event that it could wait for, but a way of waiting.
  [[nodiscard]] static bool IsOwnTimer(const Scheduler::Entry& entry) {
    return entry.kind == static_cast<uint32_t>(Due::kAlarm) ||
           entry.kind == static_cast<uint32_t>(Due::kTimer);
  }
  void RingTimer(int file);
  void WakeSignalFiles();
  // Whether there is nothing to come but what the client waits for in slices, up to `next_ns`.
  [[nodiscard]] bool Stalls(Nanos next_ns) const {
    return scheduler_.size() == own_timers_ && next_ns - last_event_ns_ > horizon_ns_ &&
           !(until_before_stall_ && next_ns > until_ns_);
  }
  [[nodiscard]] bool PassesService(const Scheduler::Entry& entry) const;
  void Happen(const Scheduler::Entry& entry);
  void CarryOut(const Step& step);
  void WriteEnding(EndingKind kind, std::string_view detail);
  void BeginRun(const Plan& plan, const KeyTable& keys, TraceLevel level);
  void EndRun();
  void ReleaseClientMappings();

  std::vector<Mapping> client_mappings_;
  std::vector<RingBlock*> to_protect_;
  TraceWriter& trace_;
  SharedState* shared_;
  TraceLevel level_ = TraceLevel::kHost;
  const Plan* plan_ = nullptr;
  Nanos now_ns_ = 0;
  Nanos last_event_ns_ = 0;
  Nanos horizon_ns_ = kDefaultHorizon;
  Nanos until_ns_ = kForever;
  bool until_before_stall_ = false;
  Nanos reading_ns_ = 0;
  Nanos worked_ns_ = 0;
  uint64_t calls_ = 0;
  uint64_t idle_calls_ = 0;
  uint64_t still_calls_ = 0;
  Program* program_ = nullptr;
  Nanos realtime_start_ns_ = kRealtimeStart;
  Injector injector_;
  Scheduler scheduler_;
  Descriptors descriptors_;
  RingPool rings_;
  std::unique_ptr<VirtualService> service_;
  std::unique_ptr<FolderTree> folders_;
  std::vector<const Step*> other_steps_;
  Random client_random_{0};
  Tasks tasks_;
  Turns turns_;
  Signals signals_;
  Parked* parked_ = nullptr;
  std::vector<Key> keys_;
  int next_task_ = 1;
  uint64_t alarm_ = 0;     // the scheduler's number; 0: none
  size_t own_timers_ = 0;  // how many of the scheduler's entries are
  Nanos alarm_ns_ = 0;
  Nanos alarm_interval_ns_ = 0;
  EndingKind ending_ = EndingKind::kFinished;
};

// The host of this process, for the interposed calls; null before it exists.
[[nodiscard]] VirtualHost* CurrentHost();

inline void VirtualHost::AdvanceTo(Nanos until_ns) {
  if (until_ns <= now_ns_) return;
  MoveTo(until_ns);
  still_calls_ = 0;
  Progress();
}

inline void VirtualHost::MoveTo(Nanos until_ns) {
  if (until_ns > until_ns_) EndAtUntil();
  if (program_ != nullptr) program_->TimePasses(until_ns - now_ns_);
  now_ns_ = until_ns;
  shared_->now_ns.store(now_ns_, std::memory_order_relaxed);
}

template <typename Ready>
Woken VirtualHost::WaitUntil(Nanos deadline_ns, Ready ready, const char* what, OnSignal on_signal) {
  for (;;) {
    if (tasks_.several()) {
      const auto holds = [](void* condition) -> bool {
        return (*static_cast<Ready*>(condition))();
      };
      return WaitAmongTasks(
          {what, deadline_ns, holds, &ready, on_signal, deadline_ns <= last_event_ns_});
    }
    HappenDue();
    if (ready()) return Woken::kReady;
    if (signals_.Concerns(tasks_.current())) {
      if (DeliverWhileWaiting(on_signal)) return Woken::kInterrupted;
      continue;
    }
    const auto next_ns = scheduler_.NextTime();
    if (!next_ns && deadline_ns == kForever) End(EndingKind::kDeadlock, what);
    const bool timed_out = !next_ns || *next_ns > deadline_ns;
    if (Stalls(timed_out ? deadline_ns : *next_ns)) End(EndingKind::kStall, what);
    AdvanceTo(timed_out ? deadline_ns : *next_ns);
    if (timed_out) return Woken::kTimeout;
  }
}

}  // namespace cmapsim
