// What can be said of a run once a fault has struck that the oracle's model does not follow: not
// what is right any more, for several outcomes are, but that a crash never is.
//
//   if (event.mark == '*' && !ModelFollows(fault)) return JudgeAfterFault(state,
// rest_of_the_events);
//
// The call that the fault struck in gets one observation, of no conformity. So does the first call
// of a plan that is altogether beyond the model: one with more tasks than one, or with signals.
#pragma once

#include <span>

#include "conformance/oracle/run_state.h"

namespace cmapsim {

// Whether the model knows what comes of the fault: what it delays, and what it kills or stops at a
// request; answers with an error, and connections refused.
[[nodiscard]] bool ModelFollows(const Fault& fault);
[[nodiscard]] bool ModelFollows(const Plan& plan);

// `rest` begins behind the fault's line.
void JudgeAfterFault(RunState& state, std::span<const TraceEvent> rest);

// The service answered `frame`'s request with an error, or refused the connection: that is what the
// function has to return. `answer` empty: any error.
void JudgeAnswer(RunState& state, const Frame& frame, std::string_view result);

}  // namespace cmapsim
