#include "sim/core/value.h"

#include <array>
#include <cstring>

#include "sim/core/sha256.h"
#include "sim/core/text.h"

namespace cmapsim {
namespace {

struct TypeRow {
  std::string_view name;
  uint8_t size;  // 0: any
};

// By number.
constexpr std::array<TypeRow, 13> kTypes = {{{"unset", 0},
                                             {"int8", 1},
                                             {"uint8", 1},
                                             {"int16", 2},
                                             {"uint16", 2},
                                             {"int32", 4},
                                             {"uint32", 4},
                                             {"int64", 8},
                                             {"uint64", 8},
                                             {"float", 4},
                                             {"double", 8},
                                             {"string", 0},
                                             {"binary", 0}}};

// Runs up to this long are spelt out.
constexpr size_t kLongestSpeltRun = 16;

const TypeRow* FindRow(ValueType type) {
  const auto number = static_cast<size_t>(type);
  return number < kTypes.size() ? &kTypes[number] : nullptr;
}

bool IsInteger(ValueType type) { return type >= ValueType::kInt8 && type <= ValueType::kUInt64; }

// The payload of a number, and a number for its payload: x86-64's byte order is CMAP's.
template <typename T>
T FromBytes(std::string_view bytes) {
  T number;
  std::memcpy(&number, bytes.data(), sizeof number);
  return number;
}

uint64_t UnsignedFromBytes(std::string_view bytes) {
  uint64_t number = 0;
  std::memcpy(&number, bytes.data(), bytes.size());
  return number;
}

void AppendInteger(ValueType type, std::string_view bytes, std::string& out) {
  switch (type) {
    case ValueType::kInt8:
      return AppendNumber(FromBytes<int8_t>(bytes), out);
    case ValueType::kInt16:
      return AppendNumber(FromBytes<int16_t>(bytes), out);
    case ValueType::kInt32:
      return AppendNumber(FromBytes<int32_t>(bytes), out);
    case ValueType::kInt64:
      return AppendNumber(FromBytes<int64_t>(bytes), out);
    default:
      return AppendNumber(UnsignedFromBytes(bytes), out);
  }
}

// 0x3f800000: as many digits as the payload has, so that the text shows the width.
void AppendBitPattern(std::string_view bytes, std::string& out) {
  out += "0x";
  for (size_t i = bytes.size(); i-- > 0;) AppendHex(bytes.substr(i, 1), out);
}

bool IsRun(std::string_view bytes) {
  return bytes.size() > kLongestSpeltRun &&
         std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0;
}

void AppendTypeName(ValueType type, std::string& out) {
  if (const TypeRow* row = FindRow(type)) {
    out += row->name;
  } else {
    out += "type";
    AppendNumber(static_cast<unsigned>(type), out);
  }
}

// The quoted or hexadecimal part of a value, with its repetition.
void AppendPayload(bool quoted, std::string_view bytes, std::string& out) {
  const bool run = IsRun(bytes);
  const std::string_view spelt = run ? bytes.substr(0, 1) : bytes;
  if (quoted) {
    out += '"';
    AppendEscaped(spelt, out);
    out += '"';
  } else {
    AppendHex(spelt, out);
  }
  if (run) {
    out += '*';
    AppendNumber(bytes.size(), out);
  }
}

void AppendValue(ValueType type, std::string_view bytes, std::string& out) {
  AppendTypeName(type, out);
  if (type == ValueType::kUnset && bytes.empty()) return;
  const size_t size = FixedValueSize(type);
  if (size != 0 && size == bytes.size()) {
    out += ':';
    return IsInteger(type) ? AppendInteger(type, bytes, out) : AppendBitPattern(bytes, out);
  }
  if (type == ValueType::kString) {
    out += ':';
    return AppendPayload(true, bytes, out);
  }
  // A text that ends with a colon would be a mapping in YAML: the empty binary is "binary!".
  out += type == ValueType::kBinary && !bytes.empty() ? ':' : '!';
  AppendPayload(false, bytes, out);
}

std::optional<ValueType> ParseTypeOrNumber(std::string_view name) {
  if (const auto type = ParseValueType(name)) return type;
  if (!name.starts_with("type")) return std::nullopt;
  const auto number = ParseNumber<uint8_t>(name.substr(4));
  if (!number || *number < kTypes.size()) return std::nullopt;
  return static_cast<ValueType>(*number);
}

// The bytes of a quoted or hexadecimal part, with its repetition if it has one.
std::optional<std::string> ParsePayload(bool quoted, std::string_view text) {
  std::optional<size_t> count;
  // A quoted part may contain asterisks: only one behind the closing quote counts.
  const size_t star = text.rfind('*');
  if (star != text.npos && !(quoted && text.ends_with('"'))) {
    count = ParseNumber<size_t>(text.substr(star + 1));
    if (!count || *count == 0 || *count > kMaxValueSize) return std::nullopt;
    text = text.substr(0, star);
  }
  if (quoted) {
    if (text.size() < 2 || !text.starts_with('"') || !text.ends_with('"')) return std::nullopt;
    text = text.substr(1, text.size() - 2);
    if (text.find('"') != text.npos) return std::nullopt;
  }
  auto bytes = quoted ? Unescape(text) : ParseHex(text);
  if (!bytes || bytes->size() > kMaxValueSize) return std::nullopt;
  if (!count) return bytes;
  if (bytes->size() != 1) return std::nullopt;
  return std::string(*count, bytes->front());
}

template <typename T>
std::optional<Value> ParseIntegerAs(ValueType type, std::string_view text) {
  const auto number = ParseNumber<T>(text);
  if (!number) return std::nullopt;
  return Value::Integer(type, static_cast<uint64_t>(*number));
}

std::optional<Value> ParseInteger(ValueType type, std::string_view text) {
  switch (type) {
    case ValueType::kInt8:
      return ParseIntegerAs<int8_t>(type, text);
    case ValueType::kUInt8:
      return ParseIntegerAs<uint8_t>(type, text);
    case ValueType::kInt16:
      return ParseIntegerAs<int16_t>(type, text);
    case ValueType::kUInt16:
      return ParseIntegerAs<uint16_t>(type, text);
    case ValueType::kInt32:
      return ParseIntegerAs<int32_t>(type, text);
    case ValueType::kUInt32:
      return ParseIntegerAs<uint32_t>(type, text);
    case ValueType::kInt64:
      return ParseIntegerAs<int64_t>(type, text);
    default:
      return ParseIntegerAs<uint64_t>(type, text);
  }
}

std::optional<Value> ParseBitPattern(ValueType type, std::string_view text) {
  const size_t size = FixedValueSize(type);
  if (!text.starts_with("0x") || text.size() != 2 + 2 * size) return std::nullopt;
  const auto pattern = ParseNumber<uint64_t>(text.substr(2), 16);
  if (!pattern) return std::nullopt;
  return Value{type, std::string(reinterpret_cast<const char*>(&*pattern), size)};
}

// "string[5000]sha256:<16 digits>"
void AppendFingerprint(ValueType type, std::string_view bytes, std::string& out) {
  AppendTypeName(type, out);
  out += '[';
  AppendNumber(bytes.size(), out);
  out += "]sha256:";
  const auto digest = Sha256(bytes);
  AppendHex({reinterpret_cast<const char*>(digest.data()), 8}, out);
}

}  // namespace

std::string_view ValueTypeName(ValueType type) {
  const TypeRow* row = FindRow(type);
  return row != nullptr ? row->name : std::string_view();
}

std::optional<ValueType> ParseValueType(std::string_view name) {
  for (size_t number = 0; number < kTypes.size(); ++number) {
    if (kTypes[number].name == name) return static_cast<ValueType>(number);
  }
  return std::nullopt;
}

size_t FixedValueSize(ValueType type) {
  const TypeRow* row = FindRow(type);
  return row != nullptr ? row->size : 0;
}

Value Value::Integer(ValueType type, uint64_t number) {
  return {type, std::string(reinterpret_cast<const char*>(&number), FixedValueSize(type))};
}

Value Value::String(std::string_view text) { return {ValueType::kString, std::string(text)}; }

Value Value::Binary(std::string_view bytes) { return {ValueType::kBinary, std::string(bytes)}; }

std::string FormatValue(ValueType type, std::string_view bytes) {
  std::string text;
  AppendValue(type, bytes, text);
  return text;
}

std::optional<Value> ParseValue(std::string_view text) {
  if (text == "unset") return Value{};
  const size_t separator = text.find_first_of(":!");
  if (separator == text.npos) return std::nullopt;
  const auto type = ParseTypeOrNumber(text.substr(0, separator));
  if (!type) return std::nullopt;
  const std::string_view rest = text.substr(separator + 1);

  if (text[separator] == ':') {
    if (IsInteger(*type)) return ParseInteger(*type, rest);
    if (FixedValueSize(*type) != 0) return ParseBitPattern(*type, rest);
    if (*type != ValueType::kString && *type != ValueType::kBinary) return std::nullopt;
  }
  auto bytes = ParsePayload(*type == ValueType::kString && text[separator] == ':', rest);
  if (!bytes) return std::nullopt;
  return Value{*type, std::move(*bytes)};
}

void AppendTraceValue(ValueType type, std::string_view bytes, std::string& out) {
  // No text is shorter than its payload unless that is a run: do not spell megabytes to drop them.
  if (bytes.size() > kLongValue && !IsRun(bytes)) return AppendFingerprint(type, bytes, out);
  const size_t start = out.size();
  AppendValue(type, bytes, out);
  if (out.size() - start <= kLongValue) return;
  out.resize(start);
  AppendFingerprint(type, bytes, out);
}

}  // namespace cmapsim
