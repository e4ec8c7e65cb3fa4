// Prints the sentences of manual pages and headers with their hashes, for those who write clauses.
//
//   bazel run //conformance/clauses:sentences -- /usr/share/man/man3/cmap_dispatch.3.gz /usr/include/corosync/cmap.h
#include <iostream>
#include <string_view>

#include "conformance/c_header.h"
#include "conformance/manual_page.h"

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "usage: sentences PAGE|HEADER.h...\n";
    return 2;
  }
  for (int i = 1; i < argc; ++i) {
    const auto roff = cmapsim::ReadManualPage(argv[i]);
    if (!roff) {
      std::cerr << roff.error() << '\n';
      return 2;
    }
    const bool header = std::string_view(argv[i]).ends_with(".h");
    for (const cmapsim::PageSentence& sentence :
         header ? cmapsim::SplitHeader(*roff) : cmapsim::SplitManualPage(*roff)) {
      std::cout << sentence.sha256 << ' ' << sentence.section << ": " << sentence.text << '\n';
    }
  }
  return 0;
}
