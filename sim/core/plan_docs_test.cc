// The examples in docs/plans.md and docs/traces.md are plans and traces.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "sim/core/fault.h"
#include "sim/core/plan_fields.h"
#include "sim/core/plan_yaml.h"
#include "sim/core/trace.h"

namespace cmapsim {
namespace {

std::string ReadDocument(const std::string& name) {
  std::ifstream file("docs/" + name);
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_FALSE(text.str().empty()) << name;
  return text.str();
}

// What stands between ```language and ```.
std::vector<std::string> CodeBlocks(const std::string& document, const std::string& language) {
  const std::string opening = "\n```" + language + "\n";
  std::vector<std::string> blocks;
  for (size_t at = document.find(opening); at != document.npos; at = document.find(opening, at)) {
    at += opening.size();
    const size_t end = document.find("```\n", at);
    blocks.push_back(document.substr(at, end - at));
  }
  return blocks;
}

TEST(PlanDocs, EveryExampleIsAPlan) {
  const auto blocks = CodeBlocks(ReadDocument("plans.md"), "yaml");
  EXPECT_GE(blocks.size(), 3u);
  for (const std::string& block : blocks) {
    const auto plan = ParsePlan(block, "plans.md");
    ASSERT_TRUE(plan) << plan.error() << "\n" << block;
    EXPECT_EQ(*ParsePlan(FormatPlan(*plan), "again"), *plan);
  }
}

TEST(PlanDocs, EveryErrorShownIsOneThatIsGiven) {
  const std::string document = ReadDocument("plans.md");
  const auto plan = ParsePlan("cmapsim: 1\nsteps:\n  - {op: dispatsh, connection: 0}\n", "a.yaml");
  ASSERT_FALSE(plan);
  EXPECT_NE(document.find(plan.error()), document.npos) << plan.error();
}

TEST(PlanDocs, NameEveryOperationAndField) {
  const std::string document = ReadDocument("plans.md");
  const auto expect_named = [&document](std::string_view word) {
    EXPECT_NE(document.find('`' + std::string(word) + '`'), document.npos) << word;
  };
  for (const std::string_view name : OpNames()) expect_named(name);
  for (const std::string_view name : StepFieldNames()) expect_named(name);
}

// As docs/faults.md has it: | name | fields | possible | sentence |
std::string DocumentedRow(const FaultRow& row) {
  std::string fields;
  for (size_t i = 0; i < FaultFieldNames().size(); ++i) {
    if (!row.Takes(static_cast<FaultField>(i))) continue;
    fields += (fields.empty() ? "`" : ", `") + std::string(FaultFieldNames()[i]) + "`";
  }
  return "| `" + std::string(row.name) + "` | " + fields + (fields.empty() ? "" : " ") + "| " +
         (row.nature == FaultNature::kPossible ? "yes" : "no") + " | " + std::string(row.sentence) +
         " |\n";
}

TEST(FaultDocs, HaveTheRowOfEveryFault) {
  const std::string document = ReadDocument("faults.md");
  for (const FaultRow& row : FaultTable()) {
    EXPECT_NE(document.find(DocumentedRow(row)), document.npos) << DocumentedRow(row);
  }
}

TEST(FaultDocs, EveryExampleIsAPlan) {
  const auto blocks = CodeBlocks(ReadDocument("faults.md"), "yaml");
  EXPECT_GE(blocks.size(), 2u);
  for (const std::string& block : blocks) {
    const auto plan = ParsePlan(block, "faults.md");
    EXPECT_TRUE(plan) << plan.error() << "\n" << block;
  }
}

TEST(TraceDocs, EveryExampleIsATrace) {
  const auto blocks = CodeBlocks(ReadDocument("traces.md"), "text");
  EXPECT_GE(blocks.size(), 1u);
  for (const std::string& block : blocks) EXPECT_TRUE(ParseTrace(block)) << block;
}

TEST(TraceDocs, NameEveryEnding) {
  const std::string document = ReadDocument("traces.md");
  for (int i = 0; i <= static_cast<int>(EndingKind::kCrash); ++i) {
    const std::string_view name = EndingName(static_cast<EndingKind>(i));
    EXPECT_NE(document.find('`' + std::string(name) + '`'), document.npos) << name;
  }
}

}  // namespace
}  // namespace cmapsim
