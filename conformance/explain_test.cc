#include "conformance/explain.h"

#include <gtest/gtest.h>

#include "conformance/clause.h"

namespace cmapsim {
namespace {

const std::vector<Property>& Properties() {
  Property property;
  property.name = "dispatch/one/deleted";
  property.clauses = {"cmap_dispatch.one"};
  property.sentence = "ONE after a tracker was deleted";
  static const std::vector<Property> properties = {property};
  return properties;
}

ClauseKnowledge Knowledge() { return {Properties(), CorosyncExpectations(), ErrorPairs()}; }

TEST(ExplainTest, AClauseIsTold) {
  const auto text = ExplainClause("cmap_dispatch.one", Knowledge());
  ASSERT_TRUE(text.has_value()) << text.error();
  for (const char* part :
       {"cmap_dispatch.one\n", "page: cmap_dispatch(3)\n", "place: DESCRIPTION, CS_DISPATCH_ONE\n",
        "level: must\n", "dispatch/one/deleted: ONE after a tracker was deleted\n",
        "corosync 3.1.7, only events of deleted trackers pending: CS_ERR_BAD_HANDLE, 0 callbacks\n",
        "evidence: fixtures/plans/expectations/one-deleted-tracker.yaml\n",
        "  shows: shm, socket, live shm, live socket\n"}) {
    EXPECT_NE(text->find(part), std::string::npos) << part << "\n" << *text;
  }
}

TEST(ExplainTest, AClauseThatNothingTestsSaysSo) {
  const auto text = ExplainClause("cmap_dispatch.all", Knowledge());
  ASSERT_TRUE(text.has_value()) << text.error();
  EXPECT_NE(text->find("no property exercises it yet\n"), std::string::npos) << *text;
}

TEST(ExplainTest, AClauseThatIsJudgedAsOthersNamesThoseAndWhatTestsThem) {
  const auto text = ExplainClause("cmap_dispatch.values", Knowledge());
  ASSERT_TRUE(text.has_value()) << text.error();
  for (const char* part : {"\njudged as: cmap_dispatch.one\n  One or more callbacks run, ",
                           "dispatch/one/deleted: ONE after a tracker was deleted\n",
                           "\njudged as: cmap_dispatch.one_nonblocking\n"}) {
    EXPECT_NE(text->find(part), std::string::npos) << part << "\n" << *text;
  }
  EXPECT_EQ(text->find("no property"), std::string::npos) << *text;
}

TEST(ExplainTest, AFunctionThatIsThereIsJudgedByItsCalls) {
  const auto text = ExplainClause("cmap.h.cmap_set_int8.declared", Knowledge());
  ASSERT_TRUE(text.has_value()) << text.error();
  EXPECT_NE(text->find("judged by whether the library has cmap_set_int8, and a case called it\n"),
            std::string::npos)
      << *text;
}

TEST(ExplainTest, AClauseThatNoRunCanShowSaysWhy) {
  const auto text = ExplainClause("cmap_set.header", Knowledge());
  ASSERT_TRUE(text.has_value()) << text.error();
  EXPECT_NE(text->find("\nnot judged:\n  Whether a header declares it"), std::string::npos)
      << *text;
}

TEST(ExplainTest, AnErrorCodeNamesThePlansThatBringItAbout) {
  const auto text = ExplainClause("cmap_dispatch.errors.CS_ERR_INTERRUPT", Knowledge());
  ASSERT_TRUE(text.has_value()) << text.error();
  for (const char* part :
       {"\nplans that show it:\n",
        "  fixtures/plans/errors/cmap_dispatch.CS_ERR_INTERRUPT.shm.yaml (shm only)\n",
        "  fixtures/plans/errors/cmap_dispatch.CS_ERR_INTERRUPT.socket.yaml (socket only)\n    "}) {
    EXPECT_NE(text->find(part), std::string::npos) << part << "\n" << *text;
  }
}

TEST(ExplainTest, AnErrorCodeThatNothingBringsAboutSaysWhy) {
  const auto text = ExplainClause("cmap_context_get.errors.CS_ERR_ACCESS", Knowledge());
  ASSERT_TRUE(text.has_value()) << text.error();
  EXPECT_NE(text->find("\nno plan can make the function return it:\n  It looks its handle up"),
            std::string::npos)
      << *text;
}

TEST(ExplainTest, AGlobAndAPageListTheirClauses) {
  EXPECT_EQ(ListClauses("cmap_dispatch.on?"),
            "cmap_dispatch.one, must\n"
            "  One or more callbacks run, then the call succeeds. While there is none to run, it "
            "waits.\n");
  for (const char* part :
       {"cmap_fd_get.name, should\n", "cmap_fd_get.errors.CS_ERR_ACCESS, must\n"}) {
    EXPECT_NE(ListClauses("cmap_fd_get").find(part), std::string::npos) << part;
  }
  EXPECT_EQ(ListClauses("cmap_fd_gett"), "");
}

TEST(ExplainTest, EveryClauseIsExplained) {
  for (const Clause& clause : ClauseRegister::Get().clauses()) {
    EXPECT_TRUE(ExplainClause(clause.id, Knowledge()).has_value()) << clause.id;
  }
}

TEST(ExplainTest, LinesFitAScreen) {
  for (const char* id : {"cmap_dispatch.possible_types", "undocumented.order.trackers",
                         "cmap_set.errors.CS_ERR_TRY_AGAIN"}) {
    const auto text = ExplainClause(id, Knowledge());
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
  const auto text = ExplainClause("cmap_dispatch.on", Knowledge());
  ASSERT_FALSE(text.has_value());
  EXPECT_NE(text.error().find("cmap_dispatch.one"), std::string::npos) << text.error();
}

TEST(ExplainTest, APageNamesItsClauses) {
  const auto text = ExplainClause("cmap_fd_get", Knowledge());
  ASSERT_FALSE(text.has_value());
  EXPECT_NE(text.error().find("\n  cmap_fd_get.poll"), std::string::npos) << text.error();
}

}  // namespace
}  // namespace cmapsim
