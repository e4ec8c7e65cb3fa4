// Records what cmap_dispatch of the installed library makes of every errno, over both transports:
//
//   bazel run //conformance/suites:record_dispatch_matrix >
//       fixtures/expectations/dispatch_matrix_corosync_3_1_7.csv
//
// Run it where corosync 3.1.7 with libqb 2.0.6 is installed, as Debian 12 has them.
#include <iostream>

#include "conformance/suites/dispatch_matrix.h"
#include "conformance/suites/dispatch_record.h"
#include "conformance/targets/simulated_target.h"

namespace cmapsim {
namespace {

int Record() {
  std::cout << kDispatchRecordHead;
  for (const Transport transport : {Transport::kShm, Transport::kSocket}) {
    auto target = SimulatedTarget::Open({.worker = "sim/host/worker",
                                         .library = "../system/lib/x86_64-linux-gnu/libcmap.so.4",
                                         .library_sha256 = {},
                                         .version = {},
                                         .transport = transport});
    if (!target) {
      std::cerr << target.error() << '\n';
      return 2;
    }
    const auto cells = DispatchMatrix(**target);
    if (!cells) {
      std::cerr << cells.error() << '\n';
      return 2;
    }
    std::cout << FormatDispatchRows(*cells, transport);
  }
  return 0;
}

}  // namespace
}  // namespace cmapsim

int main() { return cmapsim::Record(); }
