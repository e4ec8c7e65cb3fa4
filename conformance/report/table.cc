#include "conformance/report/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "conformance/clause.h"
#include "conformance/report/counts.h"
#include "conformance/report/error_codes.h"

namespace cmapsim {
namespace {

constexpr size_t kVerdictWidth = 16;
// Details of this many properties are shown for one clause and verdict, then how many more.
constexpr size_t kDetailsShown = 3;
// Clauses of which nothing is known for one reason are named up to this many.
constexpr size_t kUntestedNamed = 12;
// Of clauses that lack evidence, and of the parts of one.
constexpr size_t kLackingNamed = 12;
constexpr size_t kPartsNamed = 4;

std::string_view ColourOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPass:
      return "\x1b[32m";
    case Verdict::kFail:
    case Verdict::kUnexpectedPass:
      return "\x1b[1;31m";
    case Verdict::kExpectedFail:
    case Verdict::kFlaky:
    case Verdict::kInconclusive:
      return "\x1b[33m";
    default:
      return "\x1b[2m";
  }
}

// One row of the matrix: a clause over all properties.
struct Row {
  std::string clause;
  const Result* place = nullptr;  // the first of its results in the report
  Verdict documented = Verdict::kSkipped;
  Verdict compatible = Verdict::kSkipped;
  int64_t cases = 0;
  bool counted = false;  // elsewhere
  std::vector<const Result*> results;
  std::vector<std::string> also;  // clauses that are judged as this one, and have its verdict
};

bool IsPass(const Result& result) {
  return result.verdict == Verdict::kPass && result.compatible == Verdict::kPass;
}

// Results of the matrix of error codes stand there; what departs is told like every other departure.
bool IsToldInFull(const Result& result) {
  return result.verdict != Verdict::kNotReached && result.verdict != Verdict::kSkipped &&
         !IsPass(result);
}

class Table {
 public:
  Table(const TargetReport& report, const TableOptions& options)
      : report_(report),
        options_(options),
        colour_(options.colour),
        error_details_(options.error_details) {
    for (const Result& result : report.results) Enter(result);
    for (const Result& result : report.results) {
      if (result.property.empty() && !IsNotOffered(result)) EnterDerived(result);
    }
    std::stable_sort(rows_.begin(), rows_.end(),
                     [](const Row& a, const Row& b) { return a.place < b.place; });
  }

  std::string Text() {
    WriteHead();
    WriteMatrix();
    WriteErrorCodes();
    WriteDetails();
    WriteSkipped();
    WriteOffered();
    WriteUntested();
    WriteNotOffered();
    WriteSummary();
    return std::move(out_);
  }

 private:
  void Enter(const Result& result) {
    if (IsNotOffered(result)) {
      not_offered_.insert(result.clause);
      return;
    }
    if (result.property.empty()) return;
    if (IsErrorCodeResult(result)) {
      if (result.verdict == Verdict::kSkipped) skipped_[result.detail].insert(result.property);
      if (!IsToldInFull(result)) return;
    }
    if (rows_.empty() || rows_.back().clause != result.clause) {
      rows_.push_back({.clause = result.clause, .place = &result, .results = {}, .also = {}});
    }
    Add(result, rows_.back());
  }

  static void Add(const Result& result, Row& row) {
    row.documented = Worse(row.documented, result.verdict);
    row.compatible = Worse(row.compatible, result.compatible);
    row.cases += result.cases;
    row.results.push_back(&result);
  }

  // Of a clause without a property. One that is judged as others stands below the one whose result it
  // has, and where that is not in the table, for itself.
  void EnterDerived(const Result& result) {
    if (result.judged_as.empty()) {
      if (result.verdict == Verdict::kPass) {
        offered_.push_back(result.clause);
      } else {
        untested_[result.detail].push_back(result.clause);
      }
      return;
    }
    const auto base = std::find_if(rows_.begin(), rows_.end(), [&result](const Row& row) {
      return row.clause == result.judged_as;
    });
    ++derived_documented_[result.verdict];
    ++derived_compatible_[result.compatible];
    if (base != rows_.end()) {
      base->also.push_back(result.clause);
      return;
    }
    rows_.push_back({.clause = result.clause, .place = &result, .results = {}, .also = {}});
    Add(result, rows_.back());
    rows_.back().counted = true;
  }

  // Of a function that the library does not have: it stands at the head, once.
  [[nodiscard]] bool IsNotOffered(const Result& result) const {
    return result.verdict == Verdict::kNotReached &&
           !LackingFunction(report_.target.not_offered, result.clause).empty();
  }

