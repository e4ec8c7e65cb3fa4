// Judges a callback: whether it may run at all, and each of its arguments.
//
//   int32_t tracker = JudgeCallback(state, dispatch_frame, trace_event);
#pragma once

#include "conformance/oracle/run_state.h"

namespace cmapsim {

// `event` is a "!" line directly within the call of `frame`. Returns the tracker it was for, or
// kNone.
int32_t JudgeCallback(RunState& state, Frame& frame, const TraceEvent& event);

}  // namespace cmapsim
