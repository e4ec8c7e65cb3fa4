// The points at which a run can be broken, and the faults that each of them can have.
//
//   const std::vector<Fault> faults = FaultsAfter({}, baseline.counts, {});
//   // host.socket.errno EACCES nth=1, ..., host.poll.ready HUP nth=3, ..., service.process.kill nth=4
//   const std::vector<Fault> signals = SignalsOf(baseline.counts);   // host.signal SIGUSR1 socket nth=1, ...
//
// A point is the nth occurrence of a call, or of what a fault of the service strikes. The order of the
// faults is fixed: by call and kind as the tables have them, then by nth, then by what happens there.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "conformance/sweep/run_record.h"
#include "sim/core/fault.h"

namespace cmapsim {

struct FaultChoice {
  bool robustness = true;      // errnos too that a call's page does not name
  bool service = true;         // faults of the service
  bool wrong_service = false;  // what a correct service never does as well
  bool timing = true;          // calls that begin late, and clocks that jump
  bool signals = true;         // signals, with SA_RESTART and without
};
// Which signal comes. The plan has a handler for it, which does nothing.
inline constexpr int kSweepSignal = 10;  // SIGUSR1

// The faults of every point from the one after `after` up to `until`.
[[nodiscard]] std::vector<Fault> FaultsAfter(const Occurrences& after, const Occurrences& until,
                                             const FaultChoice& choice);
// The signal at each of these calls. Allocations are left out: nothing waits there.
[[nodiscard]] std::vector<Fault> SignalsOf(const Occurrences& until);
// What cannot be reached any more after this fault, though it was not reached when it struck: a
// request of which the service died, or for which it closed the connection, is never answered.
void PassOver(const Fault& first, Occurrences& after);
// How many points these faults have; those of one point stand together.
[[nodiscard]] int64_t CountPoints(const std::vector<Fault>& faults);
// What is counted together: "poll", "service.reply.error".
[[nodiscard]] std::string PointClass(const Fault& fault);
// "host.poll.errno EINTR", without the occurrence.
[[nodiscard]] std::string FaultText(const Fault& fault);
// Strikes nothing. A run with a fault counts what faults of the service could strike.
[[nodiscard]] Fault NoFault();

}  // namespace cmapsim
