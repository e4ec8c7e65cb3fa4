#include "sim/core/yaml_tree.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <exception>
#include <sstream>
#include <utility>

#include "sim/core/text.h"

namespace cmapsim {
namespace {

// What a plan of the greatest length could need, and far from what memory could not hold.
constexpr size_t kMaxNodes = 4'000'000;

// Thrown through yaml-cpp, which throws its own mistakes too, and caught in ReadYaml.
struct Refusal {
  YAML::Mark mark;
  std::string message;
};

// "\xff" in double quotes is the character U+00FF, two bytes, and who writes it means one.
bool HasHighByteEscape(std::string_view source, size_t at) {
  if (at >= source.size() || source[at] != '"') return false;
  for (size_t i = at + 1; i < source.size() && source[i] != '"'; ++i) {
    if (source[i] != '\\') continue;
    ++i;
    if (i + 1 >= source.size() || source[i] != 'x') continue;
    const char digit = source[i + 1];
    if (digit == '8' || digit == '9' || (digit >= 'a' && digit <= 'f') ||
        (digit >= 'A' && digit <= 'F')) {
      return true;
    }
  }
  return false;
}

class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(std::string_view source, size_t max_depth) : source_(source), max_depth_(max_depth) {}

  YamlNode TakeRoot() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& /*mark*/) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Append(MakeNode(YamlNode::Kind::kNull, mark, "", anchor));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    throw Refusal{mark, "an alias; plans have no anchors and aliases"};
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    if (HasHighByteEscape(source_, static_cast<size_t>(mark.pos))) {
      throw Refusal{mark,
                    "an escape from \\x80 up in double quotes is a character of two bytes; "
                    "write the byte in single quotes"};
    }
    YamlNode node = MakeNode(YamlNode::Kind::kScalar, mark, tag, anchor);
    node.text = value;
    Append(std::move(node));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    Open(MakeNode(YamlNode::Kind::kList, mark, tag, anchor), mark);
  }
  void OnSequenceEnd() override { Close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    Open(MakeNode(YamlNode::Kind::kMap, mark, tag, anchor), mark);
  }
  void OnMapEnd() override { Close(); }

 private:
  YamlNode MakeNode(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag,
                    YAML::anchor_t anchor) {
    if (++node_count_ > kMaxNodes) throw Refusal{mark, "too many nodes for a plan"};
    if (anchor != YAML::NullAnchor) throw Refusal{mark, "an anchor; plans have none"};
    // yaml-cpp marks what has no tag with "?", and with "!" where it is quoted.
    if (!tag.empty() && tag != "?" && tag != "!") throw Refusal{mark, "a tag; plans have none"};
    YamlNode node;
    node.kind = kind;
    node.line = mark.line + 1;
    node.column = mark.column + 1;
    return node;
  }

  void Open(YamlNode node, const YAML::Mark& mark) {
    if (open_.size() == max_depth_) throw Refusal{mark, "lists and maps nest too deep for a plan"};
    open_.push_back(std::move(node));
  }

  void Close() {
    YamlNode node = std::move(open_.back());
    open_.pop_back();
    Append(std::move(node));
  }

  void Append(YamlNode node) {
    if (open_.empty()) {
      root_ = std::move(node);
    } else {
      open_.back().children.push_back(std::move(node));
    }
  }

  const std::string_view source_;
  const size_t max_depth_;
  size_t node_count_ = 0;
  std::vector<YamlNode> open_;
  YamlNode root_;
};

// YAML forbids control characters; yaml-cpp 0.7 takes some, and \x04 for the end of the text.
void RefuseControlCharacters(std::string_view text) {
  YAML::Mark mark;
  for (const char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    if ((byte < ' ' && c != '\t' && c != '\n' && c != '\r') || byte == 0x7f) {
      throw Refusal{mark, "a control character; expected \\xNN in its place"};
    }
    ++mark.column;
    if (c == '\n') {
      ++mark.line;
      mark.column = 0;
    }
  }
}

YamlNode Read(std::string_view text, size_t max_depth) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff")) {
    throw Refusal{{}, "the text is UTF-16; expected UTF-8"};
  }
  RefuseControlCharacters(text);
  std::istringstream stream{std::string(text)};
  YAML::Parser parser(stream);
  TreeBuilder builder(text, max_depth);
  if (!parser.HandleNextDocument(builder)) throw Refusal{{}, "nothing in it; expected a plan"};
  YamlNode root = builder.TakeRoot();
  TreeBuilder second(text, max_depth);
  if (parser.HandleNextDocument(second)) {
    throw Refusal{{}, "more than one YAML document; expected one plan"};
  }
  return root;
}

}  // namespace

tl::expected<YamlNode, std::string> ReadYaml(std::string_view text, std::string_view file_name,
                                             size_t max_depth) {
  const auto error = [file_name](const YAML::Mark& mark, std::string_view message) {
    return tl::unexpected(AtPlace(file_name, mark.line + 1, mark.column + 1, message));
  };
  try {
    return Read(text, max_depth);
  } catch (const Refusal& refusal) {
    return error(refusal.mark, refusal.message);
  } catch (const YAML::Exception& exception) {
    return error(exception.mark.is_null() ? YAML::Mark() : exception.mark,
                 "not YAML: " + exception.msg);
  } catch (const std::exception& exception) {
    return error({}, std::string("cannot be read: ") + exception.what());
  }
}

std::string AtPlace(std::string_view file_name, int line, int column, std::string_view message) {
  std::string text(file_name);
  for (const int number : {line, column}) {
    text += ':';
    AppendNumber(number, text);
  }
  text += ": ";
  text += message;
  return text;
}

}  // namespace cmapsim
