// What the oracle knows of iterators: which keys each has given, and which it still owes.
//
//   Iterators iterators;
//   iterators.Add({.slot = 0, .connection = 0, .name = "i1", .prefix = "test."});
//   iterators.NoteKey("test.b");         // it came or went: it may be seen, or not
//   iterators.MayHold("test.a")          // an iterator stands on it, or stood when the tree changed
//
// The page says that each key comes once. What comes of keys that come and go meanwhile it leaves
// open, so that these are neither wanted nor refused.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace cmapsim {

struct Iterator {
  int32_t slot = -1;
  int32_t connection = -1;
  std::string_view name = {};  // i1
  std::string prefix = {};
  bool all_keys = false;  // its prefix was NULL or empty
  bool finalized = false;
  bool uncertain = false;  // something departed: where it stands, nobody knows
  std::set<std::string, std::less<>> given = {};
  std::set<std::string, std::less<>> came_or_went = {};
  bool tree_changed = false;   // keys or trackers came or went since it began
  int32_t connections = 0;     // RunState::ConnectionsSoFar when it began
  bool asked_between = false;  // another request of its connection came before its first step
  std::optional<std::string> on = {};  // the key that it gave last
};

class Iterators {
 public:
  void Add(Iterator iterator) { list_.push_back(std::move(iterator)); }
  // The one that cmap_iter_init put into the slot last, finalized or not; null where there is none.
  [[nodiscard]] Iterator* InSlot(int32_t slot);
  // Another one that is not finalized has the name.
  [[nodiscard]] bool IsTaken(int32_t connection, std::string_view name) const;

  // A key came or went, or perhaps.
  void NoteKey(const std::string& key);
  // A tracker came or went: the service's tree may have changed under the iterators.
  void NoteTree();
  // A request of the connection that steps no iterator.
  void NoteRequest(int32_t connection);
  // Nobody knows where any iterator of the connection stands.
  void Distrust(int32_t connection);
  void Finalize(int32_t connection);

  // Whether a deletion may leave the key where it is, since an iterator is on it or was when the
  // tree changed.
  [[nodiscard]] bool MayHold(std::string_view key) const;
  // Whether a new key may come to be where an iterator stands, on a longer key, and go when that moves.
  [[nodiscard]] bool MayTakeAway(std::string_view key) const;

 private:
  std::vector<Iterator> list_;
  std::set<std::string, std::less<>> stuck_;
};

}  // namespace cmapsim
