// The errnos of the table of host calls against the manual pages that they are from: what a row lists
// is named on its page, and what the page's ERRORS name is listed, or there is a reason
// (unlisted_errnos.inc).
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <string_view>

#include "conformance/manual_page.h"
#include "sim/core/host_calls.h"

namespace cmapsim {
namespace {

constexpr std::string_view kPages = "/usr/share/man/";

// Whose ERRORS a page sends to, in so many words.
const std::map<std::string_view, std::string_view> kReferred = {
    {"readv", "read"}, {"writev", "write"}, {"posix_spawn", "fork"}};

// POSIX's own pages, which Debian does not have, nor manpages-dev pages in their place: their errnos
// are those of POSIX.1-2017.
const std::set<std::string_view> kWithoutPage = {
    "pthread_mutex_lock",    "pthread_mutex_trylock",  "pthread_mutex_timedlock",
    "pthread_mutex_unlock",  "pthread_cond_wait",      "pthread_cond_timedwait",
    "pthread_cond_signal",   "pthread_cond_broadcast", "pthread_rwlock_rdlock",
    "pthread_rwlock_wrlock", "pthread_rwlock_unlock",  "pthread_barrier_wait"};

struct Page {
  std::set<std::string> tagged;  // each an entry of ERRORS
  std::set<std::string> named;   // anywhere
};

// Words in capitals with an E in front: EINTR, but not O_EXCL or SO_ERROR.
void AddNames(std::string_view text, std::set<std::string>& names) {
  const auto of_word = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
  };
  const auto of_name = [](char c) {
    return std::isupper(static_cast<unsigned char>(c)) != 0 ||
           std::isdigit(static_cast<unsigned char>(c)) != 0;
  };
  for (size_t at = 0; at < text.size();) {
    size_t end = at;
    while (end < text.size() && of_word(text[end])) ++end;
    const std::string_view word = text.substr(at, end - at);
    if (word.size() > 2 && word[0] == 'E' && std::all_of(word.begin(), word.end(), of_name)) {
      names.insert(std::string(word));
    }
    at = end + 1;
  }
}

// A tag is a line in bold, and the first names of it are what it is about.
Page ParsePage(const std::string& roff) {
  Page page;
  AddNames(roff, page.named);
  std::istringstream lines(roff);
  bool in_errors = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(".SH")) in_errors = line.find("ERRORS") != line.npos;
    const bool bold = line.starts_with(".B ") || line.starts_with(".BR ");
    if (in_errors && bold) AddNames(line, page.tagged);
  }
  return page;
}

std::optional<Page> FindPage(std::string_view call) {
  for (const std::string_view section : {"2", "3"}) {
    const std::string path = std::string(kPages) + "man" + std::string(section) + "/" +
                             std::string(call) + "." + std::string(section) + ".gz";
    if (!std::filesystem::exists(path)) continue;
    const auto roff = ReadManualPage(path);
    EXPECT_TRUE(roff.has_value()) << roff.error();
    if (!roff) return std::nullopt;
    // A page that is another's: ".so man2/poll.2".
    if (!roff->starts_with(".so ")) return ParsePage(*roff);
    const size_t slash = roff->find('/');
    return FindPage(std::string_view(*roff).substr(slash + 1, roff->find('.', slash) - slash - 1));
  }
  return std::nullopt;
}

std::set<int> Unlisted(std::string_view call, const std::set<std::string>& names,
                       std::set<std::string>& reasons_used) {
  std::set<int> left;
  for (const std::string& name : names) {
    bool has_reason = false;
#define CMAPSIM_UNLISTED(row_call, errnos, reason)                                         \
  if (call == #row_call &&                                                                 \
      std::string_view(" " errnos " ").find(" " + name + " ") != std::string_view::npos) { \
    has_reason = true;                                                                     \
    reasons_used.insert(std::string(#row_call " ") + name);                                \
  }
#include "conformance/unlisted_errnos.inc"
#undef CMAPSIM_UNLISTED
    if (has_reason) continue;
    const auto number = ParseErrno(name);
    EXPECT_TRUE(number.has_value()) << call << ": the page names " << name
                                    << ", which is in no table: add it to host_calls.cc, or say in "
                                       "unlisted_errnos.inc why not";
    if (number) left.insert(*number);
  }
  return left;
}

class HostCallErrnosTest : public testing::Test {
 protected:
  void SetUp() override {
    if (FindPage("epoll_ctl")) return;
    GTEST_SKIP() << "the manual pages of the C library's calls are not installed; install the "
                    "package manpages-dev (tools/setup does)";
  }
};

TEST_F(HostCallErrnosTest, WhatARowListsIsOnItsPageAndWhatThePageNamesIsListed) {
  std::set<std::string> reasons_used;
  int compared = 0;
  for (const std::string_view call : LibcCallNames()) {
    if (kWithoutPage.contains(call)) continue;
    auto page = FindPage(call);
    if (!page) {
      ADD_FAILURE() << call
                    << " has no manual page: the package manpages-dev is incomplete, or the "
                    << "row's name is not that of a page";
      continue;
    }
    ++compared;
    if (const auto referred = kReferred.find(call); referred != kReferred.end()) {
      const auto other = FindPage(referred->second);
      ASSERT_TRUE(other.has_value()) << referred->second;
      page->named.insert(other->named.begin(), other->named.end());
    }
    std::set<int> named;
    for (const std::string& name : page->named) {
      if (const auto number = ParseErrno(name)) named.insert(*number);
    }
    std::set<int> listed;
    for (const int error : DocumentedErrnos(*ParseLibcCall(call))) {
      listed.insert(error);
      EXPECT_TRUE(named.contains(error))
          << call << ": " << ErrnoName(error) << " is listed, and its page does not name it";
    }
    for (const int error : Unlisted(call, page->tagged, reasons_used)) {
      EXPECT_TRUE(listed.contains(error)) << call << ": its page names " << ErrnoName(error)
                                          << ", which is not listed: list it, or say in "
                                             "unlisted_errnos.inc why not";
    }
  }
  EXPECT_GT(compared, 80);
#define CMAPSIM_UNLISTED(call, errnos, reason)               \
  {                                                          \
    std::istringstream words(errnos);                        \
    for (std::string word; words >> word;) {                 \
      EXPECT_TRUE(reasons_used.contains(#call " " + word))   \
          << #call << ": " << word << " is not on its page"; \
    }                                                        \
  }
#include "conformance/unlisted_errnos.inc"
#undef CMAPSIM_UNLISTED
}

TEST(ManualPageErrorsTest, OnlyTagsOfErrorsCount) {
  const Page page = ParsePage(
      ".SH DESCRIPTION\n.B EPERM\nis not an entry\n.SH ERRORS\n.TP\n.BR EAGAIN \" or \" "
      "EWOULDBLOCK\n"
      "As EINTR says.\n.TP\n.B EIO\nx\n.SH NOTES\n.B ENOSYS\n");
  EXPECT_EQ(page.tagged, (std::set<std::string>{"EAGAIN", "EIO", "EWOULDBLOCK"}));
  EXPECT_TRUE(page.named.contains("EINTR"));
  EXPECT_TRUE(page.named.contains("ENOSYS"));
  EXPECT_FALSE(ParsePage(".SH ERRORS\n.B SO_ERROR EPOLL_CTL_ADD O_EXCL Eagain\n").tagged.size());
}

}  // namespace
}  // namespace cmapsim
