#include "sim/core/text.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace cmapsim {
namespace {

TEST(Text, NumbersAreReadWholeOrNotAtAll) {
  EXPECT_EQ(ParseNumber<int32_t>("-7"), -7);
  EXPECT_EQ(ParseNumber<uint8_t>("255"), 255);
  EXPECT_EQ(ParseNumber<uint64_t>("ff", 16), 255u);
  for (const char* text : {"", "-", "+1", " 1", "1 ", "1x", "0x1", "256"}) {
    EXPECT_FALSE(ParseNumber<uint8_t>(text)) << text;
  }
  EXPECT_FALSE(ParseNumber<uint8_t>("-1"));
}

TEST(Text, EscapedBytesContainNothingThatPlansAndTracesSeparateWith) {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
  std::string text;
  AppendEscaped(bytes, text);
  EXPECT_EQ(text.find_first_of(" \",[]{}#?\n"), text.npos);
  EXPECT_EQ(Unescape(text), bytes);
}

TEST(Text, ABackslashThatDoesNotBeginAByteIsRefused) {
  for (const char* text : {"\\", "\\x", "\\x1", "\\xg0", "\\n", "a\\\\"}) {
    EXPECT_FALSE(Unescape(text)) << text;
  }
}

RC_GTEST_PROP(Text, UnescapeUndoesEscape, (const std::string& bytes)) {
  std::string text;
  AppendEscaped(bytes, text);
  RC_ASSERT(Unescape(text) == bytes);
}

RC_GTEST_PROP(Text, ParseHexUndoesAppendHex, (const std::string& bytes)) {
  std::string text;
  AppendHex(bytes, text);
  RC_ASSERT(ParseHex(text) == bytes);
}

TEST(Text, HexadecimalNeedsPairsOfDigits) {
  EXPECT_EQ(ParseHex("00fF"), std::string("\x00\xff", 2));
  EXPECT_FALSE(ParseHex("0"));
  EXPECT_FALSE(ParseHex("0g"));
}

RC_GTEST_PROP(Text, ParseNumberUndoesAppendNumber, (int64_t number)) {
  std::string text;
  AppendNumber(number, text);
  RC_ASSERT(ParseNumber<int64_t>(text) == number);
}

}  // namespace
}  // namespace cmapsim
