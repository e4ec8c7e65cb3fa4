#include "sim/core/time.h"

#include <algorithm>
#include <array>

#include "sim/core/text.h"

namespace cmapsim {
namespace {

struct Unit {
  std::string_view name;
  Nanos ns;
};

// Largest first: FormatDuration takes the first that divides.
constexpr std::array<Unit, 7> kUnits = {{{"d", kDay},
                                         {"h", kHour},
                                         {"m", 60 * kSecond},
                                         {"s", kSecond},
                                         {"ms", kMillisecond},
                                         {"us", kMicrosecond},
                                         {"ns", 1}}};

// Sums of two durations or instants must not overflow.
constexpr uint64_t kEndOfTime = uint64_t{1} << 62;

}  // namespace

std::optional<Nanos> ParseDuration(std::string_view text) {
  if (text == "0") return 0;
  const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto count = ParseNumber<uint64_t>(text.substr(0, digits));
  if (!count) return std::nullopt;
  for (const Unit& unit : kUnits) {
    if (text.substr(digits) != unit.name) continue;
    if (*count >= (kEndOfTime + unit.ns - 1) / unit.ns) return std::nullopt;
    return static_cast<Nanos>(*count) * unit.ns;
  }
  return std::nullopt;
}

std::string FormatDuration(Nanos duration_ns) {
  if (duration_ns == 0) return "0";
  std::string text;
  for (const Unit& unit : kUnits) {
    if (duration_ns % unit.ns != 0) continue;
    AppendNumber(duration_ns / unit.ns, text);
    text += unit.name;
    break;
  }
  return text;
}

}  // namespace cmapsim
