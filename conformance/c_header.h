// A C header as plain sentences, as manual_page.h has them of a manual page, so that a clause can name
// the comment or the declaration that it restates by its hash.
//
//   auto text = ReadManualPage("/usr/include/corosync/cmap.h");
//   for (const PageSentence& s : SplitHeader(*text)) std::cout << s.sha256 << ' ' << s.text;
//
// A sentence's section is what the comment is about: the name that is declared behind it. In a comment,
// an empty line, a tag (@param) and a full stop before a space end a sentence; asterisks and line ends are
// white space, white space is one space. A macro's definition and a declaration are one sentence each.
// Left out is what says nothing of the library: the first comment where it is a licence, conditions,
// includes, and doxygen's groups.
#pragma once

#include <string_view>
#include <vector>

#include "conformance/manual_page.h"

namespace cmapsim {

[[nodiscard]] std::vector<PageSentence> SplitHeader(std::string_view text);

}  // namespace cmapsim
