// Writes a trace's lines into memory that survives the process.
//
//   TraceWriter w(shared, text, capacity);
//   w.Begin(now_ns, '>').Int(step).Word("dispatch").Field("mode", "ONE").End();
//
// A line is published (shared->trace_size) by End, whole. No allocation, no locale, no errno
// touched: it runs inside interposed calls. When the space is used up, lines are dropped and full()
// says so.
#pragma once

#include <charconv>
#include <cstring>
#include <string_view>

#include "sim/core/time.h"
#include "sim/host/worker_protocol.h"

namespace cmapsim {

class TraceWriter {
 public:
  TraceWriter(SharedState* shared, char* text, size_t capacity)
      : shared_(shared),
        begin_(text),
        cursor_(text),
        line_(text),
        limit_(text + capacity - 2 * kLineMax) {}

  void Reset() {
    cursor_ = line_ = begin_;
    full_ = false;
    shared_->trace_size.store(0, std::memory_order_relaxed);
  }

  // Starts a line: "<now> <mark>".
  TraceWriter& Begin(Nanos now_ns, char mark) {
    if (line_ > limit_) full_ = true;
    cursor_ = line_;
    task_ = 0;
    if (!full_) {
      Decimal(now_ns);
      *cursor_++ = ' ';
      *cursor_++ = mark;
    }
    return *this;
  }
  TraceWriter& Int(int64_t number) {  // " <number>"
    if (Fits(24)) {
      *cursor_++ = ' ';
      Decimal(number);
    }
    return *this;
  }
  TraceWriter& Word(std::string_view word) {  // " <word>"
    if (Fits(word.size() + 1)) {
      *cursor_++ = ' ';
      Append(word);
    }
    return *this;
  }
  TraceWriter& Field(std::string_view name, std::string_view value) {  // " <name>=<value>"
    if (Fits(name.size() + value.size() + 2)) {
      *cursor_++ = ' ';
      Append(name);
      *cursor_++ = '=';
      Append(value);
    }
    return *this;
  }
  TraceWriter& Field(std::string_view name, int64_t number) {
    if (Fits(name.size() + 26)) {
      *cursor_++ = ' ';
      Append(name);
      *cursor_++ = '=';
      Decimal(number);
    }
    return *this;
  }
  // " <name>=<prefix><number>", as in handle=h1.
  TraceWriter& Named(std::string_view name, std::string_view prefix, int64_t number) {
    if (Fits(name.size() + prefix.size() + 26)) {
      *cursor_++ = ' ';
      Append(name);
      *cursor_++ = '=';
      Append(prefix);
      Decimal(number);
    }
    return *this;
  }
  // The line ends with the task that it is of, " task=<number>"; the first task's goes without.
  TraceWriter& By(int32_t task) {
    task_ = task;
    return *this;
  }
  void End() {
    if (full_) return;
    if (task_ != 0) Field("task", task_);
    *cursor_++ = '\n';
    line_ = cursor_;
    shared_->trace_size.store(static_cast<uint64_t>(line_ - begin_), std::memory_order_release);
  }

  // The ending's line, for which there is always room.
  TraceWriter& BeginLast(Nanos now_ns, char mark) {
    was_full_ = full_;
    full_ = false;
    task_ = 0;
    cursor_ = line_;
    Decimal(now_ns);
    *cursor_++ = ' ';
    *cursor_++ = mark;
    return *this;
  }
  void EndLast() {
    End();
    full_ = was_full_;
  }

  [[nodiscard]] bool full() const { return full_; }
  [[nodiscard]] std::string_view text() const {
    return {begin_, static_cast<size_t>(line_ - begin_)};
  }

 private:
  static constexpr size_t kLineMax = 8192;  // a line is cut here

  bool Fits(size_t bytes) const {
    return !full_ && static_cast<size_t>(cursor_ - line_) + bytes + 2 < kLineMax;
  }
  void Append(std::string_view s) {
    if (!s.empty()) std::memcpy(cursor_, s.data(), s.size());  // of none the data may be null
    cursor_ += s.size();
  }
  void Decimal(int64_t number) { cursor_ = std::to_chars(cursor_, cursor_ + 24, number).ptr; }

  SharedState* shared_;
  char* begin_;
  char* cursor_;
  char* line_;
  char* limit_;
  int32_t task_ = 0;  // of the line that is being written
  bool full_ = false;
  bool was_full_ = false;
};

}  // namespace cmapsim
