// Whole programs beside a real corosync and on the virtual host: what they print is the same.
//
// The programs do not depend on when things happen, so that their output is one text.
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "fixtures/corosync/daemon.h"
#include "fixtures/corosync/sandbox.h"

namespace cmapsim {
namespace {

constexpr char kCorosync[] = "/usr/sbin/corosync";

// What the command prints, and how it ended.
std::string OutputOf(const std::string& command) {
  FILE* const pipe = popen((command + " </dev/null").c_str(), "r");
  if (pipe == nullptr) return "cannot start " + command;
  std::string output;
  std::array<char, 4096> block;
  while (const size_t n = fread(block.data(), 1, block.size(), pipe))
    output.append(block.data(), n);
  return output + "status " + std::to_string(pclose(pipe)) + "\n";
}

class RunLiveTest : public testing::TestWithParam<Transport> {
 protected:
  void SetUp() override {
    if (access(kCorosync, X_OK) != 0) {
      GTEST_SKIP() << kCorosync << " is missing: install the package corosync";
    }
    if (const auto missing = SandboxUnavailable()) GTEST_SKIP() << *missing;
  }

  static std::string Live(const std::string& program) {
    const auto output = RunInSandbox([&]() -> std::string {
      Daemon daemon({.transport = GetParam()});
      if (const auto started = daemon.Start(); !started) return started.error();
      return OutputOf(program);
    });
    return output ? *output : output.error();
  }

  static std::string Simulated(const std::string& program) {
    const std::string plan = testing::TempDir() + "/transport.yaml";
    FILE* const file = fopen(plan.c_str(), "w");
    if (file == nullptr) return "cannot write " + plan;
    std::fputs(GetParam() == Transport::kShm ? "cmapsim: 1\n" : "cmapsim: 1\ntransport: socket\n",
               file);
    fclose(file);
    return OutputOf("tools/cmapsim run --plan=" + plan + " -- " + program);
  }
};

TEST_P(RunLiveTest, AClientThatWaitsWithEpollPrintsTheSame) {
  const std::string program = "fixtures/programs/epoll_watcher";
  const std::string live = Live(program);
  EXPECT_NE(live.find("9 events\nstatus 0\n"), live.npos) << live;
  EXPECT_EQ(Simulated(program), live);
}

INSTANTIATE_TEST_SUITE_P(Transports, RunLiveTest,
                         testing::Values(Transport::kShm, Transport::kSocket),
                         [](const auto& info) {
                           return info.param == Transport::kShm ? "Shm" : "Socket";
                         });

}  // namespace
}  // namespace cmapsim
