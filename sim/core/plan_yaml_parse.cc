#include <array>
#include <exception>
#include <utility>

#include "sim/core/plan_fields.h"
#include "sim/core/plan_nodes.h"
#include "sim/core/plan_yaml.h"
#include "sim/core/plan_yaml_fault.h"
#include "sim/core/words.h"
#include "sim/core/yaml_tree.h"

namespace cmapsim {
namespace {

// A plan is a map that holds a list of maps, and a task's steps stand a list and a map deeper; each
// reaction adds a list, a map, a list and a map; `track` is one list more. One reaction too many is
// still read, to be refused by name.
constexpr size_t kMaxYamlDepth = 5 + 4 * (kMaxReactionDepth + 1) + 1;

class PlanReader {
 public:
  Plan Read(const YamlNode& root);

 private:
  Value ReadValue(const YamlNode& node);
  void ReadStepValue(const YamlNode& node, Step& step);
  FirstKey ReadFirstKey(const YamlNode& node);
  Task ReadTask(const YamlNode& node);
  Schedule ReadSchedule(const YamlNode& node);
  std::optional<Nanos> ReadClock(const YamlNode& node);
  void CheckTasks(const Plan& plan) const;
  std::vector<Step> ReadSteps(const YamlNode& node, int depth);
  Step ReadStep(const YamlNode& node, int depth);
  void ReadStepField(StepField field, const YamlNode& node, int depth, Step& step);
  Reaction ReadReaction(const YamlNode& node, int depth);

  struct TaskPlace {
    int32_t task;  // the one that is begun, or defined
    int32_t in;    // the one whose step begins it
    const YamlNode* place;
  };

  int32_t step_count_ = 0;
  int32_t reading_task_ = 0;
  std::vector<TaskPlace> starts_;
  std::vector<TaskPlace> joins_;
  std::vector<TaskPlace> tasks_;
  size_t values_size_ = 0;
};

Value PlanReader::ReadValue(const YamlNode& node) {
  constexpr std::string_view kExpected =
      "a value of at most 16 MiB, type and payload, such as uint32:7, string:\"text\" or "
      "binary:00ff";
  auto value = ParseValue(ReadScalar(node, kExpected));
  if (!value) FailExpected(node, kExpected);
  values_size_ += value->bytes.size();
  if (values_size_ > kMaxPlanValuesSize) {
    Fail(node, "the values so far are too long together; expected at most " +
                   std::to_string(kMaxPlanValuesSize) + " bytes");
  }
  return *std::move(value);
}

void PlanReader::ReadStepValue(const YamlNode& node, Step& step) {
  if (!IsNull(node)) step.value = ReadValue(node);
  if (!step.value && IsOtherStep(step)) FailExpected(node, "a value, from others");
  const auto type = TypeSetBy(step.op);
  if (!type) return;
  if (*type == ValueType::kString) {
    if (step.value && !FitsShortcut(*type, *step.value)) {
      FailExpected(node, "a value of type string without zero bytes, or null");
    }
  } else if (!step.value || !FitsShortcut(*type, *step.value)) {
    FailExpected(node, "a value of type " + std::string(ValueTypeName(*type)) + " and its size");
  }
}

FirstKey PlanReader::ReadFirstKey(const YamlNode& node) {
  static constexpr std::string_view kNames[] = {"key", "value", "read_only"};
  const Fields fields(node, kNames, "a first key");
  FirstKey first;
  first.key = ReadKey(fields.Needed(0));
  first.value = ReadValue(fields.Needed(1));
  if (const YamlNode* read_only = fields.Value(2)) first.read_only = ReadBool(*read_only);
  return first;
}

std::vector<Step> PlanReader::ReadSteps(const YamlNode& node, int depth) {
  std::vector<Step> steps;
  for (const YamlNode& child : ReadList(node, "a list of steps")) {
    if (++step_count_ > kMaxSteps) {
      Fail(child, "one step too many; expected at most " + std::to_string(kMaxSteps));
    }
    steps.push_back(ReadStep(child, depth));
  }
  return steps;
}

// The names of a step's fields, "op" last so that the others stand where StepField says.
std::span<const std::string_view> StepNames() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> all(StepFieldNames().begin(), StepFieldNames().end());
    all.emplace_back("op");
    return all;
  }();
  return names;
}

