// Small exact pieces of text: numbers, hexadecimal, and escaped bytes. No locale, no streams.
//
//   ParseNumber<int32_t>("-7") == -7        ParseNumber<uint8_t>("300") == nothing
//   AppendEscaped("a b", out)               out == "a\x20b", spelt with a backslash
//   Unescape("a\\x20b") == "a b"
//
// Plans and traces escape bytes in one way, so that what a trace shows can be pasted into a plan.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace cmapsim {

// The whole of `text` as a number; nothing where it is something else or does not fit.
template <typename T>
[[nodiscard]] std::optional<T> ParseNumber(std::string_view text, int base = 10) {
  T number{};
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number, base);
  if (error != std::errc{} || rest != end || text.empty()) return std::nullopt;
  return number;
}

template <typename T>
void AppendNumber(T number, std::string& out) {
  char digits[24];
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits, number);
  out.append(digits, end);
}

// Two lower-case digits a byte. ParseHex takes upper case too.
void AppendHex(std::string_view bytes, std::string& out);
[[nodiscard]] std::optional<std::string> ParseHex(std::string_view text);

// Printable ASCII except space \ " , [ ] { } # ? stands for itself, every other byte is \xNN.
void AppendEscaped(std::string_view bytes, std::string& out);

// Undoes AppendEscaped; any other byte stands for itself. Nothing where a backslash does not begin
// \xNN.
[[nodiscard]] std::optional<std::string> Unescape(std::string_view text);

}  // namespace cmapsim
