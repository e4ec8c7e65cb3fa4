#include "conformance/shrinking/structural.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/plan_yaml.h"

namespace cmapsim {
namespace {

using Clock = std::chrono::steady_clock;
using StepList = std::vector<Step>;
// One change of a plan; false where there is nothing to change.
using Change = std::function<bool(Plan&)>;

void CollectLists(StepList& steps, std::vector<StepList*>& lists) {
  lists.push_back(&steps);
  for (Step& step : steps) {
    for (Reaction& reaction : step.on_callback) CollectLists(reaction.steps, lists);
  }
}

// All lists of steps, a list before those in it.
std::vector<StepList*> ListsOf(Plan& plan) {
  std::vector<StepList*> lists;
  CollectLists(plan.steps, lists);
  for (Task& task : plan.tasks) CollectLists(task.steps, lists);
  return lists;
}

std::vector<Step*> StepsOf(Plan& plan) {
  std::vector<Step*> steps;
  for (StepList* list : ListsOf(plan)) {
    for (Step& step : *list) steps.push_back(&step);
  }
  return steps;
}

// Smaller ones than `now`, the smallest first: round ones, then closer and closer to it.
template <typename Number>
std::vector<Number> Smaller(Number now, std::initializer_list<Number> round) {
  std::vector<Number> all;
  for (const Number number : round) {
    if (number < now) all.push_back(number);
  }
  for (Number less = now / 2; less > 0; less /= 2) {
    if (now - less > 0) all.push_back(now - less);
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

std::vector<Nanos> SmallerTimes(Nanos now) {
  return Smaller<Nanos>(now, {0, kMillisecond, kSecond, kHour, kDay});
}

// Values that are simpler: a small number, fewer bytes, the same byte all along.
std::vector<Value> SimplerValues(const Value& value) {
  std::vector<Value> all = {Value::Integer(ValueType::kUInt8, 1)};
  if (FixedValueSize(value.type) == 0) {
    for (const size_t size : Smaller<size_t>(value.bytes.size(), {0, 1})) {
      all.push_back({value.type, value.bytes.substr(0, size)});
    }
    all.push_back({value.type, std::string(value.bytes.size(), 'a')});
  } else {
    all.push_back({value.type, std::string(value.bytes.size(), '\0')});
  }
  return all;
}

// A measure of simplicity, so that shrinking comes to an end: never back to a plan that was left.
size_t Weight(const Value& value) {
  const auto plain = std::count(value.bytes.begin(), value.bytes.end(), 'a') +
                     std::count(value.bytes.begin(), value.bytes.end(), '\0');
  const bool smallest = value == Value::Integer(ValueType::kUInt8, 1);
  return smallest ? 0 : 2 * value.bytes.size() + 1 - static_cast<size_t>(plain);
}

class Shrinker {
 public:
  Shrinker(Plan plan, const std::function<bool(const Plan&)>& shows, Clock::time_point deadline)
      : shows_(shows), deadline_(deadline) {
    best_.plan = std::move(plan);
  }

  ShrunkPlan Run() {
    int64_t before = -1;
    while (before != best_.accepted && !late_) {
      before = best_.accepted;
      RemoveTasks();
      RemoveFrom([](Plan& plan) { return &plan.faults; });
      RemoveSteps();
      RemoveReactions();
      RemoveKeys();
      RemoveFrom([](Plan& plan) { return &plan.schedule.switches; });
      SimplifySteps();
      SimplifyFaults();
      SimplifyWhole();
    }
    best_.complete = !late_;
    return std::move(best_);
  }

 private:
  // Whether the changed plan still shows it, and is gone on with.
  bool Try(const Change& change) {
    Plan plan = best_.plan;
    if (late_ || !change(plan)) return false;
    NumberSteps(plan);
    // A plan that could not be read again would be of no use to anybody. Fields that a step does not use
    // are not written.
    auto read = ParsePlan(FormatPlan(plan), "shrunk");
    if (!read || *read == best_.plan) return false;
    plan = std::move(*read);
    if (Clock::now() >= deadline_) {
      late_ = true;
      return false;
    }
    ++best_.tried;
    if (!shows_(plan)) return false;
    ++best_.accepted;
    best_.plan = std::move(plan);
    return true;
  }

  // Takes elements out of a list of the plan: all, halves, quarters, and so on down to single ones.
  template <typename ListOf>
  void RemoveFrom(const ListOf& list_of) {
    const auto size = [&] {
      const auto* list = list_of(best_.plan);
      return list == nullptr ? 0 : list->size();
    };
    for (size_t chunk = size(); chunk > 0 && !late_; chunk /= 2) {
      for (size_t begin = 0; begin < size() && !late_;) {
        const bool gone = Try([&](Plan& plan) {
          auto* list = list_of(plan);
          const auto first = list->begin() + static_cast<std::ptrdiff_t>(begin);
          const size_t count = std::min(chunk, list->size() - begin);
          list->erase(first, first + static_cast<std::ptrdiff_t>(count));
          return true;
        });
        if (!gone) begin += chunk;
      }
    }
  }

  // A task goes with the steps that begin it and wait for it.
  void RemoveTasks() {
    for (size_t i = best_.plan.tasks.size(); i-- > 0;) {
      Try([i](Plan& plan) {
        const int32_t number = plan.tasks[i].task;
        plan.tasks.erase(plan.tasks.begin() + static_cast<std::ptrdiff_t>(i));
        for (StepList* list : ListsOf(plan)) {
          std::erase_if(*list, [number](const Step& step) {
            return (step.op == Op::kStart || step.op == Op::kJoin) && step.task == number;
          });
        }
        std::erase_if(plan.schedule.switches,
                      [number](const Switch& s) { return s.task == number; });
        return true;
      });
    }
  }

  void RemoveSteps() {
    for (size_t i = 0; i < ListsOf(best_.plan).size(); ++i) {
      RemoveFrom([i](Plan& plan) -> StepList* {
        const std::vector<StepList*> lists = ListsOf(plan);
        return i < lists.size() ? lists[i] : nullptr;
      });
    }
  }

  void RemoveReactions() {
    for (size_t i = 0; i < StepsOf(best_.plan).size(); ++i) {
      RemoveFrom([i](Plan& plan) -> std::vector<Reaction>* {
        const std::vector<Step*> steps = StepsOf(plan);
        return i < steps.size() ? &steps[i]->on_callback : nullptr;
      });
    }
  }

  void RemoveKeys() {
    Try([](Plan& plan) { return std::exchange(plan.keys, std::nullopt).has_value(); });
    RemoveFrom([](Plan& plan) { return plan.keys ? &*plan.keys : nullptr; });
  }

  // The first of these values of a field with which it still shows.
  template <typename FieldOf, typename T>
  void SetFirst(const FieldOf& field_of, const std::vector<T>& values) {
    for (const T& value : values) {
      if (Try([&](Plan& plan) {
            *field_of(plan) = value;
            return true;
          })) {
        return;
      }
    }
  }

  void SimplifySteps() {
    const size_t count = StepsOf(best_.plan).size();
    for (size_t i = 0; i < count && !late_; ++i) SimplifyStep(i);
  }

  void SimplifyStep(size_t i) {
    const auto at = [i](Plan& plan) { return StepsOf(plan)[i]; };
    const Step step = *at(best_.plan);
    if (step.after_ns) {
      SetFirst([&](Plan& plan) { return &at(plan)->after_ns; },
               std::vector<std::optional<Nanos>>{std::nullopt});
    }
    if (at(best_.plan)->after_ns) {
      Set(SmallerTimes(*step.after_ns), [&](Plan& plan) { return &*at(plan)->after_ns; });
    }
    if (step.duration_ns > 0) {
      Set(SmallerTimes(step.duration_ns), [&](Plan& plan) { return &at(plan)->duration_ns; });
    }
    if (step.buffer_size) {
      Set(Smaller<uint32_t>(*step.buffer_size, {0, 1, 8}),
          [&](Plan& plan) { return &*at(plan)->buffer_size; });
    }
    if (step.value) SimplifyValue(*step.value, [&](Plan& plan) { return &*at(plan)->value; });
    SimplifyFlags(step, at);
  }

  template <typename T, typename FieldOf>
  void Set(const std::vector<T>& values, const FieldOf& field_of) {
    SetFirst(field_of, values);
  }

  template <typename FieldOf>
  void SimplifyValue(const Value& now, const FieldOf& field_of) {
    std::vector<Value> simpler = SimplerValues(now);
    std::erase_if(simpler, [&](const Value& v) { return Weight(v) >= Weight(now); });
    SetFirst(field_of, simpler);
  }

  template <typename At>
  void SimplifyFlags(const Step& step, const At& at) {
    for (const int32_t bit : {kTrackDelete, kTrackModify, kTrackAdd, kTrackPrefix}) {
      if ((step.track & bit) == 0) continue;
      Try([&](Plan& plan) {
        at(plan)->track &= ~bit;
        return true;
      });
    }
    if (step.context != 0) {
      Set(Smaller<uint64_t>(step.context, {0, 1}), [&](Plan& plan) { return &at(plan)->context; });
    }
    const std::vector<bool> off = {false};
    if (step.null_notify) SetFirst([&](Plan& plan) { return &at(plan)->null_notify; }, off);
    if (step.null_output) SetFirst([&](Plan& plan) { return &at(plan)->null_output; }, off);
    if (step.restart) SetFirst([&](Plan& plan) { return &at(plan)->restart; }, off);
    for (size_t r = 0; r < at(best_.plan)->on_callback.size(); ++r) {
      Set(Smaller<int64_t>(at(best_.plan)->on_callback[r].nth, {0, 1}),
          [&](Plan& plan) { return &at(plan)->on_callback[r].nth; });
    }
  }

  void SimplifyFaults() {
    for (size_t i = 0; i < best_.plan.faults.size() && !late_; ++i) {
      const Fault fault = best_.plan.faults[i];
      const auto at = [i](Plan& plan) { return &plan.faults[i]; };
      Set(Smaller<int64_t>(fault.nth, {1}), [&](Plan& plan) { return &at(plan)->nth; });
      Set(Smaller<int64_t>(fault.from, {1}), [&](Plan& plan) { return &at(plan)->from; });
      Set(Smaller<int64_t>(fault.size, {0, 1}), [&](Plan& plan) { return &at(plan)->size; });
      if (fault.delay_ns > 0) {
        Set(SmallerTimes(fault.delay_ns), [&](Plan& plan) { return &at(plan)->delay_ns; });
      }
      // By chance: the first one will often do.
      if (fault.one_in > 0) {
        Try([&](Plan& plan) {
          at(plan)->one_in = 0;
          at(plan)->nth = 1;
          return true;
        });
      }
    }
  }

  void SimplifyWhole() {
    Set(std::vector<uint64_t>{0}, [](Plan& plan) { return &plan.seed; });
    Set(std::vector<Nanos>{0}, [](Plan& plan) { return &plan.horizon_ns; });
    Set(std::vector<std::optional<Nanos>>{std::nullopt},
        [](Plan& plan) { return &plan.clock_reading_ns; });
    Set(std::vector<int64_t>{0}, [](Plan& plan) { return &plan.schedule.one_in; });
    SimplifyFirstKeys();
    ShortenKeys();
    Try(&RenumberSlots);
  }

  void SimplifyFirstKeys() {
    for (size_t i = 0; best_.plan.keys && i < best_.plan.keys->size() && !late_; ++i) {
      const auto at = [i](Plan& plan) { return &(*plan.keys)[i]; };
      SimplifyValue(at(best_.plan)->value, [&](Plan& plan) { return &at(plan)->value; });
      if (at(best_.plan)->read_only) {
        Set(std::vector<bool>{false}, [&](Plan& plan) { return &at(plan)->read_only; });
      }
    }
  }

  // A key is the same wherever it stands.
  static bool RenameKey(Plan& plan, const std::string& from, const std::string& to) {
    for (Step* step : StepsOf(plan)) {
      if (step->key == from) step->key = to;
    }
    if (!plan.keys) return true;
    for (FirstKey& first : *plan.keys) {
      if (first.key == from) first.key = to;
    }
    return true;
  }

  void ShortenKeys() {
    std::set<std::string> keys;
    for (const Step* step : StepsOf(best_.plan)) {
      if (step->key) keys.insert(*step->key);
    }
    for (const std::string& key : keys) {
      for (const size_t size : Smaller<size_t>(key.size(), {0, 1, 3, 4})) {
        if (Try([&](Plan& plan) { return RenameKey(plan, key, key.substr(0, size)); })) break;
      }
    }
  }

  // Slots in the order in which they first stand in the plan.
  static bool RenumberSlots(Plan& plan) {
    std::map<int32_t, int32_t> connections;
    std::map<int32_t, int32_t> trackers;
    std::map<int32_t, int32_t> iterators;
    const auto renumber = [](std::map<int32_t, int32_t>& numbers, int32_t& slot) {
      slot = numbers.emplace(slot, static_cast<int32_t>(numbers.size())).first->second;
    };
    for (Step* step : StepsOf(plan)) {
      renumber(connections, step->connection);
      renumber(trackers, step->tracker);
      renumber(iterators, step->iterator);
    }
    return true;
  }

  const std::function<bool(const Plan&)>& shows_;
  Clock::time_point deadline_;
  ShrunkPlan best_;
  bool late_ = false;
};

}  // namespace

ShrunkPlan ShrinkStructure(Plan plan, const std::function<bool(const Plan&)>& shows,
                           Clock::time_point deadline) {
  return Shrinker(std::move(plan), shows, deadline).Run();
}

size_t CountSteps(const Plan& plan) { return StepsById(plan).size(); }

}  // namespace cmapsim
