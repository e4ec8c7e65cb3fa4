#include "conformance/sweep/judge_run.h"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

#include "conformance/sweep/service_story.h"
#include "conformance/sweep/told_events.h"
#include "sim/cmap/store.h"
#include "sim/core/operations.h"
#include "sim/core/value.h"

namespace cmapsim {
namespace {

// In shared memory: a header and data for each of three rings.
constexpr int64_t kFilesOfConnection = 6;

std::string TraceKey(std::string_view key) {
  std::string text;
  AppendTraceKey(key, text);
  return text;
}

std::string SizeText(std::string_view type, std::string_view size) {
  return std::string(type) + ", " + std::string(size) + " bytes";
}

// What the C library's variants of one value hold: cmap_get gives a string with the zero that ends it.
void AddValue(std::string_view key, ValueType type, const std::string& bytes,
              std::map<std::string, std::set<std::string>, std::less<>>& values,
              std::map<std::string, std::set<std::string>, std::less<>>& sizes) {
  const std::string shown = TraceKey(key);
  for (const bool zero : {false, true}) {
    if (zero && type != ValueType::kString) break;
    const std::string held = zero ? bytes + '\0' : bytes;
    std::string value;
    AppendTraceValue(type, held, value);
    values[shown].insert(std::move(value));
    sizes[shown].insert(SizeText(ValueTypeName(type), std::to_string(held.size())));
  }
}

bool OnlyOfCorrectService(std::span<const Fault> faults) {
  return std::all_of(faults.begin(), faults.end(), [](const Fault& fault) {
    return RowOf(fault.kind).nature == FaultNature::kPossible;
  });
}

int64_t FailedCalls(std::span<const Fault> faults, std::initializer_list<LibcCall> calls) {
  return std::count_if(faults.begin(), faults.end(), [&](const Fault& fault) {
    return std::find(calls.begin(), calls.end(), fault.call) != calls.end();
  });
}

}  // namespace

// The judging of one run.
class RunJudging {
 public:
  RunJudging(const RunJudge& judge, std::span<const Fault> faults, const RunRecord& run)
      : judge_(judge),
        baseline_(judge.baseline_),
        faults_(faults),
        run_(run),
        story_(judge.steps_, faults, run) {}

  std::vector<RunFinding> Judge() {
    Follow();
    if (run_.ending != baseline_.ending) JudgeEnding();
    if (!OnlyOfCorrectService(faults_)) return std::move(findings_);
    for (const ToldWrong& wrong :
         CompareTold(judge_.steps_, faults_, baseline_, run_, WaitingConnection())) {
      Add(wrong.kind, WaitingConnection() ? open_ : struck_in_, wrong.detail);
    }
    JudgeValues();
    JudgeCalls();
    if (run_.ending == EndingKind::kFinished && baseline_.ending == run_.ending) JudgeLeft();
    return std::move(findings_);
  }

 private:
  void Add(std::string kind, std::string function, std::string detail) {
    for (const RunFinding& one : findings_) {
      if (one.kind == kind && one.function == function) return;
    }
    findings_.push_back({std::move(kind), std::move(function), std::move(detail)});
  }

  const Step* StepOf(const TraceEvent& event) const {
    const auto index = static_cast<size_t>(event.step);
    return event.step >= 0 && index < judge_.steps_.size() ? judge_.steps_[index] : nullptr;
  }

  static std::string FunctionOf(const Step& step) {
    const bool of_library = step.op != Op::kPoll && step.op != Op::kSleep && step.op != Op::kJoin;
    std::string name = (of_library ? "cmap_" : "") + std::string(OpName(step.op));
    if (step.op == Op::kDispatch) name += " " + DispatchModeName(step.mode);
    return name;
  }

  // Which call was open when the last fault struck, and which at the end.
  void Follow() {
    std::vector<const Step*> open;
    for (const TraceEvent& event : run_.events) {
      if (event.mark == '>') open.push_back(StepOf(event));
      if (event.mark == '<' && !open.empty()) open.pop_back();
      if (event.mark == '*') {
        struck_in_ =
            open.empty() || open.back() == nullptr ? "between calls" : FunctionOf(*open.back());
      }
    }
    open_step_ = open.empty() ? nullptr : open.back();
    open_ = open_step_ == nullptr ? "between calls" : FunctionOf(*open_step_);
  }

