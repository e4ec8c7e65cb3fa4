#include "conformance/sweep/told_events.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string_view>
#include <utility>

namespace cmapsim {
namespace {

bool IsChange(Op op) {
  return op == Op::kSet || TypeSetBy(op) || op == Op::kDelete || op == Op::kInc || op == Op::kDec;
}

// The result of a step that came back or was carried out; empty for other lines.
std::string_view ResultOf(const TraceEvent& event) {
  if (event.mark == '<') return event.word;
  if (event.mark == '@' && !event.fields.empty()) return event.fields[0].value;
  return {};
}

// One thing that happened to a key of a tracker.
struct Happened {
  int32_t step;
  std::string_view result;
  bool operator==(const Happened&) const = default;
};

// What a callback told.
struct Told {
  std::string_view event;
  std::string_view new_value;
  std::string_view old_value;
  auto operator<=>(const Told&) const = default;
};

struct History {
  std::vector<Happened> happened;
  std::vector<Told> told;
  bool cut = false;  // more happened, which is left out
};

class Comparison {
 public:
  Comparison(std::span<const Step* const> steps, std::span<const Fault> faults,
             const RunRecord& baseline, const RunRecord& run, std::optional<int32_t> waiting)
      : steps_(steps), faults_(faults), baseline_(baseline), run_(run), waiting_(waiting) {
    for (const TraceEvent& event : baseline.events) {
      if (event.mark == '<') expected_results_.emplace(event.step, event.word);
    }
  }

  std::vector<ToldWrong> Compare() {
    for (const Step* step : steps_) {
      if (step->op != Op::kTrackAdd || step->by != Actor::kClient) continue;
      const size_t before = wrong_.size();
      CompareTracker(*step);
      // What went another way: change by change.
      if (wrong_.size() == before) CompareChanges(*step);
    }
    return std::move(wrong_);
  }

 private:
  const Step* StepOf(const TraceEvent& event) const {
    const auto index = static_cast<size_t>(event.step);
    return event.step >= 0 && index < steps_.size() ? steps_[index] : nullptr;
  }

  // An error that tells of a lost connection, where there was none in the baseline: one after which
  // nothing works on it any more.
  bool TellsOfLoss(const RunRecord& run, size_t at) const {
    const TraceEvent& event = run.events[at];
    if (event.word != "CS_ERR_LIBRARY" && event.word != "CS_ERR_BAD_HANDLE") return false;
    if (expected_results_.count({event.step, event.word}) != 0) return false;
    const Step* lost = StepOf(event);
    for (size_t i = at + 1; i < run.events.size(); ++i) {
      const Step* step = run.events[i].mark == '<' ? StepOf(run.events[i]) : nullptr;
      if (step == nullptr || step->connection != lost->connection) continue;
      if (step->op == Op::kInitialize || step->op == Op::kFinalize) return true;
      if (run.events[i].word == "CS_OK") return false;
    }
    return true;
  }

  // Up to which event the connection's queue is known to have been emptied. A dispatch that was struck
  // does not say so, and none before a delayed event has arrived.
  size_t EmptiedAt(const RunRecord& run, int32_t connection) const {
    size_t emptied = 0;
    bool struck_within = false;
    Nanos arrived_ns = 0;
    for (size_t i = 0; i < run.events.size(); ++i) {
      const TraceEvent& event = run.events[i];
      if (event.mark == '>') struck_within = false;
      if (event.mark == '*') {
        emptied = 0;
        struck_within = true;
        if (event.word == "service.event.delay") arrived_ns = event.at_ns + DelayOf(event.step);
      }
      const Step* step = event.mark == '<' ? StepOf(event) : nullptr;
      if (step == nullptr || step->connection != connection) continue;
      if (TellsOfLoss(run, i)) return emptied;
      if (step->op != Op::kDispatch || event.word != "CS_ERR_TRY_AGAIN") continue;
      if (!struck_within && event.at_ns >= arrived_ns) emptied = i;
    }
    return waiting_ == connection ? run.events.size() : emptied;
  }

  Nanos DelayOf(int32_t fault) const {
    const auto index = static_cast<size_t>(fault);
    return fault >= 0 && index < faults_.size() ? faults_[index].delay_ns : 0;
  }

