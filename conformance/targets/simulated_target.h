// A client library on the virtual host: a Target whose worker runs every plan simulated.
//
//   auto target = SimulatedTarget::Open({.worker = worker, .library = "/usr/lib/libcmap.so.4"});
//   if (!target) std::cerr << target.error();
#pragma once

#include <memory>
#include <string>
#include <tl/expected.hpp>

#include "conformance/targets/worker_target.h"

namespace cmapsim {

struct SimulatedTargetOptions {
  std::string worker;   // path of the simulated worker
  std::string library;  // its folder is searched first for the libraries that it needs
  std::string library_sha256;
  std::string version;  // where known
  Transport transport = Transport::kShm;
};

class SimulatedTarget : public WorkerTarget {
 public:
  [[nodiscard]] static tl::expected<std::unique_ptr<SimulatedTarget>, std::string> Open(
      SimulatedTargetOptions options);

 private:
  using WorkerTarget::WorkerTarget;
};

}  // namespace cmapsim
