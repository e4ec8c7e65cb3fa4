// What interposed calls on a path do before and after the host does its part: see interpose.h.
//
//   extern "C" int rmdir(const char* path) noexcept {
//     return OnPathAt(LibcCall::rmdir, AT_FDCWD, path,
//                     [&](VirtualHost& host, const VirtualPath& at) { return host.folders().RemoveFolder(at); },
//                     [&](int folder, const char* name) { return Real().unlinkat(folder, name, AT_REMOVEDIR); });
//   }
//
// A call is the virtual host's where the path is (virtual_path.h), and counted only there.
#pragma once

#include <fcntl.h>

#include "sim/host/interpose.h"
#include "sim/host/virtual_path.h"

namespace cmapsim {

// For client code, virtual or real.
void ResolveForClient(int folder, const char* path, ResolvedPath& at);

// Ends a call with a path in its host line: a path of the virtual host depends on the plan alone.
int ReturnPath(HostCall& call, const char* path, int result);

// `real` takes the folder and the path.
template <typename VirtualCall, typename RealCall>
int OnPathAt(LibcCall id, int folder, const char* path, VirtualCall virtual_call, RealCall real) {
  if (t_client == ClientWorld::kNone) return real(folder, path);
  ResolvedPath at;
  ResolveForClient(folder, path, at);
  if (at.owner == PathOwner::kRealHost) return real(folder, path);
  if (at.owner == PathOwner::kRealHostAt) return real(AT_FDCWD, at.path.text);
  if (t_client == ClientWorld::kReal) {
    return OnRealHost(id, [&](size_t) { return real(folder, path); });
  }
  HostCall call(id);
  if (call.struck.error != 0) return ReturnPath(call, at.path.text, -call.struck.error);
  if (at.error != 0) return ReturnPath(call, at.path.text, -at.error);
  return ReturnPath(call, at.path.text, virtual_call(call.host, at.path));
}

}  // namespace cmapsim
