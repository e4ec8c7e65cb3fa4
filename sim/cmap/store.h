// The keys and values of a map.
//
// A KeyTable is a sorted, immutable set of first keys, shared by all runs. A Store is a KeyTable
// with changes on top, so that starting a run costs nothing however many first keys there are.
//
//   Store store(FreshCorosyncKeys());
//   Change change = store.Set("test.a", ValueType::kUInt8, "\x07");   // change.event == kTrackAdd
//   ... tell the trackers of change.node and of its ancestors ...
//   store.Finish(change);                                             // the old value goes
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/cmap/key_tree.h"
#include "sim/cmap/types.h"
#include "sim/core/plan.h"

namespace cmapsim {

class KeyTable {
 public:
  struct Entry {
    std::string key;
    ValueType type;
    std::string bytes;  // as the map holds it
    bool read_only;
  };

  // Sorted by key as the map iterates. A later entry of the same key wins. `read_only_keys` need
  // not exist.
  KeyTable(std::vector<FirstKey> keys, std::vector<std::string> read_only_prefixes,
           std::vector<std::string> read_only_keys = {});
  [[nodiscard]] const std::vector<Entry>& entries() const { return content_->entries; }
  // Read-only keys and prefixes cover keys that do not exist as well.
  [[nodiscard]] bool IsReadOnly(std::string_view key) const { return content_->IsReadOnly(key); }

 private:
  friend class Store;
  struct Content {
    [[nodiscard]] bool IsReadOnly(std::string_view key) const;

    std::vector<Entry> entries;
    std::vector<std::string> read_only_prefixes;
    std::vector<std::string> read_only_keys;  // sorted
    KeyTree::Image tree;                      // its items are indices of entries
  };
  std::shared_ptr<const Content> content_;
};

// Those of a fresh single-node corosync 3.1.7 (recorded; see fresh_corosync_3_1_7.inc), with its
// read-only keys.
[[nodiscard]] const KeyTable& FreshCorosyncKeys();

// One change of one key. Views are valid until Finish.
struct Change {
  int32_t event = 0;  // one of kTrackAdd, kTrackDelete, kTrackModify; 0: nothing changed
  NodeId node = kNoNode;
  std::string_view key;
  ValueView new_value;
  ValueView old_value;
  int32_t old_item = kNoItem;
};

class Store {
 public:
  explicit Store(const KeyTable& first_keys);
  void Reset(const KeyTable& first_keys);

  [[nodiscard]] bool IsReadOnly(std::string_view key) const { return first_->IsReadOnly(key); }
  // The node of an existing key, else none.
  [[nodiscard]] NodeId Find(std::string_view key) const;
  [[nodiscard]] ValueView ValueOf(NodeId node) const { return ViewOf(tree_.At(node).item); }
  [[nodiscard]] std::string_view KeyOf(NodeId node) const;

  // `node` is Find(key); `bytes` have a length that is right for the type and differ from what is
  // there.
  [[nodiscard]] Change Set(NodeId node, std::string_view key, ValueType type,
                           std::string_view bytes);
  // Takes away one reference. The key goes with the last one, and while an iterator holds one
  // nothing changes.
  [[nodiscard]] Change Unreference(NodeId node);
  // Ends every change that did something.
  void Finish(const Change& change);

  [[nodiscard]] KeyTree& tree() { return tree_; }
  [[nodiscard]] const KeyTree& tree() const { return tree_; }

 private:
  struct Item {
    std::string key;
    ValueType type = ValueType::kUnset;
    std::string bytes;
  };
  int32_t NewItem();
  [[nodiscard]] ValueView ViewOf(int32_t item) const;

  std::shared_ptr<const KeyTable::Content> first_;
  KeyTree tree_;
  // An item below the number of first keys is a first key, the others are here. They stay when they
  // are free, for their memory.
  std::vector<Item> items_;
  std::vector<int32_t> free_items_;
  size_t used_items_ = 0;
};

}  // namespace cmapsim
