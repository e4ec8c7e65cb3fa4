#include "sim/host/cmap_api.h"

#include <dlfcn.h>

namespace cmapsim {

std::vector<std::string> ResolveCmapApi(void* dl_handle, CmapApi& api) {
  std::vector<std::string> missing;
#define CMAPSIM_X(name, needed)                                             \
  api.name = reinterpret_cast<decltype(api.name)>(dlsym(dl_handle, #name)); \
  if (needed && api.name == nullptr) missing.emplace_back(#name);
  CMAPSIM_CMAP_FUNCTIONS(CMAPSIM_X)
#undef CMAPSIM_X
  return missing;
}

std::vector<std::string> NotOffered(const CmapApi& api) {
  std::vector<std::string> names;
#define CMAPSIM_X(name, needed) \
  if (api.name == nullptr) names.emplace_back(#name);
  CMAPSIM_CMAP_FUNCTIONS(CMAPSIM_X)
#undef CMAPSIM_X
  return names;
}

}  // namespace cmapsim
