#include "tools/call_cost.h"

#include <poll.h>
#include <semaphore.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <iterator>
#include <limits>
#include <memory>
#include <vector>

#include "sim/cmap/store.h"
#include "sim/core/plan.h"
#include "sim/core/trace.h"
#include "sim/host/target_memory.h"
#include "sim/host/trace_writer.h"
#include "sim/host/virtual_host.h"
#include "sim/host/worker_protocol.h"

namespace cmapsim {
namespace {

// Fewer than what is taken for a livelock, and few enough for the trace's room. The quickest of the
// rounds counts: what disturbs a measurement only adds to it.
constexpr int kCalls = 10'000;
constexpr int kRounds = 15;
constexpr size_t kTraceSize = size_t{64} << 20;

// What the calls are made on.
struct Objects {
  int socket = -1;
  sem_t semaphore = {};
};

struct Measured {
  const char* name;
  void (*call)(Objects& objects);
};

const Measured kMeasured[] = {
    {"clock_gettime",
     [](Objects&) {
       timespec now{};
       clock_gettime(CLOCK_MONOTONIC, &now);
     }},
    {"recv, nothing there",
     [](Objects& objects) {
       char byte = 0;
       static_cast<void>(!recv(objects.socket, &byte, 1, MSG_DONTWAIT));
     }},
    {"poll, timeout 0",
     [](Objects& objects) {
       pollfd entry = {objects.socket, POLLIN, 0};
       poll(&entry, 1, 0);
     }},
    {"sem_trywait", [](Objects& objects) { sem_trywait(&objects.semaphore); }},
    {"malloc and free",
     [](Objects&) {
       void* volatile block = malloc(64);  // NOLINT: this is what is measured
       free(block);                        // NOLINT
     }},
};

// Nanoseconds for each call. `enter` and `leave` are called around every round, outside of the time.
double Measure(const Measured& measured, Objects& objects, const std::function<void()>& enter,
               const std::function<void()>& leave) {
  using Clock = std::chrono::steady_clock;
  double best = std::numeric_limits<double>::max();
  for (int round = 0; round < kRounds; ++round) {
    const auto begin = Clock::now();
    enter();
    for (int i = 0; i < kCalls; ++i) measured.call(objects);
    leave();
    const std::chrono::duration<double, std::nano> took = Clock::now() - begin;
    best = std::min(best, took.count() / kCalls);
  }
  return best;
}

// A socket that is connected, and nothing to read from it: to the service, or to the other end.
Objects VirtualObjects(VirtualHost& host) {
  Objects objects;
  sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "\0cmap"};
  host.EnterClient();
  objects.socket = socket(AF_UNIX, SOCK_STREAM, 0);
  connect(objects.socket, reinterpret_cast<sockaddr*>(&address), sizeof address);
  sem_init(&objects.semaphore, 1, 0);
  host.LeaveClient();
  return objects;
}

std::vector<double> OnVirtualHost(VirtualHost& host, TraceLevel level) {
  std::vector<double> costs;
  const Plan plan;
  host.Run(plan, FreshCorosyncKeys(), level, [&] {
    Objects objects = VirtualObjects(host);
    for (const Measured& measured : kMeasured) {
      costs.push_back(Measure(
          measured, objects, [&] { host.EnterClient(); }, [&] { host.LeaveClient(); }));
    }
  });
  return costs;
}

// In the harness's world our definitions pass the call on at once, which is part of the cost of
// neither: what they take for that stands in both columns, about a nanosecond.
std::vector<double> OnRealHost() {
  std::vector<double> costs;
  int ends[2] = {-1, -1};
  Objects objects;
  sem_init(&objects.semaphore, 1, 0);
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0) objects.socket = ends[0];
  for (const Measured& measured : kMeasured) {
    costs.push_back(Measure(
        measured, objects, [] {}, [] {}));
  }
  close(ends[0]);
  close(ends[1]);
  return costs;
}

}  // namespace

void PrintCallCosts() {
  const std::vector<double> real = OnRealHost();
  auto text = std::make_unique<char[]>(kTraceSize);
  SharedState shared = {};
  TraceWriter trace(&shared, text.get(), kTraceSize);
  TargetMemory memory;
  memory.Watch({});
  VirtualHost host(trace, &shared);
  const std::vector<double> quiet = OnVirtualHost(host, TraceLevel::kApi);
  const std::vector<double> traced = OnVirtualHost(host, TraceLevel::kHost);
  for (size_t i = 0; i < std::size(kMeasured); ++i) {
    if (i >= quiet.size() || i >= traced.size()) {
      std::printf("interposed %s: not measured, the run ended before\n", kMeasured[i].name);
      continue;
    }
    std::printf(
        "interposed %s: %.0f ns, the C library's own %.0f ns: %+.0f ns, with the host trace %+.0f "
        "ns\n",
        kMeasured[i].name, quiet[i], real[i], quiet[i] - real[i], traced[i] - real[i]);
  }
}

}  // namespace cmapsim
