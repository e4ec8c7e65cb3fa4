// What a person sees on a terminal while something long is under way: one line that is drawn again,
// and lines that stay.
//
//   Progress progress(stderr);            // silent but for Say where that is no terminal
//   progress.Begin("libcmap, simulated, shm");
//   progress.Update(1200, 10'000);        // as often as wanted; drawn some times a second
//   progress.Say("finding: ...");
//   progress.End();
//
// One thread at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>

namespace cmapsim {

class Progress {
 public:
  explicit Progress(std::FILE* out);
  ~Progress() { End(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void Begin(std::string what);
  void Update(int64_t done, int64_t total);
  void Say(const std::string& line);
  void End();

 private:
  void Clear();

  std::FILE* out_;
  bool terminal_;
  bool drawn_ = false;
  std::string what_;
  std::chrono::steady_clock::time_point next_draw_;
};

}  // namespace cmapsim
