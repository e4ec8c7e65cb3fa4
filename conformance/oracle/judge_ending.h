// Judges how a run ended: a call may block for ever only where its page lets it.
//
//   JudgeEnding(state, EndingKind::kDeadlock, "");
#pragma once

#include <string_view>

#include "conformance/oracle/run_state.h"

namespace cmapsim {

// False where the ending does not fit the trace before it.
[[nodiscard]] bool JudgeEnding(RunState& state, EndingKind kind, std::string_view detail,
                               const Step* last_call);

}  // namespace cmapsim
