#include "sim/core/fault.h"

#include <deque>
#include <vector>

namespace cmapsim {
namespace {

using enum FaultNature;

constexpr FaultRow kRows[] = {
#define CMAPSIM_FAULT(enumerator, name, nature, fields, sentence) \
  {FaultKind::enumerator, name, nature, static_cast<FaultFieldSet>(fields), sentence},
#include "sim/core/fault_table.inc"
#undef CMAPSIM_FAULT
};

constexpr std::string_view kFieldNames[] = {
#define CMAPSIM_X(enumerator, name) name,
    CMAPSIM_FAULT_FIELDS(CMAPSIM_X)
#undef CMAPSIM_X
};

// Whether a call can be broken in this way at all.
bool Applies(const FaultRow& row, LibcCall call) {
  switch (row.kind) {
    case FaultKind::kHostErrno:
      return !DocumentedErrnos(call).empty();
    case FaultKind::kHostShort:
      return (EffectsOf(call) & kCanBeShort) != 0;
    case FaultKind::kHostEnd:
      return (EffectsOf(call) & kCanEnd) != 0;
    case FaultKind::kHostReady:
      return (EffectsOf(call) & kReportsReadiness) != 0;
    default:
      return true;
  }
}

std::string NameOf(const FaultRow& row, LibcCall call) {
  std::string name(row.name);
  const size_t star = name.find('*');
  if (star != name.npos) name.replace(star, 1, LibcCallName(call));
  return name;
}

// Every name there is, with what it stands for.
struct Names {
  std::deque<std::string> texts;
  std::vector<std::string_view> names;
  std::vector<Fault> faults;

  void Add(std::string name, FaultKind kind, LibcCall call) {
    names.push_back(texts.emplace_back(std::move(name)));
    Fault& fault = faults.emplace_back();
    fault.kind = kind;
    fault.call = call;
  }
};

const Names& AllNames() {
  static const auto* const kAll = [] {
    auto* all = new Names;
    for (const FaultRow& row : kRows) {
      if (!row.OfCall()) {
        all->Add(std::string(row.name), row.kind, LibcCall::kCount);
        continue;
      }
      for (size_t i = 0; i < kLibcCallCount; ++i) {
        const auto call = static_cast<LibcCall>(i);
        if (Applies(row, call)) all->Add(NameOf(row, call), row.kind, call);
      }
    }
    return all;
  }();
  return *kAll;
}

}  // namespace

std::span<const FaultRow> FaultTable() { return kRows; }

std::span<const std::string_view> FaultFieldNames() { return kFieldNames; }

std::string FaultName(const Fault& fault) { return NameOf(RowOf(fault.kind), fault.call); }

bool ParseFaultName(std::string_view name, Fault& fault) {
  const Names& all = AllNames();
  for (size_t i = 0; i < all.names.size(); ++i) {
    if (all.names[i] != name) continue;
    fault.kind = all.faults[i].kind;
    fault.call = all.faults[i].call;
    return true;
  }
  return false;
}

std::span<const std::string_view> FaultNames() { return AllNames().names; }

const FaultRow* FindFaultRow(std::string_view name) {
  for (const FaultRow& row : kRows) {
    if (row.name == name) return &row;
  }
  Fault fault;
  return ParseFaultName(name, fault) ? &RowOf(fault.kind) : nullptr;
}

}  // namespace cmapsim
