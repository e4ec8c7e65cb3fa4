// One plan, run by a client process beside a real corosync, watched from here.
//
//   LiveCase runner({...});
//   auto done = runner.Run(plan);       // the trace, its ending included, is in shared memory
//   auto clean = runner.CleanUp();      // daemon and keys as before, whatever the case did to them
//
// Each case has a fresh process, forked from this one with the library loaded and never called, so
// that it neither sees what earlier cases left behind nor takes later ones with it.
//
// A real kernel does not say that a call waits for ever, and on a loaded machine a process that could
// go on may not be let. So nothing is decided by how long something took: what counts is how often
// client and daemon were looked at and found asleep, and how much the client computed. A process that
// could run but is not let is not asleep. A case is taken to end as
//   deadlock  when the client is asleep in the library, or in a poll without a timeout, its daemon
//             asleep too, every step of others carried out, and the client has not woken between
//             so many looks in a row as fit into `grace`;
//   stall     likewise, in a request to a stopped service, which libqb waits for in slices; or when
//             both were found asleep, since the client's last line, in as many looks as fit into
//             `case_timeout`, the client waking now and then; or when the daemon has burnt twice
//             `cpu_limit` while the client waited in one call;
//   livelock  when one call into the library made too many calls (sim/host/client_world.h), or when
//             the client goes on for ever and has computed for a quarter of `case_timeout`;
//   hang      when the client has burnt `cpu_limit` since its last line.
// A case of which none of this can be said after `given_up` is not judged: the error says how far it
// came, and that this machine is too slow for it.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "conformance/targets/live_peer.h"
#include "conformance/targets/live_state.h"
#include "conformance/targets/message_channel.h"
#include "fixtures/corosync/daemon.h"
#include "sim/core/plan.h"
#include "sim/host/cmap_api.h"
#include "sim/host/worker_protocol.h"

namespace cmapsim {

struct LiveCaseOptions {
  std::chrono::milliseconds case_timeout{10'000};
  std::chrono::milliseconds grace{80};
  std::chrono::milliseconds given_up{120'000};  // below WorkerOptions::silence_ms
  std::chrono::milliseconds cpu_limit{2'000};
  int log_fd = -1;  // the client's standard output and error; -1: /dev/null
};

class LiveCase {
 public:
  // `trace` is the mapping of the worker protocol's trace file.
  LiveCase(LiveCaseOptions options, const CmapApi& api, Daemon& daemon, LivePeer& peer,
           void* trace);
  ~LiveCase();
  LiveCase(const LiveCase&) = delete;
  LiveCase& operator=(const LiveCase&) = delete;

  // The error: the plan could not be run as it stands, or the fixture failed under it. A plan that is
  // repeated (for benchmarks) is so in one client process.
  [[nodiscard]] tl::expected<void, std::string> Run(const Plan& plan, uint32_t repeat = 1);
  [[nodiscard]] tl::expected<void, std::string> CleanUp();

 private:
  struct Other {
    const Step* step = nullptr;
    Nanos due_ns = 0;
    bool awaited = false;  // the client waits for it
  };

  [[noreturn]] void RunClient(int channel, const Plan& plan);
  [[nodiscard]] tl::expected<void, std::string> Launch(const Plan& plan);
  [[nodiscard]] tl::expected<void, std::string> Watch();
  [[nodiscard]] tl::expected<void, std::string> GiveUp(Nanos taken_ns);
  void KillClient();
  void EndClientGroup() const;

  // The client's messages and its end.
  void Listen(int timeout_ms);
  void Hear(const std::string& message);
  [[nodiscard]] bool ClientEnded();

  // Steps of others.
  [[nodiscard]] tl::expected<void, std::string> Advance();
  [[nodiscard]] tl::expected<void, std::string> FinishPeerStep();
  [[nodiscard]] tl::expected<void, std::string> ActOnService(const Other& other);
  void Publish(const Other& other, int32_t result);
  [[nodiscard]] bool OthersPending() const;
  [[nodiscard]] int TimeUntilNextStep() const;

  // The ending.
  [[nodiscard]] std::string EndingOfProcess() const;
  [[nodiscard]] std::string EndingOfQuiet();
  [[nodiscard]] bool BothSleep();
  [[nodiscard]] Nanos DaemonCpuTime();
  [[nodiscard]] int64_t LooksIn(std::chrono::milliseconds duration) const;
  [[nodiscard]] std::string_view Trace() const { return {text_, shared_->trace_size}; }
  void Finish(const std::string& ending);
  void AppendLine(const std::string& rest);

  LiveCaseOptions options_;
  const CmapApi& api_;
  Daemon& daemon_;
  LivePeer& peer_;
  SharedState* shared_;
  char* text_;
  LiveState* state_;

  // Of the case that runs.
  std::vector<const Step*> steps_;
  std::unique_ptr<MessageChannel> client_;
  pid_t client_pid_ = -1;
  int client_status_ = 0;
  std::deque<Other> others_;      // by the time they are due
  std::optional<Other> at_peer_;  // what the peer is doing
  uint32_t repeat_ = 1;
  bool daemon_meant_to_run_ = true;
  std::string daemon_ended_by_;  // by what the daemon ended that nobody had ended
  Nanos started_ns_ = 0;
  uint64_t seen_trace_size_ = 0;
  int64_t seen_wakeups_ = 0;  // of the client
  int64_t looks_asleep_ = 0;  // since the client's last line: it and its daemon were asleep
  int64_t looks_quiet_ = 0;  // the latest of these, in a row, between which the client did not wake
  Nanos cpu_at_last_line_ns_ = 0;  // the client's
  Nanos daemon_cpu_at_last_line_ns_ = 0;
};

}  // namespace cmapsim
