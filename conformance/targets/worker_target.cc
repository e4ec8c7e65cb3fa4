#include "conformance/targets/worker_target.h"

#include <algorithm>
#include <cstdio>
#include <string_view>

#include "conformance/targets/killed_worker.h"

namespace cmapsim {

tl::expected<std::string_view, std::string> WorkerTarget::Run(const Plan& plan, TraceLevel level) {
  return RunRepeated(plan, level, 1);
}

tl::expected<std::string_view, std::string> WorkerTarget::RunRepeated(const Plan& plan,
                                                                      TraceLevel level,
                                                                      uint32_t repeat) {
  if (plan.transport == info_.transport) return RunUnlessKilled(plan, level, repeat);
  plan_ = plan;
  plan_.transport = info_.transport;
  return RunUnlessKilled(plan_, level, repeat);
}

tl::expected<std::string_view, std::string> WorkerTarget::RunUnlessKilled(const Plan& plan,
                                                                          TraceLevel level,
                                                                          uint32_t repeat) {
  const bool live = info_.service == "corosync";
  KilledCase killed;
  for (;;) {
    const auto trace = worker_->Run(plan, level, repeat);
    const KilledCase::Next next = killed.After(*worker_, trace, live);
    if (next == KilledCase::Next::kAgain) {
      worker_->End();
      continue;
    }
    if (next == KilledCase::Next::kError) return tl::unexpected(killed.error());
    if (killed.deaths() == 1) {
      std::fprintf(
          stderr,
          "cmapsim: warning: %s: a process of a case was killed from outside; the case was "
          "run once more\n",
          info_.name.c_str());
    }
    return trace;
  }
}

WorkerOptions WorkerTarget::OptionsFor(const std::string& executable, const std::string& library) {
  const size_t slash = library.rfind('/');
  const bool bare = slash == std::string::npos;
  WorkerOptions options;
  options.executable = executable;
  options.arguments = {"--library=" + (bare ? "./" + library : library)};
  options.library_folder = bare ? "." : library.substr(0, slash);
  // A tree as autotools leaves it has libcorosync_common in another folder.
  constexpr std::string_view kOfTree = "lib/.libs";
  if (options.library_folder.ends_with(kOfTree)) {
    const std::string tree =
        options.library_folder.substr(0, options.library_folder.size() - kOfTree.size());
    options.library_folder +=
        ":" + tree + "common_lib/.libs:" + tree + "libqb/lib/.libs:" + tree + "../libqb/lib/.libs";
  }
  return options;
}

std::string_view WorkerTarget::LineOf(std::string_view information, std::string_view name) {
  constexpr std::string_view kBehindName = ": ";
  while (!information.empty()) {
    const size_t end = std::min(information.find('\n'), information.size());
    const std::string_view line = information.substr(0, end);
    information.remove_prefix(std::min(end + 1, information.size()));
    if (!line.starts_with(name) || !line.substr(name.size()).starts_with(kBehindName)) continue;
    return line.substr(name.size() + kBehindName.size());
  }
  return {};
}

std::vector<std::string> WorkerTarget::ListOf(std::string_view text) {
  constexpr std::string_view kBetween = ", ";
  std::vector<std::string> words;
  while (!text.empty()) {
    const size_t end = std::min(text.find(kBetween), text.size());
    words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + kBetween.size(), text.size()));
  }
  return words;
}

std::string WorkerTarget::NameOf(std::string_view how, Transport transport) {
  return "libcmap, " + std::string(how) + ", " + std::string(TransportName(transport));
}

}  // namespace cmapsim
