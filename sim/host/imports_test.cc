// Imports of libraries against the table: the installed ones have all their rows, what has none is
// said, and files that lie about themselves are survived.
#include "sim/host/imports.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

namespace cmapsim {
namespace {

constexpr char kFolder[] = "../system/lib/x86_64-linux-gnu/";
constexpr char kCallsWithoutRow[] = "sim/host/imports_test_library.so";

std::string Bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

TEST(ImportsTest, TheInstalledLibrariesHaveAllTheirRows) {
  std::vector<std::string> files;
  for (const char* name : {"libcmap.so.4", "libqb.so.100", "libcorosync_common.so.4"}) {
    const std::string path = std::string(kFolder) + name;
    if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not installed";
    files.push_back(path);
  }
  const auto missing = MissingCalls(files);
  ASSERT_TRUE(missing.has_value()) << missing.error();
  for (const Missing& one : *missing) ADD_FAILURE() << one.file << " " << one.symbol;
}

TEST(ImportsTest, ACallWithoutARowIsSaidAndNothingElse) {
  const auto missing = MissingCalls({kCallsWithoutRow});
  ASSERT_TRUE(missing.has_value()) << missing.error();
  ASSERT_EQ(missing->size(), 1U);
  EXPECT_EQ((*missing)[0].symbol, "process_vm_readv");
  EXPECT_EQ((*missing)[0].file, kCallsWithoutRow);
}

TEST(ImportsTest, WhatALibraryOfTheirOwnDefinesIsNotMissing) {
  EXPECT_EQ(ClassifyImport("qb_ipcc_connect"), ImportClass::kUnknown);
}

TEST(ImportsTest, FortifiedNamesHaveTheirRows) {
  for (const char* name : {"__recv_chk", "__read_chk", "__poll_chk", "__ppoll_chk", "__open64_2",
                           "__recvfrom_chk", "__xstat", "__syslog_chk"}) {
    EXPECT_EQ(ClassifyImport(name), ImportClass::kInterposed) << name;
  }
}

TEST(ImportsTest, NoNameIsKnownTwice) {
  EXPECT_EQ(ClassifyImport("accept"), ImportClass::kPasses);
  EXPECT_EQ(ClassifyImport("strlen"), ImportClass::kHarmless);
  EXPECT_EQ(ClassifyImport(""), ImportClass::kUnknown);
  EXPECT_EQ(ClassifyImport("no_such_function"), ImportClass::kUnknown);
}

TEST(ImportsTest, WhatIsNoElfFileIsAnError) {
  EXPECT_FALSE(ParseDynamicSymbols("").has_value());
  EXPECT_FALSE(ParseDynamicSymbols("#!/bin/sh\n").has_value());
  EXPECT_FALSE(ReadDynamicSymbols("/no/such/file").has_value());
}

TEST(ImportsTest, FilesThatAreCutOffOrLieAreSurvived) {
  const std::string whole = Bytes(kCallsWithoutRow);
  ASSERT_TRUE(ParseDynamicSymbols(whole).has_value());
  for (size_t size = 0; size < whole.size(); size += 97) {
    const auto parsed = ParseDynamicSymbols(std::string_view(whole).substr(0, size));
    // The headers that lead to the symbols stand at the end.
    EXPECT_FALSE(size < whole.size() / 4 && parsed.has_value()) << size;
  }
  // Every byte of the head, and of the section headers, in turn.
  const size_t tail = whole.size() - 2000;
  for (size_t at = 0; at < whole.size(); at = at == 63 ? tail : at + 1) {
    for (const int change : {0xff, 0x80, 0x01}) {
      std::string bytes = whole;
      bytes[at] = static_cast<char>(bytes[at] ^ change);
      static_cast<void>(ParseDynamicSymbols(bytes));
    }
  }
}

}  // namespace
}  // namespace cmapsim
