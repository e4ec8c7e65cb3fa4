#include "conformance/sweep/run_record.h"

#include "sim/core/text.h"

namespace cmapsim {
namespace {

// The summary is the last lines before the ending.
constexpr int kSummaryLines = 5;

// Cuts the first word off.
std::string_view TakeWord(std::string_view& text) {
  const size_t end = text.find(' ');
  const std::string_view word = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  return word;
}

template <typename Fn>
void ForEachNumber(std::string_view fields, Fn fn) {
  while (!fields.empty()) {
    const std::string_view word = TakeWord(fields);
    const size_t equals = word.find('=');
    if (equals == std::string_view::npos) continue;
    if (const auto number = ParseNumber<int64_t>(word.substr(equals + 1))) {
      fn(word.substr(0, equals), *number);
    }
  }
}

void ReadOccurrences(std::string_view fields, Occurrences& out) {
  ForEachNumber(fields, [&](std::string_view name, int64_t number) {
    if (const auto call = ParseLibcCall(name)) {
      out.calls[static_cast<size_t>(*call)] = number;
    } else if (const FaultRow* row = FindFaultRow(name)) {
      out.kinds[static_cast<size_t>(row->kind)] = number;
    }
  });
}

void ReadLeft(std::string_view fields, Left& left) {
  ForEachNumber(fields, [&](std::string_view name, int64_t number) {
    if (name == "fds") left.fds = number;
    if (name == "maps") left.maps = number;
    if (name == "files") left.files = number;
    if (name == "heap_blocks") left.heap_blocks = number;
    if (name == "connections") left.connections = number;
    if (name == "empty_folders") left.empty_folders = number;
    if (name == "damaged") left.damaged = number;
  });
}

void ReadSummaryLine(std::string_view line, RunRecord& run) {
  TakeWord(line);  // the time
  if (TakeWord(line) != "|") return;
  const std::string_view what = TakeWord(line);
  if (what == "counts" || what == "reached") ReadOccurrences(line, run.counts);
  if (what == "struck-at") ReadOccurrences(line, run.at_strike);
  if (what == "left") {
    ReadLeft(line, run.left);
    run.has_summary = true;
  }
}

}  // namespace

std::optional<RunRecord> ReadRun(std::string_view trace) {
  auto events = ParseTrace(trace);
  if (!events || events->empty() || events->back().mark != '=') return std::nullopt;
  const auto ending = ParseEnding(events->back().word);
  if (!ending) return std::nullopt;
  RunRecord run;
  run.events = std::move(*events);
  run.ending = *ending;
  std::string_view rest = trace;
  for (int i = 0; i < kSummaryLines && !rest.empty(); ++i) {
    rest.remove_suffix(1);  // the line's end
    const size_t end = rest.rfind('\n');
    const size_t begin = end == std::string_view::npos ? 0 : end + 1;
    ReadSummaryLine(rest.substr(begin), run);
    rest = rest.substr(0, begin);
  }
  return run;
}

}  // namespace cmapsim
