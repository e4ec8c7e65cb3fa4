#include "conformance/suites/error_codes.h"

#include <fnmatch.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "conformance/embedded.h"
#include "conformance/yaml_fields.h"
#include "sim/core/fault.h"
#include "sim/core/host_calls.h"
#include "sim/core/plan_yaml.h"
#include "sim/core/yaml_tree.h"

namespace cmapsim {

extern const EmbeddedTexts kErrorPlanTexts;
extern const EmbeddedTexts kErrorCodeTexts;

namespace {

constexpr std::string_view kFolder = "fixtures/plans/errors/";
constexpr std::string_view kExtension = ".yaml";
constexpr std::string_view kErrors = ".errors.";
constexpr size_t kDepth = 4;

// The table is part of the program: a mistake in it is ours, and ends the program.
[[noreturn]] void Broken(const std::string& what) {
  std::fprintf(stderr, "the table of error codes is broken: %s\n", what.c_str());
  std::abort();
}

struct Reason {
  std::string glob;
  std::string text;

  [[nodiscard]] bool Fits(const std::string& clause) const {
    return fnmatch(glob.c_str(), clause.c_str(), 0) == 0;
  }
};

std::vector<Reason> ReadReasons() {
  std::vector<Reason> reasons;
  for (const EmbeddedText& file : kErrorCodeTexts) {
    const auto root = ReadYaml(file.text, file.name, kDepth);
    if (!root) Broken(root.error());
    FieldReader fields(*root, file.name);
    for (const YamlNode* node : fields.Maps("not_reached")) {
      FieldReader row(*node, file.name);
      reasons.push_back({row.Text("clause"), row.Text("reason")});
      if (auto error = row.Finish()) Broken(*error);
    }
    if (auto error = fields.Finish()) Broken(*error);
  }
  return reasons;
}

bool IsPossible(const Fault& fault) {
  const FaultRow& row = RowOf(fault.kind);
  if (row.nature == FaultNature::kNever) return false;
  if (!row.OfCall() || !row.Takes(FaultField::kErrno)) return true;
  const auto documented = DocumentedErrnos(fault.call);
  return std::find(documented.begin(), documented.end(), fault.number) != documented.end();
}

// What a plan says of itself: its first line, which must be a comment.
std::string MeansOf(const EmbeddedText& file) {
  const size_t end = file.text.find('\n');
  if (!file.text.starts_with("# ") || end == std::string_view::npos) {
    Broken(std::string(kFolder) + std::string(file.name) +
           ": expected a first line \"# <what makes the code come about>\"");
  }
  return std::string(file.text.substr(2, end - 2));
}

ErrorWitness ReadWitness(const EmbeddedText& file, std::string_view way) {
  ErrorWitness witness;
  witness.path = std::string(kFolder) + std::string(file.name);
  witness.way = way;
  witness.means = MeansOf(file);
  auto plan = ParsePlan(file.text, witness.path);
  if (!plan) Broken(plan.error());
  witness.plan = std::move(*plan);
  witness.possible =
      std::all_of(witness.plan.faults.begin(), witness.plan.faults.end(), &IsPossible);
  return witness;
}

// The way in "cmap_set.CS_ERR_TRY_AGAIN.overload.yaml"; nothing where the file is another pair's.
std::optional<std::string_view> WayOf(const ErrorPair& pair, std::string_view name) {
  const std::string stem = pair.function + "." + pair.code;
  if (!name.starts_with(stem) || !name.ends_with(kExtension)) return std::nullopt;
  name = name.substr(stem.size(), name.size() - stem.size() - kExtension.size());
  if (name.empty()) return name;
  if (name.front() != '.') return std::nullopt;
  return name.substr(1);
}

std::vector<ErrorPair> MakePairs() {
  const std::vector<Reason> reasons = ReadReasons();
  std::vector<ErrorPair> pairs;
  for (const Clause& clause : ClauseRegister::Get().clauses()) {
    const auto names = ParseErrorClause(clause.id);
    if (!names) continue;
    ErrorPair pair;
    pair.clause = &clause;
    pair.function = names->function;
    pair.code = names->code;
    for (const EmbeddedText& file : kErrorPlanTexts) {
      if (const auto way = WayOf(pair, file.name)) {
        pair.witnesses.push_back(ReadWitness(file, *way));
      }
    }
    const auto reason = std::find_if(reasons.begin(), reasons.end(),
                                     [&](const Reason& r) { return r.Fits(clause.id); });
    if (pair.witnesses.empty() && reason != reasons.end()) pair.reason = reason->text;
    pairs.push_back(std::move(pair));
  }
  return pairs;
}

}  // namespace

bool ErrorWitness::IsOf(Transport transport) const {
  return (way != TransportName(Transport::kShm) && way != TransportName(Transport::kSocket)) ||
         way == TransportName(transport);
}

const std::vector<ErrorPair>& ErrorPairs() {
  static const std::vector<ErrorPair> pairs = MakePairs();
  return pairs;
}

std::optional<ErrorClause> ParseErrorClause(std::string_view id) {
  const size_t at = id.find(kErrors);
  if (at == std::string_view::npos) return std::nullopt;
  return ErrorClause{id.substr(0, at), id.substr(at + kErrors.size())};
}

std::vector<std::string> IdleErrorEntries() {
  std::vector<std::string> idle;
  for (const Reason& reason : ReadReasons()) {
    const bool needed =
        std::any_of(ErrorPairs().begin(), ErrorPairs().end(),
                    [&](const ErrorPair& pair) { return pair.reason == reason.text; });
    if (!needed) idle.push_back(reason.glob);
  }
  for (const EmbeddedText& file : kErrorPlanTexts) {
    const bool needed =
        std::any_of(ErrorPairs().begin(), ErrorPairs().end(),
                    [&](const ErrorPair& pair) { return WayOf(pair, file.name).has_value(); });
    if (!needed) idle.emplace_back(file.name);
  }
  return idle;
}

}  // namespace cmapsim
