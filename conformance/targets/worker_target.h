// What targets that run their plans in a worker process have in common: everything but how the
// worker is started.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "conformance/target.h"
#include "conformance/targets/worker_process.h"

namespace cmapsim {

class WorkerTarget : public Target {
 public:
  [[nodiscard]] const TargetInfo& info() const override { return info_; }
  [[nodiscard]] tl::expected<std::string_view, std::string> Run(const Plan& plan,
                                                                TraceLevel level) override;
  // For benchmarks: the plan `repeat` times in one worker; the trace is the last one's.
  [[nodiscard]] tl::expected<std::string_view, std::string> RunRepeated(const Plan& plan,
                                                                        TraceLevel level,
                                                                        uint32_t repeat);
  // Its process, for measuring it.
  [[nodiscard]] pid_t worker_pid() const { return worker_->pid(); }
  // What the worker said when it was ready.
  [[nodiscard]] const std::string& information() const { return worker_->information(); }

 protected:
  WorkerTarget(TargetInfo info, std::unique_ptr<WorkerProcess> worker)
      : info_(std::move(info)), worker_(std::move(worker)) {}
  // The options of a worker for this library, whose folder is searched first for what it needs. A
  // bare name is a file of this folder, not one to look for on the library path.
  [[nodiscard]] static WorkerOptions OptionsFor(const std::string& executable,
                                                const std::string& library);
  // Of what a worker said, the rest of the line that begins with this and ": "; empty: there is none.
  [[nodiscard]] static std::string_view LineOf(std::string_view information, std::string_view name);
  // "a, b", taken apart.
  [[nodiscard]] static std::vector<std::string> ListOf(std::string_view text);
  // "libcmap, <how>, <transport>".
  [[nodiscard]] static std::string NameOf(std::string_view how, Transport transport);

 private:
  // Once more where a process of it was killed from outside (killed_worker.h).
  [[nodiscard]] tl::expected<std::string_view, std::string> RunUnlessKilled(const Plan& plan,
                                                                            TraceLevel level,
                                                                            uint32_t repeat);

  TargetInfo info_;
  std::unique_ptr<WorkerProcess> worker_;
  Plan plan_;
};

}  // namespace cmapsim
