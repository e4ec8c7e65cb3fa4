// The walk through a trace, beside its plan: which call is open, which callback runs, who changed
// what when.
//
//   Walk walk(state);
//   for (const TraceEvent& e : events) if (!walk.Next(e)) ...   // the trace does not fit the plan
//   walk.Complete()
#pragma once

#include <set>
#include <vector>

#include "conformance/oracle/run_state.h"

namespace cmapsim {

class Walk {
 public:
  explicit Walk(RunState& state);

  // False where the line cannot follow the lines before it, or fits no step.
  [[nodiscard]] bool Next(const TraceEvent& event);
  // The same for a call that was not made, for want of the function: nothing came of it.
  [[nodiscard]] bool SkipCall(const TraceEvent& call);
  // Whether the trace had an ending, and one that its lines allow.
  [[nodiscard]] bool Complete() const { return ended_; }

 private:
  struct Place {  // of a step in the plan
    const std::vector<Step>* siblings = nullptr;
    size_t index = 0;
    int32_t tracker_step = kNone;  // of the track_add whose reaction it is in
  };

  void Locate(const std::vector<Step>& steps, int32_t tracker_step);
  bool OnCall(const TraceEvent& event);
  bool OnFault(const TraceEvent& event);
  bool OnReturn(const TraceEvent& event);
  bool OnCallback(const TraceEvent& event);
  bool OnCallbackEnd(const TraceEvent& event);
  bool OnOther(const TraceEvent& event);
  bool OnEnding(const TraceEvent& event);

  // The client's step that a call is of; null where it does not come next.
  [[nodiscard]] const Step* CalledStep(const TraceEvent& call);
  [[nodiscard]] bool FollowsPlan(const Step& step);
  void CountRequest(const Frame& frame);
  void JudgeReturn(Frame& frame, const TraceEvent& event);
  void Carry(const TraceEvent& event);
  // Live: asynchronous steps from here to the client's next step are under way from now on.
  void ReachFrom(const std::vector<Step>& siblings, size_t index);
  const std::vector<Step>* ReactionOf(int32_t step);

  RunState& state_;
  std::vector<Place> places_;       // by step id
  std::vector<int64_t> callbacks_;  // by tracker slot, since its last track_add
  std::set<int32_t> reached_;
  size_t top_level_ = 0;  // index of the next top-level step of the client
  const Step* last_call_ = nullptr;
  Nanos last_ns_ = 0;
  bool ended_ = false;
};

}  // namespace cmapsim
