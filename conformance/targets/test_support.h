// What the tests of targets share: where things are, and plans read from files.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "conformance/targets/simulated_target.h"
#include "sim/core/plan_yaml.h"

namespace cmapsim {

inline constexpr char kWorkerForTest[] = "sim/host/worker";
inline constexpr char kLibraryForTest[] = "../system/lib/x86_64-linux-gnu/libcmap.so.4";

#define CMAPSIM_NEEDS_LIBCMAP()                                                     \
  do {                                                                              \
    if (!std::filesystem::exists(kLibraryForTest)) {                                \
      GTEST_SKIP() << "no libcmap.so.4 is installed; install the package libcmap4"; \
    }                                                                               \
  } while (false)

inline std::unique_ptr<SimulatedTarget> OpenForTest(Transport transport,
                                                    const std::string& library = kLibraryForTest) {
  auto target = SimulatedTarget::Open({.worker = kWorkerForTest,
                                       .library = library,
                                       .library_sha256 = {},
                                       .version = {},
                                       .transport = transport});
  if (!target) {
    ADD_FAILURE() << target.error();
    return nullptr;
  }
  return std::move(*target);
}

inline Plan ReadPlan(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  auto plan = ParsePlan(text.str(), path);
  if (!plan) {
    ADD_FAILURE() << plan.error();
    return {};
  }
  return std::move(*plan);
}

// Every plan in fixtures/plans, by path, in order.
inline std::vector<std::string> PlanFiles() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator("fixtures/plans")) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace cmapsim
