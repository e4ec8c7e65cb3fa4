#include "sim/core/plan_generators.h"

#include "sim/core/plan_fields.h"
#include "sim/core/plan_yaml.h"

namespace cmapsim {
namespace {

using rc::Gen;
namespace gen = rc::gen;

Gen<Nanos> GenDuration() {
  return gen::oneOf(gen::just<Nanos>(0), gen::inRange<Nanos>(0, Nanos{1} << 62),
                    gen::map(gen::inRange<Nanos>(0, 50'000), [](Nanos n) { return n * kDay; }),
                    gen::map(gen::inRange<Nanos>(0, 50'000), [](Nanos n) { return n * kSecond; }));
}

Gen<Nanos> GenTimeout() {
  return gen::oneOf(gen::just<Nanos>(-1), gen::map(gen::inRange<Nanos>(0, 0x80000000),
                                                   [](Nanos n) { return n * kMillisecond; }));
}

Gen<int32_t> GenSlot() { return gen::inRange<int32_t>(0, kMaxSlot + 1); }

template <typename T>
Gen<T> GenSmallOrAny() {
  return gen::oneOf(gen::cast<T>(gen::inRange(0, 20)), gen::arbitrary<T>());
}

template <typename T>
void MaybeSet(std::optional<T>& member, const Gen<T>& value) {
  if (*gen::arbitrary<bool>()) member = *value;
}

// What a shortcut for `type` can pass.
Value GenShortcutValue(ValueType type) {
  if (type == ValueType::kString) return Value::String(*GenKey());
  return {type, *gen::container<std::string>(FixedValueSize(type), gen::arbitrary<char>())};
}

void GenStepValue(Step& step) {
  const auto type = TypeSetBy(step.op);
  if (type && (*type != ValueType::kString || *gen::arbitrary<bool>())) {
    step.value = GenShortcutValue(*type);
  } else if (!type && (IsOtherStep(step) || *gen::arbitrary<bool>())) {
    step.value = *GenValue();
  }
}

void GenStepField(StepField field, int depth, Step& step);

Gen<Reaction> GenReaction(int depth) {
  return gen::exec([depth] {
    Reaction reaction;
    reaction.nth = *gen::inRange<int64_t>(0, 4);
    const int count = *gen::inRange(0, 3);
    for (int i = 0; i < count; ++i) reaction.steps.push_back(*GenStep(depth - 1));
    return reaction;
  });
}

void GenHandleField(StepField field, Step& step) {
  switch (field) {
    case StepField::kConnection:
      step.connection = *GenSlot();
      return;
    case StepField::kHandle:
      return MaybeSet(step.raw_handle, gen::arbitrary<uint64_t>());
    case StepField::kTracker:
      step.tracker = *GenSlot();
      return;
    case StepField::kTrackHandle:
      return MaybeSet(step.raw_track, gen::arbitrary<uint64_t>());
    case StepField::kIterator:
      step.iterator = *GenSlot();
      return;
    case StepField::kIterHandle:
      return MaybeSet(step.raw_iterator, gen::arbitrary<uint64_t>());
    default:
      return;
  }
}

void GenStepField(StepField field, int depth, Step& step) {
  switch (field) {
    case StepField::kAfter:
      return MaybeSet(step.after_ns, GenDuration());
    case StepField::kAction:
      step.action = static_cast<ServiceAction>(*gen::inRange(0, 4));
      return;
    case StepField::kMap:
    case StepField::kMode:
      step.mode = *GenSmallOrAny<int32_t>();
      return;
    case StepField::kKey:
      if (step.by == Actor::kPeer || *gen::arbitrary<bool>()) step.key = *GenKey();
      return;
    case StepField::kValue:
      return GenStepValue(step);
    case StepField::kBuffer:
      return MaybeSet(step.buffer_size, gen::inRange<uint32_t>(0, kMaxBufferSize + 1));
    case StepField::kValueLen:
      step.null_value_len = *gen::arbitrary<bool>();
      if (step.op == Op::kGet && !step.null_value_len) {
        MaybeSet(step.value_len, GenSmallOrAny<uint64_t>());
      }
      return;
    case StepField::kType:
      step.null_type = *gen::arbitrary<bool>();
      return;
    case StepField::kTrack:
      step.track = *GenSmallOrAny<int32_t>();
      return;
    case StepField::kNotify:
      step.null_notify = *gen::arbitrary<bool>();
      return;
    case StepField::kContext:
      step.context = *gen::arbitrary<uint64_t>();
      return;
    case StepField::kDuration:
      step.duration_ns = *GenDuration();
      return;
    case StepField::kTimeout:
      step.duration_ns = *GenTimeout();
      return;
    case StepField::kOutput:
      step.null_output = *gen::arbitrary<bool>();
      return;
    case StepField::kSignal:
      step.signal = *gen::inRange(1, 32);
      return;
    case StepField::kRestart:
      step.restart = *gen::arbitrary<bool>();
      return;
    case StepField::kOnCallback:
    case StepField::kOnSignal:
      if (depth == 0) return;
      for (int i = *gen::inRange(0, 3); i > 0; --i) {
        step.on_callback.push_back(*GenReaction(depth));
      }
      return;
    default:
      return GenHandleField(field, step);
  }
}

void GenWhen(Fault& fault) {
  const int when = *gen::inRange(0, 3);
  if (when == 0) fault.nth = *gen::inRange<int64_t>(0, INT64_MAX);
  if (when == 1) fault.from = *gen::inRange<int64_t>(1, INT64_MAX);
  if (when == 2) fault.one_in = *gen::inRange<int64_t>(1, 1'000'000'001);
}

void GenFaultField(FaultField field, Fault& fault) {
  switch (field) {
    case FaultField::kErrno:
      fault.number = *ParseErrno(
          *gen::elementOf(std::vector<std::string_view>(ErrnoNames().begin(), ErrnoNames().end())));
      return;
    case FaultField::kError:
      fault.number = *GenSmallOrAny<int32_t>();
      return;
    case FaultField::kRevents:
      fault.number = *gen::inRange(0, 64) & ~2;  // POLLPRI has no name here
      return;
    case FaultField::kSize:
      fault.size = *gen::inRange<int64_t>(0, kMaxBufferSize + 1);
      return;
    case FaultField::kNumber:
      fault.size = *gen::arbitrary<int32_t>();
      return;
    case FaultField::kSignal:
      fault.number = *gen::inRange(1, 32);
      return;
    case FaultField::kJump:
      fault.delay_ns = *gen::inRange<Nanos>(1, kDay) * *gen::element<Nanos>(1, -1);
      return;
    case FaultField::kDelay:
      fault.delay_ns = *GenDuration();
      return;
    case FaultField::kCall:
      if (*gen::arbitrary<bool>()) {
        fault.call = static_cast<LibcCall>(*gen::inRange<size_t>(0, kLibcCallCount));
      }
      return;
  }
}

Gen<Fault> GenFault() {
  return gen::exec([] {
    Fault fault;
    const auto name = FaultNames()[*gen::inRange<size_t>(0, FaultNames().size())];
    RC_ASSERT(ParseFaultName(name, fault));
    GenWhen(fault);
    for (size_t i = 0; i < FaultFieldNames().size(); ++i) {
      const auto field = static_cast<FaultField>(i);
      if (RowOf(fault.kind).Takes(field)) GenFaultField(field, fault);
    }
    return fault;
  });
}

Gen<FirstKey> GenFirstKey() {
  return gen::exec([] {
    FirstKey first;
    first.key = *GenKey();
    first.value = *GenValue();
    first.read_only = *gen::arbitrary<bool>();
    return first;
  });
}

// Up to three tasks, each begun by the one before it.
void GenTasks(Plan& plan) {
  std::vector<Step>* begins_next = &plan.steps;
  const int count = *gen::inRange(0, 4);
  plan.tasks.resize(static_cast<size_t>(count));
  for (int i = 0; i < count; ++i) {
    Task& task = plan.tasks[static_cast<size_t>(i)];
    task.task = i + 1;
    task.steps = *gen::container<std::vector<Step>>(GenStep(1));
    Step& start = begins_next->emplace_back();
    start.op = Op::kStart;
    start.task = task.task;
    begins_next = &task.steps;
  }
  plan.schedule.one_in = *gen::inRange<int64_t>(0, 5);
  for (int i = *gen::inRange(0, 3); i > 0; --i) {
    plan.schedule.switches.push_back({*gen::inRange<int64_t>(1, 1000), *gen::inRange(0, 4)});
  }
}

}  // namespace

Gen<std::string> GenKey() {
  const Gen<char> any = gen::map(gen::inRange(1, 256), [](int c) { return static_cast<char>(c); });
  const Gen<char> telling =
      gen::elementOf(std::string(" .:-?#&*!|>'\"%@`{}[],\\~\n\t\x7f\x85\xff"));
  const Gen<char> plain = gen::elementOf(std::string("abz09._/"));
  return gen::oneOf(gen::container<std::string>(any), gen::container<std::string>(telling),
                    gen::container<std::string>(plain),
                    gen::element<std::string>("", "null", "~", "NULL", "true", "1", "0x10", "---",
                                              "- a", "a: b", "a:", "\xc3\xa9", "<<", "="));
}

Gen<Value> GenValue() {
  return gen::exec([] {
    Value value;
    value.type = static_cast<ValueType>(*gen::oneOf(gen::inRange(0, 13), gen::inRange(0, 256)));
    const size_t size =
        *gen::oneOf(gen::just(FixedValueSize(value.type)), gen::inRange<size_t>(0, 40));
    if (*gen::inRange(0, 4) == 0) {
      value.bytes = std::string(*gen::inRange<size_t>(0, 300), *gen::arbitrary<char>());
    } else {
      value.bytes = *gen::container<std::string>(size, gen::arbitrary<char>());
    }
    return value;
  });
}

Gen<Step> GenStep(int depth) {
  return gen::exec([depth] {
    Step step;
    // Tasks begin where GenPlan says, once.
    step.op = static_cast<Op>(*gen::distinctFrom(
        gen::distinctFrom(gen::inRange<int>(0, static_cast<int>(OpNames().size())),
                          static_cast<int>(Op::kStart)),
        static_cast<int>(Op::kJoin)));
    if (PeerMay(step.op) && *gen::arbitrary<bool>()) step.by = Actor::kPeer;
    const StepFieldSet takes = FieldsOf(step.op, step.by).takes;
    for (size_t i = 0; i < StepFieldNames().size(); ++i) {
      const auto field = static_cast<StepField>(i);
      if (takes & Bit(field)) GenStepField(field, depth, step);
    }
    return step;
  });
}

Gen<Plan> GenPlan() {
  return gen::exec([] {
    Plan plan;
    plan.seed = *gen::arbitrary<uint64_t>();
    plan.transport = static_cast<Transport>(*gen::inRange(0, 2));
    plan.horizon_ns = *gen::inRange<Nanos>(1, 1000) * *gen::element<Nanos>(1, kSecond, kHour);
    if (*gen::arbitrary<bool>()) {
      plan.clock_reading_ns = *gen::inRange<Nanos>(0, kMaxClockReading + 1);
    }
    if (*gen::arbitrary<bool>()) plan.keys = *gen::container<std::vector<FirstKey>>(GenFirstKey());
    plan.faults = *gen::container<std::vector<Fault>>(GenFault());
    plan.steps = *gen::container<std::vector<Step>>(GenStep(kMaxReactionDepth));
    GenTasks(plan);
    NumberSteps(plan);
    return plan;
  });
}

std::ostream& operator<<(std::ostream& out, const Plan& plan) { return out << FormatPlan(plan); }

std::ostream& operator<<(std::ostream& out, const Value& value) {
  return out << FormatValue(value);
}

}  // namespace cmapsim