  void JudgeEnding() {
    std::string detail;
    for (const TraceField& field : run_.events.back().fields) detail += std::string(field.value);
    switch (run_.ending) {
      case EndingKind::kFinished:
      case EndingKind::kUntil:  // these two are of programs, which are not judged here
      case EndingKind::kLimit:
        return;
      case EndingKind::kLivelock:
        return Add("spins", open_, detail);
      case EndingKind::kHang:
        return Add("hang", open_, "computes without a call");
      case EndingKind::kCrash:
      case EndingKind::kExit:
        return Add(std::string(EndingName(run_.ending)), open_, detail);
      case EndingKind::kDeadlock:
      case EndingKind::kStall:
        return JudgeWaiting(detail);
    }
  }

  bool MayWaitForEvents() const {
    if (open_step_ == nullptr) return false;
    if (open_step_->op == Op::kPoll) return true;
    return open_step_->op == Op::kDispatch &&
           (open_step_->mode == kDispatchOne || open_step_->mode == kDispatchBlocking);
  }

  std::optional<int32_t> WaitingConnection() const {
    const bool waits = run_.ending == EndingKind::kDeadlock || run_.ending == EndingKind::kStall;
    if (!waits || run_.ending == baseline_.ending || !MayWaitForEvents()) return std::nullopt;
    return open_step_->connection;
  }

  // Whether the connection of the open call ended, by the death of the service or because that closed
  // it, and was not made anew.
  bool ConnectionIsGone() const {
    bool gone = false;
    std::vector<const Step*> open;
    for (size_t i = 0; i < run_.events.size(); ++i) {
      const TraceEvent& event = run_.events[i];
      const Step* step = event.mark == '*' ? nullptr : StepOf(event);
      if (event.mark == '>') open.push_back(step);
      if (event.mark == '<' && !open.empty()) open.pop_back();
      if (event.mark == '*' && event.word == "service.connection.close" && !open.empty() &&
          open.back() != nullptr && open.back()->connection == open_step_->connection) {
        gone = true;
      }
      if (story_.At(i) == ServiceStory::State::kDead) gone = true;
      if (event.mark == '<' && step != nullptr && step->op == Op::kInitialize &&
          event.word == "CS_OK" && step->connection == open_step_->connection) {
        gone = false;
      }
    }
    return gone;
  }

  void JudgeWaiting(const std::string& detail) {
    if (!OnlyOfCorrectService(faults_)) return;
    if (open_step_ != nullptr) {
      const bool stopped = story_.AtEnd() == ServiceStory::State::kStopped;
      if (stopped && AsksService(open_step_->op)) return;
      // What was not told is another finding.
      if (MayWaitForEvents() && !ConnectionIsGone()) return;
    }
    Add("waits", open_, detail);
  }

  // --- Values ------------------------------------------------------------------------------------

  void CheckKeyAndValue(std::string_view key, std::string_view value, std::string function) {
    const auto known = judge_.values_.find(key);
    if (known == judge_.values_.end()) {
      return Add("wrong value", std::move(function), "the key " + std::string(key));
    }
    if (value.empty() || value.starts_with("unset") || judge_.counters_.count(key) != 0) return;
    if (known->second.count(std::string(value)) != 0) return;
    Add("wrong value", std::move(function), std::string(key) + " = " + std::string(value));
  }

  void CheckSize(std::string_view key, const TraceEvent& event, std::string function) {
    const auto known = judge_.sizes_.find(key);
    if (known == judge_.sizes_.end()) {
      return Add("wrong value", std::move(function), "the key " + std::string(key));
    }
    const std::string size = SizeText(event.Field("type"), event.Field("len"));
    if (known->second.count(size) != 0) return;
    Add("wrong value", std::move(function), std::string(key) + ": " + size);
  }

