// What cmap_dispatch makes of every errno of every call of the C library that it makes: in each of
// the four modes, with an event pending and with none.
//
//   auto cells = DispatchMatrix(*target);
//   // shm, recv 1st, EINTR, ONE, pending: CS_ERR_INTERRUPT, 0 callbacks, the event lost
//
// Which calls there are to break is found by a run without faults. A library that makes other calls
// has other cells. The errnos are those of the call's manual page, and those that libqb or corosync
// translates. Beside another target, a real service say, the cells of the simulated one can be run:
//
//   auto keys = DispatchKeys(*simulated);
//   for (const DispatchKey& key : *keys) auto cell = RunDispatchCell(*live, key);
#pragma once

#include <cstdint>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "conformance/target.h"
#include "sim/core/host_calls.h"
#include "sim/core/plan.h"

namespace cmapsim {

// What is broken.
struct DispatchKey {
  LibcCall call = LibcCall::poll;
  int32_t occurrence = 1;  // in the dispatch, from 1
  int32_t error = 0;
  int32_t mode = kDispatchOne;
  bool pending = false;  // whether an event is

  int64_t nth = 1;  // the same occurrence counted over the whole run
};

struct DispatchCell {
  DispatchKey key;
  // What the dispatch returned; or how the run ended in it: "waits" where it would wait for ever,
  // "loops" where it would call for ever, "crash SIGSEGV"; "not struck" where the call was not
  // made.
  std::string result;
  int32_t callbacks = 0;
  // What became of the event: "dispatched", "kept" for a later dispatch without faults, "lost", or
  // "none" where none was pending. "stuck" where the run ended in the dispatch.
  std::string event;
  // What that later dispatch, of all, returned; "-" where the run was over.
  std::string later;

  // Whether the same came out.
  [[nodiscard]] bool Agrees(const DispatchCell& other) const;
};

// The plan of a cell: connect, track, have an event, dispatch with the fault, dispatch without.
[[nodiscard]] Plan DispatchCellPlan(const DispatchKey& key);

// What there is to break. Needs a target whose traces have the host level.
[[nodiscard]] tl::expected<std::vector<DispatchKey>, std::string> DispatchKeys(Target& target);

// Errors are the harness's own. The matrix is cut short where cells crash or hang time and again.
[[nodiscard]] tl::expected<DispatchCell, std::string> RunDispatchCell(Target& target,
                                                                      const DispatchKey& key);
[[nodiscard]] tl::expected<std::vector<DispatchCell>, std::string> DispatchMatrix(Target& target);

}  // namespace cmapsim
