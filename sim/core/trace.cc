#include "sim/core/trace.h"

#include <algorithm>

#include "sim/core/sha256.h"
#include "sim/core/text.h"

namespace cmapsim {
namespace {

// In the order of EndingKind.
constexpr std::string_view kEndings[] = {"finished", "deadlock", "stall", "livelock", "hang",
                                         "exit",     "crash",    "until", "limit"};

struct CsErrorRow {
  int number;
  std::string_view name;
};

// cs_error_t of corosync 3.1 (corosync/corotypes.h).
constexpr CsErrorRow kCsErrors[] = {{1, "CS_OK"},
                                    {2, "CS_ERR_LIBRARY"},
                                    {3, "CS_ERR_VERSION"},
                                    {4, "CS_ERR_INIT"},
                                    {5, "CS_ERR_TIMEOUT"},
                                    {6, "CS_ERR_TRY_AGAIN"},
                                    {7, "CS_ERR_INVALID_PARAM"},
                                    {8, "CS_ERR_NO_MEMORY"},
                                    {9, "CS_ERR_BAD_HANDLE"},
                                    {10, "CS_ERR_BUSY"},
                                    {11, "CS_ERR_ACCESS"},
                                    {12, "CS_ERR_NOT_EXIST"},
                                    {13, "CS_ERR_NAME_TOO_LONG"},
                                    {14, "CS_ERR_EXIST"},
                                    {15, "CS_ERR_NO_SPACE"},
                                    {16, "CS_ERR_INTERRUPT"},
                                    {17, "CS_ERR_NAME_NOT_FOUND"},
                                    {18, "CS_ERR_NO_RESOURCES"},
                                    {19, "CS_ERR_NOT_SUPPORTED"},
                                    {20, "CS_ERR_BAD_OPERATION"},
                                    {21, "CS_ERR_FAILED_OPERATION"},
                                    {22, "CS_ERR_MESSAGE_ERROR"},
                                    {23, "CS_ERR_QUEUE_FULL"},
                                    {24, "CS_ERR_QUEUE_NOT_AVAILABLE"},
                                    {25, "CS_ERR_BAD_FLAGS"},
                                    {26, "CS_ERR_TOO_BIG"},
                                    {27, "CS_ERR_NO_SECTIONS"},
                                    {28, "CS_ERR_CONTEXT_NOT_FOUND"},
                                    {30, "CS_ERR_TOO_MANY_GROUPS"},
                                    {100, "CS_ERR_SECURITY"}};

// Takes the text up to `separator`, and the separator, off the front of `text`.
std::string_view TakeUpTo(char separator, std::string_view& text) {
  const size_t end = std::min(text.find(separator), text.size());
  const std::string_view taken = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return taken;
}

// The mark of a line, or 0 where the line is too short to have one. Its time may be anything.
char MarkOf(std::string_view line) {
  const size_t space = line.find(' ');
  if (space == line.npos || space == 0 || space + 1 >= line.size()) return 0;
  if (space + 2 < line.size() && line[space + 2] != ' ') return 0;
  return line[space + 1];
}

bool TakeStep(std::string_view& rest, int32_t& step) {
  const std::string_view word = TakeUpTo(' ', rest);
  if (word == "?") return true;
  const auto number = ParseNumber<int32_t>(word);
  if (!number || *number < 0) return false;
  step = *number;
  return true;
}

bool TakeFields(std::string_view rest, std::vector<TraceField>& fields) {
  if (rest.empty()) return true;
  fields.reserve(1 + std::count(rest.begin(), rest.end(), ' '));
  while (!rest.empty()) {
    std::string_view value = TakeUpTo(' ', rest);
    if (value.empty()) return false;
    const size_t equals = value.find('=');
    std::string_view name;
    if (equals != value.npos) {
      name = value.substr(0, equals);
      value.remove_prefix(equals + 1);
    }
    fields.push_back({name, value});
  }
  return true;
}

// A line of the API level.
bool ParseLine(std::string_view line, TraceEvent& event) {
  const auto at_ns = ParseNumber<Nanos>(TakeUpTo(' ', line));
  if (!at_ns || *at_ns < 0) return false;
  event.at_ns = *at_ns;
  event.mark = TakeUpTo(' ', line).front();
  switch (event.mark) {
    case '=':
      event.word = TakeUpTo(' ', line);
      if (!line.empty()) event.fields.push_back({{}, line});
      return !event.word.empty();
    case '>':
    case '<':
    case '@':
    case '*':
      if (!TakeStep(line, event.step)) return false;
      event.word = TakeUpTo(' ', line);
      return !event.word.empty() && TakeFields(line, event.fields);
    case '!':
      return TakeStep(line, event.step) && TakeFields(line, event.fields);
    case '~':  // nothing but the task, where it is another than the first
      return TakeStep(line, event.step) && TakeFields(line, event.fields) &&
             (event.fields.empty() || (event.fields.size() == 1 && event.fields[0].name == "task"));
    default:
      return false;
  }
}

}  // namespace

std::string_view EndingName(EndingKind kind) { return kEndings[static_cast<size_t>(kind)]; }

std::optional<EndingKind> ParseEnding(std::string_view name) {
  for (size_t i = 0; i < std::size(kEndings); ++i) {
    if (kEndings[i] == name) return static_cast<EndingKind>(i);
  }
  return std::nullopt;
}

std::string_view TraceEvent::Field(std::string_view name) const {
  for (const TraceField& field : fields) {
    if (field.name == name) return field.value;
  }
  return {};
}

std::optional<std::vector<TraceEvent>> ParseTrace(std::string_view trace) {
  std::vector<TraceEvent> events;
  events.reserve(std::count(trace.begin(), trace.end(), '\n') + 1);
  while (!trace.empty()) {
    const std::string_view line = TakeUpTo('\n', trace);
    const char mark = MarkOf(line);
    if (mark == 0) return std::nullopt;
    if (mark == '|') continue;
    if (!ParseLine(line, events.emplace_back())) return std::nullopt;
  }
  return events;
}

std::vector<size_t> NeverStruck(std::string_view trace, size_t faults) {
  std::vector<bool> struck(faults);
  for (const TraceEvent& event : ParseTrace(trace).value_or(std::vector<TraceEvent>())) {
    const auto fault = static_cast<size_t>(event.step);
    if (event.mark == '*' && fault < faults) struck[fault] = true;
  }
  std::vector<size_t> rest;
  for (size_t i = 0; i < faults; ++i) {
    if (!struck[i]) rest.push_back(i);
  }
  return rest;
}

std::string ApiTraceWithoutTime(std::string_view trace) {
  std::string api;
  api.reserve(trace.size());
  while (!trace.empty()) {
    std::string_view line = TakeUpTo('\n', trace);
    if (MarkOf(line) == '|') continue;
    api += '-';
    line.remove_prefix(std::min(line.find(' '), line.size()));
    api.append(line);
    api += '\n';
  }
  return api;
}

std::string TraceDigest(std::string_view trace) { return Sha256Hex(trace); }

void AppendTraceKey(std::string_view key, std::string& out) {
  // A null pointer is written as that word.
  if (key == kTraceNull) {
    out += "\\x4e";
    key.remove_prefix(1);
  }
  AppendEscaped(key, out);
}

std::optional<std::string> ParseTraceKey(std::string_view text) {
  return text == kTraceNull ? std::nullopt : Unescape(text);
}

std::string CsErrorName(int64_t error) {
  for (const CsErrorRow& row : kCsErrors) {
    if (row.number == error) return std::string(row.name);
  }
  return std::to_string(error);
}

std::optional<int> ParseCsError(std::string_view name) {
  for (const CsErrorRow& row : kCsErrors) {
    if (row.name == name) return row.number;
  }
  return std::nullopt;
}

}  // namespace cmapsim