  // Padded before it is coloured, for the codes take no room.
  [[nodiscard]] std::string Coloured(Verdict verdict, size_t width) const {
    const std::string text = fmt::format("{:<{}}", VerdictName(verdict), width);
    return colour_ ? fmt::format("{}{}\x1b[0m", ColourOf(verdict), text) : text;
  }

  void WriteHead() {
    const TargetInfo& target = report_.target;
    const double seconds = static_cast<double>(report_.search_time.count()) / 1000;
    out_ += fmt::format("{}\n", target.name);
    out_ += fmt::format("  library {}, version {}\n", target.library,
                        target.version.empty() ? "unknown" : target.version);
    out_ += fmt::format("  sha256 {}\n", target.library_sha256);
    out_ += fmt::format("  service {}, seed {}, {} cases in {:.1f} s\n", target.service,
                        report_.seed, report_.cases, seconds);
    if (report_.cases_steered > 0) {
      out_ += fmt::format("  {} cases more, for clauses that had too little evidence\n",
                          report_.cases_steered);
    }
    if (report_.cases_left_out > 0) {
      out_ += fmt::format(
          "  {} more cases were left out, after others that crashed, hung, or cost a new daemon\n",
          report_.cases_left_out);
    }
    out_ += "\n";
  }

  void WriteErrorCodes() {
    const std::string codes = FormatErrorCodes(report_.results, {.details = error_details_});
    if (!codes.empty()) out_ += codes + "\n";
    for (const std::string& table : report_.tables) out_ += table + "\n";
  }

  void WriteMatrix() {
    if (rows_.empty() && !report_.results.empty()) return;
    size_t width = std::string_view("clause").size();
    for (const Row& row : rows_) width = std::max(width, row.clause.size());
    out_ += fmt::format("  {:<{}}  {:<{}}{:<{}}{:>9}\n", "clause", width, "documented",
                        kVerdictWidth, "compatible", kVerdictWidth, "cases");
    for (const Row& row : rows_) {
      out_ += fmt::format("  {:<{}}  {}{}{:>9}\n", row.clause, width,
                          Coloured(row.documented, kVerdictWidth),
                          Coloured(row.compatible, kVerdictWidth), row.cases);
    }
    out_ += "\n";
  }

  // Results that say the same of one clause stand together: the first ones in full.
  void WriteDetails() {
    for (const Row& row : rows_) {
      std::map<std::pair<Verdict, Verdict>, std::vector<const Result*>> groups;
      for (const Result* result : row.results) {
        if (result->verdict == Verdict::kSkipped) {
          skipped_[result->detail].insert(result->property);
        } else if (!IsPass(*result)) {
          groups[{result->verdict, result->compatible}].push_back(result);
        }
      }
      for (const auto& [verdicts, results] : groups) WriteGroup(row.clause, results);
      const bool passes = row.documented == Verdict::kPass && row.compatible == Verdict::kPass;
      if (!groups.empty() && !passes && !row.also.empty()) {
        out_ += fmt::format("    also: {}\n", fmt::join(row.also, ", "));
      }
    }
  }

  void WriteGroup(const std::string& clause, const std::vector<const Result*>& results) {
    const Result& first = *results.front();
    out_ += fmt::format("  {}: {}", clause, Coloured(first.verdict, 0));
    if (first.compatible != first.verdict) {
      out_ += fmt::format(", compatible: {}", Coloured(first.compatible, 0));
    }
    out_ += "\n";
    std::vector<std::string_view> shown;
    for (const Result* result : results) {
      if (shown.size() == kDetailsShown) break;
      if (std::find(shown.begin(), shown.end(), result->detail) != shown.end()) continue;
      shown.push_back(result->detail);
      if (!result->property.empty()) out_ += fmt::format("    {}\n", result->property);
      if (!result->detail.empty()) out_ += fmt::format("      {}\n", result->detail);
      if (!result->reason.empty()) out_ += fmt::format("      known: {}\n", result->reason);
      if (!result->plan.empty()) out_ += fmt::format("      plan: {}\n", result->plan);
    }
    if (results.size() > shown.size()) {
      const size_t more = results.size() - shown.size();
      out_ += fmt::format("    and {} more {}\n", more, more == 1 ? "property" : "properties");
    }
  }

  // Properties, not clauses: most of theirs are reached by others.
  void WriteSkipped() {
    for (const auto& [reason, properties] : skipped_) {
      out_ += fmt::format("  {}: {} {}: {}\n", Coloured(Verdict::kSkipped, 0), properties.size(),
                          properties.size() == 1 ? "property" : "properties", reason);
    }
  }

