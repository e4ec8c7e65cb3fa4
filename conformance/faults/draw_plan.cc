#include "conformance/faults/draw_plan.h"

#include <poll.h>

#include <cerrno>
#include <csignal>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/core/fault.h"
#include "sim/core/host_calls.h"
#include "sim/core/random.h"
#include "sim/core/value.h"

namespace cmapsim {
namespace {

// Those that have shortcuts, from the first number on.
constexpr uint64_t kTypes = static_cast<uint64_t>(ValueType::kString);

class Drawer {
 public:
  explicit Drawer(uint64_t seed) : random_(seed) {}

  Plan Draw(uint64_t seed) {
    Plan plan;
    plan.seed = seed;
    plan.transport = OneIn(2) ? Transport::kSocket : Transport::kShm;
    plan.horizon_ns = (60 * kSecond);
    if (OneIn(4)) plan.keys = FirstKeys();
    plan.steps.push_back(Of(Op::kInitialize));
    if (OneIn(3)) plan.steps.push_back(Sigaction());
    if (!OneIn(4)) plan.steps.push_back(TrackAdd());
    if (OneIn(6)) AddTask(plan);
    AddSteps(3 + Below(10), plan.steps);
    if (!plan.tasks.empty()) {
      Step join = Of(Op::kJoin);
      join.task = 1;
      plan.steps.push_back(join);
    }
    plan.steps.push_back(Of(Op::kFinalize));
    for (uint64_t faults = Below(5); faults > 0; --faults) plan.faults.push_back(DrawFault());
    NumberSteps(plan);
    return plan;
  }

 private:
  uint64_t Below(uint64_t bound) { return random_.Below(bound); }
  bool OneIn(uint64_t chance) { return Below(chance) == 0; }
  template <typename T>
  T Pick(std::span<const T> of) {
    return of[Below(of.size())];
  }
  template <typename T, size_t N>
  T Pick(const T (&of)[N]) {
    return of[Below(N)];
  }
  static Step Of(Op op) {
    Step step;
    step.op = op;
    return step;
  }

  Nanos Duration() {
    static constexpr Nanos kDurations[] = {0,           kMillisecond, 50 * kMillisecond,  kSecond,
                                           3 * kSecond, 20 * kSecond, 5 * (60 * kSecond), kHour};
    return Pick(kDurations);
  }
  std::string Key() {
    static constexpr std::string_view kKeys[] = {"test.a", "test.b", "test.c", "totem.token"};
    return std::string(Pick(kKeys));
  }
  // Some of any type, which inc and the shortcuts then meet.
  Value DrawValue() {
    if (OneIn(4)) return OfType(static_cast<ValueType>(1 + Below(kTypes)));
    if (OneIn(4)) return Value{ValueType::kString, std::string(Below(300), 'v')};
    return Value::Integer(ValueType::kUInt32, Below(1000));
  }
  // One that its type's shortcut can pass: of each byte none, all or any of the bits.
  Value OfType(ValueType type) {
    if (type == ValueType::kString) return {type, std::string(Below(40), 's')};
    std::string bytes;
    const uint64_t form = Below(3);
    while (bytes.size() < FixedValueSize(type)) {
      bytes += static_cast<char>(form == 0 ? 0 : form == 1 ? 0xff : Below(256));
    }
    return {type, std::move(bytes)};
  }

  std::vector<FirstKey> FirstKeys() {
    std::vector<FirstKey> keys;
    for (const std::string_view key : {"test.a", "test.b", "totem.token"}) {
      if (!OneIn(3)) keys.push_back({std::string(key), DrawValue(), OneIn(4)});
    }
    return keys;
  }

  Step Sigaction() {
    Step step = Of(Op::kSigaction);
    step.signal = OneIn(2) ? SIGUSR1 : SIGALRM;
    step.restart = OneIn(2);
    // A handler that calls into cmap.
    if (OneIn(2)) {
      Reaction reaction;
      reaction.nth = static_cast<int64_t>(Below(3));
      reaction.steps.push_back(OneIn(3) ? Dispatch() : Request());
      step.on_callback.push_back(std::move(reaction));
    }
    return step;
  }

