// The true end of a process: behind every exit handler and every ELF destructor.
//
//   extern "C" int __libc_start_main(..., void (*rtld_fini)(), ...) {
//     return real(&ProgramMain, ..., EndLast(rtld_fini), ...);
//   }
//   AtTrueEnd([](int status) { ... });   // before the program's main
//
// glibc registers the dynamic linker's finaliser, which runs the destructors of the program and of all its libraries,
// before any exit handler of the program's, and so runs it behind them. EndLast gives it one in its place that has
// our function called behind the destructors, and behind the handlers that destructors register. quick_exit(3) runs
// no destructor; there ours comes behind the handlers of at_quick_exit(3).
//
// It is called once, on the thread that ends the process, in whatever world that thread was (client_world.h). What
// the C library does behind it is to write what stdio still holds.
//
// Objects of this library are never destroyed: until the very end, others' destructors are client code on the
// virtual host.
#pragma once

namespace cmapsim {

using EndFunction = void (*)(int status);

// What ends the process; of quick_exit the status is 0, since the C library does not tell it.
void AtTrueEnd(EndFunction end);

// Takes the finaliser that the C library was to run last, null for none, and returns what is to be run instead.
[[nodiscard]] void (*EndLast(void (*finaliser)()))();

}  // namespace cmapsim
