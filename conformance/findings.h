// Findings as files: the plan that failed as it was drawn, and the smallest one that fails in the
// same way, each with a head that says what it shows and how to run it again.
//
//   FindingFolder folder("cmapsim-findings", info, seed);
//   auto path = folder.WriteDrawn(finding, plan);
//   path = folder.WriteShrunk(finding, small);
//   path = folder.WriteTrace(*path, trace);       // beside the plan, as .trace
//
// The folder is made when there is something to put into it. Names depend on target, property,
// clause and case alone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "conformance/shrink.h"
#include "conformance/tally.h"
#include "conformance/target.h"

namespace cmapsim {

// What a plan shows.
struct Finding {
  std::string property;
  Failing failing;
};

class FindingFolder {
 public:
  FindingFolder(std::string folder, const TargetInfo& target, uint64_t seed)
      : folder_(std::move(folder)), target_(target), seed_(seed) {}

  // Return the file's path.
  [[nodiscard]] tl::expected<std::string, std::string> WriteDrawn(const Finding& finding,
                                                                  const Plan& plan) const;
  // `reproduced`: whether it failed in the same way when it was run once more.
  [[nodiscard]] tl::expected<std::string, std::string> WriteShrunk(const Finding& finding,
                                                                   const ShrunkPlan& shrunk,
                                                                   bool reproduced) const;

  // `plan` is the path of the plan's file.
  [[nodiscard]] tl::expected<std::string, std::string> WriteTrace(const std::string& plan,
                                                                  std::string_view trace) const;
  [[nodiscard]] tl::expected<std::string, std::string> WriteCProgram(const std::string& plan,
                                                                     std::string_view text) const;
  // The command that runs the plan in this file again.
  [[nodiscard]] std::string ReplayCommand(const std::string& path) const;

 private:
  [[nodiscard]] std::string PathOf(const Finding& finding, std::string_view which) const;
  [[nodiscard]] std::string Head(const Finding& finding, const std::string& path) const;
  [[nodiscard]] tl::expected<std::string, std::string> Write(const std::string& path,
                                                             std::string text) const;

  std::string folder_;
  const TargetInfo& target_;
  uint64_t seed_;
};

}  // namespace cmapsim
