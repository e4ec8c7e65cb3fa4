#include <array>

#include "sim/core/plan_fields.h"
#include "sim/core/plan_yaml.h"
#include "sim/core/plan_yaml_fault.h"
#include "sim/core/text.h"

namespace cmapsim {
namespace {

bool IsLetterOrDigit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Whether YAML reads `key` as it stands: no character that begins something else, not null.
bool IsPlainKey(std::string_view key) {
  if (key.empty() || key == "null" || key == "Null" || key == "NULL") return false;
  if (!IsLetterOrDigit(key.front()) && key.front() != '_' && key.front() != '/') return false;
  for (const char c : key) {
    if (!IsLetterOrDigit(c) && c != '.' && c != '_' && c != '/' && c != '-') return false;
  }
  return true;
}

// A key in single quotes is read as it stands but for \xNN, which is ours and not YAML's.
void AppendKey(std::string_view key, std::string& out) {
  if (IsPlainKey(key)) {
    out += key;
    return;
  }
  out += '\'';
  for (const char& c : key) {
    if (c == '\'') {
      out += "\\x27";
    } else if (c == ' ') {
      out += c;
    } else {
      AppendEscaped({&c, 1}, out);
    }
  }
  out += '\'';
}

void AppendHandle(uint64_t handle, std::string& out) {
  char digits[16];
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits, handle, 16);
  out += "0x";
  out.append(digits, end);
}

void AppendTrack(int32_t mask, std::string& out) {
  constexpr std::array<std::pair<int32_t, std::string_view>, 4> kWords = {
      {{kTrackAdd, "add"},
       {kTrackDelete, "delete"},
       {kTrackModify, "modify"},
       {kTrackPrefix, "prefix"}}};
  if (mask & ~(kTrackAdd | kTrackDelete | kTrackModify | kTrackPrefix)) {
    return AppendNumber(mask, out);
  }
  std::string_view separator = "[";
  for (const auto& [bit, word] : kWords) {
    if (!(mask & bit)) continue;
    out += separator;
    out += word;
    separator = ", ";
  }
  out += mask == 0 ? "[]" : "]";
}

void AppendMap(int32_t map, std::string& out) {
  if (map == 0 || map == 1) {
    out += map == 0 ? "ICMAP" : "STATS";
  } else {
    AppendNumber(map, out);
  }
}

// Whether a field that the operation takes is written: where its text says something, or where a
// reader would look for it.
bool IsWritten(StepField field, const Step& step) {
  switch (field) {
    case StepField::kBy:
      return step.by != Actor::kClient;
    case StepField::kAfter:
      return step.after_ns.has_value();
    case StepField::kConnection:
      return step.connection != 0 || !step.raw_handle;
    case StepField::kHandle:
      return step.raw_handle.has_value();
    case StepField::kTracker:
      return step.tracker != 0 || !step.raw_track;
    case StepField::kTrackHandle:
      return step.raw_track.has_value();
    case StepField::kIterator:
      return step.iterator != 0 || !step.raw_iterator;
    case StepField::kIterHandle:
      return step.raw_iterator.has_value();
    case StepField::kKey:
      return step.key.has_value() || step.op != Op::kIterInit;
    case StepField::kBuffer:
      return step.buffer_size.has_value();
    case StepField::kValueLen:
      return step.null_value_len || step.value_len.has_value();
    case StepField::kType:
      return step.null_type;
    case StepField::kNotify:
      return step.null_notify;
    case StepField::kOutput:
      return step.null_output;
    case StepField::kOnCallback:
    case StepField::kOnSignal:
      return !step.on_callback.empty();
    case StepField::kRestart:
      return step.restart;
    default:
      return true;
  }
}

void AppendStep(const Step& step, std::string& out);

// [{op: ...}, {op: ...}]
void AppendFlowSteps(const std::vector<Step>& steps, std::string& out) {
  out += '[';
  std::string_view separator;
  for (const Step& step : steps) {
    out += separator;
    AppendStep(step, out);
    separator = ", ";
  }
  out += ']';
}

void AppendReactions(const std::vector<Reaction>& reactions, std::string& out) {
  std::string_view separator = "[";
  for (const Reaction& reaction : reactions) {
    out += separator;
    out += "{nth: ";
    AppendNumber(reaction.nth, out);
    out += ", steps: ";
    AppendFlowSteps(reaction.steps, out);
    out += '}';
    separator = ", ";
  }
  out += ']';
}

void AppendField(StepField field, const Step& step, std::string& out) {
  switch (field) {
    case StepField::kBy:
      out += "peer";
      return;
    case StepField::kAfter:
      out += FormatDuration(*step.after_ns);
      return;
    case StepField::kAction:
      out += ServiceActionName(step.action);
      return;
    case StepField::kConnection:
      return AppendNumber(step.connection, out);
    case StepField::kHandle:
      return AppendHandle(*step.raw_handle, out);
    case StepField::kTracker:
      return AppendNumber(step.tracker, out);
    case StepField::kTrackHandle:
      return AppendHandle(*step.raw_track, out);
    case StepField::kIterator:
      return AppendNumber(step.iterator, out);
    case StepField::kIterHandle:
      return AppendHandle(*step.raw_iterator, out);
    case StepField::kMap:
      return AppendMap(step.mode, out);
    case StepField::kMode:
      out += DispatchModeName(step.mode);
      return;
    case StepField::kKey:
      if (step.key) return AppendKey(*step.key, out);
      out += "null";
      return;
    case StepField::kValue:
      out += step.value ? FormatValue(*step.value) : "null";
      return;
    case StepField::kBuffer:
      return AppendNumber(*step.buffer_size, out);
    case StepField::kValueLen:
      if (step.value_len) return AppendNumber(*step.value_len, out);
      out += "null";
      return;
    case StepField::kTrack:
      return AppendTrack(step.track, out);
    case StepField::kType:
    case StepField::kNotify:
    case StepField::kOutput:
      out += "null";
      return;
    case StepField::kContext:
      return AppendNumber(step.context, out);
    case StepField::kDuration:
      out += FormatDuration(step.duration_ns);
      return;
    case StepField::kTimeout:
      out += step.duration_ns < 0 ? "forever" : FormatDuration(step.duration_ns);
      return;
    case StepField::kOnCallback:
    case StepField::kOnSignal:
      return AppendReactions(step.on_callback, out);
    case StepField::kTask:
      return AppendNumber(step.task, out);
    case StepField::kSignal:
      out += SignalName(step.signal);
      return;
    case StepField::kRestart:
      out += "true";
      return;
  }
}

// {op: set, connection: 0, key: test.a, value: uint8:1}
void AppendStep(const Step& step, std::string& out) {
  out += "{op: ";
  out += OpName(step.op);
  const StepFieldSet takes = FieldsOf(step.op, step.by).takes;
  for (size_t i = 0; i < StepFieldNames().size(); ++i) {
    const auto field = static_cast<StepField>(i);
    if (!(takes & Bit(field)) || !IsWritten(field, step)) continue;
    out += ", ";
    out += StepFieldNames()[i];
    out += ": ";
    AppendField(field, step, out);
  }
  out += '}';
}

void AppendFirstKey(const FirstKey& first, std::string& out) {
  out += "{key: ";
  AppendKey(first.key, out);
  out += ", value: " + FormatValue(first.value);
  if (first.read_only) out += ", read_only: true";
  out += '}';
}

void AppendTask(const Task& task, std::string& out) {
  out += "{task: ";
  AppendNumber(task.task, out);
  out += ", steps: ";
  AppendFlowSteps(task.steps, out);
  out += '}';
}

// schedule: {one_in: 4, switches: [{at: 17, task: 1}]}
void AppendSchedule(const Schedule& schedule, std::string& out) {
  out += "schedule: {";
  if (schedule.one_in != 0) {
    out += "one_in: ";
    AppendNumber(schedule.one_in, out);
    if (!schedule.switches.empty()) out += ", ";
  }
  if (!schedule.switches.empty()) {
    std::string_view separator = "switches: [";
    for (const Switch& to : schedule.switches) {
      out += separator;
      out += "{at: ";
      AppendNumber(to.at, out);
      out += ", task: ";
      AppendNumber(to.task, out);
      out += '}';
      separator = ", ";
    }
    out += ']';
  }
  out += "}\n";
}

// name:
//   - {...}
template <typename T, typename Append>
void AppendList(std::string_view name, const std::vector<T>& list, Append append,
                std::string& out) {
  out += name;
  out += list.empty() ? ": []\n" : ":\n";
  for (const T& element : list) {
    out += "  - ";
    append(element, out);
    out += '\n';
  }
}

}  // namespace

std::string FormatPlan(const Plan& plan) {
  std::string out = "cmapsim: 1\nseed: ";
  AppendNumber(plan.seed, out);
  out += "\ntransport: ";
  out += TransportName(plan.transport);
  out += '\n';
  if (plan.horizon_ns != 0) out += "horizon: " + FormatDuration(plan.horizon_ns) + '\n';
  if (plan.clock_reading_ns) {
    out += "clock: {reading: " + FormatDuration(*plan.clock_reading_ns) + "}\n";
  }
  if (plan.keys) AppendList("keys", *plan.keys, AppendFirstKey, out);
  if (!plan.faults.empty()) AppendList("faults", plan.faults, AppendFault, out);
  AppendList("steps", plan.steps, AppendStep, out);
  if (!plan.tasks.empty()) AppendList("tasks", plan.tasks, AppendTask, out);
  if (plan.schedule != Schedule()) AppendSchedule(plan.schedule, out);
  return out;
}

}  // namespace cmapsim
