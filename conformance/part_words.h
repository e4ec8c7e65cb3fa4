// The words for parts of what a clause speaks of, where the judge knows them and a plan's step does not
// tell: see parts.h.
//
//   ValuePart(ValueType::kInt8, "\x80") == "int8 least"
//   TypesPart(ValueType::kInt8, ValueType::kString) == "int8 as string"
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "sim/core/value.h"

namespace cmapsim {

// The longest value that the map of corosync 3.1 takes, in bytes.
inline constexpr size_t kLongestValue = 16 * 1024;

// A value at a limit of its type, as the map holds it: the least or most number, the shortest or longest
// text or bytes. Empty: at none.
[[nodiscard]] std::string ValuePart(ValueType type, std::string_view held);
// A value that the map holds as one type and a client asks for as another.
[[nodiscard]] std::string TypesPart(ValueType held, ValueType asked);
// A buffer that is too short for a value of `length` bytes.
[[nodiscard]] std::string_view BufferPart(size_t buffer, size_t length);

}  // namespace cmapsim
