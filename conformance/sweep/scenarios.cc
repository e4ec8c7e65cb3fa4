#include "conformance/sweep/scenarios.h"

#include <array>
#include <string_view>
#include <utility>

#include "conformance/suites/steps.h"
#include "sim/core/time.h"
#include "sim/core/value.h"

namespace cmapsim {
namespace {

using namespace suite;  // NOLINT(google-build-using-namespace): the words of plans

constexpr std::array<int32_t, 4> kModes = {kDispatchOne, kDispatchAll, kDispatchBlocking,
                                           kDispatchOneNonblocking};
// When things come that are not there yet, and when a dispatch that goes on for ever is ended.
constexpr Nanos kLater = 5 * kSecond;
constexpr Nanos kEnd = 100 * kSecond;
constexpr Nanos kQuiet = 300 * kSecond;
constexpr int kDrain = 4;
// A key of every fresh service.
constexpr char kThere[] = "runtime.services.cmap.service_id";
// In the epilogue: none of a situation's.
constexpr int32_t kLastConnection = 9;

class Writer {
 public:
  explicit Writer(int32_t mode) : mode_(mode) {}

  [[nodiscard]] int32_t mode() const { return mode_; }
  void Add(Step step) { plan_.steps.push_back(std::move(step)); }
  void Connect() { Add(Initialize()); }
  void Track() { Add(TrackAll()); }
  [[nodiscard]] static Step TrackAll(int32_t tracker = 0, int32_t connection = 0) {
    return TrackAdd(tracker, "test.", kTrackAdd | kTrackModify | kTrackDelete | kTrackPrefix,
                    connection);
  }
  // A tracker whose first callback does this.
  void TrackWith(std::vector<Step> reaction) {
    Step track = TrackAll();
    track.on_callback.push_back({.nth = 1, .steps = std::move(reaction)});
    Add(std::move(track));
  }
  [[nodiscard]] Step SetNext(std::string key, int32_t connection = 0) {
    return Set(std::move(key), Value::Integer(ValueType::kUInt32, next_value_++), connection);
  }
  void Peer(std::string key) { Add(ByPeer(SetNext(std::move(key)))); }
  void PeerLater(std::string key, Nanos after_ns) {
    Add(ByPeer(SetNext(std::move(key)), after_ns));
  }
  // The dispatch that the scenario is about. One that goes on for ever is ended by the service.
  void DispatchIt(int32_t connection = 0) {
    if (mode_ == kDispatchBlocking) {
      Add(OfService(ServiceAction::kKill, kEnd));
      Add(OfService(ServiceAction::kStart, kEnd + kSecond));
    }
    Add(Dispatch(mode_, connection));
  }
  // One that waits needs something to wait for.
  void PeerLaterIfOneWaits() {
    if (mode_ == kDispatchOne) PeerLater("test.late", kLater);
  }

  Plan End(int32_t connections = 1) {
    for (const bool again : {false, true}) {
      if (again) Add(Sleep(kQuiet));
      for (int32_t c = 0; c < connections; ++c) {
        Add(Dispatch(kDispatchAll, c));
        for (int i = 0; i < kDrain; ++i) Add(Dispatch(kDispatchOneNonblocking, c));
      }
    }
    Read("test.a", 64);
    for (int32_t c = 0; c < connections; ++c) Add(Finalize(c));
    Read(kThere, 64);
    Add(Initialize(kLastConnection));
    Read(kThere, 64, kLastConnection);
    Add(Finalize(kLastConnection));
    NumberSteps(plan_);
    return std::move(plan_);
  }
  void Read(std::string key, uint32_t size, int32_t connection = 0) {
    Step get = OnKey(Op::kGet, std::move(key), connection);
    get.buffer_size = size;
    Add(std::move(get));
  }

