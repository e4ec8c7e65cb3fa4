// Events that were passed by: dispatched late, or lost. Which clause that breaks shows at the end
// of a run.
//
// A dispatch that leaves an event waiting, which a later one dispatches, broke its own clause. An
// event that never comes, though others do, was lost before: then the clause of what tells it from
// those others broke (its kind of change, the prefix, the second tracker of a key, the second
// connection).
//
//   JudgePassedBy(state);     // once, after the last line
#pragma once

#include "conformance/oracle/run_state.h"

namespace cmapsim {

void JudgePassedBy(RunState& state);

}  // namespace cmapsim