std::string TakenNames(StepFieldSet takes) {
  std::vector<std::string_view> names;
  for (size_t i = 0; i < StepFieldNames().size(); ++i) {
    if (takes >> i & 1) names.push_back(StepFieldNames()[i]);
  }
  return JoinWords(names);
}

Step PlanReader::ReadStep(const YamlNode& node, int depth) {
  const Fields fields(node, StepNames(), "a step");
  const YamlNode& op_node = fields.Needed(StepFieldNames().size());
  const auto op = ParseOp(ReadScalar(op_node, "an operation"));
  if (!op) FailUnknown(op_node, "operation", op_node.text, OpNames());
  Step step;
  step.op = *op;
  const auto by_index = static_cast<size_t>(StepField::kBy);
  const YamlNode* by = fields.Value(by_index);
  if (by != nullptr && !IsOtherStep(step)) step.by = ReadActor(*by);
  if (step.by == Actor::kPeer && !PeerMay(step.op)) {
    Fail(*by, "a peer cannot " + op_node.text + "; expected set, delete, inc or dec");
  }

  const StepFields of_op = FieldsOf(step.op, step.by);
  for (size_t i = 0; i < StepFieldNames().size(); ++i) {
    if (of_op.needs >> i & 1) (void)fields.Needed(i);
    if (fields.Name(i) == nullptr) continue;
    if (!(of_op.takes >> i & 1)) {
      Fail(*fields.Name(i), (step.by == Actor::kPeer ? "a peer's " : "") + op_node.text +
                                " takes no field " + Quoted(StepFieldNames()[i]) +
                                "; expected one of " + TakenNames(of_op.takes));
    }
    ReadStepField(static_cast<StepField>(i), *fields.Value(i), depth, step);
  }
  return step;
}

void PlanReader::ReadStepField(StepField field, const YamlNode& node, int depth, Step& step) {
  switch (field) {
    case StepField::kBy:
      return;  // read first: the other fields depend on it
    case StepField::kAfter:
      step.after_ns = ReadDuration(node);
      return;
    case StepField::kAction:
      step.action = ReadAction(node);
      return;
    case StepField::kConnection:
      step.connection = ReadSlot(node);
      return;
    case StepField::kHandle:
      step.raw_handle = ReadNumber<uint64_t>(node);
      return;
    case StepField::kTracker:
      step.tracker = ReadSlot(node);
      return;
    case StepField::kTrackHandle:
      step.raw_track = ReadNumber<uint64_t>(node);
      return;
    case StepField::kIterator:
      step.iterator = ReadSlot(node);
      return;
    case StepField::kIterHandle:
      step.raw_iterator = ReadNumber<uint64_t>(node);
      return;
    case StepField::kMap:
      step.mode = ReadMap(node);
      return;
    case StepField::kMode:
      step.mode = ReadMode(node);
      return;
    case StepField::kKey:
      if (!IsNull(node)) step.key = ReadKey(node);
      if (!step.key && step.by == Actor::kPeer) FailExpected(node, "a key, from a peer");
      return;
    case StepField::kValue:
      return ReadStepValue(node, step);
    case StepField::kBuffer:
      if (!IsNull(node)) step.buffer_size = ReadNumber<uint32_t>(node, 0, kMaxBufferSize);
      return;
    case StepField::kValueLen:
      if (IsNull(node) || step.op == Op::kIterNext) {
        step.null_value_len = ReadNull(node);
      } else {
        step.value_len = ReadNumber<uint64_t>(node);
      }
      return;
    case StepField::kType:
      step.null_type = ReadNull(node);
      return;
    case StepField::kTrack:
      step.track = ReadTrack(node);
      return;
    case StepField::kNotify:
      step.null_notify = ReadNull(node);
      return;
    case StepField::kContext:
      step.context = ReadNumber<uint64_t>(node);
      return;
    case StepField::kDuration:
      step.duration_ns = ReadDuration(node);
      return;
    case StepField::kTimeout:
      step.duration_ns = ReadTimeout(node);
      return;
    case StepField::kOutput:
      step.null_output = ReadNull(node);
      return;
    case StepField::kTask:
      step.task = ReadNumber<int32_t>(node, 1, kMaxTask);
      (step.op == Op::kStart ? starts_ : joins_).push_back({step.task, reading_task_, &node});
      return;
    case StepField::kSignal:
      step.signal = ReadSignal(node);
      return;
    case StepField::kRestart:
      step.restart = ReadBool(node);
      return;
    case StepField::kOnCallback:
    case StepField::kOnSignal:
      if (depth == kMaxReactionDepth) {
        Fail(node, "reactions nest too deep here; expected at most " +
                       std::to_string(kMaxReactionDepth) + " levels");
      }
      for (const YamlNode& child : ReadList(node, "a list of reactions")) {
        step.on_callback.push_back(ReadReaction(child, depth + 1));
      }
      return;
  }
}

