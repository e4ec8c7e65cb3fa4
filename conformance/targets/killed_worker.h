// A case in whose middle a process of ours was killed: by the kernel's out-of-memory killer, by a limit of
// a container, by somebody. Of the target that says nothing, unless it was the target that did it.
//
//   KilledCase killed;
//   for (;;) {
//     auto trace = worker.Run(plan, level);
//     switch (killed.After(worker, trace, live)) { ... }    // done, again, or nobody can say
//   }
//
// The case is run once more with a fresh worker. A target that kills its own process does so each time at
// the same place: three deaths at the same call with the same trace are its own doing. Others are not,
// and the error says whose they are as far as the kernel tells.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "conformance/targets/worker_process.h"

namespace cmapsim {

class KilledCase {
 public:
  enum class Next {
    kDone,   // the trace counts
    kAgain,  // with a fresh worker
    kError,  // error() says why
  };
  using Trace = tl::expected<std::string_view, std::string>;

  KilledCase();
  // What comes of an attempt.
  [[nodiscard]] Next After(const WorkerProcess& worker, const Trace& trace, bool live);
  [[nodiscard]] const std::string& error() const { return error_; }
  // How often it was run in vain.
  [[nodiscard]] int deaths() const { return deaths_; }

 private:
  int deaths_ = 0;
  bool same_place_ = true;  // so far
  std::string place_;       // of the first death
  std::string error_;
};

// How often the kernel has killed for want of memory, on this machine or in this process's control group;
// 0 where it does not tell.
[[nodiscard]] int64_t OutOfMemoryKills();

}  // namespace cmapsim
