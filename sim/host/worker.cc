// The simulated worker: a process that loads one target library and runs plans on it on the virtual
// host. See worker_protocol.h. It links neither libcmap nor libqb: the dynamic linker would bind
// the target's own calls to them.
#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/cmap/store.h"
#include "sim/core/plan_codec.h"
#include "sim/host/client_task.h"
#include "sim/host/cmap_api.h"
#include "sim/host/disown.h"
#include "sim/host/real_calls.h"
#include "sim/host/stack_memory.h"
#include "sim/host/target_memory.h"
#include "sim/host/virtual_host.h"
#include "sim/host/worker_protocol.h"

namespace cmapsim {
namespace {

struct Options {
  int control_fd = -1;
  int trace_fd = -1;
  int log_fd = -1;
  std::string library;
};

std::optional<Options> ParseOptions(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    const size_t equals = argument.find('=');
    const std::string_view name = argument.substr(0, equals);
    const std::string value(equals == std::string_view::npos ? "" : argument.substr(equals + 1));
    if (name == "--control-fd") {
      options.control_fd = std::atoi(value.c_str());
    } else if (name == "--trace-fd") {
      options.trace_fd = std::atoi(value.c_str());
    } else if (name == "--log-fd") {
      options.log_fd = std::atoi(value.c_str());
    } else if (name == "--library") {
      options.library = value;
    } else {
      return std::nullopt;
    }
  }
  if (options.control_fd < 0 || options.trace_fd < 0 || options.library.empty())
    return std::nullopt;
  return options;
}

// What client code may write into one file: its case ends by SIGXFSZ where it prints without end.
constexpr struct rlimit kMostPrinted = {rlim_t{64} << 20, rlim_t{64} << 20};

std::vector<std::string> LoadedFiles() {
  std::vector<std::string> files;
  dl_iterate_phdr(
      [](struct dl_phdr_info* info, size_t, void* out) {
        static_cast<std::vector<std::string>*>(out)->emplace_back(info->dlpi_name);
        return 0;
      },
      &files);
  return files;
}

bool ReadAll(int fd, void* out, size_t size) {
  for (char* at = static_cast<char*>(out); size > 0;) {
    const ssize_t n = Real().read(fd, at, size);
    if (n <= 0) return false;
    at += n;
    size -= static_cast<size_t>(n);
  }
  return true;
}

void SendMessage(int fd, std::string_view text) {
  const auto size = static_cast<uint32_t>(text.size());
  std::string bytes(sizeof size, '\0');
  std::memcpy(bytes.data(), &size, sizeof size);
  bytes += text;
  for (size_t done = 0; done < bytes.size();) {
    const ssize_t n = Real().send(fd, bytes.data() + done, bytes.size() - done, MSG_NOSIGNAL);
    if (n <= 0) std::_Exit(0);  // nobody listens any more
    done += static_cast<size_t>(n);
  }
}

std::string Join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

class Worker {
 public:
  Worker(const Options& options, char* mapping, StackMemory& stack)
      : stack_(stack),
        control_fd_(options.control_fd),
        shared_(reinterpret_cast<SharedState*>(mapping)),
        trace_(shared_, mapping + kTraceTextOffset, kTraceTextCapacity),
        host_(trace_, shared_),
        task_(api_, host_, trace_) {}

  // Empty, or why the library cannot be used.
  std::string Load(const std::string& library) {
    std::vector<std::string> before = LoadedFiles();
    void* handle = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) return std::string("cannot load the library: ") + dlerror();
    for (const std::string& file : LoadedFiles()) {
      if (std::find(before.begin(), before.end(), file) == before.end()) own_files_.push_back(file);
    }
    const std::vector<std::string> missing = ResolveCmapApi(handle, api_);
    if (!missing.empty()) {
      return "the library " + library + " lacks " + Join(missing) + "; is it a libcmap?";
    }
    memory_.Watch(own_files_);
    return {};
  }