  void WriteOffered() {
    if (offered_.empty()) return;
    out_ += fmt::format("  {}: {} {} that a function is there\n", Coloured(Verdict::kPass, 0),
                        offered_.size(), offered_.size() == 1 ? "clause says" : "clauses say");
  }

  // By reason: why nothing is known of them.
  void WriteUntested() {
    for (const auto& [reason, clauses] : untested_) {
      out_ += fmt::format("  {}: {} {}: {}\n", Coloured(Verdict::kNotReached, 0), clauses.size(),
                          clauses.size() == 1 ? "clause" : "clauses", reason);
      const size_t named = std::min(clauses.size(), kUntestedNamed);
      out_ += fmt::format("    {}", fmt::join(clauses.begin(), clauses.begin() + named, ", "));
      if (clauses.size() > named) out_ += fmt::format(" and {} more", clauses.size() - named);
      out_ += "\n";
    }
  }

  void WriteNotOffered() {
    if (not_offered_.empty()) return;
    out_ += fmt::format("  {}: {} clauses of functions that are not offered: {}\n",
                        Coloured(Verdict::kNotReached, 0), not_offered_.size(),
                        fmt::join(report_.target.not_offered, ", "));
  }

  void WriteSummary() {
    VerdictCounts documented = derived_documented_;
    VerdictCounts compatible = derived_compatible_;
    for (const Row& row : rows_) {
      if (row.counted) continue;
      ++documented[row.documented];
      ++compatible[row.compatible];
    }
    const auto offered = static_cast<int64_t>(offered_.size());
    documented[Verdict::kPass] += offered;
    compatible[Verdict::kPass] += offered;
    auto untold = static_cast<int64_t>(not_offered_.size());
    for (const auto& [reason, clauses] : untested_) untold += static_cast<int64_t>(clauses.size());
    documented[Verdict::kNotReached] += untold;
    compatible[Verdict::kNotReached] += untold;
    if (!rows_.empty() || untold > 0 || offered > 0) out_ += "\n";
    out_ += fmt::format("  clauses, documented: {}\n", Counts(documented));
    out_ += fmt::format("  clauses, compatible: {}{}\n", Counts(compatible),
                        report_.claims_compatibility ? "" : " (not claimed)");
    WriteLacking();
    // Which clauses fail is said above, and in the last line.
    const std::string line =
        IsBad(report_) ? "does not conform" : OutcomeOf({report_}, options_.asking).line;
    out_ += fmt::format("  {}: {}\n", report_.target.name, line);
    if (!report_.trouble.empty()) out_ += "  not complete: " + report_.trouble + "\n";
  }

  void WriteLacking() {
    const std::vector<Lacking>& all = report_.lacking;
    if (all.empty()) return;
    out_ += fmt::format("  without evidence: {} {}\n", all.size(),
                        all.size() == 1 ? "clause" : "clauses");
    const size_t named = options_.verbose ? all.size() : std::min(all.size(), kLackingNamed);
    for (size_t i = 0; i < named; ++i) {
      out_ += "    " + DescribeLacking(all[i], options_.verbose ? 0 : kPartsNamed) + "\n";
    }
    if (all.size() > named) out_ += fmt::format("    and {} more (-v)\n", all.size() - named);
  }

  [[nodiscard]] std::string Counts(const VerdictCounts& counts) const {
    std::string text;
    for (const Verdict verdict : kAllVerdicts) {
      if (counts[verdict] == 0) continue;
      if (!text.empty()) text += ", ";
      text += fmt::format("{} {}", counts[verdict], Coloured(verdict, 0));
    }
    return text.empty() ? "none" : text;
  }

  const TargetReport& report_;
  const TableOptions& options_;
  bool colour_;
  bool error_details_;
  std::vector<Row> rows_;
  std::vector<std::string> offered_;
  std::map<std::string, std::vector<std::string>> untested_;  // by reason
  VerdictCounts derived_documented_;
  VerdictCounts derived_compatible_;
  std::set<std::string> not_offered_;
  std::map<std::string, std::set<std::string>> skipped_;  // by reason
  std::string out_;
};

}  // namespace

std::string FormatTable(const std::vector<TargetReport>& reports, const TableOptions& options) {
  std::string text;
  for (const TargetReport& report : reports) {
    if (!text.empty()) text += "\n";
    text += Table(report, options).Text();
  }
  for (const std::string& line : options.skipped) {
    if (!text.empty()) text += "\n";
    text += line + "\n";
  }
  if (!reports.empty()) text += "\n" + OutcomeOf(reports, options.asking).line + "\n";
  return text;
}

}  // namespace cmapsim
