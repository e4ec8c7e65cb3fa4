#include "sim/cmap/tracker.h"

#include <cassert>

namespace cmapsim {
namespace {

// In Tracker::previous of one that is in no list.
constexpr TrackerId kUnlisted = -2;

}  // namespace

void TrackerTable::Clear() {
  free_.clear();
  used_ = 0;
}

TrackerId TrackerTable::New(ConnectionId connection, int32_t mask, uint64_t instance) {
  TrackerId id;
  if (!free_.empty()) {
    id = free_.back();
    free_.pop_back();
  } else {
    if (used_ == trackers_.size()) trackers_.emplace_back();
    id = static_cast<TrackerId>(used_++);
  }
  Tracker& tracker = At(id);
  tracker.connection = connection;
  tracker.mask = mask;
  tracker.instance = instance;
  tracker.handle = 0;
  tracker.previous = kNoTracker;
  tracker.next = kNoTracker;
  return id;
}

TrackerId TrackerTable::AddToNothing(ConnectionId connection, int32_t mask, uint64_t instance) {
  const TrackerId id = New(connection, mask, instance);
  At(id).previous = kUnlisted;
  return id;
}

TrackerId TrackerTable::Add(KeyTree& tree, std::string_view key, ConnectionId connection,
                            int32_t mask, uint64_t instance) {
  const TrackerId id = New(connection, mask, instance);
  Tracker& tracker = At(id);
  tracker.key.assign(key);
  KeyNode& node = tree.Edit(key.empty() ? kRootNode : tree.Insert(key));
  if (node.first_tracker == kNoTracker) {
    node.first_tracker = id;
    node.last_tracker = id;
  } else if (!key.empty() && (mask & kTrackPrefix) != 0) {
    tracker.previous = node.last_tracker;
    At(node.last_tracker).next = id;
    node.last_tracker = id;
  } else {
    tracker.next = node.first_tracker;
    At(node.first_tracker).previous = id;
    node.first_tracker = id;
  }
  return id;
}

void TrackerTable::Remove(KeyTree& tree, TrackerId id) {
  free_.push_back(id);
  const Tracker& tracker = At(id);
  if (tracker.previous == kUnlisted) return;
  // By its key and not by a node kept from then: splitting moves trackers to another node.
  const NodeId node_id = tracker.key.empty() ? kRootNode : tree.Find(tracker.key);
  assert(node_id != kNoNode);
  KeyNode& node = tree.Edit(node_id);
  (tracker.previous == kNoTracker ? node.first_tracker : At(tracker.previous).next) = tracker.next;
  (tracker.next == kNoTracker ? node.last_tracker : At(tracker.next).previous) = tracker.previous;
  tree.Release(node_id);
}

}  // namespace cmapsim
