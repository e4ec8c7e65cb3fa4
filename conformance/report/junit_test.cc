#include "conformance/report/junit.h"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <map>

#include "sim/core/random.h"

namespace cmapsim {
namespace {

// A parser that is not ours: expat, which git brings along, without its headers.
struct Expat {
  void* library = dlopen("libexpat.so.1", RTLD_NOW);

  template <typename Fn>
  Fn* Get(const char* name) const {
    return reinterpret_cast<Fn*>(dlsym(library, name));
  }
};

using Attributes = std::map<std::string, std::string>;

struct Element {
  std::string name;
  Attributes attributes;
  std::string text;
};

struct Parsed {
  std::string error;  // empty: well-formed
  std::vector<Element> elements;
  std::vector<size_t> open;  // into the elements

  [[nodiscard]] std::vector<const Element*> Named(std::string_view name) const {
    std::vector<const Element*> found;
    for (const Element& element : elements) {
      if (element.name == name) found.push_back(&element);
    }
    return found;
  }
};

void Start(void* data, const char* name, const char** attributes) {
  Element element{.name = name, .attributes = {}, .text = {}};
  for (; *attributes != nullptr; attributes += 2) element.attributes[*attributes] = attributes[1];
  auto& parsed = *static_cast<Parsed*>(data);
  parsed.open.push_back(parsed.elements.size());
  parsed.elements.push_back(std::move(element));
}
void End(void* data, const char* /*name*/) { static_cast<Parsed*>(data)->open.pop_back(); }
void Text(void* data, const char* text, int size) {
  auto& parsed = *static_cast<Parsed*>(data);
  parsed.elements[parsed.open.back()].text.append(text, static_cast<size_t>(size));
}

Parsed Parse(const std::string& xml) {
  static const Expat expat;
  Parsed parsed;
  void* const parser = expat.Get<void*(const char*)>("XML_ParserCreate")(nullptr);
  expat.Get<void(void*, void*)>("XML_SetUserData")(parser, &parsed);
  expat.Get<void(void*, decltype(&Start), decltype(&End))>("XML_SetElementHandler")(parser, &Start,
                                                                                    &End);
  expat.Get<void(void*, decltype(&Text))>("XML_SetCharacterDataHandler")(parser, &Text);
  if (expat.Get<int(void*, const char*, int, int)>("XML_Parse")(
          parser, xml.data(), static_cast<int>(xml.size()), 1) == 0) {
    const int code = expat.Get<int(void*)>("XML_GetErrorCode")(parser);
    parsed.error = expat.Get<const char*(int)>("XML_ErrorString")(code);
    parsed.error +=
        ", line " +
        std::to_string(expat.Get<unsigned long(void*)>("XML_GetCurrentLineNumber")(parser));
  }
  expat.Get<void(void*)>("XML_ParserFree")(parser);
  return parsed;
}

Result Of(std::string clause, std::string property, Verdict documented, Verdict compatible,
          std::string detail) {
  return {.clause = std::move(clause),
          .property = std::move(property),
          .verdict = documented,
          .compatible = compatible,
          .cases = 1,
          .detail = std::move(detail)};
}

TargetReport SomeReport() {
  TargetReport report;
  report.target = {.name = "libcmap, simulated, shm",
                   .library = "/lib/libcmap.so.4",
                   .library_sha256 = "ab12",
                   .version = "",
                   .service = "sim"};
  report.seed = 7;
  report.results = {
      Of("a.pass", "one", Verdict::kPass, Verdict::kPass, ""),
      Of("a.fails", "one", Verdict::kPass, Verdict::kPass, ""),
      Of("a.fails", "two", Verdict::kFail, Verdict::kPass, "expected <this>, got \"that\" & more"),
      Of("a.unlike", "one", Verdict::kPass, Verdict::kFail, "not as corosync"),
      Of("a.known", "one", Verdict::kExpectedFail, Verdict::kPass, "departs"),
      Of("a.unreached", "one", Verdict::kNotReached, Verdict::kNotReached, "did not arise"),
      Of("a.unreached", "two", Verdict::kSkipped, Verdict::kSkipped, "needs a daemon"),
      Of("a.unclear", "one", Verdict::kInconclusive, Verdict::kInconclusive, "several were right"),
      Of("a.both", "one", Verdict::kNotReached, Verdict::kNotReached, "did not arise"),
      Of("a.both", "two", Verdict::kPass, Verdict::kPass, ""),
  };
  report.results[2].plan = "findings/a.yaml";
  report.results[4].reason = "it is so";
  return report;
}

class JunitTest : public testing::Test {
 protected:
  void SetUp() override {
    if (Expat().library == nullptr) GTEST_SKIP() << "no libexpat.so.1: install libexpat1";
  }
};

TEST_F(JunitTest, HasASuiteForEachTargetAndOneCaseForEachClause) {
  const Parsed xml = Parse(FormatJunit({SomeReport(), SomeReport()}, {}));
  ASSERT_EQ(xml.error, "");
  ASSERT_EQ(xml.Named("testsuite").size(), 2U);
  EXPECT_EQ(xml.Named("testcase").size(), 14U);
  const Attributes& suite = xml.Named("testsuite")[0]->attributes;
  EXPECT_EQ(suite.at("name"), "libcmap, simulated, shm");
  EXPECT_EQ(suite.at("tests"), "7");
  EXPECT_EQ(suite.at("failures"), "2");
  EXPECT_EQ(suite.at("skipped"), "2");
  const Attributes& first = xml.Named("testcase")[0]->attributes;
  EXPECT_EQ(first.at("name"), "a.pass");
  EXPECT_EQ(first.at("classname"), "libcmap.simulated.shm");
}

TEST_F(JunitTest, WhatIsFlakyIsAnError) {
  TargetReport report;
  report.target.name = "libcmap, live, shm";
  report.results.push_back({.clause = "cmap_dispatch.all",
                            .property = "dispatch/all",
                            .verdict = Verdict::kFlaky,
                            .compatible = Verdict::kFlaky,
                            .detail = "blocked"});
  const std::string xml = FormatJunit({report}, {});
  EXPECT_NE(xml.find("failures=\"0\" errors=\"1\""), std::string::npos) << xml;
  const Parsed parsed = Parse(xml);
  ASSERT_EQ(parsed.Named("error").size(), 1u) << xml;
  EXPECT_EQ(
      parsed.Named("error")[0]->attributes.at("message"),
      "dispatch/all: blocked: a defect of cmapsim or of this machine's load, not of the target");
}

TEST_F(JunitTest, AFailureHasItsEvidence) {
  const Parsed xml = Parse(FormatJunit({SomeReport()}, {}));
  const auto failures = xml.Named("failure");
  ASSERT_EQ(failures.size(), 2U);
  EXPECT_EQ(failures[0]->attributes.at("message"), "two: expected <this>, got \"that\" & more");
  EXPECT_EQ(failures[0]->attributes.at("type"), "documented: fail");
  EXPECT_EQ(failures[1]->attributes.at("type"), "compatible: fail");
  for (const char* evidence :
       {"property: two\n", "expected <this>, got \"that\" & more\n", "plan: findings/a.yaml\n",
        "replay: cmapsim replay --library=/lib/libcmap.so.4 findings/a.yaml\n", "seed: 7\n"}) {
    EXPECT_NE(failures[0]->text.find(evidence), std::string::npos) << failures[0]->text;
  }
}

TEST_F(JunitTest, AClauseThatIsJudgedAsAnotherIsACaseOfItsOwn) {
  TargetReport report = SomeReport();
  report.results = {Of("a.as", "", Verdict::kFail, Verdict::kFail, "as a.fails: it fails"),
                    Of("a.known_as", "", Verdict::kExpectedFail, Verdict::kPass, "as a.known: so"),
                    Of("a.not_judged", "", Verdict::kNotReached, Verdict::kNotReached, "advice")};
  const Parsed xml = Parse(FormatJunit({report}, {}));
  ASSERT_EQ(xml.Named("testcase").size(), 3U);
  ASSERT_EQ(xml.Named("failure").size(), 1U);
  EXPECT_EQ(xml.Named("failure")[0]->attributes.at("message"), "as a.fails: it fails");
  EXPECT_EQ(xml.Named("failure")[0]->text.find("property:"), std::string::npos);
  EXPECT_EQ(xml.Named("system-out")[0]->text, "expected fail: as a.known: so\n");
  EXPECT_EQ(xml.Named("skipped")[0]->attributes.at("message"), "not reached: advice");
}

TEST_F(JunitTest, CompatibilityThatIsNotClaimedDoesNotFail) {
  TargetReport report = SomeReport();
  report.claims_compatibility = false;
  EXPECT_EQ(Parse(FormatJunit({report}, {})).Named("failure").size(), 1U);
}

TEST_F(JunitTest, WhatShowedNothingIsSkippedWithTheReason) {
  const Parsed xml = Parse(FormatJunit({SomeReport()}, {}));
  const auto skipped = xml.Named("skipped");
  ASSERT_EQ(skipped.size(), 2U) << "a.both passed by one of its properties";
  EXPECT_EQ(skipped[0]->attributes.at("message"),
            "not reached: did not arise; skipped: needs a daemon");
  EXPECT_EQ(skipped[1]->attributes.at("message"), "inconclusive: several were right");
}

TEST_F(JunitTest, AKnownDepartureIsToldInACaseThatPasses) {
  const Parsed xml = Parse(FormatJunit({SomeReport()}, {}));
  const auto output = xml.Named("system-out");
  ASSERT_EQ(output.size(), 1U);
  EXPECT_EQ(output[0]->text, "expected fail: one: departs (known: it is so)\n");
}

TEST_F(JunitTest, WhatWasNotDoneAtAllIsSkipped) {
  const Parsed xml = Parse(FormatJunit({}, {.skipped = {"live: skipped: no corosync found"}}));
  ASSERT_EQ(xml.error, "");
  ASSERT_EQ(xml.Named("skipped").size(), 1U);
  EXPECT_EQ(xml.Named("testcase")[0]->attributes.at("name"), "live");
  EXPECT_EQ(xml.Named("skipped")[0]->attributes.at("message"), "live: skipped: no corosync found");
}

TEST_F(JunitTest, OfNothingIsWellFormed) { EXPECT_EQ(Parse(FormatJunit({}, {})).error, ""); }

TargetReport ReportWith(const std::string& bytes) {
  TargetReport report = SomeReport();
  report.target.name = report.target.library = report.target.version = bytes;
  for (Result& result : report.results) {
    result.clause += bytes;
    result.property = result.detail = result.reason = result.plan = bytes;
  }
  return report;
}

TEST_F(JunitTest, IsWellFormedWhateverBytesItHolds) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) {
    const std::string one(1, static_cast<char>(byte));
    EXPECT_EQ(Parse(FormatJunit({ReportWith(one)}, {.skipped = {one}})).error, "") << byte;
    all += one;
  }
  EXPECT_EQ(Parse(FormatJunit({ReportWith(all)}, {.skipped = {all}})).error, "");
  Random random(1);
  for (int i = 0; i < 2000; ++i) {
    // Mostly what begins or goes on a sequence of UTF-8, where the mistakes are.
    std::string bytes;
    for (uint64_t n = random.Below(12); n > 0; --n) {
      static constexpr std::string_view kBytes =
          "a\x7f\x80\xa0\xbf\xbe\xc2\xe0\xed\xef\xf0\xf4\xf5]]>";
      bytes += kBytes[random.Below(kBytes.size())];
    }
    EXPECT_EQ(Parse("<a b=\"" + XmlText(bytes) + "\">" + XmlText(bytes) + "</a>").error, "");
  }
}

TEST_F(JunitTest, TextComesBackAsItWas) {
  const std::string text = "a\tb\nc\rd <e> & 'f' \"g\" ]]> \xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80";
  const Parsed xml = Parse("<a b=\"" + XmlText(text) + "\">" + XmlText(text) + "</a>");
  ASSERT_EQ(xml.error, "");
  EXPECT_EQ(xml.elements[0].attributes.at("b"), text);
  EXPECT_EQ(xml.elements[0].text, text);
}

TEST_F(JunitTest, WhatXmlCannotHaveIsWrittenAsItsBytes) {
  EXPECT_EQ(XmlText(std::string_view("\0\x1b", 2)), "\\x00\\x1b");
  EXPECT_EQ(XmlText("\xff\xed\xa0\x80"), "\\xff\\xed\\xa0\\x80") << "a surrogate";
  EXPECT_EQ(XmlText("\xef\xbf\xbe"), "\\xef\\xbf\\xbe") << "U+FFFE";
  EXPECT_EQ(XmlText("\xc0\xaf"), "\\xc0\\xaf") << "too long for what it stands for";
}

}  // namespace
}  // namespace cmapsim
