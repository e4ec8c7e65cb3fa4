// The register against the manual pages and the header that are installed: each clause's sentence is
// still there, word for word, and each sentence has a clause.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "conformance/c_header.h"
#include "conformance/clause.h"
#include "conformance/manual_page.h"
#include "conformance/suite.h"
#include "conformance/suites/dispatch_errnos.h"
#include "conformance/suites/error_codes.h"

namespace cmapsim {
namespace {

constexpr char kFolder[] = "../system/share/man/man3/";
constexpr char kNoPages[] = "no manual page of cmap is installed: install libcmap-dev";

// The page that is no function's.
constexpr char kOverview[] = "cmap_overview";

constexpr char kHeader[] = "corosync/cmap.h";
constexpr char kHeaderFile[] = "../system/include/corosync/cmap.h";

// "cmap_dispatch" of "cmap_dispatch(3)".
std::string NameOf(const Clause& clause) { return clause.page.substr(0, clause.page.find('(')); }

// The ids of the page's clauses whose sentence is not among `sentences`.
std::vector<std::string> Missing(const std::string& page,
                                 const std::vector<PageSentence>& sentences) {
  std::set<std::string> hashes;
  for (const PageSentence& s : sentences) hashes.insert(s.sha256);
  std::vector<std::string> missing;
  for (const Clause& clause : ClauseRegister::Get().clauses()) {
    if (NameOf(clause) == page && !hashes.contains(clause.sha256)) missing.push_back(clause.id);
  }
  return missing;
}

// The sentences that no clause of the page stands on. Those that only name other pages need none.
std::vector<std::string> WithoutClause(const std::string& page,
                                       const std::vector<PageSentence>& sentences) {
  std::set<std::string> known;
  for (const Clause& clause : ClauseRegister::Get().clauses()) {
    if (NameOf(clause) == page) known.insert(clause.sha256);
  }
  std::vector<std::string> without;
  for (const PageSentence& s : sentences) {
    const bool references = s.section == "SEE ALSO" && !s.text.starts_with("CS_ERR_");
    if (!references && !known.contains(s.sha256)) without.push_back(s.section + ": " + s.text);
  }
  return without;
}

// The error codes that the page names, wherever in its text. cmap_iter_next(3) writes CS_NO_SECTION,
// which no header defines, for CS_ERR_NO_SECTIONS.
std::set<std::string> CodesNamed(const std::string& roff) {
  static const std::regex kConstant("CS_[A-Z_]*[A-Z]");
  std::set<std::string> codes;
  for (std::sregex_iterator at(roff.begin(), roff.end(), kConstant), end; at != end; ++at) {
    const std::string name = at->str();
    if (name == "CS_OK" || name.starts_with("CS_DISPATCH_")) continue;
    codes.insert(name == "CS_NO_SECTION" ? "CS_ERR_NO_SECTIONS" : name);
  }
  return codes;
}

// Those of them that have no clause.
std::vector<std::string> CodesWithoutClause(const std::string& page, const std::string& roff) {
  std::vector<std::string> without;
  for (const std::string& code : CodesNamed(roff)) {
    if (ClauseRegister::Get().Find(page + ".errors." + code) == nullptr) without.push_back(code);
  }
  return without;
}

std::set<std::string> Pages() {
  std::set<std::string> pages;
  for (const Clause& clause : ClauseRegister::Get().clauses()) {
    if (clause.page.ends_with("(3)")) pages.insert(NameOf(clause));
  }
  return pages;
}

class PageTest : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const std::string path = kFolder + GetParam() + ".3.gz";
    if (!std::filesystem::exists(path)) {
      GTEST_SKIP() << "the manual page " << GetParam()
                   << "(3) is not installed: install libcmap-dev with its documentation";
    }
    const auto roff = ReadManualPage(path);
    ASSERT_TRUE(roff.has_value()) << roff.error();
    roff_ = *roff;
  }
  std::string roff_;
};

