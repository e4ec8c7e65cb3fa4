#include "conformance/targets/simulated_target.h"

#include "conformance/targets/worker_process.h"

namespace cmapsim {
namespace {

std::string FolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? std::string(".") : path.substr(0, slash);
}

}  // namespace

SimulatedTarget::SimulatedTarget(TargetInfo info, std::unique_ptr<WorkerProcess> worker)
    : info_(std::move(info)), worker_(std::move(worker)) {}

SimulatedTarget::~SimulatedTarget() = default;

tl::expected<std::unique_ptr<SimulatedTarget>, std::string> SimulatedTarget::Open(
    SimulatedTargetOptions options) {
  // A bare name would be looked for on the library path.
  const std::string library =
      options.library.find('/') == std::string::npos ? "./" + options.library : options.library;
  WorkerOptions worker_options;
  worker_options.executable = options.worker;
  worker_options.arguments = {"--library=" + library};
  worker_options.library_folder = FolderOf(library);
  auto worker = WorkerProcess::Start(std::move(worker_options));
  if (!worker) return tl::unexpected(worker.error());
  TargetInfo info;
  info.name = std::string("libcmap, simulated, ") +
              (options.transport == Transport::kShm ? "shm" : "socket");
  info.library = options.library;
  info.library_sha256 = std::move(options.library_sha256);
  info.version = std::move(options.version);
  info.service = "sim";
  info.transport = options.transport;
  return std::unique_ptr<SimulatedTarget>(new SimulatedTarget(std::move(info), std::move(*worker)));
}

tl::expected<std::string_view, std::string> SimulatedTarget::Run(const Plan& plan,
                                                                 TraceLevel level) {
  return RunRepeated(plan, level, 1);
}

tl::expected<std::string_view, std::string> SimulatedTarget::RunRepeated(const Plan& plan,
                                                                         TraceLevel level,
                                                                         uint32_t repeat) {
  if (plan.transport == info_.transport) return worker_->Run(plan, level, repeat);
  plan_ = plan;
  plan_.transport = info_.transport;
  return worker_->Run(plan_, level, repeat);
}

const std::string& SimulatedTarget::information() const { return worker_->information(); }

}  // namespace cmapsim
