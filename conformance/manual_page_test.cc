#include "conformance/manual_page.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

namespace cmapsim {
namespace {

std::vector<std::string> TextsOf(std::string_view roff) {
  std::vector<std::string> texts;
  for (const PageSentence& s : SplitManualPage(roff)) texts.push_back(s.text);
  return texts;
}

using Texts = std::vector<std::string>;

TEST(ManualPageTest, AFullStopBeforeASpaceEndsASentence) {
  EXPECT_EQ(TextsOf("One is first.\nTwo is\nsecond."), (Texts{"One is first.", "Two is second."}));
}

TEST(ManualPageTest, AFullStopWithinAWordDoesNot) {
  EXPECT_EQ(TextsOf("so \"totem.\" means\n\"totem.nodeid\", ... applies, e.g. here."),
            (Texts{"so \"totem.\" means \"totem.nodeid\", ... applies, e.g. here."}));
}

TEST(ManualPageTest, ParagraphsEndSentences) {
  EXPECT_EQ(TextsOf("One\n.P\nTwo\n\nThree\n.TP\n.B TAG\nFour"),
            (Texts{"One", "Two", "Three", "TAG Four"}));
}

TEST(ManualPageTest, FontsAreNothing) {
  EXPECT_EQ(TextsOf("The\n.B cmap_set\nfunction"), TextsOf("The \\fBcmap_set\\fR function"));
  EXPECT_EQ(TextsOf("cs_error_t \\f(CWx\\fP"), (Texts{"cs_error_t x"}));
}

TEST(ManualPageTest, FontsThatTakeTurnsStandWithoutSpaces) {
  EXPECT_EQ(TextsOf(".BR cmap_set (3),\n.BR cmap_get (3)"), (Texts{"cmap_set(3), cmap_get(3)"}));
}

TEST(ManualPageTest, EscapesAreWhatTheyStandFor) {
  EXPECT_EQ(TextsOf("cmap_set \\- Store\\ value\\&, \\(bu \\e"),
            (Texts{"cmap_set - Store value, \\"}));
}

TEST(ManualPageTest, CommentsAndUnknownRequestsAreNothing) {
  EXPECT_EQ(TextsOf(".\\\" nothing\n.TH X 3\nOne\n.ne 18\nis one."), (Texts{"One is one."}));
}

TEST(ManualPageTest, SentencesKnowTheirSection) {
  const auto sentences = SplitManualPage(".SH \"RETURN VALUE\"\nThis.\n.SH NOTES\nThat.");
  ASSERT_EQ(sentences.size(), 2U);
  EXPECT_EQ(sentences[0].section, "RETURN VALUE");
  EXPECT_EQ(sentences[1].section, "NOTES");
}

TEST(ManualPageTest, HashesAreOfTheWordsAlone) {
  const auto one = SplitManualPage("Two  words\nhere.");
  const auto other = SplitManualPage(".B Two\nwords here.");
  ASSERT_EQ(one.size(), 1U);
  ASSERT_EQ(other.size(), 1U);
  EXPECT_EQ(one[0].sha256, other[0].sha256);
  EXPECT_NE(one[0].sha256, SplitManualPage("Two words there.")[0].sha256);
}

TEST(ManualPageTest, WhatEndsInTheMiddleIsBorne) {
  for (const char* roff : {"\\", "\\f", "\\f(", "\\f[B", "\\(", ".", ".B \"open", "'", ".\\"}) {
    (void)SplitManualPage(roff);
  }
}

TEST(ManualPageTest, PackedAndPlainFilesAreRead) {
  const std::string path = testing::TempDir() + "/page.3";
  std::ofstream(path) << ".SH NAME\nx\n";
  ASSERT_EQ(std::system(("gzip -kf " + path).c_str()), 0);
  EXPECT_EQ(ReadManualPage(path).value_or(""), ".SH NAME\nx\n");
  EXPECT_EQ(ReadManualPage(path + ".gz").value_or(""), ".SH NAME\nx\n");
}

TEST(ManualPageTest, WhatCannotBeReadSaysWhatToDo) {
  const auto missing = ReadManualPage("/no/such/page.3.gz");
  ASSERT_FALSE(missing.has_value());
  EXPECT_NE(missing.error().find("install"), std::string::npos);
  const std::string broken = testing::TempDir() + "/broken.3.gz";
  std::ofstream(broken) << "\x1f\x8b broken";
  EXPECT_FALSE(ReadManualPage(broken).has_value());
}

}  // namespace
}  // namespace cmapsim
