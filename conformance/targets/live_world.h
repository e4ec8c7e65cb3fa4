// The world of a client beside a real corosync: real time, real sockets, and others who act through
// the worker.
//
// Lives in the client process of one case. What the client asks of the worker, over `worker`:
//
//   "N" + i32 step                 carry it out now; the answer is one byte: done, or kept until the
//                                  service goes on
//   "L" + i32 step + i64 due_ns    carry it out at this instant of CLOCK_MONOTONIC; no answer
//
// What was carried out is found in LiveState, and its "@" line is written before the client's next
// line; never too early, therefore, and where it had been under way when the client's call came
// back, not too late either.
#pragma once

#include <vector>

#include "conformance/targets/live_state.h"
#include "conformance/targets/message_channel.h"
#include "sim/core/plan.h"
#include "sim/host/client_task.h"
#include "sim/host/trace_writer.h"
#include "sim/host/worker_protocol.h"

namespace cmapsim {

class LiveWorld final : public World {
 public:
  // `steps` are StepsById(plan).
  LiveWorld(const std::vector<const Step*>& steps, LiveState& state, SharedState& shared,
            TraceWriter& trace, const MessageChannel& worker)
      : steps_(steps), state_(state), shared_(shared), trace_(trace), worker_(worker) {}

  // From now on client code goes on only when this process rests: as on the virtual host, where what
  // the service has to do is done first. Faults strike the nth call, and how many there are would
  // depend on who is faster.
  void AwaitService(int32_t proc_id) { service_proc_id_ = proc_id; }

  [[nodiscard]] Nanos Now() override;
  void EnterClient() override;
  void LeaveClient() override;
  void OtherStep(const Step& step) override;
  void Sleep(Nanos duration_ns) override;
  int Poll(struct pollfd* fds, int count, Nanos timeout_ns) override;

 private:
  void AwaitInFlight() const;
  void AwaitRestingService() const;
  void AwaitDue() const;
  void WriteOtherSteps();

  const std::vector<const Step*>& steps_;
  LiveState& state_;
  SharedState& shared_;
  TraceWriter& trace_;
  const MessageChannel& worker_;
  int32_t service_proc_id_ = 0;  // 0: not waited for
  std::vector<Nanos> due_ns_;    // of the steps with `after`, on CLOCK_MONOTONIC
};

// " <step> <operation> <result>", the rest of an "@" line.
[[nodiscard]] std::string OtherStepText(const Step& step, int32_t result);

}  // namespace cmapsim
