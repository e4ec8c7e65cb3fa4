#include "tools/commands/isolation/record.h"

#include <algorithm>

namespace cmapsim {
namespace {

// Of the processes that have become another program as many are remembered.
constexpr size_t kKnownProcesses = 16'384;

struct Words {
  const char* one;  // of something
  const char* many;
};

Words WordsOf(Refused kind) {
  switch (kind) {
    case Refused::kConnection:
      return {"connection to a corosync service", "connections to corosync services"};
    case Refused::kFile:
      return {"use of a libqb file of another process", "uses of libqb files of other processes"};
    case Refused::kProgram32:
      return {"start of a 32-bit program, whose calls cannot be seen",
              "starts of 32-bit programs, whose calls cannot be seen"};
    case Refused::kCall32:
      return {"system call by the 32-bit entry, which cannot be seen",
              "system calls by the 32-bit entry, which cannot be seen"};
    case Refused::kIoUring:
      return {"io_uring, whose calls cannot be seen", "io_urings, whose calls cannot be seen"};
    case Refused::kUnreadable:
      return {"call whose arguments may not be read", "calls whose arguments may not be read"};
  }
  return {"call", "calls"};
}

// "a, b, c, d and 3 more"; `more`: there are others that nobody counted.
std::string List(const std::vector<std::string>& items, bool more) {
  std::string text;
  const size_t named = std::min(items.size(), IsolationRecord::kNamed);
  for (size_t i = 0; i < named; ++i) text += (i == 0 ? "" : ", ") + items[i];
  if (items.size() > named) {
    text += " and " + std::to_string(items.size() - named) + (more ? " and more" : " more");
  }
  return text;
}

template <typename Set, typename Item>
bool InsertBounded(Set& set, Item item) {
  if (set.size() >= IsolationRecord::kDistinct && !set.contains(item)) return false;
  set.insert(std::move(item));
  return true;
}

}  // namespace

void IsolationRecord::ProcessBegins(const std::string& parent) {
  ++processes_;
  if (forked_.size() < kDistinct || forked_.contains(parent)) ++forked_[parent];
}

void IsolationRecord::ProgramStarts(pid_t process, const std::string& before,
                                    const std::string& path) {
  const bool first = !known_.contains(process);
  if (first && known_.size() < kKnownProcesses) known_.insert(process);
  if (process == program_) {
    // Simulated so far: with this it is one more on the real host.
    if (first) ++processes_;
  } else if (const auto forked = forked_.find(before); first && forked != forked_.end()) {
    if (--forked->second == 0) forked_.erase(forked);
  }
  if (!InsertBounded(started_, path)) more_started_ = true;
}

void IsolationRecord::Refuse(Refused kind, const std::string& what, const std::string& by) {
  if (kind == Refused::kConnection || kind == Refused::kFile) ++refused_;
  Refusals& refusals = refusals_[kind];
  ++refusals.count;
  if (!InsertBounded(refusals.named, std::pair(what, by))) refusals.more = true;
}

std::string IsolationRecord::Started() const {
  std::set<std::string> paths = started_;
  for (const auto& [path, count] : forked_) paths.insert(path);
  return "started " + std::to_string(processes_) + (processes_ == 1 ? " process" : " processes") +
         " on the real host: " +
         List(std::vector<std::string>(paths.begin(), paths.end()), more_started_);
}

std::vector<std::string> IsolationRecord::Sentences() const {
  std::vector<std::string> sentences;
  if (processes_ > 0) sentences.push_back(Started());
  for (const auto& [kind, refusals] : refusals_) {
    std::vector<std::string> items;
    for (const auto& [what, by] : refusals.named) {
      items.push_back(what + (what.empty() ? "" : ", ") + "by " + by);
    }
    const Words words = WordsOf(kind);
    sentences.push_back("refused " + std::to_string(refusals.count) + " " +
                        (refusals.count == 1 ? words.one : words.many) + ": " +
                        List(items, refusals.more));
  }
  return sentences;
}

}  // namespace cmapsim
