// The stack that cases run on: all zeros below the harness's frames when a case begins, as a new
// process has it.
//
//   StackMemory stack;                  // reserves the address space, the same in every process
//   const int error = stack.Run([&] {   // in a thread of its own; 0, or an errno
//     stack.Watch();                    // a handler of SIGSEGV that calls OnWrite is set
//     for (...) {
//       stack.ForgetBelow();
//       host.Run(...);
//     }
//   });
//
// A library that believes a broken message reads more of its buffer than came, and libcmap's is a
// mebibyte on the stack: what an earlier case left there would reach the trace of a later one.
//
// Pages are write-protected until they are first written (OnWrite, from the fault handler, on an
// alternative stack); from then on ForgetBelow clears them. A warmed-up case costs no system call
// and no page fault that way. Pages that few cases use are given back when clearing them has cost
// more than their return would. Not thread-safe: one task runs at a time.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace cmapsim {

// Stacks lie where nothing else is mapped, a step apart: a library that returns what lies on its
// stack returns the same addresses in every process. The first is the first task's.
inline constexpr uintptr_t kStacks = uintptr_t{0x5000} << 32;
inline constexpr uintptr_t kStackStep = uintptr_t{1} << 30;

class StackMemory {
 public:
  static constexpr size_t kSize = size_t{8} << 20;  // cmap_dispatch keeps 1 MiB there

  StackMemory();
  ~StackMemory();
  StackMemory(const StackMemory&) = delete;
  StackMemory& operator=(const StackMemory&) = delete;

  // Runs `body` on this stack and waits for its end. 0, or the errno of what the machine refused.
  [[nodiscard]] int Run(const std::function<void()>& body);
  // From now on pages are noted. Called on this stack; what lies below the caller is given back.
  // Without it, and under a sanitizer, ForgetBelow gives all pages back each time.
  void Watch();
  // Makes all zeros of what lies below the caller.
  void ForgetBelow();
  // For the fault handler: true where the address was write-protected and now is not.
  bool OnWrite(const void* address);
  // The real kernel is going to write there: it does not ask the fault handler.
  void LetKernelWrite(const void* to, size_t size);

  // How often pages were given back since Watch.
  [[nodiscard]] int64_t given_back() const { return given_back_; }
  // Pages that ForgetBelow clears.
  [[nodiscard]] size_t noted() const { return noted_.count(); }

 private:
  static constexpr size_t kPage = 4096;
  static constexpr size_t kPages = kSize / kPage;
  static constexpr int64_t kPatience = 8192;  // pages cleared: what giving back costs, or less

  void Clear(size_t end);
  void Weigh(size_t end);
  void GiveBack(size_t end);
  [[nodiscard]] bool Unprotect(size_t first, size_t last);
  [[nodiscard]] size_t PageOf(uintptr_t address) const { return (address - begin_) / kPage; }

  uintptr_t begin_ = 0;  // 0: there is none
  bool watches_ = false;
  std::bitset<kPages> noted_;
  int faults_ = 0;  // since the last ForgetBelow
  // Since pages were last given back.
  int64_t cases_ = 0;
  int64_t deep_cases_ = 0;
  int64_t surplus_ = 0;  // pages cleared for deep cases
  int64_t patience_ = kPatience;
  int64_t given_back_ = 0;
};

// The stack of this process's cases, for the fault handler; null where there is none.
[[nodiscard]] StackMemory* CaseStack();

// Clears the nearest 24 KiB below the caller.
void ForgetNearStack();
// The same where there is a CaseStack: before a call of the C library that blocks all signals, in
// which no page can be noted.
void NoteNearStack();

}  // namespace cmapsim
