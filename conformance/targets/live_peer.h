// The other client of a live case: a process of its own that uses the installed libcmap, never the
// one under test.
//
//   LivePeer peer(daemon_library_dir);
//   if (auto started = peer.Start(); !started) ...
//   peer.Prepare(plan);         // the plan's first keys are there; what they replace is remembered
//   peer.Begin(step_id);        // one of the plan's steps; the answer arrives on fd()
//   auto done = peer.Finish();  // {step, result}
//   peer.CleanUp();             // every key as it was before Prepare
//
// Beginning a step and awaiting it are two, because a stopped service answers nobody.
#pragma once

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <tl/expected.hpp>

#include "conformance/targets/live_state.h"
#include "conformance/targets/message_channel.h"
#include "sim/core/plan.h"

namespace cmapsim {

class LivePeer {
 public:
  // `daemon_library_dir` is where a libcmap is looked for when the system has none installed; may
  // be empty.
  explicit LivePeer(std::string daemon_library_dir)
      : daemon_library_dir_(std::move(daemon_library_dir)) {}
  ~LivePeer() { End(); }
  LivePeer(const LivePeer&) = delete;
  LivePeer& operator=(const LivePeer&) = delete;

  // Starts the process, anew where there is one.
  [[nodiscard]] tl::expected<void, std::string> Start();
  [[nodiscard]] tl::expected<void, std::string> Prepare(const Plan& plan);
  [[nodiscard]] tl::expected<void, std::string> CleanUp();

  void Begin(int32_t step);
  // After fd() has become readable. Nothing: the peer has ended.
  [[nodiscard]] std::optional<LiveOtherStep> Finish();
  [[nodiscard]] int fd() const { return channel_ ? channel_->fd() : -1; }

 private:
  void End();
  [[nodiscard]] tl::expected<void, std::string> Launch(const std::string& library_dir);
  [[nodiscard]] tl::expected<void, std::string> Ask(const std::string& message);

  std::string daemon_library_dir_;
  std::unique_ptr<MessageChannel> channel_;
  pid_t pid_ = -1;
};

// The peer's own main function; `fd` is its end of the socket. Returns the exit status.
[[nodiscard]] int RunLivePeer(int fd);

// The argument that makes a live worker's binary a peer; "=N" follows, the descriptor.
inline constexpr char kLivePeerArgument[] = "--peer-fd";

}  // namespace cmapsim
