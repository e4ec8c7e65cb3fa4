#include "conformance/targets/live_target.h"

namespace cmapsim {

tl::expected<std::unique_ptr<LiveTarget>, std::string> LiveTarget::Open(LiveTargetOptions options) {
  WorkerOptions worker_options = OptionsFor(options.worker, options.library);
  worker_options.arguments.push_back("--corosync=" + options.corosync);
  worker_options.arguments.push_back("--transport=" +
                                     std::string(TransportName(options.transport)));
  if (!options.corosync_library_dir.empty()) {
    worker_options.arguments.push_back("--corosync-library-dir=" + options.corosync_library_dir);
  }
  if (options.patient) worker_options.arguments.push_back("--grace-ms=240");
  worker_options.watch_calls = false;
  auto worker = WorkerProcess::Start(std::move(worker_options));
  if (!worker) return tl::unexpected(worker.error());
  TargetInfo info;
  info.name = NameOf("live", options.transport);
  info.library = std::move(options.library);
  info.library_sha256 = std::move(options.library_sha256);
  info.version = std::move(options.version);
  info.service = "corosync";
  info.transport = options.transport;
  info.not_offered = ListOf(LineOf((*worker)->information(), "lacks"));
  return std::unique_ptr<LiveTarget>(new LiveTarget(std::move(info), std::move(*worker)));
}

std::string LiveTarget::service_version() const {
  constexpr std::string_view kPrefix = "corosync ";
  const std::string& said = information();
  if (!said.starts_with(kPrefix)) return {};
  return said.substr(kPrefix.size(), said.find('\n') - kPrefix.size());
}

}  // namespace cmapsim
