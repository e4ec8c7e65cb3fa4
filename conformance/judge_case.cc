#include "conformance/judge_case.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>

#include "sim/core/plan_yaml.h"

namespace cmapsim {
namespace {

// The lines of a text without the spaces around them, empty ones left out.
std::vector<std::string> Lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    while (line.ends_with(' ')) line.remove_suffix(1);
    if (!line.empty()) lines.emplace_back(line);
  }
  return lines;
}

std::string PlanText(const JudgeCase& c) {
  std::string text = "cmapsim: 1\n";
  for (const std::string& line : Lines(c.plan)) text += line + "\n";
  text += "steps:\n";
  for (const std::string& line : Lines(c.steps)) text += "  - " + line + "\n";
  return text;
}

std::string TraceText(const JudgeCase& c) {
  std::string text;
  for (const std::string& line : Lines(c.trace)) {
    const bool timed = std::isdigit(static_cast<unsigned char>(line.front())) != 0;
    text += (timed ? "" : "0 ") + line + "\n";
  }
  return text;
}

std::vector<std::string> Of(const std::vector<Observation>& seen, Conformity conformity) {
  std::vector<std::string> lines;
  for (const Observation& o : seen) {
    if (o.conformity != conformity) continue;
    lines.push_back(std::string(o.clause) + " [" + o.situation + "] " + o.outcome);
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

std::string Joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += "  " + line + "\n";
  return text;
}

void ExpectContains(const std::vector<std::string>& lines, const std::vector<std::string>& wanted,
                    std::string_view what) {
  for (const std::string& want : wanted) {
    EXPECT_NE(std::find(lines.begin(), lines.end(), want), lines.end())
        << what << " lacks " << want << "; there are\n"
        << Joined(lines);
  }
}

}  // namespace

std::string CaseName(const JudgeCase& c) {
  std::string name;
  bool upper = true;
  for (const char letter : c.name) {
    if (std::isalnum(static_cast<unsigned char>(letter)) == 0) {
      upper = true;
      continue;
    }
    name += upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(letter))) : letter;
    upper = false;
  }
  return name;
}

void PrintTo(const JudgeCase& c, std::ostream* out) { *out << c.name; }

std::vector<Observation> SeenIn(const JudgeCase& c) {
  const auto plan = ParsePlan(PlanText(c), "case.yaml");
  EXPECT_TRUE(plan.has_value()) << plan.error();
  if (!plan) return {};
  return Judge(*plan, TraceText(c), {.live = c.live});
}

void ExpectJudged(const JudgeCase& c) {
  SCOPED_TRACE(c.name);
  const std::vector<Observation> seen = SeenIn(c);
  std::vector<std::string> departs = c.departs;
  std::sort(departs.begin(), departs.end());
  EXPECT_EQ(Joined(Of(seen, Conformity::kDeparts)), Joined(departs));
  EXPECT_EQ(Joined(Of(seen, Conformity::kUnknown)), Joined(c.unknown));
  ExpectContains(Of(seen, Conformity::kConforms), c.conforms, "what conforms");
  ExpectContains(Of(seen, Conformity::kUndocumented), c.records, "what is recorded");
}

}  // namespace cmapsim
