// The live worker: runs plans with one client library beside a real corosync, for a command that
// speaks sim/host/worker_protocol.h.
//
//   LD_LIBRARY_PATH=DIR cmapsim_live_worker --control-fd=N --trace-fd=N --library=DIR/libcmap.so.4
//       [--corosync=PATH] [--corosync-library-dir=DIR] [--transport=shm|socket]
//       [--log-fd=N | --log=FILE] [--case-timeout-ms=N] [--grace-ms=N] [--cpu-limit-ms=N]
//
// The library's folder comes first in LD_LIBRARY_PATH, so that its own libqb is found; the daemon
// and the peer get an environment without it. This program links neither libcmap nor libqb.

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "conformance/targets/live_case.h"
#include "conformance/targets/live_peer.h"
#include "conformance/targets/message_channel.h"
#include "fixtures/corosync/daemon.h"
#include "fixtures/corosync/sandbox.h"
#include "sim/core/plan_codec.h"
#include "sim/host/cmap_api.h"
#include "sim/host/worker_protocol.h"

namespace cmapsim {
namespace {

constexpr int kWrongUse = 2;

struct Options {
  int control_fd = -1;
  int trace_fd = -1;
  int peer_fd = -1;
  std::string library;
  int log_fd = -1;
  std::string log = "/dev/null";
  DaemonOptions daemon;
  LiveCaseOptions run;
};

bool ParseInt(const std::string& text, int& out) {
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), out);
  return parsed.ec == std::errc() && parsed.ptr == text.data() + text.size() && out >= 0;
}

bool ParseMilliseconds(const std::string& text, std::chrono::milliseconds& out) {
  int number = 0;
  if (!ParseInt(text, number)) return false;
  out = std::chrono::milliseconds(number);
  return true;
}

// False where the argument is unknown or its value is no good.
bool ParseArgument(const std::string& name, const std::string& value, Options& options) {
  if (name == "--control-fd") return ParseInt(value, options.control_fd);
  if (name == "--trace-fd") return ParseInt(value, options.trace_fd);
  if (name == "--log-fd") return ParseInt(value, options.log_fd);
  if (name == kLivePeerArgument) return ParseInt(value, options.peer_fd);
  if (name == "--case-timeout-ms") return ParseMilliseconds(value, options.run.case_timeout);
  if (name == "--grace-ms") return ParseMilliseconds(value, options.run.grace);
  if (name == "--cpu-limit-ms") return ParseMilliseconds(value, options.run.cpu_limit);
  if (name == "--transport") {
    options.daemon.transport = value == "shm" ? Transport::kShm : Transport::kSocket;
    return value == "shm" || value == "socket";
  }
  const std::map<std::string, std::string*> texts = {
      {"--library", &options.library},
      {"--corosync", &options.daemon.binary},
      {"--corosync-library-dir", &options.daemon.library_dir},
      {"--log", &options.log}};
  const auto text = texts.find(name);
  if (text == texts.end()) return false;
  *text->second = value;
  return true;
}

std::optional<Options> ParseArguments(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    const size_t equals = argument.find('=');
    if (equals == std::string::npos ||
        !ParseArgument(argument.substr(0, equals), argument.substr(equals + 1), options)) {
      std::cerr << "cmapsim_live_worker: wrong argument " << argument
                << "; this program is started by cmapsim, see the head of its source\n";
      return std::nullopt;
    }
  }
  if (options.peer_fd >= 0) return options;
  if (options.control_fd < 0 || options.trace_fd < 0 || options.library.empty()) {
    std::cerr << "cmapsim_live_worker: --control-fd, --trace-fd and --library are needed; this "
                 "program is started by cmapsim\n";
    return std::nullopt;
  }
  return options;
}

tl::expected<void, std::string> LoadLibrary(const std::string& path, CmapApi& api) {
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    return tl::make_unexpected("cannot load the library under test: " + std::string(dlerror()));
  }
  const std::vector<std::string> missing = ResolveCmapApi(library, api);
  if (missing.empty()) return {};
  std::string names;
  for (const std::string& name : missing) names += " " + name;
  return tl::make_unexpected(path + " is no libcmap, it lacks" + names);
}

