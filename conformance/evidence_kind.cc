#include "conformance/evidence_kind.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace cmapsim {
namespace {

// Outcomes of the judge that begin so.
constexpr auto kOfTime = std::to_array<std::string_view>({
    // A call that did not come back while it was watched, in the words of endings and of the judge.
    "deadlock",
    "stall",
    "livelock",
    "hang",
    "blocked",
    "waits",
    "treated as CS_DISPATCH_BLOCKING",
    // Something that did not come, or came late.
    "not called",
    "callbacks left waiting",
    "CS_ERR_TRY_AGAIN with a callback pending",
    "not ready",
    "waited",
    // A trace that does not fit: ours, unless it is so again.
    "does not fit the plan",
});

}  // namespace

bool RestsOnTime(const Observation& seen) {
  return std::any_of(kOfTime.begin(), kOfTime.end(), [&seen](std::string_view outcome) {
    return std::string_view(seen.outcome).starts_with(outcome);
  });
}

}  // namespace cmapsim
