#include "sim/core/plan_codec.h"

#include <cstring>

// A plan is magic, then its fields in the order of plan.h. A step is its operation, a set of bits
// that says which fields differ from their defaults, and those fields: most steps take a few bytes.
// Integers are native, a count or length is a uint32.

namespace cmapsim {
namespace {

constexpr uint32_t kMagic = 0x33504d43;  // "CMP3"

// Deeper than any plan text may nest (plan.h), and shallow enough for any stack.
constexpr int kMaxDepth = 32;

enum StepBit : uint32_t {
  kBy = 1u << 0,
  kAfter = 1u << 1,
  kConnection = 1u << 2,
  kRawHandle = 1u << 3,
  kTracker = 1u << 4,
  kRawTrack = 1u << 5,
  kIterator = 1u << 6,
  kRawIterator = 1u << 7,
  kKey = 1u << 8,
  kValue = 1u << 9,
  kBufferSize = 1u << 10,
  kTrack = 1u << 11,
  kNullNotify = 1u << 12,
  kNullOutput = 1u << 13,
  kMode = 1u << 14,
  kContext = 1u << 15,
  kDuration = 1u << 16,
  kAction = 1u << 17,
  kOnCallback = 1u << 18,
  kTask = 1u << 19,
  kSignal = 1u << 20,
  kRestart = 1u << 21,
  kValueLen = 1u << 22,
  kNullValueLen = 1u << 23,
  kNullType = 1u << 24,
  kAllStepBits = (1u << 25) - 1,
};

class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  template <typename T>
  void Number(T number) {
    out_.append(reinterpret_cast<const char*>(&number), sizeof number);
  }
  void Count(size_t count) { Number(static_cast<uint32_t>(count)); }
  void Bytes(std::string_view bytes) {
    Count(bytes.size());
    out_.append(bytes);
  }
  void Put(const Value& value) {
    Number(value.type);
    Bytes(value.bytes);
  }
  void Put(const Step& step);
  void Put(const std::vector<Step>& steps) {
    Count(steps.size());
    for (const Step& step : steps) Put(step);
  }
  void Put(const Plan& plan);

 private:
  std::string& out_;
};

uint32_t BitsOf(const Step& step) {
  static const Step kDefault;
  uint32_t bits = 0;
  const auto set_if = [&bits](bool differs, uint32_t bit) {
    if (differs) bits |= bit;
  };
  set_if(step.by != kDefault.by, kBy);
  set_if(step.after_ns.has_value(), kAfter);
  set_if(step.connection != kDefault.connection, kConnection);
  set_if(step.raw_handle.has_value(), kRawHandle);
  set_if(step.tracker != kDefault.tracker, kTracker);
  set_if(step.raw_track.has_value(), kRawTrack);
  set_if(step.iterator != kDefault.iterator, kIterator);
  set_if(step.raw_iterator.has_value(), kRawIterator);
  set_if(step.key.has_value(), kKey);
  set_if(step.value.has_value(), kValue);
  set_if(step.buffer_size.has_value(), kBufferSize);
  set_if(step.track != kDefault.track, kTrack);
  set_if(step.null_notify, kNullNotify);
  set_if(step.null_output, kNullOutput);
  set_if(step.mode != kDefault.mode, kMode);
  set_if(step.context != kDefault.context, kContext);
  set_if(step.duration_ns != kDefault.duration_ns, kDuration);
  set_if(step.action != kDefault.action, kAction);
  set_if(!step.on_callback.empty(), kOnCallback);
  set_if(step.task != kDefault.task, kTask);
  set_if(step.signal != kDefault.signal, kSignal);
  set_if(step.restart, kRestart);
  set_if(step.value_len.has_value(), kValueLen);
  set_if(step.null_value_len, kNullValueLen);
  set_if(step.null_type, kNullType);
  return bits;
}

void Writer::Put(const Step& step) {
  const uint32_t bits = BitsOf(step);
  Number(step.op);
  Number(bits);
  if (bits & kBy) Number(step.by);
  if (bits & kAfter) Number(*step.after_ns);
  if (bits & kConnection) Number(step.connection);
  if (bits & kRawHandle) Number(*step.raw_handle);
  if (bits & kTracker) Number(step.tracker);
  if (bits & kRawTrack) Number(*step.raw_track);
  if (bits & kIterator) Number(step.iterator);
  if (bits & kRawIterator) Number(*step.raw_iterator);
  if (bits & kKey) Bytes(*step.key);
  if (bits & kValue) Put(*step.value);
  if (bits & kBufferSize) Number(*step.buffer_size);
  if (bits & kTrack) Number(step.track);
  if (bits & kMode) Number(step.mode);
  if (bits & kContext) Number(step.context);
  if (bits & kDuration) Number(step.duration_ns);
  if (bits & kAction) Number(step.action);
  if (bits & kOnCallback) {
    Count(step.on_callback.size());
    for (const Reaction& reaction : step.on_callback) {
      Number(reaction.nth);
      Put(reaction.steps);
    }
  }
  if (bits & kTask) Number(step.task);
  if (bits & kSignal) Number(step.signal);
  if (bits & kValueLen) Number(*step.value_len);
}

void Writer::Put(const Plan& plan) {
  Number(kMagic);
  Number(plan.seed);
  Number(plan.transport);
  Number(plan.horizon_ns);
  Number(static_cast<uint8_t>(plan.clock_reading_ns.has_value()));
  if (plan.clock_reading_ns) Number(*plan.clock_reading_ns);
  Number(static_cast<uint8_t>(plan.keys.has_value()));
  if (plan.keys) {
    Count(plan.keys->size());
    for (const FirstKey& first : *plan.keys) {
      Bytes(first.key);
      Put(first.value);
      Number(static_cast<uint8_t>(first.read_only));
    }
  }
  Count(plan.faults.size());
  for (const Fault& fault : plan.faults) {
    Number(fault.kind);
    Number(fault.call);
    Number(fault.nth);
    Number(fault.from);
    Number(fault.one_in);
    Number(fault.number);
    Number(fault.size);
    Number(fault.delay_ns);
  }
  Put(plan.steps);
  Count(plan.tasks.size());
  for (const Task& task : plan.tasks) {
    Number(task.task);
    Put(task.steps);
  }
  Number(plan.schedule.one_in);
  Count(plan.schedule.switches.size());
  for (const Switch& to : plan.schedule.switches) {
    Number(to.at);
    Number(to.task);
  }
}

// Reads what Writer wrote. The first mistake makes ok() false and everything after it zero, so that
// callers check once at the end and in loops.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }

