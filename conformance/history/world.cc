#include "conformance/history/world.h"

#include <algorithm>
#include <utility>

#include "sim/core/operations.h"
#include "sim/core/value.h"

namespace cmapsim {
namespace {

constexpr int32_t kAllMasks = kTrackAdd | kTrackDelete | kTrackModify | kTrackPrefix;

bool IsSet(Op op) { return op == Op::kSet || TypeSetBy(op).has_value(); }
bool IsGet(Op op) { return op == Op::kGet || TypeGotBy(op).has_value(); }

// Whether the set is one that cmap_set(3) surely accepts, but for keys that are read-only.
bool IsPlain(const Step& step) {
  return step.key && step.value && KeyLengthFits(*step.key) && KeyCharactersFit(*step.key) &&
         Hold(*step.value).has_value();
}

}  // namespace

PossibleWorld::PossibleWorld(const Plan& plan) : plan_(&plan) {
  auto read_only = std::make_shared<std::set<std::string>>();
  if (plan.keys) {
    for (const FirstKey& first : *plan.keys) {
      if (first.read_only) read_only->insert(first.key);
    }
  }
  read_only_ = std::move(read_only);
  FirstKeys();
}

void PossibleWorld::FirstKeys() {
  map_.clear();
  absent_.clear();
  if (!plan_->keys) return;
  for (const FirstKey& first : *plan_->keys) {
    map_[first.key] = {Entry::Is::kPresent, Hold(first.value)};
  }
}

bool PossibleWorld::MayBeUnknown(const std::string& key) const {
  return !plan_->keys && IsBelowServicePrefix(key);
}

// Null: absent.
const PossibleWorld::Entry* PossibleWorld::Find(const std::string& key) const {
  static const Entry kUnknown{Entry::Is::kUnknown, std::nullopt};
  const auto at = map_.find(key);
  if (at != map_.end()) return &at->second;
  return MayBeUnknown(key) && !absent_.contains(key) ? &kUnknown : nullptr;
}

bool PossibleWorld::Apply(const Operation& operation) {
  if (operation.result == "NOT_OFFERED") return true;
  const Step& step = *operation.step;
  switch (step.op) {
    case Op::kStart:
    case Op::kJoin:
    case Op::kSleep:
    case Op::kSigaction:
    case Op::kSignal:
    case Op::kInput:
      return true;
    case Op::kService:
      return ApplyService(operation);
    case Op::kInitialize:
    case Op::kInitializeMap:
      if (!operation.Ok())
        return service_dead_ || step.null_output || step.op == Op::kInitializeMap;
      if (service_dead_) return false;
      connections_[operation.index].modelled = step.op == Op::kInitialize || step.mode == 0;
      return true;
    default:
      break;
  }
  if (!operation.by_other) {
    if (const auto decided = ByConnection(operation)) return *decided;
  } else if (service_dead_) {
    return true;
  }
  return ApplyOnMap(operation);
}

std::optional<bool> PossibleWorld::ByConnection(const Operation& operation) {
  const Step& step = *operation.step;
  const auto at = connections_.find(operation.connection);
  if (at == connections_.end()) return !operation.Ok();
  Connection& c = at->second;
  if (c.finalized_by != kNoOperation) return !operation.Ok();
  if (!c.modelled) return true;
  if (step.op == Op::kFinalize) {
    if (!operation.Ok()) return false;
    c.finalized_by = operation.index;
    return true;
  }
  if (c.dead && AsksService(step.op)) return !operation.Ok();
  if (c.dead && !operation.Ok()) return true;
  switch (step.op) {
    case Op::kFdGet:
      return operation.Ok() || step.null_output;
    case Op::kContextSet:
      c.context = step.context;
      return operation.Ok();
    case Op::kContextGet: {
      if (!operation.Ok()) return step.null_output;
      if (!c.context) return true;
      const std::string shown(operation.outputs->Field("context"));
      return shown.empty() || shown == std::to_string(static_cast<int64_t>(*c.context));
    }
    case Op::kPoll:
    case Op::kDispatch:
      return true;
    default:
      return std::nullopt;
  }
}

bool PossibleWorld::ApplyOnMap(const Operation& operation) {
  const Op op = operation.step->op;
  if (IsSet(op)) return ApplySet(operation);
  if (IsGet(op)) return ApplyGet(operation);
  switch (op) {
    case Op::kDelete:
      return ApplyDelete(operation);
    case Op::kInc:
    case Op::kDec:
      return ApplyAdjust(operation);
    case Op::kTrackAdd:
      return ApplyTrackAdd(operation);
    case Op::kTrackDelete:
      return ApplyTrackDelete(operation);
    default:
      // Iterators: which keys they give while others come and go is not promised.
      return true;
  }
}

bool PossibleWorld::ApplySet(const Operation& operation) {
  const Step& step = *operation.step;
  if (!operation.Ok()) {
    if (!IsPlain(step)) return true;
    return IsReadOnly(*step.key) || MayBeUnknown(*step.key);
  }
  if (!step.key) return false;
  if (IsReadOnly(*step.key)) return operation.by_other;
  if (!step.value) return true;
  Change(operation, *step.key, Entry{Entry::Is::kPresent, Hold(*step.value)});
  return true;
}

bool PossibleWorld::ApplyDelete(const Operation& operation) {
  const Step& step = *operation.step;
  if (!step.key) return !operation.Ok();
  if (IsReadOnly(*step.key)) return !operation.Ok();
  const Entry* entry = Find(*step.key);
  if (entry != nullptr && entry->is == Entry::Is::kUnknown) {
    if (operation.Ok()) Change(operation, *step.key, std::nullopt);
    if (operation.result == "CS_ERR_NOT_EXIST") absent_.insert(*step.key);
    return true;
  }
  if (entry == nullptr) return !operation.Ok();
  if (!operation.Ok()) return MayBeUnknown(*step.key);
  Change(operation, *step.key, std::nullopt);
  return true;
}

bool PossibleWorld::ApplyAdjust(const Operation& operation) {
  const Step& step = *operation.step;
  if (!step.key) return !operation.Ok();
  if (IsReadOnly(*step.key)) return !operation.Ok();
  const Entry* entry = Find(*step.key);
  if (entry == nullptr) return !operation.Ok();
  const bool known = entry->is == Entry::Is::kPresent && entry->value;
  if (!known) {
    if (operation.Ok()) Change(operation, *step.key, Entry{Entry::Is::kUnknown, std::nullopt});
    return true;
  }
  const auto after = Adjusted(*entry->value, step.op == Op::kInc ? 1 : -1);
  // cmap_inc of what is no integer is nowhere said.
  if (!after) return true;
  if (!operation.Ok()) return MayBeUnknown(*step.key);
  Change(operation, *step.key, Entry{Entry::Is::kPresent, after});
  return true;
}

bool PossibleWorld::ApplyGet(const Operation& operation) {
  const Step& step = *operation.step;
  if (!step.key) return !operation.Ok();
  const Entry* entry = Find(*step.key);
  if (entry == nullptr) return !operation.Ok();
  if (entry->is == Entry::Is::kUnknown || !entry->value) {
    if (operation.result == "CS_ERR_NOT_EXIST") {
      if (entry->is == Entry::Is::kPresent) return false;
      absent_.insert(*step.key);
    }
    // What is shown is not kept: its text may be a digest.
    return true;
  }
  if (operation.result == "CS_ERR_NOT_EXIST") return false;
  return GetShows(operation, *entry->value);
}

bool PossibleWorld::GetShows(const Operation& operation, const HeldValue& held) const {
  const Step& step = *operation.step;
  if (const auto type = TypeGotBy(step.op)) {
    if (step.null_output) return true;
    if (*type != held.type) return !operation.Ok();
    if (!operation.Ok()) return false;
    HeldValue shown = held;
    if (held.type == ValueType::kString) shown.bytes.resize(held.bytes.size() - 1);
    return operation.outputs->Field("value") == Shown(shown);
  }
  if (step.buffer_size && *step.buffer_size < held.bytes.size()) {
    // A buffer of no bytes is a matter of its own.
    return *step.buffer_size == 0 || !operation.Ok();
  }
  if (!operation.Ok()) return false;
  if (operation.outputs->Field("type") != ValueTypeName(held.type)) return false;
  if (operation.outputs->Field("len") != std::to_string(held.bytes.size())) return false;
  return !step.buffer_size || operation.outputs->Field("value") == Shown(held);
}

bool PossibleWorld::ApplyTrackAdd(const Operation& operation) {
  const Step& step = *operation.step;
  const bool plain = step.key && !step.key->empty() && step.key->size() <= 255 &&
                     !step.null_notify && !step.null_output && (step.track & ~kAllMasks) == 0 &&
                     (step.track & ~kTrackPrefix) != 0;
  if (!operation.Ok()) return !plain;
  AddTracker(operation, !plain);
  return true;
}

void PossibleWorld::AddTracker(const Operation& operation, bool perhaps) {
  const Step& step = *operation.step;
  Tracker& tracker = trackers_[operation.index];
  tracker.connection = operation.connection;
  tracker.key = step.key.value_or("");
  tracker.mask = step.track;
  tracker.perhaps = perhaps;
}

bool PossibleWorld::ApplyTrackDelete(const Operation& operation) {
  const auto at = trackers_.find(operation.tracker);
  const bool here = at != trackers_.end() && at->second.connection == operation.connection;
  if (!here || at->second.deleted_by != kNoOperation) return !operation.Ok();
  if (!operation.Ok()) return at->second.perhaps;
  at->second.deleted_by = operation.index;
  return true;
}

bool PossibleWorld::ApplyService(const Operation& operation) {
  switch (operation.step->action) {
    case ServiceAction::kKill:
      Kill();
      return true;
    case ServiceAction::kStart:
      if (service_dead_) FirstKeys();
      service_dead_ = false;
      return true;
    default:
      return true;
  }
}

void PossibleWorld::Kill() {
  if (service_dead_) return;
  service_dead_ = true;
  for (auto& [initialize, connection] : connections_) connection.dead = true;
  for (Notification& n : pending_) n.perhaps = true;
  std::sort(pending_.begin(), pending_.end());
}

bool PossibleWorld::CarryOut(const Operation& operation) {
  const Step& step = *operation.step;
  const auto at = connections_.find(operation.connection);
  if (at == connections_.end() || !at->second.modelled || at->second.dead) return false;
  if (step.op == Op::kFinalize) {
    if (at->second.finalized_by != kNoOperation) return false;
    at->second.finalized_by = operation.index;
    return true;
  }
  const bool has_key = step.key && !IsReadOnly(*step.key);
  if (IsSet(step.op)) {
    if (!has_key || !step.value || !KeyLengthFits(*step.key)) return false;
    const Entry* before = Find(*step.key);
    const auto held = Hold(*step.value);
    if (before != nullptr && before->value && held && *before->value == *held) return false;
    Change(operation, *step.key, Entry{Entry::Is::kPresent, held});
    return true;
  }
  switch (step.op) {
    case Op::kDelete:
      if (!has_key || Find(*step.key) == nullptr) return false;
      Change(operation, *step.key, std::nullopt);
      return true;
    case Op::kInc:
    case Op::kDec: {
      const Entry* before = has_key ? Find(*step.key) : nullptr;
      if (before == nullptr) return false;
      std::optional<HeldValue> after;
      if (before->value) {
        after = Adjusted(*before->value, step.op == Op::kInc ? 1 : -1);
        if (!after) return false;
      }
      Change(operation, *step.key, Entry{after ? Entry::Is::kPresent : before->is, after});
      return true;
    }
    case Op::kTrackAdd:
      if (step.null_notify || (step.track & ~kAllMasks) != 0) return false;
      AddTracker(operation, /*perhaps=*/true);
      return true;
    case Op::kTrackDelete: {
      const auto tracker = trackers_.find(operation.tracker);
      if (tracker == trackers_.end() || tracker->second.deleted_by != kNoOperation) return false;
      // Whether the library or the service has it still, nobody knows.
      if (tracker->second.perhaps) return false;
      tracker->second.perhaps = true;
      return true;
    }
    default:
      return false;
  }
}

void PossibleWorld::Change(const Operation& cause, const std::string& key,
                           std::optional<Entry> after) {
  const Entry* found = Find(key);
  const std::optional<Entry> before = found == nullptr ? std::nullopt : std::optional(*found);
  const bool same =
      before && after && before->value && after->value && *before->value == *after->value;
  if (after) {
    map_[key] = *after;
    absent_.erase(key);
  } else {
    map_.erase(key);
    absent_.insert(key);
  }
  if (!MayBeUnknown(key)) absent_.erase(key);
  if (!same) Notify(cause, key, before, after);
}

bool PossibleWorld::IsDeleted(int32_t tracker) const {
  const auto at = trackers_.find(tracker);
  return at != trackers_.end() && at->second.deleted_by != kNoOperation;
}

int32_t PossibleWorld::FinalizedBy(int32_t connection) const {
  const auto at = connections_.find(connection);
  return at == connections_.end() ? kNoOperation : at->second.finalized_by;
}

bool PossibleWorld::IsDead(int32_t connection) const {
  const auto at = connections_.find(connection);
  return at != connections_.end() && at->second.dead;
}

int32_t PossibleWorld::ConnectionOf(int32_t tracker) const {
  const auto at = trackers_.find(tracker);
  return at == trackers_.end() ? kNoOperation : at->second.connection;
}

std::string PossibleWorld::Shown(const HeldValue& value) {
  std::string text;
  AppendTraceValue(value.type, value.bytes, text);
  return text;
}

std::string PossibleWorld::Key() const {
  std::string key;
  const auto add = [&key](std::string_view text) {
    key += std::to_string(text.size());
    key += ':';
    key += text;
  };
  for (const auto& [name, entry] : map_) {
    add(name);
    key += entry.is == Entry::Is::kUnknown ? '?' : '=';
    if (entry.value) {
      key += static_cast<char>(entry.value->type);
      add(entry.value->bytes);
    }
  }
  key += '|';
  for (const std::string& name : absent_) add(name);
  for (const auto& [initialize, c] : connections_) {
    key += "c" + std::to_string(initialize) + (c.dead ? "d" : "") + (c.doubtful ? "?" : ".") +
           std::to_string(c.finalized_by) + (c.context ? "=" + std::to_string(*c.context) : "");
  }
  for (const auto& [track_add, t] : trackers_) {
    key += "t" + std::to_string(track_add) + (t.perhaps ? "?" : ".") + std::to_string(t.deleted_by);
  }
  for (const Notification& n : pending_) {
    key += "n" + std::to_string(n.tracker) + "," + std::to_string(n.cause) + "," +
           std::to_string(n.event) + (n.perhaps ? "?" : "");
    add(n.key);
    add(n.new_text);
    add(n.old_text);
  }
  key += service_dead_ ? '!' : '.';
  return key;
}

}  // namespace cmapsim
