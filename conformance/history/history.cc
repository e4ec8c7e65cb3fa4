#include "conformance/history/history.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <set>
#include <utility>

#include "sim/core/operations.h"

namespace cmapsim {
namespace {

struct Frame {
  Moment::Kind kind = Moment::Kind::kCall;  // or kCallback, kHandler
  int32_t operation = kNoOperation;
  int32_t step = -1;
  int32_t since = 0;
};

bool UsesConnection(Op op) {
  switch (op) {
    case Op::kInitialize:
    case Op::kInitializeMap:
    case Op::kSleep:
    case Op::kStart:
    case Op::kJoin:
    case Op::kSigaction:
      return false;
    default:
      return true;
  }
}

bool MakesConnection(Op op) { return op == Op::kInitialize || op == Op::kInitializeMap; }

// What a call says that was answered, rather than that it failed on the way.
bool IsAnswer(std::string_view result) {
  constexpr std::array<std::string_view, 6> kAnswers = {
      "CS_ERR_NOT_EXIST",     "CS_ERR_ACCESS",      "CS_ERR_INVALID_PARAM",
      "CS_ERR_NAME_TOO_LONG", "CS_ERR_NO_SECTIONS", "NOT_OFFERED"};
  return std::find(kAnswers.begin(), kAnswers.end(), result) != kAnswers.end();
}

class Reader {
 public:
  Reader(const Plan& plan, std::span<const TraceEvent> events)
      : steps_(StepsById(plan)), events_(events) {
    history_.plan = &plan;
    history_.beyond = static_cast<int32_t>(events.size());
    for (const Fault& fault : plan.faults) NoteTiming(fault);
    for (const Step* step : steps_) {
      if (step->op == Op::kService && step->action == ServiceAction::kStop) history_.timely = false;
    }
  }

  std::optional<History> Read() {
    for (const TraceEvent& event : events_) {
      if (history_.ending || !Next(event)) return std::nullopt;
      ++line_;
    }
    if (!history_.ending) return std::nullopt;
    for (Operation& operation : history_.operations) Weigh(operation);
    return std::move(history_);
  }

 private:
  void NoteTiming(const Fault& fault) {
    switch (fault.kind) {
      case FaultKind::kServiceEventDelay:
      case FaultKind::kServiceProcessStop:
      case FaultKind::kServiceProcessPause:
        history_.timely = false;
        return;
      default:
        return;
    }
  }

  bool Next(const TraceEvent& event) {
    Moment moment;
    moment.event = &event;
    const bool fits = Read(event, moment);
    history_.moments.push_back(moment);
    return fits;
  }

  bool Read(const TraceEvent& event, Moment& moment) {
    const int32_t task = TaskOf(event);
    switch (event.mark) {
      case '>':
        return OnCall(event, task, moment);
      case '<':
        return OnReturn(event, task, moment);
      case '!':
        return OnCallback(event, task, moment);
      case '~':
        return OnBack(event, task, moment);
      case '@':
        return OnOther(event, moment);
      case '*':
        return OnFault(event, moment);
      case '=':
        moment.kind = Moment::Kind::kEnding;
        history_.ending = ParseEnding(event.word);
        if (!event.fields.empty()) history_.ending_detail = event.fields[0].value;
        return history_.ending.has_value();
      default:
        return false;
    }
  }

  static int32_t TaskOf(const TraceEvent& event) {
    const std::string_view text = event.mark == '=' ? std::string_view() : LastTask(event);
    int32_t task = 0;
    std::from_chars(text.data(), text.data() + text.size(), task);
    return task;
  }

  // `start` and `join` have an argument of that name before it.
  static std::string_view LastTask(const TraceEvent& event) {
    size_t count = 0;
    std::string_view last;
    for (const TraceField& field : event.fields) {
      if (field.name != "task") continue;
      ++count;
      last = field.value;
    }
    const bool argument = event.mark == '>' && (event.word == "start" || event.word == "join");
    return argument && count < 2 ? std::string_view() : last;
  }

  [[nodiscard]] const Step* StepOf(int32_t id) const {
    const auto index = static_cast<size_t>(id);
    return id >= 0 && index < steps_.size() ? steps_[index] : nullptr;
  }
  Operation& At(int32_t index) { return history_.operations[static_cast<size_t>(index)]; }

  Operation& Add(const Step& step, int32_t task) {
    Operation operation;
    operation.index = static_cast<int32_t>(history_.operations.size());
    operation.step = &step;
    operation.task = task;
    operation.called = line_;
    history_.operations.push_back(operation);
    return history_.operations.back();
  }

