// Texts that are compiled in (see embed.bzl).
//
//   for (const EmbeddedText& text : kClauseTexts) Parse(text.text, text.name);
#pragma once

#include <span>
#include <string_view>

namespace cmapsim {

struct EmbeddedText {
  std::string_view name;  // of the file, without its folder
  std::string_view text;
};
using EmbeddedTexts = std::span<const EmbeddedText>;

}  // namespace cmapsim
