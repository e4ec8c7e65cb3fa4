#include "sim/host/real_calls.h"

#include <dlfcn.h>

#include <cstdio>

namespace cmapsim {
namespace {

template <typename Fn>
void LookUp(Fn& place, const char* name) {
  place = reinterpret_cast<Fn>(dlsym(RTLD_NEXT, name));
  if (place == nullptr) {
    std::fprintf(stderr, "cmapsim: the C library has no %s\n", name);
    std::abort();
  }
}

RealCalls LookUpAll() {
  RealCalls real;
#define CMAPSIM_X(name) LookUp(real.name, #name);
  CMAPSIM_REAL_CALLS(CMAPSIM_X)
#undef CMAPSIM_X
  LookUp(real.gettimeofday, "gettimeofday");
  LookUp(real.__cxa_thread_atexit_impl, "__cxa_thread_atexit_impl");
  LookUp(real.readdir_r, "readdir_r");
  LookUp(real.vsyslog, "vsyslog");
  return real;
}

}  // namespace

const RealCalls& Real() {
  static const RealCalls real = LookUpAll();
  return real;
}

}  // namespace cmapsim
