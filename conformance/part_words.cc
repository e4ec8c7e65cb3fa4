#include "conformance/part_words.h"

namespace cmapsim {
namespace {

// Little-endian, as values of the map are on the machines that corosync runs on.
bool IsRun(std::string_view bytes, char of, char last) {
  return !bytes.empty() && bytes.find_first_not_of(of) >= bytes.size() - 1 && bytes.back() == last;
}

std::string_view Limit(ValueType type, std::string_view held) {
  switch (type) {
    case ValueType::kUInt8:
    case ValueType::kUInt16:
    case ValueType::kUInt32:
    case ValueType::kUInt64:
      return IsRun(held, '\0', '\0') ? "least" : IsRun(held, '\xff', '\xff') ? "most" : "";
    case ValueType::kInt8:
    case ValueType::kInt16:
    case ValueType::kInt32:
    case ValueType::kInt64:
      return IsRun(held, '\0', '\x80') ? "least" : IsRun(held, '\xff', '\x7f') ? "most" : "";
    case ValueType::kString:  // held with what ends it
      return held.size() == 1 ? "least" : held.size() == kLongestValue + 1 ? "most" : "";
    case ValueType::kBinary:
      return held.size() == 1 ? "least" : held.size() == kLongestValue ? "most" : "";
    default:
      return "";
  }
}

}  // namespace

std::string ValuePart(ValueType type, std::string_view held) {
  const std::string_view limit = Limit(type, held);
  if (limit.empty()) return {};
  return std::string(ValueTypeName(type)) + " " + std::string(limit);
}

std::string TypesPart(ValueType held, ValueType asked) {
  return std::string(ValueTypeName(held)) + " as " + std::string(ValueTypeName(asked));
}

std::string_view BufferPart(size_t buffer, size_t length) {
  if (buffer == 0) return "no bytes";
  return buffer + 1 == length ? "one byte too few" : "fewer";
}

}  // namespace cmapsim