 private:
  int32_t mode_;
  int64_t next_value_ = 1;
  Plan plan_;
};

using Situation = Plan (*)(Writer&);

Plan NothingPending(Writer& w) {
  w.Connect();
  w.Track();
  w.PeerLaterIfOneWaits();
  w.DispatchIt();
  return w.End();
}

Plan OnePending(Writer& w) {
  w.Connect();
  w.Track();
  w.Peer("test.a");
  w.DispatchIt();
  return w.End();
}

Plan ManyPending(Writer& w) {
  w.Connect();
  w.Track();
  for (int i = 0; i < 6; ++i) w.Peer(i % 2 == 0 ? "test.a" : "test.b" + std::to_string(i));
  w.Add(ByPeer(Delete("test.a")));
  w.DispatchIt();
  return w.End();
}

Plan DeletedTracker(Writer& w) {
  w.Connect();
  w.Track();
  w.Add(Writer::TrackAll(1));
  w.Peer("test.a");
  w.Add(TrackDelete(0));
  w.Peer("test.b");
  w.DispatchIt();
  return w.End();
}

Plan CallbackSets(Writer& w) {
  w.Connect();
  w.TrackWith({w.SetNext("test.b"), w.SetNext("other.c")});
  w.Peer("test.a");
  w.DispatchIt();
  return w.End();
}

Plan CallbackTracks(Writer& w) {
  w.Connect();
  w.TrackWith({TrackAdd(1, "other.", kTrackAdd | kTrackPrefix), ByPeer(w.SetNext("other.c"))});
  w.Peer("test.a");
  w.DispatchIt();
  return w.End();
}

Plan CallbackDeletes(Writer& w) {
  w.Connect();
  w.Add(Writer::TrackAll(1));
  w.TrackWith({TrackDelete(1)});
  w.Peer("test.a");
  w.Peer("test.b");
  w.DispatchIt();
  return w.End();
}

Plan CallbackFinalizes(Writer& w) {
  w.Connect();
  w.TrackWith({Finalize()});
  w.Peer("test.a");
  w.Peer("test.b");
  w.DispatchIt();
  return w.End();
}

Plan LateEvent(Writer& w) {
  w.Connect();
  w.Track();
  w.PeerLater("test.a", kLater);
  w.PeerLater("test.b", 2 * kLater);
  w.DispatchIt();
  return w.End();
}

Plan ServiceDead(Writer& w) {
  w.Connect();
  w.Track();
  w.Peer("test.a");
  w.Add(OfService(ServiceAction::kKill));
  w.Add(Dispatch(w.mode()));
  w.Add(OfService(ServiceAction::kStart));
  return w.End();
}

Plan ServiceStopped(Writer& w) {
  w.Connect();
  w.Track();
  w.Peer("test.a");
  w.Add(OfService(ServiceAction::kStop));
  w.Add(OfService(ServiceAction::kContinue, kLater));
  w.Add(w.SetNext("test.b"));
  w.DispatchIt();
  return w.End();
}

Plan TwoConnections(Writer& w) {
  w.Connect();
  w.Add(Initialize(1));
  w.Track();
  w.Add(Writer::TrackAll(1, 1));
  w.Add(w.SetNext("test.a", 1));
  w.Add(Dispatch(kDispatchOneNonblocking, 1));
  w.DispatchIt();
  return w.End(2);
}

Plan BigValues(Writer& w) {
  w.Connect();
  w.Track();
  w.Add(Set("test.big", Value{ValueType::kBinary, std::string(50'000, 'a')}));
  w.Add(ByPeer(Set("test.big", Value{ValueType::kBinary, std::string(60'000, 'b')})));
  w.Read("test.big", 65'536);
  w.DispatchIt();
  return w.End();
}

Plan CallsBetween(Writer& w) {
  w.Connect();
  w.Track();
  w.Add(w.SetNext("test.a"));
  w.Add(OnKey(Op::kInc, "test.a"));
  w.Read("test.a", 64);
  Step first = On(Op::kIterInit, 0);
  first.key = "test.";
  w.Add(std::move(first));
  for (int i = 0; i < 2; ++i) w.Add(On(Op::kIterNext, 0));
  w.Add(On(Op::kIterFinalize, 0));
  w.Add(FdGet());
  w.DispatchIt();
  w.Add(Delete("test.a"));
  return w.End();
}

Plan Restart(Writer& w) {
  w.Connect();
  w.Track();
  w.Add(OfService(ServiceAction::kKill));
  w.Add(OfService(ServiceAction::kStart, kSecond));
  w.Add(Dispatch(w.mode()));
  w.Add(Finalize());
  w.Add(Sleep(2 * kSecond));
  w.Connect();
  w.Track();
  w.Peer("test.a");
  w.DispatchIt();
  return w.End();
}

struct NamedSituation {
  std::string_view name;
  Situation write;
};
constexpr std::array<NamedSituation, 15> kSituations = {{
    {"nothing-pending", &NothingPending},
    {"one-pending", &OnePending},
    {"many-pending", &ManyPending},
    {"deleted-tracker", &DeletedTracker},
    {"callback-sets", &CallbackSets},
    {"callback-tracks", &CallbackTracks},
    {"callback-deletes", &CallbackDeletes},
    {"callback-finalizes", &CallbackFinalizes},
    {"late-event", &LateEvent},
    {"service-dead", &ServiceDead},
    {"service-stopped", &ServiceStopped},
    {"two-connections", &TwoConnections},
    {"big-values", &BigValues},
    {"calls-between", &CallsBetween},
    {"restart", &Restart},
}};

}  // namespace

std::vector<Scenario> SweepScenarios() {
  std::vector<Scenario> scenarios;
  for (const int32_t mode : kModes) {
    for (const NamedSituation& situation : kSituations) {
      Writer writer(mode);
      scenarios.push_back(
          {DispatchModeName(mode) + "/" + std::string(situation.name), situation.write(writer)});
    }
  }
  return scenarios;
}

}  // namespace cmapsim
