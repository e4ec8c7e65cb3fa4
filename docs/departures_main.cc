// Writes docs/departures.md from the expectations of corosync, or, with --print, prints it.
//
//   bazel run //docs:departures
//
// Started by Bazel: plans are found from the folder in which it runs, the document in the workspace.
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>

#include "conformance/expectations.h"
#include "conformance/report/departures.h"
#include "conformance/sweep/known.h"

namespace {

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (text.empty()) {
    std::cerr << "departures: " << path
              << " is not there: evidence of an expectation must be a plan\n";
    std::exit(2);
  }
  return text;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string text = cmapsim::FormatDepartures(cmapsim::CorosyncExpectations(), ReadFile) +
                           cmapsim::FormatUnderFaults(cmapsim::CorosyncKnownFindings());
  if (argc == 2 && std::string_view(argv[1]) == "--print") {
    std::cout << text;
    return 0;
  }
  const char* workspace = std::getenv("BUILD_WORKSPACE_DIRECTORY");
  if (argc != 1 || workspace == nullptr) {
    std::cerr << "usage: bazel run //docs:departures [-- --print]\n";
    return 2;
  }
  const std::string path = std::string(workspace) + "/docs/departures.md";
  std::ofstream out(path, std::ios::trunc);
  out << text;
  if (!out.flush()) {
    std::cerr << "departures: cannot write " << path << '\n';
    return 2;
  }
  return 0;
}
