#include "sim/core/machine_speed.h"

#include <algorithm>
#include <ctime>

namespace cmapsim {
namespace {

constexpr int64_t kSteps = 2'000'000;  // each waits for the one before
constexpr int64_t kReferenceUs = 6'000;
constexpr int64_t kMost = 1000;

int64_t CpuTimeUs() {
  struct timespec now = {};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * 1'000'000 + now.tv_nsec / 1000;
}

int64_t Measure() {
  const int64_t begin = CpuTimeUs();
  uint64_t number = 88172645463325252ULL;
  for (int64_t i = 0; i < kSteps; ++i) {
    number ^= number << 13;
    number ^= number >> 7;
    number ^= number << 17;
    asm volatile("" : "+r"(number));  // is computed, although nobody wants it
  }
  const int64_t took_us = CpuTimeUs() - begin;
  return std::clamp<int64_t>((took_us + kReferenceUs - 1) / kReferenceUs, 1, kMost);
}

}  // namespace

int64_t MachineSlowness() {
  static const int64_t slowness = Measure();
  return slowness;
}

}  // namespace cmapsim
