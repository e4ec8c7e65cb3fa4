// What every interposed call does before and after the host does its part.
//
//   extern "C" int shutdown(int fd, int how) {
//     if (!InClient() || !Descriptors::InRange(fd)) return Real().shutdown(fd, how);
//     HostCall call;
//     return call.Return("shutdown", fd, ShutdownSocket(call.host, fd, how));
//   }
//
// HostCall has no destructor on purpose: a run may end inside the call, and longjmp skips
// destructors.
#pragma once

#include <cerrno>
#include <string_view>

#include "sim/host/virtual_host.h"

namespace cmapsim {

struct HostCall {
  VirtualHost& host;
  int saved_errno;

  HostCall() : host(*CurrentHost()), saved_errno(errno) {
    SetInClient(false);
    host.OnCall();
  }

  // Ends the call: traces "<name> fd=<fd> = <result>", sets errno as the C library does. `result`
  // below 0 is -errno.
  template <typename T>
  T Return(std::string_view name, int64_t argument, T result) {
    if (TraceWriter* line = host.Line(name)) {
      line->Int(argument).Field("result", static_cast<int64_t>(result)).End();
    }
    return Leave(result);
  }
  template <typename T>
  T Leave(T result) {
    SetInClient(true);
    errno = result < 0 ? static_cast<int>(-result) : saved_errno;
    return result < 0 ? static_cast<T>(-1) : result;
  }
};

}  // namespace cmapsim
