#include "sim/core/words.h"

#include <gtest/gtest.h>

#include <array>

namespace cmapsim {
namespace {

constexpr std::array<std::string_view, 4> kKnown = {"set", "sleep", "track_add", "dispatch"};

TEST(Words, ATypingMistakeFindsItsWord) {
  EXPECT_EQ(NearestWord("dispatsh", kKnown), "dispatch");
  EXPECT_EQ(NearestWord("trackadd", kKnown), "track_add");
  EXPECT_EQ(NearestWord("slep", kKnown), "sleep");
  EXPECT_EQ(NearestWord("Set", kKnown), "set");
}

TEST(Words, AWordThatIsNotNearFindsNone) {
  EXPECT_FALSE(NearestWord("finalize", kKnown));
  EXPECT_FALSE(NearestWord("", kKnown));
  EXPECT_FALSE(NearestWord("?", kKnown));
  EXPECT_FALSE(NearestWord(std::string(1'000'000, 's'), kKnown));
}

TEST(Words, WithoutANearWordAllAreNamed) {
  EXPECT_EQ(Suggestion("slep", kKnown), "did you mean \"sleep\"?");
  EXPECT_EQ(Suggestion("x", kKnown), "expected one of set, sleep, track_add, dispatch");
}

TEST(Words, WhatIsQuotedFitsOnOneLine) {
  EXPECT_EQ(Quoted("a b"), "\"a b\"");
  EXPECT_EQ(Quoted("a\nb\xff"), "\"a\\x0ab\\xff\"");
  EXPECT_EQ(Quoted(std::string(1000, 'a')), '"' + std::string(60, 'a') + "...\"");
}

}  // namespace
}  // namespace cmapsim
