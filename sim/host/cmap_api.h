// The functions of a libcmap, as found in one loaded library.
//
//   CmapApi api;
//   std::vector<std::string> missing = ResolveCmapApi(dl_handle, api);
//
// A function that the library lacks is null. Nothing here links libcmap: see docs/architecture.md.
#pragma once

#include <corosync/cmap.h>

#include <string>
#include <vector>

namespace cmapsim {

// Every function that a plan's step can call. The bool: no conformance case can be run without it.
// clang-format off
#define CMAPSIM_CMAP_FUNCTIONS(X) \
  X(cmap_initialize,      true)   \
  X(cmap_initialize_map,  false)  \
  X(cmap_finalize,        true)   \
  X(cmap_fd_get,          true)   \
  X(cmap_dispatch,        true)   \
  X(cmap_context_get,     false)  \
  X(cmap_context_set,     false)  \
  X(cmap_set,             true)   \
  X(cmap_get,             true)   \
  X(cmap_set_int8,        false)  \
  X(cmap_set_uint8,       false)  \
  X(cmap_set_int16,       false)  \
  X(cmap_set_uint16,      false)  \
  X(cmap_set_int32,       false)  \
  X(cmap_set_uint32,      false)  \
  X(cmap_set_int64,       false)  \
  X(cmap_set_uint64,      false)  \
  X(cmap_set_float,       false)  \
  X(cmap_set_double,      false)  \
  X(cmap_set_string,      false)  \
  X(cmap_get_int8,        false)  \
  X(cmap_get_uint8,       false)  \
  X(cmap_get_int16,       false)  \
  X(cmap_get_uint16,      false)  \
  X(cmap_get_int32,       false)  \
  X(cmap_get_uint32,      false)  \
  X(cmap_get_int64,       false)  \
  X(cmap_get_uint64,      false)  \
  X(cmap_get_float,       false)  \
  X(cmap_get_double,      false)  \
  X(cmap_get_string,      false)  \
  X(cmap_delete,          true)   \
  X(cmap_inc,             false)  \
  X(cmap_dec,             false)  \
  X(cmap_iter_init,       false)  \
  X(cmap_iter_next,       false)  \
  X(cmap_iter_finalize,   false)  \
  X(cmap_track_add,       true)   \
  X(cmap_track_delete,    true)
// clang-format on

struct CmapApi {
#define CMAPSIM_X(name, needed) decltype(&::name) name = nullptr;
  CMAPSIM_CMAP_FUNCTIONS(CMAPSIM_X)
#undef CMAPSIM_X
};

// Fills `api` from a dlopen handle; returns the names of the needed functions that the library
// lacks.
[[nodiscard]] std::vector<std::string> ResolveCmapApi(void* dl_handle, CmapApi& api);

// The names of the functions that the library lacks.
[[nodiscard]] std::vector<std::string> NotOffered(const CmapApi& api);

}  // namespace cmapsim
