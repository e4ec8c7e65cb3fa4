// One world that a history may have come to: what the service's map holds, which connections and
// trackers there are, and which notifications are pending, as far as the pages say it.
//
//   PossibleWorld world(plan);
//   if (!world.Apply(set)) ...        // what the set returned cannot be, here and now
//   PossibleWorld other = world;              // a value: both are gone on with where a fault leaves both
//   other.CarryOut(interrupted_set);  // as if it had succeeded
//   world.Key() == other.Key()        // whether they are the same world
//
// It shares no code with sim/cmap. A key that the service may have made by itself is unknown until
// somebody says what it holds.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/history/history.h"
#include "conformance/oracle/map_model.h"

namespace cmapsim {

class PossibleWorld {
 public:
  explicit PossibleWorld(const Plan& plan);

  // The operation takes effect now, with the result that it returned. False where that cannot be:
  // the world is then not to be used any more.
  [[nodiscard]] bool Apply(const Operation& operation);
  // The operation takes effect now, and nobody knows its result. False where it has no effect.
  [[nodiscard]] bool CarryOut(const Operation& operation);
  // The service dies.
  void Kill();

  struct Notification {
    int32_t tracker = kNoOperation;  // the track_add
    int32_t cause = kNoOperation;    // what changed the key
    int32_t event = 0;
    std::string key;  // as traces write it, and the values; an empty value: unknown
    std::string new_text;
    std::string old_text;
    // It may never come: its tracker, or the change, is only a possibility.
    bool perhaps = false;
    bool operator<(const Notification& other) const;
    // Whether a callback's line tells of the same change of the key, whatever the values.
    [[nodiscard]] bool IsOfTheChange(const TraceEvent& shown) const;
  };
  // Takes a notification that a callback shows out of those that are pending. Whoever deleted the tracker, or finalized its
  // connection, must not have returned before the event can have been taken.
  [[nodiscard]] bool Take(const Moment& callback, int32_t tracker,
                          const std::vector<Operation>& operations);
  [[nodiscard]] const std::vector<Notification>& pending() const { return pending_; }
  [[nodiscard]] bool IsDeleted(int32_t tracker) const;
  // The finalize that ended the connection, or kNoOperation.
  [[nodiscard]] int32_t FinalizedBy(int32_t connection) const;
  [[nodiscard]] bool IsDead(int32_t connection) const;
  [[nodiscard]] int32_t ConnectionOf(int32_t tracker) const;
  // Nothing that is pending on the connection is sure to come from now on.
  void Doubt(int32_t connection);
  // Notifications of deleted trackers that lie about on the connection are thrown away.
  void DropGhosts(int32_t connection);

  // The world as text: equal texts, equal worlds.
  [[nodiscard]] std::string Key() const;

 private:
  struct Entry {
    enum class Is { kPresent, kUnknown };
    Is is = Is::kPresent;
    std::optional<HeldValue> value;  // nothing: unknown
  };
  struct Connection {
    bool dead = false;
    bool modelled = true;  // false: of another map
    bool doubtful = false;
    int32_t finalized_by = kNoOperation;
    std::optional<uint64_t> context;
  };
  struct Tracker {
    int32_t connection = kNoOperation;
    std::string key;
    int32_t mask = 0;
    bool perhaps = false;
    int32_t deleted_by = kNoOperation;
  };

  // Whether the connection's state alone explains the result; nothing where the call is to be looked at.
  [[nodiscard]] std::optional<bool> ByConnection(const Operation& operation);
  [[nodiscard]] bool ApplyOnMap(const Operation& operation);
  [[nodiscard]] bool ApplySet(const Operation& operation);
  [[nodiscard]] bool ApplyDelete(const Operation& operation);
  [[nodiscard]] bool ApplyAdjust(const Operation& operation);
  [[nodiscard]] bool ApplyGet(const Operation& operation);
  [[nodiscard]] bool ApplyTrackAdd(const Operation& operation);
  [[nodiscard]] bool ApplyTrackDelete(const Operation& operation);
  [[nodiscard]] bool ApplyService(const Operation& operation);
  [[nodiscard]] bool GetShows(const Operation& operation, const HeldValue& held) const;

  [[nodiscard]] const Entry* Find(const std::string& key) const;
  [[nodiscard]] bool MayBeUnknown(const std::string& key) const;
  [[nodiscard]] bool IsReadOnly(const std::string& key) const { return read_only_->contains(key); }
  void Change(const Operation& cause, const std::string& key, std::optional<Entry> after);
  void Notify(const Operation& cause, const std::string& key, const std::optional<Entry>& before,
              const std::optional<Entry>& after);
  // As traces write it.
  [[nodiscard]] static std::string Shown(const HeldValue& value);
  void AddTracker(const Operation& operation, bool perhaps);
  void FirstKeys();

  const Plan* plan_;
  std::shared_ptr<const std::set<std::string>> read_only_;
  std::map<std::string, Entry> map_;
  std::set<std::string> absent_;  // keys that the service may make, known not to be there
  std::map<int32_t, Connection> connections_;  // by their initialize
  std::map<int32_t, Tracker> trackers_;        // by their track_add
  std::vector<Notification> pending_;          // sorted: their order is nowhere promised
  bool service_dead_ = false;
};

}  // namespace cmapsim
