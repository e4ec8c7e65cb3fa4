// What the operations of plan.h's table are beyond their names.
//
//   AsksService(Op::kSetUInt8)     // true: while the service is stopped, cmap_set_uint8 does not return
#pragma once

#include "sim/core/plan.h"

namespace cmapsim {

// Whether the call sends the service a request and returns with its answer. cmap_finalize, cmap_fd_get, the contexts and
// cmap_dispatch ask nobody; steps that are no function of the library do neither.
[[nodiscard]] bool AsksService(Op op);

// Whether the call changes the key that it names.
[[nodiscard]] bool ChangesKey(Op op);

}  // namespace cmapsim
