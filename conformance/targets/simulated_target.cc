#include "conformance/targets/simulated_target.h"

#include <filesystem>
#include <string_view>
#include <vector>

#include "sim/host/imports.h"

namespace cmapsim {
namespace {

// Of the files that a worker loaded, those that are the target's own: the library, libqb and
// corosync's others, and whatever comes from the library's folder where that is not the system's.
std::vector<std::string> OwnFiles(const std::vector<std::string>& files,
                                  const std::string& library) {
  namespace fs = std::filesystem;
  std::vector<std::string> own;
  const fs::path folder = fs::path(library).parent_path();
  const bool of_system = library.starts_with("/usr/lib/") || library.starts_with("/lib/");
  for (const fs::path file : files) {
    const std::string name = file.filename();
    const bool known =
        name.starts_with("libcmap") || name.starts_with("libqb") || name.starts_with("libcorosync");
    if (known || file == library || (!of_system && file.parent_path() == folder)) {
      own.push_back(file);
    }
  }
  return own;
}

std::vector<std::string> CallsWithoutRow(const std::vector<std::string>& files) {
  const auto missing = MissingCalls(files);
  if (!missing) return {"imports that cannot be read: " + missing.error()};
  std::vector<std::string> calls;
  for (const Missing& one : *missing) calls.push_back(one.symbol + " of " + one.file);
  return calls;
}

}  // namespace

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
  const std::string& said = (*worker)->information();
  info.calls_without_row = CallsWithoutRow(OwnFiles(ListOf(LineOf(said, "files")), info.library));
  info.not_offered = ListOf(LineOf(said, "lacks"));
  return std::unique_ptr<SimulatedTarget>(new SimulatedTarget(std::move(info), std::move(*worker)));
}

}  // namespace cmapsim