Reaction PlanReader::ReadReaction(const YamlNode& node, int depth) {
  static constexpr std::string_view kNames[] = {"nth", "steps"};
  const Fields fields(node, kNames, "a reaction");
  Reaction reaction;
  if (const YamlNode* nth = fields.Value(0)) reaction.nth = ReadNumber<int64_t>(*nth, 0);
  reaction.steps = ReadSteps(fields.Needed(1), depth);
  return reaction;
}

Task PlanReader::ReadTask(const YamlNode& node) {
  static constexpr std::string_view kNames[] = {"task", "steps"};
  const Fields fields(node, kNames, "a task");
  Task task;
  task.task = ReadNumber<int32_t>(fields.Needed(0), 1, kMaxTask);
  for (const TaskPlace& other : tasks_) {
    if (other.task == task.task) {
      Fail(fields.Needed(0),
           "task " + std::to_string(task.task) + " stands here twice; expected every number once");
    }
  }
  tasks_.push_back({task.task, 0, &fields.Needed(0)});
  reading_task_ = task.task;
  task.steps = ReadSteps(fields.Needed(1), 0);
  reading_task_ = 0;
  return task;
}

Schedule PlanReader::ReadSchedule(const YamlNode& node) {
  static constexpr std::string_view kNames[] = {"one_in", "switches"};
  static constexpr std::string_view kSwitchNames[] = {"at", "task"};
  const Fields fields(node, kNames, "a schedule");
  Schedule schedule;
  if (const YamlNode* one_in = fields.Value(0)) {
    schedule.one_in = ReadNumber<int64_t>(*one_in, 0, 1'000'000'000);
  }
  if (const YamlNode* switches = fields.Value(1)) {
    for (const YamlNode& child : ReadList(*switches, "a list of switches")) {
      const Fields of_switch(child, kSwitchNames, "a switch");
      schedule.switches.push_back({ReadNumber<int64_t>(of_switch.Needed(0), 1),
                                   ReadNumber<int32_t>(of_switch.Needed(1), 0, kMaxTask)});
    }
  }
  return schedule;
}

// {reading: 1ns}
std::optional<Nanos> PlanReader::ReadClock(const YamlNode& node) {
  static constexpr std::string_view kNames[] = {"reading"};
  const Fields fields(node, kNames, "the clock");
  const YamlNode& reading = fields.Needed(0);
  const Nanos reading_ns = ReadDuration(reading);
  if (reading_ns > kMaxClockReading) {
    FailExpected(reading, "a duration of at most " + FormatDuration(kMaxClockReading));
  }
  return reading_ns;
}

// Every task that is begun or waited for is there, and every one that is there is begun, once, by
// one that is begun itself.
void PlanReader::CheckTasks(const Plan& plan) const {
  std::array<bool, kMaxTask + 1> there{};
  std::array<bool, kMaxTask + 1> begun{};
  std::array<bool, kMaxTask + 1> named{};
  there[0] = begun[0] = true;
  for (const Task& task : plan.tasks) there[static_cast<size_t>(task.task)] = true;
  const auto expect_there = [&there](const TaskPlace& at) {
    if (there[static_cast<size_t>(at.task)]) return;
    Fail(*at.place,
         "there is no task " + std::to_string(at.task) + "; expected one of those under \"tasks\"");
  };
  for (const TaskPlace& at : joins_) expect_there(at);
  for (const TaskPlace& at : starts_) {
    expect_there(at);
    if (std::exchange(named[static_cast<size_t>(at.task)], true)) {
      Fail(*at.place, "task " + std::to_string(at.task) + " is started twice; expected once");
    }
  }
  for (size_t round = 0; round < starts_.size(); ++round) {
    for (const TaskPlace& at : starts_) {
      if (begun[static_cast<size_t>(at.in)]) begun[static_cast<size_t>(at.task)] = true;
    }
  }
  for (const TaskPlace& at : tasks_) {
    if (begun[static_cast<size_t>(at.task)]) continue;
    Fail(*at.place, "task " + std::to_string(at.task) +
                        " never starts; expected a step {op: start, task: " +
                        std::to_string(at.task) + "} in the first task or in one that starts");
  }
}

Plan PlanReader::Read(const YamlNode& root) {
  static constexpr std::string_view kNames[] = {"cmapsim",  "seed",   "transport", "horizon",
                                                "keys",     "faults", "steps",     "tasks",
                                                "schedule", "clock"};
  const Fields fields(root, kNames, "a plan");
  const YamlNode& format = fields.Needed(0);
  if (ReadScalar(format, "1, the format of plans") != "1") {
    FailExpected(format, "1, the only format of plans there is");
  }
  Plan plan;
  if (const YamlNode* node = fields.Value(1)) plan.seed = ReadNumber<uint64_t>(*node);
  if (const YamlNode* node = fields.Value(2)) plan.transport = ReadTransport(*node);
  if (const YamlNode* node = fields.Value(3)) {
    plan.horizon_ns = ReadDuration(*node);
    if (plan.horizon_ns == 0) FailExpected(*node, "a horizon of more than 0");
  }
  if (const YamlNode* node = fields.Value(4)) {
    plan.keys.emplace();
    for (const YamlNode& child : ReadList(*node, "a list of first keys")) {
      plan.keys->push_back(ReadFirstKey(child));
    }
  }
  if (const YamlNode* node = fields.Value(5)) {
    for (const YamlNode& child : ReadList(*node, "a list of faults")) {
      plan.faults.push_back(ReadFault(child));
    }
  }
  if (const YamlNode* node = fields.Value(6)) plan.steps = ReadSteps(*node, 0);
  if (const YamlNode* node = fields.Value(7)) {
    for (const YamlNode& child : ReadList(*node, "a list of tasks")) {
      plan.tasks.push_back(ReadTask(child));
    }
  }
  if (const YamlNode* node = fields.Value(8)) plan.schedule = ReadSchedule(*node);
  if (const YamlNode* node = fields.Value(9)) plan.clock_reading_ns = ReadClock(*node);
  CheckTasks(plan);
  NumberSteps(plan);
  return plan;
}

}  // namespace

tl::expected<Plan, std::string> ParsePlan(std::string_view text, std::string_view file_name) {
  if (text.size() > kMaxPlanTextSize) {
    return tl::unexpected(AtPlace(file_name, 1, 1, "the plan is longer than 8 MiB"));
  }
  try {
    const auto root = ReadYaml(text, file_name, kMaxYamlDepth);
    if (!root) return tl::unexpected(root.error());
    return PlanReader().Read(*root);
  } catch (const Mistake& mistake) {
    return tl::unexpected(AtPlace(file_name, mistake.line, mistake.column, mistake.message));
  } catch (const std::exception& exception) {
    return tl::unexpected(AtPlace(file_name, 1, 1, exception.what()));
  }
}

}  // namespace cmapsim
