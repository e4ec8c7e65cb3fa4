// Judges how a run ended: a call may block for ever only where its page lets it.
//
//   JudgeEnding(state, EndingKind::kDeadlock, "");
#pragma once

#include <string>
#include <string_view>

#include "conformance/oracle/run_state.h"

namespace cmapsim {

// False where the ending does not fit the trace before it.
[[nodiscard]] bool JudgeEnding(RunState& state, EndingKind kind, std::string_view detail,
                               const Step* last_call);

// "crash SIGSEGV", "exit 3", "hang": an ending with the first word of its detail.
[[nodiscard]] std::string BreakdownOutcome(EndingKind kind, std::string_view detail);

}  // namespace cmapsim
