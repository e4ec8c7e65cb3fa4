// Writes a plan step by step, and knows while it does which keys there are: so each change that it
// adds is one event for a tracker of all events on "test.".
//
//   Script script(options);
//   script.Begin(mode, Ending::kFinalizeInCallback);
//   script.Track("test.", kTrackAll | kTrackPrefix);
//   for (const Change& change : changes) script.Apply(change);
//   script.Dispatch(mode, 2);
//   return script.End();   // what is still pending is dispatched, and connections are finalized
//
// A dispatch BLOCKING ends only if something ends it: that is its Ending.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/suite.h"
#include "conformance/suites/numbers.h"
#include "conformance/suites/steps.h"

namespace cmapsim::suite {

// Those that changes choose from; each begins with "test.". The last is as long as a key can be.
inline constexpr uint32_t kKeyCount = 6;
[[nodiscard]] const std::string& KeyName(uint32_t choice);

// By choice: the twelve types; the sizes of strings and binaries that the map takes.
inline constexpr uint32_t kTypeCount = 12;
inline constexpr uint32_t kSizeCount = 8;
[[nodiscard]] ValueType TypeOf(uint32_t choice);
// `number` makes values differ. Choice of size: for integers, the number itself or a limit of the
// type; for strings and binaries, the number of bytes.
[[nodiscard]] Value MakeValue(uint32_t type, uint32_t size, uint32_t number);

// One change of a key. All 0: another client sets test.a to a new uint8.
struct Change {
  uint32_t key = 0;
  uint32_t kind = 0;  // 0 and what cannot be done now: set; delete, inc, dec
  uint32_t type = 0;
  uint32_t size = 0;
  uint32_t by = 0;     // 0 another client, else the task itself
  uint32_t delay = 0;  // for ApplyLater
};

// Changes at once, of small values; of all types and sizes; and by another client with delays.
[[nodiscard]] rc::Gen<std::vector<Change>> Changes(size_t min, size_t max);
[[nodiscard]] rc::Gen<std::vector<Change>> LargeChanges(size_t min, size_t max);
[[nodiscard]] rc::Gen<std::vector<Change>> LateChanges(size_t min, size_t max);

// From microseconds to days; at most a few milliseconds live.
inline constexpr uint32_t kDelayCount = 10;
[[nodiscard]] Nanos DelayOf(uint32_t choice, const GenerateOptions& options);

// How a dispatch BLOCKING is ended.
enum class Ending : uint8_t {
  kNever,               // it goes on blocking
  kFinalizeInCallback,  // the callback of a tracker of its own finalizes the connection
  kKill,                // the service is killed
};
inline constexpr uint32_t kEndingChoices = 8;
// Live a kill costs a daemon and an endless wait costs its time limit: both are rarer there.
[[nodiscard]] Ending EndingOf(uint32_t choice, const GenerateOptions& options);

// Whether a dispatch of this mode waits where nothing is pending.
[[nodiscard]] constexpr bool Waits(int32_t mode) {
  return mode == kDispatchOne || mode == kDispatchBlocking;
}

// How many dispatches ONE can be made without waiting for ever: one and some more, up to `events`.
[[nodiscard]] constexpr uint32_t UpTo(uint32_t more, size_t events) {
  return std::min(1 + more, static_cast<uint32_t>(events));
}

// The step, on connection slot 1 or wherever it is, with a handle that never was one: that of a
// slot without a connection, small and large numbers, or one put together from `low` and `high`.
inline constexpr uint32_t kBadHandleChoices = 8;
[[nodiscard]] Step WithBadHandle(Step step, uint32_t choice, uint32_t low, uint32_t high);

class Script {
 public:
  explicit Script(const GenerateOptions& options);

  [[nodiscard]] const GenerateOptions& options() const { return options_; }
  Step& Add(Step step);
  void AddFault(FaultKind kind, int64_t nth, Nanos delay_ns = 0);

  // Connection 0, and what the ending of its dispatches of `mode` needs.
  void Begin(int32_t mode, Ending ending);
  void Connect(int32_t connection);
  void ConnectTo(int32_t map, int32_t connection);
  // The service's first keys, instead of those of a fresh corosync.
  void FirstKeys(std::vector<FirstKey> keys) { plan_.keys = std::move(keys); }
  // The next tracker slot. The step can be given reactions until the next one is added.
  Step& Track(std::string_view key, int32_t track, int32_t connection = 0);
  [[nodiscard]] int32_t trackers() const { return trackers_; }

  // The step that makes this change, for a reaction; then carried out by the task.
  [[nodiscard]] Step StepFor(const Change& change, int32_t connection = 0);
  void Apply(const Change& change, int32_t connection = 0);
  // By another client, its delay after the one before.
  void ApplyLater(const Change& change);
  void ServiceLater(ServiceAction action, Nanos delay_ns);
  // Sleeps until what is to come later has come.
  void SleepUntilQuiet();

  // The event that ends a dispatch BLOCKING, or the kill. Once; Dispatch does it where needed.
  void AddEnding();
  // `times` dispatches; of BLOCKING one, and before it what ends it.
  void Dispatch(int32_t mode, uint32_t times);

  // What is still pending is dispatched and all connections are finalized.
  [[nodiscard]] Plan End();
  // As it is.
  [[nodiscard]] Plan Done();

 private:
  GenerateOptions options_;
  Plan plan_;
  std::map<std::string_view, Value> keys_;
  std::vector<int32_t> connections_;
  int32_t trackers_ = 0;
  uint32_t number_ = 0;
  Nanos last_ns_ = 0;  // when the last of the later steps comes
  Ending ending_ = Ending::kNever;
};

// A generator of plans: what `write` makes of the numbers that the generators draw.
template <typename Write, typename... Ts>
[[nodiscard]] rc::Gen<Plan> Plans(Write write, rc::Gen<Ts>... gens) {
  return rc::gen::map(rc::gen::tuple(std::move(gens)...),
                      [write](const std::tuple<Ts...>& drawn) { return std::apply(write, drawn); });
}

}  // namespace cmapsim::suite
