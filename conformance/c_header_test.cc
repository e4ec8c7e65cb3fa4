#include "conformance/c_header.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cmapsim {
namespace {

// "name: sentence" of each.
std::vector<std::string> Split(std::string_view text) {
  std::vector<std::string> out;
  for (const PageSentence& s : SplitHeader(text)) out.push_back(s.section + ": " + s.text);
  return out;
}

using Lines = std::vector<std::string>;

TEST(HeaderTest, ACommentIsAboutWhatIsDeclaredBehindIt) {
  EXPECT_EQ(Split("/**\n * Stores it. And\n * tells.\n */\nextern int set(int a,\n\tint b);\n"),
            (Lines{"set: Stores it.", "set: And tells.", "set: extern int set(int a, int b);"}));
}

TEST(HeaderTest, TagsAndEmptyLinesEndASentence) {
  EXPECT_EQ(
      Split("/** @brief Adds\n *\n * more\n * @param a the first,\n *     of two\n */\nint f(int "
            "a);"),
      (Lines{"f: @brief Adds", "f: more", "f: @param a the first, of two", "f: int f(int a);"}));
}

TEST(HeaderTest, DeclarationsOfEveryKindHaveTheirName) {
  EXPECT_EQ(Split("typedef uint64_t handle_t;"), Lines{"handle_t: typedef uint64_t handle_t;"});
  EXPECT_EQ(Split("typedef enum {\n  A = 1,\n  B,\n} kind_t;"),
            Lines{"kind_t: typedef enum { A = 1, B, } kind_t;"});
  EXPECT_EQ(Split("struct value {\n\tint type;\n};"), Lines{"value: struct value { int type; };"});
  EXPECT_EQ(Split("typedef void (*notify_fn) (int a, void *b);"),
            Lines{"notify_fn: typedef void (*notify_fn) (int a, void *b);"});
  EXPECT_EQ(Split("/* Most. */\n#define MAXLEN\t\t255\n"),
            (Lines{"MAXLEN: Most.", "MAXLEN: #define MAXLEN 255"}));
}

TEST(HeaderTest, WhatSaysNothingOfTheLibraryIsLeftOut) {
  EXPECT_EQ(Split("/*\n * Copyright (c) somebody.\n */\n#ifndef H\n#define H\n#include <x.h>\n"
                  "extern \"C\" {\n/**\n * @addtogroup g\n *\n * @{\n */\n"
                  "int f(void);\n/** @} */\n}\n#endif /* H */\n"),
            Lines{"f: int f(void);"});
}

TEST(HeaderTest, ALicenceIsOnlyTheFirstComment) {
  EXPECT_EQ(Split("/* One. */ int f(void); /* Copyright of it. */ int g(void);"),
            (Lines{"f: One.", "f: int f(void);", "g: Copyright of it.", "g: int g(void);"}));
}

TEST(HeaderTest, SpacesAndLinesDoNotChangeTheHash) {
  EXPECT_EQ(SplitHeader("int f(int a,\n\t int b);").at(0).sha256,
            SplitHeader("int f(int a, int b);").at(0).sha256);
  EXPECT_NE(SplitHeader("int f(int a);").at(0).sha256, SplitHeader("int g(int a);").at(0).sha256);
}

TEST(HeaderTest, WhatEndsInTheMiddleIsBorne) {
  for (const char* text :
       {"/*", "#", "#define", "#define A \\", "}", "extern \"C\"", "/* @", "/* *"}) {
    EXPECT_LE(Split(text).size(), 1U) << text;
  }
  for (const char* text : {"struct a {", "int f(", "typedef void (*"}) {
    EXPECT_EQ(Split(text).size(), 1U) << text;
  }
  EXPECT_EQ(Split("/* One"), Lines{": One"});
}

}  // namespace
}  // namespace cmapsim
