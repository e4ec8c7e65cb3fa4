// What the nodes of a plan's YAML say: numbers, durations, keys, words, maps of known fields.
//
//   const Fields fields(node, {"nth", "steps"}, "a reaction");
//   if (const YamlNode* nth = fields.Value(0)) reaction.nth = ReadNumber<int64_t>(*nth, 0);
//
// The first node that says something else throws a Mistake: the readers of a plan are nested too
// deep for every one of them to hand errors on. ParsePlan catches it; it never leaves the library.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/core/plan.h"
#include "sim/core/text.h"
#include "sim/core/yaml_tree.h"

namespace cmapsim {

struct Mistake {
  int line;
  int column;
  std::string message;
};

[[noreturn]] void Fail(const YamlNode& node, std::string message);
// A word that should have been one of `known`, with the nearest of them.
[[noreturn]] void FailUnknown(const YamlNode& node, std::string_view what, std::string_view word,
                              std::span<const std::string_view> known);
// A node that is not `expected`.
[[noreturn]] void FailExpected(const YamlNode& node, std::string_view expected);

[[nodiscard]] inline bool IsNull(const YamlNode& node) {
  return node.kind == YamlNode::Kind::kNull;
}

[[nodiscard]] std::string_view ReadScalar(const YamlNode& node, std::string_view expected);
[[nodiscard]] const std::vector<YamlNode>& ReadList(const YamlNode& node,
                                                    std::string_view expected);

[[nodiscard]] bool ReadBool(const YamlNode& node);
// `output: null` and the like: the field says only that NULL is passed.
[[nodiscard]] bool ReadNull(const YamlNode& node);
[[nodiscard]] Nanos ReadDuration(const YamlNode& node);
[[nodiscard]] std::string ReadKey(const YamlNode& node);
[[nodiscard]] int32_t ReadSlot(const YamlNode& node);
[[nodiscard]] int32_t ReadTrack(const YamlNode& node);
[[nodiscard]] int32_t ReadMode(const YamlNode& node);
[[nodiscard]] int32_t ReadMap(const YamlNode& node);
// poll's: -1 for `forever`.
[[nodiscard]] Nanos ReadTimeout(const YamlNode& node);
[[nodiscard]] Transport ReadTransport(const YamlNode& node);
[[nodiscard]] ServiceAction ReadAction(const YamlNode& node);
[[nodiscard]] Actor ReadActor(const YamlNode& node);
[[nodiscard]] int32_t ReadSignal(const YamlNode& node);

// Decimal, or hexadecimal behind 0x.
template <typename T>
[[nodiscard]] std::optional<T> ParseAnyNumber(std::string_view text) {
  if (!text.starts_with("0x")) return ParseNumber<T>(text);
  const auto number = ParseNumber<uint64_t>(text.substr(2), 16);
  if (!number || !std::in_range<T>(*number)) return std::nullopt;
  return static_cast<T>(*number);
}

template <typename T>
[[nodiscard]] T ReadNumber(const YamlNode& node, T least = std::numeric_limits<T>::min(),
                           T greatest = std::numeric_limits<T>::max()) {
  const auto expected = [&] {
    return "a number from " + std::to_string(least) + " to " + std::to_string(greatest);
  };
  if (node.kind != YamlNode::Kind::kScalar) FailExpected(node, expected());
  const auto number = ParseAnyNumber<T>(node.text);
  if (!number || *number < least || *number > greatest) FailExpected(node, expected());
  return *number;
}

// A map whose fields have their names out of `names`, which must outlive it, none of them twice.
// Fields are known by their index in `names`.
class Fields {
 public:
  Fields(const YamlNode& map, std::span<const std::string_view> names, std::string_view what);

  // A field's value, or the place of its name; nullptr where the map has no such field.
  [[nodiscard]] const YamlNode* Value(size_t index) const { return found_[index].value; }
  [[nodiscard]] const YamlNode* Name(size_t index) const { return found_[index].name; }

  // The value of a field that must be there.
  [[nodiscard]] const YamlNode& Needed(size_t index) const;

 private:
  struct Found {
    const YamlNode* name = nullptr;
    const YamlNode* value = nullptr;
  };

  void Add(const YamlNode& name, const YamlNode& value);

  const YamlNode& map_;
  std::span<const std::string_view> names_;
  std::vector<Found> found_;
};

}  // namespace cmapsim
