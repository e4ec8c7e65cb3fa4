// Where the command finds what it runs: its workers, and the machine's corosync.
//
//   auto worker = FindWorker("sim/host/worker");
//   std::optional<std::string> corosync = FindCorosync();
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace cmapsim {

// What Bazel built with the command, by its place in the repository.
inline constexpr std::string_view kSimulatedWorker = "sim/host/worker";
inline constexpr std::string_view kLiveWorker = "conformance/targets/live_worker";

// `argv0` as main got it. Beside the command in Bazel's output, in the command's runfiles, or in
// those of the test that runs it.
void RememberCommand(const char* argv0);
[[nodiscard]] tl::expected<std::string, std::string> FindWorker(std::string_view place);

// The library that puts the virtual host into a program, with an absolute path.
[[nodiscard]] tl::expected<std::string, std::string> FindPreload();

// In PATH or in /usr/sbin, where administrators have it and others do not.
[[nodiscard]] std::optional<std::string> FindCorosync();

// What `corosync -v` says: "3.1.7"; empty where it says nothing.
[[nodiscard]] std::string CorosyncVersion(const std::string& corosync,
                                          const std::string& library_folder);

}  // namespace cmapsim
