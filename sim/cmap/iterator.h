// Iterators over the keys with a prefix, moved as libqb 2.0.6 moves them.
//
//   IteratorTable iterators;
//   const IteratorId id = iterators.Add("test.");
//   auto [node, left] = iterators.Next(store, id);   // node: none at the end
//   ... if left.event is set, tell the trackers and store.Finish(left) ...
//
// An iterator holds a reference to the key that it stands on. A key that is deleted meanwhile
// stays, for everybody, until the iterator moves on or is finalized: only then the trackers learn
// of it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/cmap/store.h"

namespace cmapsim {

using IteratorId = int32_t;

struct Iterator {
  std::string prefix;
  bool has_prefix = false;
  NodeId node = kRootNode;  // where it stands; the root before the first step, none behind the end
  NodeId root = kRootNode;  // of the subtree that it walks
};

class IteratorTable {
 public:
  struct Step {
    NodeId node;
    Change left;  // the end of the key that was left, if it was waiting for that
  };

  void Clear();

  IteratorId Add();                         // over all keys
  IteratorId Add(std::string_view prefix);  // none has an empty prefix
  // libqb looks the prefix up at the first step only; until then it may be changed.
  [[nodiscard]] Iterator& At(IteratorId id) { return iterators_[static_cast<size_t>(id)]; }

  [[nodiscard]] Step Next(Store& store, IteratorId id);
  [[nodiscard]] Change Remove(Store& store, IteratorId id);

 private:
  std::vector<Iterator> iterators_;  // free ones stay, for their memory
  std::vector<IteratorId> free_;
  size_t used_ = 0;
};

}  // namespace cmapsim
