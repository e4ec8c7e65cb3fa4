#include "conformance/sweep/told_events.h"

#include <algorithm>
#include <iterator>
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
  Comparison(std::span<const Step* const> steps, const RunRecord& baseline, const RunRecord& run,
             std::optional<int32_t> waiting)
      : steps_(steps), baseline_(baseline), run_(run), waiting_(waiting) {
    for (const TraceEvent& event : baseline.events) {
      if (event.mark == '<') expected_results_.emplace(event.step, event.word);
    }
  }

  std::vector<ToldWrong> Compare() {
    for (const Step* step : steps_) {
      if (step->op == Op::kTrackAdd && step->by == Actor::kClient) CompareTracker(*step);
    }
    return std::move(wrong_);
  }

 private:
  const Step* StepOf(const TraceEvent& event) const {
    const auto index = static_cast<size_t>(event.step);
    return event.step >= 0 && index < steps_.size() ? steps_[index] : nullptr;
  }

  // An error that tells of a lost connection, where there was none in the baseline.
  bool TellsOfLoss(const TraceEvent& event) const {
    if (event.word != "CS_ERR_LIBRARY" && event.word != "CS_ERR_BAD_HANDLE") return false;
    return expected_results_.count({event.step, event.word}) == 0;
  }

  // Up to which event the connection's queue is known to have been emptied.
  size_t EmptiedAt(const RunRecord& run, int32_t connection) const {
    size_t emptied = 0;
    for (size_t i = 0; i < run.events.size(); ++i) {
      const TraceEvent& event = run.events[i];
      if (event.mark == '*') emptied = 0;
      const Step* step = event.mark == '<' ? StepOf(event) : nullptr;
      if (step == nullptr || step->connection != connection) continue;
      if (TellsOfLoss(event)) return emptied;
      if (step->op != Op::kDispatch) continue;
      if (event.word == "CS_ERR_TRY_AGAIN") emptied = i;
    }
    return waiting_ == connection ? run.events.size() : emptied;
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
  const RunRecord& baseline_;
  const RunRecord& run_;
  std::optional<int32_t> waiting_;
  std::set<std::pair<int32_t, std::string_view>> expected_results_;
  std::vector<ToldWrong> wrong_;
};

}  // namespace

std::vector<ToldWrong> CompareTold(std::span<const Step* const> steps, const RunRecord& baseline,
                                   const RunRecord& run, std::optional<int32_t> waiting) {
  return Comparison(steps, baseline, run, waiting).Compare();
}

}  // namespace cmapsim
