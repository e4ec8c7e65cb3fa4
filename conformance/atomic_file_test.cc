#include "conformance/atomic_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace cmapsim {
namespace {

namespace fs = std::filesystem;

class AtomicFile : public testing::Test {
 protected:
  AtomicFile() : folder_(fs::path(testing::TempDir()) / "atomic_file") {
    fs::remove_all(folder_);
    fs::create_directory(folder_);
  }
  [[nodiscard]] std::string Path(const char* name) const { return folder_ / name; }
  static std::string Read(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }
  [[nodiscard]] size_t Files() const {
    return static_cast<size_t>(
        std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }

  fs::path folder_;
};

TEST_F(AtomicFile, HoldsTheTextAndLeavesNothingElse) {
  ASSERT_TRUE(WriteFileAtomically(Path("a"), "one"));
  ASSERT_TRUE(WriteFileAtomically(Path("a"), "two"));
  EXPECT_EQ(Read(Path("a")), "two");
  EXPECT_EQ(Files(), 1u);
}

TEST_F(AtomicFile, HasTheModeOfAnOrdinaryNewFile) {
  ASSERT_TRUE(WriteFileAtomically(Path("a"), "text"));
  std::ofstream(Path("b")) << "text";
  struct stat a = {};
  struct stat b = {};
  ASSERT_EQ(stat(Path("a").c_str(), &a), 0);
  ASSERT_EQ(stat(Path("b").c_str(), &b), 0);
  EXPECT_EQ(a.st_mode, b.st_mode);
}

TEST_F(AtomicFile, ThatCannotBeSaysWhyAndLeavesNothing) {
  const auto written = WriteFileAtomically(Path("no/such/file"), "text");
  ASSERT_FALSE(written);
  EXPECT_NE(written.error().find("No such file"), std::string::npos) << written.error();
  EXPECT_EQ(Files(), 0u);
}

TEST_F(AtomicFile, OnWhatIsNoFileIsWrittenInPlace) {
  EXPECT_TRUE(WriteFileAtomically("/dev/null", "text"));
  EXPECT_FALSE(fs::is_regular_file("/dev/null"));
  EXPECT_FALSE(WriteFileAtomically("/dev/full", "text"));
}

}  // namespace
}  // namespace cmapsim
