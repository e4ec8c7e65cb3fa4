#include "conformance/tasks/explicit_schedule.h"

#include <charconv>

namespace cmapsim {
namespace {

// The number behind `name` in a line; -1 where it is not there.
int64_t NumberOf(std::string_view line, std::string_view name) {
  const size_t at = line.find(name);
  if (at == std::string_view::npos) return -1;
  int64_t number = -1;
  std::from_chars(line.data() + at + name.size(), line.data() + line.size(), number);
  return number;
}

}  // namespace

Plan ExplicitSchedule(Plan plan, std::string_view trace) {
  plan.schedule = {};
  while (!trace.empty()) {
    const size_t end = trace.find('\n');
    const std::string_view line = trace.substr(0, end);
    trace.remove_prefix(end == std::string_view::npos ? trace.size() : end + 1);
    if (line.find(" | switch ") == std::string_view::npos) continue;
    // A task that only waited gives its turn away by itself.
    const int64_t at = NumberOf(line, " at=");
    if (at < 1) continue;
    plan.schedule.switches.push_back({at, static_cast<int32_t>(NumberOf(line, " to="))});
  }
  return plan;
}

}  // namespace cmapsim
