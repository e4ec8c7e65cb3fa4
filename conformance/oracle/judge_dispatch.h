// Judges cmap_dispatch by its type: how many callbacks, which result, and whether it may block.
//
//   BeginDispatch(state, frame, now_ns);             // at the call
//   JudgeDispatch(state, frame, "CS_OK", now_ns);    // it returned
//   JudgeBlockedDispatch(state, frame);              // the run ended inside it
#pragma once

#include <string>
#include <string_view>

#include "conformance/oracle/run_state.h"

namespace cmapsim {

// Notes what waits when a dispatch or a poll begins.
void NoteWaiting(RunState& state, Frame& frame, Nanos now_ns);

void JudgeDispatch(RunState& state, Frame& frame, std::string_view result, Nanos now_ns);

// The run ended as a deadlock or a stall inside this call.
void JudgeBlockedDispatch(RunState& state, Frame& frame);

// Notes that this call passed by events that were due; what that means shows later (lost_events.h).
void PassBy(RunState& state, const Frame& frame, std::string_view clause_id, std::string outcome,
            Nanos due_by_ns);

// What a dispatch came to: "CS_OK, 1 callback".
[[nodiscard]] std::string DispatchOutcome(std::string_view result, int32_t callbacks);

// The clause of a dispatch type.
[[nodiscard]] std::string_view DispatchClause(int32_t mode);

}  // namespace cmapsim
