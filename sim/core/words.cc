#include "sim/core/words.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

#include "sim/core/text.h"

namespace cmapsim {
namespace {

constexpr size_t kLongestQuoted = 60;

// No word of ours is longer, and the distance takes the product of the lengths.
constexpr size_t kLongestGuess = 64;

// Levenshtein's distance: how many letters to insert, delete or replace.
size_t Distance(std::string_view left, std::string_view right) {
  std::vector<size_t> row(right.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 0; i < left.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i + 1;
    for (size_t j = 0; j < right.size(); ++j) {
      const size_t replaced = diagonal + (left[i] == right[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

}  // namespace

std::optional<std::string_view> NearestWord(std::string_view word,
                                            std::span<const std::string_view> known) {
  if (word.size() > kLongestGuess) return std::nullopt;
  std::optional<std::string_view> nearest;
  size_t nearest_distance = std::max<size_t>(word.size() / 3, 1) + 1;
  for (const std::string_view candidate : known) {
    const size_t distance = Distance(word, candidate);
    if (distance >= nearest_distance || distance >= candidate.size()) continue;
    nearest = candidate;
    nearest_distance = distance;
  }
  return nearest;
}

std::string Suggestion(std::string_view word, std::span<const std::string_view> known) {
  if (const auto nearest = NearestWord(word, known)) {
    return "did you mean \"" + std::string(*nearest) + "\"?";
  }
  return "expected one of " + JoinWords(known);
}

std::string JoinWords(std::span<const std::string_view> words) {
  std::string text;
  for (const std::string_view word : words) {
    if (!text.empty()) text += ", ";
    text += word;
  }
  return text;
}

std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char& c : text.substr(0, kLongestQuoted)) {
    if (c == ' ' || (c > ' ' && c <= '~')) {
      quoted += c;
    } else {
      AppendEscaped({&c, 1}, quoted);
    }
  }
  if (text.size() > kLongestQuoted) quoted += "...";
  return quoted + '"';
}

}  // namespace cmapsim
