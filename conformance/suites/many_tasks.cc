#include "conformance/suites/many_tasks.h"

#include <array>
#include <cerrno>
#include <string>
#include <utility>

namespace cmapsim::suite {
namespace {

constexpr std::array<std::string_view, 3> kKeys = {"test.a", "test.b", "test.read-only"};
constexpr std::array<int64_t, 6> kChances = {0, 2, 3, 5, 9, 20};

struct StrikeRow {
  FaultKind kind;
  LibcCall call;
  int32_t number;
};
constexpr StrikeRow kStrikes[] = {
    {FaultKind::kHostErrno, LibcCall::send, EINTR},
    {FaultKind::kHostErrno, LibcCall::recv, EINTR},
    {FaultKind::kHostErrno, LibcCall::poll, EINTR},
    {FaultKind::kHostErrno, LibcCall::writev, EINTR},
    {FaultKind::kHostErrno, LibcCall::send, EAGAIN},
    {FaultKind::kHostErrno, LibcCall::send, EPIPE},
    {FaultKind::kHostErrno, LibcCall::recv, ECONNRESET},
    {FaultKind::kHostErrno, LibcCall::writev, ENOBUFS},
    {FaultKind::kServiceReplyError, LibcCall::kCount, 6},
    {FaultKind::kServiceReplyDelay, LibcCall::kCount, 0},
    {FaultKind::kServiceConnectionClose, LibcCall::kCount, 0},
    {FaultKind::kServiceProcessKill, LibcCall::kCount, 0},
};

Step Of(Op op, int32_t task) {
  Step step;
  step.op = op;
  step.task = task;
  return step;
}

Step Got(std::string_view key, int32_t connection) {
  Step step = OnKey(Op::kGet, std::string(key), connection);
  step.buffer_size = 16;
  return step;
}

}  // namespace

rc::Gen<Turns> DrawnTurns() {
  return Record<Turns>({{&Turns::tasks, 2},
                        {&Turns::one_in, kChances.size()},
                        {&Turns::more, 2},
                        {&Turns::kill, 2},
                        {&Turns::at, 40}});
}

rc::Gen<std::vector<Act>> Acts(size_t min, size_t max, uint32_t kinds) {
  return Records<Act>(
      min, max,
      {{&Act::kind, kinds}, {&Act::key, kKeys.size()}, {&Act::number, 4}, {&Act::task, 3}});
}

rc::Gen<std::vector<Strike>> Strikes(size_t min, size_t max) {
  return Records<Strike>(min, max, {{&Strike::kind, std::size(kStrikes)}, {&Strike::nth, 16}});
}

TaskPlan::TaskPlan(const GenerateOptions& options, const Turns& turns)
    : tasks_(2 + static_cast<int32_t>(turns.tasks)), others_(static_cast<size_t>(tasks_ - 1)) {
  plan_.transport = options.transport;
  plan_.schedule.one_in = kChances[turns.one_in];
  plan_.keys = {{std::string(kKeys[0]), Value::Integer(ValueType::kUInt8, 1), false},
                {std::string(kKeys[2]), Value::Integer(ValueType::kUInt8, 7), true}};
}

void TaskPlan::Begin(Step step) { plan_.steps.push_back(std::move(step)); }

void TaskPlan::Connect(int32_t connection) {
  plan_.steps.push_back(Initialize(connection));
  connections_.push_back(connection);
}

void TaskPlan::Track(int32_t connection) {
  plan_.steps.push_back(TrackAdd(connection, "test.", kTrackAll | kTrackPrefix, connection));
}

Step TaskPlan::StepOf(const Act& act, int32_t connection) const {
  const std::string_view key = kKeys[act.key];
  switch (act.kind) {
    case 0:
      return Set(std::string(key), Value::Integer(ValueType::kUInt8, 10 + act.number), connection);
    case 1:
      return Got(key, connection);
    case 2:
      return OnKey(Op::kInc, std::string(key), connection);
    case 3:
      return Delete(std::string(key), connection);
    case 4:
      return Set(std::string(key), Value::String(std::string(act.number, 's')), connection);
    case 5:
      return OnKey(Op::kDec, std::string(key), connection);
    case 6:
      return Dispatch(kDispatchOneNonblocking, connection);
    case 7:
      return Dispatch(kDispatchAll, connection);
    default:
      return FdGet(connection);
  }
}

void TaskPlan::Add(const Act& act, int32_t connection) {
  AddTo(TaskOf(act), StepOf(act, connection));
}

void TaskPlan::AddTo(int32_t task, Step step) {
  (task == 0 ? first_ : others_[static_cast<size_t>(task - 1)]).push_back(std::move(step));
}

void TaskPlan::AddFault(const Strike& strike) {
  const StrikeRow& row = kStrikes[strike.kind];
  Fault fault;
  fault.kind = row.kind;
  fault.call = row.call;
  fault.number = row.number;
  fault.nth = 1 + static_cast<int64_t>(strike.nth);
  if (row.kind == FaultKind::kServiceReplyDelay) fault.delay_ns = 3 * kSecond;
  plan_.faults.push_back(fault);
}

void TaskPlan::Signal(int32_t signal, const Turns& turns) {
  Fault fault;
  fault.kind = FaultKind::kHostSignal;
  fault.number = signal;
  fault.nth = 30 + static_cast<int64_t>(turns.at);
  plan_.faults.push_back(fault);
}

Plan TaskPlan::Done() {
  for (int32_t task = 1; task < tasks_; ++task) {
    auto& steps = others_[static_cast<size_t>(task - 1)];
    if (steps.empty()) continue;
    plan_.tasks.push_back({task, std::move(steps)});
    plan_.steps.push_back(Of(Op::kStart, task));
  }
  plan_.steps.insert(plan_.steps.end(), first_.begin(), first_.end());
  for (const Task& task : plan_.tasks) plan_.steps.push_back(Of(Op::kJoin, task.task));
  NumberSteps(plan_);
  return std::move(plan_);
}

Plan TaskPlan::End() {
  Plan plan = Done();
  for (const int32_t connection : connections_) {
    plan.steps.push_back(Dispatch(kDispatchAll, connection));
  }
  for (const int32_t connection : connections_) {
    plan.steps.push_back(Got(kKeys[0], connection));
    plan.steps.push_back(Got(kKeys[1], connection));
    plan.steps.push_back(Dispatch(kDispatchOneNonblocking, connection));
    plan.steps.push_back(Finalize(connection));
  }
  NumberSteps(plan);
  return plan;
}

}  // namespace cmapsim::suite
