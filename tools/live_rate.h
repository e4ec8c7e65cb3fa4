// How fast a live run asks: requests of one client as steps of a plan, against those of a bare loop over
// libcmap beside a daemon of the same build, measured in one run.
//
//   PrintLiveRate(Transport::kShm, *OpenLive(Transport::kShm));
//
//   live, shm: 94,000 requests a second as steps of a plan, 101,000 in a bare loop: 93 %
#pragma once

#include "conformance/targets/live_target.h"
#include "sim/core/plan.h"

namespace cmapsim {

// Of five measurements of each, taken in turn, the medians.
void PrintLiveRate(Transport transport, LiveTarget& target);

}  // namespace cmapsim