  [[nodiscard]] std::string Information() const {
    return "files: " + Join(own_files_) + "\nlacks: " + Join(NotOffered(api_));
  }

  // Serves until the command goes away.
  void Serve() {
    stack_.Watch();
    std::string message;
    for (;;) {
      uint32_t size = 0;
      if (!ReadAll(control_fd_, &size, sizeof size)) return;
      message.resize(size);
      if (!ReadAll(control_fd_, message.data(), size)) return;
      RunRequest request = {};
      if (size < sizeof request) return;
      std::memcpy(&request, message.data(), sizeof request);
      const auto plan = DecodePlan(std::string_view(message).substr(sizeof request));
      if (!plan) {
        SendMessage(control_fd_,
                    "Ethe plan could not be decoded: command and worker are of different builds");
        continue;
      }
      RunPlan(*plan, request);
      SendMessage(control_fd_, "D");
    }
  }

 private:
  void RunPlan(const Plan& plan, const RunRequest& request) {
    std::optional<KeyTable> keys;
    if (plan.keys) keys.emplace(*plan.keys, std::vector<std::string>());
    const KeyTable& table = keys ? *keys : FreshCorosyncKeys();
    const std::function<void()> client = [&] { task_.Run(plan); };
    for (uint32_t i = 0; i < std::max(1U, request.repeat); ++i) {
      task_.Reset();
      stack_.ForgetBelow();
      host_.Run(plan, table, static_cast<TraceLevel>(request.level), client);
      memory_.Restore();
    }
  }

  StackMemory& stack_;
  int control_fd_;
  SharedState* shared_;
  TargetMemory memory_;
  CmapApi api_;
  std::vector<std::string> own_files_;
  TraceWriter trace_;
  VirtualHost host_;
  ClientTask task_;
};

// What the target prints goes to the command's log, without buffers that the arena's reset would
// pull away.
void RedirectOutput(int log_fd) {
  static char out_buffer[BUFSIZ];
  std::setvbuf(stdout, out_buffer, _IOLBF, sizeof out_buffer);
  const int fd = log_fd >= 0 ? log_fd : Real().open("/dev/null", O_WRONLY | O_CLOEXEC);
  dup2(fd, STDOUT_FILENO);
  dup2(fd, STDERR_FILENO);
}

int Main(int argc, char** argv, StackMemory& stack) {
  const auto options = ParseOptions(argc, argv);
  if (!options) {
    std::fputs("cmapsim's worker is started by cmapsim, not by hand\n", stderr);
    return 2;
  }
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const struct rlimit no_core = {0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  setrlimit(RLIMIT_FSIZE, &kMostPrinted);
  void* mapping = Real().mmap(nullptr, kTraceFileSize, PROT_READ | PROT_WRITE, MAP_SHARED,
                              options->trace_fd, 0);
  if (mapping == MAP_FAILED) {
    SendMessage(options->control_fd, "Ethe worker cannot map the trace");
    return 2;
  }
  RedirectOutput(options->log_fd);
  DisownChildren({{mapping, kTraceFileSize}}, options->control_fd);
  const auto worker = std::make_unique<Worker>(*options, static_cast<char*>(mapping), stack);
  const std::string problem = worker->Load(options->library);
  if (!problem.empty()) {
    SendMessage(options->control_fd, "E" + problem);
    return 2;
  }
  SendMessage(options->control_fd, "R" + worker->Information());
  worker->Serve();
  std::_Exit(0);  // the target's destructors are none of our business
}

}  // namespace
}  // namespace cmapsim

int main(int argc, char** argv) {
  // For ever: a target may end the process while it runs on it.
  auto& stack = *new cmapsim::StackMemory;
  int status = 2;
  const int error = stack.Run([&] { status = cmapsim::Main(argc, argv, stack); });
  if (error != 0) {
    std::fprintf(stderr, "cmapsim's worker cannot have a stack of its own: %s\n",
                 std::strerror(error));
  }
  return status;
}
