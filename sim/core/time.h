// Virtual time: exact integers, nothing else.
//
// An instant is nanoseconds since the start of a run, a duration is nanoseconds. Both are int64, so
// that a run may last 292 years and no arithmetic ever rounds. Names carry the unit: `now_ns`.
//
//   auto d = ParseDuration("24h");          // 86'400'000'000'000
//   FormatDuration(1'500'000) == "1500us"   // the largest unit that divides it exactly
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cmapsim {

using Nanos = int64_t;

inline constexpr Nanos kMicrosecond = 1'000;
inline constexpr Nanos kMillisecond = 1'000'000;
inline constexpr Nanos kSecond = 1'000'000'000;
inline constexpr Nanos kHour = 3'600 * kSecond;
inline constexpr Nanos kDay = 24 * kHour;

// "0", or a whole number and one of ns us ms s m h d, without a sign: "250us", "24h", "3d".
// Nothing where the text is something else or does not fit into 62 bits.
[[nodiscard]] std::optional<Nanos> ParseDuration(std::string_view text);

// The shortest exact text that ParseDuration reads back. Requires duration_ns >= 0.
[[nodiscard]] std::string FormatDuration(Nanos duration_ns);

}  // namespace cmapsim
