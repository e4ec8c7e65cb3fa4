#include "conformance/suites/dispatch_matrix.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "conformance/suites/breakdowns.h"
#include "conformance/suites/steps.h"
#include "sim/core/fault.h"
#include "sim/core/trace.h"
#include "sim/core/value.h"

namespace cmapsim {
namespace {

constexpr char kKey[] = "test.a";
constexpr int32_t kModes[] = {kDispatchOne, kDispatchAll, kDispatchBlocking,
                              kDispatchOneNonblocking};

Plan BasePlan(int32_t mode, bool pending) {
  Plan plan;
  plan.steps.push_back(suite::Initialize(0));
  plan.steps.push_back(suite::TrackAdd(0, kKey, kTrackAdd | kTrackModify));
  if (pending) {
    plan.steps.push_back(suite::ByPeer(suite::Set(kKey, Value::Integer(ValueType::kUInt8, 1))));
  }
  plan.steps.push_back(suite::Dispatch(mode));
  plan.steps.push_back(suite::Dispatch(kDispatchAll));
  NumberSteps(plan);
  return plan;
}

// The dispatch that is looked at, and the one behind it.
int32_t JudgedStep(const Plan& plan) { return plan.steps[plan.steps.size() - 2].id; }
int32_t LaterStep(const Plan& plan) { return plan.steps.back().id; }

// A call that a trace's line is of, with its number over the whole run.
struct Made {
  LibcCall call;
  int64_t nth;
};

// The lines of a trace, each after its time.
std::vector<std::string_view> Lines(std::string_view trace) {
  std::vector<std::string_view> lines;
  while (!trace.empty()) {
    const size_t end = std::min(trace.find('\n'), trace.size());
    const std::string_view line = trace.substr(0, end);
    lines.push_back(line.substr(std::min(line.find(' ') + 1, line.size())));
    trace.remove_prefix(std::min(end + 1, trace.size()));
  }
  return lines;
}

std::string_view Word(std::string_view line, size_t index) {
  for (; index > 0; --index) line.remove_prefix(std::min(line.find(' ') + 1, line.size()));
  return line.substr(0, line.find(' '));
}

// The calls inside the dispatch. One that waits for ever stands in the ending.
std::vector<Made> CallsOf(std::string_view trace, int32_t step) {
  std::vector<Made> made;
  std::map<LibcCall, int64_t> counts;
  const std::string id = std::to_string(step);
  bool inside = false;
  for (const std::string_view line : Lines(trace)) {
    const std::string_view mark = Word(line, 0);
    if (mark == ">" || mark == "<") inside = mark == ">" && Word(line, 1) == id;
    const bool waits = mark == "=" && Word(line, 1) != EndingName(EndingKind::kFinished);
    if (mark != "|" && !waits) continue;
    const auto call = ParseLibcCall(Word(line, waits ? 2 : 1));
    if (!call) continue;
    const int64_t nth = ++counts[*call];
    if (inside) made.push_back({*call, nth});
  }
  return made;
}

// Of a call that a dispatch makes over and over, the first few are looked at: corosync's makes none more often than
// twice.
constexpr int32_t kMostOccurrences = 4;

void AddKeys(const std::vector<Made>& made, int32_t mode, bool pending,
             std::vector<DispatchKey>& keys) {
  std::map<LibcCall, int32_t> occurrences;
  for (const Made& one : made) {
    const int32_t occurrence = ++occurrences[one.call];
    if (occurrence > kMostOccurrences) continue;
    for (const auto errnos : {DocumentedErrnos(one.call), RobustnessErrnos(one.call)}) {
      for (const int error : errnos) {
        keys.push_back({one.call, occurrence, error, mode, pending, one.nth});
      }
    }
  }
}

std::string EndingWords(const TraceEvent& ending) {
  const auto kind = ParseEnding(ending.word);
  if (kind == EndingKind::kDeadlock || kind == EndingKind::kStall) return "waits";
  if (kind == EndingKind::kLivelock) return std::string(Breakdowns::kLoops);
  std::string words(ending.word);
  if (!ending.fields.empty()) {
    const std::string_view detail = ending.fields[0].value;
    words += " " + std::string(detail.substr(0, detail.find(' ')));
  }
  return words;
}

// What the trace says about the two dispatches.
struct Seen {
  std::string judged;  // empty: it did not return
  std::string later;
  std::string ending;
  int32_t callbacks = 0;
  int32_t later_callbacks = 0;
  bool struck = false;
};

Seen Read(const std::vector<TraceEvent>& events, const Plan& plan) {
  Seen seen;
  int32_t open = -1;
  for (const TraceEvent& event : events) {
    const bool of_judged = open == JudgedStep(plan);
    if (event.mark == '>') open = event.step;
    if (event.mark == '*' && of_judged) seen.struck = true;
    if (event.mark == '!') ++(of_judged ? seen.callbacks : seen.later_callbacks);
    if (event.mark == '<' && event.step == JudgedStep(plan)) seen.judged = event.word;
    if (event.mark == '<' && event.step == LaterStep(plan)) seen.later = event.word;
    if (event.mark == '=') seen.ending = EndingWords(event);
  }
  return seen;
}

std::string EventWords(const DispatchKey& key, const Seen& seen) {
  if (!key.pending) return "none";
  if (seen.callbacks > 0) return "dispatched";
  if (seen.judged.empty()) return "stuck";
  return seen.later_callbacks > 0 ? "kept" : "lost";
}

}  // namespace

bool DispatchCell::Agrees(const DispatchCell& other) const {
  return result == other.result && callbacks == other.callbacks && event == other.event &&
         later == other.later;
}

Plan DispatchCellPlan(const DispatchKey& key) {
  Plan plan = BasePlan(key.mode, key.pending);
  Fault fault;
  fault.kind = FaultKind::kHostErrno;
  fault.call = key.call;
  fault.nth = key.nth;
  fault.number = key.error;
  plan.faults.push_back(fault);
  return plan;
}

tl::expected<std::vector<DispatchKey>, std::string> DispatchKeys(Target& target) {
  std::vector<DispatchKey> keys;
  for (const int32_t mode : kModes) {
    for (const bool pending : {true, false}) {
      const Plan plan = BasePlan(mode, pending);
      const auto trace = target.Run(plan, TraceLevel::kHost);
      if (!trace) return tl::unexpected(trace.error());
      AddKeys(CallsOf(*trace, JudgedStep(plan)), mode, pending, keys);
    }
  }
  return keys;
}

tl::expected<DispatchCell, std::string> RunDispatchCell(Target& target, const DispatchKey& key) {
  const Plan plan = DispatchCellPlan(key);
  const auto trace = target.Run(plan, TraceLevel::kApi);
  if (!trace) return tl::unexpected(trace.error());
  const auto events = ParseTrace(*trace);
  if (!events)
    return tl::unexpected("a line of the trace is no trace line: " + std::string(*trace));
  const Seen seen = Read(*events, plan);
  DispatchCell cell;
  cell.key = key;
  cell.result = !seen.struck ? "not struck" : seen.judged.empty() ? seen.ending : seen.judged;
  cell.callbacks = seen.callbacks;
  cell.event = EventWords(key, seen);
  cell.later = seen.judged.empty() ? "-" : seen.later.empty() ? seen.ending : seen.later;
  return cell;
}

tl::expected<std::vector<DispatchCell>, std::string> DispatchMatrix(Target& target) {
  const auto keys = DispatchKeys(target);
  if (!keys) return tl::unexpected(keys.error());
  std::vector<DispatchCell> cells;
  cells.reserve(keys->size());
  Breakdowns breakdowns;
  for (const DispatchKey& key : *keys) {
    if (breakdowns.Enough()) break;
    auto cell = RunDispatchCell(target, key);
    if (!cell) return tl::unexpected(cell.error());
    breakdowns.Count(cell->result);
    cells.push_back(std::move(*cell));
  }
  return cells;
}

}  // namespace cmapsim
