// Prints the sentences of manual pages with their hashes, for those who write clauses.
//
//   bazel run //conformance/clauses:sentences -- /usr/share/man/man3/cmap_dispatch.3.gz
#include <iostream>

#include "conformance/manual_page.h"

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "usage: sentences PAGE...\n";
    return 2;
  }
  for (int i = 1; i < argc; ++i) {
    const auto roff = cmapsim::ReadManualPage(argv[i]);
    if (!roff) {
      std::cerr << roff.error() << '\n';
      return 2;
    }
    for (const cmapsim::PageSentence& sentence : cmapsim::SplitManualPage(*roff)) {
      std::cout << sentence.sha256 << ' ' << sentence.section << ": " << sentence.text << '\n';
    }
  }
  return 0;
}
