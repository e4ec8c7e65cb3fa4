#include "sim/cmap/stats_map.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <utility>

#include "sim/core/plan.h"

namespace cmapsim {
namespace {

constexpr std::string_view kConnections = "stats.ipcs.service0.";

// The processes that connections are of: a plan's peer begins before its client.
constexpr int kPeerProcess = 4241;
constexpr int kClientProcess = 4242;
std::string_view ProcessName(ConnectionId id) { return id < 0 ? "peer" : "client"; }

// What the daemon counts of a connection, in the order in which it makes the keys.
struct Row {
  const char* name;
  ValueType type;
};
constexpr Row kRows[] = {
    {"queueing", ValueType::kInt32},
    {"queued", ValueType::kUInt32},
    {"invalid_request", ValueType::kUInt64},
    {"overload", ValueType::kUInt64},
    {"sent", ValueType::kUInt32},
    {"procname", ValueType::kString},
    {"requests", ValueType::kUInt64},
    {"responses", ValueType::kUInt64},
    {"dispatched", ValueType::kUInt64},
    {"send_retries", ValueType::kUInt64},
    {"recv_retries", ValueType::kUInt64},
    {"flow_control", ValueType::kUInt32},
    {"flow_control_count", ValueType::kUInt64},
};

bool HasPrefix(std::string_view key, std::string_view prefix) {
  return key.substr(0, prefix.size()) == prefix;
}

// Keys that can be set, and that only clear something.
bool IsClear(std::string_view key) { return HasPrefix(key, "stats.clear."); }

const KeyTable& FreshStatistics() {
  static const KeyTable table = [] {
    std::vector<FirstKey> keys;
    const auto add = [&keys](const char* key, const char* text) {
      std::optional<Value> value = ParseValue(text);
      if (!value) std::abort();  // not as it was recorded
      keys.push_back({key, std::move(*value), false});
    };
#define STATISTIC(key, value) add(key, value);
#include "sim/cmap/stats_corosync_3_1_7.inc"
#undef STATISTIC
    return KeyTable(std::move(keys), {});
  }();
  return table;
}

}  // namespace

StatsMap::StatsMap() : store_(FreshStatistics()) {}

void StatsMap::Reset() {
  if (open_) {
    store_.Reset(FreshStatistics());
    trackers_.Clear();
    iterators_.Clear();
    watches_.clear();
  }
  open_ = false;
  connected_ = 0;
  serial_ = active_ = closed_ = 0;
}

StatsMap::Counted* StatsMap::Find(ConnectionId id) {
  const auto end = connections_.begin() + static_cast<std::ptrdiff_t>(connected_);
  const auto found =
      std::find_if(connections_.begin(), end, [id](const Counted& c) { return c.id == id; });
  return found == end ? nullptr : &*found;
}

void StatsMap::Connected(ConnectionId id) {
  if (connected_ == connections_.size()) connections_.emplace_back();
  Counted& connection = connections_[connected_++];
  connection.id = id;
  connection.requests = connection.responses = connection.notifications = 0;
  connection.answering = false;
  char prefix[64];
  std::snprintf(prefix, sizeof prefix, "%s%d.0x%llx.", kConnections.data(),
                id < 0 ? kPeerProcess : kClientProcess, static_cast<unsigned long long>(++serial_));
  connection.prefix.assign(prefix);
  if (open_) AddKeys(connection);
  ++active_;
}

void StatsMap::AddKeys(const Counted& connection) {
  for (const Row& row : kRows) {
    const std::string key = connection.prefix + row.name;
    Announce(store_.Set(kNoNode, key, row.type, std::string(FixedValueSize(row.type), '\0')));
  }
}

void StatsMap::Disconnected(ConnectionId id) {
  Counted* const connection = Find(id);
  if (connection == nullptr) return;
  for (const Row& row : kRows) {
    if (!open_) break;
    const NodeId node = store_.Find(connection->prefix + row.name);
    if (node != kNoNode) Announce(store_.Unreference(node));
  }
  const auto begin = connections_.begin();
  const auto at = begin + (connection - connections_.data());
  std::rotate(at, at + 1, begin + static_cast<std::ptrdiff_t>(connected_));
  --connected_;
  // After a clearing they were not all counted, and it wraps.
  --active_;
  ++closed_;
}

void StatsMap::Requested(ConnectionId by) {
  Counted* const connection = Find(by);
  if (connection == nullptr) return;
  if (std::exchange(connection->answering, true)) ++connection->responses;
  ++connection->requests;
}

void StatsMap::Notified(ConnectionId to) {
  if (Counted* const connection = Find(to)) ++connection->notifications;
}

void StatsMap::Open() {
  if (std::exchange(open_, true)) return;
  for (size_t i = 0; i < connected_; ++i) AddKeys(connections_[i]);
}

void StatsMap::Clear(ConnectionId by) {
  active_ = closed_ = 0;
  for (size_t i = 0; i < connected_; ++i) {
    Counted& connection = connections_[i];
    connection.requests = connection.responses = connection.notifications = 0;
    // Of all others the response was sent before.
    connection.answering = connection.id == by;
  }
}

CsError StatsMap::Set(ConnectionId by, std::string_view key) {
  if (!IsClear(key)) return CsError::kAccess;
  for (const std::string_view what : {"stats.clear.ipc", "stats.clear.all"}) {
    if (!HasPrefix(key, what)) continue;
    Clear(by);
    return CsError::kOk;
  }
  for (const std::string_view what :
       {"stats.clear.knet", "stats.clear.totem", "stats.clear.schedmiss"}) {
    if (HasPrefix(key, what)) return CsError::kOk;
  }
  return CsError::kNotSupported;
}

CsError StatsMap::MayChange(std::string_view key) {
  return IsClear(key) ? CsError::kNotSupported : CsError::kAccess;
}

bool StatsMap::Read(std::optional<ConnectionId> by, std::string_view key, ValueType& type) {
  const NodeId node = store_.Find(key);
  if (node == kNoNode) return false;
  const ValueView held = store_.ValueOf(node);
  type = held.type;
  value_.assign(held.bytes);
  const auto number = [this](uint64_t n) {
    value_.assign(reinterpret_cast<const char*>(&n), sizeof n);
    return true;
  };
  if (key == "stats.ipcs.global.active") return number(active_);
  if (key == "stats.ipcs.global.closed") return number(closed_);
  if (!HasPrefix(key, kConnections)) return true;
  for (size_t i = 0; i < connected_; ++i) {
    const Counted& connection = connections_[i];
    if (!HasPrefix(key, connection.prefix)) continue;
    const std::string_view name = key.substr(connection.prefix.size());
    if (name == "procname") {
      value_.assign(ProcessName(connection.id));
      value_ += '\0';
    }
    if (name == "requests") return number(connection.requests);
    if (name == "dispatched") return number(connection.notifications);
    if (name != "responses") return true;
    const bool sent = connection.answering && by != connection.id;
    return number(connection.responses + (sent ? 1 : 0));
  }
  return false;  // an iterator holds the key, and the connection is gone
}

CsError StatsMap::Get(ConnectionId by, std::string_view key, ValueView& out) {
  ValueType type{};
  if (!Read(by, key, type)) return CsError::kNotExist;
  out = {type, value_};
  return CsError::kOk;
}

ValueView StatsMap::TypeOf(NodeId node) const {
  const ValueView held = store_.ValueOf(node);
  return held.type == ValueType::kString ? ValueView{held.type, {}} : held;
}

CsError StatsMap::MayTrack(int32_t mask) {
  // Other bits of the mask are not looked at, unlike in the ordinary map.
  const bool whole = (mask & kTrackAdd) != 0 && (mask & kTrackDelete) != 0;
  return (mask & kTrackPrefix) != 0 && !whole ? CsError::kNotSupported : CsError::kOk;
}

TrackerId StatsMap::Track(ConnectionId by, std::optional<std::string_view> key, int32_t mask,
                          uint64_t instance) {
  const bool nothing = (mask & (kTrackAdd | kTrackDelete)) == 0 || (key && key->empty());
  const TrackerId id =
      nothing ? trackers_.AddToNothing(by, mask, instance)
              : trackers_.Add(store_.tree(), key.value_or(std::string_view()), by, mask, instance);
  if ((mask & kTrackPrefix) == 0 && key) {
    watches_.insert(watches_.begin(), {id, std::string(*key), Number(*key).value_or(0)});
  }
  return id;
}

void StatsMap::Untrack(TrackerId id) {
  watches_.erase(std::remove_if(watches_.begin(), watches_.end(),
                                [id](const Watch& watch) { return watch.tracker == id; }),
                 watches_.end());
  trackers_.Remove(store_.tree(), id);
}

void StatsMap::Announce(const Change& change) {
  if (change.event == 0) return;
  Notification notification;
  notification.event = change.event;
  notification.key = change.key;
  ValueType type{};
  if (tell_ && Read(std::nullopt, change.key, type)) {
    // The value before is not kept: the daemon shows the same twice.
    notification.new_value = notification.old_value = {type, value_};
    trackers_.ForEachInterested(store_.tree(), change.node, change.event,
                                [&](const Tracker& tracker) {
                                  notification.instance = tracker.instance;
                                  notification.track_handle = tracker.handle;
                                  tell_(tracker.connection, notification);
                                });
  }
  store_.Finish(change);
}

std::optional<uint64_t> StatsMap::Number(std::string_view key) {
  ValueType type{};
  uint64_t number = 0;
  if (!Read(std::nullopt, key, type) || value_.size() > sizeof number) return std::nullopt;
  if (type == ValueType::kString) return std::nullopt;
  std::memcpy(&number, value_.data(), value_.size());
  return number;
}

bool StatsMap::UpdateDue() {
  return std::any_of(watches_.begin(), watches_.end(), [this](const Watch& watch) {
    return Number(watch.key).value_or(watch.last) != watch.last;
  });
}

void StatsMap::Update() {
  for (Watch& watch : watches_) {
    const auto number = Number(watch.key);
    if (!number || *number == watch.last) continue;
    watch.last = *number;
    ValueType type{};
    Read(std::nullopt, watch.key, type);
    const Tracker& tracker = trackers_.At(watch.tracker);
    Notification notification;
    notification.event = kTrackModify;
    notification.key = watch.key;
    notification.new_value = notification.old_value = {type, value_};
    notification.instance = tracker.instance;
    notification.track_handle = tracker.handle;
    if (tell_) tell_(tracker.connection, notification);
  }
}

}  // namespace cmapsim
