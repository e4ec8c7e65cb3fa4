#include "sim/core/fault.h"

namespace cmapsim {
namespace {

constexpr FaultRow kRows[] = {
#define CMAPSIM_X(enumerator, name, takes_delay, sentence) \
  {FaultKind::enumerator, name, takes_delay, sentence},
    CMAPSIM_FAULTS(CMAPSIM_X)
#undef CMAPSIM_X
};

}  // namespace

std::span<const FaultRow> FaultTable() { return kRows; }

std::optional<FaultKind> ParseFault(std::string_view name) {
  for (const FaultRow& row : kRows) {
    if (row.name == name) return row.kind;
  }
  return std::nullopt;
}

}  // namespace cmapsim
