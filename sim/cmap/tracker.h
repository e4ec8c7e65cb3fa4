// Who is told of a change, and in which order.
//
//   TrackerTable trackers;
//   TrackerId id = trackers.Add(store.tree(), "test.", {.mask = kTrackAdd | kTrackPrefix, ...});
//   trackers.ForEachInterested(store.tree(), change, [](const Tracker& t) { ... });
//   trackers.Remove(store.tree(), id);
//
// Order of corosync 3.1.7 with libqb 2.0.6: trackers of the key itself, then those of its longest
// prefix that is tracked, and so on; last those of all keys. Within one key those of the key alone
// come first, newest first, then those of the prefix, oldest first; those of all keys come newest
// first.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/cmap/key_tree.h"
#include "sim/cmap/types.h"
#include "sim/core/plan.h"

namespace cmapsim {

using TrackerId = int32_t;

struct Tracker {
  ConnectionId connection = 0;
  int32_t mask = 0;
  uint64_t instance = 0;
  uint64_t handle = 0;
  std::string key;
  TrackerId previous = kNoTracker;
  TrackerId next = kNoTracker;
};

class TrackerTable {
 public:
  void Clear();

  // An empty key stands for all keys; see AddToNothing for one that is empty by its first NUL.
  TrackerId Add(KeyTree& tree, std::string_view key, ConnectionId connection, int32_t mask,
                uint64_t instance);
  // A tracker that no change ever reaches.
  TrackerId AddToNothing(ConnectionId connection, int32_t mask, uint64_t instance);
  void Remove(KeyTree& tree, TrackerId id);
  [[nodiscard]] Tracker& At(TrackerId id) { return trackers_[static_cast<size_t>(id)]; }

  template <typename F>
  void ForEachInterested(const KeyTree& tree, NodeId changed, int32_t event, F f) const {
    for (NodeId node = changed; node != kNoNode; node = tree.At(node).parent) {
      for (TrackerId id = tree.At(node).first_tracker; id != kNoTracker;
           id = trackers_[static_cast<size_t>(id)].next) {
        const Tracker& tracker = trackers_[static_cast<size_t>(id)];
        if ((tracker.mask & event) != 0 && ((tracker.mask & kTrackPrefix) != 0 || node == changed))
          f(tracker);
      }
    }
  }

 private:
  TrackerId New(ConnectionId connection, int32_t mask, uint64_t instance);

  std::vector<Tracker> trackers_;  // free ones stay, for their memory
  std::vector<TrackerId> free_;
  size_t used_ = 0;
};

}  // namespace cmapsim
