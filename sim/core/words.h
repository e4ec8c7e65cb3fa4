// Help for a word that is not known.
//
//   Suggestion("dispatsh", OpNames()) == "did you mean \"dispatch\"?"
//   Suggestion("?", {"shm", "socket"}) == "expected one of shm, socket"
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace cmapsim {

// The known word that a typing mistake most likely meant; nothing where none is near.
[[nodiscard]] std::optional<std::string_view> NearestWord(std::string_view word,
                                                          std::span<const std::string_view> known);

[[nodiscard]] std::string Suggestion(std::string_view word,
                                     std::span<const std::string_view> known);

// "a, b, c"
[[nodiscard]] std::string JoinWords(std::span<const std::string_view> words);

// `text` in double quotes, fit for one line of a message: cut when long, and what does not print
// as \xNN.
[[nodiscard]] std::string Quoted(std::string_view text);

}  // namespace cmapsim
