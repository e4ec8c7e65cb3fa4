// Makes the stack below the caller all zeros, as a new process has it.
//
//   ForgetStackBelow();
//   host.Run(...);
//
// A library that believes a broken message reads more of its buffer than came, and libcmap's is a
// mebibyte on the stack: what an earlier run left there would reach the trace of a later one.
#pragma once

namespace cmapsim {

void ForgetStackBelow();
// Only the nearest 24 KiB, without a system call.
void ForgetNearStack();

}  // namespace cmapsim
