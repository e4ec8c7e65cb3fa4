// Cases that are the same in every check: plans that are written down, beside those that are drawn.
//
//   runner_options.fixed_cases = &RunFixedCases;   // suites/fixed_cases.h
//
// Each gives one result of one clause: what was seen, or why nothing was.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "conformance/judge.h"
#include "conformance/target.h"
#include "sim/core/plan.h"

namespace cmapsim {

struct FixedCase {
  std::string clause;
  std::string property;  // "errors/cmap_set/CS_ERR_TRY_AGAIN"
  std::string plan;      // its path, where there is one
  // Nothing: not reached, or skipped; the detail says why.
  std::optional<Observation> seen;
  bool skipped = false;
  // It keeps what is documented, and does something else than corosync 3.1 does.
  bool unlike_corosync = false;
  int64_t cases = 1;   // that this stands for
  std::string detail;  // what a pass says too
  // Where it is a finding and no file has it yet.
  std::optional<Plan> finding;
};

struct FixedCases {
  std::vector<FixedCase> cases;
  std::vector<std::string> tables;  // for people, whatever the verdicts
};

struct FixedCaseOptions {
  std::string clause_glob = "*";
  bool live = false;
};

// The error is the harness's own: a target that could not be run.
using FixedCasesFn = std::function<tl::expected<FixedCases, std::string>(
    Target& target, const FixedCaseOptions& options)>;

}  // namespace cmapsim
