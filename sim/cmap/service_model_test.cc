// The service against a model of what the manual pages say, which is as naive as can be: one sorted
// map, and every tracker asked about every change. Iterations are whole, none is open while keys
// change: what happens then, the pages do not say (iterator_test.cc does).

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "sim/cmap/rules.h"
#include "sim/cmap/service.h"

namespace cmapsim {
namespace {

constexpr int32_t kConnections = 2;

struct Request {
  enum class Kind { kSet, kDelete, kGet, kAdjust, kTrackAdd, kTrackDelete, kReconnect, kIterate };
  Kind kind = Kind::kSet;
  ConnectionId by = 0;
  std::string key;
  Value value;
  int32_t number = 0;  // mask, step or capacity
  size_t which = 0;    // tracker
};

// What came of a request: the error, what it gave, and who was told what, in order.
using Outcome = std::vector<std::string>;

std::string Told(ConnectionId to, uint64_t instance, int32_t event, const std::string& key,
                 const Value& now, const Value& before) {
  return std::to_string(to) + " " + std::to_string(instance) + " " + std::to_string(event) + " " +
         key + " " + FormatValue(now) + " " + FormatValue(before);
}

class Model {
 public:
  Outcome Do(const Request& r) {
    Outcome outcome;
    switch (r.kind) {
      case Request::Kind::kSet:
        Set(r.key, r.value, outcome);
        break;
      case Request::Kind::kDelete:
        Delete(r.key, outcome);
        break;
      case Request::Kind::kGet:
        Get(r, outcome);
        break;
      case Request::Kind::kAdjust:
        Adjust(r.key, r.number, outcome);
        break;
      case Request::Kind::kTrackAdd:
        TrackAdd(r, outcome);
        break;
      case Request::Kind::kTrackDelete:
        TrackDelete(r, outcome);
        break;
      case Request::Kind::kReconnect:
        std::erase_if(trackers_, [&r](const Tracker& t) { return t.connection == r.by; });
        break;
      case Request::Kind::kIterate:
        for (const auto& [key, value] : keys_) {
          if (key.starts_with(r.key)) outcome.push_back(key + " " + FormatValue(value));
        }
        break;
    }
    return outcome;
  }

 private:
  struct Tracker {
    ConnectionId connection;
    std::string key;
    int32_t mask;
    uint64_t instance;
  };

  static void Say(Outcome& outcome, CsError error) {
    outcome.insert(outcome.begin(), std::to_string(static_cast<int>(error)));
  }

  void Set(const std::string& key, const Value& value, Outcome& outcome) {
    if (!IsValueLength(value.type, value.bytes)) return Say(outcome, CsError::kInvalidParam);
    if (!IsKeyName(key)) return Say(outcome, CsError::kNameTooLong);
    Value stored{value.type, {}};
    AssignStored(value.type, value.bytes, stored.bytes);
    const auto found = keys_.find(key);
    const Value before = found == keys_.end() ? Value{} : found->second;
    const bool added = found == keys_.end();
    keys_[key] = stored;
    if (added || !(before == stored)) {
      Tell(added ? kTrackAdd : kTrackModify, key, stored, before, outcome);
    }
    Say(outcome, CsError::kOk);
  }

  void Delete(const std::string& key, Outcome& outcome) {
    const auto found = keys_.find(key);
    if (found == keys_.end()) return Say(outcome, CsError::kNotExist);
    const Value before = found->second;
    keys_.erase(found);
    Tell(kTrackDelete, key, {}, before, outcome);
    Say(outcome, CsError::kOk);
  }

  void Get(const Request& r, Outcome& outcome) {
    const auto found = keys_.find(r.key);
    if (found == keys_.end()) return Say(outcome, CsError::kNotExist);
    const size_t size = found->second.bytes.size();
    if (r.number != 0 && size > static_cast<size_t>(r.number)) {
      return Say(outcome, CsError::kInvalidParam);
    }
    outcome.push_back(FormatValue(found->second));
    Say(outcome, CsError::kOk);
  }

