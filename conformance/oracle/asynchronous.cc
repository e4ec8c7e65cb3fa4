#include "conformance/oracle/asynchronous.h"

#include <algorithm>

#include "conformance/oracle/callback_match.h"

namespace cmapsim {
namespace {

bool ChangesKey(const Step& step) {
  return step.key && (step.op == Op::kSet || step.op == Op::kDelete || step.op == Op::kInc ||
                      step.op == Op::kDec);
}

// Whether carrying out the step now would be a change that the callback tells of. Tried on a copy.
bool WouldShow(const RunState& state, const Step& step, const Callback& cb) {
  RunState trial(state.plan, state.options);
  trial.map = state.map;
  const int32_t change = trial.Change(step, 0);
  return change != kNone && TellsOf(cb, trial.changes[static_cast<size_t>(change)]);
}

void Commit(RunState& state, UnderWay& under_way, Nanos now_ns, Nanos due_ns) {
  under_way.committed = true;
  const auto first_event = state.events.size();
  under_way.change = state.Change(*under_way.step, now_ns);
  if (under_way.change == kNone) return;
  state.changes[static_cast<size_t>(under_way.change)].ordered = false;
  for (size_t i = first_event; i < state.events.size(); ++i) {
    Event& e = state.events[i];
    e.due_ns = due_ns;
    // A tracker that was added while the step was under way may have come too late for it.
    if (state.TrackerOf(e).added_at > under_way.changes_before) e.optional = true;
  }
}

}  // namespace

void BeginUnderWay(RunState& state, const Step& step) {
  if (step.op == Op::kService) {
    state.service.UnderWay(step.action, 1);
  } else if (ChangesKey(step)) {
    NoteRace(state, step);
  }
  state.under_way.push_back({&step, static_cast<int32_t>(state.changes.size())});
}

bool EndUnderWay(RunState& state, const Step& step, bool succeeded, Nanos now_ns) {
  const auto at = std::find_if(state.under_way.begin(), state.under_way.end(),
                               [&](const UnderWay& u) { return u.step == &step; });
  if (at == state.under_way.end()) return false;
  if (step.op == Op::kService) state.service.UnderWay(step.action, -1);
  if (succeeded && ChangesKey(step)) {
    if (!at->committed) {
      Commit(state, *at, now_ns, now_ns);
    } else {
      for (Event& e : state.events) {
        if (e.change == at->change) e.due_ns = std::min(e.due_ns, now_ns);
      }
    }
  }
  state.under_way.erase(at);
  return step.op != Op::kService;
}

bool CommitShownBy(RunState& state, const Callback& cb, Nanos now_ns) {
  for (UnderWay& u : state.under_way) {
    if (u.committed || !ChangesKey(*u.step) || !WouldShow(state, *u.step, cb)) continue;
    Commit(state, u, now_ns, kNever);
    return true;
  }
  return false;
}

void NoteRace(RunState& state, const Step& step) {
  if (!ChangesKey(step)) return;
  for (const UnderWay& u : state.under_way) {
    if (u.step == &step || !ChangesKey(*u.step) || u.step->key != step.key) continue;
    std::string key;
    AppendTraceKey(*step.key, key);
    state.racy_keys.insert(std::move(key));
  }
}

}  // namespace cmapsim