  Step TrackAdd() {
    Step step = Of(Op::kTrackAdd);
    step.key = "test.";
    step.track = kTrackAdd | kTrackDelete | kTrackModify | kTrackPrefix;
    step.tracker = static_cast<int32_t>(Below(2));
    if (OneIn(4)) {
      Reaction reaction;
      reaction.nth = static_cast<int64_t>(Below(3));
      reaction.steps.push_back(OneIn(2) ? Request() : Of(Op::kTrackDelete));
      step.on_callback.push_back(std::move(reaction));
    }
    return step;
  }

  // set_uint8, get_string and the like; not always of the type that the key has.
  Step Shortcut() {
    const bool sets = OneIn(2);
    const uint64_t of = Below(kTypes);
    Step step = Of(static_cast<Op>(static_cast<uint64_t>(sets ? Op::kSetInt8 : Op::kGetInt8) + of));
    step.key = Key();
    const auto type = static_cast<ValueType>(1 + of);
    if (!sets) step.null_output = OneIn(10);
    if (sets && (type != ValueType::kString || !OneIn(10))) step.value = OfType(type);
    return step;
  }

  Step Context() {
    Step step = Of(OneIn(2) ? Op::kContextSet : Op::kContextGet);
    if (step.op == Op::kContextSet) step.context = random_.Next();
    return step;
  }

  Step Request() {
    if (OneIn(4)) return Shortcut();
    static constexpr Op kOps[] = {Op::kSet, Op::kSet, Op::kGet, Op::kDelete, Op::kInc, Op::kDec};
    Step step = Of(Pick(kOps));
    step.key = Key();
    if (step.op == Op::kSet) step.value = DrawValue();
    if (step.op == Op::kGet && !OneIn(4)) step.buffer_size = static_cast<uint32_t>(Below(400));
    return step;
  }

  Step Dispatch() {
    static constexpr int32_t kModes[] = {kDispatchOne,
                                         kDispatchOne,
                                         kDispatchAll,
                                         kDispatchAll,
                                         kDispatchOneNonblocking,
                                         kDispatchOneNonblocking,
                                         kDispatchBlocking};
    Step step = Of(Op::kDispatch);
    step.mode = Pick(kModes);
    return step;
  }

  Step OfPeer() {
    static constexpr Op kOps[] = {Op::kSet, Op::kSet, Op::kSet, Op::kDelete, Op::kInc};
    Step step = Of(Pick(kOps));
    step.by = Actor::kPeer;
    step.key = Key();
    if (step.op == Op::kSet) step.value = DrawValue();
    if (!OneIn(3)) step.after_ns = Duration();
    return step;
  }

  Step OfService() {
    static constexpr ServiceAction kActions[] = {ServiceAction::kKill, ServiceAction::kStop,
                                                 ServiceAction::kContinue, ServiceAction::kStart};
    Step step = Of(Op::kService);
    step.action = Pick(kActions);
    if (!OneIn(4)) step.after_ns = Duration();
    return step;
  }

  // The other maps that there are are the statistics; 77 is none.
  Step Initialize() {
    static constexpr int32_t kMaps[] = {0, 1, 77};
    Step step = Of(OneIn(3) ? Op::kInitializeMap : Op::kInitialize);
    if (step.op == Op::kInitializeMap) step.mode = Pick(kMaps);
    step.connection = static_cast<int32_t>(Below(2));
    return step;
  }

  // What comes to the client from elsewhere than the service.
  Step FromOutside() {
    Step step = Of(OneIn(4) ? Op::kInput : Op::kSignal);
    if (step.op == Op::kInput) {
      step.value = Value::String("input");
    } else {
      step.signal = OneIn(2) ? SIGUSR1 : SIGALRM;
    }
    if (!OneIn(3)) step.after_ns = Duration();
    return step;
  }

  Step OneStep() {
    switch (Below(18)) {
      case 0:
      case 1:
      case 2:
        return OfPeer();
      case 3:
      case 4:
      case 5:
        return Dispatch();
      case 6:
      case 7:
      case 8:
        return Request();
      case 9: {
        Step step = Of(Op::kPoll);
        step.duration_ns = static_cast<Nanos>(Below(3000)) * kMillisecond;
        return step;
      }
      case 10:
        return OneIn(2) ? OfService() : OfPeer();
      case 11: {
        Step step = Of(Op::kSleep);
        step.duration_ns = Duration();
        return step;
      }
      case 12:
        return Initialize();
      case 13:
        return TrackAdd();
      case 14:
        return Of(OneIn(2) ? Op::kTrackDelete : Op::kFdGet);
      case 15:
        return Context();
      case 16:
        return FromOutside();
      default:
        return OneIn(3) ? Of(Op::kFinalize) : Request();
    }
  }

