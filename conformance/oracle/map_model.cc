#include "conformance/oracle/map_model.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace cmapsim {
namespace {

// CMAP_KEYNAME_MINLEN and CMAP_KEYNAME_MAXLEN of cmap_set(3).
constexpr size_t kKeyLengthMin = 3;
constexpr size_t kKeyLengthMax = 255;
// ICMAP_MAX_VALUE_LEN of corosync 3.1.7; the pages name no limit, so that beyond it nothing is
// judged.
constexpr size_t kValueLengthSafe = 16 * 1024;

// Where corosync 3.1.7 keeps keys of its own.
constexpr std::array<std::string_view, 12> kServicePrefixes = {
    "config.",  "internal_configuration.",
    "logging.", "nodelist.",
    "nozzle.",  "qb.",
    "quorum.",  "resources.",
    "runtime.", "system.",
    "totem.",   "uidgid."};

bool IsKeyCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-' || c == '/' || c == ':';
}

// Whether counting by one, up or down, leaves the type's range.
bool Wraps(const HeldValue& value, int32_t step) {
  const size_t bits = 8 * value.bytes.size();
  uint64_t number = 0;
  std::memcpy(&number, value.bytes.data(), value.bytes.size());
  const auto kind = static_cast<int>(value.type);
  const bool is_signed = (kind - static_cast<int>(ValueType::kInt8)) % 2 == 0;
  const uint64_t all = ~uint64_t{0} >> (64 - bits);
  const uint64_t greatest = is_signed ? all >> 1 : all;
  const uint64_t least = is_signed ? greatest + 1 : 0;
  return number == (step > 0 ? greatest : least);
}

}  // namespace

std::optional<HeldValue> Adjusted(const HeldValue& value, int32_t step) {
  const size_t size = value.bytes.size();
  if (!IsIntegerType(value.type) || size > sizeof(uint64_t)) return std::nullopt;
  uint64_t number = 0;
  std::memcpy(&number, value.bytes.data(), size);
  number += static_cast<uint64_t>(static_cast<int64_t>(step));
  HeldValue after = value;
  std::memcpy(after.bytes.data(), &number, size);  // cut to the type's width: overflow is ignored
  return after;
}

bool IsBelowServicePrefix(std::string_view key) {
  return std::any_of(kServicePrefixes.begin(), kServicePrefixes.end(),
                     [key](std::string_view prefix) { return key.starts_with(prefix); });
}

std::optional<HeldValue> Hold(const Value& value) {
  if (value.bytes.size() > kValueLengthSafe) return std::nullopt;
  if (value.type == ValueType::kString) {
    const size_t nul = value.bytes.find('\0');
    // The NUL may be passed along, nothing behind it.
    if (nul != std::string::npos && nul + 1 != value.bytes.size()) return std::nullopt;
    return HeldValue{value.type, value.bytes.substr(0, nul) + '\0'};
  }
  if (value.type == ValueType::kBinary) return HeldValue{value.type, value.bytes};
  const size_t size = FixedValueSize(value.type);
  if (size == 0 || size != value.bytes.size()) return std::nullopt;
  return HeldValue{value.type, value.bytes};
}

bool IsIntegerType(ValueType type) {
  return type >= ValueType::kInt8 && type <= ValueType::kUInt64;
}

bool KeyLengthFits(std::string_view key) {
  return key.size() >= kKeyLengthMin && key.size() <= kKeyLengthMax;
}

bool IsAtLimitOfLength(std::string_view key) {
  return key.size() == kKeyLengthMin || key.size() == kKeyLengthMax;
}

bool KeyCharactersFit(std::string_view key) {
  return std::all_of(key.begin(), key.end(), IsKeyCharacter);
}

MapModel::MapModel(const Plan& plan, bool live) : plan_(&plan), live_(live) { Reset(); }

