#include "conformance/yaml_fields.h"

namespace cmapsim {

FieldReader::FieldReader(const YamlNode& map, std::string_view file_name)
    : map_(map), file_name_(file_name) {
  if (map.kind != YamlNode::Kind::kMap) RefuseAt(map, "expected fields, name: value");
}

void FieldReader::RefuseAt(const YamlNode& node, std::string_view message) {
  if (!error_) error_ = AtPlace(file_name_, node.line, node.column, message);
}

const YamlNode* FieldReader::Find(std::string_view name) {
  asked_.emplace(name);
  if (map_.kind != YamlNode::Kind::kMap) return nullptr;
  for (size_t i = 0; i + 1 < map_.children.size(); i += 2) {
    if (map_.children[i].text == name) return &map_.children[i + 1];
  }
  return nullptr;
}

std::string FieldReader::Text(std::string_view name) {
  const YamlNode* node = Find(name);
  if (node == nullptr) {
    RefuseAt(map_, "\"" + std::string(name) + "\" is missing");
    return {};
  }
  return TextOr(name, {});
}

std::string FieldReader::TextOr(std::string_view name, std::string_view otherwise) {
  const YamlNode* node = Find(name);
  if (node == nullptr) return std::string(otherwise);
  if (node->kind != YamlNode::Kind::kScalar || node->text.empty()) {
    RefuseAt(*node, "\"" + std::string(name) + "\" wants a text");
    return {};
  }
  return node->text;
}

std::vector<std::string> FieldReader::TextsOrNone(std::string_view name) {
  const YamlNode* node = Find(name);
  if (node == nullptr) return {};
  if (node->kind == YamlNode::Kind::kScalar) return {node->text};
  std::vector<std::string> texts;
  if (node->kind != YamlNode::Kind::kList) RefuseAt(*node, "expected a list of texts");
  for (const YamlNode& item : node->children) {
    if (item.kind != YamlNode::Kind::kScalar) RefuseAt(item, "expected a text");
    texts.push_back(item.text);
  }
  return texts;
}

std::vector<std::string> FieldReader::Texts(std::string_view name) {
  std::vector<std::string> texts = TextsOrNone(name);
  if (texts.empty()) RefuseAt(map_, "\"" + std::string(name) + "\" is missing");
  return texts;
}

std::vector<const YamlNode*> FieldReader::Maps(std::string_view name) {
  std::vector<const YamlNode*> maps;
  const YamlNode* node = Find(name);
  if (node == nullptr || node->kind == YamlNode::Kind::kNull) return maps;
  if (node->kind != YamlNode::Kind::kList) RefuseAt(*node, "expected a list");
  for (const YamlNode& item : node->children) maps.push_back(&item);
  return maps;
}

void FieldReader::Refuse(std::string_view name, std::string_view message) {
  const YamlNode* node = Find(name);
  RefuseAt(node != nullptr ? *node : map_, message);
}

std::optional<std::string> FieldReader::Finish() {
  if (map_.kind == YamlNode::Kind::kMap) {
    for (size_t i = 0; i + 1 < map_.children.size(); i += 2) {
      if (asked_.contains(map_.children[i].text)) continue;
      RefuseAt(map_.children[i], "unknown field \"" + map_.children[i].text + "\"");
    }
  }
  return error_;
}

}  // namespace cmapsim
