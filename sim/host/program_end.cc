#include "sim/host/program_end.h"

#include <dlfcn.h>

#include <utility>

#include "sim/host/client_world.h"

namespace cmapsim {
namespace {

using OnExit = int (*)(void (*)(int, void*), void*);
using AtQuickExit = int (*)(void (*)(void*), void*);

EndFunction g_end = nullptr;
void (*g_finaliser)() = nullptr;
bool g_at_exit = false;
bool g_at_quick_exit = false;

template <typename Function>
Function Next(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

void End(int status, void* /*unused*/) {
  if (g_end != nullptr) std::exchange(g_end, nullptr)(status);
}

// The C library runs last what is registered first.
void EndAtExit() {
  if (std::exchange(g_at_exit, true)) return;
  const ClientWorld before = t_client;
  SetClient(ClientWorld::kNone);
  Next<OnExit>("on_exit")(&End, nullptr);
  SetClient(before);
}

void EndAtQuickExit() {
  if (std::exchange(g_at_quick_exit, true)) return;
  const ClientWorld before = t_client;
  SetClient(ClientWorld::kNone);
  Next<AtQuickExit>("__cxa_at_quick_exit")([](void*) { End(0, nullptr); }, nullptr);
  SetClient(before);
}

// In place of the dynamic linker's. What the destructors register comes before what was registered here.
void Finalise() {
  EndAtExit();
  if (g_finaliser != nullptr) g_finaliser();
}

}  // namespace

void AtTrueEnd(EndFunction end) {
  g_end = end;
  EndAtQuickExit();
}

void (*EndLast(void (*finaliser)()))() {
  g_finaliser = finaliser;
  return &Finalise;
}

}  // namespace cmapsim

using namespace cmapsim;  // NOLINT(google-build-using-namespace): what follows are the C library's names

extern "C" {

// Not exported: with it nothing of this library is registered to be destroyed.
__attribute__((visibility("hidden"))) int __cxa_atexit(void (*)(void*), void*, void*) noexcept {
  return 0;
}

// What a library's constructor registers would otherwise come behind ours: it was there first.

int on_exit(void (*function)(int, void*), void* argument) noexcept {
  EndAtExit();
  return Next<OnExit>("on_exit")(function, argument);
}

int __cxa_at_quick_exit(void (*function)(void*), void* library) noexcept {
  EndAtQuickExit();
  return Next<AtQuickExit>("__cxa_at_quick_exit")(function, library);
}

}  // extern "C"
