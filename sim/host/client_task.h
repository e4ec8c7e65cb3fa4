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

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/plan.h"
#include "sim/core/trace.h"
#include "sim/host/cmap_api.h"
#include "sim/host/outputs.h"
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
  // Another task, which carries out `body` beside this one; false where it is there already. Waiting
  // for its end; false where there is none of that number. A world without tasks has neither.
  // NOLINTNEXTLINE(performance-unnecessary-value-param): a world that has tasks keeps it.
  virtual bool StartTask(int32_t /*number*/, std::function<void()> /*body*/) { return false; }
  virtual bool JoinTask(int32_t /*number*/) { return false; }
  // The task that runs.
  [[nodiscard]] virtual int32_t RunningTask() { return 0; }
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
  // For the signal handler.
  void OnSignal(int signal);

 private:
  struct Tracker {
    const Step* step = nullptr;  // the track_add that made it
    cmap_track_handle_t handle = 0;
    int64_t callbacks = 0;
  };
  struct Handler {
    const Step* step = nullptr;  // the sigaction that set it
    int64_t runs = 0;
  };
  // Whether a call wrote to an output, by its name in the trace.
  struct WrittenTo {
    std::string_view name;
    bool touched;
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
  void React(const std::vector<Reaction>& reactions, int64_t nth);
  void StartTask(const Step& step);
  void Sigaction(const Step& step);
  [[nodiscard]] cmap_handle_t Handle(const Step& step);
  // The begin of a line of the task that runs.
  TraceWriter& Line(char mark);
  TraceWriter& BeginCall(const Step& step);
  TraceWriter& BeginCallOnConnection(const Step& step);
  // A key that the library gave, as the trace shows it; valid until scratch_ is used again.
  std::string_view GivenKey(std::string_view key);
  TraceWriter& BeginCallWithKey(const Step& step);
  TraceWriter& BeginCallWithValue(const Step& step);
  TraceWriter& BeginReturn(const Step& step, int64_t result);
  // Ends a return's line, after an error with the outputs that were written to nevertheless.
  void EndReturn(TraceWriter& line, int64_t result, std::initializer_list<WrittenTo> outputs);
  void Initialize(const Step& step);
  void FdGet(const Step& step);
  void ContextGet(const Step& step);
  void OnConnection(const Step& step);  // finalize, dispatch, context_set
  void ChangeKey(const Step& step);
  void Get(const Step& step);
  // The shortcuts: set_uint8, get_string and their kin.
  void SetTyped(const Step& step);
  void GetTyped(const Step& step);
  void GetString(const Step& step);
  int64_t CallShortcut(const Step& step, void* output);
  void FreeAsClient(void* memory);
  void IterInit(const Step& step);
  void IterNext(const Step& step);
  void IterFinalize(const Step& step);
  [[nodiscard]] cmap_iter_handle_t IterHandle(const Step& step);
  void TrackAdd(const Step& step);
  void TrackDelete(const Step& step);
  void PollStep(const Step& step);

  const CmapApi& api_;
  World& world_;
  TraceWriter& trace_;
  const Plan* plan_ = nullptr;
  // Shared by all tasks. References to them are held during calls: they must not move.
  std::deque<cmap_handle_t> handles_;  // by connection slot
  std::deque<Tracker> trackers_;       // by tracker slot
  std::deque<cmap_iter_handle_t> iterators_;
  std::array<Handler, 32> handlers_;  // by signal
  Names handle_names_, track_names_, iter_names_, fd_names_, process_names_, address_names_;
  Outputs outputs_;
  std::string scratch_;
};

}  // namespace cmapsim
