// Which event does a callback tell of? And where there is none: why may it have been called?
//
//   Callback cb = ReadCallback(state, trace_event);
//   Match m = MatchCallback(state, connection, cb, now_ns);
//   m.kind == Match::Kind::kEvent        // m.event is the one; some of its arguments may still be
//   wrong
//
// Targets lie, so that nothing of a callback is believed alone: the tracker is recognised by
// user_data and by the track handle, the change by key, values and kind.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "conformance/oracle/run_state.h"

namespace cmapsim {

struct Callback {
  int32_t step = kNone;  // of the track_add whose user_data came; kNone: none
  int32_t slot = kNone;
  std::string_view handle, track, event, key, new_text, old_text;
};
[[nodiscard]] Callback ReadCallback(const RunState& state, const TraceEvent& event);

// "unset!data" counts as unset: that data is not NULL is a matter of its own.
[[nodiscard]] std::string_view WithoutData(std::string_view value);

// Whether a callback with these arguments tells of this change.
[[nodiscard]] bool TellsOf(const Callback& cb, const MapChange& change);

struct Match {
  enum class Kind {
    kEvent,            // an event that waited
    kTold,             // an event that was dispatched before
    kDeletedTracker,   // an event of a tracker that was deleted
    kBeforeTracking,   // a change older than the tracker
    kUnchanged,        // a set that changed nothing
    kNotInMask,        // a kind of change that the tracker did not ask for
    kNotCovered,       // a key that the tracker does not track
    kOtherConnection,  // the tracker is another connection's
    kNoTracker,        // nothing tracks
    kUnknowable,       // a key about which the plan does not tell enough
    kNothing,          // no change explains it
  };
  Kind kind = Kind::kNothing;
  int32_t event = kNone;
  int32_t tracker = kNone;
  int32_t change = kNone;
  bool other_user_data = false;  // the arguments fit another tracker, whose user_data this is not
};

// Whether it is the callback that the connection got last, once more, and no event that waits.
[[nodiscard]] bool RepeatsLast(const RunState& state, const Connection& c, const Callback& cb);

[[nodiscard]] Match MatchCallback(RunState& state, int32_t connection, const Callback& cb,
                                  Nanos now_ns);

}  // namespace cmapsim
