#include "conformance/targets/simulated_target.h"

namespace cmapsim {

tl::expected<std::unique_ptr<SimulatedTarget>, std::string> SimulatedTarget::Open(
    SimulatedTargetOptions options) {
  auto worker = WorkerProcess::Start(OptionsFor(options.worker, options.library));
  if (!worker) return tl::unexpected(worker.error());
  TargetInfo info;
  info.name = NameOf("simulated", options.transport);
  info.library = std::move(options.library);
  info.library_sha256 = std::move(options.library_sha256);
  info.version = std::move(options.version);
  info.service = "sim";
  info.transport = options.transport;
  return std::unique_ptr<SimulatedTarget>(new SimulatedTarget(std::move(info), std::move(*worker)));
}

}  // namespace cmapsim
