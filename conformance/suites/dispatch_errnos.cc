#include "conformance/suites/dispatch_errnos.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/host_calls.h"

namespace cmapsim {
namespace {

std::string PropertyOf(const DispatchKey& key) {
  return "dispatch-errno/" + std::string(LibcCallName(key.call)) + "/" +
         std::to_string(key.occurrence);
}

std::string Words(const DispatchKey& key) {
  return DispatchModeName(key.mode) + (key.pending ? ", an event pending" : ", nothing pending") +
         ", " + std::string(LibcCallName(key.call)) + " number " + std::to_string(key.occurrence) +
         " fails with " + ErrnoName(key.error);
}

FixedCase NewCase(const DispatchKey& key) {
  FixedCase fresh;
  fresh.clause = kDispatchErrnoClause;
  fresh.property = PropertyOf(key);
  fresh.cases = 0;
  fresh.seen = Observation{.clause = kDispatchErrnoClause,
                           .situation = {},
                           .outcome = "as corosync 3.1.7",
                           .conformity = Conformity::kConforms,
                           .step = -1,
                           .detail = {}};
  return fresh;
}

// The first difference is told, the others are counted.
void Enter(const DispatchCell& cell, const DispatchCell* known, FixedCase& fixed) {
  ++fixed.cases;
  Observation& seen = *fixed.seen;
  if (known != nullptr && known->Agrees(cell)) return;
  if (known == nullptr) {
    if (fixed.unlike_corosync || seen.conformity == Conformity::kUndocumented) return;
    seen.conformity = Conformity::kUndocumented;
    seen.outcome = OutcomeOf(cell);
    seen.situation = Words(cell.key);
    fixed.detail = "corosync 3.1.7 was not seen to make this call: " + Words(cell.key) + ": " +
                   OutcomeOf(cell);
    return;
  }
  if (fixed.unlike_corosync) return;
  fixed.unlike_corosync = true;
  seen.situation = Words(cell.key);
  seen.outcome = OutcomeOf(cell);
  seen.detail = "expected " + OutcomeOf(*known) + " as corosync 3.1.7, got " + OutcomeOf(cell) +
                ": " + Words(cell.key);
  fixed.detail = seen.detail;
  fixed.finding = DispatchCellPlan(cell.key);
}

}  // namespace

std::vector<FixedCase> CompareDispatchCells(const std::vector<DispatchCell>& cells,
                                            const DispatchRecord& record) {
  std::vector<FixedCase> cases;
  for (const DispatchCell& cell : cells) {
    const std::string property = PropertyOf(cell.key);
    auto at = std::find_if(cases.begin(), cases.end(),
                           [&](const FixedCase& c) { return c.property == property; });
    if (at == cases.end()) at = cases.insert(at, NewCase(cell.key));
    Enter(cell, record.Find(cell.key), *at);
  }
  return cases;
}

tl::expected<FixedCases, std::string> CheckDispatchErrnos(Target& target) {
  const auto cells = DispatchMatrix(target);
  if (!cells) return tl::unexpected(cells.error());
  const DispatchRecord& record = CorosyncDispatchRecord(target.info().transport);
  FixedCases checked;
  checked.cases = CompareDispatchCells(*cells, record);
  checked.tables.push_back(FormatDispatchTable(*cells, record));
  return checked;
}

}  // namespace cmapsim
