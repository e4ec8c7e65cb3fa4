// The oracle's own idea of the map: a std::map of keys, as cmap_set(3), cmap_delete(3), cmap_inc(3)
// and cmap_get(3) describe it. It shares no code with sim/cmap.
//
//   MapModel map(plan, /*live=*/false);
//   Effect e = map.Set("test.a", v);     // e.kind == kChanged, e.event == kTrackAdd
//   map.Set("test.a", v).kind            // kNothing: the same value again is no change
//
// A key that corosync itself may have made is unknown until a plan touches it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/plan.h"
#include "sim/core/value.h"

namespace cmapsim {

// A value as the map holds it and as callbacks and cmap_get show it: a string ends with its NUL.
struct HeldValue {
  ValueType type = ValueType::kUnset;
  std::string bytes;
  bool operator==(const HeldValue&) const = default;
};

// How the map holds a value passed to cmap_set; nothing where its length does not fit its type (the
// pages do not say what happens then).
[[nodiscard]] std::optional<HeldValue> Hold(const Value& value);

[[nodiscard]] bool IsIntegerType(ValueType type);
// The value counted up by `step`, cut to its type's width; nothing where it is no integer.
[[nodiscard]] std::optional<HeldValue> Adjusted(const HeldValue& value, int32_t step);

// Whether corosync 3.1.7 keeps keys of its own that begin so.
[[nodiscard]] bool IsBelowServicePrefix(std::string_view key);

// What cmap_set(3) says of key names.
[[nodiscard]] bool KeyLengthFits(std::string_view key);
// As short or as long as a name can be.
[[nodiscard]] bool IsAtLimitOfLength(std::string_view key);
[[nodiscard]] bool KeyCharactersFit(std::string_view key);

struct Effect {
  enum class Kind {
    kNothing,  // the map stays as it was
    kChanged,
    kPerhaps,  // the key was unknown before: changed or not, added or modified
  };
  Kind kind = Kind::kNothing;
  int32_t event = 0;                // one of kTrackAdd, kTrackDelete, kTrackModify; 0 unknown
  std::optional<HeldValue> before;  // nothing: absent, or unknown
  std::optional<HeldValue> after;
  bool before_known = true;
};

class MapModel {
 public:
  enum class Presence { kAbsent, kPresent, kUnknown };
  struct Entry {
    Presence presence = Presence::kAbsent;
    HeldValue value;
    bool value_known = true;  // false: present with a value that nobody has told us
    // How the value came to be: by cmap_set and by first keys, by a shortcut of this type, by inc or dec.
    std::optional<ValueType> shortcut = {};
    int32_t adjusted = 0;  // 1, -1: counted; 2, -2: counted beyond the type's limit
    // Set, or deleted, by the client under test and not by another one.
    bool by_client = false;
  };

  // `live`: the daemon keeps keys of its own beside the plan's.
  MapModel(const Plan& plan, bool live);

  // Back to the first keys: the service was started anew.
  void Reset();

  [[nodiscard]] Entry Find(const std::string& key) const;
  [[nodiscard]] bool IsReadOnly(const std::string& key) const { return read_only_.contains(key); }
  // Whether the service may hold the key or forbid its change for reasons that no plan shows.
  [[nodiscard]] bool IsServiceKey(std::string_view key) const;

  // The keys that are known to be there and begin with `prefix`, in order.
  [[nodiscard]] std::vector<std::string> Present(std::string_view prefix) const;
  // Whether there may be keys with the prefix that no plan shows.
  [[nodiscard]] bool MayHoldOthers(std::string_view prefix) const;

  // What a call that succeeded did.
  Effect Set(const std::string& key, const HeldValue& value);
  Effect Delete(const std::string& key);
  Effect Adjust(const std::string& key, int32_t step);
  // Whose the last set of the key was, and whether it was one of a shortcut.
  void NoteSetter(const std::string& key, std::optional<ValueType> shortcut, bool by_client);
  // The last deletion of the key was the client's.
  void NoteDeleter(const std::string& key);
  // cmap_get told us.
  void Learn(const std::string& key, const HeldValue& value);
  // From now on nothing is known of the key.
  void Forget(const std::string& key);

 private:
  const Plan* plan_;
  bool live_;
  std::map<std::string, Entry>
      entries_;  // what differs from being absent (or, a service's key, unknown)
  std::set<std::string> read_only_;
};

}  // namespace cmapsim
