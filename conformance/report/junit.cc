#include "conformance/report/junit.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "conformance/report/outcome.h"

namespace cmapsim {
namespace {

// The length of the UTF-8 sequence at the begin of `text` that XML 1.0 may hold; 0 where there is none.
size_t CharacterSize(std::string_view text) {
  const auto byte = [text](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return first >= 0x20 || first == '\t' || first == '\n' || first == '\r' ? 1 : 0;
  const size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < size) return 0;
  uint32_t code = first & (0xFFU >> (size + 1));
  for (size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return 0;
    code = code << 6U | (byte(i) & 0x3FU);
  }
  constexpr uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  const bool no_character = code == 0xFFFE || code == 0xFFFF || code > 0x10FFFF;
  return code < kSmallest[size] || surrogate || no_character ? 0 : size;
}

void AppendCharacter(std::string_view character, std::string& out) {
  switch (character.size() == 1 ? character.front() : '.') {
    case '&':
      out += "&amp;";
      break;
    case '<':
      out += "&lt;";
      break;
    case '>':
      out += "&gt;";
      break;
    case '"':
      out += "&quot;";
      break;
    // In an attribute, readers make a space of them.
    case '\n':
      out += "&#x0A;";
      break;
    case '\t':
      out += "&#x09;";
      break;
    case '\r':
      out += "&#x0D;";
      break;
    default:
      out += character;
  }
}

bool IsBad(Verdict verdict) {
  return verdict == Verdict::kFail || verdict == Verdict::kUnexpectedPass;
}

bool ShowsSomething(Verdict verdict) {
  return verdict == Verdict::kPass || verdict == Verdict::kExpectedFail || IsBad(verdict);
}

// What is to be said of a result. A clause that is judged as another has no property.
std::string TextOf(const Result& result) {
  return result.property.empty() ? result.detail : result.property + ": " + result.detail;
}

// One clause over all its properties.
struct ClauseCase {
  std::string clause;
  std::vector<const Result*> results;
};

std::vector<ClauseCase> CasesOf(const TargetReport& report) {
  std::vector<ClauseCase> cases;
  for (const Result& result : report.results) {
    if (cases.empty() || cases.back().clause != result.clause) cases.push_back({result.clause, {}});
    cases.back().results.push_back(&result);
  }
  return cases;
}

// "libcmap, simulated, shm" as the name of a class: commas and spaces would tell readers of names nothing.
std::string ClassName(std::string_view target) {
  std::string name;
  for (const char c : target) {
    if (c == ' ') continue;
    name += c == ',' ? '.' : c;
  }
  return name;
}

class Suite {
 public:
  Suite(const TargetReport& report, std::string& out) : report_(report), out_(out) {}

  void Write() {
    std::string body;
    for (const ClauseCase& one : CasesOf(report_)) WriteCase(one, body);
    if (!report_.trouble.empty()) WriteTrouble(body);
    const TargetInfo& target = report_.target;
    out_ += fmt::format(
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" "
        "time=\"{:.3f}\">\n",
        XmlText(target.name), tests_, failures_, errors_, skipped_,
        static_cast<double>((report_.search_time + report_.shrink_time).count()) / 1000);
    out_ += "    <properties>\n";
    WriteProperty("library", target.library);
    WriteProperty("sha256", target.library_sha256);
    WriteProperty("version", target.version.empty() ? "unknown" : target.version);
    WriteProperty("service", target.service);
    WriteProperty("seed", std::to_string(report_.seed));
    WriteProperty("cases", std::to_string(report_.cases));
    WriteProperty("cases_steered", std::to_string(report_.cases_steered));
    WriteProperty("cases_left_out", std::to_string(report_.cases_left_out));
    out_ += "    </properties>\n" + body + "  </testsuite>\n";
  }

 private:
  void WriteProperty(std::string_view name, std::string_view value) {
    out_ += fmt::format("      <property name=\"{}\" value=\"{}\"/>\n", name, XmlText(value));
  }

  [[nodiscard]] bool Fails(const Result& result) const {
    return IsBad(result.verdict) || (report_.claims_compatibility && IsBad(result.compatible));
  }

  // Readers of JUnit know a failure from an error: the second is not the tested code's.
  [[nodiscard]] bool IsError(const Result& result) const {
    return result.verdict == Verdict::kFlaky ||
           (report_.claims_compatibility && result.compatible == Verdict::kFlaky);
  }

  void WriteCase(const ClauseCase& one, std::string& body) {
    ++tests_;
    std::string inside;
    for (const Result* result : one.results) {
      if (Fails(*result)) inside += Failure(*result);
    }
    const bool shown = std::any_of(one.results.begin(), one.results.end(), [](const Result* r) {
      return ShowsSomething(r->verdict) || ShowsSomething(r->compatible);
    });
    const bool fails = !inside.empty();
    for (const Result* result : one.results) {
      if (!fails && IsError(*result)) inside += Error(*result);
    }
    if (fails) {
      ++failures_;
    } else if (!inside.empty()) {
      ++errors_;
    } else if (const Lacking* lacking = LackingOf(one.clause);
               report_.evidence_owed && lacking != nullptr) {
      ++errors_;
      inside = fmt::format("      <error message=\"inconclusive: {}\" type=\"evidence\"/>\n",
                           XmlText(DescribeLacking(*lacking, 0)));
    } else if (!shown) {
      ++skipped_;
      inside = fmt::format("      <skipped message=\"{}\"/>\n", XmlText(WhyNothing(one)));
    } else if (const std::string known = KnownDepartures(one); !known.empty()) {
      inside = fmt::format("      <system-out>{}</system-out>\n", XmlText(known));
    }
    body += fmt::format("    <testcase classname=\"{}\" name=\"{}\"",
                        XmlText(ClassName(report_.target.name)), XmlText(one.clause));
    body += inside.empty() ? "/>\n" : ">\n" + inside + "    </testcase>\n";
  }

