// Has the functions of a libcmap, which do nothing, and makes a call that no table can expect: for
// tests of imports.
#include <sys/uio.h>
#include <unistd.h>

#define CMAPSIM_NOTHING(name) \
  extern "C" int name() { return 0; }
CMAPSIM_NOTHING(cmap_initialize)
CMAPSIM_NOTHING(cmap_finalize)
CMAPSIM_NOTHING(cmap_fd_get)
CMAPSIM_NOTHING(cmap_dispatch)
CMAPSIM_NOTHING(cmap_set)
CMAPSIM_NOTHING(cmap_get)
CMAPSIM_NOTHING(cmap_delete)
CMAPSIM_NOTHING(cmap_track_add)

extern "C" long cmap_track_delete() {
  const struct iovec nowhere = {};
  return close(-1) + process_vm_readv(getpid(), &nowhere, 0, &nowhere, 0, 0);
}