  bool OnCall(const TraceEvent& event, int32_t task, Moment& moment) {
    const Step* step = StepOf(event.step);
    if (step == nullptr || IsOtherStep(*step) || event.word != OpName(step->op)) return false;
    std::vector<Frame>& stack = stacks_[task];
    if (!stack.empty() && stack.back().kind == Moment::Kind::kCall) return false;
    Operation& operation = Add(*step, task);
    // The handler's frame is that of no call where none was under way.
    operation.handlers = std::any_of(stack.begin(), stack.end(), [](const Frame& frame) {
      return frame.kind == Moment::Kind::kHandler && frame.operation != kNoOperation;
    });
    if (UsesConnection(step->op)) FindConnection(operation);
    NoteCrowd(operation);
    if (MakesConnection(step->op)) Giving(slots_[step->connection]);
    if (step->op == Op::kTrackAdd) Giving(trackers_[step->tracker]);
    if (step->op == Op::kTrackDelete) FindTracker(operation);
    moment.kind = Moment::Kind::kCall;
    moment.operation = operation.index;
    stack.push_back({Moment::Kind::kCall, operation.index, step->id, line_});
    return true;
  }

  // Calls that are under way at the same time and meet: connections being made, and requests on one.
  void NoteCrowd(const Operation& operation) {
    const Op op = operation.step->op;
    for (const auto& [task, stack] : stacks_) {
      for (const Frame& frame : stack) {
        if (frame.kind != Moment::Kind::kCall) continue;
        const Operation& other = At(frame.operation);
        if (MakesConnection(op) && MakesConnection(other.step->op)) {
          at_once_.insert(operation.index);
          at_once_.insert(other.index);
        }
        const bool same =
            operation.connection != kNoOperation && operation.connection == other.connection;
        if (same && AsksService(op) && AsksService(other.step->op)) {
          // What the earlier of the two did may have been seen before the later one came.
          shared_.emplace(operation.connection, other.called);
        }
      }
    }
  }

  // What a slot holds: what was put there last, unless that is being done just now.
  struct Slot {
    int32_t holds = kNoOperation;
    int32_t giving = 0;
  };

  static void Giving(Slot& slot) { ++slot.giving; }

  void FindConnection(Operation& operation) {
    if (operation.step->raw_handle) {
      history_.beyond = std::min(history_.beyond, line_);
      return;
    }
    const Slot& slot = slots_[operation.step->connection];
    if (slot.giving > 0) history_.beyond = std::min(history_.beyond, line_);
    operation.connection = slot.holds;
  }

  void FindTracker(Operation& operation) {
    if (operation.step->raw_track) {
      history_.beyond = std::min(history_.beyond, line_);
      return;
    }
    const Slot& slot = trackers_[operation.step->tracker];
    if (slot.giving > 0) history_.beyond = std::min(history_.beyond, line_);
    operation.tracker = slot.holds;
  }

  bool OnReturn(const TraceEvent& event, int32_t task, Moment& moment) {
    std::vector<Frame>& stack = stacks_[task];
    if (stack.empty() || stack.back().kind != Moment::Kind::kCall) return false;
    if (stack.back().step != event.step) return false;
    Operation& operation = At(stack.back().operation);
    stack.pop_back();
    operation.returned = line_;
    operation.result = event.word;
    operation.outputs = &event;
    const Step& step = *operation.step;
    if (MakesConnection(step.op)) Given(slots_[step.connection], operation);
    if (step.op == Op::kTrackAdd) Given(trackers_[step.tracker], operation);
    moment.kind = Moment::Kind::kReturn;
    moment.operation = operation.index;
    return true;
  }

  // Where a call fails, the slot's handle may be the old one or none.
  void Given(Slot& slot, const Operation& operation) {
    --slot.giving;
    if (operation.Ok()) slot.holds = operation.index;
    if (!operation.Ok() && slot.holds != kNoOperation) {
      history_.beyond = std::min(history_.beyond, line_ + 1);
    }
  }

  bool OnCallback(const TraceEvent& event, int32_t task, Moment& moment) {
    std::vector<Frame>& stack = stacks_[task];
    const bool handler = !event.Field("signal").empty();
    moment.kind = handler ? Moment::Kind::kHandler : Moment::Kind::kCallback;
    if (!stack.empty()) moment.operation = stack.back().operation;
    if (handler) {
      history_.signalled = true;
      Strike(task);
    } else {
      if (stack.empty() || stack.back().kind != Moment::Kind::kCall) return false;
      Operation& operation = At(moment.operation);
      ++operation.callbacks;
      moment.since = stack.back().since;
      moment.tracker = TrackerNamed(event);
    }
    stack.push_back({moment.kind, moment.operation, event.step, line_});
    return true;
  }

  // By user_data, and of several track_adds of one step by the handle.
  int32_t TrackerNamed(const TraceEvent& event) {
    int32_t found = kNoOperation;
    for (const Operation& operation : history_.operations) {
      if (operation.step->op != Op::kTrackAdd || operation.step->id != event.step) continue;
      found = operation.index;
      if (operation.outputs != nullptr &&
          operation.outputs->Field("track") == event.Field("track")) {
        return found;
      }
    }
    return found;
  }

  bool OnBack(const TraceEvent& event, int32_t task, Moment& moment) {
    std::vector<Frame>& stack = stacks_[task];
    if (stack.empty() || stack.back().kind == Moment::Kind::kCall) return false;
    if (stack.back().step != event.step) return false;
    moment.kind = Moment::Kind::kBack;
    moment.operation = stack.back().operation;
    const bool callback = stack.back().kind == Moment::Kind::kCallback;
    stack.pop_back();
    if (callback && !stack.empty()) stack.back().since = line_;
    return true;
  }

