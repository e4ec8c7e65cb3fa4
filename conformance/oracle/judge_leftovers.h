// What a run leaves behind, once every connection is finalized: nothing, says cmap_finalize(3), for the
// connection is closed.
//
//   JudgeLeftovers(state, trace);   // behind the last line, where the walk came to the end
//
// The trace tells it only where it was asked to (TraceLevel::kHost).
#pragma once

#include <string_view>

#include "conformance/oracle/run_state.h"

namespace cmapsim {

void JudgeLeftovers(RunState& state, std::string_view trace);

}  // namespace cmapsim
