#include "conformance/suites/script.h"

#include <array>
#include <utility>

namespace cmapsim::suite {
namespace {

constexpr std::string_view kEndingKey = "stop.now";

const std::array<std::string, kKeyCount> kKeys = {
    "test.a", "test.b", "test.a.b", "test.c", "test.b/c:d_e-F", "test." + std::string(250, 'k')};

constexpr std::array<ValueType, kTypeCount> kTypes = {
    ValueType::kUInt8,  ValueType::kInt8,   ValueType::kUInt16, ValueType::kInt16,
    ValueType::kUInt32, ValueType::kInt32,  ValueType::kUInt64, ValueType::kInt64,
    ValueType::kString, ValueType::kBinary, ValueType::kFloat,  ValueType::kDouble};

// The map takes at most 16 KiB.
constexpr std::array<size_t, kSizeCount> kSizes = {3, 1, 0, 17, 255, 4096, 16383, 16384};

constexpr std::array<Nanos, kDelayCount> kDelays = {
    kMillisecond, kMicrosecond, 1,    250 * kMicrosecond, 50 * kMillisecond, kSecond,
    90 * kSecond, kHour,        kDay, 3 * kDay + 1};
constexpr std::array<Nanos, kDelayCount> kLiveDelays = {
    kMillisecond,     kMicrosecond, 100 * kMicrosecond, 250 * kMicrosecond, 3 * kMillisecond,
    2 * kMillisecond, kMillisecond, 500 * kMicrosecond, kMillisecond,       3 * kMillisecond};

bool IsInteger(ValueType type) {
  return FixedValueSize(type) != 0 && type != ValueType::kFloat && type != ValueType::kDouble;
}

std::vector<Field<Change>> Fields(uint32_t types, uint32_t sizes, uint32_t clients) {
  return {{&Change::key, kKeyCount}, {&Change::kind, 6},     {&Change::type, types},
          {&Change::size, sizes},    {&Change::by, clients}, {&Change::delay, kDelayCount}};
}

}  // namespace

const std::string& KeyName(uint32_t choice) { return kKeys[choice % kKeys.size()]; }

ValueType TypeOf(uint32_t choice) { return kTypes[choice % kTypes.size()]; }

Value MakeValue(uint32_t type_choice, uint32_t size_choice, uint32_t number) {
  const ValueType type = TypeOf(type_choice);
  const size_t width = FixedValueSize(type);
  if (width == 0) {
    const size_t size = kSizes[size_choice % kSizes.size()];
    const bool text = type == ValueType::kString;
    const auto fill = static_cast<char>(text ? 'a' + number % 26 : number % 256);
    return {type, std::string(size, fill)};
  }
  constexpr std::array<uint64_t, 4> kLimits = {1, 0, ~uint64_t{0}, ~uint64_t{0} >> 1};
  uint64_t bits = number + 1;
  if (size_choice >= 4) bits = kLimits[size_choice % 4] >> (size_choice == 7 ? 64 - 8 * width : 0);
  std::string bytes(width, '\0');
  for (size_t i = 0; i < width; ++i) bytes[i] = static_cast<char>(bits >> (8 * i));
  return {type, std::move(bytes)};
}

rc::Gen<std::vector<Change>> Changes(size_t min, size_t max) {
  return Records<Change>(min, max, Fields(kTypeCount, 2, 2));
}

rc::Gen<std::vector<Change>> LargeChanges(size_t min, size_t max) {
  return Records<Change>(min, max, Fields(kTypeCount, kSizeCount, 2));
}

rc::Gen<std::vector<Change>> LateChanges(size_t min, size_t max) {
  return Records<Change>(min, max, Fields(kTypeCount, 2, 1));
}

Nanos DelayOf(uint32_t choice, const GenerateOptions& options) {
  return (options.live ? kLiveDelays : kDelays)[choice % kDelayCount];
}

Ending EndingOf(uint32_t choice, const GenerateOptions& options) {
  if (choice == 0) return Ending::kNever;
  if (choice < 3 && !options.live) return Ending::kKill;
  return Ending::kFinalizeInCallback;
}

Step WithBadHandle(Step step, uint32_t choice, uint32_t low, uint32_t high) {
  switch (choice) {
    case 0:
      return step;
    case 1:
      return WithHandle(std::move(step), 1);
    case 2:
      return WithHandle(std::move(step), UINT64_MAX);
    case 3:
      // corosync 3.1.7: a handle whose upper half is all ones is taken without comparing it.
      return WithHandle(std::move(step), uint64_t{UINT32_MAX} << 32);
    case 4:
      return WithHandle(std::move(step), low);
    case 5:
      return WithHandle(std::move(step), uint64_t{high} << 32);
    default:
      return WithHandle(std::move(step), uint64_t{high} << 32 | low);
  }
}

Script::Script(const GenerateOptions& options) : options_(options) {
  plan_.transport = options.transport;
}

Step& Script::Add(Step step) {
  if (step.op == Op::kSleep && step.by == Actor::kClient) {
    last_ns_ = std::max<Nanos>(0, last_ns_ - step.duration_ns);
  }
  return plan_.steps.emplace_back(std::move(step));
}

void Script::AddFault(FaultKind kind, int64_t nth, Nanos delay_ns) {
  Fault& fault = plan_.faults.emplace_back();
  fault.kind = kind;
  fault.nth = nth;
  fault.delay_ns = delay_ns;
}

void Script::Connect(int32_t connection) {
  Add(Initialize(connection));
  connections_.push_back(connection);
}

void Script::ConnectTo(int32_t map, int32_t connection) {
  Add(InitializeMap(map, connection));
  connections_.push_back(connection);
}

void Script::Begin(int32_t mode, Ending ending) {
  Connect(0);
  ending_ = mode == kDispatchBlocking ? ending : Ending::kNever;
  if (ending_ == Ending::kFinalizeInCallback) {
    Track(kEndingKey, kTrackAll).on_callback = {{.nth = 1, .steps = {Finalize()}}};
  }
}

Step& Script::Track(std::string_view key, int32_t track, int32_t connection) {
  return Add(TrackAdd(trackers_++, std::string(key), track, connection));
}

Step Script::StepFor(const Change& change, int32_t connection) {
  const std::string& key = KeyName(change.key);
  const auto at = keys_.find(key);
  const bool exists = at != keys_.end();
  const uint32_t number = number_++;
  Step step;
  if (change.kind == 1 && exists) {
    keys_.erase(at);
    step = Delete(key, connection);
  } else if ((change.kind == 2 || change.kind == 3) && exists && IsInteger(at->second.type)) {
    step = OnKey(change.kind == 2 ? Op::kInc : Op::kDec, key, connection);
    at->second.bytes.clear();  // some number that is not known here
  } else {
    Value value = MakeValue(change.type, change.size, number);
    const bool certain = !exists || (at->second.type != value.type) ||
                         (!at->second.bytes.empty() && at->second.bytes != value.bytes);
    if (!certain) {
      const bool was_wide = at->second.type == ValueType::kUInt32;
      value = Value::Integer(was_wide ? ValueType::kUInt64 : ValueType::kUInt32, number);
    }
    keys_[key] = value;
    step = Set(key, std::move(value), connection);
  }
  return change.by == 0 ? ByPeer(std::move(step)) : step;
}

void Script::Apply(const Change& change, int32_t connection) { Add(StepFor(change, connection)); }

void Script::ApplyLater(const Change& change) {
  last_ns_ += DelayOf(change.delay, options_);
  Add(ByPeer(StepFor(change), last_ns_));
}

void Script::ServiceLater(ServiceAction action, Nanos delay_ns) {
  last_ns_ += delay_ns;
  Add(OfService(action, last_ns_));
}

void Script::SleepUntilQuiet() {
  if (last_ns_ > 0) Add(Sleep(last_ns_ + kMillisecond));
}

void Script::AddEnding() {
  if (ending_ == Ending::kFinalizeInCallback) {
    Step step = Set(std::string(kEndingKey), Value::Integer(ValueType::kUInt8, 1));
    const bool later = last_ns_ > 0;
    Add(ByPeer(std::move(step), later ? std::optional(last_ns_ + kMillisecond) : std::nullopt));
  } else if (ending_ == Ending::kKill) {
    ServiceLater(ServiceAction::kKill, kMillisecond);
  }
  ending_ = Ending::kNever;
}

void Script::Dispatch(int32_t mode, uint32_t times) {
  if (mode == kDispatchBlocking) {
    AddEnding();
    times = 1;
  }
  for (uint32_t i = 0; i < times; ++i) Add(suite::Dispatch(mode));
}

Plan Script::End() {
  for (const int32_t connection : connections_) {
    Add(suite::Dispatch(kDispatchAll, connection));
    Add(Finalize(connection));
  }
  return Done();
}

Plan Script::Done() {
  NumberSteps(plan_);
  return std::move(plan_);
}

}  // namespace cmapsim::suite
