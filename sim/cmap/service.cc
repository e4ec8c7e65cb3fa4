#include "sim/cmap/service.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "sim/cmap/handle_table.h"
#include "sim/cmap/iterator.h"
#include "sim/cmap/rules.h"
#include "sim/cmap/stats_map.h"
#include "sim/cmap/tracker.h"

namespace cmapsim {
namespace {

constexpr int32_t kDefaultMap = 0;
constexpr int32_t kStatsMap = 1;

constexpr int32_t kAllTrackBits = kTrackAdd | kTrackDelete | kTrackModify | kTrackPrefix;

bool IsInteger(ValueType type) { return type >= ValueType::kInt8 && type <= ValueType::kUInt64; }

bool IsKnownNonInteger(ValueType type) {
  return type >= ValueType::kFloat && type <= ValueType::kBinary;
}

}  // namespace

struct Service::Impl {
  struct Connection {
    ConnectionId id = 0;
    Transport transport = Transport::kShm;
    int32_t map = kDefaultMap;
    HandleTable<IteratorId> iterators;
    HandleTable<TrackerId> trackers;
    std::string last_name;  // of the last request that carries one; kept for sockets only
  };

  explicit Impl(const KeyTable& first_keys) : store(first_keys) {}

  Connection& At(ConnectionId id) {
    for (size_t i = 0; i < connected; ++i) {
      if (connections[i]->id == id) return *connections[i];
    }
    assert(false && "no such connection");
    std::abort();
  }

  // The connection of a request.
  Connection& Requested(ConnectionId id) {
    stats.Requested(id);
    return At(id);
  }

  // The connection of a request that carries a name, which is cut as the daemon cuts it.
  Connection& At(ConnectionId id, std::string_view& name) {
    name = BeforeNul(name);
    Connection& connection = Requested(id);
    if (connection.transport == Transport::kSocket) connection.last_name.assign(name);
    return connection;
  }

  void Notify(ConnectionId to, const Notification& notification) {
    stats.Notified(to);
    notify(to, notification);
  }

  // As Announce, of the map that the connection uses.
  void AnnounceIn(const Connection& connection, const Change& change) {
    connection.map == kStatsMap ? stats.Announce(change) : Announce(change);
  }
  IteratorTable& IteratorsOf(const Connection& connection) {
    return connection.map == kStatsMap ? stats.iterators() : iterators;
  }
  Store& StoreOf(const Connection& connection) {
    return connection.map == kStatsMap ? stats.store() : store;
  }

  // Tells the trackers of the change, and ends it.
  void Announce(const Change& change) {
    if (change.event == 0) return;
    if (notify) {
      Notification notification;
      notification.event = change.event;
      notification.key = change.key;
      notification.new_value = change.new_value;
      notification.old_value = change.old_value;
      trackers.ForEachInterested(store.tree(), change.node, change.event,
                                 [&](const Tracker& tracker) {
                                   if (tracker.connection == leaving) return;
                                   notification.instance = tracker.instance;
                                   notification.track_handle = tracker.handle;
                                   Notify(tracker.connection, notification);
                                 });
    }
    store.Finish(change);
  }

  CsError SetValue(std::string_view key, ValueType type, std::string_view value) {
    if (!IsValueLength(type, value)) return CsError::kInvalidParam;
    const NodeId node = store.Find(key);
    if (node != kNoNode) {
      const ValueView old = store.ValueOf(node);
      if (old.type == type && SameStored(type, old.bytes, value)) return CsError::kOk;
    } else if (!IsKeyName(key)) {
      return CsError::kNameTooLong;
    }
    Announce(store.Set(node, key, type, value));
    return CsError::kOk;
  }