  void AddSteps(uint64_t count, std::vector<Step>& steps) {
    for (; count > 0; --count) {
      if (!OneIn(10)) {
        steps.push_back(OneStep());
        continue;
      }
      Step begin = Of(Op::kIterInit);
      begin.key = "t";
      steps.push_back(begin);
      for (uint64_t i = Below(4); i > 0; --i) steps.push_back(Of(Op::kIterNext));
      steps.push_back(Of(Op::kIterFinalize));
    }
  }

  void AddTask(Plan& plan) {
    Task task;
    AddSteps(1 + Below(5), task.steps);
    plan.tasks.push_back(std::move(task));
    Step start = Of(Op::kStart);
    start.task = 1;
    plan.steps.push_back(start);
    if (OneIn(2)) plan.schedule.one_in = 2 + static_cast<int64_t>(Below(20));
    if (OneIn(3)) {
      for (int64_t at = 1 + static_cast<int64_t>(Below(60)); at < 300;
           at += 1 + static_cast<int64_t>(Below(100))) {
        plan.schedule.switches.push_back({at, static_cast<int32_t>(Below(2))});
      }
    }
  }

  Fault DrawFault() {
    // Rows first: were every call's faults of one weight, few would be the service's.
    const FaultRow& row = Pick(FaultTable());
    Fault fault;
    fault.kind = row.kind;
    while (row.OfCall()) {
      Fault named;
      if (ParseFaultName(Pick(FaultNames()), named) && named.kind == row.kind) {
        fault.call = named.call;
        break;
      }
    }
    const uint64_t when = Below(10);
    fault.nth = 1 + static_cast<int64_t>(Below(OneIn(3) ? 60 : 8));
    if (when == 7) std::swap(fault.from, fault.nth);
    if (when == 8) fault.one_in = 2 + static_cast<int64_t>(Below(20));
    if (when == 9 || when == 7) fault.nth = fault.from > 0 ? 1 : 0;
    if (fault.one_in > 0) fault.nth = 1;
    for (size_t i = 0; i < FaultFieldNames().size(); ++i) {
      if (row.Takes(static_cast<FaultField>(i))) DrawField(static_cast<FaultField>(i), fault);
    }
    return fault;
  }

  void DrawField(FaultField field, Fault& fault) {
    static constexpr int64_t kSizes[] = {0, 1, 8, 20, 24, 100, 400, 5000, 1 << 20, 3 << 20};
    static constexpr int kErrnos[] = {EINTR, EAGAIN, ENOMEM, EPIPE, ECONNRESET, EACCES, EBADF};
    switch (field) {
      case FaultField::kErrno: {
        const auto documented =
            fault.call != LibcCall::kCount ? DocumentedErrnos(fault.call) : std::span<const int>();
        fault.number = documented.empty() || OneIn(4) ? Pick(kErrnos) : Pick(documented);
        return;
      }
      case FaultField::kError:
        fault.number = 1 + static_cast<int32_t>(Below(31));
        return;
      case FaultField::kRevents: {
        static constexpr short kRevents[] = {POLLIN, POLLHUP, POLLERR, POLLNVAL, POLLIN | POLLHUP};
        fault.number = Pick(kRevents);
        return;
      }
      case FaultField::kSize:
        fault.size = Pick(kSizes);
        return;
      case FaultField::kNumber:
        fault.size = static_cast<int64_t>(Below(100)) - 5;
        return;
      case FaultField::kSignal:
        fault.number = OneIn(2) ? SIGUSR1 : SIGALRM;
        return;
      case FaultField::kJump:
        fault.delay_ns = OneIn(2) ? kHour : -kHour;
        return;
      case FaultField::kDelay:
        fault.delay_ns = Duration();
        return;
      case FaultField::kCall:
        if (OneIn(2)) fault.call = LibcCall::poll;
        return;
    }
  }

  Random random_;
};

}  // namespace

Plan DrawFaultPlan(uint64_t seed) { return Drawer(seed).Draw(seed); }

}  // namespace cmapsim
