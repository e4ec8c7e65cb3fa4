#include "sim/host/disown.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "sim/host/client_world.h"
#include "sim/host/real_calls.h"

namespace cmapsim {
namespace {

std::array<SharedMemory, 4> g_memory = {};
int g_channel_fd = -1;
bool g_disowned = false;

void InChild() {
  g_disowned = true;
  // From here on its calls are the C library's.
  SetClient(ClientWorld::kNone);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (const SharedMemory& piece : g_memory) {
    if (piece.size == 0) continue;
    Real().mmap(piece.begin, piece.size, PROT_READ | PROT_WRITE,
                MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  }
  const int nowhere = Real().open("/dev/null", O_RDWR | O_CLOEXEC);
  dup2(nowhere, g_channel_fd);
  Real().close(nowhere);
}

}  // namespace

void DisownChildren(std::initializer_list<SharedMemory> memory, int channel_fd) {
  size_t i = 0;
  for (const SharedMemory& piece : memory) {
    if (i < g_memory.size()) g_memory[i++] = piece;
  }
  g_channel_fd = channel_fd;
  pthread_atfork(nullptr, nullptr, InChild);
}

void EndDisowned() {
  if (g_disowned) Real()._exit(0);
}

}  // namespace cmapsim
