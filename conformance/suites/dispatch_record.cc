#include "conformance/suites/dispatch_record.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <utility>

#include "conformance/embedded.h"
#include "sim/core/host_calls.h"
#include "sim/core/text.h"

namespace cmapsim {

extern const EmbeddedTexts kDispatchRecordTexts;

namespace {

constexpr size_t kColumns = 10;
constexpr std::string_view kPending = "pending";
constexpr std::string_view kNothing = "nothing";

std::string_view PendingWord(bool pending) { return pending ? kPending : kNothing; }

DispatchPlace PlaceOf(const DispatchKey& key) {
  return {key.call, key.occurrence, key.error, key.mode, key.pending};
}

std::vector<std::string_view> Split(std::string_view text, char by) {
  std::vector<std::string_view> parts;
  for (;;) {
    const size_t end = text.find(by);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::optional<int32_t> ParseMode(std::string_view name) {
  for (int32_t mode = kDispatchOne; mode <= kDispatchOneNonblocking; ++mode) {
    if (DispatchModeName(mode) == name) return mode;
  }
  return std::nullopt;
}

// Everything of a row but its errnos.
using Row =
    std::tuple<LibcCall, int32_t, int32_t, bool, std::string, int32_t, std::string, std::string>;

Row RowOf(const DispatchCell& cell) {
  return {cell.key.call, cell.key.occurrence, cell.key.mode, cell.key.pending,
          cell.result,   cell.callbacks,      cell.event,    cell.later};
}

// False where a column is not what it has to be.
bool ParseRow(const std::vector<std::string_view>& columns, std::vector<DispatchCell>& cells) {
  DispatchCell cell;
  const auto call = ParseLibcCall(columns[1]);
  const auto occurrence = ParseNumber<int32_t>(columns[2]);
  const auto mode = ParseMode(columns[3]);
  const auto callbacks = ParseNumber<int32_t>(columns[7]);
  const bool pending = columns[4] == kPending;
  if (!call || !occurrence || !mode || !callbacks || (!pending && columns[4] != kNothing)) {
    return false;
  }
  cell.key = {*call, *occurrence, 0, *mode, pending, 1};
  cell.result = columns[6];
  cell.callbacks = *callbacks;
  cell.event = columns[8];
  cell.later = columns[9];
  for (const std::string_view name : Split(columns[5], ' ')) {
    const auto error = ParseErrno(name);
    if (!error) return false;
    cell.key.error = *error;
    cells.push_back(cell);
  }
  return true;
}

}  // namespace

std::string FormatDispatchRows(const std::vector<DispatchCell>& cells, Transport transport) {
  std::vector<std::pair<Row, std::string>> rows;  // with the errnos, in the order of the cells
  for (const DispatchCell& cell : cells) {
    const Row row = RowOf(cell);
    auto at = std::find_if(rows.begin(), rows.end(), [&](const auto& r) { return r.first == row; });
    if (at == rows.end()) {
      rows.emplace_back(row, ErrnoName(cell.key.error));
    } else {
      at->second += " " + ErrnoName(cell.key.error);
    }
  }
  std::string text;
  for (const auto& [row, errnos] : rows) {
    const auto& [call, occurrence, mode, pending, result, callbacks, event, later] = row;
    text += std::string(TransportName(transport)) + "," + std::string(LibcCallName(call)) + "," +
            std::to_string(occurrence) + "," + DispatchModeName(mode) + "," +
            std::string(PendingWord(pending)) + "," + errnos + "," + result + "," +
            std::to_string(callbacks) + "," + event + "," + later + "\n";
  }
  return text;
}

tl::expected<std::vector<DispatchCell>, std::string> ParseDispatchRecord(
    std::string_view text, Transport transport, const std::string& file_name) {
  std::vector<DispatchCell> cells;
  int line_number = 0;
  for (const std::string_view line : Split(text, '\n')) {
    ++line_number;
    if (line_number == 1 || line.empty()) continue;
    const auto columns = Split(line, ',');
    const bool whole = columns.size() == kColumns;
    if (whole && columns[0] != TransportName(transport)) continue;
    if (!whole || !ParseRow(columns, cells)) {
      return tl::unexpected(
          file_name + ":" + std::to_string(line_number) + ": expected " +
          std::string(kDispatchRecordHead.substr(0, kDispatchRecordHead.size() - 1)) +
          "; record it again (conformance/suites/dispatch_record.h)");
    }
  }
  return cells;
}

DispatchRecord::DispatchRecord(std::vector<DispatchCell> cells) : cells_(std::move(cells)) {
  for (size_t i = 0; i < cells_.size(); ++i) index_.emplace(PlaceOf(cells_[i].key), i);
}

const DispatchCell* DispatchRecord::Find(const DispatchKey& key) const {
  const auto at = index_.find(PlaceOf(key));
  return at == index_.end() ? nullptr : &cells_[at->second];
}

const DispatchRecord& CorosyncDispatchRecord(Transport transport) {
  const auto read = [](Transport of) {
    const EmbeddedText& file = kDispatchRecordTexts[0];
    auto cells = ParseDispatchRecord(file.text, of, std::string(file.name));
    if (cells) return DispatchRecord(std::move(*cells));
    std::fprintf(stderr, "%s\n", cells.error().c_str());
    std::abort();
  };
  static const DispatchRecord shm = read(Transport::kShm);
  static const DispatchRecord socket = read(Transport::kSocket);
  return transport == Transport::kShm ? shm : socket;
}

std::string OutcomeOf(const DispatchCell& cell) {
  std::string text = cell.result + ", " + std::to_string(cell.callbacks) +
                     (cell.callbacks == 1 ? " callback" : " callbacks");
  if (cell.event != "none") text += ", event " + cell.event;
  if (cell.later != "-") text += ", later " + cell.later;
  return text;
}

namespace {

// The errnos of one call at one place, by what they come to in every mode.
struct Place {
  LibcCall call;
  int32_t occurrence;
  bool operator==(const Place&) const = default;
};

std::string Marked(const DispatchCell& cell, const DispatchCell* known) {
  std::string text = OutcomeOf(cell);
  if (known == nullptr) return text + "   (not in the record of corosync 3.1.7)";
  if (!known->Agrees(cell)) text += "   (corosync 3.1.7: " + OutcomeOf(*known) + ")";
  return text;
}

// What one errno comes to: a line for each outcome, with the modes that have it.
std::string Lines(const Place& place, int32_t error, const std::vector<DispatchCell>& cells,
                  const DispatchRecord& record) {
  struct Line {
    bool pending;
    std::string outcome;
    std::string modes;
    int count;
  };
  std::vector<Line> lines;
  for (const DispatchCell& cell : cells) {
    const DispatchKey& key = cell.key;
    if (Place{key.call, key.occurrence} != place || key.error != error) continue;
    const std::string outcome = Marked(cell, record.Find(key));
    auto at = std::find_if(lines.begin(), lines.end(), [&](const Line& line) {
      return line.pending == key.pending && line.outcome == outcome;
    });
    if (at == lines.end()) at = lines.insert(at, {key.pending, outcome, "", 0});
    at->modes += (at->count == 0 ? "" : " ") + DispatchModeName(key.mode);
    ++at->count;
  }
  std::string text;
  for (const Line& line : lines) {
    text += "      " + std::string(line.pending ? "event pending, " : "nothing pending, ") +
            (line.count == kDispatchOneNonblocking ? "every mode" : line.modes) + ": " +
            line.outcome + "\n";
  }
  return text;
}

std::string Ordinal(int32_t number) {
  return number == 1 ? "first" : number == 2 ? "second" : std::to_string(number) + "th";
}

bool IsDocumented(LibcCall call, int error) {
  const auto documented = DocumentedErrnos(call);
  return std::find(documented.begin(), documented.end(), error) != documented.end();
}

}  // namespace

std::string FormatDispatchTable(const std::vector<DispatchCell>& cells,
                                const DispatchRecord& record) {
  std::vector<Place> places;
  for (const DispatchCell& cell : cells) {
    const Place place = {cell.key.call, cell.key.occurrence};
    if (std::find(places.begin(), places.end(), place) == places.end()) places.push_back(place);
  }
  std::string text =
      "  cmap_dispatch by the errno of a call that it makes (* where the call's manual page does "
      "not "
      "name the errno)\n";
  for (const Place& place : places) {
    std::vector<std::pair<std::string, std::string>> groups;  // what comes out, of which errnos
    std::vector<int32_t> done;
    for (const DispatchCell& cell : cells) {
      if (Place{cell.key.call, cell.key.occurrence} != place) continue;
      if (std::find(done.begin(), done.end(), cell.key.error) != done.end()) continue;
      done.push_back(cell.key.error);
      std::string lines = Lines(place, cell.key.error, cells, record);
      auto at = std::find_if(groups.begin(), groups.end(),
                             [&](const auto& group) { return group.first == lines; });
      if (at == groups.end()) at = groups.insert(at, {std::move(lines), {}});
      at->second +=
          " " + ErrnoName(cell.key.error) + (IsDocumented(place.call, cell.key.error) ? "" : "*");
    }
    for (const auto& [lines, errnos] : groups) {
      text += "    " + Ordinal(place.occurrence) + " " + std::string(LibcCallName(place.call)) +
              ":" + errnos + "\n" + lines;
    }
  }
  return text;
}

}  // namespace cmapsim
