// A target: a client library with a service, able to run plans.
//
//   auto target = SimulatedTarget::Open({.library = path});         // conformance/targets/
//   std::string_view trace = *target->Run(plan, TraceLevel::kApi);
//
// Whatever the target does (crash, exit, hang, lie), Run comes back with a trace that has an
// ending. An error means that the harness could not do its part (no worker, no daemon). One Target
// object is used by one thread; open several for several threads.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "sim/core/plan.h"
#include "sim/core/trace.h"

namespace cmapsim {

struct TargetInfo {
  std::string name;     // "libcmap, simulated, shm"
  std::string library;  // path
  std::string library_sha256;
  std::string version;  // empty: unknown
  std::string service;  // "sim" or "corosync"
  Transport transport = Transport::kShm;
  // Calls that the library or one that it brings along makes and the table of interposed calls does
  // not know, "<call> of <file>": they reach the real host. Simulated targets only.
  std::vector<std::string> calls_without_row = {};
  // Functions of libcmap that the library does not have: nothing can be said of their clauses.
  std::vector<std::string> not_offered = {};
};

class Target {
 public:
  virtual ~Target() = default;
  [[nodiscard]] virtual const TargetInfo& info() const = 0;
  // The trace is valid until the next Run. The plan's transport is that of the target, whatever it
  // says.
  [[nodiscard]] virtual tl::expected<std::string_view, std::string> Run(const Plan& plan,
                                                                        TraceLevel level) = 0;
};

}  // namespace cmapsim