TEST_P(PageTest, HasTheSentenceOfEachClause) {
  EXPECT_EQ(Missing(GetParam(), SplitManualPage(roff_)), std::vector<std::string>())
      << "the page says something else than before: read it and see what the clause is to say; "
         "hashes: bazel run //conformance/clauses:sentences";
}

TEST_P(PageTest, AnAlteredPageIsNoticed) {
  std::string altered = roff_;
  const size_t at = altered.find(GetParam() == kOverview ? "CMAP library" : "CS_OK value");
  ASSERT_NE(at, std::string::npos);
  altered[at] = 'X';
  EXPECT_FALSE(Missing(GetParam(), SplitManualPage(altered)).empty());
}

TEST_P(PageTest, HasAClauseForEachSentence) {
  EXPECT_EQ(WithoutClause(GetParam(), SplitManualPage(roff_)), std::vector<std::string>());
}

TEST_P(PageTest, ASentenceWithoutClauseIsNoticed) {
  const std::string longer = roff_ + "\n.SH NOTES\nIt also makes tea.\n";
  EXPECT_EQ(WithoutClause(GetParam(), SplitManualPage(longer)),
            std::vector<std::string>{"NOTES: It also makes tea."});
}

TEST_P(PageTest, HasAClauseForEachErrorCode) {
  EXPECT_EQ(CodesNamed(roff_).size() >= 8U, GetParam() != kOverview);
  EXPECT_EQ(CodesWithoutClause(GetParam(), roff_), std::vector<std::string>())
      << "add a clause " << GetParam() << ".errors.CODE and its row in the table of error codes";
}

TEST_P(PageTest, AnErrorCodeWithoutClauseIsNoticed) {
  EXPECT_EQ(CodesWithoutClause(GetParam(), roff_ + "or CS_ERR_TOO_BIG."),
            std::vector<std::string>{"CS_ERR_TOO_BIG"});
}

TEST_P(PageTest, NamesTheErrorCodeOfEachClause) {
  const std::set<std::string> named = CodesNamed(roff_);
  const std::string prefix = GetParam() + ".errors.";
  for (const Clause* clause : ClauseRegister::Get().Match(prefix + "*")) {
    EXPECT_TRUE(named.contains(clause->id.substr(prefix.size()))) << clause->id;
  }
}

INSTANTIATE_TEST_SUITE_P(Pages, PageTest, testing::ValuesIn(Pages()),
                         [](const auto& test) { return test.param; });

class HeaderTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kHeaderFile)) {
      GTEST_SKIP() << "the header corosync/cmap.h is not installed: install libcmap-dev";
    }
    const auto text = ReadManualPage(kHeaderFile);
    ASSERT_TRUE(text.has_value()) << text.error();
    text_ = *text;
  }
  std::string text_;
};

TEST_F(HeaderTest, HasTheSentenceOfEachClause) {
  EXPECT_EQ(Missing(kHeader, SplitHeader(text_)), std::vector<std::string>())
      << "the header says something else than before: read it and see what the clause is to say; "
         "hashes: bazel run //conformance/clauses:sentences";
}

TEST_F(HeaderTest, HasAClauseForEachSentence) {
  EXPECT_EQ(WithoutClause(kHeader, SplitHeader(text_)), std::vector<std::string>());
}

TEST_F(HeaderTest, AnAlteredHeaderIsNoticed) {
  const size_t at = text_.find("trailing zero is always added");
  ASSERT_NE(at, std::string::npos);
  text_.replace(at, 8, "leading");
  EXPECT_EQ(Missing(kHeader, SplitHeader(text_)),
            std::vector<std::string>{"cmap.h.cmap_iter_next.trailing_zero"});
  EXPECT_EQ(WithoutClause(kHeader, SplitHeader(text_)).size(), 1U);
}