  template <typename T>
  T Number() {
    T number{};
    if (rest_.size() < sizeof number) {
      Fail();
    } else {
      std::memcpy(&number, rest_.data(), sizeof number);
      rest_.remove_prefix(sizeof number);
    }
    return number;
  }
  // An enumerator up to `last`.
  template <typename T>
  T Enum(T last) {
    const auto number = Number<uint8_t>();
    if (number > static_cast<uint8_t>(last)) Fail();
    return ok_ ? static_cast<T>(number) : T{};
  }
  bool Bool() {
    const auto number = Number<uint8_t>();
    if (number > 1) Fail();
    return number == 1;
  }
  // A count of things that take at least `smallest` bytes each: never more than could follow, so
  // that hostile counts cannot make the caller allocate.
  size_t Count(size_t smallest) {
    const size_t count = Number<uint32_t>();
    if (count > rest_.size() / smallest) Fail();
    return ok_ ? count : 0;
  }
  std::string Bytes() {
    const size_t size = Count(1);
    std::string bytes(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return bytes;
  }
  Value ReadValue() {
    const auto type = Number<ValueType>();
    return {type, Bytes()};
  }
  Step ReadStep(int depth);
  std::vector<Step> ReadSteps(int depth);
  Plan ReadPlan();

 private:
  void Fail() {
    ok_ = false;
    rest_ = {};
  }

  std::string_view rest_;
  bool ok_ = true;
};

constexpr size_t kSmallestStep = 5;
constexpr size_t kSmallestReaction = 12;
constexpr size_t kSmallestKey = 10;
constexpr size_t kSmallestFault = 46;
constexpr size_t kSmallestTask = 8;
constexpr size_t kSmallestSwitch = 12;

Step Reader::ReadStep(int depth) {
  Step step;
  step.op = Enum(Op::kInput);
  const auto bits = Number<uint32_t>();
  if (bits & ~kAllStepBits) Fail();
  if (bits & kBy) step.by = Enum(Actor::kPeer);
  if (bits & kAfter) step.after_ns = Number<Nanos>();
  if (bits & kConnection) step.connection = Number<int32_t>();
  if (bits & kRawHandle) step.raw_handle = Number<uint64_t>();
  if (bits & kTracker) step.tracker = Number<int32_t>();
  if (bits & kRawTrack) step.raw_track = Number<uint64_t>();
  if (bits & kIterator) step.iterator = Number<int32_t>();
  if (bits & kRawIterator) step.raw_iterator = Number<uint64_t>();
  if (bits & kKey) step.key = Bytes();
  if (bits & kValue) step.value = ReadValue();
  if (bits & kBufferSize) step.buffer_size = Number<uint32_t>();
  if (bits & kTrack) step.track = Number<int32_t>();
  step.null_notify = bits & kNullNotify;
  step.null_output = bits & kNullOutput;
  if (bits & kMode) step.mode = Number<int32_t>();
  if (bits & kContext) step.context = Number<uint64_t>();
  if (bits & kDuration) step.duration_ns = Number<Nanos>();
  if (bits & kAction) step.action = Enum(ServiceAction::kStart);
  if (bits & kOnCallback) {
    const size_t count = Count(kSmallestReaction);
    for (size_t i = 0; i < count && ok_; ++i) {
      Reaction& reaction = step.on_callback.emplace_back();
      reaction.nth = Number<int64_t>();
      reaction.steps = ReadSteps(depth + 1);
    }
  }
  if (bits & kTask) step.task = Number<int32_t>();
  if (bits & kSignal) step.signal = Number<int32_t>();
  step.restart = bits & kRestart;
  if (bits & kValueLen) step.value_len = Number<uint64_t>();
  step.null_value_len = bits & kNullValueLen;
  step.null_type = bits & kNullType;
  return step;
}

std::vector<Step> Reader::ReadSteps(int depth) {
  std::vector<Step> steps;
  if (depth > kMaxDepth) Fail();
  const size_t count = Count(kSmallestStep);
  steps.reserve(count);
  for (size_t i = 0; i < count && ok_; ++i) steps.push_back(ReadStep(depth));
  return steps;
}

Plan Reader::ReadPlan() {
  Plan plan;
  if (Number<uint32_t>() != kMagic) Fail();
  plan.seed = Number<uint64_t>();
  plan.transport = Enum(Transport::kSocket);
  plan.horizon_ns = Number<Nanos>();
  if (Bool()) plan.clock_reading_ns = Number<Nanos>();
  if (Bool()) {
    plan.keys.emplace();
    const size_t count = Count(kSmallestKey);
    plan.keys->reserve(count);
    for (size_t i = 0; i < count && ok_; ++i) {
      FirstKey& first = plan.keys->emplace_back();
      first.key = Bytes();
      first.value = ReadValue();
      first.read_only = Bool();
    }
  }
  const size_t fault_count = Count(kSmallestFault);
  plan.faults.reserve(fault_count);
  for (size_t i = 0; i < fault_count && ok_; ++i) {
    Fault& fault = plan.faults.emplace_back();
    fault.kind = Enum(FaultTable().back().kind);
    fault.call = Enum(LibcCall::kCount);
    fault.nth = Number<int64_t>();
    fault.from = Number<int64_t>();
    fault.one_in = Number<int64_t>();
    fault.number = Number<int32_t>();
    fault.size = Number<int64_t>();
    fault.delay_ns = Number<Nanos>();
  }
  plan.steps = ReadSteps(0);
  const size_t task_count = Count(kSmallestTask);
  plan.tasks.reserve(task_count);
  for (size_t i = 0; i < task_count && ok_; ++i) {
    Task& task = plan.tasks.emplace_back();
    task.task = Number<int32_t>();
    task.steps = ReadSteps(0);
  }
  plan.schedule.one_in = Number<int64_t>();
  const size_t switch_count = Count(kSmallestSwitch);
  plan.schedule.switches.reserve(switch_count);
  for (size_t i = 0; i < switch_count && ok_; ++i) {
    Switch& to = plan.schedule.switches.emplace_back();
    to.at = Number<int64_t>();
    to.task = Number<int32_t>();
  }
  return plan;
}

}  // namespace

void EncodePlan(const Plan& plan, std::string& out) { Writer(out).Put(plan); }

std::optional<Plan> DecodePlan(std::string_view bytes) {
  Reader reader(bytes);
  Plan plan = reader.ReadPlan();
  if (!reader.ok() || !reader.at_end()) return std::nullopt;
  NumberSteps(plan);
  return plan;
}

}  // namespace cmapsim