void MapModel::Reset() {
  entries_.clear();
  read_only_.clear();
  if (!plan_->keys) return;
  for (const FirstKey& first : *plan_->keys) {
    if (first.read_only) read_only_.insert(first.key);
    Entry& entry = entries_[first.key];
    entry.presence = Presence::kPresent;
    if (auto held = Hold(first.value)) {
      entry.value = std::move(*held);
    } else {
      entry.value_known = false;
    }
  }
}

bool MapModel::IsServiceKey(std::string_view key) const {
  if (plan_->keys && !live_) return false;
  return IsBelowServicePrefix(key);
}

MapModel::Entry MapModel::Find(const std::string& key) const {
  const auto at = entries_.find(key);
  if (at != entries_.end()) return at->second;
  Entry entry;
  if (IsServiceKey(key)) entry.presence = Presence::kUnknown;
  return entry;
}

std::vector<std::string> MapModel::Present(std::string_view prefix) const {
  std::vector<std::string> keys;
  for (auto at = entries_.lower_bound(std::string(prefix)); at != entries_.end(); ++at) {
    if (!at->first.starts_with(prefix)) break;
    if (at->second.presence == Presence::kPresent) keys.push_back(at->first);
  }
  return keys;
}

bool MapModel::MayHoldOthers(std::string_view prefix) const {
  if (plan_->keys && !live_) return false;
  return std::any_of(kServicePrefixes.begin(), kServicePrefixes.end(),
                     [prefix](std::string_view own) {
                       return own.starts_with(prefix) || prefix.starts_with(own);
                     });
}

Effect MapModel::Set(const std::string& key, const HeldValue& value) {
  const Entry before = Find(key);
  entries_[key] = {Presence::kPresent, value, true};
  Effect effect;
  effect.after = value;
  if (before.presence == Presence::kAbsent) {
    effect.kind = Effect::Kind::kChanged;
    effect.event = kTrackAdd;
  } else if (before.presence == Presence::kPresent && before.value_known) {
    effect.before = before.value;
    if (before.value == value) return effect;
    effect.kind = Effect::Kind::kChanged;
    effect.event = kTrackModify;
  } else {
    effect.kind = Effect::Kind::kPerhaps;
    effect.before_known = false;
    if (before.presence == Presence::kPresent) effect.event = kTrackModify;
  }
  return effect;
}

Effect MapModel::Delete(const std::string& key) {
  const Entry before = Find(key);
  entries_[key] = Entry{};
  Effect effect;
  effect.kind = Effect::Kind::kChanged;
  effect.event = kTrackDelete;
  effect.before_known = before.presence == Presence::kPresent && before.value_known;
  if (effect.before_known) effect.before = before.value;
  return effect;
}

Effect MapModel::Adjust(const std::string& key, int32_t step) {
  const Entry before = Find(key);
  const bool known = before.presence == Presence::kPresent && before.value_known;
  const auto after = known ? Adjusted(before.value, step) : std::nullopt;
  if (!after) {
    Forget(key);
    Effect effect;
    effect.kind = Effect::Kind::kPerhaps;
    effect.event = kTrackModify;
    effect.before_known = false;
    return effect;
  }
  const Effect effect = Set(key, *after);
  entries_[key].adjusted = step * (Wraps(before.value, step) ? 2 : 1);
  return effect;
}

void MapModel::NoteSetter(const std::string& key, std::optional<ValueType> shortcut,
                          bool by_client) {
  const auto at = entries_.find(key);
  if (at == entries_.end()) return;
  at->second.shortcut = shortcut;
  at->second.by_client = by_client;
}

void MapModel::NoteDeleter(const std::string& key) { entries_[key].by_client = true; }

void MapModel::Learn(const std::string& key, const HeldValue& value) {
  entries_[key] = {Presence::kPresent, value, true};
}

void MapModel::Forget(const std::string& key) { entries_[key] = {Presence::kUnknown, {}, false}; }

}  // namespace cmapsim
