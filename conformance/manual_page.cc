#include "conformance/manual_page.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <utility>

#include "sim/core/sha256.h"

namespace cmapsim {
namespace {

bool IsSpace(char c) { return c == ' ' || c == '\t'; }

// One escape of roff at the front of `text`, which begins behind the backslash; appends what it stands
// for.
void TakeEscape(std::string_view& text, std::string& out) {
  const char kind = text.empty() ? '\0' : text.front();
  size_t size = 1;
  switch (kind) {
    case '\0':
      return;
    case 'f':  // \fB, \f(CW, \f[B]
      size = text.starts_with("f(") ? 4 : text.starts_with("f[") ? text.find(']') + 1 : 2;
      break;
    case '(':  // \(bu
      size = 3;
      break;
    case '&':
    case '|':
    case '^':
      break;
    case '-':
    case ' ':
    case '.':
      out += kind;
      break;
    case 'e':
    case '\\':
      out += '\\';
      break;
    case '~':
      out += ' ';
      break;
    default:
      break;
  }
  text.remove_prefix(std::min(size == 0 ? 1 : size, text.size()));
}

std::string WithoutEscapes(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c == '\\') {
      TakeEscape(text, plain);
    } else {
      plain += c == '\t' ? ' ' : c;
    }
  }
  return plain;
}

// The arguments of a request: separated by spaces, quotes hold together.
std::vector<std::string> Arguments(std::string_view text) {
  std::vector<std::string> arguments;
  while (true) {
    while (!text.empty() && IsSpace(text.front())) text.remove_prefix(1);
    if (text.empty()) return arguments;
    const bool quoted = text.front() == '"';
    if (quoted) text.remove_prefix(1);
    size_t end = 0;
    while (end < text.size() && (quoted ? text[end] != '"' : !IsSpace(text[end]))) ++end;
    arguments.push_back(WithoutEscapes(text.substr(0, end)));
    text.remove_prefix(std::min(end + (quoted ? 1 : 0), text.size()));
  }
}

bool EndsSentence(std::string_view text, size_t at) {
  const char c = text[at];
  if (c != '.' && c != '!' && c != '?') return false;
  if (at + 1 < text.size() && text[at + 1] != ' ') return false;
  const std::string_view before = text.substr(0, at);
  return !before.ends_with('.') && !before.ends_with("e.g") && !before.ends_with("i.e");
}

class Splitter {
 public:
  void Line(std::string_view line) {
    if (line.starts_with(".\\\"") || line.starts_with("'\\\"")) return;
    if (line.starts_with('.') || line.starts_with('\'')) return Request(line.substr(1));
    const std::string plain = WithoutEscapes(line);
    if (plain.find_first_not_of(' ') == std::string::npos) return EndParagraph();
    Append(plain);
  }

  std::vector<PageSentence> Take() {
    EndParagraph();
    return std::move(sentences_);
  }

 private:
  void Request(std::string_view line) {
    const std::string_view name = line.substr(0, line.find_first_of(" \t"));
    const std::string_view rest = line.substr(name.size());
    if (name == "SH" || name == "SS") {
      EndParagraph();
      section_ = Joined(Arguments(rest), " ");
    } else if (name == "B" || name == "I" || name == "R" || name == "SM" || name == "SB") {
      Append(Joined(Arguments(rest), " "));
    } else if (name.size() == 2 && name.find_first_not_of("BIR") == name.npos) {
      Append(Joined(Arguments(rest), ""));  // the fonts take turns, without spaces
    } else if (name != "br" && name != "ne" && name != "ta" && name != "TH") {
      EndParagraph();
    }
  }

  static std::string Joined(const std::vector<std::string>& words, std::string_view between) {
    std::string joined;
    for (const std::string& word : words) {
      if (!joined.empty()) joined += between;
      joined += word;
    }
    return joined;
  }

  void Append(std::string_view text) {
    paragraph_ += ' ';
    paragraph_ += text;
  }

  void EndParagraph() {
    AppendSentences(section_, paragraph_, sentences_);
    paragraph_.clear();
  }

  std::string section_;
  std::string paragraph_;
  std::vector<PageSentence> sentences_;
};

std::string WithSingleSpaces(std::string_view paragraph) {
  std::string text;
  for (const char c : paragraph) {
    if (c != ' ' || (!text.empty() && text.back() != ' ')) text += c;
  }
  while (text.ends_with(' ')) text.pop_back();
  return text;
}

// What `gzip -dc PATH` writes.
tl::expected<std::string, std::string> Unpack(const std::string& path) {
  std::array<int, 2> pipe_fds{};
  if (pipe2(pipe_fds.data(), O_CLOEXEC) != 0) {
    return tl::unexpected("no pipe for gzip: " + std::string(std::strerror(errno)));
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pipe_fds[1], STDOUT_FILENO);
  std::string program = "gzip";
  std::string option = "-dc";
  std::string operand = path;
  std::array<char*, 4> arguments = {program.data(), option.data(), operand.data(), nullptr};
  pid_t child = 0;
  const int error = posix_spawnp(&child, "gzip", &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(pipe_fds[1]);
  std::string text;
  std::array<char, 4096> buffer{};
  for (ssize_t size = 0;
       error == 0 && (size = read(pipe_fds[0], buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<size_t>(size));
  }
  close(pipe_fds[0]);
  int status = 0;
  if (error == 0) waitpid(child, &status, 0);
  if (error != 0 || status != 0) {
    return tl::unexpected("cannot unpack " + path +
                          ": install gzip and look whether the file is whole");
  }
  return text;
}

}  // namespace

void AppendSentences(const std::string& section, std::string_view paragraph,
                     std::vector<PageSentence>& out) {
  const std::string text = WithSingleSpaces(paragraph);
  size_t begin = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (!EndsSentence(text, i) && i + 1 < text.size()) continue;
    std::string sentence = text.substr(begin, i + 1 - begin);
    begin = std::min(i + 2, text.size());
    if (sentence.empty()) continue;
    std::string hash = Sha256Hex(sentence);
    out.push_back({section, std::move(sentence), std::move(hash)});
  }
}

std::vector<PageSentence> SplitManualPage(std::string_view roff) {
  Splitter splitter;
  while (!roff.empty()) {
    const size_t end = std::min(roff.find('\n'), roff.size());
    splitter.Line(roff.substr(0, end));
    roff.remove_prefix(std::min(end + 1, roff.size()));
  }
  return splitter.Take();
}

tl::expected<std::string, std::string> ReadManualPage(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return tl::unexpected("cannot read " + path +
                          ": install the package libcmap-dev, manual pages included");
  }
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (text.starts_with("\x1f\x8b")) return Unpack(path);
  return text;
}

}  // namespace cmapsim
