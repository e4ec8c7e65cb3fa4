// The matrix of cmap_dispatch and errnos as text: the record of what corosync 3.1.7 does, and a
// table for people.
//
//   DispatchRecord record = CorosyncDispatchRecord(Transport::kShm);
//   for (const DispatchCell& cell : cells) if (!record.Agrees(cell)) ...
//   std::cout << FormatDispatchTable(cells, record);
//
// The record is fixtures/expectations/dispatch_matrix_corosync_3_1_7.csv, written by
//
//   bazel run //conformance/suites:record_dispatch_matrix > FILE
//
// and compiled in. A row stands for all errnos of a call that come to the same:
//
//   shm,recv,1,ONE,pending,EINTR,CS_ERR_INTERRUPT,0,lost,CS_OK
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <tuple>
#include <vector>

#include "conformance/suites/dispatch_matrix.h"
#include "sim/core/host_calls.h"
#include "sim/core/plan.h"

namespace cmapsim {

inline constexpr std::string_view kDispatchRecordHead =
    "transport,call,occurrence,mode,event_pending,errnos,result,callbacks,event,later_dispatch\n";

// Rows without the head.
[[nodiscard]] std::string FormatDispatchRows(const std::vector<DispatchCell>& cells,
                                             Transport transport);
// The cells of one transport. The error names the file and line, and what was expected.
[[nodiscard]] tl::expected<std::vector<DispatchCell>, std::string> ParseDispatchRecord(
    std::string_view text, Transport transport, const std::string& file_name);

// Where a cell stands: call, occurrence, errno, mode, whether an event is pending.
using DispatchPlace = std::tuple<LibcCall, int32_t, int32_t, int32_t, bool>;

class DispatchRecord {
 public:
  explicit DispatchRecord(std::vector<DispatchCell> cells);

  // Null where the record does not have the cell.
  [[nodiscard]] const DispatchCell* Find(const DispatchKey& key) const;
  [[nodiscard]] const std::vector<DispatchCell>& cells() const { return cells_; }

 private:
  std::vector<DispatchCell> cells_;
  std::map<DispatchPlace, size_t> index_;
};

// What corosync 3.1.7 does over this transport.
[[nodiscard]] const DispatchRecord& CorosyncDispatchRecord(Transport transport);

// "CS_ERR_INTERRUPT, 0 callbacks, event lost, later CS_OK".
[[nodiscard]] std::string OutcomeOf(const DispatchCell& cell);

// For each call, the errnos that come to the same together, with what the modes make of them. What
// is not as in the record is marked.
[[nodiscard]] std::string FormatDispatchTable(const std::vector<DispatchCell>& cells,
                                              const DispatchRecord& record);

}  // namespace cmapsim
