// A manual page as plain sentences, so that a clause can name the one it restates by its hash.
//
//   auto roff = ReadManualPage("/usr/share/man/man3/cmap_dispatch.3.gz");
//   for (const PageSentence& s : SplitManualPage(*roff)) std::cout << s.sha256 << ' ' << s.text;
//
// Normalised: requests and font changes are gone, \- is a hyphen, white space is one space. A
// paragraph, the tag of a list with what it explains, and a block of code each end a sentence; so
// does a full stop before a space. What another version of the page says in the same words has the
// same hash, however it is set.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace cmapsim {

struct PageSentence {
  std::string section;  // "DESCRIPTION"
  std::string text;     // normalised
  std::string sha256;   // of the text
};

[[nodiscard]] std::vector<PageSentence> SplitManualPage(std::string_view roff);

// The sentences of one paragraph, whose white space is made one space each.
void AppendSentences(const std::string& section, std::string_view paragraph,
                     std::vector<PageSentence>& out);

// The roff text of a file, unpacked where it is gzipped. The error says what to do.
[[nodiscard]] tl::expected<std::string, std::string> ReadManualPage(const std::string& path);

}  // namespace cmapsim
