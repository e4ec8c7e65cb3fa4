#include "tools/commands/isolation/cluster_names.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

namespace cmapsim {
namespace {

// Without mon and wd, which take no clients.
constexpr std::array<std::string_view, 6> kServices = {"cmap",   "cfg",   "cpg",
                                                       "quorum", "pload", "votequorum"};

std::string_view LastComponent(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == path.npos ? path : path.substr(slash + 1);
}

std::vector<std::string_view> Words(std::string_view name) {
  std::vector<std::string_view> words;
  for (size_t begin = 0; begin <= name.size();) {
    const size_t end = std::min(name.find('-', begin), name.size());
    words.push_back(name.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

bool IsService(std::string_view word) {
  return std::find(kServices.begin(), kServices.end(), word) != kServices.end();
}

// libqb puts the service and the direction into a name, in an order that its versions differ in.
std::optional<std::string> ServiceOf(std::string_view name) {
  if (IsService(name)) return std::string(name);
  const std::vector<std::string_view> words = Words(name);
  const auto service = std::find_if(words.begin(), words.end(), IsService);
  if (service == words.end()) return std::nullopt;
  for (const std::string_view word : words) {
    if (word == "request" || word == "response" || word == "event") return std::string(*service);
  }
  return std::nullopt;
}

// The first component of `path` below one of libqb's folders, empty where it is not below one.
std::string_view Below(std::string_view path, std::string_view folder) {
  if (!path.starts_with(folder)) return {};
  path.remove_prefix(folder.size());
  if (!path.starts_with('/')) return {};
  path.remove_prefix(1);
  return path.substr(0, path.find('/'));
}

}  // namespace

std::span<const std::string_view> CorosyncServices() { return kServices; }

std::optional<std::string> ServiceOfAbstractName(std::string_view name) {
  const size_t last = name.find_last_not_of('\0');
  if (last == name.npos) return std::nullopt;
  name = name.substr(0, last + 1);
  // What follows a NUL is padding that was not cleared; libqb's strings end there.
  return ServiceOf(LastComponent(name.substr(0, name.find('\0'))));
}

std::optional<std::string> ServiceOfSocketPath(std::string_view path) {
  return ServiceOf(LastComponent(path));
}

bool IsLibqbFile(std::string_view path, std::string_view shm) {
  for (const std::string_view folder :
       {shm, std::string_view("/run"), std::string_view("/var/run")}) {
    if (Below(path, folder).starts_with("qb-")) return true;
  }
  return false;
}

pid_t ServerOfLibqbFile(std::string_view path) {
  for (size_t begin = 0; begin < path.size();) {
    const size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view component = path.substr(begin, end - begin);
    begin = end + 1;
    if (!component.starts_with("qb-")) continue;
    for (const std::string_view word : Words(component)) {
      pid_t pid = 0;
      const auto [after, error] = std::from_chars(word.data(), word.data() + word.size(), pid);
      if (error == std::errc() && after == word.data() + word.size() && pid > 0) return pid;
    }
    return 0;
  }
  return 0;
}

}  // namespace cmapsim
