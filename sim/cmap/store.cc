#include "sim/cmap/store.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "sim/cmap/rules.h"

namespace cmapsim {
namespace {

bool KeyBefore(std::string_view a, std::string_view b) {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return static_cast<signed char>(x) < static_cast<signed char>(y);
  });
}

std::vector<KeyTable::Entry> MakeEntries(std::vector<FirstKey> keys) {
  std::vector<KeyTable::Entry> entries;
  entries.reserve(keys.size());
  std::stable_sort(keys.begin(), keys.end(),
                   [](const FirstKey& a, const FirstKey& b) { return KeyBefore(a.key, b.key); });
  for (FirstKey& key : keys) {
    if (!entries.empty() && entries.back().key == key.key) entries.pop_back();
    KeyTable::Entry& entry = entries.emplace_back();
    entry.key = std::move(key.key);
    entry.type = key.value.type;
    AssignStored(key.value.type, key.value.bytes, entry.bytes);
    entry.read_only = key.read_only;
  }
  return entries;
}

// A daemon makes its first keys in an order of its own and has trackers on some; its tree may
// differ in nodes without a value.
KeyTree::Image MakeTree(const std::vector<KeyTable::Entry>& entries) {
  KeyTree tree;
  for (size_t i = 0; i < entries.size(); ++i) {
    if (entries[i].key.empty()) continue;
    const NodeId node = tree.Insert(entries[i].key);
    tree.Edit(node).item = static_cast<int32_t>(i);
    tree.Reference(node);
  }
  return tree.Copy();
}

}  // namespace

KeyTable::KeyTable(std::vector<FirstKey> keys, std::vector<std::string> read_only_prefixes,
                   std::vector<std::string> read_only_keys) {
  Content content;
  content.entries = MakeEntries(std::move(keys));
  content.read_only_prefixes = std::move(read_only_prefixes);
  content.read_only_keys = std::move(read_only_keys);
  for (const Entry& entry : content.entries) {
    if (entry.read_only) content.read_only_keys.push_back(entry.key);
  }
  std::sort(content.read_only_keys.begin(), content.read_only_keys.end());
  for (Entry& entry : content.entries) entry.read_only = content.IsReadOnly(entry.key);
  content.tree = MakeTree(content.entries);
  content_ = std::make_shared<const Content>(std::move(content));
}

bool KeyTable::Content::IsReadOnly(std::string_view key) const {
  return std::any_of(
             read_only_prefixes.begin(), read_only_prefixes.end(),
             [key](const std::string& prefix) { return key.substr(0, prefix.size()) == prefix; }) ||
         std::binary_search(read_only_keys.begin(), read_only_keys.end(), key, std::less<>());
}

Store::Store(const KeyTable& first_keys) : first_(first_keys.content_) {
  tree_.Reset(first_->tree);
}

void Store::Reset(const KeyTable& first_keys) {
  // The tree may compare with the old image, so the old content must not go before.
  const std::shared_ptr<const KeyTable::Content> old = std::exchange(first_, first_keys.content_);
  tree_.Reset(first_->tree);
  free_items_.clear();
  used_items_ = 0;
}

NodeId Store::Find(std::string_view key) const {
  const NodeId node = tree_.Find(key);
  return node != kNoNode && tree_.At(node).item != kNoItem ? node : kNoNode;
}

ValueView Store::ViewOf(int32_t item) const {
  const auto index = static_cast<size_t>(item);
  const size_t first = first_->entries.size();
  if (index < first) return {first_->entries[index].type, first_->entries[index].bytes};
  return {items_[index - first].type, items_[index - first].bytes};
}

std::string_view Store::KeyOf(NodeId node) const {
  const auto index = static_cast<size_t>(tree_.At(node).item);
  const size_t first = first_->entries.size();
  return index < first ? first_->entries[index].key : items_[index - first].key;
}

int32_t Store::NewItem() {
  if (!free_items_.empty()) {
    const int32_t item = free_items_.back();
    free_items_.pop_back();
    return item;
  }
  if (used_items_ == items_.size()) items_.emplace_back();
  return static_cast<int32_t>(first_->entries.size() + used_items_++);
}

Change Store::Set(NodeId node, std::string_view key, ValueType type, std::string_view bytes) {
  const int32_t new_item = NewItem();
  Item& item = items_[static_cast<size_t>(new_item) - first_->entries.size()];
  item.key.assign(key);
  item.type = type;
  AssignStored(type, bytes, item.bytes);

  Change change;
  change.event = node == kNoNode ? kTrackAdd : kTrackModify;
  change.node = node == kNoNode ? tree_.Insert(key) : node;
  KeyNode& holder = tree_.Edit(change.node);
  change.old_item = std::exchange(holder.item, new_item);
  if (change.old_item == kNoItem) {
    tree_.Reference(change.node);
  } else {
    change.old_value = ViewOf(change.old_item);
  }
  change.key = item.key;
  change.new_value = {item.type, item.bytes};
  return change;
}

Change Store::Unreference(NodeId node) {
  Change change;
  if (!tree_.Unreference(node)) return change;
  change.event = kTrackDelete;
  change.node = node;
  change.key = KeyOf(node);
  change.old_item = tree_.At(node).item;
  change.old_value = ViewOf(change.old_item);
  return change;
}

void Store::Finish(const Change& change) {
  if (change.event == kTrackDelete) {
    tree_.Edit(change.node).item = kNoItem;
    tree_.Release(change.node);
  }
  const auto first = static_cast<int32_t>(first_->entries.size());
  if (change.old_item >= first) free_items_.push_back(change.old_item);
}

}  // namespace cmapsim
