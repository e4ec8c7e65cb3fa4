// A client library beside a real corosync: a Target whose worker runs every plan live, in namespaces of its own.
//
//   auto target = LiveTarget::Open({.worker = worker, .library = library, .corosync = "/usr/sbin/corosync"});
//   if (!target) std::cerr << target.error();     // why it cannot be: what is missing, the daemon's last words
//
// The plan's delays really pass, and of its faults only those of the client's host are injected:
// a plan with others is an error.
#pragma once

#include <memory>
#include <string>
#include <tl/expected.hpp>

#include "conformance/targets/worker_target.h"

namespace cmapsim {

struct LiveTargetOptions {
  std::string worker;   // path of the live worker
  std::string library;  // its folder is searched first for the libraries that it needs
  std::string library_sha256;
  std::string version;               // of the library, where known
  std::string corosync;              // path of the daemon
  std::string corosync_library_dir;  // of the libraries that belong to it; empty: the system's
  Transport transport = Transport::kShm;
  // Looks three times as long before it calls a case quiet: for what is run again to be sure.
  bool patient = false;
};

class LiveTarget : public WorkerTarget {
 public:
  [[nodiscard]] static tl::expected<std::unique_ptr<LiveTarget>, std::string> Open(
      LiveTargetOptions options);
  // "3.1.7": what the daemon says of itself.
  [[nodiscard]] std::string service_version() const;

 private:
  using WorkerTarget::WorkerTarget;
};

}  // namespace cmapsim