// Everything that runs beside the plans, inside the sandbox.
class Worker {
 public:
  Worker(const Options& options, void* trace, int log_fd)
      : options_(options),
        daemon_(options.daemon),
        peer_(options.daemon.library_dir),
        case_(WithLog(options.run, log_fd), api_, daemon_, peer_, trace) {}

  tl::expected<std::string, std::string> Start() {
    const auto version = CorosyncVersion(options_.daemon.binary, options_.daemon.library_dir);
    if (!version) return tl::make_unexpected(version.error());
    if (auto loaded = LoadLibrary(options_.library, api_); !loaded) {
      return tl::make_unexpected(loaded.error());
    }
    if (auto started = daemon_.Start(); !started) return tl::make_unexpected(started.error());
    if (auto started = peer_.Start(); !started) return tl::make_unexpected(started.error());
    std::string information = "corosync " + *version + "\nlacks: ";
    const std::vector<std::string> missing = NotOffered(api_);
    for (const std::string& name : missing) {
      information += (name == missing.front() ? "" : ", ") + name;
    }
    return information;
  }

  // One request; false where the command has gone.
  bool Answer(const MessageChannel& control, const std::string& request) {
    RunRequest head{};
    if (request.size() < sizeof head) return false;
    memcpy(&head, request.data(), sizeof head);
    auto plan = DecodePlan(std::string_view(request).substr(sizeof head));
    if (!plan) return control.Send("Ethe plan's bytes are not those of this build of cmapsim");
    NumberSteps(*plan);
    const auto done = case_.Run(*plan, std::max(1U, head.repeat));
    // The command judges while the daemon is being put right; the next case finds out whether it
    // was.
    const bool answered = control.Send(done ? "D" : "E" + done.error());
    static_cast<void>(case_.CleanUp());
    return answered;
  }

 private:
  static LiveCaseOptions WithLog(LiveCaseOptions options, int log_fd) {
    options.log_fd = log_fd;
    return options;
  }

  const Options& options_;
  CmapApi api_;
  Daemon daemon_;
  LivePeer peer_;
  LiveCase case_;
};

// The inside of the sandbox. Returns the exit status.
int Serve(const Options& options, const MessageChannel& control, int log_fd) {
  void* trace =
      mmap(nullptr, kTraceFileSize, PROT_READ | PROT_WRITE, MAP_SHARED, options.trace_fd, 0);
  if (trace == MAP_FAILED) {
    static_cast<void>(control.Send("Ecannot map the trace file: " + std::string(strerror(errno))));
    return 1;
  }
  Worker worker(options, trace, log_fd);
  const auto ready = worker.Start();
  if (!control.Send(ready ? "R" + *ready : "E" + ready.error()) || !ready) return 1;
  std::string request;
  while (control.Receive(request)) {
    if (!worker.Answer(control, request)) return 1;
  }
  return 0;
}

// The log that the daemon and the clients share. A descriptor is opened anew by its name, once for
// each daemon.
int OpenLog(Options& options) {
  if (options.log_fd >= 0) {
    options.daemon.log_path = "/proc/self/fd/" + std::to_string(options.log_fd);
    return options.log_fd;
  }
  options.daemon.log_path = std::filesystem::absolute(options.log).string();
  return open(options.daemon.log_path.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
}

int Main(int argc, char** argv) {
  auto options = ParseArguments(argc, argv);
  if (!options) return kWrongUse;
  if (options->peer_fd >= 0) return RunLivePeer(options->peer_fd);
  // Of a second or less on a quiet machine.
  options->daemon.ready_timeout = std::chrono::seconds(60);
  const MessageChannel control(options->control_fd);
  const int log_fd = OpenLog(*options);
  for (const int fd : {options->control_fd, options->trace_fd, log_fd}) {
    fcntl(fd, F_SETFD, FD_CLOEXEC);
  }
  if (const auto entered = EnterSandbox(); !entered) {
    static_cast<void>(control.Send("E" + entered.error()));
    return 1;
  }
  return Serve(*options, control, log_fd);
}

}  // namespace
}  // namespace cmapsim

int main(int argc, char** argv) { return cmapsim::Main(argc, argv); }
