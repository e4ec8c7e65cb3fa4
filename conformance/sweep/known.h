// Findings of sweeps that are known of a library, with their reasons.
//
//   target: corosync
//   version: 3.1.7
//   known:
//     - signature: "spins: cmap_dispatch *: host.poll.errno EFAULT: *"
//       reason: ...
//       evidence: fixtures/plans/sweep/poll-efault.yaml
//
// In a signature * stands for any text.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace cmapsim {

struct KnownFinding {
  std::string signature;  // a glob
  std::string reason;
  std::string evidence;  // a plan that shows it
};

struct KnownFindings {
  std::vector<KnownFinding> list;
  // The first that fits; null where the finding is not known.
  [[nodiscard]] const KnownFinding* Find(const std::string& signature) const;
};

[[nodiscard]] tl::expected<KnownFindings, std::string> LoadKnownFindings(
    std::string_view text, std::string_view file_name);
// What is known of corosync 3.1.7's library.
[[nodiscard]] const KnownFindings& CorosyncKnownFindings();

}  // namespace cmapsim
