#include "conformance/targets/live_target.h"

#include "conformance/targets/worker_process.h"

namespace cmapsim {
namespace {

std::string FolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? std::string(".") : path.substr(0, slash);
}

}  // namespace

LiveTarget::LiveTarget(TargetInfo info, std::unique_ptr<WorkerProcess> worker)
    : info_(std::move(info)), worker_(std::move(worker)) {
  constexpr std::string_view kPrefix = "corosync ";
  const std::string& said = worker_->information();
  if (said.starts_with(kPrefix)) service_version_ = said.substr(kPrefix.size());
}

LiveTarget::~LiveTarget() = default;

tl::expected<std::unique_ptr<LiveTarget>, std::string> LiveTarget::Open(LiveTargetOptions options) {
  const std::string library =
      options.library.find('/') == std::string::npos ? "./" + options.library : options.library;
  WorkerOptions worker_options;
  worker_options.executable = options.worker;
  worker_options.arguments = {
      "--library=" + library, "--corosync=" + options.corosync,
      std::string("--transport=") + (options.transport == Transport::kShm ? "shm" : "socket")};
  if (!options.corosync_library_dir.empty()) {
    worker_options.arguments.push_back("--corosync-library-dir=" + options.corosync_library_dir);
  }
  worker_options.library_folder = FolderOf(library);
  worker_options.watch_calls = false;
  auto worker = WorkerProcess::Start(std::move(worker_options));
  if (!worker) return tl::unexpected(worker.error());
  TargetInfo info;
  info.name =
      std::string("libcmap, live, ") + (options.transport == Transport::kShm ? "shm" : "socket");
  info.library = options.library;
  info.library_sha256 = std::move(options.library_sha256);
  info.version = std::move(options.version);
  info.service = "corosync";
  info.transport = options.transport;
  return std::unique_ptr<LiveTarget>(new LiveTarget(std::move(info), std::move(*worker)));
}

tl::expected<std::string_view, std::string> LiveTarget::Run(const Plan& plan, TraceLevel level) {
  return RunRepeated(plan, level, 1);
}

tl::expected<std::string_view, std::string> LiveTarget::RunRepeated(const Plan& plan,
                                                                    TraceLevel level,
                                                                    uint32_t repeat) {
  if (plan.transport == info_.transport) return worker_->Run(plan, level, repeat);
  plan_ = plan;
  plan_.transport = info_.transport;
  return worker_->Run(plan_, level, repeat);
}

}  // namespace cmapsim
