#include "sim/core/yaml_tree.h"

#include <gtest/gtest.h>

namespace cmapsim {
namespace {

std::string ErrorOf(std::string_view text) {
  const auto root = ReadYaml(text, "a.yaml", 4);
  return root ? "no error" : root.error();
}

TEST(YamlTree, KnowsWhatStandsWhere) {
  const auto root = ReadYaml("seed: 7\nsteps:\n  - {op: set}\n", "a.yaml", 4);
  ASSERT_TRUE(root) << root.error();
  ASSERT_EQ(root->children.size(), 4u);
  EXPECT_EQ(root->children[0].text, "seed");
  EXPECT_EQ(root->children[1].text, "7");
  EXPECT_EQ(root->children[1].line, 1);
  EXPECT_EQ(root->children[1].column, 7);
  const YamlNode& op = root->children[3].children[0].children[0];
  EXPECT_EQ(op.text, "op");
  EXPECT_EQ(op.line, 3);
  EXPECT_EQ(op.column, 6);
}

TEST(YamlTree, TellsNullFromTheWordNull) {
  const auto root = ReadYaml("[null, ~, 'null', \"~\", '']", "a.yaml", 4);
  ASSERT_TRUE(root) << root.error();
  EXPECT_EQ(root->children[0].kind, YamlNode::Kind::kNull);
  EXPECT_EQ(root->children[1].kind, YamlNode::Kind::kNull);
  for (size_t i = 2; i < 5; ++i) EXPECT_EQ(root->children[i].kind, YamlNode::Kind::kScalar);
  EXPECT_EQ(root->children[2].text, "null");
}

TEST(YamlTree, KeepsFieldsThatStandTwice) {
  const auto root = ReadYaml("{a: 1, a: 2}", "a.yaml", 4);
  ASSERT_TRUE(root) << root.error();
  EXPECT_EQ(root->children.size(), 4u);
}

TEST(YamlTree, SyntaxErrorsAreOneLineWithTheirPlace) {
  EXPECT_EQ(ErrorOf("{"), "a.yaml:1:1: not YAML: end of map flow not found");
  EXPECT_EQ(ErrorOf("a: b\n c: d\n").substr(0, 12), "a.yaml:2:3: ");
  EXPECT_EQ(ErrorOf("a: \"b").find('\n'), std::string::npos);
}

TEST(YamlTree, NestsOnlySoDeep) {
  EXPECT_EQ(ErrorOf("[[[[1]]]]"), "no error");
  EXPECT_EQ(ErrorOf("[[[[[1]]]]]"), "a.yaml:1:5: lists and maps nest too deep for a plan");
  EXPECT_NE(ErrorOf(std::string(100'000, '[')), "no error");
  EXPECT_NE(ErrorOf(std::string(100'000, '{')), "no error");
}

TEST(YamlTree, RefusesWhatCouldStandForMore) {
  EXPECT_EQ(ErrorOf("[&a 1, *a]"), "a.yaml:1:2: an anchor; plans have none");
  EXPECT_NE(ErrorOf("[*a]"), "no error");
  EXPECT_EQ(ErrorOf("!!binary aaaa"), "a.yaml:1:1: a tag; plans have none");
}

TEST(YamlTree, RefusesWhatIsNotOneDocument) {
  EXPECT_EQ(ErrorOf(""), "a.yaml:1:1: nothing in it; expected a plan");
  EXPECT_EQ(ErrorOf("# nothing\n"), "a.yaml:1:1: nothing in it; expected a plan");
  EXPECT_EQ(ErrorOf("a: 1\n---\na: 2\n"),
            "a.yaml:1:1: more than one YAML document; expected one plan");
  EXPECT_EQ(ErrorOf("--- \na: 1\n"), "no error");
}

// yaml-cpp 0.7 takes \x04 for the end of the text: what follows would be lost in silence.
TEST(YamlTree, RefusesControlCharacters) {
  EXPECT_EQ(ErrorOf("a: 1\nb: \x04 2\n"),
            "a.yaml:2:4: a control character; expected \\xNN in its place");
  EXPECT_NE(ErrorOf(std::string_view("a: \0", 4)), "no error");
  EXPECT_EQ(ErrorOf("a:\t1\r\nb: 2\r\n"), "no error");
}

TEST(YamlTree, RefusesOtherEncodings) {
  EXPECT_EQ(ErrorOf("\xff\xfe"
                    "a"),
            "a.yaml:1:1: the text is UTF-16; expected UTF-8");
  EXPECT_EQ(ErrorOf("\xef\xbb\xbf"
                    "a: 1"),
            "no error");
}

TEST(YamlTree, RefusesAnEscapeThatWouldBeTwoBytes) {
  EXPECT_NE(ErrorOf("a: \"x\\xffy\""), "no error");
  EXPECT_NE(ErrorOf("a: \"\\\\\\x80\""), "no error");
  EXPECT_EQ(ErrorOf("a: \"\\x7f\""), "no error");
  EXPECT_EQ(ErrorOf("a: \"\\\\xff\""), "no error");
  EXPECT_EQ(ErrorOf("a: '\\xff'"), "no error");
  EXPECT_EQ(ErrorOf("a: \\xff"), "no error");
}

}  // namespace
}  // namespace cmapsim
