#include "tools/commands/places.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstdlib>
#include <memory>
#include <vector>

#include "tools/commands/subprocess.h"

namespace cmapsim {
namespace {

std::string& RememberedCommand() {
  static std::string command;
  return command;
}

std::string FolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

std::string OwnPath() {
  std::array<char, PATH_MAX> path;
  const ssize_t n = readlink("/proc/self/exe", path.data(), path.size());
  return n > 0 ? std::string(path.data(), static_cast<size_t>(n)) : RememberedCommand();
}

bool IsProgram(const std::string& path) {
  struct stat status = {};
  return stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
         access(path.c_str(), X_OK) == 0;
}

}  // namespace

void RememberCommand(const char* argv0) { RememberedCommand() = argv0 == nullptr ? "" : argv0; }

tl::expected<std::string, std::string> FindWorker(std::string_view place) {
  const std::string own = OwnPath();
  const std::string called = RememberedCommand();
  // The command is tools/cmapsim.
  for (const std::string& root : {FolderOf(own) + "/..", FolderOf(called) + "/..",
                                  own + ".runfiles/cmapsim", called + ".runfiles/cmapsim"}) {
    std::string path = root + "/" + std::string(place);
    if (IsProgram(path)) return path;
  }
  return tl::unexpected("the worker " + std::string(place) + " is not beside " + own +
                        "; build it with: bazel build //tools:cmapsim");
}

tl::expected<std::string, std::string> FindPreload() {
  const auto found = FindWorker("sim/host/libcmapsim_preload.so");
  if (!found) return found;
  const std::unique_ptr<char, decltype(&std::free)> absolute(realpath(found->c_str(), nullptr),
                                                             &std::free);
  return absolute ? std::string(absolute.get()) : *found;
}

std::optional<std::string> FindCorosync() {
  const char* variable = std::getenv("PATH");
  std::string folders = variable == nullptr ? "" : variable;
  folders += ":/usr/sbin:/usr/local/sbin";
  for (size_t begin = 0; begin < folders.size();) {
    const size_t end = std::min(folders.find(':', begin), folders.size());
    std::string path = folders.substr(begin, end - begin) + "/corosync";
    if (end > begin && IsProgram(path)) return path;
    begin = end + 1;
  }
  return std::nullopt;
}

std::string CorosyncVersion(const std::string& corosync, const std::string& library_folder) {
  std::vector<std::string> environment;
  if (!library_folder.empty()) environment.push_back("LD_LIBRARY_PATH=" + library_folder);
  // Corosync Cluster Engine, version '3.1.7'
  const std::string text = OutputOf({corosync, "-v"}, environment).value_or("");
  const size_t begin = text.find("version '");
  if (begin == std::string::npos) return {};
  const size_t first = begin + std::string_view("version '").size();
  const size_t end = text.find('\'', first);
  return end == std::string::npos ? std::string() : text.substr(first, end - first);
}

}  // namespace cmapsim
