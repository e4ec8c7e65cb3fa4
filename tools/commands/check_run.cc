#include "tools/commands/check_run.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "conformance/clause.h"
#include "conformance/expectations.h"
#include "conformance/suites/fixed_cases.h"
#include "sim/core/text.h"
#include "sim/core/words.h"
#include "tools/commands/exit_status.h"
#include "tools/commands/read_file.h"

namespace cmapsim {
namespace {

// For each transport. Simulated that takes some seconds, live a quarter of a minute.
constexpr int64_t kSimulatedCases = 10'000;
constexpr int64_t kLiveCases = 1'000;
// At most so much of them more, where these leave clauses without evidence.
constexpr int64_t kSteeredShare = 5;
// Live a case mostly waits for the daemon and for what must not happen: each thread has a daemon of its own.
constexpr int kLiveThreads = 6;

// The expectations of the file, or corosync's.
tl::expected<Expectations, std::string> ReadExpectations(const std::string& path) {
  if (path.empty()) return CorosyncExpectations();
  auto text = ReadFile(path);
  if (!text) return tl::unexpected("--expectations=" + path + ": " + text.error());
  return LoadExpectations(*text, path);
}

tl::expected<void, std::string> CheckClauseGlob(const std::string& glob) {
  if (!ClauseRegister::Get().Match(glob).empty()) return {};
  std::vector<std::string_view> ids;
  for (const Clause& clause : ClauseRegister::Get().clauses()) ids.push_back(clause.id);
  const auto near = NearestWord(glob, ids);
  return tl::unexpected("--clause=" + glob + ": no clause fits" +
                        (near ? "; did you mean " + Quoted(*near) + "?" : "") +
                        " (cmapsim explain says what a clause is)");
}

// CLI11 would take -1 and what is too large for some number.
std::string ParseSeed(const std::string& text, uint64_t& seed) {
  const auto number = ParseNumber<uint64_t>(text);
  if (!number) return Quoted(text) + " is no number from 0 to 2^64 - 1";
  seed = *number;
  return {};
}

std::vector<Transport> Transports(const std::string& name) {
  if (name == "shm") return {Transport::kShm};
  if (name == "socket") return {Transport::kSocket};
  return {Transport::kShm, Transport::kSocket};
}

// One target that is to be checked, and with how many cases.
struct Planned {
  TargetUnderTest under_test;
  std::string name;
  int64_t cases = 0;
  int64_t steered_cases = 0;
};

class Check {
 public:
  Check(const CheckOptions& options, Progress& progress) : options_(options), progress_(progress) {}

  tl::expected<CheckOutcome, std::string> Run() {
    if (auto fits = CheckClauseGlob(options_.clause); !fits) return tl::unexpected(fits.error());
    auto expectations = ReadExpectations(options_.expectations);
    if (!expectations) return tl::unexpected(expectations.error());
    expectations_ = std::move(*expectations);
    auto bench = PrepareBench(options_.target);
    if (!bench) return tl::unexpected(bench.error());
    bench_ = std::move(*bench);
    if (!expectations_.version.empty()) bench_.library.version = expectations_.version;
    if (options_.service == "corosync" && !bench_.no_live.empty()) {
      return tl::unexpected("--service=corosync: " + bench_.no_live);
    }
    CheckOutcome outcome = CheckAll(PlanTargets());
    // Else a line that is drawn again stands before the message.
    progress_.End();
    if (outcome.reports.empty() && !outcome.trouble.empty()) return tl::unexpected(outcome.trouble);
    std::move(skipped_.begin(), skipped_.end(), std::back_inserter(outcome.skipped));
    outcome.asking = {
        .clause_glob = options_.clause, .few_cases = few_cases_, .shard = options_.shard};
    return outcome;
  }

 private:
  std::vector<Planned> PlanTargets() {
    std::vector<Planned> planned;
    for (const bool live : {false, true}) {
      if (options_.service == (live ? "sim" : "corosync")) continue;
      if (live && !bench_.no_live.empty()) {
        skipped_.push_back("live: skipped: " + bench_.no_live);
        continue;
      }
      for (const Transport transport : Transports(options_.transport)) {
        planned.push_back(PlanTarget(transport, live));
      }
    }
    return planned;
  }

