// A library that is careless with its stack: cmap_get returns what lies 900 KiB below its frame, as
// one does that believes a message which says that it is longer than what came; cmap_set leaves its
// value's first byte in a mebibyte there, or, for the key "test.probe", touches each of its pages.
#include <corosync/cmap.h>
#include <dlfcn.h>

#include <cstring>

namespace {

constexpr size_t kBuffer = 1 << 20;
constexpr size_t kDepth = 900 << 10;

__attribute__((noinline)) void LeaveBytes(unsigned char byte) {
  char bytes[kBuffer];
  std::memset(bytes, byte, sizeof bytes);
  asm volatile("" : : "r"(bytes) : "memory");
}

__attribute__((noinline)) void Probe() {
  char bytes[kBuffer];
  asm volatile("" : : "r"(bytes) : "memory");
  for (size_t at = 0; at < kBuffer; at += 4096) *const_cast<volatile char*>(bytes + at) = 1;
}

__attribute__((noinline)) void CopyOld(void* value, size_t size) {
  char bytes[kBuffer];
  asm volatile("" : : "r"(bytes) : "memory");
  std::memcpy(value, bytes + kBuffer - kDepth, size);
}

}  // namespace

static const auto genuine_get = reinterpret_cast<decltype(&cmap_get)>(dlsym(RTLD_NEXT, "cmap_get"));
static const auto genuine_set = reinterpret_cast<decltype(&cmap_set)>(dlsym(RTLD_NEXT, "cmap_set"));

cs_error_t cmap_get(cmap_handle_t handle, const char* key, void* value, size_t* length,
                    cmap_value_types_t* type) {
  const cs_error_t result = genuine_get(handle, key, value, length, type);
  if (result == CS_OK && value != nullptr) CopyOld(value, *length);
  return result;
}

cs_error_t cmap_set(cmap_handle_t handle, const char* key, const void* value, size_t size,
                    cmap_value_types_t type) {
  if (std::strcmp(key, "test.probe") == 0) {
    Probe();
  } else if (size > 0) {
    LeaveBytes(*static_cast<const unsigned char*>(value));
  }
  return genuine_set(handle, key, value, size, type);
}
