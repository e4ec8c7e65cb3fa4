#include "tools/commands/build_tree.h"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <span>
#include <string_view>

namespace cmapsim {
namespace {

// libtool's own scripts, exec/corosync among them, are for who calls them by hand: they may link again.
constexpr std::array<std::string_view, 5> kDaemons = {
    "exec/.libs/corosync", "exec/corosync", "sbin/corosync", "usr/sbin/corosync", "corosync"};
constexpr std::array<std::string_view, 7> kLibraries = {"lib/.libs",
                                                        "lib",
                                                        "lib64",
                                                        "lib/x86_64-linux-gnu",
                                                        "usr/lib",
                                                        "usr/lib64",
                                                        "usr/lib/x86_64-linux-gnu"};
// Of what else belongs to a build, where it is there. A libqb that is built beside corosync is found by its
// own name, and before the system's.
constexpr std::array<std::string_view, 3> kOthers = {"common_lib/.libs", "libqb/lib/.libs",
                                                     "../libqb/lib/.libs"};
constexpr std::string_view kLibrary = "libcmap.so.4";

bool IsFile(const std::string& path) {
  struct stat status = {};
  return stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

std::string Absolute(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> real(realpath(path.c_str(), nullptr),
                                                         &std::free);
  return real ? std::string(real.get()) : path;
}

void AddFolder(const std::string& folder, std::string& folders) {
  if (IsFolder(folder)) folders += (folders.empty() ? "" : ":") + folder;
}

std::string Listed(std::span<const std::string_view> places, std::string_view behind) {
  std::string text;
  for (const std::string_view place : places) {
    text += (text.empty() ? "" : ", ") + std::string(place) + std::string(behind);
  }
  return text;
}

}  // namespace

bool IsFolder(const std::string& path) {
  struct stat status = {};
  return stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

BuildTree LookIntoTree(const std::string& folder) {
  const std::string root = Absolute(folder) + "/";
  BuildTree tree;
  for (const std::string_view place : kDaemons) {
    const std::string path = root + std::string(place);
    if (!IsFile(path) || access(path.c_str(), X_OK) != 0) continue;
    tree.daemon = path;
    break;
  }
  for (const std::string_view place : kLibraries) {
    const std::string path = root + std::string(place);
    if (!IsFile(path + "/" + std::string(kLibrary))) continue;
    tree.library = path + "/" + std::string(kLibrary);
    AddFolder(path, tree.folders);
    break;
  }
  for (const std::string_view place : kOthers) AddFolder(root + std::string(place), tree.folders);
  return tree;
}

std::string PlacesOfDaemon() { return Listed(kDaemons, ""); }
std::string PlacesOfLibrary() { return Listed(kLibraries, "/" + std::string(kLibrary)); }

}  // namespace cmapsim
