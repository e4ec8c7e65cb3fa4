#include "tools/commands/run_bounds.h"

#include <algorithm>
#include <utility>

#include "sim/core/text.h"
#include "sim/core/trace.h"
#include "tools/commands/exit_status.h"

namespace cmapsim {
namespace {

// Programs sleep for longer than tests do.
constexpr Nanos kDefaultUntil = 30 * kDay;
constexpr Nanos kDefaultRealLimit = 600 * kSecond;
constexpr uint64_t kDefaultOutputLimit = uint64_t{1} << 30;
// A timer that wants now > expiry fires only where a reading of the clock moves it.
constexpr Nanos kProgramReading = 1;

constexpr std::pair<std::string_view, int> kUnits[] = {{"GiB", 30}, {"MiB", 20}, {"KiB", 10}};

tl::expected<Nanos, std::string> DurationOf(const std::string& option, const std::string& text) {
  const auto duration = ParseDuration(text);
  if (duration) return *duration;
  return tl::unexpected(
      option + ": \"" + text +
      "\" is not a duration; expected a whole number and one of ns, us, ms, s, m, h "
      "and d, such as 2h");
}

bool Is(const ProgramRun& run, EndingKind kind) {
  return run.ending.substr(0, run.ending.find(' ')) == EndingName(kind);
}

std::string ExplainUntil(const RunBounds& bounds) {
  const std::string until = FormatDuration(bounds.until_ns);
  switch (bounds.until_by) {
    case UntilBy::kUser:
      return "it was still running: --until=" + until;
    case UntilBy::kPlan:
      return "it was still running at the plan's horizon of " + until +
             "; --until=DURATION lets it run as long as you mean it to";
    case UntilBy::kDefault:
      return "it was still running after " + until +
             ", the default of --until; --until=DURATION lets it run as long as you mean it to";
  }
  return {};
}

std::string ExplainLimit(const ProgramRun& run, const RunBounds& bounds) {
  if (run.ending.ends_with("trace")) {
    return "the trace is full at 64 MiB; --until=DURATION ends the run sooner, and without --trace "
           "it "
           "goes on";
  }
  if (run.ending.ends_with("output")) {
    return "it wrote more than " + FormatSize(bounds.output_limit) +
           "; --output-limit=SIZE sets another bound, 0 none";
  }
  return "it took more than " + FormatDuration(bounds.real_limit_ns) +
         " of real time, which says nothing about the program; --real-limit=DURATION sets another "
         "bound, 0 none, and --until=DURATION ends the run sooner";
}

std::string ExplainKind(const ProgramRun& run, const RunBounds& bounds, bool has_plan) {
  if (Is(run, EndingKind::kDeadlock)) {
    return has_plan ? "it waits for what never comes: the plan has nothing more to give (its "
                      "standard input "
                      "is the plan's {op: input} steps)"
                    : "it waits for what never comes";
  }
  if (Is(run, EndingKind::kStall)) return "it waits in slices, up to the plan's horizon";
  if (Is(run, EndingKind::kLivelock)) return "it makes calls without end while nothing happens";
  if (Is(run, EndingKind::kHang)) return "it stopped making calls that the virtual host sees";
  if (Is(run, EndingKind::kUntil)) return ExplainUntil(bounds);
  if (Is(run, EndingKind::kLimit)) return ExplainLimit(run, bounds);
  return {};
}

}  // namespace

void AddBoundOptions(CommandLine& run, BoundOptions& options) {
  run.AddOption(
         "--until", options.until,
         "end the run after so much virtual time, with status 0; without it after the plan's "
         "horizon or 30d, with status 1")
      .TypeName("DURATION");
  run.AddOption(
         "--real-limit", options.real_limit,
         "end it after so much real time, with status 2; 0 for never (10m; with --real-time 0)")
      .TypeName("DURATION");
  run.AddOption("--output-limit", options.output_limit,
                "end it where it and its children wrote more than that; 0 for never (1GiB)")
      .TypeName("SIZE");
}

tl::expected<RunBounds, std::string> BoundsOf(const BoundOptions& options, const Plan& plan,
                                              bool real_time) {
  RunBounds bounds;
  bounds.until_by = plan.horizon_ns > 0 ? UntilBy::kPlan : UntilBy::kDefault;
  bounds.until_ns = plan.horizon_ns > 0 ? plan.horizon_ns : kDefaultUntil;
  if (!options.until.empty()) {
    const auto until_ns = DurationOf("--until", options.until);
    if (!until_ns) return tl::unexpected(until_ns.error());
    if (*until_ns == 0) {
      return tl::unexpected(std::string("--until: 0 is no bound; expected more, such as 2h"));
    }
    bounds.until_ns = *until_ns;
    bounds.until_by = UntilBy::kUser;
  }
  bounds.real_limit_ns = real_time ? 0 : kDefaultRealLimit;
  if (!options.real_limit.empty()) {
    const auto limit_ns = DurationOf("--real-limit", options.real_limit);
    if (!limit_ns) return tl::unexpected(limit_ns.error());
    bounds.real_limit_ns = *limit_ns;
  }
  bounds.output_limit = kDefaultOutputLimit;
  if (!options.output_limit.empty()) {
    const auto size = ParseSize(options.output_limit);
    if (!size) {
      return tl::unexpected("--output-limit: \"" + options.output_limit +
                            "\" is not a size; expected a number of bytes, or one with KiB, MiB or "
                            "GiB, such as 10MiB");
    }
    bounds.output_limit = *size;
  }
  return bounds;
}

void SetBounds(const RunBounds& bounds, Plan& plan, ProgramOptions& program) {
  if (plan.horizon_ns == 0) plan.horizon_ns = std::max(kDefaultUntil, bounds.until_ns);
  if (!plan.clock_reading_ns) plan.clock_reading_ns = kProgramReading;
  program.until_ns = bounds.until_ns;
  program.until_asked = bounds.until_by == UntilBy::kUser;
  program.real_limit_ns = bounds.real_limit_ns;
  program.output_limit = bounds.output_limit;
}

std::string ExplainEnding(const ProgramRun& run, const RunBounds& bounds, bool has_plan) {
  std::string why = ExplainKind(run, bounds, has_plan);
  if (run.in_exit) {
    why.insert(
        0, why.empty() ? "in an exit handler or destructor" : "in an exit handler or destructor; ");
  }
  if (run.output_unseen) {
    why += why.empty() ? "" : "; ";
    why += "its output had no bound: /proc/PID/io does not say how much a process writes here";
  }
  return why;
}

int StatusOfEnding(const ProgramRun& run, const RunBounds& bounds) {
  if (run.ending == "exit 0") return kConforms;
  if (Is(run, EndingKind::kUntil) && bounds.until_by == UntilBy::kUser) return kConforms;
  // Of these the program is not the cause, or need not be.
  if (Is(run, EndingKind::kLimit) && !run.ending.ends_with("output")) return kTrouble;
  return kFinding;
}

std::string RoundedDuration(Nanos duration_ns) {
  const Nanos unit_ns = duration_ns < kSecond ? kMicrosecond : kMillisecond;
  return FormatDuration(duration_ns / unit_ns * unit_ns);
}

std::optional<uint64_t> ParseSize(std::string_view text) {
  int bits = 0;
  for (const auto& [unit, unit_bits] : kUnits) {
    if (!text.ends_with(unit)) continue;
    text.remove_suffix(unit.size());
    bits = unit_bits;
    break;
  }
  const auto number = ParseNumber<uint64_t>(text);
  if (!number || *number > (UINT64_MAX >> bits)) return std::nullopt;
  return *number << bits;
}

std::string FormatSize(uint64_t bytes) {
  for (const auto& [unit, bits] : kUnits) {
    if (bytes == 0 || bytes % (uint64_t{1} << bits) != 0) continue;
    return std::to_string(bytes >> bits) + " " + std::string(unit);
  }
  return std::to_string(bytes) + " bytes";
}

}  // namespace cmapsim
