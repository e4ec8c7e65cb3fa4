// The keeper: a process between the command and the programs that it runs. It starts them, answers for
// their calls (supervisor.h), takes their orphans in, and ends all of them when the program has ended, or
// when the command has, however it did.
//
//   // in a process of its own, which the command has forked (isolation.cc)
//   KeepRuns(control, {.call_filter = *filter, .filter_needed = true});
//
// Command and keeper talk over a SOCK_SEQPACKET socket; its end is the command's end. One run after another.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tools/commands/isolation/call_filter.h"

namespace cmapsim {

struct KeeperOptions {
  CallFilter call_filter;
  // Without it no program is started.
  bool filter_needed = true;
  // It is in a namespace of processes in which nobody else is but process 1.
  bool own_processes = false;
};

// What the command says. Descriptors come with kStart: the encoded words first, then `count` for the program.
struct KeeperRequest {
  static constexpr size_t kMaxDescriptors = 8;
  enum Kind : uint32_t { kMapped, kStart, kKill };
  Kind kind;
  uint32_t arguments;  // words: the path, arguments (the first is argv[0]), and the environment
  uint32_t variables;
  uint32_t count;
  int numbers[kMaxDescriptors];  // under which the program has them
};

// What the keeper says; a text follows. With kStarted comes a pidfd.
struct KeeperReply {
  enum Kind : uint32_t {
    kReady,    // namespaces are set up
    kFailed,   // the text says what was not possible; the process ends
    kStarted,  // `value`: the process; `error`: errno with which the filter was refused, else 0
    kEnded,    // `value`: as from wait; `error`: errno with which it could not be executed, else 0
  };
  Kind kind;
  int value;
  int error;
  uint64_t processes;  // that it started on the real host
  uint64_t refused;
};

// Words as bytes: their sizes tell where each ends.
[[nodiscard]] std::string EncodeWords(const std::vector<std::string>& words);
[[nodiscard]] std::vector<std::string> DecodeWords(const std::string& bytes);

[[noreturn]] void KeepRuns(int control, const KeeperOptions& options);

}  // namespace cmapsim
