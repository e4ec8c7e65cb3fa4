#include "conformance/sweep/known.h"

#include <fnmatch.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <utility>

#include "conformance/embedded.h"
#include "conformance/yaml_fields.h"
#include "sim/core/yaml_tree.h"

namespace cmapsim {

extern const EmbeddedTexts kKnownFindingTexts;

namespace {
constexpr size_t kDepth = 4;
}  // namespace

const KnownFinding* KnownFindings::Find(const std::string& signature) const {
  for (const KnownFinding& known : list) {
    if (fnmatch(known.signature.c_str(), signature.c_str(), 0) == 0) return &known;
  }
  return nullptr;
}

tl::expected<KnownFindings, std::string> LoadKnownFindings(std::string_view text,
                                                           std::string_view file_name) {
  const auto root = ReadYaml(text, file_name, kDepth);
  if (!root) return tl::unexpected(root.error());
  FieldReader fields(*root, file_name);
  (void)fields.Text("target");
  (void)fields.TextOr("version", "");
  const std::vector<const YamlNode*> maps = fields.Maps("known");
  if (auto error = fields.Finish()) return tl::unexpected(*error);
  KnownFindings all;
  for (const YamlNode* node : maps) {
    FieldReader entry(*node, file_name);
    KnownFinding known;
    known.signature = entry.Text("signature");
    known.reason = entry.Text("reason");
    known.evidence = entry.Text("evidence");
    if (auto error = entry.Finish()) return tl::unexpected(*error);
    all.list.push_back(std::move(known));
  }
  return all;
}

const KnownFindings& CorosyncKnownFindings() {
  static const KnownFindings instance = [] {
    KnownFindings all;
    for (const EmbeddedText& text : kKnownFindingTexts) {
      auto loaded = LoadKnownFindings(text.text, text.name);
      if (!loaded) {
        // Part of the program, as the clauses are.
        std::fprintf(stderr, "%s\n", loaded.error().c_str());
        std::abort();
      }
      std::move(loaded->list.begin(), loaded->list.end(), std::back_inserter(all.list));
    }
    return all;
  }();
  return instance;
}

}  // namespace cmapsim