  bool OnOther(const TraceEvent& event, Moment& moment) {
    const Step* step = StepOf(event.step);
    if (step == nullptr || !IsOtherStep(*step) || event.word != OpName(step->op)) return false;
    Operation& operation = Add(*step, 0);
    operation.by_other = true;
    operation.returned = line_;
    operation.result = event.fields.empty() ? std::string_view() : event.fields[0].value;
    operation.outputs = &event;
    moment.kind = Moment::Kind::kOther;
    moment.operation = operation.index;
    if (step->op == Op::kSignal) StrikeAll();
    return true;
  }

  bool OnFault(const TraceEvent& event, Moment& moment) {
    const auto index = static_cast<size_t>(event.step);
    if (event.step < 0 || index >= history_.plan->faults.size()) return false;
    const Fault& fault = history_.plan->faults[index];
    moment.kind = Moment::Kind::kFault;
    const bool lies = RowOf(fault.kind).nature == FaultNature::kNever;
    if (lies || fault.kind == FaultKind::kServiceProcessRestart) {
      history_.beyond = std::min(history_.beyond, line_);
    }
    if (!OnlyDelays(fault)) StrikeAll();
    return true;
  }

  // Which task a fault strikes in, the trace does not say.
  void StrikeAll() {
    for (const auto& [task, stack] : stacks_) Strike(task);
  }

  void Strike(int32_t task) {
    for (const Frame& frame : stacks_[task]) {
      if (frame.kind != Moment::Kind::kCall) continue;
      Operation& operation = At(frame.operation);
      operation.struck = true;
      const bool makes = MakesConnection(operation.step->op);
      const int32_t connection = makes ? operation.index : operation.connection;
      shaken_.emplace(connection, line_);
    }
  }

  // Once everything is read: what it means for each operation.
  void Weigh(Operation& operation) {
    if (operation.by_other) return;
    if (operation.connection != kNoOperation) {
      const auto at = shaken_.find(operation.connection);
      operation.shaken = at != shaken_.end() && at->second < operation.returned;
    }
    const int32_t connection =
        MakesConnection(operation.step->op) ? operation.index : operation.connection;
    operation.at_once = at_once_.contains(connection);
    const auto shared = shared_.find(operation.connection);
    operation.shared = shared != shared_.end() && shared->second < operation.returned;
    operation.unknown = IsUnknown(operation);
    const bool error = operation.returned == kNotReturned || !operation.Ok();
    if (operation.connection == kNoOperation) return;
    operation.cut_off = cut_off_.contains(operation.connection);
    if (operation.struck && error) cut_off_.insert(operation.connection);
  }

  bool IsUnknown(const Operation& operation) {
    if (operation.returned == kNotReturned) return true;
    if (operation.Ok()) return false;
    if (operation.struck) return true;
    if (IsAnswer(operation.result)) return false;
    return operation.shaken || OverlapsEnd(operation);
  }

  // Its connection was finalized by another, or the service went, while it was open.
  bool OverlapsEnd(const Operation& operation) {
    for (const Operation& other : history_.operations) {
      if (other.called > operation.returned || other.returned < operation.called) continue;
      if (other.index == operation.index) continue;
      const Step& step = *other.step;
      if (step.op == Op::kService) return true;
      if (step.op == Op::kFinalize && operation.step->op != Op::kFinalize &&
          other.connection == operation.connection) {
        return true;
      }
    }
    return false;
  }

  const std::vector<const Step*> steps_;
  std::span<const TraceEvent> events_;
  History history_;
  int32_t line_ = 0;
  std::map<int32_t, std::vector<Frame>> stacks_;  // by task
  std::map<int32_t, Slot> slots_;                 // of connections
  std::map<int32_t, Slot> trackers_;
  std::map<int32_t, int32_t> shaken_;  // by connection: the line of the first strike
  std::set<int32_t> cut_off_;
  std::set<int32_t> at_once_;
  std::map<int32_t, int32_t> shared_;  // likewise: where the first of two requests at once began
};

}  // namespace

bool OnlyDelays(const Fault& fault) {
  switch (fault.kind) {
    case FaultKind::kHostDelay:
    case FaultKind::kHostClockJump:
    case FaultKind::kServiceReplyDelay:
    case FaultKind::kServiceEventDelay:
    case FaultKind::kServiceAcceptDelay:
    case FaultKind::kServiceProcessStop:
    case FaultKind::kServiceProcessPause:
      return true;
    default:
      return false;
  }
}

bool HistoryKnows(const Plan& plan) {
  const std::vector<const Step*> steps = StepsById(plan);
  return std::none_of(steps.begin(), steps.end(),
                      [](const Step* step) { return step->op == Op::kInput; });
}

std::optional<History> ReadHistory(const Plan& plan, std::span<const TraceEvent> events) {
  return Reader(plan, events).Read();
}

}  // namespace cmapsim
