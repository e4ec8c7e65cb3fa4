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
constexpr std::string_view kHeader = "cmap.h.";
constexpr std::string_view kShortcuts = ".shortcuts.";

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

// How many fields say by what the clause is judged.
int WaysOf(const Clause& clause) {
  return (clause.judged_as.empty() ? 0 : 1) + (clause.offered.empty() ? 0 : 1) +
         (clause.not_judged.empty() ? 0 : 1);
}

tl::expected<Clause, std::string> ReadClause(const YamlNode& node, const std::string& page,
                                             std::string_view file) {
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
  clause.judged_as = fields.TextsOrNone("judged_as");
  clause.offered = fields.TextOr("offered", "");
  clause.not_judged = fields.TextOr("not_judged", "");
  if (WaysOf(clause) > 1) {
    fields.Refuse("id", "at most one of judged_as, offered and not_judged may be there");
  }
  if (auto error = fields.Finish()) return tl::unexpected(*error);
  return clause;
}

// What is wrong with what the clause is judged as; empty: nothing.
std::string WrongBase(const ClauseRegister& clauses, const Clause& clause) {
  for (const std::string& id : clause.judged_as) {
    const Clause* base = clauses.Find(id);
    if (base == nullptr) return clause.id + " is judged as " + id + ", which there is not";
    if (WaysOf(*base) > 0) {
      return clause.id + " is judged as " + id + ", which is not exercised itself";
    }
  }
  return {};
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

tl::expected<ClauseRegister, std::string> ClauseRegister::Load(
    const std::vector<EmbeddedText>& files) {
  ClauseRegister all;
  for (const EmbeddedText& file : files) {
    const auto root = ReadYaml(file.text, file.name, kDepth);
    if (!root) return tl::unexpected(root.error());
    FieldReader fields(*root, file.name);
    const std::string page = fields.TextOr("page", "");
    for (const YamlNode* node : fields.Maps("clauses")) {
      auto clause = ReadClause(*node, page, file.name);
      if (!clause) return tl::unexpected(clause.error());
      if (all.Find(clause->id) != nullptr) return tl::unexpected(clause->id + " is there twice");
      all.clauses_.push_back(std::move(*clause));
    }
    if (auto error = fields.Finish()) return tl::unexpected(*error);
  }
  for (const Clause& clause : all.clauses_) {
    if (auto wrong = WrongBase(all, clause); !wrong.empty()) return tl::unexpected(wrong);
  }
  return all;
}

const ClauseRegister& ClauseRegister::Get() {
  static const ClauseRegister instance = [] {
    auto loaded = Load({kClauseTexts.begin(), kClauseTexts.end()});
    if (!loaded) Broken(loaded.error());
    return std::move(*loaded);
  }();
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

std::string_view LackingFunction(const std::vector<std::string>& missing, std::string_view clause) {
  if (clause.starts_with(kHeader)) clause.remove_prefix(kHeader.size());
  const auto at = std::find_if(missing.begin(), missing.end(), [clause](const std::string& name) {
    return ShowsCallOf(name, clause);
  });
  return at == missing.end() ? std::string_view() : *at;
}

bool ShowsCallOf(std::string_view function, std::string_view clause) {
  const std::string_view page = clause.substr(0, clause.find('.'));
  if (page == function) return true;
  // "cmap_set_int8": its clause is "cmap_set.shortcuts.int8", and what may stand below that.
  if (!function.starts_with(page) || !clause.substr(page.size()).starts_with(kShortcuts)) {
    return false;
  }
  std::string_view type = clause.substr(page.size() + kShortcuts.size());
  type = type.substr(0, type.find('.'));
  return function.substr(page.size()) == "_" + std::string(type);
}

}  // namespace cmapsim
