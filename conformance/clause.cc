#include "conformance/clause.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <utility>

#include "conformance/embedded.h"
#include "conformance/yaml_fields.h"
#include "sim/core/yaml_tree.h"

namespace cmapsim {

extern const EmbeddedTexts kClauseTexts;

namespace {

constexpr size_t kDepth = 4;

// The register is part of the program: a mistake in it is ours, and ends the program.
[[noreturn]] void Broken(const std::string& what) {
  std::fprintf(stderr, "the clause register is broken: %s\n", what.c_str());
  std::abort();
}

std::optional<ClauseLevel> ParseLevel(std::string_view name) {
  for (const ClauseLevel level :
       {ClauseLevel::kMust, ClauseLevel::kShould, ClauseLevel::kUndocumented}) {
    if (ClauseLevelName(level) == name) return level;
  }
  return std::nullopt;
}

// "cmap_get" of "cmap_get(3)", "cmap.h" of "corosync/cmap.h".
std::string BareName(const std::string& page) {
  const size_t slash = page.rfind('/');
  const size_t begin = slash == std::string::npos ? 0 : slash + 1;
  return page.substr(begin, page.find('(') - begin);
}

Clause ReadClause(const YamlNode& node, const std::string& page, std::string_view file) {
  FieldReader fields(node, file);
  Clause clause;
  clause.id = fields.Text("id");
  clause.page = fields.TextOr("page", page);
  clause.place = fields.Text("place");
  clause.text = fields.Text("text");
  const auto level = ParseLevel(fields.Text("level"));
  if (!level) fields.Refuse("level", "expected one of must, should, undocumented");
  if (level) clause.level = *level;
  clause.sentence = fields.TextOr("sentence", "");
  clause.sha256 = fields.TextOr("sha256", "");
  const bool of_page = !clause.page.empty();
  if (of_page && clause.sha256.size() != 64) fields.Refuse("sha256", "expected 64 digits");
  if (of_page && !clause.id.starts_with(BareName(clause.page) + ".")) {
    fields.Refuse("id", "the id does not begin with its page");
  }
  if (auto error = fields.Finish()) Broken(*error);
  return clause;
}

// Shell globs without sets: * is any text, ? any character.
bool Fits(std::string_view glob, std::string_view text) {
  if (glob.empty()) return text.empty();
  if (glob.front() == '*') {
    return Fits(glob.substr(1), text) || (!text.empty() && Fits(glob, text.substr(1)));
  }
  if (text.empty() || (glob.front() != '?' && glob.front() != text.front())) return false;
  return Fits(glob.substr(1), text.substr(1));
}

}  // namespace

std::string_view ClauseLevelName(ClauseLevel level) {
  switch (level) {
    case ClauseLevel::kMust:
      return "must";
    case ClauseLevel::kShould:
      return "should";
    default:
      return "undocumented";
  }
}

ClauseRegister::ClauseRegister() {
  for (const EmbeddedText& file : kClauseTexts) {
    const auto root = ReadYaml(file.text, file.name, kDepth);
    if (!root) Broken(root.error());
    FieldReader fields(*root, file.name);
    const std::string page = fields.TextOr("page", "");
    for (const YamlNode* node : fields.Maps("clauses")) {
      Clause clause = ReadClause(*node, page, file.name);
      if (Find(clause.id) != nullptr) Broken(clause.id + " is there twice");
      clauses_.push_back(std::move(clause));
    }
    if (auto error = fields.Finish()) Broken(*error);
  }
}

const ClauseRegister& ClauseRegister::Get() {
  static const ClauseRegister instance;
  return instance;
}

const Clause* ClauseRegister::Find(std::string_view id) const {
  const auto at = std::find_if(clauses_.begin(), clauses_.end(),
                               [id](const Clause& clause) { return clause.id == id; });
  return at == clauses_.end() ? nullptr : &*at;
}

std::vector<const Clause*> ClauseRegister::Match(std::string_view glob) const {
  std::vector<const Clause*> found;
  for (const Clause& clause : clauses_) {
    if (Fits(glob, clause.id)) found.push_back(&clause);
  }
  return found;
}

}  // namespace cmapsim
