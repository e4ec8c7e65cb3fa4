#include "conformance/report/json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace cmapsim {
namespace {

TargetReport SomeReport() {
  TargetReport report;
  report.target = {.name = "libcmap, simulated, shm",
                   .library = "/lib/libcmap.so.4",
                   .library_sha256 = "ab12",
                   .version = "3.1.7",
                   .service = "sim",
                   .transport = Transport::kSocket,
                   .calls_without_row = {"process_vm_readv of libx.so"},
                   .not_offered = {"cmap_inc"}};
  report.seed = UINT64_MAX;
  report.results.push_back({.clause = "cmap_dispatch.one",
                            .property = "dispatch/one/a",
                            .verdict = Verdict::kFail,
                            .compatible = Verdict::kUnexpectedPass,
                            .cases = 3,
                            .detail = "expected \"this\",\n got \xff that",
                            .plan = "findings/a.yaml"});
  report.results.push_back({.clause = "cmap_dispatch.all",
                            .property = "",
                            .detail = "no property",
                            .reason = "it is so"});
  report.search_time = std::chrono::milliseconds(1234);
  return report;
}

TEST(Json, HasTheKeysThatScriptsRelyOn) {
  const auto json = nlohmann::json::parse(FormatJson({SomeReport()}));
  ASSERT_EQ(json.size(), 1u);
  const auto& one = json[0];
  EXPECT_EQ(one["target"]["name"], "libcmap, simulated, shm");
  EXPECT_EQ(one["target"]["library"], "/lib/libcmap.so.4");
  EXPECT_EQ(one["target"]["sha256"], "ab12");
  EXPECT_EQ(one["target"]["version"], "3.1.7");
  EXPECT_EQ(one["target"]["service"], "sim");
  EXPECT_EQ(one["target"]["transport"], "socket");
  EXPECT_EQ(one["target"]["calls_without_row"][0], "process_vm_readv of libx.so");
  EXPECT_EQ(one["target"]["not_offered"][0], "cmap_inc");
  EXPECT_EQ(one["seed"], UINT64_MAX);
  const auto& result = one["results"][0];
  EXPECT_EQ(result["clause"], "cmap_dispatch.one");
  EXPECT_EQ(result["property"], "dispatch/one/a");
  EXPECT_EQ(result["verdict"], "fail");
  EXPECT_EQ(result["compatible"], "unexpected pass");
  EXPECT_EQ(result["cases"], 3);
  EXPECT_EQ(result["plan"], "findings/a.yaml");
  EXPECT_TRUE(one["results"][1]["plan"].is_null());
  EXPECT_EQ(one["results"][1]["detail"], "no property (known: it is so)");
}

TEST(Json, CountsResultsByVerdict) {
  const auto json = nlohmann::json::parse(FormatJson({SomeReport()}));
  EXPECT_EQ(json[0]["counts"]["fail"], 1);
  EXPECT_EQ(json[0]["counts"]["not reached"], 1);
  EXPECT_EQ(json[0]["counts"]["pass"], 0);
  EXPECT_EQ(json[0]["counts"].size(), 8u);
  EXPECT_EQ(json[0]["counts"]["flaky"], 0);
  EXPECT_TRUE(json[0]["trouble"].is_null());
  EXPECT_EQ(json[0]["compatible_counts"]["unexpected pass"], 1);
}

TEST(Json, OfOneSeedDiffersInWallAlone) {
  TargetReport slower = SomeReport();
  slower.search_time = std::chrono::milliseconds(99);
  auto a = nlohmann::json::parse(FormatJson({SomeReport()}));
  auto b = nlohmann::json::parse(FormatJson({slower}));
  EXPECT_NE(a, b);
  a[0].erase("wall");
  b[0].erase("wall");
  EXPECT_EQ(a, b);
}

TEST(Json, OfNothingIsAnEmptyArray) { EXPECT_EQ(FormatJson({}), "[]\n"); }

}  // namespace
}  // namespace cmapsim