  std::set<std::string_view> KeysOf(const Step& tracker) const {
    std::set<std::string_view> keys;
    for (const RunRecord* run : {&baseline_, &run_}) {
      for (const TraceEvent& event : run->events) {
        if (event.mark == '!' && event.step == tracker.id) keys.insert(event.Field("key"));
      }
    }
    return keys;
  }

  static bool Concerns(const Step& step, const Step& tracker, std::string_view key) {
    if (step.op == Op::kTrackAdd || step.op == Op::kTrackDelete) {
      return step.tracker == tracker.tracker;
    }
    if (step.op == Op::kInitialize || step.op == Op::kFinalize) {
      return step.connection == tracker.connection;
    }
    if (!IsChange(step.op) || !step.key) return false;
    std::string shown;
    AppendTraceKey(*step.key, shown);
    return shown == key;
  }

  // Up to the event `end`, and to what comes after `most` things happened.
  History HistoryOf(const RunRecord& run, size_t end, size_t most, const Step& tracker,
                    std::string_view key) const {
    History history;
    for (size_t i = 0; i < std::min(end, run.events.size()); ++i) {
      const TraceEvent& event = run.events[i];
      if (event.mark == '!' && event.step == tracker.id && event.Field("key") == key) {
        history.told.push_back({event.Field("event"), event.Field("new"), event.Field("old")});
      }
      const std::string_view result = ResultOf(event);
      const Step* step = result.empty() ? nullptr : StepOf(event);
      if (step == nullptr || !Concerns(*step, tracker, key)) continue;
      history.cut = history.happened.size() == most;
      if (history.cut) break;
      history.happened.push_back({event.step, result});
    }
    return history;
  }

  // How often the tracker was told of this value.
  static int64_t TimesTold(const RunRecord& run, const Step& tracker, std::string_view key,
                           std::string_view value) {
    return std::count_if(run.events.begin(), run.events.end(), [&](const TraceEvent& event) {
      return event.mark == '!' && event.step == tracker.id && event.Field("key") == key &&
             event.Field("new") == value;
    });
  }

  // Whether the tracker was there at this event of the run, and since the call of it began.
  bool WasThere(const Step& tracker, size_t at) const {
    bool there = false;
    for (size_t i = 0; i < at; ++i) {
      const TraceEvent& event = run_.events[i];
      if (event.mark == '<' && event.step == tracker.id) there = event.word == "CS_OK";
      const Step* step = event.mark == '>' ? StepOf(event) : nullptr;
      if (step == nullptr) continue;
      const bool ends = (step->op == Op::kTrackDelete && step->tracker == tracker.tracker) ||
                        (step->op == Op::kFinalize && step->connection == tracker.connection);
      if (ends) return false;
      if (event.step == run_.events[at].step && !there) return false;  // it came meanwhile
    }
    return there;
  }

  bool OnlyOneSets(const Step& set) const {
    return std::count_if(steps_.begin(), steps_.end(), [&](const Step* other) {
             return IsChange(other->op) && other->key == set.key &&
                    (other->op != Op::kSet || other->value == set.value) &&
                    other->op != Op::kDelete;
           }) == 1;
  }

  // From which to which event a change was under way.
  struct Span {
    size_t begin = 0;
    size_t end = 0;
  };

  // By what a callback shows of it: each value that one step set, with CS_OK.
  std::map<std::pair<std::string, std::string>, Span> MadeChanges() const {
    std::map<std::pair<std::string, std::string>, Span> made;
    std::map<int32_t, size_t> begun;
    for (size_t i = 0; i < run_.events.size(); ++i) {
      const TraceEvent& event = run_.events[i];
      if (event.mark == '>') begun[event.step] = i;
      const Step* step = ResultOf(event) == "CS_OK" ? StepOf(event) : nullptr;
      if (step == nullptr || step->op != Op::kSet || !step->value || !step->key) continue;
      if (!OnlyOneSets(*step)) continue;
      std::string key, value;
      AppendTraceKey(*step->key, key);
      AppendTraceValue(step->value->type, step->value->bytes, value);
      made[{key, value}] = {event.mark == '<' ? begun[event.step] : i, i};
    }
    return made;
  }

