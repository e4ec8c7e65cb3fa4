// Which events a tracker was told, against what it had to be told.
//
//   for (const ToldWrong& wrong : CompareTold(steps, baseline, run)) ...   // {"event lost", 7, ...}
//
// The baseline says what each change makes a tracker tell. A key of a tracker is compared only as far
// as both runs went the same way: the same changes of it, with the same results, in the same order
// with the tracker's own coming and going; and only up to where the queue was seen empty after the
// last fault.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "conformance/sweep/run_record.h"
#include "sim/core/plan.h"

namespace cmapsim {

struct ToldWrong {
  std::string kind;  // "event lost", "event doubled", "events disordered"
  std::string detail;
};

// `waiting`: a connection on which a dispatch waits for ever: what it was not told is lost, though no
// later dispatch found the queue empty.
[[nodiscard]] std::vector<ToldWrong> CompareTold(std::span<const Step* const> steps,
                                                 const RunRecord& baseline, const RunRecord& run,
                                                 std::optional<int32_t> waiting);

}  // namespace cmapsim
