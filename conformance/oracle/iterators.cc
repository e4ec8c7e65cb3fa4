#include "conformance/oracle/iterators.h"

#include <algorithm>

namespace cmapsim {

Iterator* Iterators::InSlot(int32_t slot) {
  const auto at = std::find_if(list_.rbegin(), list_.rend(),
                               [slot](const Iterator& i) { return i.slot == slot; });
  return at == list_.rend() ? nullptr : &*at;
}

bool Iterators::IsTaken(int32_t connection, std::string_view name) const {
  return std::any_of(list_.begin(), list_.end(), [&](const Iterator& i) {
    return !i.finalized && i.connection == connection && i.name == name;
  });
}

void Iterators::NoteKey(const std::string& key) {
  NoteTree();
  for (Iterator& i : list_) {
    if (!i.finalized) i.came_or_went.insert(key);
  }
}

void Iterators::NoteTree() {
  for (Iterator& i : list_) {
    if (i.finalized) continue;
    i.tree_changed = true;
    if (i.on) stuck_.insert(*i.on);
  }
}

void Iterators::NoteRequest(int32_t connection) {
  for (Iterator& i : list_) {
    if (i.connection == connection && !i.on) i.asked_between = true;
  }
}

void Iterators::Distrust(int32_t connection) {
  for (Iterator& i : list_) {
    if (i.connection == connection) i.uncertain = true;
  }
}

void Iterators::Finalize(int32_t connection) {
  for (Iterator& i : list_) {
    if (i.connection == connection) i.finalized = true;
  }
}

bool Iterators::MayHold(std::string_view key) const {
  if (stuck_.contains(key)) return true;
  return std::any_of(list_.begin(), list_.end(),
                     [key](const Iterator& i) { return !i.finalized && i.on == key; });
}

bool Iterators::MayTakeAway(std::string_view key) const {
  const auto begins = [key](std::string_view other) {
    return other.size() > key.size() && other.starts_with(key);
  };
  return std::any_of(stuck_.begin(), stuck_.end(), begins) ||
         std::any_of(list_.begin(), list_.end(),
                     [&](const Iterator& i) { return !i.finalized && i.on && begins(*i.on); });
}

}  // namespace cmapsim
