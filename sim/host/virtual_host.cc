#include "sim/host/virtual_host.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>

#include "sim/cmap/store.h"
#include "sim/host/disown.h"
#include "sim/host/folder_tree.h"
#include "sim/host/real_calls.h"
#include "sim/host/run_summary.h"
#include "sim/host/socket_calls.h"
#include "sim/host/stack_memory.h"
#include "sim/host/virtual_service.h"

namespace cmapsim {
namespace {

VirtualHost* g_host = nullptr;

}  // namespace

VirtualHost* CurrentHost() { return g_host; }

VirtualHost::VirtualHost(TraceWriter& trace, SharedState* shared)
    : trace_(trace),
      shared_(shared),
      injector_(trace),
      service_(std::make_unique<VirtualService>(*this)),
      folders_(std::make_unique<FolderTree>(*this)) {
  descriptors_.Reserve();
  tasks_.OnFinish([this](ClientThread& me) -> ClientThread& { return FinishTask(me); });
  g_host = this;
}

VirtualHost::~VirtualHost() { g_host = nullptr; }

void VirtualHost::EnterClient() {
  // A library that is handed a broken reply, or another task's, shows what its stack held: not what
  // we left there.
  if (!plan_->faults.empty() || !plan_->tasks.empty()) ForgetNearStack();
  if (!to_protect_.empty()) {
    for (RingBlock* block : to_protect_) block->Protect();
    to_protect_.clear();
  }
  Progress();
  last_event_ns_ = now_ns_;
  SetClient(ClientWorld::kVirtual);
}

void VirtualHost::LeaveClient() {
  EndDisowned();
  SetClient(ClientWorld::kNone);
  last_event_ns_ = now_ns_;
}

void VirtualHost::BeginRun(const Plan& plan, const KeyTable& keys, TraceLevel level) {
  plan_ = &plan;
  level_ = level;
  now_ns_ = last_event_ns_ = 0;
  calls_ = idle_calls_ = still_calls_ = 0;
  horizon_ns_ = plan.horizon_ns > 0 ? plan.horizon_ns : kDefaultHorizon;
  reading_ns_ = plan.clock_reading_ns.value_or(0);
  worked_ns_ = 0;
  scheduler_.Clear();
  other_steps_.clear();
  client_random_ = Random(plan.seed);
  realtime_start_ns_ = kRealtimeStart;
  injector_.Begin(plan);
  tasks_.Begin();
  turns_.Begin(plan);
  signals_.Begin();
  keys_.clear();
  parked_ = nullptr;
  alarm_ = 0;
  own_timers_ = 0;
  alarm_ns_ = alarm_interval_ns_ = 0;
  next_task_ = 1;
  for (const Task& task : plan.tasks) next_task_ = std::max(next_task_, task.task + 1);
  shared_->calls.store(0, std::memory_order_relaxed);
  shared_->now_ns.store(0, std::memory_order_relaxed);
  trace_.Reset();
  service_->Begin(keys);
}

void VirtualHost::EndRun() {
  tasks_.EndOthers();
  to_protect_.clear();
  SetClient(ClientWorld::kNone);
  ReleaseClientMappings();
  descriptors_.CloseAll();
  folders_->Begin();
  service_->EndRun();
}

EndingKind VirtualHost::Run(const Plan& plan, const KeyTable& keys, TraceLevel level,
                            const std::function<void()>& client) {
  BeginRun(plan, keys, level);
  if (setjmp(tasks_.first().base) == 0) {
    client();
    // What the client's last calls caused: a service that is to hear of a closed connection hears of it
    // also where no call comes after.
    HappenDue();
    WriteEnding(EndingKind::kFinished, {});
  }
  EndRun();
  return ending_;
}

void VirtualHost::End(EndingKind kind, std::string_view detail) {
  SetClient(ClientWorld::kNone);
  WriteEnding(kind, detail);
  if (program_ != nullptr) program_->Leave();
  tasks_.Leave();
}

void VirtualHost::WriteEnding(EndingKind kind, std::string_view detail) {
  ending_ = kind;
  WriteRunSummary(*this);
  trace_.BeginLast(now_ns_, '=').Word(EndingName(kind));
  if (!detail.empty()) trace_.Word(detail);
  trace_.EndLast();
}

void VirtualHost::OnCall() {
  shared_->calls.store(++calls_, std::memory_order_relaxed);
  if (++idle_calls_ > kIdleCallsMax || ++still_calls_ > kStillCallsMax || trace_.full()) {
    // A plan's trace is full only where its client makes calls without end.
    if (trace_.full() && program_ != nullptr) End(EndingKind::kLimit, "trace");
    End(EndingKind::kLivelock, trace_.full() ? "trace-full" : "calls");
  }
  if (service_->has_queued()) service_->FlushQueues();
  HappenDue();
}

// What happens also while the service is stopped: it is not the service that does it.
bool VirtualHost::PassesService(const Scheduler::Entry& entry) const {
  if (IsOwnTimer(entry)) return true;
  if (entry.kind != static_cast<uint32_t>(Due::kOtherStep)) return false;
  const Op op = other_steps_[static_cast<size_t>(entry.a)]->op;
  return op == Op::kService || op == Op::kSignal || op == Op::kInput;
}

void VirtualHost::HappenDue() {
  while (const auto entry = scheduler_.PopDue(now_ns_)) {
    if (!PassesService(*entry) && service_->KeepWhileStopped(*entry)) continue;
    if (IsOwnTimer(*entry)) {
      --own_timers_;
      Happen(*entry);
    } else {
      Happen(*entry);
      last_event_ns_ = std::max(last_event_ns_, now_ns_);
    }
    Progress();
  }
}

void VirtualHost::Happen(const Scheduler::Entry& entry) {
  const int connection = static_cast<int>(entry.a);
  switch (static_cast<Due>(entry.kind)) {
    case Due::kServiceReadable:
      return service_->Readable(connection);
    case Due::kAccept:
      return service_->Accept(connection);
    case Due::kReply:
      return service_->SendDelayedReplies(connection);
    case Due::kEvents:
      return service_->SendDelayedEvents(connection);
    case Due::kServiceStart:
      return service_->Start();
    case Due::kServiceContinue:
      return service_->ContinueProcess(entry.a);
    case Due::kStats:
      return service_->UpdateStats(entry.a);
    case Due::kAlarm:
      return RingAlarm();
    case Due::kTimer:
      return RingTimer(static_cast<int>(entry.a));
    case Due::kOtherStep:
      return CarryOut(*other_steps_[static_cast<size_t>(entry.a)]);
  }
}

void VirtualHost::OtherStep(const Step& step) {
  const auto index = static_cast<int64_t>(other_steps_.size());
  other_steps_.push_back(&step);
  scheduler_.At(now_ns_ + step.after_ns.value_or(0), static_cast<uint32_t>(Due::kOtherStep), index);
  HappenDue();
}

void VirtualHost::CarryOut(const Step& step) {
  if (step.op == Op::kInput) {
    if (program_ != nullptr) program_->Input(step.value->bytes);
    trace_.Begin(now_ns_, '@').Int(step.id).Word(OpName(step.op)).Word("CS_OK").End();
    return;
  }
  if (step.op == Op::kSignal) {
    trace_.Begin(now_ns_, '@').Int(step.id).Word(OpName(step.op)).Word("CS_OK").End();
    return Raise(step.signal);
  }
  if (step.op != Op::kService) {
    const CsError result = service_->CarryOut(step);
    trace_.Begin(now_ns_, '@')
        .Int(step.id)
        .Word(OpName(step.op))
        .Word(CsErrorName(static_cast<int64_t>(result)))
        .End();
    return;
  }
  trace_.Begin(now_ns_, '@').Int(step.id).Word(OpName(step.op)).Word("CS_OK").End();
  switch (step.action) {
    case ServiceAction::kKill:
      return service_->Kill();
    case ServiceAction::kStop:
      return service_->Stop();
    case ServiceAction::kContinue:
      return service_->Continue();
    case ServiceAction::kStart:
      return service_->Start();
  }
}

void VirtualHost::Sleep(Nanos duration_ns) {
  const Nanos until_ns = now_ns_ + duration_ns;
  last_event_ns_ = until_ns;  // the plan asks for it: no stall
  WaitUntil(
      until_ns, [] { return false; }, "sleep");
}

int VirtualHost::Poll(struct pollfd* fds, int count, Nanos timeout_ns) {
  last_event_ns_ = now_ns_ + (timeout_ns < 0 ? 0 : timeout_ns);
  return PollDescriptors(*this, {fds, static_cast<size_t>(count)},
                         timeout_ns < 0 ? kForever : now_ns_ + timeout_ns);
}

void VirtualHost::ReleaseClientMappings() {
  for (const Mapping& mapping : client_mappings_) Real().munmap(mapping.begin, mapping.size);
  client_mappings_.clear();
}

void VirtualHost::Take(LibcCall call, Struck& struck) {
  struck = injector_.Take(call, now_ns_);
  realtime_start_ns_ += struck.jump_ns;
  if (struck.signal != 0) RaiseHere(struck.signal);
  if (struck.delay_ns > 0) {
    last_event_ns_ = now_ns_ + struck.delay_ns;  // the plan asks for it: no stall
    WaitUntil(
        now_ns_ + struck.delay_ns, [] { return false; }, "delay");
  }
}

}  // namespace cmapsim
