// Seeded, splittable randomness: integers only, the same on every machine and compiler.
//
//   Random r(seed);
//   Random child = r.Split();        // independent stream; r advances by one draw
//   uint64_t n = r.Below(10);        // 0..9, unbiased
//
// Randomness is drawn into a plan before a run (and by the virtual host where client code itself
// asks for random numbers). Nothing else in the project may draw any.
#pragma once

#include <cstdint>

namespace cmapsim {

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  // SplitMix64 (Steele, Lea, Flood 2014).
  uint64_t Next() {
    state_ += 0x9E3779B97F4A7C15ULL;
    uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }

  // Uniform in [0, bound). Requires bound > 0.
  uint64_t Below(uint64_t bound) {
    const uint64_t reject_below = (0 - bound) % bound;
    for (;;) {
      const uint64_t draw = Next();
      if (draw >= reject_below) return draw % bound;
    }
  }

  [[nodiscard]] Random Split() { return Random(Next() ^ 0xD1B54A32D192ED03ULL); }

 private:
  uint64_t state_;
};

}  // namespace cmapsim
