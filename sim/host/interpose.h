// What every interposed call does before and after the host does its part.
//
//   extern "C" int shutdown(int fd, int how) noexcept {
//     return OnDescriptor(LibcCall::shutdown, fd,
//                         [&](HostCall& call) { return ShutdownSocket(call.host, fd, how); },
//                         [&](size_t) { return Real().shutdown(fd, how); });
//   }
//
// A call is of one of three worlds, by what runs on this thread (t_client):
//   harness   our own code: the C library's function, and nothing else
//   virtual   client code on the virtual host: counted, struck by faults, then the first function,
//             where a virtual object is concerned; otherwise the C library's
//   real      client code beside a real service: counted, struck by faults, then the C library's
//
// The first function returns a result as the kernel does: below 0 it is -errno. The second takes how
// many bytes a call may move that a fault cuts short (the first asks HostCall::Most). HostCall has no
// destructor on purpose: a run may end inside the call, and longjmp skips destructors.
#pragma once

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>

#include "sim/host/client_world.h"
#include "sim/host/virtual_host.h"

namespace cmapsim {

inline constexpr size_t kNoLimit = SIZE_MAX;

struct HostCall {
  VirtualHost& host;
  const LibcCall id;
  const int saved_errno;
  Struck struck;

  explicit HostCall(LibcCall call) : host(*CurrentHost()), id(call), saved_errno(errno) {
    SetClient(ClientWorld::kNone);
    host.OnCall(id, struck);
  }

  // How many of `size` bytes a call may move that a fault cuts short.
  [[nodiscard]] size_t Most(size_t size) const {
    return struck.most < 0 ? size : std::min(size, static_cast<size_t>(struck.most));
  }

  // Ends the call: traces "<name> <argument> result=<result>", sets errno as the C library does.
  template <typename T>
  T Return(int64_t argument, T result) {
    if (TraceWriter* line = host.Line(LibcCallName(id))) {
      line->Int(argument).Field("result", static_cast<int64_t>(result)).End();
    }
    return Leave(result);
  }
  template <typename T>
  T Leave(T result) {
    host.OnReturn();
    SetClient(ClientWorld::kVirtual);
    errno = result < 0 ? static_cast<int>(-result) : saved_errno;
    return result < 0 ? static_cast<T>(-1) : result;
  }
};

// A call of client code beside a real service. `real` takes how many bytes it may move.
template <typename RealCall>
auto OnRealHost(LibcCall id, RealCall real) -> decltype(real(size_t{0})) {
  using Result = decltype(real(size_t{0}));
  const Struck struck = CountRealCall(id);
  if (struck.error != 0) {
    errno = struck.error;
    return static_cast<Result>(-1);
  }
  if (struck.end) return 0;
  return real(struck.most < 0 ? kNoLimit : static_cast<size_t>(struck.most));
}

// A call that concerns the virtual host whenever client code makes it.
template <typename VirtualCall, typename RealCall>
auto OnHost(LibcCall id, int64_t argument, VirtualCall virtual_call, RealCall real)
    -> decltype(real(size_t{0})) {
  using Result = decltype(real(size_t{0}));
  if (t_client == ClientWorld::kNone) return real(kNoLimit);
  if (t_client == ClientWorld::kReal) return OnRealHost(id, real);
  HostCall call(id);
  if (call.struck.error != 0) return call.Return(argument, static_cast<Result>(-call.struck.error));
  return call.Return(argument, static_cast<Result>(virtual_call(call)));
}

// A call on a descriptor: the virtual host's where the descriptor is.
template <typename VirtualCall, typename RealCall>
auto OnDescriptor(LibcCall id, int fd, VirtualCall virtual_call, RealCall real)
    -> decltype(real(size_t{0})) {
  if (t_client == ClientWorld::kVirtual && !CurrentHost()->descriptors().IsVirtual(fd)) {
    return real(kNoLimit);
  }
  return OnHost(id, fd, virtual_call, real);
}

}  // namespace cmapsim
