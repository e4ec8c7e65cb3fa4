#include "conformance/report/error_codes.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

namespace cmapsim {
namespace {

constexpr std::string_view kProperty = "errors/";
constexpr std::string_view kPrefix = "CS_ERR_";
constexpr size_t kFunctionWidth = 20;
constexpr size_t kCellWidth = 15;
// The codes that every page lists; the others stand in a table of their own, where most have no
// cell.
constexpr std::string_view kCommon[] = {"TRY_AGAIN", "INVALID_PARAM", "ACCESS",        "LIBRARY",
                                        "INTERRUPT", "NOT_SUPPORTED", "MESSAGE_ERROR", "NO_MEMORY"};

bool IsCommon(std::string_view code) {
  return std::find(std::begin(kCommon), std::end(kCommon), code) != std::end(kCommon);
}

std::string_view CellOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPass:
      return "witnessed";
    case Verdict::kFail:
    case Verdict::kExpectedFail:
    case Verdict::kUnexpectedPass:
    case Verdict::kInconclusive:
      return "departs";
    case Verdict::kFlaky:
      return "flaky";
    case Verdict::kNotReached:
      return "not reached";
    default:
      return "skipped";
  }
}

// One cell: all ways to one code of one function.
struct Pair {
  std::string function;
  std::string code;  // without its prefix
  Verdict verdict = Verdict::kSkipped;
  std::vector<const Result*> results;
};

class ErrorCodes {
 public:
  explicit ErrorCodes(const std::vector<Result>& results) {
    for (const Result& result : results) {
      if (IsErrorCodeResult(result)) Enter(result);
    }
  }

  std::string Text(const ErrorCodesOptions& options) {
    if (pairs_.empty()) return {};
    WriteMatrix(/*common=*/true);
    WriteMatrix(/*common=*/false);
    WriteCounts();
    if (options.details) {
      WriteWitnesses();
      WriteReasons();
    }
    return std::move(out_);
  }

 private:
  void Enter(const Result& result) {
    std::string_view name = result.property;
    name.remove_prefix(kProperty.size());
    const std::string function(name.substr(0, name.find('/')));
    std::string_view code = name.substr(std::min(function.size() + 1, name.size()));
    code = code.substr(0, code.find('/'));
    if (code.starts_with(kPrefix)) code.remove_prefix(kPrefix.size());
    auto at = std::find_if(pairs_.begin(), pairs_.end(), [&](const Pair& pair) {
      return pair.function == function && pair.code == code;
    });
    if (at == pairs_.end()) {
      at = pairs_.insert(at, {.function = function, .code = std::string(code), .results = {}});
    }
    at->verdict = Worse(at->verdict, Worse(result.verdict, result.compatible));
    at->results.push_back(&result);
  }

  // The functions or codes of the common block or beside it, each once, in the order of the
  // results.
  [[nodiscard]] std::vector<std::string> Names(std::string Pair::*name, bool common) const {
    std::vector<std::string> names;
    for (const Pair& pair : pairs_) {
      if (IsCommon(pair.code) != common) continue;
      if (std::find(names.begin(), names.end(), pair.*name) == names.end()) {
        names.push_back(pair.*name);
      }
    }
    return names;
  }

  [[nodiscard]] std::string_view Cell(const std::string& function, const std::string& code) const {
    const auto at = std::find_if(pairs_.begin(), pairs_.end(), [&](const Pair& pair) {
      return pair.function == function && pair.code == code;
    });
    return at == pairs_.end() ? "-" : CellOf(at->verdict);
  }

  void WriteMatrix(bool common) {
    const std::vector<std::string> codes = Names(&Pair::code, common);
    if (codes.empty()) return;
    std::string head = fmt::format("  {:<{}}", "", kFunctionWidth);
    for (const std::string& code : codes) head += fmt::format("{:<{}}", code, kCellWidth);
    WriteLine(head);
    for (const std::string& function : Names(&Pair::function, common)) {
      std::string row = fmt::format("  {:<{}}", function, kFunctionWidth);
      for (const std::string& code : codes) {
        row += fmt::format("{:<{}}", Cell(function, code), kCellWidth);
      }
      WriteLine(row);
    }
    out_ += "\n";
  }

  void WriteLine(std::string_view line) {
    out_ += line.substr(0, line.find_last_not_of(' ') + 1);
    out_ += "\n";
  }

  void WriteCounts() {
    std::map<std::string_view, int> counts;
    for (const Pair& pair : pairs_) ++counts[CellOf(pair.verdict)];
    std::string text;
    for (const std::string_view cell : {"witnessed", "not reached", "departs", "skipped"}) {
      if (counts[cell] == 0) continue;
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", counts[cell], cell);
    }
    out_ += fmt::format("  pairs of function and error code: {} of {}\n", text, pairs_.size());
  }

  void WriteWitnesses() {
    out_ += "\n";
    for (const Pair& pair : pairs_) {
      for (const Result* result : pair.results) {
        if (result->plan.empty()) continue;
        out_ += fmt::format("  {:<{}}{:<{}}{}: {}\n", pair.function, kFunctionWidth, pair.code,
                            kCellWidth, CellOf(result->verdict), result->detail);
        out_ += fmt::format("  {:<{}}plan: {}\n", "", kFunctionWidth + kCellWidth, result->plan);
      }
    }
  }

  void WriteReasons() {
    std::vector<std::pair<std::string, std::string>> reasons;  // in order, with whose they are
    for (const Pair& pair : pairs_) {
      for (const Result* result : pair.results) {
        if (!result->plan.empty()) continue;
        auto at = std::find_if(reasons.begin(), reasons.end(),
                               [&](const auto& known) { return known.first == result->detail; });
        if (at == reasons.end()) at = reasons.insert(at, {result->detail, pair.function + ":"});
        at->second += " " + pair.code;
      }
    }
    if (!reasons.empty()) out_ += "\n";
    for (const auto& [reason, whose] : reasons) {
      out_ += fmt::format("  not reached: {}\n    {}\n", whose, reason);
    }
  }

  std::vector<Pair> pairs_;
  std::string out_;
};

}  // namespace

bool IsErrorCodeResult(const Result& result) { return result.property.starts_with(kProperty); }

std::string FormatErrorCodes(const std::vector<Result>& results, const ErrorCodesOptions& options) {
  return ErrorCodes(results).Text(options);
}

}  // namespace cmapsim
