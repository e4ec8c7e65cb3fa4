#include "conformance/targets/hang_watch.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>

#include "sim/core/machine_speed.h"

namespace cmapsim {
namespace {

constexpr HangBounds kBounds = {.cpu_ms = 50, .asleep_looks = 20};
constexpr int kMoreLooksThanAnybodyNeeds = 1'000'000;

// A child that does something until it is killed.
class Child {
 public:
  explicit Child(const std::function<void()>& body) : pid_(fork()) {
    if (pid_ == 0) {
      for (;;) body();
    }
  }
  ~Child() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  pid_t pid_;
};

// How many looks it took until it was told; 0: never.
int LooksUntilHang(HangWatch& watch, const std::function<uint64_t()>& calls) {
  for (int i = 1; i < kMoreLooksThanAnybodyNeeds; ++i) {
    if (watch.Hangs(calls())) return i;
    usleep(1000);
  }
  return 0;
}

TEST(HangWatch, TellsOneThatComputes) {
  const Child child([] {});
  HangWatch watch(child.pid(), kBounds);
  EXPECT_GT(LooksUntilHang(watch, [] { return 0; }), 0);
  EXPECT_GE(LookAt(child.pid()).user_ms, kBounds.cpu_ms * MachineSlowness());
}

TEST(HangWatch, TellsOneThatSleeps) {
  const Child child([] { pause(); });
  while (!LookAt(child.pid()).asleep) usleep(100);
  HangWatch watch(child.pid(), kBounds);
  EXPECT_GE(LooksUntilHang(watch, [] { return 0; }), kBounds.asleep_looks);
}

TEST(HangWatch, TellsOneThatIsStoppedAtOnce) {
  const Child child([] { raise(SIGSTOP); });
  while (!LookAt(child.pid()).stopped) usleep(100);
  HangWatch watch(child.pid(), kBounds);
  EXPECT_EQ(LooksUntilHang(watch, [] { return 0; }), 2);
}

// The other way round: who makes a call now and then does not hang, however long it computes.
TEST(HangWatch, TellsNobodyWhoMakesCalls) {
  const Child child([] {});
  HangWatch watch(child.pid(), kBounds);
  uint64_t calls = 0;
  const int64_t enough_ms = 4 * kBounds.cpu_ms * MachineSlowness();
  while (LookAt(child.pid()).user_ms < enough_ms) {
    ASSERT_FALSE(watch.Hangs(++calls));
    usleep(1000);
  }
}

TEST(HangWatch, TellsNobodyWhoIsGone) {
  const pid_t pid = fork();
  if (pid == 0) _exit(0);
  siginfo_t info = {};
  waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT);
  HangWatch watch(pid, kBounds);
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(watch.Hangs(0));
  waitpid(pid, nullptr, 0);
}

TEST(MachineSlowness, IsAFactor) {
  EXPECT_GE(MachineSlowness(), 1);
  EXPECT_LE(MachineSlowness(), 1000);
  EXPECT_EQ(MachineSlowness(), MachineSlowness());
}

}  // namespace
}  // namespace cmapsim