  Store store;
  TrackerTable trackers;
  IteratorTable iterators;
  StatsMap stats;
  CheckSequence checks;
  NotifyFn notify;
  std::optional<ConnectionId> leaving;  // a connection that is told nothing any more
  std::vector<std::unique_ptr<Connection>> connections;  // those in use first
  size_t connected = 0;
  std::string adjusted;
};

Service::Service(const KeyTable& first_keys) : impl_(std::make_unique<Impl>(first_keys)) {
  impl_->stats.SetTell([impl = impl_.get()](ConnectionId to, const Notification& notification) {
    if (impl->notify && to != impl->leaving) impl->Notify(to, notification);
  });
}

Service::~Service() = default;

void Service::SetNotify(NotifyFn fn) { impl_->notify = std::move(fn); }

void Service::Reset(const KeyTable& first_keys) {
  impl_->checks = {};
  Restart(first_keys);
}

void Service::Restart(const KeyTable& first_keys) {
  impl_->store.Reset(first_keys);
  impl_->trackers.Clear();
  impl_->iterators.Clear();
  impl_->stats.Reset();
  impl_->connected = 0;
}

void Service::Connect(ConnectionId id, Transport transport) {
  auto& connections = impl_->connections;
  if (impl_->connected == connections.size())
    connections.push_back(std::make_unique<Impl::Connection>());
  Impl::Connection& connection = *connections[impl_->connected++];
  connection.id = id;
  connection.transport = transport;
  connection.map = kDefaultMap;
  connection.iterators.Clear();
  connection.trackers.Clear();
  connection.last_name.clear();
  impl_->stats.Connected(id);
}

void Service::Disconnect(ConnectionId id) {
  Impl::Connection& connection = impl_->At(id);
  // Iterators first: leaving its key, one may complete a deletion, of which the others are told.
  impl_->leaving = id;
  connection.iterators.ForEach([&](IteratorId i) {
    impl_->AnnounceIn(connection,
                      impl_->IteratorsOf(connection).Remove(impl_->StoreOf(connection), i));
  });
  connection.trackers.ForEach([&](TrackerId t) {
    connection.map == kStatsMap ? impl_->stats.Untrack(t)
                                : impl_->trackers.Remove(impl_->store.tree(), t);
  });
  impl_->stats.Disconnected(id);
  impl_->leaving.reset();
  const auto begin = impl_->connections.begin();
  const auto end = begin + static_cast<std::ptrdiff_t>(impl_->connected);
  const auto gone = std::find_if(begin, end, [&](const auto& c) { return c.get() == &connection; });
  std::rotate(gone, gone + 1, end);
  --impl_->connected;
}

CsError Service::Set(ConnectionId by, std::string_view key, ValueType type,
                     std::string_view value) {
  const Impl::Connection& connection = impl_->At(by, key);
  if (connection.map == kStatsMap) return impl_->stats.Set(by, key);
  if (impl_->store.IsReadOnly(key)) return CsError::kAccess;
  return impl_->SetValue(key, type, value);
}

CsError Service::Delete(ConnectionId by, std::string_view key) {
  const Impl::Connection& connection = impl_->At(by, key);
  if (connection.map == kStatsMap) return StatsMap::MayChange(key);
  if (impl_->store.IsReadOnly(key)) return CsError::kAccess;
  const NodeId node = impl_->store.Find(key);
  if (node == kNoNode) return CsError::kNotExist;
  impl_->Announce(impl_->store.Unreference(node));
  return CsError::kOk;
}

CsError Service::Get(ConnectionId by, std::string_view key, uint64_t capacity, ValueView& out) {
  const Impl::Connection& connection = impl_->At(by, key);
  if (connection.map == kStatsMap) return impl_->stats.Get(by, key, out);
  const NodeId node = impl_->store.Find(key);
  if (node == kNoNode) return CsError::kNotExist;
  const ValueView value = impl_->store.ValueOf(node);
  if (capacity != 0 && capacity < value.bytes.size()) return CsError::kInvalidParam;
  out = value;
  return CsError::kOk;
}

CsError Service::AdjustInt(ConnectionId by, std::string_view key, int32_t step) {
  const Impl::Connection& connection = impl_->At(by, key);
  if (connection.map == kStatsMap) return StatsMap::MayChange(key);
  if (impl_->store.IsReadOnly(key)) return CsError::kAccess;
  const NodeId node = impl_->store.Find(key);
  if (node == kNoNode) return CsError::kNotExist;
  const ValueView value = impl_->store.ValueOf(node);
  if (IsKnownNonInteger(value.type)) return CsError::kInvalidParam;
  // corosync 3.1.7: a type that nobody knows is adjusted by doing nothing.
  if (!IsInteger(value.type)) return CsError::kOk;
  impl_->adjusted.assign(value.bytes);
  AdjustInteger(step, impl_->adjusted);
  return impl_->SetValue(key, value.type, impl_->adjusted);
}

CsError Service::IterInit(ConnectionId by, std::string_view prefix, uint64_t& iter_handle) {
  // An empty prefix is none, yet not one that is only empty up to its first NUL.
  const bool has_prefix = !prefix.empty();
  Impl::Connection& connection = impl_->At(by, prefix);
  IteratorTable& iterators = impl_->IteratorsOf(connection);
  const IteratorId id = has_prefix ? iterators.Add(prefix) : iterators.Add();
  iter_handle = connection.iterators.Create(id, impl_->checks);
  return CsError::kOk;
}

CsError Service::IterNext(ConnectionId by, uint64_t iter_handle, std::string_view& key,
                          ValueView& value) {
  Impl::Connection& connection = impl_->Requested(by);
  const IteratorId* const id = connection.iterators.Get(iter_handle);
  if (id == nullptr) return CsError::kBadHandle;
  // corosync 3.1.7 keeps a pointer to the prefix within the request, and libqb receives each
  // request from a socket into the same memory: at its first step an iterator finds there the last
  // name that the connection has sent since.
  IteratorTable& iterators = impl_->IteratorsOf(connection);
  Store& store = impl_->StoreOf(connection);
  Iterator& iterator = iterators.At(*id);
  if (connection.transport == Transport::kSocket && iterator.node == kRootNode)
    iterator.prefix.assign(connection.last_name);

  const IteratorTable::Step step = iterators.Next(store, *id);
  impl_->AnnounceIn(connection, step.left);
  if (step.node == kNoNode) return CsError::kNoSections;
  key = store.KeyOf(step.node);
  value = connection.map == kStatsMap ? impl_->stats.TypeOf(step.node) : store.ValueOf(step.node);
  return CsError::kOk;
}

CsError Service::IterFinalize(ConnectionId by, uint64_t iter_handle) {
  Impl::Connection& connection = impl_->Requested(by);
  const IteratorId* const id = connection.iterators.Get(iter_handle);
  if (id == nullptr) return CsError::kBadHandle;
  impl_->AnnounceIn(connection,
                    impl_->IteratorsOf(connection).Remove(impl_->StoreOf(connection), *id));
  connection.iterators.Destroy(iter_handle);
  return CsError::kOk;
}

CsError Service::TrackAdd(ConnectionId by, std::string_view key, int32_t mask, uint64_t instance,
                          uint64_t& track_handle) {
  const bool has_key = !key.empty();
  Impl::Connection& connection = impl_->At(by, key);
  const bool stats = connection.map == kStatsMap;
  const CsError error = stats                          ? StatsMap::MayTrack(mask)
                        : (mask & ~kAllTrackBits) != 0 ? CsError::kInvalidParam
                                                       : CsError::kOk;
  if (error != CsError::kOk) return error;
  TrackerId id;
  if (stats) {
    id = impl_->stats.Track(by, has_key ? std::optional(key) : std::nullopt, mask, instance);
  } else if (has_key && key.empty()) {
    id = impl_->trackers.AddToNothing(by, mask, instance);
  } else {
    id = impl_->trackers.Add(impl_->store.tree(), key, by, mask, instance);
  }
  track_handle = connection.trackers.Create(id, impl_->checks);
  (stats ? impl_->stats.trackers() : impl_->trackers).At(id).handle = track_handle;
  return CsError::kOk;
}

CsError Service::TrackDelete(ConnectionId by, uint64_t track_handle, uint64_t& instance) {
  Impl::Connection& connection = impl_->Requested(by);
  const TrackerId* const id = connection.trackers.Get(track_handle);
  if (id == nullptr) return CsError::kBadHandle;
  if (connection.map == kStatsMap) {
    instance = impl_->stats.trackers().At(*id).instance;
    impl_->stats.Untrack(*id);
  } else {
    instance = impl_->trackers.At(*id).instance;
    impl_->trackers.Remove(impl_->store.tree(), *id);
  }
  connection.trackers.Destroy(track_handle);
  return CsError::kOk;
}

CsError Service::SetCurrentMap(ConnectionId by, int32_t map) {
  Impl::Connection& connection = impl_->Requested(by);
  const bool iterators = connection.iterators.AnyAndLeak();
  const bool trackers = connection.trackers.AnyAndLeak();
  if (iterators || trackers) return CsError::kBusy;
  if (map != kDefaultMap && map != kStatsMap) return CsError::kNotExist;
  connection.map = map;
  if (map == kStatsMap) impl_->stats.Open();
  return CsError::kOk;
}

bool Service::StatsUpdateDue() const { return impl_->stats.UpdateDue(); }

void Service::UpdateStats() { impl_->stats.Update(); }

size_t Service::TrackerCount(ConnectionId id) const {
  size_t count = 0;
  impl_->At(id).trackers.ForEach([&count](TrackerId) { ++count; });
  return count;
}

int64_t Service::FreedUnderIterator() const {
  return impl_->store.tree().releases_under_iterator();
}

}  // namespace cmapsim
