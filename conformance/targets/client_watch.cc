#include "conformance/targets/client_watch.h"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <sstream>
#include <string>

#include "sim/core/operations.h"

namespace cmapsim {
namespace {

// The text after "<name>:\t".
std::string_view StatusField(std::string_view status, std::string_view name) {
  const size_t at = status.find(name);
  if (at == std::string_view::npos) return {};
  return status.substr(std::min(status.size(), at + name.size() + 2));
}

}  // namespace

ProcessLook ReadProcess(pid_t proc_id) {
  ProcessLook look;
  const std::string path = "/proc/" + std::to_string(proc_id) + "/status";
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return look;
  std::array<char, 4096> text;
  const ssize_t size = read(fd, text.data(), text.size());
  close(fd);
  if (size <= 0) return look;
  const std::string_view status(text.data(), static_cast<size_t>(size));
  if (const auto state = StatusField(status, "\nState"); !state.empty()) look.state = state[0];
  const auto wakeups = StatusField(status, "\nvoluntary_ctxt_switches");
  std::from_chars(wakeups.data(), wakeups.data() + wakeups.size(), look.wakeups);
  return look;
}

Nanos ProcessCpuTimeInProc(pid_t proc_id) {
  std::ifstream file("/proc/" + std::to_string(proc_id) + "/stat");
  std::string line;
  if (!std::getline(file, line)) return 0;
  // Behind the name, which may hold anything, come the fields from the third on; 14 and 15 are times.
  std::istringstream fields(line.substr(std::min(line.size(), line.rfind(')') + 1)));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  int64_t user = 0;
  int64_t system = 0;
  fields >> user >> system;
  return (user + system) * kSecond / sysconf(_SC_CLK_TCK);
}

Nanos ProcessCpuTime(pid_t pid) {
  clockid_t clock = 0;
  timespec used{};
  if (pid <= 0 || clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) != 0) {
    return 0;
  }
  return used.tv_sec * kSecond + used.tv_nsec;
}

// By the last line: a call that begins, or the end of a callback, which only cmap_dispatch makes.
// Lines of others may come anywhere.
std::string_view OperationUnderWay(std::string_view trace) {
  constexpr std::string_view kNone = "no call";
  while (!trace.empty()) {
    trace.remove_suffix(1);
    const size_t begin = trace.rfind('\n') + 1;  // 0 where there is none
    const std::string_view line = trace.substr(begin);
    trace = trace.substr(0, begin);
    const size_t mark = line.find(' ') + 1;
    if (line.size() <= mark + 2) return kNone;
    if (line[mark] == '@') continue;
    if (line[mark] == '~') return "dispatch";
    if (line[mark] != '>') return kNone;
    const size_t word = line.find(' ', mark + 2) + 1;
    return line.substr(word, line.find(' ', word) - word);
  }
  return kNone;
}

bool IsRequest(std::string_view operation) {
  const auto op = ParseOp(operation);
  return op && AsksService(*op);
}

}  // namespace cmapsim
