#include "conformance/sweep/report.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <system_error>
#include <utility>

#include "conformance/atomic_file.h"
#include "sim/core/plan_yaml.h"

namespace cmapsim {
namespace {

// Words of the signature joined by "-".
std::string FileNameOf(const std::string& signature) {
  std::string name;
  for (const char c : signature) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '_') {
      name += c;
    } else if (!name.empty() && name.back() != '-') {
      name += '-';
    }
  }
  return name + ".yaml";
}

std::string Count(int64_t number) { return std::to_string(number); }

std::string FormatCounts(const std::string& what, const SweepCounts& counts) {
  std::string text = what + ": " + Count(counts.points) + " points, " + Count(counts.points_taken) +
                     " of them taken; " + Count(counts.faults) + " faults, " + Count(counts.runs) +
                     " runs, in " + Count(counts.taken) + " of them all faults struck";
  if (counts.left_out > 0) text += "; " + Count(counts.left_out) + " left out because of hangs";
  if (counts.ended_early > 0) {
    text += "; after " + Count(counts.ended_early) + " first faults nothing came any more";
  }
  if (counts.of_one > 0) text += "; " + Count(counts.of_one) + " findings that one makes alone";
  return text + (counts.Complete() ? ": complete\n" : ": NOT COMPLETE\n");
}

std::string FormatClasses(const SweepCounts& counts) {
  std::string text;
  for (const auto& [name, of_class] : counts.classes) {
    std::string line = "  " + name;
    line.resize(std::max<size_t>(line.size() + 1, 30), ' ');
    std::string points = Count(of_class.points);
    line += std::string(points.size() < 8 ? 8 - points.size() : 0, ' ') + points;
    std::string faults = Count(of_class.faults);
    line += std::string(faults.size() < 10 ? 10 - faults.size() : 1, ' ') + faults;
    text += line + "\n";
  }
  return text;
}

// The signatures that differ in nothing but the error, under the signature without it.
using Groups = std::map<std::string, std::vector<std::string>>;

Groups GroupByError(const UnitReport& report, const SweepVerdict& verdict) {
  Groups groups;
  for (const std::string& signature : verdict.fresh) {
    std::string group = signature;
    for (const Fault& fault : report.found.at(signature).plan.faults) {
      const std::string whole = FaultText(fault);
      const size_t at = group.find(whole);
      if (at != std::string::npos) group.replace(at, whole.size(), FaultName(fault));
    }
    groups[group].push_back(signature);
  }
  return groups;
}

// "EACCES" of "host.open.errno EACCES".
std::string ErrorsOf(const Found& found) {
  std::string text;
  for (const Fault& fault : found.plan.faults) {
    const std::string whole = FaultText(fault);
    const std::string name = FaultName(fault);
    if (whole.size() > name.size())
      text += (text.empty() ? "" : "+") + whole.substr(name.size() + 1);
  }
  return text;
}

std::string FormatGroup(const std::string& group, const std::vector<std::string>& signatures,
                        const UnitReport& report, const std::map<std::string, std::string>& paths) {
  int64_t count = 0;
  std::string errors;
  for (const std::string& signature : signatures) {
    const Found& found = report.found.at(signature);
    count += found.count;
    errors += " " + ErrorsOf(found);
  }
  const Found& first = report.found.at(signatures.front());
  std::string text = "finding: " + group + " (" + Count(count) + " times)\n";
  if (errors.size() > signatures.size()) text += "  with" + errors + "\n";
  text += "  " + first.scenario + ": " + first.detail + "\n";
  const auto path = paths.find(signatures.front());
  return path == paths.end() ? text : text + "  " + path->second + "\n";
}

// Of two faults, what is known of one of them is known.
const KnownFinding* FindKnown(const std::string& signature, const std::vector<Fault>& faults,
                              const KnownFindings& known) {
  const KnownFinding* entry = known.Find(signature);
  if (entry != nullptr || faults.size() < 2) return entry;
  const std::string both = FaultText(faults[0]) + " + " + FaultText(faults[1]);
  const size_t at = signature.find(both);
  if (at == std::string::npos) return nullptr;
  for (const Fault& fault : faults) {
    std::string of_one = signature;
    of_one.replace(at, both.size(), FaultText(fault));
    entry = known.Find(of_one);
    if (entry != nullptr) return entry;
  }
  return nullptr;
}

}  // namespace

SweepVerdict WeighSweep(const UnitReport& report, const KnownFindings& known) {
  SweepVerdict verdict;
  for (const auto& [signature, found] : report.found) {
    const KnownFinding* entry = FindKnown(signature, found.plan.faults, known);
    if (entry == nullptr) {
      verdict.fresh.push_back(signature);
    } else {
      verdict.known[entry->signature] += found.count;
    }
  }
  return verdict;
}

tl::expected<std::map<std::string, std::string>, std::string> WriteFindings(
    const UnitReport& report, const SweepVerdict& verdict, const std::string& folder,
    const TargetInfo& target) {
  std::map<std::string, std::string> paths;
  for (const std::string& signature : verdict.fresh) {
    const Found& found = report.found.at(signature);
    const std::string path = folder + "/sweep/" + FileNameOf(signature);
    std::error_code error;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path(), error);
    if (error) return tl::unexpected(path + ": cannot make its folder: " + error.message());
    const std::string text = "# finding: " + signature + "\n# detail: " + found.detail +
                             "\n# scenario: " + found.scenario + "\n# library: " + target.library +
                             "\n# library sha256: " + target.library_sha256 +
                             "\n# replay: cmapsim replay --library=" + target.library + " " + path +
                             "\n" + FormatPlan(found.plan);
    if (auto written = WriteFileAtomically(path, text); !written) {
      return tl::unexpected(written.error());
    }
    paths.emplace(signature, path);
  }
  return paths;
}

std::string FormatSweep(const UnitReport& report, const SweepVerdict& verdict,
                        const std::map<std::string, std::string>& paths) {
  std::string text = "call or fault                   points    faults\n";
  text += FormatClasses(report.singles);
  text += FormatCounts("one at a time", report.singles);
  if (report.pairs.faults > 0) text += FormatCounts("two at a time", report.pairs);
  for (const std::string& one : report.not_taken) text += "not taken: " + one + "\n";
  for (const auto& [entry, count] : verdict.known) {
    text += "known: " + entry + " (" + Count(count) + " times)\n";
  }
  for (const auto& [group, signatures] : GroupByError(report, verdict)) {
    text += FormatGroup(group, signatures, report, paths);
  }
  return text + (verdict.Good(report) ? "no finding\n"
                                      : Count(static_cast<int64_t>(verdict.fresh.size())) +
                                            " findings that are not known\n");
}

}  // namespace cmapsim
