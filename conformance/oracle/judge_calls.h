// Judges the functions that are no cmap_dispatch: connections, tracking, the map, and poll steps.
//
//   JudgeReturn(state, frame, trace_event);     // the call of `frame`, already taken off the stack
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "conformance/oracle/run_state.h"

namespace cmapsim {

// judge_connection.cc: cmap_initialize, cmap_finalize, contexts, cmap_fd_get, polling its descriptor.
void JudgeInitialize(RunState& state, const Frame& frame, const TraceEvent& event);
void JudgeFinalize(RunState& state, const Frame& frame, const TraceEvent& event);
void JudgeFdGet(RunState& state, const Frame& frame, const TraceEvent& event);
void JudgeContext(RunState& state, const Frame& frame, const TraceEvent& event);
void JudgePoll(RunState& state, const Frame& frame, const TraceEvent& event);
void JudgeBlockedPoll(RunState& state, const Frame& frame);

// judge_tracking.cc: cmap_track_add, cmap_track_delete.
void JudgeTrackAdd(RunState& state, const Frame& frame, const TraceEvent& event);
void JudgeTrackDelete(RunState& state, const Frame& frame, const TraceEvent& event);

// judge_map.cc: cmap_set, cmap_delete, cmap_inc, cmap_dec, cmap_get.
void JudgeChange(RunState& state, const Frame& frame, const TraceEvent& event);
void JudgeGet(RunState& state, const Frame& frame, const TraceEvent& event);

// judge_typed.cc: the outputs of cmap_get's shortcuts, against what the map holds.
void JudgeTypedGet(RunState& state, const Frame& frame, const MapModel::Entry& entry,
                   const TraceEvent& event);

// judge_iteration.cc: cmap_iter_init, cmap_iter_next, cmap_iter_finalize.
void JudgeIterInit(RunState& state, const Frame& frame, const TraceEvent& event);
void JudgeIterNext(RunState& state, const Frame& frame, const TraceEvent& event);
void JudgeIterFinalize(RunState& state, const Frame& frame, const TraceEvent& event);

// judge_other_map.cc: what is asked of another map than that of the configuration.
void JudgeOtherMap(RunState& state, const Frame& frame, const TraceEvent& event);

// --- shared

// What kind of handle the call got that is none: "a finalized handle", "a handle never issued", ...
[[nodiscard]] std::string_view InvalidHandleWords(const Frame& frame);
// libqb 2.0.6 takes a handle whose upper half is all ones for the entry in its lower half,
// unchecked.
[[nodiscard]] bool IsUnchecked(const std::optional<uint64_t>& raw);
inline constexpr std::string_view kUncheckedHandle = "a handle whose upper half is all ones";

// The result of a call on a handle that is not of a live connection. Requires frame.connection ==
// kNone.
void JudgeInvalidHandle(RunState& state, const Frame& frame, std::string_view result);

// Judges the result where the service is gone, or may be. Returns true where nothing else is to be
// judged.
[[nodiscard]] bool JudgedWithoutService(RunState& state, const Frame& frame,
                                        std::string_view result);

// An error that the page names for this mistake: conforms exactly with it.
void JudgeError(RunState& state, const Frame& frame, std::string_view clause_id,
                std::string_view expected, std::string_view result,
                std::string_view situation = {});

// A call over a connection that was there came back: with success, or with `result` where that was due.
void NoteConnection(RunState& state, const Frame& frame, std::string_view result);

// CS_OK was due.
void JudgeOk(RunState& state, const Frame& frame, std::string_view result);

}  // namespace cmapsim
