// libqb's connection set-up on the stream socket, as bytes (libqb 2.0.6, native endian, x86-64).
//
// The client sends a request of kSetupRequestSize, the server answers with kSetupResponseSize bytes
// and its credentials. Numbers of 4 bytes stand in fields of 8 where a header is concerned.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace cmapsim::wire {

inline constexpr int32_t kAuthenticate = -1;  // the id of both messages
inline constexpr size_t kSetupRequestSize = 24;
inline constexpr size_t kSetupResponseSize = 12328;
inline constexpr size_t kPathSize = 4096;
inline constexpr int32_t kTypeSocket = 0;
inline constexpr int32_t kTypeShm = 1;
// What corosync 3.1 asks for as its largest message (IPC_REQUEST_SIZE), in bytes.
inline constexpr uint32_t kServerMaxMessage = 1U << 20;

template <typename T>
[[nodiscard]] inline T Load(const void* base, size_t offset) {
  T value;
  std::memcpy(&value, static_cast<const char*>(base) + offset, sizeof value);
  return value;
}

template <typename T>
inline void Store(void* base, size_t offset, T value) {
  std::memcpy(static_cast<char*>(base) + offset, &value, sizeof value);
}

// memcpy, but for nothing, which may come without an address.
inline void CopyBytes(void* to, std::string_view from) {
  if (!from.empty()) std::memcpy(to, from.data(), from.size());
}

struct SetupRequest {
  int32_t id = 0;
  uint32_t max_message = 0;  // bytes
};
[[nodiscard]] inline SetupRequest ReadSetupRequest(const void* bytes) {
  return {Load<int32_t>(bytes, 0), Load<uint32_t>(bytes, 16)};
}

struct SetupResponse {
  int32_t error = 0;  // 0 or -errno
  int32_t type = kTypeShm;
  uint32_t max_message = 0;
  uint64_t connection = 0;  // opaque to the client
  std::string_view request, response,
      event;  // shm: ring names; socket: control file, base name, none
};
// `bytes` has room for kSetupResponseSize and is all zeros, or what this wrote before: names are at
// most kNameMax long, and only so much is cleared.
inline void WriteSetupResponse(const SetupResponse& r, void* bytes) {
  constexpr size_t kNameMax = 160;
  std::memset(bytes, 0, 40 + kNameMax);
  std::memset(static_cast<char*>(bytes) + 40 + kPathSize, 0, kNameMax);
  std::memset(static_cast<char*>(bytes) + 40 + 2 * kPathSize, 0, kNameMax);
  Store<int32_t>(bytes, 0, kAuthenticate);
  Store<int32_t>(bytes, 8, kSetupResponseSize);
  Store<int32_t>(bytes, 16, r.error);
  if (r.error != 0) return;
  Store<int32_t>(bytes, 24, r.type);
  Store<uint32_t>(bytes, 28, r.max_message);
  Store<uint64_t>(bytes, 32, r.connection);
  char* text = static_cast<char*>(bytes);
  CopyBytes(text + 40, r.request);
  CopyBytes(text + 40 + kPathSize, r.response);
  CopyBytes(text + 40 + 2 * kPathSize, r.event);
}

}  // namespace cmapsim::wire
