// What the map accepts, and in which form it keeps it.
//
//   IsKeyName("test.a")                               // true; "te" and "test a" are not
//   IsValueLength(ValueType::kString, "on")           // true
//   AssignStored(ValueType::kString, "on", stored)    // "on" with a NUL behind it
//   AdjustInteger(1, stored = "\xff")                 // "\0"
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "sim/core/value.h"

namespace cmapsim {

inline constexpr size_t kMinKeyName = 3;
inline constexpr size_t kMaxKeyName = 255;
inline constexpr size_t kMaxValueLength = 16 * 1024;

// Whether a key of this name can be made. `name` has no NUL.
[[nodiscard]] bool IsKeyName(std::string_view name);

// What reaches the map of a name or a string that a client sent: the bytes before the first NUL.
[[nodiscard]] inline std::string_view BeforeNul(std::string_view bytes) {
  return bytes.substr(0, bytes.find('\0'));
}

// Whether `bytes` have a length that is right for the type. A string may have its NUL with it and
// nothing behind that.
[[nodiscard]] bool IsValueLength(ValueType type, std::string_view bytes);

// The form in which the map keeps `bytes`, which have a right length: a string gets its NUL.
// Assigned to `stored`.
void AssignStored(ValueType type, std::string_view bytes, std::string& stored);

// Whether the map, keeping `stored`, would be left as it is by setting `bytes`, which have a right
// length, under the same type.
[[nodiscard]] bool SameStored(ValueType type, std::string_view stored, std::string_view bytes);

// Adds `step` to an integer in its own width, where it wraps. Requires one of the eight integer
// types.
void AdjustInteger(int32_t step, std::string& stored);

}  // namespace cmapsim
