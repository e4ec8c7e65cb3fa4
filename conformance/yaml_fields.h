// Reading the maps of clause and expectation files.
//
//   FieldReader fields(node, "corosync.yaml");
//   std::string clause = fields.Text("clause");         // must be there
//   std::string reason = fields.TextOr("reason", "");
//   if (auto error = fields.Finish()) return *error;  // corosync.yaml:7:5: unknown field "raeson"
//
// The first mistake is kept, everything after it reads as empty.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/yaml_tree.h"

namespace cmapsim {

class FieldReader {
 public:
  FieldReader(const YamlNode& map, std::string_view file_name);

  [[nodiscard]] std::string Text(std::string_view name);
  [[nodiscard]] std::string TextOr(std::string_view name, std::string_view otherwise);
  // A list of scalars, or one scalar for a list of one; empty where the field is absent.
  [[nodiscard]] std::vector<std::string> TextsOrNone(std::string_view name);
  [[nodiscard]] std::vector<std::string> Texts(std::string_view name);
  // A list of maps; empty where the field is absent.
  [[nodiscard]] std::vector<const YamlNode*> Maps(std::string_view name);

  // A mistake in what a field says.
  void Refuse(std::string_view name, std::string_view message);
  // The first mistake, a field that nobody asked for among them.
  [[nodiscard]] std::optional<std::string> Finish();

 private:
  const YamlNode* Find(std::string_view name);
  void RefuseAt(const YamlNode& node, std::string_view message);

  const YamlNode& map_;
  std::string file_name_;
  std::set<std::string, std::less<>> asked_;
  std::optional<std::string> error_;
};

}  // namespace cmapsim
