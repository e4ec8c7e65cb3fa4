#include "tools/commands/machine_limits.h"

#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cstdint>

namespace cmapsim {
namespace {

constexpr uint64_t kKibi = 1024;
constexpr uint64_t kMebi = kKibi * kKibi;

struct Need {
  __rlimit_resource resource;
  const char* what;
  const char* unit;
  rlim_t least;
  rlim_t in_unit;      // of the ulimit
  const char* option;  // of ulimit
  // A process that has begun gains nothing by it: threads' stacks have the size of its first moment.
  bool at_start = false;
};

// Measured with a margin: a worker has 522 descriptors, 4.9 GiB of addresses and 0.8 GiB of data.
constexpr std::array kNeeds = {
    Need{RLIMIT_STACK, "the stack", "KiB", 8 * kMebi, kKibi, "-s", true},
    // Virtual descriptors are the numbers 64 to 575 of a worker.
    Need{RLIMIT_NOFILE, "open files", "descriptors", 1024, 1, "-n"},
    // A worker sets places aside for large blocks (sim/host/arena), and fills next to nothing of them.
    Need{RLIMIT_AS, "the address space", "KiB", 8'192 * kMebi, kKibi, "-v"},
    Need{RLIMIT_DATA, "the data segment", "KiB", 2'048 * kMebi, kKibi, "-d"},
    // Traces are files in memory.
    Need{RLIMIT_FSIZE, "the size of files", "KiB", 256 * kMebi, kKibi, "-f"},
    Need{RLIMIT_NPROC, "processes", "processes", 128, 1, "-u"},
};

std::string Shown(rlim_t value, const Need& need) {
  return std::to_string(value / need.in_unit) + " " + need.unit;
}

}  // namespace

tl::expected<void, std::string> CheckLimits() {
  for (const Need& need : kNeeds) {
    rlimit now = {};
    if (getrlimit(need.resource, &now) != 0 || now.rlim_cur >= need.least) continue;
    // Not one for root.
    if (need.resource == RLIMIT_NPROC && geteuid() == 0) continue;
    const rlim_t was = now.rlim_cur;
    now.rlim_cur = need.least;
    const bool may = !need.at_start && now.rlim_max >= need.least;
    if (may && setrlimit(need.resource, &now) == 0) continue;
    return tl::unexpected("the limit of " + std::string(need.what) + " is " + Shown(was, need) +
                          " here, and " + Shown(need.least, need) +
                          " are needed: give them with ulimit " + need.option + " " +
                          std::to_string(need.least / need.in_unit));
  }
  return {};
}

}  // namespace cmapsim
