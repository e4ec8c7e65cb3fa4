#include "tools/bazel_test.h"

#include "sim/core/text.h"

namespace cmapsim {
namespace {

class Variables {
 public:
  explicit Variables(const std::function<const char*(const char*)>& variable)
      : variable_(variable) {}

  std::string Text(const char* name) {
    const char* value = variable_(name);
    return value == nullptr ? "" : value;
  }

  // Nothing where it is absent or empty.
  template <typename Number>
  std::optional<Number> NumberOf(const char* name) {
    const std::string text = Text(name);
    if (text.empty()) return std::nullopt;
    const auto number = ParseNumber<Number>(text);
    if (!number && error_.empty()) {
      error_ = std::string(name) + "=" + text + ": is no number that it can hold";
    }
    return number;
  }

  [[nodiscard]] const std::string& error() const { return error_; }

 private:
  const std::function<const char*(const char*)>& variable_;
  std::string error_;
};

}  // namespace

tl::expected<BazelTest, std::string> ReadBazelTest(
    const std::function<const char*(const char*)>& variable) {
  Variables variables(variable);
  BazelTest bazel;
  bazel.seed = variables.NumberOf<uint64_t>("TEST_RANDOM_SEED");
  // A test without shards has no such variables, or 0 of 0.
  bazel.shard.total = variables.NumberOf<int32_t>("TEST_TOTAL_SHARDS").value_or(0);
  bazel.shard.index = variables.NumberOf<int32_t>("TEST_SHARD_INDEX").value_or(0);
  bazel.shard_status_file = variables.Text("TEST_SHARD_STATUS_FILE");
  bazel.filter = variables.Text("TESTBRIDGE_TEST_ONLY");
  bazel.xml_output_file = variables.Text("XML_OUTPUT_FILE");
  bazel.outputs_dir = variables.Text("TEST_UNDECLARED_OUTPUTS_DIR");
  bazel.tmpdir = variables.Text("TEST_TMPDIR");
  bazel.timeout = std::chrono::seconds(variables.NumberOf<int32_t>("TEST_TIMEOUT").value_or(0));
  if (!variables.error().empty()) return tl::unexpected(variables.error());
  if (bazel.shard.total == 0) bazel.shard.total = 1;
  if (bazel.shard.index < 0 || bazel.shard.total < 0 || bazel.shard.index >= bazel.shard.total) {
    return tl::unexpected("TEST_SHARD_INDEX=" + std::to_string(bazel.shard.index) +
                          ": must be below TEST_TOTAL_SHARDS, which is " +
                          std::to_string(bazel.shard.total));
  }
  return bazel;
}

void ApplyTo(const BazelTest& bazel, std::chrono::steady_clock::time_point begin,
             CheckOptions& options) {
  if (bazel.seed) options.seed = *bazel.seed;
  options.shard = bazel.shard;
  if (!bazel.filter.empty()) options.clause = bazel.filter;
  const std::string& folder = bazel.outputs_dir.empty() ? bazel.tmpdir : bazel.outputs_dir;
  if (!folder.empty()) options.findings_folder = folder + "/cmapsim-findings";
  if (bazel.timeout.count() > 0) options.shrink_deadline = begin + bazel.timeout * 3 / 4;
}

}  // namespace cmapsim
