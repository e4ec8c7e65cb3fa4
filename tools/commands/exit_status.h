// What the command's exit status says. Scripts rely on these three; there is no other.
#pragma once

namespace cmapsim {

inline constexpr int kConforms = 0;  // or no finding, or what was asked for was done
inline constexpr int kFinding = 1;   // a clause fails, or passes unexpectedly
inline constexpr int kTrouble = 2;   // wrong use, a bad plan, a missing piece, or something flaky

}  // namespace cmapsim
