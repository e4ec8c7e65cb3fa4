// A client library on the virtual host: a Target whose worker runs every plan simulated.
//
//   auto target = SimulatedTarget::Open({.worker = worker, .library = "/usr/lib/libcmap.so.4"});
//   if (!target) std::cerr << target.error();
#pragma once

#include <memory>
#include <string>
#include <tl/expected.hpp>

#include "conformance/target.h"

namespace cmapsim {

class WorkerProcess;

struct SimulatedTargetOptions {
  std::string worker;   // path of the simulated worker
  std::string library;  // its folder is searched first for the libraries that it needs
  std::string library_sha256;
  std::string version;  // where known
  Transport transport = Transport::kShm;
};

class SimulatedTarget : public Target {
 public:
  [[nodiscard]] static tl::expected<std::unique_ptr<SimulatedTarget>, std::string> Open(
      SimulatedTargetOptions options);
  ~SimulatedTarget() override;
  [[nodiscard]] const TargetInfo& info() const override { return info_; }
  [[nodiscard]] tl::expected<std::string_view, std::string> Run(const Plan& plan,
                                                                TraceLevel level) override;
  // For benchmarks: runs the plan `repeat` times in the worker; the trace is the last one's.
  [[nodiscard]] tl::expected<std::string_view, std::string> RunRepeated(const Plan& plan,
                                                                        TraceLevel level,
                                                                        uint32_t repeat);
  // Which files the library and what it needs were loaded from.
  [[nodiscard]] const std::string& information() const;

 private:
  SimulatedTarget(TargetInfo info, std::unique_ptr<WorkerProcess> worker);

  TargetInfo info_;
  std::unique_ptr<WorkerProcess> worker_;
  Plan plan_;
};

}  // namespace cmapsim
