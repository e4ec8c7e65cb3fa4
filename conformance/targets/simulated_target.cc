#include "conformance/targets/simulated_target.h"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <vector>

#include "sim/host/imports.h"

namespace cmapsim {
namespace {

// Of what a worker loaded ("files: a, b"), the files that are the target's own: the library, libqb and
// corosync's others, and whatever comes from the library's folder where that is not the system's.
std::vector<std::string> OwnFiles(std::string_view information, const std::string& library) {
  namespace fs = std::filesystem;
  constexpr std::string_view kPrefix = "files: ";
  constexpr std::string_view kBetween = ", ";
  std::vector<std::string> own;
  if (!information.starts_with(kPrefix)) return own;
  information.remove_prefix(kPrefix.size());
  const fs::path folder = fs::path(library).parent_path();
  const bool of_system = library.starts_with("/usr/lib/") || library.starts_with("/lib/");
  while (!information.empty()) {
    const size_t end = std::min(information.find(kBetween), information.size());
    const fs::path file(information.substr(0, end));
    information.remove_prefix(std::min(end + kBetween.size(), information.size()));
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
  info.calls_without_row = CallsWithoutRow(OwnFiles((*worker)->information(), info.library));
  return std::unique_ptr<SimulatedTarget>(new SimulatedTarget(std::move(info), std::move(*worker)));
}

}  // namespace cmapsim
