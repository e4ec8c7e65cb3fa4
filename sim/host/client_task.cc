#include "sim/host/client_task.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <csignal>

#include "sim/core/host_calls.h"
#include "sim/host/client_call.h"

namespace cmapsim {
namespace {

// The task that is running: notify functions have no other way to find it, because user_data is
// under test.
ClientTask* g_running = nullptr;

// user_data of tracker slot i is &g_cookies[i]: an address that can be checked and named, whatever
// the library hands back.
constexpr int32_t kTrackerSlots = 4096;
std::array<char, kTrackerSlots> g_cookies;

void Trampoline(cmap_handle_t handle, cmap_track_handle_t track, int32_t event, const char* key,
                cmap_notify_value new_value, cmap_notify_value old_value, void* user_data) {
  if (g_running != nullptr) {
    g_running->OnNotify(handle, track, event, key, new_value, old_value, user_data);
  }
}

void OnSignalCaught(int signal) {
  if (g_running != nullptr) g_running->OnSignal(signal);
}

// Of a notification no more than a mebibyte fits through the library (its dispatch buffer; the
// head before the values is 336 bytes): a longer value is a lie, and not read.
constexpr size_t kLongestNotified = (size_t{1} << 20) - 336;

std::string_view EventName(int32_t event) {
  switch (event) {
    case CMAP_TRACK_ADD:
      return "ADD";
    case CMAP_TRACK_DELETE:
      return "DELETE";
    case CMAP_TRACK_MODIFY:
      return "MODIFY";
    default:
      return {};
  }
}

// Not of more than `room` bytes.
void AppendNotifyValue(const cmap_notify_value& v, size_t room, std::string& out) {
  const auto type = static_cast<uint32_t>(v.type);
  if (type == 0 && v.len == 0) {
    out += v.data == nullptr ? "unset" : "unset!data";
    return;
  }
  if (v.len > room || (v.data == nullptr && v.len > 0) || type > 255) {
    out += "invalid(type=" + std::to_string(type) + ",len=" + std::to_string(v.len) +
           (v.data == nullptr ? ",data=null)" : ")");
    return;
  }
  AppendTraceValue(static_cast<ValueType>(type), {static_cast<const char*>(v.data), v.len}, out);
}

template <typename T>
T& Slot(std::deque<T>& slots, int32_t index) {
  if (slots.size() <= static_cast<size_t>(index)) slots.resize(static_cast<size_t>(index) + 1);
  return slots[static_cast<size_t>(index)];
}

}  // namespace

ClientTask::ClientTask(const CmapApi& api, World& world, TraceWriter& trace)
    : api_(api), world_(world), trace_(trace) {}

int64_t ClientTask::Names::Of(uint64_t raw) {
  const auto at = std::find(seen_.begin(), seen_.end(), raw);
  if (at != seen_.end()) return at - seen_.begin() + 1;
  seen_.push_back(raw);
  return static_cast<int64_t>(seen_.size());
}

void ClientTask::Reset() {
  handles_.clear();
  trackers_.clear();
  iterators_.clear();
  handle_names_.Clear();
  track_names_.Clear();
  iter_names_.Clear();
  fd_names_.Clear();
  process_names_.Clear();
  address_names_.Clear();
  handlers_.fill({});
  outputs_.Reset();
}

void ClientTask::Run(const Plan& plan) {
  g_running = this;
  plan_ = &plan;
  RunSteps(plan.steps);
  g_running = nullptr;
}

void ClientTask::RunSteps(const std::vector<Step>& steps) {
  for (const Step& step : steps) RunStep(step);
}

void ClientTask::RunStep(const Step& step) {
  if (IsOtherStep(step)) {
    world_.OtherStep(step);
    return;
  }
  if (TypeSetBy(step.op)) return SetTyped(step);
  if (TypeGotBy(step.op)) return GetTyped(step);
  switch (step.op) {
    case Op::kInitialize:
    case Op::kInitializeMap:
      return Initialize(step);
    case Op::kFinalize:
    case Op::kDispatch:
    case Op::kContextSet:
      return OnConnection(step);
    case Op::kFdGet:
      return FdGet(step);
    case Op::kContextGet:
      return ContextGet(step);
    case Op::kSet:
    case Op::kDelete:
    case Op::kInc:
    case Op::kDec:
      return ChangeKey(step);
    case Op::kGet:
      return Get(step);
    case Op::kIterInit:
      return IterInit(step);
    case Op::kIterNext:
      return IterNext(step);
    case Op::kIterFinalize:
      return IterFinalize(step);
    case Op::kTrackAdd:
      return TrackAdd(step);
    case Op::kTrackDelete:
      return TrackDelete(step);
    case Op::kPoll:
      return PollStep(step);
    case Op::kSleep:
      BeginCall(step).Field("duration", step.duration_ns).End();
      world_.Sleep(step.duration_ns);
      BeginReturn(step, CS_OK).End();
      return;
    case Op::kStart:
      return StartTask(step);
    case Op::kJoin:
      BeginCall(step).Field("task", step.task).End();
      BeginReturn(step, world_.JoinTask(step.task) ? CS_OK : CS_ERR_NOT_EXIST).End();
      return;
    case Op::kSigaction:
      return Sigaction(step);
    case Op::kService:
    case Op::kSignal:
    case Op::kInput:
    default:
      return;
  }
}

cmap_handle_t ClientTask::Handle(const Step& step) {
  return step.raw_handle ? *step.raw_handle : Slot(handles_, step.connection);
}

TraceWriter& ClientTask::Line(char mark) {
  return trace_.Begin(world_.Now(), mark).By(world_.RunningTask());
}

TraceWriter& ClientTask::BeginCall(const Step& step) {
  return Line('>').Int(step.id).Word(OpName(step.op));
}

TraceWriter& ClientTask::BeginCallOnConnection(const Step& step) {
  TraceWriter& line = BeginCall(step);
  if (step.raw_handle) return line.Word("connection=raw");
  return line.Named("connection", "", step.connection);
}

TraceWriter& ClientTask::BeginReturn(const Step& step, int64_t result) {
  TraceWriter& line = Line('<').Int(step.id);
  if (result == kNotOffered) return line.Word("NOT_OFFERED");
  return line.Word(CsErrorName(result));
}

void ClientTask::EndReturn(TraceWriter& line, int64_t result,
                           std::initializer_list<WrittenTo> outputs) {
  if (result != CS_OK && result != kNotOffered) {
    scratch_.clear();
    for (const WrittenTo& output : outputs) {
      if (!output.touched) continue;
      if (!scratch_.empty()) scratch_ += ',';
      scratch_ += output.name;
    }
    if (!scratch_.empty()) line.Field("touched", scratch_);
  }
  line.End();
}

void ClientTask::Initialize(const Step& step) {
  BeginCall(step).Named("connection", "", step.connection).End();
  const Output<cmap_handle_t> handle(outputs_);
  cmap_handle_t* out = step.null_output ? nullptr : handle.Place();
  const int64_t result = step.op == Op::kInitialize ? Call(world_, api_.cmap_initialize, out)
                                                    : Call(world_, api_.cmap_initialize_map, out,
                                                           static_cast<cmap_map_t>(step.mode));
  TraceWriter& line = BeginReturn(step, result);
  if (result == CS_OK && out != nullptr) {
    Slot(handles_, step.connection) = handle.Get();
    line.Named("handle", "h", handle_names_.Of(handle.Get()));
  }
  EndReturn(line, result, {{"handle", handle.Touched()}});
}

void ClientTask::OnConnection(const Step& step) {
  const cmap_handle_t handle = Handle(step);
  TraceWriter& call = BeginCallOnConnection(step);
  if (step.op == Op::kDispatch) call.Field("mode", DispatchModeName(step.mode));
  call.End();
  int64_t result = kNotOffered;
  if (step.op == Op::kFinalize) {
    result = Call(world_, api_.cmap_finalize, handle);
  } else if (step.op == Op::kDispatch) {
    result = Call(world_, api_.cmap_dispatch, handle, static_cast<cs_dispatch_flags_t>(step.mode));
  } else {
    // NOLINTNEXTLINE(performance-no-int-to-ptr): a context is any pointer
    result =
        Call(world_, api_.cmap_context_set, handle, reinterpret_cast<const void*>(step.context));
  }
  BeginReturn(step, result).End();
}

void ClientTask::FdGet(const Step& step) {
  const cmap_handle_t handle = Handle(step);
  BeginCallOnConnection(step).End();
  const Output<int> out(outputs_);
  const int64_t result =
      Call(world_, api_.cmap_fd_get, handle, step.null_output ? nullptr : out.Place());
  TraceWriter& line = BeginReturn(step, result);
  if (result == CS_OK && !step.null_output) {
    const int fd = out.Get();
    if (fd < 0) {
      line.Field("fd", fd);
    } else {
      line.Named("fd", "fd", fd_names_.Of(static_cast<uint64_t>(fd)));
    }
  }
  EndReturn(line, result, {{"fd", out.Touched()}});
}

void ClientTask::ContextGet(const Step& step) {
  const cmap_handle_t handle = Handle(step);
  BeginCallOnConnection(step).End();
  const Output<const void*> out(outputs_);
  const int64_t result =
      Call(world_, api_.cmap_context_get, handle, step.null_output ? nullptr : out.Place());
  TraceWriter& line = BeginReturn(step, result);
  if (result == CS_OK && !step.null_output) {
    line.Field("context", static_cast<int64_t>(reinterpret_cast<uintptr_t>(out.Get())));
  }
  EndReturn(line, result, {{"context", out.Touched()}});
}

void ClientTask::StartTask(const Step& step) {
  BeginCall(step).Field("task", step.task).End();
  const auto task = std::find_if(plan_->tasks.begin(), plan_->tasks.end(),
                                 [&](const Task& other) { return other.task == step.task; });
  const bool started =
      task != plan_->tasks.end() &&
      world_.StartTask(step.task, [this, &steps = task->steps] { RunSteps(steps); });
  BeginReturn(step, started ? CS_OK : CS_ERR_EXIST).End();
}

// As client code does it: the world decides what a handler is.
void ClientTask::Sigaction(const Step& step) {
  BeginCall(step)
      .Field("signal", SignalName(step.signal))
      .Field("restart", step.restart ? "true" : "false")
      .End();
  handlers_[static_cast<size_t>(step.signal)] = {&step, 0};
  struct sigaction action = {};
  action.sa_handler = OnSignalCaught;
  action.sa_flags = step.restart ? SA_RESTART : 0;
  const int64_t result = Call(world_, &::sigaction, step.signal, &action, nullptr);
  BeginReturn(step, result == 0 ? CS_OK : CS_ERR_INVALID_PARAM).End();
}

void ClientTask::OnSignal(int signal) {
  world_.LeaveClient();
  Handler& handler = handlers_[static_cast<size_t>(signal)];
  const Step& step = *handler.step;
  Line('!').Int(step.id).Field("signal", SignalName(signal)).End();
  React(step.on_callback, ++handler.runs);
  Line('~').Int(step.id).End();
  world_.EnterClient();
}

void ClientTask::React(const std::vector<Reaction>& reactions, int64_t nth) {
  for (const Reaction& reaction : reactions) {
    if (reaction.nth == 0 || reaction.nth == nth) return RunSteps(reaction.steps);
  }
}

cmap_iter_handle_t ClientTask::IterHandle(const Step& step) {
  return step.raw_iterator.value_or(Slot(iterators_, step.iterator));
}

void ClientTask::IterInit(const Step& step) {
  const cmap_handle_t handle = Handle(step);
  scratch_.clear();
  if (step.key) AppendTraceKey(*step.key, scratch_);
  BeginCallOnConnection(step)
      .Field("prefix", step.key ? std::string_view(scratch_) : std::string_view(kTraceNull))
      .End();
  const Output<cmap_iter_handle_t> iter(outputs_);
  const int64_t result =
      Call(world_, api_.cmap_iter_init, handle, step.key ? step.key->c_str() : nullptr,
           step.null_output ? nullptr : iter.Place());
  TraceWriter& line = BeginReturn(step, result);
  if (result == CS_OK && !step.null_output) {
    Slot(iterators_, step.iterator) = iter.Get();
    line.Named("iter", "i", iter_names_.Of(iter.Get()));
  }
  EndReturn(line, result, {{"iter", iter.Touched()}});
}

void ClientTask::IterNext(const Step& step) {
  const cmap_handle_t handle = Handle(step);
  TraceWriter& call = BeginCallOnConnection(step);
  if (step.null_value_len) call.Field("value_len", kTraceNull);
  if (step.null_type) call.Field("type", kTraceNull);
  call.End();
  const OutputBytes key(outputs_, CMAP_KEYNAME_MAXLEN + 1);
  const Output<size_t> len(outputs_);
  const Output<uint32_t> type(outputs_);
  const int64_t result =
      Call(world_, api_.cmap_iter_next, handle, IterHandle(step),
           step.null_output ? nullptr : key.Place(), step.null_value_len ? nullptr : len.Place(),
           step.null_type ? nullptr : type.Place<cmap_value_types_t>());
  TraceWriter& line = BeginReturn(step, result);
  if (result == CS_OK) {
    if (!step.null_output) {
      line.Field("key", GivenKey({key.Place(), strnlen(key.Place(), CMAP_KEYNAME_MAXLEN + 1)}));
    }
    if (!step.null_type) line.Field("type", ValueTypeName(static_cast<ValueType>(type.Get())));
    if (!step.null_value_len) line.Field("len", static_cast<int64_t>(len.Get()));
  }
  EndReturn(line, result,
            {{"key", key.Touched()}, {"value_len", len.Touched()}, {"type", type.Touched()}});
}

void ClientTask::IterFinalize(const Step& step) {
  const cmap_handle_t handle = Handle(step);
  BeginCallOnConnection(step).End();
  BeginReturn(step, Call(world_, api_.cmap_iter_finalize, handle, IterHandle(step))).End();
}

void ClientTask::TrackAdd(const Step& step) {
  const cmap_handle_t handle = Handle(step);
  BeginCallWithKey(step).Field("track", step.track).End();
  const int32_t slot = step.tracker % kTrackerSlots;
  Slot(trackers_, slot) = Tracker{&step, 0, 0};
  const Output<cmap_track_handle_t> track(outputs_);
  const int64_t result =
      Call(world_, api_.cmap_track_add, handle, step.key ? step.key->c_str() : nullptr, step.track,
           step.null_notify ? nullptr : &Trampoline,
           static_cast<void*>(&g_cookies[static_cast<size_t>(slot)]),
           step.null_output ? nullptr : track.Place());
  TraceWriter& line = BeginReturn(step, result);
  if (result == CS_OK && !step.null_output) {
    Slot(trackers_, slot).handle = track.Get();
    line.Named("track", "k", track_names_.Of(track.Get()));
  }
  EndReturn(line, result, {{"track", track.Touched()}});
}

void ClientTask::TrackDelete(const Step& step) {
  const cmap_handle_t handle = Handle(step);
  TraceWriter& call = BeginCallOnConnection(step);
  if (step.raw_track) {
    call.Word("tracker=raw");
  } else {
    call.Field("tracker", step.tracker);
  }
  call.End();
  const cmap_track_handle_t track =
      step.raw_track ? *step.raw_track : Slot(trackers_, step.tracker % kTrackerSlots).handle;
  BeginReturn(step, Call(world_, api_.cmap_track_delete, handle, track)).End();
}

void ClientTask::PollStep(const Step& step) {
  const cmap_handle_t handle = Handle(step);
  BeginCallOnConnection(step).Field("timeout", step.duration_ns).End();
  int fd = -1;
  const int64_t result = Call(world_, api_.cmap_fd_get, handle, &fd);
  if (result != CS_OK) {
    BeginReturn(step, result).End();
    return;
  }
  struct pollfd entry = {fd, POLLIN, 0};
  const int ready = world_.Poll(&entry, 1, step.duration_ns);
  scratch_.clear();
  const auto add = [this](bool present, std::string_view name) {
    if (!present) return;
    if (!scratch_.empty()) scratch_ += ',';
    scratch_ += name;
  };
  add((entry.revents & POLLIN) != 0, "in");
  add((entry.revents & POLLERR) != 0, "err");
  add((entry.revents & POLLHUP) != 0, "hup");
  add((entry.revents & POLLNVAL) != 0, "nval");
  if (ready <= 0) scratch_ = ready == 0 ? "none" : "failed";
  BeginReturn(step, CS_OK).Field("ready", scratch_).End();
}

void ClientTask::OnNotify(cmap_handle_t handle, cmap_track_handle_t track, int32_t event,
                          const char* key, const cmap_notify_value& new_value,
                          const cmap_notify_value& old_value, void* user_data) {
  world_.LeaveClient();
  const char* cookie = static_cast<const char*>(user_data);
  const bool known = cookie >= g_cookies.data() && cookie < g_cookies.data() + trackers_.size();
  const size_t slot = known ? static_cast<size_t>(cookie - g_cookies.data()) : 0;
  const Step* step = known ? trackers_[slot].step : nullptr;

  TraceWriter& line = Line('!');
  step != nullptr ? line.Int(step->id) : line.Word("?");
  line.Named("handle", "h", handle_names_.Of(handle)).Named("track", "k", track_names_.Of(track));
  const std::string_view event_name = EventName(event);
  event_name.empty() ? line.Field("event", event) : line.Field("event", event_name);
  line.Field("key", key != nullptr ? GivenKey({key, strnlen(key, 512)}) : kTraceNull);
  scratch_.clear();
  AppendNotifyValue(new_value, kLongestNotified, scratch_);
  line.Field("new", scratch_);
  scratch_.clear();
  // It stands behind the new one in the message, which a lie about that one's length leads out of.
  AppendNotifyValue(old_value, kLongestNotified - std::min(new_value.len, kLongestNotified),
                    scratch_);
  line.Field("old", scratch_).End();

  if (step != nullptr) {
    React(step->on_callback, ++trackers_[slot].callbacks);
  }
  TraceWriter& end = Line('~');
  step != nullptr ? end.Int(step->id) : end.Word("?");
  end.End();
  world_.EnterClient();
}

}  // namespace cmapsim
