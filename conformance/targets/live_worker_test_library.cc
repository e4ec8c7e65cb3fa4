// A libcmap that does everything wrong, for live_worker_test: each function misbehaves in one way, with no service involved.

#include <corosync/cmap.h>
#include <stdlib.h>
#include <unistd.h>

extern "C" {

cs_error_t cmap_initialize(cmap_handle_t* handle) {
  *handle = 1;
  return CS_OK;
}
// Ends the process.
cs_error_t cmap_finalize(cmap_handle_t) { _exit(3); }
// Says success without a descriptor.
cs_error_t cmap_fd_get(cmap_handle_t, int* fd) {
  *fd = -1;
  return CS_OK;
}
// Crashes.
cs_error_t cmap_dispatch(cmap_handle_t, cs_dispatch_flags_t) { abort(); }
// Never comes back, busy.
cs_error_t cmap_set(cmap_handle_t, const char*, const void*, size_t, cmap_value_types_t) {
  for (;;) getpid();
}
// Never comes back, asleep.
cs_error_t cmap_get(cmap_handle_t, const char*, void*, size_t*, cmap_value_types_t*) {
  for (;;) pause();
}
// Never comes back, looking again and again.
cs_error_t cmap_delete(cmap_handle_t, const char*) {
  for (;;) usleep(1000);
}
cs_error_t cmap_track_add(cmap_handle_t, const char*, int32_t, cmap_notify_fn_t, void*,
                          cmap_track_handle_t*) {
  return CS_OK;
}
cs_error_t cmap_track_delete(cmap_handle_t, cmap_track_handle_t) { return CS_OK; }

}  // extern "C"