  void JudgeValues() {
    for (const TraceEvent& event : run_.events) {
      if (event.mark == '!' && !event.Field("key").empty()) {
        CheckKeyAndValue(event.Field("key"), event.Field("new"), open_at_callback_);
        CheckKeyAndValue(event.Field("key"), event.Field("old"), open_at_callback_);
      }
      const Step* step = StepOf(event);
      if (step == nullptr) continue;
      if (event.mark == '>' && step->op == Op::kDispatch) open_at_callback_ = FunctionOf(*step);
      if (event.mark != '<' || event.word != "CS_OK") continue;
      if (step->op == Op::kIterNext) CheckSize(event.Field("key"), event, FunctionOf(*step));
      if (!step->key) continue;
      const std::string key = TraceKey(*step->key);
      if (step->op == Op::kGet || TypeGotBy(step->op)) {
        CheckKeyAndValue(key, event.Field("value"), FunctionOf(*step));
      }
      if (step->op == Op::kGet) CheckSize(key, event, FunctionOf(*step));
    }
  }

  // --- Handles -----------------------------------------------------------------------------------

  struct Slot {
    bool open = false;       // by what initialize and finalize returned
    bool finalized = false;  // and not initialized again
    std::string error;       // of the last finalize that failed
  };

  // A later connection has to work when nothing is in its way any more.
  void JudgeInitialize(const Step& step, const TraceEvent& event, bool struck_within) {
    if (event.word == "CS_OK" || struck_within || faults_struck_ < faults_.size()) return;
    if (BaselineResult(event.step) != "CS_OK" || !was_up_) return;
    Add("stays broken", struck_in_, FunctionOf(step) + " later: " + std::string(event.word));
  }

  std::string_view BaselineResult(int32_t step) const {
    for (const TraceEvent& event : baseline_.events) {
      if (event.mark == '<' && event.step == step) return event.word;
    }
    return {};
  }

  void JudgeReturn(const Step& step, const TraceEvent& event) {
    if (step.raw_handle || step.op == Op::kPoll || step.op == Op::kSleep) return;
    Slot& slot = slots_[step.connection];
    const bool ok = event.word == "CS_OK";
    if (step.op == Op::kInitialize || step.op == Op::kInitializeMap) {
      if (ok) slot = {.open = true, .finalized = false, .error = {}};
    } else if (step.op == Op::kFinalize) {
      if (slot.open && !ok) slot.error = event.word;
      if (ok && slot.finalized) Add("handle kept", struck_in_, "finalized twice");
      if (ok) slot = {.open = false, .finalized = true, .error = {}};
    } else if (ok && slot.finalized && BaselineResult(event.step) != "CS_OK") {
      Add("handle kept", struck_in_, FunctionOf(step) + " works after cmap_finalize");
    }
  }

  void JudgeCalls() {
    bool struck_within = false;
    for (size_t i = 0; i < run_.events.size(); ++i) {
      const TraceEvent& event = run_.events[i];
      if (event.mark == '*') {
        struck_within = true;
        ++faults_struck_;
      }
      if (event.mark == '>') struck_within = false;
      was_up_ = (was_up_ || event.mark == '>') && story_.At(i) == ServiceStory::State::kUp;
      const Step* step = event.mark == '<' ? StepOf(event) : nullptr;
      if (step == nullptr) continue;
      if (step->op == Op::kInitialize) JudgeInitialize(*step, event, struck_within);
      JudgeReturn(*step, event);
    }
    for (const auto& [number, slot] : slots_) {
      if (!slot.open || slot.error.empty() || run_.ending != EndingKind::kFinished) continue;
      Add("handle lost", struck_in_,
          "cmap_finalize of connection " + std::to_string(number) + ": " + slot.error);
      lost_handle_ = true;
    }
  }

  // --- What is left open ---------------------------------------------------------------------------

  void CheckLeft(std::string_view what, int64_t left, int64_t expected, int64_t excused) {
    if (left <= expected + excused) return;
    Add("left open: " + std::string(what), struck_in_,
        std::to_string(left - expected) + " more than without the fault");
  }

  // What a living service has in /dev/shm is its own, also without a fault. Being told that its process is
  // no more excuses who takes it for dead.
  void CheckDamage() {
    const bool told_dead = std::any_of(faults_.begin(), faults_.end(), [](const Fault& fault) {
      return fault.kind == FaultKind::kHostErrno && fault.call == LibcCall::kill &&
             fault.number == ESRCH;
    });
    if (run_.left.damaged == 0 || told_dead) return;
    Add("damages files", struck_in_, std::to_string(run_.left.damaged) + " times");
  }

