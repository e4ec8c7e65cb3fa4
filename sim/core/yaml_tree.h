// YAML as a tree of nodes that know where they stand: what is left of YAML in a plan.
//
//   auto root = ReadYaml("seed: 7\n", "a.yaml", kMaxDepth);
//   root->children[0].text == "seed"; root->children[1].line == 1
//   ReadYaml("{", "a.yaml", kMaxDepth).error() ==
//       "a.yaml:1:1: not YAML: end of map flow not found"
//
// One document of maps, lists and scalars, in UTF-8. Anchors, aliases and tags are refused: they
// let a short text stand for an endless one and add nothing that a plan needs.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace cmapsim {

struct YamlNode {
  enum class Kind { kNull, kScalar, kList, kMap };
  Kind kind = Kind::kNull;
  int line = 1;                    // from 1
  int column = 1;                  // from 1, in bytes
  std::string text;                // of a scalar
  std::vector<YamlNode> children;  // of a list; of a map, its keys and values in turn
};

// Lists and maps may nest up to `max_depth` deep. An error is one line: file:line:column: what.
[[nodiscard]] tl::expected<YamlNode, std::string> ReadYaml(std::string_view text,
                                                           std::string_view file_name,
                                                           size_t max_depth);

// "file:line:column: message"
[[nodiscard]] std::string AtPlace(std::string_view file_name, int line, int column,
                                  std::string_view message);

}  // namespace cmapsim
