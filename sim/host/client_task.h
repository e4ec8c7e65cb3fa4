// A client task: carries out a plan's steps with one loaded libcmap and writes the API level of the
// trace.
//
//   ClientTask task(api, world, trace);
//   task.Run(plan);      // returns when every step is done; a World may also never come back from a call
//
// The same code drives a library on the virtual host and beside a real corosync; what differs is
// the World. All state is owned by the task object and not by the frames of Run: the virtual host
// may leave a blocked call by longjmp, and nothing is then left behind but what Reset gives back.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/core/plan.h"
#include "sim/core/trace.h"
#include "sim/host/cmap_api.h"
#include "sim/host/trace_writer.h"

struct pollfd;

namespace cmapsim {

// What a client task needs of the world around the library.
class World {
 public:
  virtual ~World() = default;
  [[nodiscard]] virtual Nanos Now() = 0;
  // Called directly before and after every call into the library (and around callbacks, the other
  // way round): between them interposed calls act.
  virtual void EnterClient() = 0;
  virtual void LeaveClient() = 0;
  // A step of the peer or of the service (`by: peer`, or op kService). The world writes the trace's
  // "@" line when it is carried out: before this returns where the step has no `after`, later
  // otherwise.
  virtual void OtherStep(const Step& step) = 0;
  virtual void Sleep(Nanos duration_ns) = 0;
  // poll(2) as client code would call it. `timeout_ns` -1: for ever.
  virtual int Poll(struct pollfd* fds, int count, Nanos timeout_ns) = 0;
};

class ClientTask {
 public:
  ClientTask(const CmapApi& api, World& world, TraceWriter& trace);

  // Carries out all steps. Writes everything but the ending.
  void Run(const Plan& plan);
  // Forgets the run before, keeping memory.
  void Reset();

  // For the notify trampoline.
  void OnNotify(cmap_handle_t handle, cmap_track_handle_t track, int32_t event, const char* key,
                const cmap_notify_value& new_value, const cmap_notify_value& old_value,
                void* user_data);

 private:
  struct Tracker {
    const Step* step = nullptr;  // the track_add that made it
    cmap_track_handle_t handle = 0;
    int64_t callbacks = 0;
  };
  class Names {  // h1, h2, ... by first appearance
   public:
    int64_t Of(uint64_t raw);
    void Clear() { seen_.clear(); }

   private:
    std::vector<uint64_t> seen_;
  };

  void RunSteps(const std::vector<Step>& steps);
  void RunStep(const Step& step);
  [[nodiscard]] cmap_handle_t Handle(const Step& step);
  TraceWriter& BeginCall(const Step& step);
  TraceWriter& BeginCallOnConnection(const Step& step);
  TraceWriter& BeginReturn(const Step& step, int64_t result);
  void Initialize(const Step& step);
  void OnConnection(
      const Step& step);  // the calls that take a connection and nothing that needs more care
  void ChangeKey(const Step& step);
  void Get(const Step& step);
  void Iterate(const Step& step);
  void TrackAdd(const Step& step);
  void TrackDelete(const Step& step);
  void PollStep(const Step& step);

  const CmapApi& api_;
  World& world_;
  TraceWriter& trace_;
  std::vector<cmap_handle_t> handles_;  // by connection slot
  std::vector<Tracker> trackers_;       // by tracker slot
  std::vector<cmap_iter_handle_t> iterators_;
  Names handle_names_, track_names_, iter_names_, fd_names_;
  std::vector<char> buffer_;
  std::string scratch_;
};

}  // namespace cmapsim
