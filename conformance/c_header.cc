#include "conformance/c_header.h"

#include <algorithm>
#include <cctype>
#include <string>
#include <utility>

namespace cmapsim {
namespace {

bool IsNameCharacter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

std::string_view WithoutSpaceInFront(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  return text;
}

std::string WithSpaces(std::string_view text) {
  std::string out(text);
  std::replace_if(
      out.begin(), out.end(), [](char c) { return c == '\t' || c == '\r' || c == '\n'; }, ' ');
  return out;
}

// The last name that ends before `end`: "cmap_set" of "cs_error_t cmap_set(".
std::string NameBefore(std::string_view text, size_t end) {
  end = std::min(end, text.size());
  while (end > 0 && !IsNameCharacter(text[end - 1])) --end;
  size_t begin = end;
  while (begin > 0 && IsNameCharacter(text[begin - 1])) --begin;
  return std::string(text.substr(begin, end - begin));
}

// What a declaration declares: a function, a type, a structure.
std::string DeclaredName(std::string_view declaration) {
  const size_t pointer = declaration.find("(*");
  if (pointer != std::string_view::npos) {
    return NameBefore(declaration, declaration.find(')', pointer));
  }
  if (declaration.starts_with("struct")) return NameBefore(declaration, declaration.find('{'));
  if (declaration.find('{') != std::string_view::npos) {
    return NameBefore(declaration, declaration.size());
  }
  return NameBefore(declaration, declaration.find('('));
}

class HeaderSplitter {
 public:
  explicit HeaderSplitter(std::string_view text) : text_(text) {}

  std::vector<PageSentence> Take() {
    while (!(text_ = WithoutSpaceInFront(text_)).empty()) {
      if (text_.starts_with("/*")) {
        Comment();
      } else if (text_.starts_with("#")) {
        Directive();
      } else {
        Declaration();
      }
    }
    Flush("");
    return std::move(sentences_);
  }

 private:
  // Up to `end`, which is taken off, too; the rest where there is no such end.
  std::string_view TakeUntil(std::string_view end) {
    const size_t at = text_.find(end);
    const std::string_view taken = text_.substr(0, at);
    text_.remove_prefix(at == text_.npos ? text_.size() : at + end.size());
    return taken;
  }

  void Comment() {
    std::string_view comment = TakeUntil("*/").substr(2);
    const bool first = std::exchange(first_, false);
    if (first && comment.find("Copyright") != comment.npos) return;
    std::string paragraph;
    while (!comment.empty()) {
      const size_t end = std::min(comment.find('\n'), comment.size());
      CommentLine(comment.substr(0, end), paragraph);
      comment.remove_prefix(std::min(end + 1, comment.size()));
    }
    paragraphs_.push_back(paragraph);
  }

  void CommentLine(std::string_view line, std::string& paragraph) {
    line = WithoutSpaceInFront(line);
    while (line.starts_with('*')) line.remove_prefix(1);
    line = WithoutSpaceInFront(line);
    const bool group =
        line.starts_with("@{") || line.starts_with("@}") || line.starts_with("@addtogroup");
    if (line.empty() || line.starts_with('@')) {
      paragraphs_.push_back(std::exchange(paragraph, {}));
    }
    if (!group) paragraph += WithSpaces(line) + " ";
  }

  void Directive() {
    std::string line(TakeUntil("\n"));
    while (line.ends_with('\\')) {
      line.pop_back();
      line += TakeUntil("\n");
    }
    if (!line.starts_with("#define")) return;
    const std::string_view name_and_value = WithoutSpaceInFront(std::string_view(line).substr(7));
    size_t end = 0;
    while (end < name_and_value.size() && IsNameCharacter(name_and_value[end])) ++end;
    // One without a value is the guard against a second inclusion.
    if (WithoutSpaceInFront(name_and_value.substr(end)).empty()) return;
    Flush(std::string(name_and_value.substr(0, end)));
    paragraphs_.push_back(WithSpaces(line));
    Flush(std::string(name_and_value.substr(0, end)));
  }

  void Declaration() {
    if (text_.starts_with("}")) return text_.remove_prefix(1);
    if (text_.starts_with("extern \"C\"")) return static_cast<void>(TakeUntil("{"));
    size_t end = 0;
    for (int depth = 0; end < text_.size(); ++end) {
      if (text_[end] == '{') ++depth;
      if (text_[end] == '}') --depth;
      if (text_[end] == ';' && depth <= 0) break;
    }
    const std::string declaration = WithSpaces(text_.substr(0, end + 1));
    text_.remove_prefix(std::min(end + 1, text_.size()));
    const std::string name = DeclaredName(declaration);
    Flush(name);
    paragraphs_.push_back(declaration);
    Flush(name);
  }

  // The comments since the last declaration are about `name`.
  void Flush(const std::string& name) {
    for (const std::string& paragraph : paragraphs_) AppendSentences(name, paragraph, sentences_);
    paragraphs_.clear();
  }

  std::string_view text_;
  bool first_ = true;
  std::vector<std::string> paragraphs_;
  std::vector<PageSentence> sentences_;
};

}  // namespace

std::vector<PageSentence> SplitHeader(std::string_view text) { return HeaderSplitter(text).Take(); }

}  // namespace cmapsim
