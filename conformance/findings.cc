#include "conformance/findings.h"

#include <cctype>
#include <filesystem>
#include <system_error>
#include <utility>

#include "conformance/atomic_file.h"
#include "sim/core/plan_yaml.h"

namespace cmapsim {
namespace {

// Letters, digits and dots; everything else becomes one "-".
std::string FileNameOf(std::string_view text) {
  std::string name;
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '_') {
      name += c;
    } else if (!name.empty() && name.back() != '-') {
      name += '-';
    }
  }
  return name;
}

// A line of the head; what has several lines stays one comment.
std::string Comment(std::string_view label, std::string_view text) {
  std::string line = "# " + std::string(label) + ": ";
  for (const char c : text) line += c == '\n' || c == '\r' ? ' ' : c;
  return line + "\n";
}

}  // namespace

std::string FindingFolder::PathOf(const Finding& finding, std::string_view which) const {
  return folder_ + "/" + FileNameOf(target_.name) + "/" + FileNameOf(finding.property) + "." +
         std::string(which) + ".yaml";
}

std::string FindingFolder::Head(const Finding& finding, const std::string& path) const {
  const Observation& seen = finding.failing.seen;
  std::string text = Comment("clause", seen.clause);
  if (!seen.situation.empty()) text += Comment("situation", seen.situation);
  text += Comment("outcome", seen.outcome);
  if (!seen.detail.empty()) text += Comment("detail", seen.detail);
  text += Comment("target", target_.name + ", " + target_.library);
  text += Comment("library sha256", target_.library_sha256);
  text += Comment("property", finding.property + ", seed " + std::to_string(seed_) + ", case " +
                                  std::to_string(finding.failing.case_index));
  text += Comment("replay", ReplayCommand(path));
  return text;
}

std::string FindingFolder::ReplayCommand(const std::string& path) const {
  const std::string service = target_.service == "corosync" ? " --service=corosync" : "";
  return "cmapsim replay --library=" + target_.library + service + " " + path;
}

tl::expected<std::string, std::string> FindingFolder::WriteTrace(const std::string& plan,
                                                                 std::string_view trace) const {
  return Write(std::filesystem::path(plan).replace_extension(".trace"), std::string(trace));
}

tl::expected<std::string, std::string> FindingFolder::Write(const std::string& path,
                                                            std::string text) const {
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), error);
  if (error) return tl::unexpected(path + ": cannot make its folder: " + error.message());
  if (auto written = WriteFileAtomically(path, text); !written) {
    return tl::unexpected(written.error());
  }
  return path;
}

tl::expected<std::string, std::string> FindingFolder::WriteCProgram(const std::string& plan,
                                                                    std::string_view text) const {
  return Write(std::filesystem::path(plan).replace_extension(".c"), std::string(text));
}

tl::expected<std::string, std::string> FindingFolder::WriteDrawn(const Finding& finding,
                                                                 const Plan& plan) const {
  const std::string which = "case-" + std::to_string(finding.failing.case_index);
  const std::string path = PathOf(finding, which);
  return Write(path, Head(finding, path) + FormatPlan(plan));
}

tl::expected<std::string, std::string> FindingFolder::WriteShrunk(const Finding& finding,
                                                                  const ShrunkPlan& shrunk,
                                                                  bool reproduced) const {
  const std::string path = PathOf(finding, finding.failing.seen.clause);
  std::string head = Head(finding, path);
  head += Comment("made smaller", std::to_string(shrunk.accepted) + " times, by trying " +
                                      std::to_string(shrunk.tried) + " plans" +
                                      (shrunk.complete ? "" : ", then the time was up"));
  if (!reproduced) head += Comment("note", "it did not fail in this way when it was run once more");
  return Write(path, head + FormatPlan(shrunk.plan));
}

}  // namespace cmapsim
