// The CMAP service as a state machine: a request goes in, a reply and notifications come out. No
// I/O, no time.
//
//   Service service(FreshCorosyncKeys());
//   service.SetNotify([](ConnectionId to, const Notification& n) { ... });
//   service.Connect(1);
//   service.TrackAdd(1, "test.", kTrackAdd | kTrackPrefix, /*instance=*/77);
//   CsError e = service.Set(1, "test.a", ValueType::kUInt8, bytes);   // notifies connection 1
//   before it returns
//
// Behaviour is that of corosync 3.1.7's ordinary map ("icmap") as its manual pages say and, where
// they are silent, as the daemon was observed to do; the .cc names each such observation. Errors
// are the numbers of cs_error_t. Not thread-safe. Reset() goes back to the first keys without
// giving memory back, so that a service is pooled.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "sim/cmap/store.h"
#include "sim/cmap/types.h"
#include "sim/core/plan.h"
#include "sim/core/time.h"

namespace cmapsim {

// How often the daemon looks whether a statistic that is tracked has changed.
inline constexpr Nanos kStatsPeriod = 1500 * kMillisecond;

class Service {
 public:
  using NotifyFn = std::function<void(ConnectionId to, const Notification&)>;

  // `first_keys` must outlive the service and is shared, never changed.
  explicit Service(const KeyTable& first_keys);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  // Called while a request is carried out; it must not call the service.
  void SetNotify(NotifyFn fn);
  // Back to the state after construction with these first keys.
  void Reset(const KeyTable& first_keys);
  // As a new process of the service begins: all is forgotten, but no handle is given out again.
  void Restart(const KeyTable& first_keys);

  // Connections are named by the caller; in the statistics one below 0 is of another process than the
  // others. Disconnect removes the connection's trackers and
  // iterators. The transport matters to an iterator's prefix (see IterNext in the .cc).
  void Connect(ConnectionId id, Transport transport = Transport::kShm);
  void Disconnect(ConnectionId id);

  CsError Set(ConnectionId by, std::string_view key, ValueType type, std::string_view value);
  CsError Delete(ConnectionId by, std::string_view key);
  // `capacity` is the client's buffer size; 0 asks for type and length alone (observed, 3.1.7). On
  // CS_OK the view is valid until the next change.
  CsError Get(ConnectionId by, std::string_view key, uint64_t capacity, ValueView& out);
  CsError AdjustInt(ConnectionId by, std::string_view key, int32_t step);

  CsError IterInit(ConnectionId by, std::string_view prefix, uint64_t& iter_handle);
  CsError IterNext(ConnectionId by, uint64_t iter_handle, std::string_view& key, ValueView& value);
  CsError IterFinalize(ConnectionId by, uint64_t iter_handle);

  // An empty key tracks everything. `instance` comes back in every notification.
  CsError TrackAdd(ConnectionId by, std::string_view key, int32_t mask, uint64_t instance,
                   uint64_t& track_handle);
  // On CS_OK `instance` is the one that track_add was given.
  CsError TrackDelete(ConnectionId by, uint64_t track_handle, uint64_t& instance);

  CsError SetCurrentMap(ConnectionId by, int32_t map);

  // The statistics are looked at every kStatsPeriod: whether a tracker would be told of
  // something then, and that.
  [[nodiscard]] bool StatsUpdateDue() const;
  void UpdateStats();

  // For plans: how many trackers and iterators a connection holds.
  [[nodiscard]] size_t TrackerCount(ConnectionId id) const;

  // How often since Reset a request made corosync 3.1.7 free memory that an iterator goes on using
  // (a key deleted twice under it): from the first time on, a real daemon may do anything, and this
  // service does something sensible.
  [[nodiscard]] int64_t FreedUnderIterator() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace cmapsim
