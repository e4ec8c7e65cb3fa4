#include "conformance/expectations.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "conformance/clause.h"
#include "conformance/embedded.h"
#include "conformance/yaml_fields.h"
#include "sim/core/yaml_tree.h"

namespace cmapsim {

extern const EmbeddedTexts kExpectationTexts;

namespace {

constexpr size_t kDepth = 4;

// "3.1.7, 3.1.8" or a list.
std::vector<std::string> SplitVersions(const std::vector<std::string>& texts) {
  std::vector<std::string> versions;
  for (const std::string& text : texts) {
    std::string version;
    for (const char c : text + ",") {
      if (c != ',' && c != ' ') {
        version += c;
      } else if (!version.empty()) {
        versions.push_back(std::exchange(version, {}));
      }
    }
  }
  return versions;
}

tl::expected<Expectation, std::string> ReadExpectation(const YamlNode& node,
                                                       std::string_view file_name) {
  FieldReader fields(node, file_name);
  Expectation e;
  e.clause = fields.Text("clause");
  e.situation = fields.TextOr("situation", "");
  e.accept = fields.Texts("accept");
  e.versions = SplitVersions(fields.TextsOrNone("versions"));
  e.reason = fields.Text("reason");
  e.evidence = fields.Text("evidence");
  e.shows = fields.TextsOrNone("shows");
  for (const std::string& place : e.shows) {
    if (place == "shm" || place == "socket" || place == "live shm" || place == "live socket")
      continue;
    fields.Refuse("shows", "expected shm, socket, live shm, live socket");
  }
  if (!e.clause.empty() && ClauseRegister::Get().Find(e.clause) == nullptr) {
    fields.Refuse("clause", "there is no clause \"" + e.clause + "\"; see cmapsim explain");
  }
  if (auto error = fields.Finish()) return tl::unexpected(*error);
  return e;
}

}  // namespace

bool Expectation::Accepts(std::string_view outcome) const {
  return std::find(accept.begin(), accept.end(), outcome) != accept.end();
}

const Expectation* Expectations::Find(std::string_view clause, std::string_view situation) const {
  const auto at = std::find_if(list.begin(), list.end(), [&](const Expectation& e) {
    return e.clause == clause && e.situation == situation;
  });
  return at == list.end() ? nullptr : &*at;
}

tl::expected<Expectations, std::string> LoadExpectations(std::string_view text,
                                                         std::string_view file_name) {
  const auto root = ReadYaml(text, file_name, kDepth);
  if (!root) return tl::unexpected(root.error());
  FieldReader fields(*root, file_name);
  Expectations all;
  all.target = fields.Text("target");
  const std::string compatible = fields.TextOr("compatible", "yes");
  if (compatible != "yes" && compatible != "no") {
    fields.Refuse("compatible", "expected yes or no");
  }
  all.compatible = compatible == "yes";
  all.version = fields.TextOr("version", "");
  const std::vector<const YamlNode*> maps = fields.Maps("expectations");
  if (auto error = fields.Finish()) return tl::unexpected(*error);
  for (const YamlNode* node : maps) {
    auto expectation = ReadExpectation(*node, file_name);
    if (!expectation) return tl::unexpected(expectation.error());
    if (all.Find(expectation->clause, expectation->situation) != nullptr) {
      return tl::unexpected(AtPlace(file_name, node->line, node->column,
                                    "a second expectation of one clause and situation"));
    }
    all.list.push_back(std::move(*expectation));
  }
  return all;
}

const Expectations& CorosyncExpectations() {
  static const Expectations instance = [] {
    auto loaded = LoadExpectations(kExpectationTexts.front().text, kExpectationTexts.front().name);
    if (!loaded) {
      // Part of the program, as the clauses are.
      std::fprintf(stderr, "%s\n", loaded.error().c_str());
      std::abort();
    }
    return std::move(*loaded);
  }();
  return instance;
}

}  // namespace cmapsim
