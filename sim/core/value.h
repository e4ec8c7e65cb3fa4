// A CMAP value: a type and the bytes that travel for it, native endian.
//
//   Value v = Value::Integer(ValueType::kUInt32, 7);
//   FormatValue(v) == "uint32:7"
//
// The text form is what plans and traces show; it is exact, so that equal texts mean equal values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cmapsim {

// The numbers of cmap_value_types_t (corosync/cmap.h). A Value may hold any other byte too, since a
// client may send it.
enum class ValueType : uint8_t {
  kUnset = 0,
  kInt8 = 1,
  kUInt8 = 2,
  kInt16 = 3,
  kUInt16 = 4,
  kInt32 = 5,
  kUInt32 = 6,
  kInt64 = 7,
  kUInt64 = 8,
  kFloat = 9,
  kDouble = 10,
  kString = 11,
  kBinary = 12,
};

// "uint32" and so on; "unset" for 0; empty for a number without a name.
[[nodiscard]] std::string_view ValueTypeName(ValueType type);
[[nodiscard]] std::optional<ValueType> ParseValueType(std::string_view name);

// 1, 2, 4 or 8 for numbers; 0 for string, binary and everything unknown.
[[nodiscard]] size_t FixedValueSize(ValueType type);

// What a text may spell, "*N" carried out.
inline constexpr size_t kMaxValueSize = 16 << 20;

struct Value {
  ValueType type = ValueType::kUnset;
  std::string bytes;  // as passed to cmap_set: a string here has no trailing NUL

  bool operator==(const Value&) const = default;

  // `number` cut to the width of `type`, which must be one of the eight integer types.
  [[nodiscard]] static Value Integer(ValueType type, uint64_t number);
  [[nodiscard]] static Value String(std::string_view text);
  [[nodiscard]] static Value Binary(std::string_view bytes);
};

// The exact text of a value, without spaces and safe as a plain YAML scalar; ParseValue reads it
// back.
//   uint32:7   int8:-1            integers in decimal
//   float:0x3f800000              float and double as bit patterns
//   string:"a\x20b"               printable ASCII except space \ " , [ ] { } # ? stands for itself,
//                                 the rest is \xNN
//   binary:00ff                   hexadecimal
//   string:"a"*4096 binary:61*512 one byte repeated, where there are more than 16
//   uint32!0a0b                   a payload whose size is not its type's, or a type without a name:
//                                 type77!0a0b type77!61*512; the empty binary is binary!
//   unset                         type 0, no bytes
[[nodiscard]] std::string FormatValue(ValueType type, std::string_view bytes);
[[nodiscard]] inline std::string FormatValue(const Value& v) {
  return FormatValue(v.type, v.bytes);
}
[[nodiscard]] std::optional<Value> ParseValue(std::string_view text);

// The text that traces show: FormatValue's while that is at most kLongValue characters, else
// "string[5000]sha256:<first 16 hexadecimal digits of the payload's SHA-256>". Appended to `out`.
inline constexpr size_t kLongValue = 96;
void AppendTraceValue(ValueType type, std::string_view bytes, std::string& out);

}  // namespace cmapsim
