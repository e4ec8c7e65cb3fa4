// What Bazel tells a test, and wants of it, in environment variables (its test encyclopedia has them).
//
//   auto bazel = ReadBazelTest(&std::getenv);         // or which variable holds nonsense
//   options.seed = bazel->seed.value_or(1);           // --runs_per_test: another for each run
//   ApplyTo(*bazel, now, options);
//
// Nothing else of cmapsim reads them. All may be absent: then the test is run by hand.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <tl/expected.hpp>

#include "tools/commands/check_run.h"

namespace cmapsim {

struct BazelTest {
  std::optional<uint64_t> seed;   // TEST_RANDOM_SEED
  Shard shard;                    // TEST_SHARD_INDEX, TEST_TOTAL_SHARDS
  std::string shard_status_file;  // TEST_SHARD_STATUS_FILE: made, to say that shards are understood
  std::string filter;             // TESTBRIDGE_TEST_ONLY: a glob of clauses
  std::string xml_output_file;    // XML_OUTPUT_FILE
  std::string outputs_dir;        // TEST_UNDECLARED_OUTPUTS_DIR
  std::string tmpdir;             // TEST_TMPDIR
  std::chrono::seconds timeout{0};  // TEST_TIMEOUT; 0: none
};

[[nodiscard]] tl::expected<BazelTest, std::string> ReadBazelTest(
    const std::function<const char*(const char* name)>& variable);

// What a check makes of them. Shrinking ends when three quarters of the time have passed since
// `begin`: the rest is for reports.
void ApplyTo(const BazelTest& bazel, std::chrono::steady_clock::time_point begin,
             CheckOptions& options);

}  // namespace cmapsim
