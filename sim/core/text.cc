#include "sim/core/text.h"

#include <array>

namespace cmapsim {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

// The rest is what YAML ends a plain scalar at, in braces, and yaml-cpp 0.7 also at a question
// mark.
constexpr std::array<bool, 256> kStandsForItself = [] {
  std::array<bool, 256> table{};
  for (int c = '!'; c <= '~'; ++c) table[c] = true;
  for (const char c : std::string_view("\\\",[]{}#?")) table[static_cast<uint8_t>(c)] = false;
  return table;
}();

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The byte that two digits spell, or -1.
int HexByte(char high, char low) {
  const int high_digit = HexDigit(high);
  const int low_digit = HexDigit(low);
  return high_digit < 0 || low_digit < 0 ? -1 : high_digit * 16 + low_digit;
}

void AppendHexByte(uint8_t byte, std::string& out) {
  out += kHexDigits[byte >> 4];
  out += kHexDigits[byte & 15];
}

}  // namespace

void AppendHex(std::string_view bytes, std::string& out) {
  for (const char c : bytes) AppendHexByte(static_cast<uint8_t>(c), out);
}

std::optional<std::string> ParseHex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() / 2);
  for (size_t i = 0; i < text.size(); i += 2) {
    const int byte = HexByte(text[i], text[i + 1]);
    if (byte < 0) return std::nullopt;
    bytes += static_cast<char>(byte);
  }
  return bytes;
}

void AppendEscaped(std::string_view bytes, std::string& out) {
  for (const char c : bytes) {
    const auto byte = static_cast<uint8_t>(c);
    if (kStandsForItself[byte]) {
      out += c;
    } else {
      out += "\\x";
      AppendHexByte(byte, out);
    }
  }
}

std::optional<std::string> Unescape(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      bytes += text[i];
      continue;
    }
    if (text.size() - i < 4 || text[i + 1] != 'x') return std::nullopt;
    const int byte = HexByte(text[i + 2], text[i + 3]);
    if (byte < 0) return std::nullopt;
    bytes += static_cast<char>(byte);
    i += 3;
  }
  return bytes;
}

}  // namespace cmapsim
