// The options of commands that say what is tested, and the targets that they name.
//
//   TargetOptions options;
//   AddTargetOptions(*subcommand, options);
//   ...
//   auto bench = PrepareBench(options);        // library, workers and daemon, looked at
//   auto target = bench->OpenSimulated(Transport::kShm);
#pragma once

#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "conformance/target.h"
#include "tools/commands/command_line.h"
#include "tools/commands/library.h"

namespace cmapsim {

struct TargetOptions {
  std::string library;               // empty: the machine's
  std::string corosync;              // empty: the machine's
  std::string corosync_library_dir;  // empty: the system's libraries
};

void AddTargetOptions(CommandLine& command, TargetOptions& options);

using OpenedTarget = tl::expected<std::unique_ptr<Target>, std::string>;

// What is needed to open targets: found, and looked at once.
struct Bench {
  LibraryFile library;
  std::string corosync;  // empty: there is none
  std::string corosync_library_dir;
  // Why nothing can be run live, and what to do about it; empty where it can.
  std::string no_live;

  [[nodiscard]] OpenedTarget OpenSimulated(Transport transport) const;
  [[nodiscard]] OpenedTarget OpenLive(Transport transport, bool patient = false) const;
};

// The error says what is missing. A corosync that was named must be there.
[[nodiscard]] tl::expected<Bench, std::string> PrepareBench(const TargetOptions& options);

}  // namespace cmapsim
