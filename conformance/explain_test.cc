#include "conformance/explain.h"

#include <gtest/gtest.h>

namespace cmapsim {
namespace {

std::vector<Property> Properties() {
  Property property;
  property.name = "dispatch/one/deleted";
  property.clauses = {"cmap_dispatch.one"};
  property.sentence = "ONE after a tracker was deleted";
  return {property};
}

TEST(ExplainTest, AClauseIsTold) {
  const auto text = ExplainClause("cmap_dispatch.one", Properties(), CorosyncExpectations());
  ASSERT_TRUE(text.has_value()) << text.error();
  for (const char* part :
       {"cmap_dispatch.one\n", "page: cmap_dispatch(3)\n", "place: DESCRIPTION, CS_DISPATCH_ONE\n",
        "level: must\n", "dispatch/one/deleted: ONE after a tracker was deleted\n",
        "corosync 3.1.7, only events of deleted trackers pending: CS_ERR_BAD_HANDLE, 0 callbacks\n",
        "evidence: fixtures/plans/expectations/one-deleted-tracker.yaml\n"}) {
    EXPECT_NE(text->find(part), std::string::npos) << part << "\n" << *text;
  }
}

TEST(ExplainTest, AClauseThatNothingTestsSaysSo) {
  const auto text = ExplainClause("cmap_dispatch.errors.CS_ERR_ACCESS", {}, CorosyncExpectations());
  ASSERT_TRUE(text.has_value()) << text.error();
  EXPECT_NE(text->find("no property exercises it yet\n"), std::string::npos) << *text;
}

TEST(ExplainTest, LinesFitAScreen) {
  for (const char* id : {"cmap_dispatch.possible_types", "undocumented.order.trackers"}) {
    const auto text = ExplainClause(id, Properties(), CorosyncExpectations());
    ASSERT_TRUE(text.has_value()) << text.error();
    size_t begin = 0;
    while (begin < text->size()) {
      const size_t end = text->find('\n', begin);
      EXPECT_LE(end - begin, 120U) << text->substr(begin, end - begin);
      begin = end + 1;
    }
  }
}

TEST(ExplainTest, AnUnknownClauseNamesTheNearest) {
  const auto text = ExplainClause("cmap_dispatch.on", {}, CorosyncExpectations());
  ASSERT_FALSE(text.has_value());
  EXPECT_NE(text.error().find("cmap_dispatch.one"), std::string::npos) << text.error();
}

TEST(ExplainTest, APageNamesItsClauses) {
  const auto text = ExplainClause("cmap_fd_get", {}, CorosyncExpectations());
  ASSERT_FALSE(text.has_value());
  EXPECT_NE(text.error().find("\n  cmap_fd_get.poll"), std::string::npos) << text.error();
}

}  // namespace
}  // namespace cmapsim
