// What a build of corosync is made of, where a folder names it: a tree as autotools leaves it, or a prefix
// that it was installed into.
//
//   auto tree = LookIntoTree("/home/me/corosync");
//   tree->daemon       // ".../exec/.libs/corosync"; empty where there is none
//   tree->library      // ".../lib/.libs/libcmap.so.4"; empty where there is none
//   tree->folders      // ".../lib/.libs:.../common_lib/.libs", for LD_LIBRARY_PATH
#pragma once

#include <string>

namespace cmapsim {

struct BuildTree {
  std::string daemon;
  std::string library;
  std::string folders;
};

[[nodiscard]] bool IsFolder(const std::string& path);

// Nothing is loaded or run.
[[nodiscard]] BuildTree LookIntoTree(const std::string& folder);

// Where it was looked for, for messages.
[[nodiscard]] std::string PlacesOfDaemon();
[[nodiscard]] std::string PlacesOfLibrary();

}  // namespace cmapsim
