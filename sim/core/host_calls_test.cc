#include "sim/core/host_calls.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <set>
#include <sstream>

namespace cmapsim {
namespace {

bool Has(std::span<const int> errnos, int error) {
  return std::find(errnos.begin(), errnos.end(), error) != errnos.end();
}

TEST(HostCalls, EveryCallIsFoundByItsName) {
  for (size_t i = 0; i < kLibcCallCount; ++i) {
    const auto call = static_cast<LibcCall>(i);
    EXPECT_EQ(ParseLibcCall(LibcCallName(call)), call);
  }
  EXPECT_FALSE(ParseLibcCall("fly"));
  EXPECT_EQ(LibcCallNames().size(), kLibcCallCount);
}

TEST(HostCalls, NoErrnoIsBothDocumentedAndRobustness) {
  for (size_t i = 0; i < kLibcCallCount; ++i) {
    const auto call = static_cast<LibcCall>(i);
    std::set<int> seen;
    for (const int error : DocumentedErrnos(call)) EXPECT_TRUE(seen.insert(error).second);
    for (const int error : RobustnessErrnos(call)) {
      EXPECT_TRUE(seen.insert(error).second) << LibcCallName(call) << " " << ErrnoName(error);
    }
  }
}

TEST(HostCalls, TheManualPagesErrnosAreDocumented) {
  EXPECT_TRUE(Has(DocumentedErrnos(LibcCall::poll), EINTR));
  EXPECT_TRUE(Has(DocumentedErrnos(LibcCall::recv), ECONNREFUSED));
  EXPECT_FALSE(Has(DocumentedErrnos(LibcCall::poll), EAGAIN));
  EXPECT_TRUE(Has(RobustnessErrnos(LibcCall::poll), EAGAIN));
}

TEST(HostCalls, ErrnosHaveTheNamesOfTheCLibrary) {
  for (const std::string_view name : ErrnoNames()) {
    const auto error = ParseErrno(name);
    ASSERT_TRUE(error);
    EXPECT_EQ(ErrnoName(*error), name);
    const char* const theirs = strerrorname_np(*error);
    ASSERT_NE(theirs, nullptr);
    EXPECT_TRUE(name == theirs || ParseErrno(theirs) == error) << name << " " << theirs;
  }
  EXPECT_EQ(ParseErrno("EWOULDBLOCK"), EAGAIN);
  EXPECT_FALSE(ParseErrno("EINTER"));
  EXPECT_FALSE(ParseErrno("4"));
  EXPECT_EQ(ErrnoName(100000), "100000");
}

// A word of a row that names no errno would be dropped silently.
TEST(HostCalls, EveryWordOfARowIsAnErrno) {
  constexpr std::string_view kRows[] = {
#define CMAPSIM_CALL(name, effects, errnos) errnos,
#include "sim/core/host_calls.inc"
#undef CMAPSIM_CALL
  };
  for (const std::string_view row : kRows) {
    std::istringstream words{std::string(row)};
    for (std::string word; words >> word;) EXPECT_TRUE(ParseErrno(word)) << word;
  }
}

TEST(HostCalls, SignalsHaveTheNamesOfTheCLibrary) {
  for (int signal = 1; signal < 32; ++signal) {
    const char* const theirs = sigabbrev_np(signal);
    ASSERT_NE(theirs, nullptr);
    const std::string name = std::string("SIG") + theirs;
    EXPECT_TRUE(SignalName(signal) == name || (name == "SIGPOLL" && SignalName(signal) == "SIGIO"))
        << signal << " " << name;
    EXPECT_EQ(ParseSignal(SignalName(signal)), signal);
  }
  EXPECT_FALSE(ParseSignal("SIGNAL"));
}

}  // namespace
}  // namespace cmapsim
