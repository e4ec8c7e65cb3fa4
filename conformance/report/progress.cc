#include "conformance/report/progress.h"

#include <unistd.h>

#include <utility>

namespace cmapsim {
namespace {

constexpr std::chrono::milliseconds kBetweenDraws{100};

}  // namespace

Progress::Progress(std::FILE* out) : out_(out), terminal_(isatty(fileno(out)) == 1) {}

void Progress::Begin(std::string what) {
  End();
  what_ = std::move(what);
}

void Progress::Update(int64_t done, int64_t total) {
  const auto now = std::chrono::steady_clock::now();
  if (!terminal_ || now < next_draw_) return;
  next_draw_ = now + kBetweenDraws;
  std::fprintf(out_, "\r\x1b[K%s: %lld of %lld cases", what_.c_str(), static_cast<long long>(done),
               static_cast<long long>(total));
  std::fflush(out_);
  drawn_ = true;
}

void Progress::Say(const std::string& line) {
  Clear();
  std::fprintf(out_, "%s\n", line.c_str());
  std::fflush(out_);
}

void Progress::End() { Clear(); }

void Progress::Clear() {
  if (!drawn_) return;
  std::fputs("\r\x1b[K", out_);
  std::fflush(out_);
  drawn_ = false;
}

}  // namespace cmapsim
