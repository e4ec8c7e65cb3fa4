// Which events a tracker was told, against what it had to be told.
//
//   for (const ToldWrong& wrong : CompareTold(steps, faults, baseline, run, waiting)) ...   // {"event lost", 7, ...}
//
// The baseline says what each change makes a tracker tell. A key of a tracker is compared only as far
// as both runs went the same way: the same changes of it, with the same results, in the same order
// with the tracker's own coming and going; and only up to where the queue was seen empty after the
// last fault.
//
// Whatever else went another way, a change that was made while the tracker was there, and that it was
// told in the baseline, has to be told before the queue is empty, and none is told twice, nor after
// one that was made later. That holds of values that only one step of the plan sets, since they say
// which change it was.
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
                                                 std::span<const Fault> faults,
                                                 const RunRecord& baseline, const RunRecord& run,
                                                 std::optional<int32_t> waiting);

}  // namespace cmapsim
