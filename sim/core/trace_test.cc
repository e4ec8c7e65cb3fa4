#include "sim/core/trace.h"

#include <corosync/corotypes.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "sim/core/plan_generators.h"

namespace cmapsim {
namespace {

constexpr std::string_view kTrace =
    "0 > 3 dispatch connection=h1 mode=ONE\n"
    "0 | poll fds=2 timeout=-1\n"
    "5 @ 2 set CS_OK\n"
    "5 ! 1 handle=h1 track=k1 event=ADD key=test.a new=string:\"a=b\" old=unset\n"
    "5 ~ 1\n"
    "7 < 3 CS_OK\n"
    "7 ! ? handle=h1\n"
    "7 = crash signal 11, in a callback\n";

TEST(Trace, IsTakenApartLineByLine) {
  const auto events = ParseTrace(kTrace);
  ASSERT_TRUE(events);
  ASSERT_EQ(events->size(), 7u);
  const TraceEvent& call = events->at(0);
  EXPECT_EQ(call.at_ns, 0);
  EXPECT_EQ(call.mark, '>');
  EXPECT_EQ(call.step, 3);
  EXPECT_EQ(call.word, "dispatch");
  EXPECT_EQ(call.Field("connection"), "h1");
  EXPECT_EQ(call.Field("mode"), "ONE");
  EXPECT_EQ(call.Field("track"), "");

  EXPECT_EQ(events->at(1).word, "set");
  EXPECT_EQ(events->at(1).Field(""), "CS_OK");

  EXPECT_EQ(events->at(2).at_ns, 5);
  EXPECT_EQ(events->at(2).word, "");
  EXPECT_EQ(events->at(2).Field("new"), "string:\"a=b\"");
  EXPECT_EQ(events->at(2).Field("old"), "unset");

  EXPECT_EQ(events->at(3).mark, '~');
  EXPECT_EQ(events->at(4).word, "CS_OK");
  EXPECT_TRUE(events->at(4).fields.empty());
  EXPECT_EQ(events->at(5).step, -1);
}

TEST(Trace, TheRestOfItsEndingIsOneField) {
  const auto events = ParseTrace(kTrace);
  ASSERT_TRUE(events);
  EXPECT_EQ(events->back().word, "crash");
  ASSERT_EQ(events->back().fields.size(), 1u);
  EXPECT_EQ(events->back().fields[0].value, "signal 11, in a callback");
  EXPECT_TRUE(ParseTrace("0 = finished")->front().fields.empty());
}

TEST(Trace, TellsWhichFaultsNeverStruck) {
  constexpr std::string_view kStruck =
      "0 > 0 initialize connection=0\n0 * 1 host.send.errno nth=1\n";
  EXPECT_EQ(NeverStruck(kStruck, 3), (std::vector<size_t>{0, 2}));
  EXPECT_TRUE(NeverStruck(kStruck, 0).empty());
  EXPECT_EQ(NeverStruck("no trace\n", 1), std::vector<size_t>{0});
}

TEST(Trace, WithoutLinesHasNoEvents) {
  ASSERT_TRUE(ParseTrace(""));
  EXPECT_TRUE(ParseTrace("")->empty());
}

TEST(Trace, IsNothingElse) {
  for (const char* text : {"\n",
                           " ",
                           "0",
                           "0 ",
                           "0 >",
                           "0 > ",
                           "0 > 1",
                           "0 > 1 ",
                           "x > 1 set",
                           "-1 > 1 set",
                           "- > 1 set",
                           "0 > -1 set",
                           "0 > x set",
                           "0 >1 set",
                           "0  > 1 set",
                           "0 > 1  set",
                           "0 > 1 set  a=b",
                           "0 ? 1 set",
                           "0 ~ 1 more",
                           "0 ~ 1 more=1",
                           "0 ~ 1 task=1 more=1",
                           "0 =",
                           "0 = ",
                           "0 ~ 1\n\n0 ~ 1\n",
                           "99999999999999999999 ~ 1",
                           "0 ~ 99999999999"}) {
    EXPECT_FALSE(ParseTrace(text)) << '"' << text << '"';
  }
}

RC_GTEST_PROP(Trace, ParsingBearsAnyText, ()) {
  std::string text(kTrace);
  for (int i = *rc::gen::inRange(1, 5); i > 0; --i) {
    text[*rc::gen::inRange<size_t>(0, text.size())] = *rc::gen::element(' ', '\n', '=', '|', 'a');
  }
  (void)ParseTrace(text);
  (void)ApiTraceWithoutTime(text);
}

TEST(Trace, ForComparingHasNoTimesAndNoHost) {
  EXPECT_EQ(ApiTraceWithoutTime("0 > 3 dispatch connection=h1\n12 | poll x | y\n34 = stall 1h\n"),
            "- > 3 dispatch connection=h1\n- = stall 1h\n");
  EXPECT_EQ(ApiTraceWithoutTime(""), "");
}

TEST(Trace, DigestIsOfEveryByte) {
  EXPECT_EQ(TraceDigest("").size(), 64u);
  EXPECT_NE(TraceDigest(kTrace), TraceDigest(kTrace.substr(1)));
}

TEST(TraceKey, IsOneWord) {
  std::string text;
  AppendTraceKey("a b=\n", text);
  EXPECT_EQ(text, "a\\x20b=\\x0a");
}

TEST(TraceKey, TellsNullFromTheKeyOfThatName) {
  std::string text;
  AppendTraceKey("NULL", text);
  EXPECT_EQ(text, "\\x4eULL");
  EXPECT_EQ(ParseTraceKey(text), "NULL");
  EXPECT_FALSE(ParseTraceKey("NULL"));
}

RC_GTEST_PROP(TraceKey, IsReadBackAsItWasWritten, ()) {
  const std::string key = *GenKey();
  std::string text;
  AppendTraceKey(key, text);
  RC_ASSERT(ParseTraceKey(text) == key);
}

TEST(Ending, IsFoundByItsName) {
  for (int i = 0; i <= static_cast<int>(EndingKind::kCrash); ++i) {
    const auto kind = static_cast<EndingKind>(i);
    EXPECT_EQ(ParseEnding(EndingName(kind)), kind);
  }
  EXPECT_EQ(EndingName(EndingKind::kCrash), "crash");
  EXPECT_FALSE(ParseEnding("Crash"));
}

TEST(CsErrors, AreCorosyncs) {
  EXPECT_EQ(CsErrorName(CS_OK), "CS_OK");
  EXPECT_EQ(CsErrorName(CS_ERR_LIBRARY), "CS_ERR_LIBRARY");
  EXPECT_EQ(CsErrorName(CS_ERR_TRY_AGAIN), "CS_ERR_TRY_AGAIN");
  EXPECT_EQ(CsErrorName(CS_ERR_BAD_HANDLE), "CS_ERR_BAD_HANDLE");
  EXPECT_EQ(CsErrorName(CS_ERR_NO_SECTIONS), "CS_ERR_NO_SECTIONS");
  EXPECT_EQ(CsErrorName(CS_ERR_TOO_MANY_GROUPS), "CS_ERR_TOO_MANY_GROUPS");
  EXPECT_EQ(CsErrorName(CS_ERR_SECURITY), "CS_ERR_SECURITY");
}

TEST(CsErrors, WithoutANameAreNumbers) {
  EXPECT_EQ(CsErrorName(0), "0");
  EXPECT_EQ(CsErrorName(29), "29");
  EXPECT_EQ(CsErrorName(-1), "-1");
  EXPECT_FALSE(ParseCsError("29"));
}

TEST(CsErrors, AreFoundByTheirNames) {
  for (int error = 0; error <= 100; ++error) {
    const std::string name = CsErrorName(error);
    EXPECT_EQ(ParseCsError(name), name.starts_with("CS_") ? std::optional(error) : std::nullopt);
  }
}

}  // namespace
}  // namespace cmapsim
