#include "conformance/parts.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "conformance/clause.h"
#include "conformance/part_words.h"
#include "conformance/suites/steps.h"

namespace cmapsim {
namespace {

std::vector<std::string> Shown(std::string_view clause, const Step* step, std::string outcome,
                               std::string part = {}) {
  Observation seen;
  seen.clause = clause;
  seen.outcome = std::move(outcome);
  seen.part = std::move(part);
  std::vector<size_t> places;
  AddShownParts(seen, step, places);
  std::vector<std::string> names;
  for (const size_t place : places) names.push_back(PartsOf(clause).at(place));
  return names;
}

Step Name(std::string name) {
  return suite::Set(std::move(name), Value::Integer(ValueType::kUInt8, 1));
}

using Names = std::vector<std::string>;

TEST(Parts, AreOfClausesThatTheRegisterHas) {
  size_t clauses = 0;
  for (const Clause& clause : ClauseRegister::Get().clauses()) {
    const Names& parts = PartsOf(clause.id);
    if (parts.empty()) continue;
    ++clauses;
    EXPECT_TRUE(clause.judged_as.empty() && clause.offered.empty() && clause.not_judged.empty())
        << clause.id;
    Names sorted = parts;
    std::sort(sorted.begin(), sorted.end());
    EXPECT_EQ(std::unique(sorted.begin(), sorted.end()), sorted.end()) << clause.id;
  }
  // All rows but those that a clause has two of.
  EXPECT_EQ(clauses, 30U);
  EXPECT_TRUE(PartsOf("cmap_set.no_such_clause").empty());
}

TEST(Parts, TellWhichCharacterStoodWhere) {
  const auto shown = [](std::string name) {
    const Step step = Name(std::move(name));
    return Shown("cmap_set.key_characters", &step, "an error");
  };
  EXPECT_EQ(shown("#est.a"), Names{"first: other mark"});
  EXPECT_EQ(shown("te st.a"), Names{"middle: space"});
  EXPECT_EQ(shown("test.\xe4"), Names{"last: character beyond ASCII"});
  EXPECT_EQ(shown("te\x7fst"), Names{"middle: control character"});
  EXPECT_EQ(shown("#est.#"), Names{}) << "either may be what was refused";
}

TEST(Parts, TellOfEachCharacterThatWasTaken) {
  const Step step = Name("A./9");
  const Names expected = {"first: upper-case letter", "middle: .", "middle: /", "last: digit"};
  EXPECT_EQ(Shown("cmap_set.returns", &step, "CS_OK"), expected);
  EXPECT_EQ(Shown("cmap_set.returns", &step, "an error"), Names{});
}

TEST(Parts, TellLengthsAtTheLimits) {
  for (const size_t length : {3U, 255U}) {
    const Step step = suite::Delete(std::string(length, 'n'));
    EXPECT_EQ(Shown("cmap_delete.returns", &step, "CS_OK"),
              Names{std::to_string(length) + " characters"});
    EXPECT_EQ(Shown("cmap_delete.returns", &step, "CS_ERR_TRY_AGAIN"), Names{});
  }
  const Step step = suite::Delete("four");
  EXPECT_EQ(Shown("cmap_delete.returns", &step, "CS_OK"), Names{});
  const Step empty = Name("");
  EXPECT_EQ(Shown("cmap_set.key_length", &empty, "CS_ERR_NAME_TOO_LONG"), Names{"0 characters"});
}

TEST(Parts, AreWhatTheJudgeSays) {
  EXPECT_EQ(Shown("cmap_get.value", nullptr, "as stored", "int8 least"), Names{"int8 least"});
  EXPECT_EQ(Shown("cmap_get.value", nullptr, "as stored", "no such part"), Names{});
  EXPECT_EQ(ValuePart(ValueType::kInt8, "\x80"), "int8 least");
  EXPECT_EQ(ValuePart(ValueType::kInt16, "\xff\x7f"), "int16 most");
  EXPECT_EQ(ValuePart(ValueType::kInt16, "\xff\xff"), "");
  EXPECT_EQ(ValuePart(ValueType::kUInt16, "\xff\xff"), "uint16 most");
  EXPECT_EQ(ValuePart(ValueType::kUInt8, std::string(1, '\0')), "uint8 least");
  EXPECT_EQ(ValuePart(ValueType::kBinary, std::string(kLongestValue, 'x')), "binary most");
  EXPECT_EQ(ValuePart(ValueType::kFloat, "abcd"), "");
  EXPECT_EQ(BufferPart(3, 4), "one byte too few");
  EXPECT_EQ(BufferPart(0, 1), "no bytes");
}

TEST(Parts, AreNoneOfAStepThatIsNotKnown) {
  for (const char* clause : {"cmap_set.returns", "cmap_set.key_characters", "cmap_set.key_length",
                             "cmap_dispatch.dispatches", "cmap_track_add.returns"}) {
    EXPECT_EQ(Shown(clause, nullptr, "CS_OK"), Names{}) << clause;
  }
}

}  // namespace
}  // namespace cmapsim