  void Adjust(const std::string& key, int32_t step, Outcome& outcome) {
    const auto found = keys_.find(key);
    if (found == keys_.end()) return Say(outcome, CsError::kNotExist);
    Value value = found->second;
    if (value.type > ValueType::kUInt64) return Say(outcome, CsError::kInvalidParam);
    AdjustInteger(step, value.bytes);
    Set(key, value, outcome);
  }

  void TrackAdd(const Request& r, Outcome& outcome) {
    if ((r.number & ~0xf) != 0) return Say(outcome, CsError::kInvalidParam);
    trackers_.push_back({r.by, r.key, r.number, ++instances_});
    Say(outcome, CsError::kOk);
  }

  void TrackDelete(const Request& r, Outcome& outcome) {
    if (trackers_.empty()) return;
    trackers_.erase(trackers_.begin() + static_cast<std::ptrdiff_t>(r.which % trackers_.size()));
    Say(outcome, CsError::kOk);
  }

  // Longer keys first. Of one key: its own trackers newest first, then its prefix's oldest first;
  // those of all keys newest first.
  static bool ToldBefore(const Tracker& a, const Tracker& b) {
    if (a.key.size() != b.key.size()) return a.key.size() > b.key.size();
    const bool a_prefix = (a.mask & kTrackPrefix) != 0;
    const bool b_prefix = (b.mask & kTrackPrefix) != 0;
    if (a_prefix != b_prefix) return b_prefix;
    return a_prefix && !a.key.empty() ? a.instance < b.instance : a.instance > b.instance;
  }

  void Tell(int32_t event, const std::string& key, const Value& now, const Value& before,
            Outcome& outcome) {
    std::vector<Tracker> told = trackers_;
    std::sort(told.begin(), told.end(), ToldBefore);
    for (const Tracker& t : told) {
      const bool fits = (t.mask & kTrackPrefix) != 0 ? key.starts_with(t.key) : key == t.key;
      if (!fits || (t.mask & event) == 0) continue;
      outcome.push_back(Told(t.connection, t.instance, event, key, now, before));
    }
  }

  std::map<std::string, Value> keys_;
  std::vector<Tracker> trackers_;
  uint64_t instances_ = 0;
};

class Subject {
 public:
  Subject() : service_(NoKeys()) {
    service_.SetNotify([this](ConnectionId to, const Notification& n) {
      told_.push_back(
          Told(to, n.instance, n.event, std::string(n.key), Copy(n.new_value), Copy(n.old_value)));
    });
    for (ConnectionId id = 0; id < kConnections; ++id) service_.Connect(id);
  }

  Outcome Do(const Request& r) {
    Outcome outcome;
    switch (r.kind) {
      case Request::Kind::kSet:
        Say(outcome, service_.Set(r.by, r.key, r.value.type, r.value.bytes));
        break;
      case Request::Kind::kDelete:
        Say(outcome, service_.Delete(r.by, r.key));
        break;
      case Request::Kind::kGet: {
        ValueView value;
        Say(outcome, service_.Get(r.by, r.key, static_cast<uint64_t>(r.number), value));
        if (outcome.front() == "1") outcome.push_back(FormatValue(Copy(value)));
        break;
      }
      case Request::Kind::kAdjust:
        Say(outcome, service_.AdjustInt(r.by, r.key, r.number));
        break;
      case Request::Kind::kTrackAdd:
        TrackAdd(r, outcome);
        break;
      case Request::Kind::kTrackDelete:
        TrackDelete(r, outcome);
        break;
      case Request::Kind::kReconnect:
        service_.Disconnect(r.by);
        service_.Connect(r.by);
        std::erase_if(trackers_, [&r](const auto& t) { return t.first == r.by; });
        break;
      case Request::Kind::kIterate:
        Iterate(r, outcome);
        break;
    }
    outcome.insert(outcome.end(), told_.begin(), told_.end());
    told_.clear();
    return outcome;
  }

 private:
  static const KeyTable& NoKeys() {
    static const KeyTable table({}, {});
    return table;
  }
  static Value Copy(const ValueView& view) { return {view.type, std::string(view.bytes)}; }
  static void Say(Outcome& outcome, CsError error) {
    outcome.push_back(std::to_string(static_cast<int>(error)));
  }

