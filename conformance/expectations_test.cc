#include "conformance/expectations.h"

#include <gtest/gtest.h>

namespace cmapsim {
namespace {

constexpr char kFile[] =
    "target: mine\n"
    "compatible: no\n"
    "version: 4.0\n"
    "expectations:\n"
    "  - clause: cmap_dispatch.one\n"
    "    situation: only events of deleted trackers pending\n"
    "    accept: [\"CS_ERR_BAD_HANDLE, 0 callbacks\", blocked]\n"
    "    versions: 3.1.7, 3.1.8\n"
    "    reason: it is so\n"
    "    evidence: a.yaml\n"
    "    shows: [shm, live socket]\n"
    "  - {clause: cmap_dispatch.all, accept: waited, reason: slow, evidence: b.yaml}\n";

std::string ErrorOf(const std::string& text) {
  const auto loaded = LoadExpectations(text, "e.yaml");
  return loaded ? "no error" : loaded.error();
}

TEST(ExpectationsTest, AFileIsRead) {
  const auto all = LoadExpectations(kFile, "e.yaml");
  ASSERT_TRUE(all.has_value()) << all.error();
  EXPECT_EQ(all->target, "mine");
  EXPECT_FALSE(all->compatible);
  EXPECT_EQ(all->version, "4.0");
  ASSERT_EQ(all->list.size(), 2U);
  const Expectation& first = all->list[0];
  EXPECT_EQ(first.versions, (std::vector<std::string>{"3.1.7", "3.1.8"}));
  EXPECT_EQ(first.shows, (std::vector<std::string>{"shm", "live socket"}));
  EXPECT_TRUE(first.Accepts("blocked"));
  EXPECT_TRUE(first.Accepts("CS_ERR_BAD_HANDLE, 0 callbacks"));
  EXPECT_FALSE(first.Accepts("CS_ERR_BAD_HANDLE"));
}

TEST(ExpectationsTest, ClauseAndSituationFindOne) {
  const auto all = LoadExpectations(kFile, "e.yaml");
  ASSERT_TRUE(all.has_value());
  EXPECT_NE(all->Find("cmap_dispatch.one", "only events of deleted trackers pending"), nullptr);
  EXPECT_EQ(all->Find("cmap_dispatch.one", ""), nullptr);
  EXPECT_NE(all->Find("cmap_dispatch.all", ""), nullptr);
}

TEST(ExpectationsTest, MistakesHaveAPlace) {
  EXPECT_EQ(ErrorOf("target: x\nexpectation: []\n"), "e.yaml:2:1: unknown field \"expectation\"");
  EXPECT_EQ(ErrorOf("compatible: yes\n"), "e.yaml:1:1: \"target\" is missing");
  EXPECT_EQ(ErrorOf("target: x\ncompatible: maybe\n"), "e.yaml:2:13: expected yes or no");
  EXPECT_NE(ErrorOf("target: [\n").find("e.yaml:"), std::string::npos);
  const std::string unknown = ErrorOf(
      "target: x\nexpectations:\n"
      "  - {clause: cmap_dispatch.two, accept: a, reason: b, evidence: c}\n");
  EXPECT_EQ(unknown.substr(0, 12), "e.yaml:3:14:") << unknown;
  EXPECT_NE(unknown.find("cmap_dispatch.two"), std::string::npos);
  EXPECT_EQ(
      ErrorOf("target: x\nexpectations:\n  - {clause: cmap_dispatch.one, accept: a, reason: b, "
              "evidence: c, shows: tcp}\n"),
      "e.yaml:3:75: expected shm, socket, live shm, live socket");
  EXPECT_NE(ErrorOf("target: x\nexpectations:\n  - {clause: cmap_dispatch.one, accept: a}\n")
                .find("\"reason\" is missing"),
            std::string::npos);
  EXPECT_NE(ErrorOf(std::string(kFile) +
                    "  - {clause: cmap_dispatch.all, accept: a, reason: b, evidence: c}\n")
                .find("e.yaml:13:5: a second expectation"),
            std::string::npos);
}

TEST(ExpectationsTest, CorosyncsAreCompiledIn) {
  const Expectations& corosync = CorosyncExpectations();
  EXPECT_EQ(corosync.target, "corosync");
  EXPECT_TRUE(corosync.compatible);
  EXPECT_NE(corosync.Find("cmap_dispatch.one", "only events of deleted trackers pending"), nullptr);
  for (const Expectation& e : corosync.list) {
    EXPECT_EQ(e.versions, std::vector<std::string>{"3.1.7"}) << e.clause;
    EXPECT_FALSE(e.accept.empty()) << e.clause;
  }
}

}  // namespace
}  // namespace cmapsim