TEST(ClausesTest, AreOfEveryPage) { EXPECT_EQ(Pages().size(), 18U); }

TEST(ClausesTest, AreOfEachPageThatIsInstalled) {
  if (!std::filesystem::exists(kFolder)) GTEST_SKIP() << kNoPages;
  const std::set<std::string> pages = Pages();
  for (const auto& file : std::filesystem::directory_iterator(kFolder)) {
    const std::string name = file.path().filename().string();
    EXPECT_TRUE(pages.contains(name.substr(0, name.find('.')))) << name << " has no clauses";
  }
}

TEST(ClausesTest, AreFoundByIdAndByGlob) {
  const ClauseRegister& clauses = ClauseRegister::Get();
  ASSERT_NE(clauses.Find("cmap_dispatch.one"), nullptr);
  EXPECT_EQ(clauses.Find("cmap_dispatch.one")->page, "cmap_dispatch(3)");
  EXPECT_EQ(clauses.Find("cmap_dispatch"), nullptr);
  EXPECT_EQ(clauses.Match("cmap_dispatch.one").size(), 1U);
  EXPECT_EQ(clauses.Match("cmap_dispatch.errors.*").size(), 8U);
  EXPECT_EQ(clauses.Match("cmap_???.returns").size(), 4U);
  EXPECT_EQ(clauses.Match("*").size(), clauses.clauses().size());
  EXPECT_TRUE(clauses.Match("no_such*").empty());
}

TEST(ClausesTest, AreRestatedAndNotCopied) {
  for (const Clause& clause : ClauseRegister::Get().clauses()) {
    EXPECT_NE(clause.text, clause.sentence) << clause.id;
    EXPECT_FALSE(clause.text.empty()) << clause.id;
    EXPECT_EQ(clause.page.empty(), clause.sha256.empty()) << clause.id;
    EXPECT_EQ(clause.id.starts_with("undocumented."), clause.level == ClauseLevel::kUndocumented)
        << clause.id;
  }
}

// Ids of clauses that properties exercise.
std::set<std::string> Exercised() {
  std::set<std::string> ids;
  for (const Property& property : AllProperties()) {
    ids.insert(property.clauses.begin(), property.clauses.end());
  }
  return ids;
}

TEST(ClausesTest, AreJudgedAsWhatPropertiesExercise) {
  const std::set<std::string> exercised = Exercised();
  for (const Clause& clause : ClauseRegister::Get().clauses()) {
    for (const std::string& base : clause.judged_as) {
      EXPECT_TRUE(exercised.contains(base)) << clause.id << " is judged as " << base;
    }
  }
}

// By what a clause comes to its verdict, in words; each has one way, and one alone.
std::vector<std::string> WaysOf(const Clause& clause, const std::set<std::string>& exercised) {
  std::vector<std::string> ways;
  const std::vector<ErrorPair>& pairs = ErrorPairs();
  const bool has_code = std::any_of(pairs.begin(), pairs.end(), [&clause](const ErrorPair& pair) {
    return pair.clause->id == clause.id;
  });
  if (exercised.contains(clause.id) || has_code || clause.id == kDispatchErrnoClause) {
    ways.emplace_back("exercised");
  }
  if (!clause.judged_as.empty()) ways.emplace_back("judged_as");
  if (!clause.offered.empty()) ways.emplace_back("offered");
  if (!clause.not_judged.empty()) ways.emplace_back("not_judged");
  return ways;
}

TEST(ClausesTest, ComeToAVerdictInOneWayEach) {
  const std::set<std::string> exercised = Exercised();
  std::map<std::string, int> counts;
  for (const Clause& clause : ClauseRegister::Get().clauses()) {
    if (clause.id.starts_with("harness.")) continue;
    const std::vector<std::string> ways = WaysOf(clause, exercised);
    EXPECT_EQ(ways.size(), 1U)
        << clause.id
        << (ways.empty() ? ": a property has to exercise it, or judged_as, offered or "
                           "not_judged to say what is known of it"
                         : ": is " + ways.front() + " and more");
    if (!ways.empty()) ++counts[ways.front()];
  }
  EXPECT_EQ(counts.size(), 4U) << "all of the ways are there";
}

