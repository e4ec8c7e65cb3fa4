#include "sim/cmap/iterator.h"

namespace cmapsim {
namespace {

Change LeaveNode(Store& store, NodeId node) {
  store.tree().Leave(node);
  Change change = store.Unreference(node);
  // Only for a node that libqb would have freed under the iterator: ours waited for this.
  if (change.event == 0) store.tree().Release(node);
  return change;
}

NodeId FirstNode(const KeyTree& tree, Iterator& iterator) {
  iterator.root = tree.FindPrefix(iterator.prefix);
  if (iterator.root == kNoNode) return kNoNode;
  return tree.At(iterator.root).item != kNoItem ? iterator.root
                                                : tree.Next(iterator.root, iterator.root);
}

}  // namespace

void IteratorTable::Clear() {
  free_.clear();
  used_ = 0;
}

IteratorId IteratorTable::Add() {
  IteratorId id;
  if (!free_.empty()) {
    id = free_.back();
    free_.pop_back();
  } else {
    if (used_ == iterators_.size()) iterators_.emplace_back();
    id = static_cast<IteratorId>(used_++);
  }
  Iterator& iterator = At(id);
  iterator.has_prefix = false;
  iterator.node = kRootNode;
  iterator.root = kRootNode;
  return id;
}

IteratorId IteratorTable::Add(std::string_view prefix) {
  const IteratorId id = Add();
  At(id).has_prefix = true;
  At(id).prefix.assign(prefix);
  return id;
}

IteratorTable::Step IteratorTable::Next(Store& store, IteratorId id) {
  Iterator& iterator = At(id);
  const NodeId from = iterator.node;
  if (from == kNoNode) return {kNoNode, {}};
  KeyTree& tree = store.tree();
  const bool look_up = from == kRootNode && iterator.has_prefix;
  iterator.node = look_up ? FirstNode(tree, iterator) : tree.Next(from, iterator.root);
  if (iterator.node != kNoNode) {
    tree.Reference(iterator.node);
    tree.Stand(iterator.node);
  }
  return {iterator.node, LeaveNode(store, from)};
}

Change IteratorTable::Remove(Store& store, IteratorId id) {
  free_.push_back(id);
  const NodeId node = At(id).node;
  return node == kNoNode ? Change{} : LeaveNode(store, node);
}

}  // namespace cmapsim