  // By calls of the clean-up that failed. One that opens the folder is for the two files of a ring.
  int64_t FilesThatCannotGo() const {
    constexpr int64_t kFilesOfRing = 2;
    return FailedCalls(faults_, {LibcCall::unlink, LibcCall::rmdir}) +
           kFilesOfRing * FailedCalls(faults_, {LibcCall::open});
  }

  // Connections that died with the service, of which a call that failed kept the client from learning it:
  // whether the stream is at its end, and whether the process is there.
  int64_t connections_not_cleaned() const {
    const int64_t misled = FailedCalls(faults_, {LibcCall::poll, LibcCall::kill});
    return std::min(misled, story_.connections_at_death());
  }

  void JudgeLeft() {
    if (!run_.has_summary || !baseline_.has_summary || lost_handle_) return;
    const Left& left = run_.left;
    const Left& expected = baseline_.left;
    const int64_t closing = FailedCalls(faults_, {LibcCall::close, LibcCall::shutdown});
    CheckLeft("descriptors", left.fds, expected.fds, FailedCalls(faults_, {LibcCall::close}));
    CheckLeft("mappings", left.maps, expected.maps, 2 * FailedCalls(faults_, {LibcCall::munmap}));
    CheckLeft("memory", left.heap_blocks, expected.heap_blocks, 0);
    CheckDamage();
    // These are the service's to remove, which a stopped one does later. Those of connections that
    // died with it are the client's, where it learns of that death.
    if (story_.AtEnd() == ServiceStory::State::kStopped) return;
    const int64_t unremoved = closing + connections_not_cleaned();
    CheckLeft("files", left.files, expected.files,
              kFilesOfConnection * unremoved + FilesThatCannotGo());
    CheckLeft("empty folders", left.empty_folders, expected.empty_folders,
              unremoved + FailedCalls(faults_, {LibcCall::rmdir}));
    CheckLeft("connections", left.connections, expected.connections, closing);
  }

  const RunJudge& judge_;
  const RunRecord& baseline_;
  std::span<const Fault> faults_;
  const RunRecord& run_;
  ServiceStory story_;
  std::string struck_in_ = "between calls";
  std::string open_at_callback_ = "between calls";
  const Step* open_step_ = nullptr;
  std::string open_;
  size_t faults_struck_ = 0;
  bool was_up_ = true;  // the service, since the call that is open was made
  bool lost_handle_ = false;
  std::map<int32_t, Slot> slots_;
  std::vector<RunFinding> findings_;
};

RunJudge::RunJudge(const Plan& plan, const RunRecord& baseline)
    : baseline_(baseline), steps_(StepsById(plan)) {
  if (plan.keys) {
    for (const FirstKey& key : *plan.keys) {
      AddValue(key.key, key.value.type, key.value.bytes, values_, sizes_);
    }
  } else {
    for (const KeyTable::Entry& entry : FreshCorosyncKeys().entries()) {
      AddValue(entry.key, entry.type, entry.bytes, values_, sizes_);
    }
  }
  for (const Step* step : steps_) {
    if (!step->key) continue;
    if ((step->op == Op::kSet || TypeSetBy(step->op)) && step->value) {
      AddValue(*step->key, step->value->type, step->value->bytes, values_, sizes_);
    }
    if (step->op == Op::kInc || step->op == Op::kDec) counters_.insert(TraceKey(*step->key));
  }
  // What the service keeps itself, such as its counters of connections, comes from the baseline.
  for (const TraceEvent& event : baseline.events) {
    const std::string_view key = event.Field("key");
    if (key.empty() || (event.mark != '!' && event.mark != '<')) continue;
    auto& values = values_[std::string(key)];
    for (const char* name : {"new", "old"}) values.insert(std::string(event.Field(name)));
    if (event.mark == '<') {
      sizes_[std::string(key)].insert(SizeText(event.Field("type"), event.Field("len")));
    }
  }
}

std::vector<RunFinding> RunJudge::Judge(std::span<const Fault> faults, const RunRecord& run) const {
  return RunJudging(*this, faults, run).Judge();
}

}  // namespace cmapsim
