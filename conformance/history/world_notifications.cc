// The notifications of a possible world: how they come to be pending, which of them a callback takes, and which may be lost.
#include <algorithm>
#include <tuple>

#include "conformance/history/world.h"
#include "sim/core/value.h"

namespace cmapsim {
namespace {

std::string TraceKey(const std::string& key) {
  std::string text;
  AppendTraceKey(key, text);
  return text;
}

// "unset!data" is "unset", which another clause looks after.
std::string_view WithoutNote(std::string_view text) {
  return text == "unset!data" ? std::string_view("unset") : text;
}

bool Fits(std::string_view expected, std::string_view shown) {
  return expected.empty() || expected == WithoutNote(shown);
}

std::string_view EventText(int32_t event) {
  return event == kTrackAdd ? "ADD" : event == kTrackDelete ? "DELETE" : "MODIFY";
}

bool Shows(const PossibleWorld::Notification& n, const TraceEvent& shown) {
  return n.IsOfTheChange(shown) && Fits(n.new_text, shown.Field("new")) &&
         Fits(n.old_text, shown.Field("old"));
}

}  // namespace

bool PossibleWorld::Notification::IsOfTheChange(const TraceEvent& shown) const {
  return key == shown.Field("key") && (event == 0 || EventText(event) == shown.Field("event"));
}

bool PossibleWorld::Notification::operator<(const Notification& other) const {
  return std::tie(tracker, cause, event, key, new_text, old_text, perhaps) <
         std::tie(other.tracker, other.cause, other.event, other.key, other.new_text,
                  other.old_text, other.perhaps);
}

void PossibleWorld::Notify(const Operation& cause, const std::string& key,
                           const std::optional<Entry>& before, const std::optional<Entry>& after) {
  const bool sure = (!before || before->value) && (!after || after->value);
  Notification n;
  n.cause = cause.index;
  n.key = TraceKey(key);
  n.event = !after ? kTrackDelete : !before ? kTrackAdd : sure ? kTrackModify : 0;
  n.new_text = !after ? "unset" : after->value ? Shown(*after->value) : "";
  n.old_text = !before ? "unset" : before->value ? Shown(*before->value) : "";
  for (const auto& [track_add, tracker] : trackers_) {
    if (tracker.deleted_by != kNoOperation) continue;
    const Connection& c = connections_[tracker.connection];
    if (c.dead || c.finalized_by != kNoOperation) continue;
    if (n.event != 0 && (tracker.mask & n.event) == 0) continue;
    const bool covers =
        tracker.key.empty() ||
        ((tracker.mask & kTrackPrefix) != 0 ? key.starts_with(tracker.key) : key == tracker.key);
    if (!covers) continue;
    n.tracker = track_add;
    n.perhaps = tracker.perhaps || c.doubtful || !sure;
    pending_.insert(std::upper_bound(pending_.begin(), pending_.end(), n), n);
  }
}

bool PossibleWorld::Take(const Moment& callback, int32_t tracker,
                         const std::vector<Operation>& operations) {
  const auto at = trackers_.find(tracker);
  if (at == trackers_.end()) return false;
  // Whether what ended it had returned before the event can have been taken.
  const auto over = [&](int32_t by) {
    return by != kNoOperation && operations[static_cast<size_t>(by)].returned < callback.since;
  };
  if (over(at->second.deleted_by)) return false;
  if (over(FinalizedBy(at->second.connection))) return false;
  auto found = pending_.end();
  for (auto n = pending_.begin(); n != pending_.end(); ++n) {
    if (n->tracker != tracker || !Shows(*n, *callback.event)) continue;
    if (found == pending_.end() || !n->perhaps) found = n;
    if (!found->perhaps) break;
  }
  if (found == pending_.end()) return false;
  pending_.erase(found);
  return true;
}

void PossibleWorld::Doubt(int32_t connection) {
  const auto at = connections_.find(connection);
  if (at == connections_.end()) return;
  at->second.doubtful = true;
  for (Notification& n : pending_) {
    if (ConnectionOf(n.tracker) == connection) n.perhaps = true;
  }
  std::sort(pending_.begin(), pending_.end());
}

void PossibleWorld::DropGhosts(int32_t connection) {
  std::erase_if(pending_, [&](const Notification& n) {
    return ConnectionOf(n.tracker) == connection && IsDeleted(n.tracker);
  });
}

}  // namespace cmapsim
