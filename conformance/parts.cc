#include "conformance/parts.h"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include "conformance/part_words.h"
#include "sim/core/value.h"

namespace cmapsim {
namespace {

using Names = std::vector<std::string>;
using Sink = std::function<void(std::string_view part)>;

constexpr size_t kShortestName = 3;
constexpr size_t kLongestName = 255;
constexpr std::string_view kOk = "CS_OK";

// One way in which a clause has parts: all of them, and which of them an observation shows.
struct Dimension {
  Names (*names)();
  void (*shown)(const Observation& seen, const Step* step, const Sink& show);
};

// --- what the judge says

void ToldByJudge(const Observation& seen, const Step*, const Sink& show) { show(seen.part); }
void ToldBySituation(const Observation& seen, const Step*, const Sink& show) {
  show(seen.situation);
}

Names TypeNames(ValueType first, ValueType last) {
  Names names;
  for (auto i = static_cast<int>(first); i <= static_cast<int>(last); ++i) {
    names.emplace_back(ValueTypeName(static_cast<ValueType>(i)));
  }
  return names;
}
Names AllTypes() { return TypeNames(ValueType::kInt8, ValueType::kBinary); }
Names Integers() { return TypeNames(ValueType::kInt8, ValueType::kUInt64); }
Names NoIntegers() { return TypeNames(ValueType::kFloat, ValueType::kBinary); }

Names ValueLimits() {
  Names names;
  for (const std::string& type : AllTypes()) {
    if (type == "float" || type == "double") continue;
    names.push_back(type + " least");
    names.push_back(type + " most");
  }
  return names;
}

// Binaries have no function of their own.
Names PairsOfTypes() {
  Names names;
  for (const std::string& held : AllTypes()) {
    for (const std::string& asked : TypeNames(ValueType::kInt8, ValueType::kString)) {
      if (held != asked) names.push_back(held + " as " + asked);
    }
  }
  return names;
}

// --- names of keys

Names RefusedLengths() {
  return {"0 characters", "1 character", "2 characters", "256 characters", "more"};
}
void RefusedLength(const Observation&, const Step* step, const Sink& show) {
  if (step == nullptr || !step->key) return;
  const size_t length = step->key->size();
  if (length > kLongestName + 1) return show("more");
  show(std::to_string(length) + (length == 1 ? " character" : " characters"));
}

Names Limits() { return {"3 characters", "255 characters"}; }
void LimitOfLength(const Observation& seen, const Step* step, const Sink& show) {
  if (step == nullptr || !step->key) return;
  const size_t length = step->key->size();
  if (length != kShortestName && length != kLongestName) return;
  if (seen.conformity == Conformity::kConforms) show(std::to_string(length) + " characters");
}
void LimitOfLengthTaken(const Observation& seen, const Step* step, const Sink& show) {
  if (seen.outcome == kOk) LimitOfLength(seen, step, show);
}

constexpr std::string_view kPlaces[] = {"first", "middle", "last"};
std::string_view PlaceOf(size_t at, size_t length) {
  return at == 0 ? kPlaces[0] : at + 1 == length ? kPlaces[2] : kPlaces[1];
}

bool IsIn(unsigned char c, char first, char last) {
  return c >= static_cast<unsigned char>(first) && c <= static_cast<unsigned char>(last);
}

constexpr std::string_view kMarks = "._-/:";
// Which kind a character is that names may have; empty: they may not.
std::string_view KindOfAllowed(const char& character) {
  const auto c = static_cast<unsigned char>(character);
  if (IsIn(c, 'a', 'z')) return "lower-case letter";
  if (IsIn(c, 'A', 'Z')) return "upper-case letter";
  if (IsIn(c, '0', '9')) return "digit";
  const size_t mark = kMarks.find(character);
  return mark == std::string_view::npos ? std::string_view() : kMarks.substr(mark, 1);
}

std::string_view KindOfRefused(char character) {
  const auto c = static_cast<unsigned char>(character);
  if (c >= 0x80) return "character beyond ASCII";
  if (c == ' ') return "space";
  return c < ' ' || c == 0x7f ? "control character" : "other mark";
}

Names Placed(std::initializer_list<std::string_view> kinds) {
  Names names;
  for (const std::string_view place : kPlaces) {
    for (const std::string_view kind : kinds) {
      names.push_back(std::string(place) + ": " + std::string(kind));
    }
  }
  return names;
}
Names AllowedPlaced() {
  return Placed({"lower-case letter", "upper-case letter", "digit", ".", "_", "-", "/", ":"});
}
Names RefusedPlaced() {
  return Placed({"space", "control character", "other mark", "character beyond ASCII"});
}

void ShowPlaced(const std::string& name, size_t at, std::string_view kind, const Sink& show) {
  show(std::string(PlaceOf(at, name.size())) + ": " + std::string(kind));
}

// A name that was taken shows each of its characters as allowed.
void Allowed(const Observation& seen, const Step* step, const Sink& show) {
  if (step == nullptr || !step->key || seen.outcome != kOk) return;
  if (step->key->size() > 16) return;  // enough is told by shorter ones
  for (size_t i = 0; i < step->key->size(); ++i) {
    const std::string_view kind = KindOfAllowed((*step->key)[i]);
    if (!kind.empty()) ShowPlaced(*step->key, i, kind, show);
  }
}

// A name that was refused tells of the one character that it should not have.
void Refused(const Observation&, const Step* step, const Sink& show) {
  if (step == nullptr || !step->key) return;
  const std::string& name = *step->key;
  const auto other = [](char c) { return KindOfAllowed(c).empty(); };
  const auto wrong = std::find_if(name.begin(), name.end(), other);
  if (wrong == name.end() || std::find_if(wrong + 1, name.end(), other) != name.end()) return;
  ShowPlaced(name, static_cast<size_t>(wrong - name.begin()), KindOfRefused(*wrong), show);
}

// --- values and modes

Names LengthLimits() { return {"string least", "string most", "binary least", "binary most"}; }
void LimitOfValue(const Observation& seen, const Step* step, const Sink& show) {
  if (step == nullptr || !step->value || seen.outcome != kOk) return;
  const ValueType type = step->value->type;
  if (type != ValueType::kString && type != ValueType::kBinary) return;
  std::string held = step->value->bytes;
  if (type == ValueType::kString) held += '\0';
  show(ValuePart(type, held));
}

Names Modes() {
  Names names;
  for (int32_t mode = kDispatchOne; mode <= kDispatchOneNonblocking; ++mode) {
    names.push_back(DispatchModeName(mode));
  }
  return names;
}
void ModeOf(const Observation&, const Step* step, const Sink& show) {
  if (step != nullptr && step->op == Op::kDispatch) show(DispatchModeName(step->mode));
}

Names Buffers() { return {"no bytes", "one byte too few", "fewer"}; }
Names Tracked() { return {"a key", "a prefix"}; }
Names Maps() { return {"the configuration", "the statistics"}; }
Names UsesOfMap() { return {"a key", "an iteration"}; }
Names ChangesOfMap() { return {"cmap_set", "cmap_delete", "cmap_inc", "cmap_dec"}; }

constexpr Dimension kAllowedCharacters = {&AllowedPlaced, &Allowed};
constexpr Dimension kRefusedCharacters = {&RefusedPlaced, &Refused};
constexpr Dimension kRefusedLengths = {&RefusedLengths, &RefusedLength};
constexpr Dimension kLimits = {&Limits, &LimitOfLength};
constexpr Dimension kLimitsTaken = {&Limits, &LimitOfLengthTaken};
constexpr Dimension kLengthLimits = {&LengthLimits, &LimitOfValue};
constexpr Dimension kValueLimits = {&ValueLimits, &ToldByJudge};
constexpr Dimension kPairsOfTypes = {&PairsOfTypes, &ToldByJudge};
constexpr Dimension kTypes = {&AllTypes, &ToldByJudge};
constexpr Dimension kIntegers = {&Integers, &ToldByJudge};
constexpr Dimension kNoIntegers = {&NoIntegers, &ToldByJudge};
constexpr Dimension kBuffers = {&Buffers, &ToldByJudge};
constexpr Dimension kTracked = {&Tracked, &ToldByJudge};
constexpr Dimension kMaps = {&Maps, &ToldByJudge};
constexpr Dimension kUsesOfMap = {&UsesOfMap, &ToldByJudge};
constexpr Dimension kChangesOfMap = {&ChangesOfMap, &ToldBySituation};
constexpr Dimension kModes = {&Modes, &ModeOf};

// Which clauses have parts, and in which ways.
constexpr std::pair<std::string_view, const Dimension*> kRows[] = {
    {"cmap_set.returns", &kAllowedCharacters},
    {"cmap_set.returns", &kLengthLimits},
    {"cmap_set.key_characters", &kRefusedCharacters},
    {"cmap_set.key_length", &kRefusedLengths},
    {"cmap_set.key_limits", &kLimits},
    {"cmap_get.returns", &kLimitsTaken},
    {"cmap_get.value", &kValueLimits},
    {"cmap_get.short_buffer", &kBuffers},
    {"cmap_get.shortcuts.other_type", &kPairsOfTypes},
    {"cmap_delete.returns", &kLimitsTaken},
    {"cmap_inc.returns", &kLimitsTaken},
    {"cmap_inc.increases", &kIntegers},
    {"cmap_inc.overflow", &kIntegers},
    {"cmap_inc.types", &kNoIntegers},
    {"cmap_dec.returns", &kLimitsTaken},
    {"cmap_dec.decreases", &kIntegers},
    {"cmap_dec.overflow", &kIntegers},
    {"cmap_dec.types", &kNoIntegers},
    {"cmap_iter_init.returns", &kLimitsTaken},
    {"cmap_iter_init.prefix", &kMaps},
    {"cmap_iter_next.type", &kTypes},
    {"cmap_iter_next.value_len", &kTypes},
    {"cmap_track_add.returns", &kLimitsTaken},
    {"cmap_track_add.track_type.add", &kTracked},
    {"cmap_track_add.track_type.delete", &kTracked},
    {"cmap_track_add.track_type.modify", &kTracked},
    {"cmap_track_add.callback.new_value", &kTypes},
    {"cmap_track_add.callback.old_value", &kTypes},
    {"cmap_dispatch.dispatches", &kModes},
    {"cmap_initialize_map.stats", &kUsesOfMap},
    {"undocumented.stats_map", &kChangesOfMap},
};

struct Entry {
  Names names;
  std::map<std::string, size_t, std::less<>> places;
  std::vector<const Dimension*> dimensions;
};

using Table = std::map<std::string_view, Entry, std::less<>>;
const Table& Get() {
  static const Table table = [] {
    Table made;
    for (const auto& [clause, dimension] : kRows) {
      Entry& entry = made[clause];
      entry.dimensions.push_back(dimension);
      for (std::string& name : dimension->names()) {
        entry.places.emplace(name, entry.names.size());
        entry.names.push_back(std::move(name));
      }
    }
    return made;
  }();
  return table;
}

}  // namespace

const std::vector<std::string>& PartsOf(std::string_view clause) {
  static const Names kNone;
  const auto at = Get().find(clause);
  return at == Get().end() ? kNone : at->second.names;
}

void AddShownParts(const Observation& seen, const Step* step, std::vector<size_t>& shown) {
  const auto at = Get().find(seen.clause);
  if (at == Get().end()) return;
  const Entry& entry = at->second;
  const Sink show = [&](std::string_view part) {
    const auto place = entry.places.find(part);
    if (place == entry.places.end()) return;
    if (std::find(shown.begin(), shown.end(), place->second) == shown.end()) {
      shown.push_back(place->second);
    }
  };
  for (const Dimension* dimension : entry.dimensions) dimension->shown(seen, step, show);
}

}  // namespace cmapsim
