// The statistics map (CMAP_MAP_STATS) of corosync 3.1.7: keys that the service makes, and that clients
// can read, iterate over and track.
//
//   StatsMap stats;
//   stats.SetTell([](ConnectionId to, const Notification& n) { ... });
//   stats.Connected(1);                       // counted; keys are made once somebody looks
//   stats.Open();
//   stats.Get(1, "stats.ipcs.global.active", value);   // 1
//
// The service's connections are counted as the daemon counts them, under names with a process id and a
// number of our own. All other statistics stand still at what a fresh daemon shows. Of a change of
// value, trackers learn at the next Update, which the owner calls every kStatsPeriod (service.h) while UpdateDue.
// What is observed and what is left out: docs/observed.md ("Maps") and docs/limitations.md.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/cmap/iterator.h"
#include "sim/cmap/store.h"
#include "sim/cmap/tracker.h"
#include "sim/cmap/types.h"

namespace cmapsim {

class StatsMap {
 public:
  using Tell = std::function<void(ConnectionId to, const Notification&)>;

  StatsMap();
  void SetTell(Tell tell) { tell_ = std::move(tell); }
  // As a new process of the service begins.
  void Reset();

  void Connected(ConnectionId id);
  // The connection's trackers and iterators are gone already.
  void Disconnected(ConnectionId id);
  // A request of this connection is about to be carried out.
  void Requested(ConnectionId by);
  // The connection was sent a notification, of whichever map.
  void Notified(ConnectionId to);
  // Somebody uses the map: from now on its keys are there.
  void Open();

  CsError Set(ConnectionId by, std::string_view key);
  // Delete and AdjustInt.
  [[nodiscard]] static CsError MayChange(std::string_view key);
  // The length that the client asks for is not looked at (observed, 3.1.7). On CS_OK the view is valid
  // until the next call.
  CsError Get(ConnectionId by, std::string_view key, ValueView& out);
  // Of a key that is iterated over: a string has no length there (observed, 3.1.7).
  [[nodiscard]] ValueView TypeOf(NodeId node) const;

  [[nodiscard]] static CsError MayTrack(int32_t mask);
  // No key: all keys. An empty key is none of the map.
  TrackerId Track(ConnectionId by, std::optional<std::string_view> key, int32_t mask,
                  uint64_t instance);
  void Untrack(TrackerId id);

  // What the trackers of the key are told of an iterator's leaving it.
  void Announce(const Change& change);

  // Whether a value that is tracked is not what its tracker was told last.
  [[nodiscard]] bool UpdateDue();
  void Update();

  [[nodiscard]] Store& store() { return store_; }
  [[nodiscard]] TrackerTable& trackers() { return trackers_; }
  [[nodiscard]] IteratorTable& iterators() { return iterators_; }

 private:
  struct Counted {
    ConnectionId id = 0;
    std::string prefix;  // of its keys
    uint64_t requests = 0;
    uint64_t responses = 0;
    uint64_t notifications = 0;
    bool answering = false;  // the last request's response is not counted yet
  };
  // A tracker of one key, which learns of new values.
  struct Watch {
    TrackerId tracker;
    std::string key;
    uint64_t last;
  };

  [[nodiscard]] Counted* Find(ConnectionId id);
  void AddKeys(const Counted& connection);
  void Clear(ConnectionId by);
  // The bytes of a key's value in `value_`; false where it has none any more.
  bool Read(std::optional<ConnectionId> by, std::string_view key, ValueType& type);
  // A number's bits; nothing where there is none.
  [[nodiscard]] std::optional<uint64_t> Number(std::string_view key);

  Tell tell_;
  Store store_;
  TrackerTable trackers_;
  IteratorTable iterators_;
  bool open_ = false;
  std::vector<Counted> connections_;  // free ones stay behind the others, for their memory
  size_t connected_ = 0;
  std::vector<Watch> watches_;  // the newest first
  uint64_t serial_ = 0;
  uint64_t active_ = 0;
  uint64_t closed_ = 0;
  std::string value_;
};

}  // namespace cmapsim