TEST(ClausesTest, NameFunctionsOfTheHeaderAsOffered) {
  const ClauseRegister& clauses = ClauseRegister::Get();
  for (const Clause& clause : clauses.clauses()) {
    if (clause.offered.empty()) continue;
    EXPECT_NE(clauses.Find("cmap.h." + clause.offered + ".declared"), nullptr) << clause.id;
    EXPECT_EQ(LackingFunction({clause.offered}, clause.id), clause.offered);
  }
}

TEST(ClausesTest, AreOfAFunction) {
  const std::vector<std::string> missing = {"cmap_inc", "cmap_set_int8", "cmap_get_string"};
  EXPECT_EQ(LackingFunction(missing, "cmap_inc.returns"), "cmap_inc");
  EXPECT_EQ(LackingFunction(missing, "cmap.h.cmap_inc.increases"), "cmap_inc");
  EXPECT_EQ(LackingFunction(missing, "cmap_set.shortcuts.int8"), "cmap_set_int8");
  EXPECT_EQ(LackingFunction(missing, "cmap.h.cmap_set_int8.declared"), "cmap_set_int8");
  EXPECT_EQ(LackingFunction(missing, "cmap_get.shortcuts.string.allocated"), "cmap_get_string");
  EXPECT_EQ(LackingFunction(missing, "cmap_set.shortcuts.int16"), "");
  EXPECT_EQ(LackingFunction(missing, "cmap_set.returns"), "");
  EXPECT_TRUE(ShowsCallOf("cmap_set", "cmap_set.returns"));
  EXPECT_TRUE(ShowsCallOf("cmap_set_int8", "cmap_set.shortcuts.int8"));
  EXPECT_FALSE(ShowsCallOf("cmap_set_int8", "cmap_set.shortcuts.int16"));
  EXPECT_FALSE(ShowsCallOf("cmap_set_int8", "cmap_set.returns"));
  EXPECT_FALSE(ShowsCallOf("cmap_initialize", "cmap_initialize_map.returns"));
}

std::string ErrorOf(const std::string& clauses) {
  const std::string text = "clauses:\n" + clauses;
  const auto loaded = ClauseRegister::Load({{"some.yaml", text}});
  return loaded ? "none" : loaded.error();
}

std::string ClauseText(const std::string& id, const std::string& more) {
  return "  - {id: " + id + ", place: somewhere, level: must, text: words" + more + "}\n";
}

TEST(ClausesTest, MistakesInHowTheyAreJudgedAreFound) {
  const std::string base = ClauseText("a.base", "");
  EXPECT_EQ(ErrorOf(base + ClauseText("a.as", ", judged_as: [a.base]")), "none");
  EXPECT_EQ(ErrorOf(base + ClauseText("a.as", ", judged_as: [a.bass]")),
            "a.as is judged as a.bass, which there is not");
  EXPECT_EQ(ErrorOf(base + ClauseText("a.as", ", judged_as: [a.base]") +
                    ClauseText("a.far", ", judged_as: [a.as]")),
            "a.far is judged as a.as, which is not exercised itself");
  EXPECT_EQ(
      ErrorOf(ClauseText("a.no", ", not_judged: why") + ClauseText("a.as", ", judged_as: [a.no]")),
      "a.as is judged as a.no, which is not exercised itself");
  EXPECT_NE(ErrorOf(base + ClauseText("a.as", ", judged_as: [a.base], offered: cmap_set"))
                .find("at most one of"),
            std::string::npos);
  EXPECT_EQ(ErrorOf(base + base), "a.base is there twice");
}

}  // namespace
}  // namespace cmapsim
