// A run as its operations: from plan and trace, each call with its task, its interval, what it
// returned and which callbacks ran in it, and whether a fault struck in it.
//
//   const auto history = ReadHistory(plan, *ParseTrace(trace));     // nothing: the trace does not fit
//   const Operation& set = history->operations[3];
//   set.task, set.called, set.returned        // 1, line 7, line 12 of the API level
//
// Several operations are open at a time where there are several tasks, and where a handler calls
// into cmap: its calls lie within the call that it interrupted. What another client and the service
// do are operations too, of one line.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/plan.h"
#include "sim/core/trace.h"

namespace cmapsim {

inline constexpr int32_t kNoOperation = -1;
// The line of a return that never came.
inline constexpr int32_t kNotReturned = std::numeric_limits<int32_t>::max();

struct Operation {
  int32_t index = 0;
  const Step* step = nullptr;
  int32_t task = 0;
  int32_t called = 0;  // lines of the API level, from 0
  int32_t returned = kNotReturned;
  std::string_view result;              // empty while it never returned
  const TraceEvent* outputs = nullptr;  // the line of its return, or "@"
  bool by_other = false;                // of the peer or the service: one line
  // The initialize that made the connection it is on, the track_add of the tracker it deletes.
  int32_t connection = kNoOperation;
  int32_t tracker = kNoOperation;
  int32_t callbacks = 0;  // that ran in it, and are no handler's
  bool struck = false;    // a fault struck, or a signal came, while it was open
  bool shaken = false;    // one had struck before on its connection
  bool cut_off = false;   // one before on its connection was struck and returned an error
  bool at_once = false;   // its connection was made while another was being made
  bool shared =
      false;  // two requests on its connection were under way at once, one of them by then
  bool handlers = false;  // a handler made it, within another call
  // Nobody can say from its result alone whether it took effect.
  bool unknown = false;

  [[nodiscard]] bool Ok() const { return result == "CS_OK"; }
};

// What a line of the API level means.
struct Moment {
  enum class Kind { kCall, kReturn, kCallback, kHandler, kBack, kOther, kFault, kEnding };
  Kind kind = Kind::kCall;
  int32_t operation = kNoOperation;  // of a callback and a handler: the call in which it runs
  int32_t tracker = kNoOperation;    // of a callback: the track_add whose user_data came
  // Of a callback: the line from which on its event may have been taken.
  int32_t since = 0;
  const TraceEvent* event = nullptr;
};

struct History {
  const Plan* plan = nullptr;
  std::vector<Operation> operations;  // in the order of their calls
  std::vector<Moment> moments;        // one for each line
  // The line from which on nothing can be said but that a crash is wrong: the service lied, or a
  // slot was used while it was given away. The number of lines where there is none.
  int32_t beyond = 0;
  // Whether what is pending has surely arrived when its cause has returned.
  bool timely = true;
  bool signalled = false;  // a handler ran
  std::optional<EndingKind> ending;
  std::string_view ending_detail;
};

// Whether it knows each operation of the plan.
[[nodiscard]] bool HistoryKnows(const Plan& plan);

// `events` and `plan` must outlive it.
[[nodiscard]] std::optional<History> ReadHistory(const Plan& plan,
                                                 std::span<const TraceEvent> events);

// Whether the fault only takes time: nothing fails by it.
[[nodiscard]] bool OnlyDelays(const Fault& fault);

}  // namespace cmapsim
