// The tree of keys, shaped exactly as libqb 2.0.6 shapes its own.
//
//   KeyTree tree;
//   NodeId node = tree.Insert("test.a");
//   tree.Edit(node).item = 7;               // a value: whose, the tree does not ask
//   tree.Reference(node);                   // the map holds it
//   tree.Find("test.a") == node;            // exact
//   tree.FindPrefix("tes") == node;         // the node in which the prefix ends
//
// A sorted map would be simpler and wrong, because the shape can be seen from outside. A node has a
// label, which is one character, and a tail, and inserting a key that ends or branches inside a
// tail splits the node: value, references and trackers move down into a new child, while an
// iterator stays where it stood. From that come a key that is iterated twice and a deleted key that
// stays (docs/observed.md).
//
// A tree starts from an Image that it shares and never changes; Reset() undoes what was changed
// since, at the cost of those changes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cmapsim {

using NodeId = int32_t;
inline constexpr NodeId kNoNode = -1;
inline constexpr NodeId kRootNode = 0;
inline constexpr int32_t kNoItem = -1;
inline constexpr int32_t kNoTracker = -1;

struct KeyNode {
  NodeId parent = kNoNode;
  NodeId first_child = kNoNode;  // children ascend by label, as signed characters
  NodeId next_sibling = kNoNode;
  int32_t item = kNoItem;  // the value, or none
  int32_t references =
      0;  // the map's one, and one for each iterator that stepped here while the key was alive
  int32_t first_tracker = kNoTracker;
  int32_t last_tracker = kNoTracker;
  int32_t standing = 0;  // iterators that stand here, whether or not they hold a reference
  uint32_t tail_length = 0;
  char label = '\0';
  bool never_released = false;  // a key ended inside this node's tail once
  bool edited = false;          // differs from the image

  [[nodiscard]] bool alive() const { return item != kNoItem && references > 0; }
};

class KeyTree {
 public:
  struct Image {
    std::vector<KeyNode> nodes;
    std::vector<std::string> tails;  // of nodes
  };

  KeyTree();
  // Starts over from `image`, which must stay as it is until the next Reset. Cheap if it is the
  // same as before.
  void Reset(const Image& image);
  // What there is now, for others to start from. Requires that the tree never was reset to an
  // image.
  [[nodiscard]] Image Copy() const;

  [[nodiscard]] const KeyNode& At(NodeId id) const { return nodes_[static_cast<size_t>(id)]; }
  [[nodiscard]] KeyNode& Edit(NodeId id);

  // The node of exactly this key, alive or not; none for an empty key.
  [[nodiscard]] NodeId Find(std::string_view key) const { return Walk(key, /*exact=*/true); }
  // The node in whose label or tail the prefix ends; none for an empty one.
  [[nodiscard]] NodeId FindPrefix(std::string_view prefix) const {
    return Walk(prefix, /*exact=*/false);
  }
  // The node of this key, made where it is missing. Requires a key that is not empty.
  NodeId Insert(std::string_view key);

  // The alive node that follows in the order of iteration, within the subtree of `root`; none at
  // its end.
  [[nodiscard]] NodeId Next(NodeId node, NodeId root) const;

  void Reference(NodeId id);
  // Takes a reference away from an alive node. True: it was the last one, and the key has to go.
  [[nodiscard]] bool Unreference(NodeId id);
  // Removes the node, and then its parent and so on, while there is nothing that it is good for.
  void Release(NodeId id);

  void Stand(NodeId id);
  void Leave(NodeId id);

  // How often since Reset a node had to go on which an iterator stood. libqb frees it all the same,
  // and the iterator then reads freed memory; here the node stays until the iterator leaves it.
  [[nodiscard]] int64_t releases_under_iterator() const { return releases_under_iterator_; }

 private:
  [[nodiscard]] NodeId Walk(std::string_view key, bool exact) const;
  [[nodiscard]] std::string_view Tail(NodeId id) const;
  [[nodiscard]] NodeId FindChild(NodeId parent, char label) const;
  NodeId NewChild(NodeId parent, char label, std::string_view tail);
  void Split(NodeId id, size_t tail_length);
  void Unlink(NodeId id);

  const Image* image_ = nullptr;
  size_t image_size_ = 0;
  std::vector<KeyNode> nodes_;
  std::vector<std::string> tails_;  // of the nodes behind those of the image; strings stay when
                                    // nodes go, for their memory
  std::vector<NodeId> free_;
  std::vector<NodeId> edited_;
  std::string scratch_;
  int64_t releases_under_iterator_ = 0;
};

}  // namespace cmapsim
