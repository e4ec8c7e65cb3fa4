#include "conformance/targets/live_faults.h"

#include <cstddef>

#include "sim/core/fault.h"

namespace cmapsim {

tl::expected<void, std::string> CheckLiveFaults(const Plan& plan) {
  for (size_t i = 0; i < plan.faults.size(); ++i) {
    const Fault& fault = plan.faults[i];
    const std::string name = "fault " + std::to_string(i) + ", " + FaultName(fault);
    if (!RowOf(fault.kind).OfHost()) {
      return tl::make_unexpected(
          name +
          ", is one of the service, and a real corosync cannot be made to do it: take it "
          "out of the plan, or run the plan simulated (--service=sim)");
    }
    if (fault.kind == FaultKind::kHostDelay && fault.delay_ns > kLongestLiveDelay) {
      return tl::make_unexpected(name + ", delays by more than " +
                                 std::to_string(kLongestLiveDelay / kMillisecond) +
                                 "ms, which is the most beside a real corosync: shorten it, or "
                                 "run the plan simulated (--service=sim)");
    }
  }
  return {};
}

}  // namespace cmapsim
