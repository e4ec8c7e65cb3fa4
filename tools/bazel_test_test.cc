#include "tools/bazel_test.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace cmapsim {
namespace {

using Environment = std::map<std::string, std::string>;

tl::expected<BazelTest, std::string> Read(const Environment& environment) {
  return ReadBazelTest([&](const char* name) -> const char* {
    const auto at = environment.find(name);
    return at == environment.end() ? nullptr : at->second.c_str();
  });
}

TEST(BazelTestEnvironment, IsTakenAsTheEncyclopediaHasIt) {
  const auto bazel = Read({{"TEST_RANDOM_SEED", "17"},
                           {"TEST_SHARD_INDEX", "2"},
                           {"TEST_TOTAL_SHARDS", "3"},
                           {"TEST_SHARD_STATUS_FILE", "/status"},
                           {"TESTBRIDGE_TEST_ONLY", "cmap_get.*"},
                           {"XML_OUTPUT_FILE", "/test.xml"},
                           {"TEST_UNDECLARED_OUTPUTS_DIR", "/outputs"},
                           {"TEST_TMPDIR", "/tmpdir"},
                           {"TEST_TIMEOUT", "60"}});
  ASSERT_TRUE(bazel) << bazel.error();
  EXPECT_EQ(bazel->xml_output_file, "/test.xml");
  EXPECT_EQ(bazel->shard_status_file, "/status");
  const std::chrono::steady_clock::time_point begin{};
  CheckOptions options;
  ApplyTo(*bazel, begin, options);
  EXPECT_EQ(options.seed, 17U);
  EXPECT_EQ(options.shard.index, 2);
  EXPECT_EQ(options.shard.total, 3);
  EXPECT_EQ(options.clause, "cmap_get.*");
  EXPECT_EQ(options.findings_folder, "/outputs/cmapsim-findings");
  EXPECT_EQ(options.shrink_deadline, begin + std::chrono::seconds(45));
}

TEST(BazelTestEnvironment, MayBeAbsentOrEmpty) {
  for (const Environment& environment : {Environment{}, Environment{{"TEST_RANDOM_SEED", ""},
                                                                    {"TEST_TOTAL_SHARDS", "0"},
                                                                    {"TEST_SHARD_INDEX", "0"},
                                                                    {"TEST_TIMEOUT", ""}}}) {
    const auto bazel = Read(environment);
    ASSERT_TRUE(bazel) << bazel.error();
    CheckOptions options;
    ApplyTo(*bazel, {}, options);
    EXPECT_EQ(options.seed, 1U);
    EXPECT_EQ(options.shard.total, 1);
    EXPECT_EQ(options.clause, "*");
    EXPECT_EQ(options.findings_folder, "cmapsim-findings");
    EXPECT_EQ(options.shrink_deadline, std::chrono::steady_clock::time_point::max());
  }
}

TEST(BazelTestEnvironment, WithoutUndeclaredOutputsLeavesFindingsInItsFolderForTheTime) {
  CheckOptions options;
  ApplyTo(*Read({{"TEST_TMPDIR", "/tmpdir"}}), {}, options);
  EXPECT_EQ(options.findings_folder, "/tmpdir/cmapsim-findings");
}

TEST(BazelTestEnvironment, ThatHoldsNonsenseIsNamed) {
  for (const auto& [name, value] : Environment{{"TEST_RANDOM_SEED", "-1"},
                                               {"TEST_TOTAL_SHARDS", "two"},
                                               {"TEST_SHARD_INDEX", "1"},
                                               {"TEST_TIMEOUT", "1e9"}}) {
    const auto bazel = Read({{name, value}});
    ASSERT_FALSE(bazel) << name;
    EXPECT_EQ(bazel.error().find(name + "=" + value), 0U) << bazel.error();
  }
}

}  // namespace
}  // namespace cmapsim
