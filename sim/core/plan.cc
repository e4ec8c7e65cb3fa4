#include "sim/core/plan.h"

namespace cmapsim {
namespace {

constexpr std::string_view kOpNames[] = {
#define CMAPSIM_X(enumerator, name) name,
    CMAPSIM_OPERATIONS(CMAPSIM_X)
#undef CMAPSIM_X
};

// In the order of the enumerators, as the next ones.
constexpr std::string_view kTransports[] = {"shm", "socket"};

constexpr std::string_view kServiceActions[] = {"kill", "stop", "continue", "start"};

// The shortcuts' rows stand in the order of the types' numbers.
std::optional<ValueType> TypeFrom(Op first, Op op) {
  constexpr auto kLast = static_cast<int>(ValueType::kString);
  const int type = static_cast<int>(op) - static_cast<int>(first) + 1;
  if (type < 1 || type > kLast) return std::nullopt;
  return static_cast<ValueType>(type);
}

void NumberFrom(std::vector<Step>& steps, int32_t& next) {
  for (Step& step : steps) {
    step.id = next++;
    for (Reaction& reaction : step.on_callback) NumberFrom(reaction.steps, next);
  }
}

void Collect(const std::vector<Step>& steps, std::vector<const Step*>& out) {
  for (const Step& step : steps) {
    out.push_back(&step);
    for (const Reaction& reaction : step.on_callback) Collect(reaction.steps, out);
  }
}

}  // namespace

std::string_view OpName(Op op) { return kOpNames[static_cast<size_t>(op)]; }

std::optional<Op> ParseOp(std::string_view name) {
  for (size_t i = 0; i < std::size(kOpNames); ++i) {
    if (kOpNames[i] == name) return static_cast<Op>(i);
  }
  return std::nullopt;
}

std::span<const std::string_view> OpNames() { return kOpNames; }

std::optional<ValueType> TypeSetBy(Op op) { return TypeFrom(Op::kSetInt8, op); }

std::optional<ValueType> TypeGotBy(Op op) { return TypeFrom(Op::kGetInt8, op); }

std::string_view TransportName(Transport transport) {
  return kTransports[static_cast<size_t>(transport)];
}

std::string_view ServiceActionName(ServiceAction action) {
  return kServiceActions[static_cast<size_t>(action)];
}

std::span<const std::string_view> ServiceActionNames() { return kServiceActions; }

std::string DispatchModeName(int32_t mode) {
  switch (mode) {
    case kDispatchOne:
      return "ONE";
    case kDispatchAll:
      return "ALL";
    case kDispatchBlocking:
      return "BLOCKING";
    case kDispatchOneNonblocking:
      return "ONE_NONBLOCKING";
    default:
      return std::to_string(mode);
  }
}

// Out of line because a reaction holds steps and a step reactions.
bool Reaction::operator==(const Reaction&) const = default;

bool Step::operator==(const Step&) const = default;

bool Task::operator==(const Task&) const = default;

bool Plan::operator==(const Plan&) const = default;

bool IsOtherStep(const Step& step) {
  return step.by == Actor::kPeer || step.op == Op::kService || step.op == Op::kSignal ||
         step.op == Op::kInput;
}

bool FitsShortcut(ValueType type, const Value& value) {
  if (value.type != type) return false;
  if (type == ValueType::kString) return value.bytes.find('\0') == std::string::npos;
  return value.bytes.size() == FixedValueSize(type);
}

void NumberSteps(Plan& plan) {
  int32_t next = 0;
  NumberFrom(plan.steps, next);
  for (Task& task : plan.tasks) NumberFrom(task.steps, next);
}

std::vector<const Step*> StepsById(const Plan& plan) {
  std::vector<const Step*> steps;
  steps.reserve(plan.steps.size());
  Collect(plan.steps, steps);
  for (const Task& task : plan.tasks) Collect(task.steps, steps);
  return steps;
}

}  // namespace cmapsim
