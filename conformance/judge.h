// The oracle at work: judges one trace of one plan by the manual pages.
//
//   std::vector<Observation> seen = Judge(plan, trace, {});
//   // {clause "cmap_dispatch.one", situation "only events of deleted trackers pending", outcome "CS_ERR_BAD_HANDLE, 0 callbacks", kDeparts}
//
// The judge replays the plan beside the trace with a model of its own (a map, trackers, events
// pending on each connection) that shares no code with sim/cmap: it knows what the pages promise,
// and only labels what they leave open. A step that was judged by a clause gives an observation,
// whether it conforms or not, so that counts show what was exercised.
//
// A fault that the model does not follow (oracle/after_fault.h) ends the judging, but for a crash: that
// is never right.
//
// `situation` and `outcome` are stable words: expectations name them. Anything particular to a case
// goes into `detail`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/plan.h"

namespace cmapsim {

enum class Conformity {
  kConforms,      // as the clause says
  kDeparts,       // not as the clause says
  kUndocumented,  // the pages say nothing: the outcome is only recorded
  kUnknown,       // a fault made several outcomes right
};

struct Observation {
  std::string_view clause;  // an id of the register (static storage)
  std::string situation;    // empty: the usual one
  std::string outcome;
  Conformity conformity = Conformity::kConforms;
  int32_t step = -1;
  std::string detail;  // one sentence for people: expected ..., got ...
  // Which part of what the clause speaks of this is about, where the step alone does not tell (parts.h).
  std::string part = {};
};

struct JudgeOptions {
  // Beside a real daemon: steps with `after` take effect somewhere between being reached and their
  // "@" line.
  bool live = false;
};

// `trace` may end early (crash, hang): then what is there is judged, and the ending as well. A
// trace that cannot be parsed, or that does not fit the plan at all, gives one observation of
// "harness.trace", which is our own defect.
[[nodiscard]] std::vector<Observation> Judge(const Plan& plan, std::string_view trace,
                                             const JudgeOptions& options);

}  // namespace cmapsim
