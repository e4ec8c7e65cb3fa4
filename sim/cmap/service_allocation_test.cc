// The service is on the hot path of every simulated run: once warm, it allocates nothing.

#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "sim/cmap/service.h"

namespace {
int64_t allocations = 0;
}  // namespace

void* operator new(size_t size) {
  ++allocations;
  void* const memory = std::malloc(size);
  if (memory == nullptr) std::abort();
  return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }

namespace cmapsim {
namespace {

// One run of each kind of request, on keys of first keys and on others.
void Scenario(Service& service) {
  constexpr std::string_view kKey = "test.a.key.that.is.not.short";
  service.Reset(FreshCorosyncKeys());
  for (const Transport transport : {Transport::kShm, Transport::kSocket}) {
    const ConnectionId id = transport == Transport::kShm ? 1 : 2;
    service.Connect(id, transport);
    uint64_t handle = 0;
    (void)service.TrackAdd(id, "test.", kTrackAdd | kTrackModify | kTrackPrefix, 1, handle);
    for (int round = 0; round < 3; ++round) {
      (void)service.Set(id, kKey, ValueType::kString, "a value that is not short, either");
      (void)service.Set(id, kKey, ValueType::kUInt8, "\1");
      (void)service.AdjustInt(id, kKey, 1);
      ValueView value;
      (void)service.Get(id, kKey, 0, value);
      (void)service.Delete(id, kKey);
    }
    (void)service.Set(id, "logging.to_stderr", ValueType::kString, "no");
    (void)service.Delete(id, "logging.to_stderr");
    uint64_t iterator = 0;
    (void)service.IterInit(id, "runtime.config.totem.", iterator);
    std::string_view key;
    ValueView value;
    while (service.IterNext(id, iterator, key, value) == CsError::kOk) {
    }
    (void)service.IterFinalize(id, iterator);
    uint64_t instance = 0;
    (void)service.TrackDelete(id, handle, instance);
  }
  service.Disconnect(1);
}

TEST(Service, AllocatesNothingOnceWarm) {
  Service service(FreshCorosyncKeys());
  int64_t told = 0;
  service.SetNotify([&told](ConnectionId, const Notification&) { ++told; });
  Scenario(service);
  const int64_t told_once = told;
  Scenario(service);  // connections change places
  const int64_t before = allocations;
  for (int i = 0; i < 8; ++i) Scenario(service);
  EXPECT_EQ(allocations, before);
  EXPECT_EQ(told, 10 * told_once);
}

}  // namespace
}  // namespace cmapsim
