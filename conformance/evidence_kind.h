// What the evidence of a finding beside a real daemon rests on.
//
//   if (RestsOnTime(seen)) ...   // run it again, on a quieter machine, before anybody is blamed
//
// Hard evidence is something that happened: a process died, a value or a code is wrong, a callback came
// for nothing or twice. A call that does not come back, an event that does not come, a loop that does
// not end are something that did not happen *yet*: nobody but a clock says that it will not.
#pragma once

#include "conformance/judge.h"

namespace cmapsim {

// Takes an observation of a live run that departs from its clause, or differs from what corosync does.
[[nodiscard]] bool RestsOnTime(const Observation& seen);

}  // namespace cmapsim
