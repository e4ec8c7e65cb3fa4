#include "conformance/targets/worker_target.h"

namespace cmapsim {

tl::expected<std::string_view, std::string> WorkerTarget::Run(const Plan& plan, TraceLevel level) {
  return RunRepeated(plan, level, 1);
}

tl::expected<std::string_view, std::string> WorkerTarget::RunRepeated(const Plan& plan,
                                                                      TraceLevel level,
                                                                      uint32_t repeat) {
  if (plan.transport == info_.transport) return worker_->Run(plan, level, repeat);
  plan_ = plan;
  plan_.transport = info_.transport;
  return worker_->Run(plan_, level, repeat);
}

WorkerOptions WorkerTarget::OptionsFor(const std::string& executable, const std::string& library) {
  const size_t slash = library.rfind('/');
  const bool bare = slash == std::string::npos;
  WorkerOptions options;
  options.executable = executable;
  options.arguments = {"--library=" + (bare ? "./" + library : library)};
  options.library_folder = bare ? "." : library.substr(0, slash);
  return options;
}

std::string WorkerTarget::NameOf(std::string_view how, Transport transport) {
  return "libcmap, " + std::string(how) + ", " + std::string(TransportName(transport));
}

}  // namespace cmapsim