  // Over all keys of the tracker: none may be told after one that was begun when it was done.
  void CompareOrder(const Step& tracker) {
    const auto made = MadeChanges();
    size_t last_begin = 0;
    for (const TraceEvent& event : run_.events) {
      if (event.mark != '!' || event.step != tracker.id) continue;
      const auto change =
          made.find({std::string(event.Field("key")), std::string(event.Field("new"))});
      if (change == made.end()) continue;
      if (change->second.end < last_begin) {
        wrong_.push_back(
            {"events disordered", "the value " + change->first.second + " of " +
                                      change->first.first + " of the tracker of step " +
                                      std::to_string(tracker.id) + " was told after a later one"});
      }
      last_begin = std::max(last_begin, change->second.begin);
    }
  }

  void CompareChanges(const Step& tracker) {
    CompareOrder(tracker);
    const size_t end = EmptiedAt(run_, tracker.connection);
    for (size_t i = 0; i < run_.events.size(); ++i) {
      const Step* step = ResultOf(run_.events[i]) == "CS_OK" ? StepOf(run_.events[i]) : nullptr;
      if (step == nullptr || step->op != Op::kSet || !step->value || !step->key) continue;
      std::string key, value;
      AppendTraceKey(*step->key, key);
      AppendTraceValue(step->value->type, step->value->bytes, value);
      const int64_t expected = TimesTold(baseline_, tracker, key, value);
      if (expected != 1 || !OnlyOneSets(*step)) continue;
      CompareChange(tracker, key, value, i < end && WasThere(tracker, i));
    }
  }

  void CompareChange(const Step& tracker, const std::string& key, const std::string& value,
                     bool has_to_be_told) {
    const int64_t told = TimesTold(run_, tracker, key, value);
    const std::string what = "the value " + value + " of " + key + " of the tracker of step " +
                             std::to_string(tracker.id);
    if (told > 1) wrong_.push_back({"event doubled", what + " was told more than once"});
    if (told == 0 && has_to_be_told) wrong_.push_back({"event lost", what + " was never told"});
  }

  void CompareTracker(const Step& tracker) {
    const size_t end = EmptiedAt(run_, tracker.connection);
    if (end == 0) return;
    const size_t baseline_end = EmptiedAt(baseline_, tracker.connection);
    for (const std::string_view key : KeysOf(tracker)) {
      const History run = HistoryOf(run_, end, SIZE_MAX, tracker, key);
      const History expected =
          HistoryOf(baseline_, baseline_end, run.happened.size(), tracker, key);
      if (expected.happened == run.happened) CompareKey(expected, run.told, tracker, key);
    }
  }

  void CompareKey(const History& baseline, std::vector<Told> told, const Step& tracker,
                  std::string_view key) {
    std::vector<Told> expected = baseline.told;
    if (expected == told) return;
    const std::string where =
        std::string(key) + " of the tracker of step " + std::to_string(tracker.id);
    std::sort(expected.begin(), expected.end());
    std::sort(told.begin(), told.end());
    std::vector<Told> lost, more;
    std::set_difference(expected.begin(), expected.end(), told.begin(), told.end(),
                        std::back_inserter(lost));
    std::set_difference(told.begin(), told.end(), expected.begin(), expected.end(),
                        std::back_inserter(more));
    for (const Told& one : lost) {
      wrong_.push_back({"event lost", std::string(one.event) + " of " + where + ", new value " +
                                          std::string(one.new_value) + ", was never told"});
    }
    // What the baseline told only after more had happened may have come before that here.
    if (baseline.cut) return;
    for (const Told& one : more) {
      wrong_.push_back({"event doubled", std::string(one.event) + " of " + where + ", new value " +
                                             std::string(one.new_value) +
                                             ", was told once too often"});
    }
    if (lost.empty() && more.empty()) {
      wrong_.push_back({"events disordered", "those of " + where});
    }
  }

  std::span<const Step* const> steps_;
  std::span<const Fault> faults_;
  const RunRecord& baseline_;
  const RunRecord& run_;
  std::optional<int32_t> waiting_;
  std::set<std::pair<int32_t, std::string_view>> expected_results_;
  std::vector<ToldWrong> wrong_;
};

}  // namespace

std::vector<ToldWrong> CompareTold(std::span<const Step* const> steps,
                                   std::span<const Fault> faults, const RunRecord& baseline,
                                   const RunRecord& run, std::optional<int32_t> waiting) {
  return Comparison(steps, faults, baseline, run, waiting).Compare();
}

}  // namespace cmapsim
