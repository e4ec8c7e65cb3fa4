// What a history answers by itself, before any world is asked: which calls were under way, which had ended what.
//
//   if (const Operation* finalize = FinalizeBefore(history, dispatch, dispatch.returned)) ...
//   if (KilledBefore(history, dispatch, line)) ...       // its connection is gone
//
// A line is one of the trace, from 0, as in Operation::called.
#pragma once

#include <cstdint>

#include "conformance/history/history.h"

namespace cmapsim {

// The finalize on the connection of `call`, in another call, that was made before line `before`. Null: none, or none that
// succeeded or may have.
[[nodiscard]] const Operation* FinalizeBefore(const History& history, const Operation& call,
                                              int32_t before);

// Whether the service died after the connection of `call`, which must have one, was begun and before line `before`.
[[nodiscard]] bool KilledBefore(const History& history, const Operation& call, int32_t before);

// Other dispatches on the connection that are under way at some line from `from` to `line`, each of which may have an event in
// hand.
[[nodiscard]] int64_t OtherDispatches(const History& history, const Operation& dispatch,
                                      int32_t from, int32_t line);

// Whether the call never returned, and not only since a callback or a handler of it waits.
[[nodiscard]] bool IsOpen(const History& history, const Operation& operation);

// Whether the answer to it may have been another request's: one before on its connection was cut off, or another was under
// way over it.
[[nodiscard]] bool MayBeConfused(const Operation& operation);

// The call that a run most likely ended in: which task was at it, a trace does not say. `last`, the one that was made last,
// but for one that asks nobody while another waits for an answer; and of those that wait, one that may be confused.
[[nodiscard]] const Operation& Suspect(const History& history, int32_t last);

// Whether a signal ended it that the plan sends and that nobody handles, which is right.
[[nodiscard]] bool EndedBySignal(const History& history);

}  // namespace cmapsim