  Planned PlanTarget(Transport transport, bool live) {
    Planned planned;
    planned.name = std::string("libcmap, ") + (live ? "live, " : "simulated, ") +
                   (transport == Transport::kShm ? "shm" : "socket");
    const int64_t usual = live ? kLiveCases : kSimulatedCases;
    planned.cases = options_.cases > 0 ? options_.cases : usual;
    // Who asks for fewer gets just these.
    if (planned.cases >= usual) {
      planned.steered_cases = usual / kSteeredShare;
    } else {
      few_cases_ = planned.cases;
    }
    planned.under_test.generate = {.transport = transport, .live = live};
    planned.under_test.expectations = &expectations_;
    planned.under_test.open = [this, transport, live] {
      return live ? bench_.OpenLive(transport) : bench_.OpenSimulated(transport);
    };
    if (live) {
      planned.under_test.open_patient = [this, transport] {
        return bench_.OpenLive(transport, /*patient=*/true);
      };
    }
    return planned;
  }

  CheckOutcome CheckAll(const std::vector<Planned>& planned) {
    CheckOutcome outcome;
    const auto shrink_ms = static_cast<int64_t>(options_.shrink_seconds * 1000);
    for (const Planned& target : planned) {
      // What was in the way of one is in the way of the others.
      if (!outcome.trouble.empty()) {
        outcome.skipped.push_back(target.name + ": skipped: the check ended before");
        continue;
      }
      RunnerOptions runner;
      runner.seed = options_.seed;
      runner.cases = target.cases;
      runner.steered_cases = target.steered_cases;
      if (target.under_test.generate.live) runner.threads = kLiveThreads;
      runner.clause_glob = options_.clause;
      runner.shrink_limit =
          std::chrono::milliseconds(shrink_ms / static_cast<int64_t>(planned.size()));
      runner.findings_folder = options_.findings_folder;
      runner.shard = options_.shard;
      runner.shrink_deadline = options_.shrink_deadline;
      runner.say = [this](const std::string& line) { progress_.Say(line); };
      runner.show = runner.say;
      runner.progress = [this](int64_t done, int64_t total) { progress_.Update(done, total); };
      runner.fixed_cases = &RunFixedCases;
      progress_.Begin(target.name);
      auto report = Runner(AllProperties(), runner).Check(target.under_test);
      const std::string& trouble = report ? report->trouble : report.error();
      if (!trouble.empty()) outcome.trouble = target.name + ": " + trouble;
      if (report) report->evidence_owed = target.steered_cases > 0;
      if (report) outcome.reports.push_back(std::move(*report));
    }
    return outcome;
  }

  const CheckOptions& options_;
  Progress& progress_;
  Expectations expectations_;
  Bench bench_;
  std::vector<std::string> skipped_;
  int64_t few_cases_ = 0;
};

}  // namespace

void AddCheckOptions(CommandLine& command, CheckOptions& options) {
  AddTargetOptions(command, options.target);
  command.AddOption("--service", options.service, "the service to run against (both)")
      .OneOf({"sim", "corosync", "both"})
      .TypeName("sim|corosync|both");
  command.AddOption("--transport", options.transport, "libqb's transport (both)")
      .OneOf({"shm", "socket", "both"})
      .TypeName("shm|socket|both");
  command
      .AddOption("--expectations", options.expectations,
                 "what is known of the target (what is known of corosync 3.1)")
      .TypeName("FILE");
  command.AddOption("--clause", options.clause, "check only clauses whose id fits (*)")
      .TypeName("GLOB");
  command
      .AddParsed(
          "--seed", [&options](const std::string& text) { return ParseSeed(text, options.seed); },
          "of what is drawn (1)")
      .TypeName("N");
  command
      .AddOption(
          "--cases", options.cases,
          "cases for each target (10000 simulated, 1000 live, and more where evidence lacks)")
      .InRange(int64_t{1}, int64_t{1'000'000'000})
      .TypeName("N");
  command
      .AddOption("--shrink-seconds", options.shrink_seconds,
                 "how long to make findings' plans smaller (10)")
      .InRange(0.0, 86400.0)
      .TypeName("N");
}

int CheckOutcome::status() const {
  return trouble.empty() ? OutcomeOf(reports, asking).status : kTrouble;
}

tl::expected<CheckOutcome, std::string> RunCheck(const CheckOptions& options, Progress& progress) {
  return Check(options, progress).Run();
}

}  // namespace cmapsim
