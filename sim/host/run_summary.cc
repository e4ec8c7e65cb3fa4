#include "sim/host/run_summary.h"

#include <bit>
#include <cstddef>
#include <cstdint>

#include "sim/core/fault.h"
#include "sim/core/host_calls.h"
#include "sim/host/folder_tree.h"
#include "sim/host/target_memory.h"
#include "sim/host/virtual_host.h"
#include "sim/host/virtual_service.h"

namespace cmapsim {
namespace {

void AddCall(TraceWriter& line, size_t call, int64_t count) {
  if (count > 0) line.Field(LibcCallName(static_cast<LibcCall>(call)), count);
}

void AddKind(TraceWriter& line, size_t kind, int64_t count) {
  if (count > 0) line.Field(RowOf(static_cast<FaultKind>(kind)).name, count);
}

void WriteCounts(VirtualHost& host) {
  const Injector& injector = host.injector();
  TraceWriter& counts = *host.Line("counts");
  for (size_t i = 0; i < kLibcCallCount; ++i) {
    AddCall(counts, i, injector.count(static_cast<LibcCall>(i)));
  }
  counts.End();
  if (host.plan().faults.empty()) return;
  TraceWriter& reached = *host.Line("reached");
  for (size_t i = 0; i < kFaultKindCount; ++i) {
    AddKind(reached, i, injector.reached(static_cast<FaultKind>(i)));
  }
  reached.End();
  TraceWriter& struck = *host.Line("struck-at");
  for (size_t i = 0; i < kLibcCallCount; ++i) {
    AddCall(struck, i, injector.count_at_strike(static_cast<LibcCall>(i)));
  }
  for (size_t i = 0; i < kFaultKindCount; ++i) {
    AddKind(struck, i, injector.reached_at_strike(static_cast<FaultKind>(i)));
  }
  struck.End();
}

void WriteLeft(VirtualHost& host) {
  int64_t maps = static_cast<int64_t>(host.client_mappings().size());
  int64_t files = host.folders().own_files();
  int64_t empty = host.folders().own_empty_folders();
  int64_t damaged = 0;
  int64_t connections = 0;
  for (int i = 0; i < host.service().connection_count(); ++i) {
    const VirtualConnection& c = host.service().connection(i);
    maps += std::popcount(c.mapped);
    files += std::popcount(c.files);
    empty += c.folder && c.files == 0 && !host.folders().HasOwnIn(c.Folder()) ? 1 : 0;
    damaged += c.damaged;
    connections += c.stage != VirtualConnection::Stage::kGone && host.service().alive() ? 1 : 0;
  }
  const Arena* arena = TargetArena();
  TraceWriter& line = *host.Line("left");
  line.Field("fds", host.descriptors().open_count())
      .Field("maps", maps)
      .Field("files", files)
      .Field("heap_blocks", arena == nullptr ? 0 : static_cast<int64_t>(arena->live_blocks()))
      .Field("connections", connections);
  // Of these there are mostly none.
  if (empty > 0) line.Field("empty_folders", empty);
  if (damaged > 0) line.Field("damaged", damaged);
  line.End();
}

}  // namespace

void WriteRunSummary(VirtualHost& host) {
  if (host.Line("counts") == nullptr) return;
  WriteCounts(host);
  WriteLeft(host);
}

}  // namespace cmapsim