  void WriteTrouble(std::string& body) {
    ++tests_;
    ++errors_;
    body += fmt::format(
        "    <testcase classname=\"{}\" name=\"complete\">\n      <error message=\"{}\" "
        "type=\"not complete\"/>\n    </testcase>\n",
        XmlText(ClassName(report_.target.name)), XmlText(report_.trouble));
  }

  [[nodiscard]] std::string Error(const Result& result) const {
    std::string evidence = result.detail + "\n";
    if (!result.plan.empty()) evidence += "plan: " + result.plan + "\n";
    return fmt::format("      <error message=\"{}\" type=\"flaky\">{}</error>\n",
                       XmlText(fmt::format("{}: {}", TextOf(result), kNotTheTargets)),
                       XmlText(evidence));
  }

  [[nodiscard]] const Lacking* LackingOf(const std::string& clause) const {
    const auto at = std::find_if(report_.lacking.begin(), report_.lacking.end(),
                                 [&](const Lacking& one) { return one.clause == clause; });
    return at == report_.lacking.end() ? nullptr : &*at;
  }

  [[nodiscard]] std::string Failure(const Result& result) const {
    const bool documented = IsBad(result.verdict);
    const std::string_view which = documented ? "documented" : "compatible";
    const std::string_view verdict = VerdictName(documented ? result.verdict : result.compatible);
    std::string evidence;
    if (!result.property.empty()) evidence += "property: " + result.property + "\n";
    evidence += "documented: " + std::string(VerdictName(result.verdict)) +
                ", compatible: " + std::string(VerdictName(result.compatible)) + "\n";
    evidence += result.detail + "\n";
    if (!result.reason.empty()) evidence += "known: " + result.reason + "\n";
    if (!result.plan.empty()) {
      const std::string service = report_.target.service == "corosync" ? " --service=corosync" : "";
      evidence += "plan: " + result.plan +
                  "\nreplay: cmapsim replay --library=" + report_.target.library + service + " " +
                  result.plan + "\n";
    }
    evidence += "seed: " + std::to_string(report_.seed) + "\n";
    return fmt::format("      <failure message=\"{}\" type=\"{}: {}\">{}</failure>\n",
                       XmlText(TextOf(result)), which, verdict, XmlText(evidence));
  }

  // Properties that say the same are not told one by one.
  static std::string WhyNothing(const ClauseCase& one) {
    std::vector<std::string> reasons;
    for (const Result* result : one.results) {
      std::string reason = fmt::format("{}: {}", VerdictName(result->verdict), result->detail);
      if (std::find(reasons.begin(), reasons.end(), reason) == reasons.end()) {
        reasons.push_back(std::move(reason));
      }
    }
    return fmt::format("{}", fmt::join(reasons, "; "));
  }

  static std::string KnownDepartures(const ClauseCase& one) {
    std::string text;
    for (const Result* result : one.results) {
      if (result->verdict != Verdict::kExpectedFail &&
          result->compatible != Verdict::kExpectedFail) {
        continue;
      }
      text += "expected fail: " + TextOf(*result);
      if (!result->reason.empty()) text += " (known: " + result->reason + ")";
      if (!result->plan.empty()) text += ", " + result->plan;
      text += "\n";
    }
    return text;
  }

  const TargetReport& report_;
  std::string& out_;
  int64_t tests_ = 0;
  int64_t failures_ = 0;
  int64_t errors_ = 0;
  int64_t skipped_ = 0;
};

void WriteNotDone(const std::vector<std::string>& skipped, std::string& out) {
  if (skipped.empty()) return;
  out += fmt::format(
      "  <testsuite name=\"not done\" tests=\"{0}\" failures=\"0\" errors=\"0\" skipped=\"{0}\" "
      "time=\"0\">\n",
      skipped.size());
  for (const std::string& line : skipped) {
    out += fmt::format(
        "    <testcase classname=\"cmapsim\" name=\"{}\">\n      <skipped message=\"{}\"/>\n"
        "    </testcase>\n",
        XmlText(std::string_view(line).substr(0, line.find(':'))), XmlText(line));
  }
  out += "  </testsuite>\n";
}

}  // namespace

std::string XmlText(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const size_t size = CharacterSize(text);
    if (size == 0) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(text.front()));
    } else {
      AppendCharacter(text.substr(0, size), out);
    }
    text.remove_prefix(std::max<size_t>(size, 1));
  }
  return out;
}

std::string FormatJunit(const std::vector<TargetReport>& reports, const JunitOptions& options) {
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"cmapsim\">\n";
  for (const TargetReport& report : reports) Suite(report, out).Write();
  WriteNotDone(options.skipped, out);
  return out + "</testsuites>\n";
}

}  // namespace cmapsim
