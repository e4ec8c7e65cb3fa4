#include "sim/host/stack_memory.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <functional>

namespace cmapsim {
namespace {

constexpr size_t kSize = 1 << 20;  // libcmap's buffer
constexpr size_t kPage = 4096;

int g_faults = 0;

void OnFault(int signal, siginfo_t* info, void*) {
  ++g_faults;
  if (!CaseStack()->OnWrite(info->si_addr)) std::signal(signal, SIG_DFL);
}

// Runs `body` on a watched stack, as the worker does.
void OnWatchedStack(const std::function<void(StackMemory&)>& body) {
  StackMemory stack;
  ASSERT_EQ(stack.Run([&] {
    static char alternative[65536];
    const stack_t place = {.ss_sp = alternative, .ss_flags = 0, .ss_size = sizeof alternative};
    sigaltstack(&place, nullptr);
    struct sigaction action = {};
    action.sa_sigaction = OnFault;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigaction(SIGSEGV, &action, nullptr);
    stack.Watch();
    body(stack);
    std::signal(SIGSEGV, SIG_DFL);
  }),
            0);
}

__attribute__((noinline)) void Fill() {
  volatile char bytes[kSize];
  for (volatile char& byte : bytes) byte = 'x';
}

__attribute__((noinline)) size_t CountLeft() {
  char bytes[kSize];
  asm volatile("" : : "r"(bytes) : "memory");
  size_t left = 0;
  for (const volatile char& byte : bytes) left += byte == 'x' ? 1 : 0;
  return left;
}

// As a library does that was built with -fstack-clash-protection.
__attribute__((noinline)) void TouchEveryPage() {
  char bytes[kSize];
  asm volatile("" : : "r"(bytes) : "memory");
  for (size_t at = 0; at < kSize; at += kPage) *const_cast<volatile char*>(bytes + at) = 'x';
}

// Writes one byte, so far below the caller.
__attribute__((noinline)) void TouchBelow(size_t depth) {
  char bytes[kSize];
  asm volatile("" : : "r"(bytes) : "memory");
  *const_cast<volatile char*>(bytes + kSize - depth) = 'x';
}

TEST(StackMemory, LeavesNothingOfWhatWasCalledBefore) {
  OnWatchedStack([](StackMemory& stack) {
    Fill();
    EXPECT_GT(CountLeft(), kSize / 2) << "there was nothing to forget";
    Fill();
    stack.ForgetBelow();
    EXPECT_LT(CountLeft(), 64U);
  });
}

TEST(StackMemory, LeavesNothingAlsoWhereNothingIsNoted) {
  StackMemory stack;
  ASSERT_EQ(stack.Run([&] {
    Fill();
    EXPECT_GT(CountLeft(), kSize / 2) << "there was nothing to forget";
    Fill();
    stack.ForgetBelow();
    EXPECT_LT(CountLeft(), 64U);
  }),
            0);
}

TEST(StackMemory, FaultsOnceForAPageAndNotInEveryCase) {
  OnWatchedStack([](StackMemory& stack) {
    stack.ForgetBelow();
    const int before = g_faults;
    TouchBelow(500'000);
    EXPECT_GT(g_faults, before);
    const int first = g_faults;
    const size_t noted = stack.noted();
    for (int i = 0; i < 1000; ++i) {
      stack.ForgetBelow();
      TouchBelow(500'000);
    }
    EXPECT_EQ(g_faults, first);
    EXPECT_EQ(stack.noted(), noted);
    EXPECT_EQ(stack.given_back(), 0);
  });
}

// A mebibyte takes a fault a page only where each page is touched alone.
TEST(StackMemory, LetsThroughMoreAtATimeTheMoreIsWritten) {
  OnWatchedStack([](StackMemory& stack) {
    stack.ForgetBelow();
    const int before = g_faults;
    Fill();
    EXPECT_LT(g_faults - before, 20);
  });
}

TEST(StackMemory, GivesBackWhatOneDeepCaseLeft) {
  OnWatchedStack([](StackMemory& stack) {
    stack.ForgetBelow();
    Fill();
    stack.ForgetBelow();
    EXPECT_GT(stack.noted(), kSize / kPage);
    for (int i = 0; i < 1000 && stack.given_back() == 0; ++i) stack.ForgetBelow();
    EXPECT_EQ(stack.given_back(), 1);
    EXPECT_LT(stack.noted(), 64U);
    EXPECT_LT(CountLeft(), 64U);
    for (int i = 0; i < 10'000; ++i) stack.ForgetBelow();
    EXPECT_EQ(stack.given_back(), 1) << "there was no deep case any more";
  });
}

TEST(StackMemory, GivesBackEverLessOftenWhereEachCaseIsDeep) {
  OnWatchedStack([](StackMemory& stack) {
    for (int i = 0; i < 3000; ++i) {
      stack.ForgetBelow();
      TouchEveryPage();
    }
    EXPECT_GT(stack.given_back(), 2);
    EXPECT_LT(stack.given_back(), 10);
  });
}

// The kernel asks no handler of signals.
TEST(StackMemory, IsWrittenByTheKernelWhereThatWasSaid) {
  OnWatchedStack([](StackMemory& stack) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    ASSERT_EQ(write(ends[1], "abc", 3), 3);
    stack.ForgetBelow();
    char buffer[kSize];
    errno = 0;
    EXPECT_EQ(read(ends[0], buffer + kSize / 2, 3), -1);
    EXPECT_EQ(errno, EFAULT);
    stack.LetKernelWrite(buffer + kSize / 2, 3);
    EXPECT_EQ(read(ends[0], buffer + kSize / 2, 3), 3);
    close(ends[0]);
    close(ends[1]);
  });
}

}  // namespace
}  // namespace cmapsim
