// Judges a run in which several tasks called, a signal's handler ran, or a fault struck that the
// walk (oracle/walk.h) does not follow.
//
//   JudgeHistory(state, events, 0);      // observations from line 0 on
//
// What was seen is right where some order of the operations explains it (linearize.h). Where no order does, the
// operation at which the last world died departs, in one of the situations
//
//   several tasks                         no fault had struck
//   a signal's handler                    likewise, in one task
//   two requests over one handle at once  likewise; by two tasks, or by a handler within another
//   an event cut by another dispatch      likewise, over sockets, of a callback with other values
//   a handler's request within another call  likewise
//   connections made at once              its connection, while another was being made
//   after a fault                         one had struck
//   after a request that was cut off      likewise, and a request on this connection had failed by it
//
// and nothing after it is judged but a crash, which is never right. Calls in which a fault struck and which failed are
// `inconclusive`; so is everything past the search's work limit.
#pragma once

#include <cstdint>
#include <span>

#include "conformance/oracle/run_state.h"

namespace cmapsim {

// Adds to `state.observations`. False where the trace does not fit the plan. What came before line `from` is
// followed, but said nothing of.
[[nodiscard]] bool JudgeHistory(RunState& state, std::span<const TraceEvent> events, int32_t from);

}  // namespace cmapsim
