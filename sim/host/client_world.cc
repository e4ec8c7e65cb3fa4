#include "sim/host/client_world.h"

namespace cmapsim {
namespace {

Injector* g_injector = nullptr;
Nanos (*g_now)() = nullptr;

}  // namespace

void SetRealInjector(Injector* injector, Nanos (*now)()) {
  g_injector = injector;
  g_now = now;
}

Struck CountRealCall(LibcCall call) {
  if (g_injector == nullptr || !g_injector->Count(call)) return {};
  SetClient(ClientWorld::kNone);
  const Struck struck = g_injector->Take(call, g_now());
  SetClient(ClientWorld::kReal);
  return struck;
}

}  // namespace cmapsim
