#include "tools/commands/target_options.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <utility>

#include "conformance/targets/live_target.h"
#include "conformance/targets/simulated_target.h"
#include "fixtures/corosync/sandbox.h"
#include "tools/commands/build_tree.h"
#include "tools/commands/machine_limits.h"
#include "tools/commands/places.h"

namespace cmapsim {
namespace {

constexpr std::string_view kInstallCorosync =
    "no corosync found; install it (Debian: apt-get install --no-install-recommends corosync) or "
    "pass --corosync=PATH";

template <typename T>
OpenedTarget AsTarget(tl::expected<std::unique_ptr<T>, std::string> opened) {
  if (!opened) return tl::unexpected(std::move(opened.error()));
  return std::unique_ptr<Target>(std::move(*opened));
}

// Once in a process, however many targets it opens.
void WarnOnce(const std::vector<std::string>& calls_without_row) {
  static std::once_flag said;
  if (calls_without_row.empty()) return;
  std::call_once(said, [&] {
    for (const std::string& call : calls_without_row) {
      std::fprintf(stderr,
                   "cmapsim: warning: %s is not in the table of interposed calls: it reaches the "
                   "real host, unseen and unbroken, and runs may differ by it\n",
                   call.c_str());
    }
  });
}

std::string WhyNoProgram(const std::string& path) {
  struct stat status = {};
  if (stat(path.c_str(), &status) != 0) return std::strerror(errno);
  if (!S_ISREG(status.st_mode)) return "is not a file";
  return access(path.c_str(), X_OK) == 0 ? "" : std::strerror(errno);
}

}  // namespace

void AddTargetOptions(CommandLine& command, TargetOptions& options) {
  command
      .AddOption("--library", options.library,
                 "the client library to test, or the tree of a build (the machine's libcmap.so.4)")
      .TypeName("PATH");
  command
      .AddOption("--corosync", options.corosync,
                 "the daemon to run live, or the tree of a build, whose library is then tested, "
                 "too (the machine's)")
      .TypeName("PATH");
  command
      .AddOption("--corosync-library-dir", options.corosync_library_dir,
                 "folder of the libraries that belong to that daemon (the system's)")
      .TypeName("DIR");
}

namespace {

// What a folder names becomes what is in it. The error says where it was looked for.
tl::expected<void, std::string> ResolveTrees(TargetOptions& options) {
  if (IsFolder(options.corosync)) {
    const BuildTree tree = LookIntoTree(options.corosync);
    if (tree.daemon.empty()) {
      return tl::unexpected("--corosync=" + options.corosync +
                            ": there is no daemon in this folder; looked for " + PlacesOfDaemon() +
                            "; build it (make) or name the program");
    }
    std::string said = "cmapsim: --corosync=" + options.corosync + ": daemon " + tree.daemon;
    options.corosync = tree.daemon;
    if (options.corosync_library_dir.empty()) options.corosync_library_dir = tree.folders;
    if (options.library.empty() && !tree.library.empty()) {
      options.library = tree.library;
      said += ", library " + tree.library;
    }
    std::fprintf(stderr, "%s\n", said.c_str());
  }
  if (IsFolder(options.library)) {
    const BuildTree tree = LookIntoTree(options.library);
    if (tree.library.empty()) {
      return tl::unexpected("--library=" + options.library +
                            ": there is no libcmap in this folder; looked for " +
                            PlacesOfLibrary() + "; build it (make) or name the file");
    }
    std::fprintf(stderr, "cmapsim: --library=%s: library %s\n", options.library.c_str(),
                 tree.library.c_str());
    options.library = tree.library;
  }
  return {};
}

}  // namespace

tl::expected<Bench, std::string> PrepareBench(const TargetOptions& given) {
  if (auto enough = CheckLimits(); !enough) return tl::unexpected(enough.error());
  TargetOptions options = given;
  if (auto resolved = ResolveTrees(options); !resolved) {
    return tl::unexpected(std::move(resolved.error()));
  }
  Bench bench;
  std::string path = options.library;
  if (path.empty()) {
    auto found = FindLibcmap();
    if (!found) return tl::unexpected(std::move(found.error()));
    path = std::move(*found);
  }
  auto library = InspectLibrary(path);
  if (!library) return tl::unexpected(std::move(library.error()));
  bench.library = std::move(*library);
  bench.corosync_library_dir = options.corosync_library_dir;
  if (!options.corosync.empty()) {
    if (const std::string problem = WhyNoProgram(options.corosync); !problem.empty()) {
      return tl::unexpected("--corosync=" + options.corosync + ": " + problem);
    }
    bench.corosync = options.corosync;
    // A library that no package knows is taken to be of the daemon's build.
    if (bench.library.version.empty()) {
      bench.library.version = CorosyncVersion(bench.corosync, bench.corosync_library_dir);
    }
  } else {
    bench.corosync = FindCorosync().value_or("");
  }
  if (bench.corosync.empty()) {
    bench.no_live = kInstallCorosync;
  } else if (const auto unavailable = SandboxUnavailable()) {
    bench.no_live = *unavailable;
  }
  return bench;
}

OpenedTarget Bench::OpenSimulated(Transport transport) const {
  auto worker = FindWorker(kSimulatedWorker);
  if (!worker) return tl::unexpected(std::move(worker.error()));
  auto target = SimulatedTarget::Open({.worker = std::move(*worker),
                                       .library = library.path,
                                       .library_sha256 = library.sha256,
                                       .version = library.version,
                                       .transport = transport});
  if (target) WarnOnce((*target)->info().calls_without_row);
  return AsTarget(std::move(target));
}

OpenedTarget Bench::OpenLive(Transport transport, bool patient) const {
  auto worker = FindWorker(kLiveWorker);
  if (!worker) return tl::unexpected(std::move(worker.error()));
  return AsTarget(LiveTarget::Open({.worker = std::move(*worker),
                                    .library = library.path,
                                    .library_sha256 = library.sha256,
                                    .version = library.version,
                                    .corosync = corosync,
                                    .corosync_library_dir = corosync_library_dir,
                                    .transport = transport,
                                    .patient = patient}));
}

}  // namespace cmapsim