  void TrackAdd(const Request& r, Outcome& outcome) {
    uint64_t handle = 0;
    const CsError error = service_.TrackAdd(r.by, r.key, r.number, instances_ + 1, handle);
    Say(outcome, error);
    if (error != CsError::kOk) return;
    ++instances_;
    trackers_.emplace_back(r.by, handle);
  }

  void TrackDelete(const Request& r, Outcome& outcome) {
    if (trackers_.empty()) return;
    const auto which = trackers_.begin() + static_cast<std::ptrdiff_t>(r.which % trackers_.size());
    uint64_t instance = 0;
    Say(outcome, service_.TrackDelete(which->first, which->second, instance));
    trackers_.erase(which);
  }

  void Iterate(const Request& r, Outcome& outcome) {
    uint64_t iterator = 0;
    RC_ASSERT(service_.IterInit(r.by, r.key, iterator) == CsError::kOk);
    std::string_view key;
    ValueView value;
    while (service_.IterNext(r.by, iterator, key, value) == CsError::kOk) {
      outcome.push_back(std::string(key) + " " + FormatValue(Copy(value)));
    }
    RC_ASSERT(service_.IterFinalize(r.by, iterator) == CsError::kOk);
  }

  Service service_;
  std::vector<std::string> told_;
  std::vector<std::pair<ConnectionId, uint64_t>> trackers_;
  uint64_t instances_ = 0;
};

rc::Gen<Value> AnyValue() {
  const std::vector<std::string> bytes = {
      "", "a", "\xff", "ab", "abcd", std::string("a\0b", 3), "abcdefgh"};
  const std::vector<ValueType> types = {ValueType::kInt8,   ValueType::kUInt8, ValueType::kUInt32,
                                        ValueType::kUInt64, ValueType::kFloat, ValueType::kString,
                                        ValueType::kBinary};
  return rc::gen::construct<Value>(rc::gen::elementOf(types), rc::gen::elementOf(bytes));
}

rc::Gen<std::string> AnyKey() {
  const auto tail = rc::gen::container<std::string>(rc::gen::elementOf<std::string>("ab"));
  return rc::gen::map(tail, [](std::string text) { return "k." + std::move(text); });
}

rc::Gen<std::string> AnyPrefix() {
  return rc::gen::oneOf(AnyKey(), rc::gen::element<std::string>("", "k", "x", "k."));
}

rc::Gen<Request> AnyRequest() {
  using Kind = Request::Kind;
  const auto kind = *rc::gen::weightedElement<Kind>({{8, Kind::kSet},
                                                     {4, Kind::kDelete},
                                                     {2, Kind::kGet},
                                                     {2, Kind::kAdjust},
                                                     {4, Kind::kTrackAdd},
                                                     {1, Kind::kTrackDelete},
                                                     {1, Kind::kReconnect},
                                                     {1, Kind::kIterate}});
  const bool prefix = kind == Kind::kTrackAdd || kind == Kind::kIterate;
  return rc::gen::build<Request>(
      rc::gen::set(&Request::kind, rc::gen::just(kind)),
      rc::gen::set(&Request::by, rc::gen::inRange<ConnectionId>(0, kConnections)),
      rc::gen::set(&Request::key, prefix ? AnyPrefix() : AnyKey()),
      rc::gen::set(&Request::value, AnyValue()),
      rc::gen::set(&Request::number, rc::gen::inRange<int32_t>(0, 17)),
      rc::gen::set(&Request::which, rc::gen::inRange<size_t>(0, 8)));
}

RC_GTEST_PROP(ServiceProperty, DoesAsTheManualPagesSay, ()) {
  const auto requests =
      *rc::gen::container<std::vector<Request>>(rc::gen::exec([] { return *AnyRequest(); }));
  Model model;
  Subject subject;
  for (const Request& request : requests) RC_ASSERT(subject.Do(request) == model.Do(request));
}

}  // namespace
}  // namespace cmapsim
