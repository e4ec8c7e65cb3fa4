#include "sim/cmap/key_tree.h"

#include <algorithm>
#include <cassert>

namespace cmapsim {
namespace {

// libqb orders children by signed characters.
bool Before(char a, char b) { return static_cast<signed char>(a) < static_cast<signed char>(b); }

}  // namespace

KeyTree::KeyTree() { nodes_.emplace_back(); }

void KeyTree::Reset(const Image& image) {
  if (&image == image_) {
    for (const NodeId id : edited_)
      nodes_[static_cast<size_t>(id)] = image.nodes[static_cast<size_t>(id)];
    nodes_.resize(image_size_);
  } else {
    nodes_ = image.nodes;
    image_ = &image;
    image_size_ = image.nodes.size();
  }
  free_.clear();
  edited_.clear();
  releases_under_iterator_ = 0;
}

KeyTree::Image KeyTree::Copy() const {
  assert(image_ == nullptr);
  Image image{nodes_, tails_};
  image.tails.resize(nodes_.size());
  return image;
}

KeyNode& KeyTree::Edit(NodeId id) {
  KeyNode& node = nodes_[static_cast<size_t>(id)];
  if (!node.edited && static_cast<size_t>(id) < image_size_) {
    node.edited = true;
    edited_.push_back(id);
  }
  return node;
}

std::string_view KeyTree::Tail(NodeId id) const {
  const auto index = static_cast<size_t>(id);
  const std::string& text =
      index < image_size_ ? image_->tails[index] : tails_[index - image_size_];
  return std::string_view(text).substr(0, nodes_[index].tail_length);
}

NodeId KeyTree::FindChild(NodeId parent, char label) const {
  NodeId child = At(parent).first_child;
  while (child != kNoNode && Before(At(child).label, label)) child = At(child).next_sibling;
  return child != kNoNode && At(child).label == label ? child : kNoNode;
}

NodeId KeyTree::Walk(std::string_view key, bool exact) const {
  if (key.empty()) return kNoNode;
  NodeId node = kRootNode;
  while (!key.empty()) {
    node = FindChild(node, key.front());
    if (node == kNoNode) return kNoNode;
    key.remove_prefix(1);
    const std::string_view tail = Tail(node);
    const size_t common = std::min(tail.size(), key.size());
    if (tail.substr(0, common) != key.substr(0, common)) return kNoNode;
    if (common < tail.size()) return exact ? kNoNode : node;
    key.remove_prefix(common);
  }
  return node;
}

NodeId KeyTree::Insert(std::string_view key) {
  assert(!key.empty());
  NodeId node = kRootNode;
  while (!key.empty()) {
    const NodeId child = FindChild(node, key.front());
    if (child == kNoNode) return NewChild(node, key.front(), key.substr(1));
    node = child;
    key.remove_prefix(1);
    const std::string_view tail = Tail(node);
    const auto mismatch = std::mismatch(tail.begin(), tail.end(), key.begin(), key.end());
    const auto common = static_cast<size_t>(mismatch.first - tail.begin());
    key.remove_prefix(common);
    if (common == tail.size()) continue;
    Split(node, common);
    // libqb 2.0.6: a key that ends inside a tail leaves an empty child behind, labelled with the
    // key's final NUL. No key ever reaches that child, nothing removes it, and so its parent is
    // never released.
    if (key.empty()) Edit(node).never_released = true;
  }
  return node;
}

NodeId KeyTree::NewChild(NodeId parent, char label, std::string_view tail) {
  // `tail` may lie in a string that the next lines move.
  scratch_.assign(tail);
  NodeId id;
  if (!free_.empty()) {
    id = free_.back();
    free_.pop_back();
    nodes_[static_cast<size_t>(id)] = KeyNode{};
  } else {
    id = static_cast<NodeId>(nodes_.size());
    nodes_.emplace_back();
  }
  const size_t text = static_cast<size_t>(id) - image_size_;
  if (text >= tails_.size()) tails_.resize(text + 1);
  tails_[text] = scratch_;

  NodeId before = kNoNode;
  NodeId after = At(parent).first_child;
  while (after != kNoNode && Before(At(after).label, label)) {
    before = after;
    after = At(after).next_sibling;
  }
  (before == kNoNode ? Edit(parent).first_child : Edit(before).next_sibling) = id;
  KeyNode& node = Edit(id);
  node.parent = parent;
  node.next_sibling = after;
  node.label = label;
  node.tail_length = static_cast<uint32_t>(scratch_.size());
  return id;
}

// The node keeps its place and the first `tail_length` characters of its tail, and the iterators
// that stand on it; all that it had moves into a new child below it.
void KeyTree::Split(NodeId id, size_t tail_length) {
  const std::string_view tail = Tail(id);
  const KeyNode old = At(id);
  Edit(id).first_child = kNoNode;
  const NodeId lower_id = NewChild(id, tail[tail_length], tail.substr(tail_length + 1));

  KeyNode& lower = Edit(lower_id);
  lower.first_child = old.first_child;
  lower.item = old.item;
  lower.references = old.references;
  lower.first_tracker = old.first_tracker;
  lower.last_tracker = old.last_tracker;
  lower.never_released = old.never_released;
  for (NodeId child = lower.first_child; child != kNoNode; child = At(child).next_sibling)
    Edit(child).parent = lower_id;

  KeyNode& upper = Edit(id);
  upper.item = kNoItem;
  upper.references = 0;
  upper.first_tracker = kNoTracker;
  upper.last_tracker = kNoTracker;
  upper.never_released = false;
  upper.tail_length = static_cast<uint32_t>(tail_length);
}

NodeId KeyTree::Next(NodeId node, NodeId root) const {
  for (;;) {
    NodeId next = At(node).first_child;
    if (next == kNoNode) {
      while (node != root && At(node).next_sibling == kNoNode) node = At(node).parent;
      if (node == root) return kNoNode;
      next = At(node).next_sibling;
    }
    if (At(next).alive()) return next;
    node = next;
  }
}

void KeyTree::Reference(NodeId id) {
  if (id != kRootNode) ++Edit(id).references;
}

bool KeyTree::Unreference(NodeId id) {
  if (!At(id).alive()) return false;
  return --Edit(id).references == 0;
}

void KeyTree::Release(NodeId id) {
  while (id != kRootNode) {
    const KeyNode& node = At(id);
    if (node.item != kNoItem || node.first_tracker != kNoTracker || node.first_child != kNoNode ||
        node.never_released)
      return;
    if (node.standing > 0) {
      ++releases_under_iterator_;
      return;
    }
    const NodeId parent = node.parent;
    Unlink(id);
    // A node of the image stays unused: its tail is the image's.
    if (static_cast<size_t>(id) >= image_size_) free_.push_back(id);
    id = parent;
  }
}

void KeyTree::Unlink(NodeId id) {
  const NodeId parent = At(id).parent;
  const NodeId after = At(id).next_sibling;
  NodeId child = At(parent).first_child;
  if (child == id) {
    Edit(parent).first_child = after;
    return;
  }
  while (At(child).next_sibling != id) child = At(child).next_sibling;
  Edit(child).next_sibling = after;
}

void KeyTree::Stand(NodeId id) {
  if (id != kRootNode) ++Edit(id).standing;
}

void KeyTree::Leave(NodeId id) {
  if (id != kRootNode) --Edit(id).standing;
}

}  // namespace cmapsim
