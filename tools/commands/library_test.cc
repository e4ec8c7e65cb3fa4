#include "tools/commands/library.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "tools/commands/places.h"
#include "tools/commands/subprocess.h"

namespace cmapsim {
namespace {

TEST(UpstreamVersion, IsWithoutEpochAndRevision) {
  EXPECT_EQ(UpstreamVersion("3.1.7-1+deb12u2"), "3.1.7");
  EXPECT_EQ(UpstreamVersion("2:3.1.7-rc1-2"), "3.1.7-rc1");
  EXPECT_EQ(UpstreamVersion("3.1.7"), "3.1.7");
  EXPECT_EQ(UpstreamVersion(""), "");
}

TEST(OutputOf, IsWhatTheProgramPrinted) {
  EXPECT_EQ(OutputOf({"printf", "one two"}), "one two");
  EXPECT_EQ(OutputOf({"sh", "-c", "echo $GREETING; echo ignored >&2"}, {"GREETING=hello"}),
            "hello\n");
  // More than a pipe holds.
  EXPECT_EQ(OutputOf({"head", "-c", "300000", "/dev/zero"})->size(), 300'000u);
}

TEST(OutputOf, IsNothingWhereTheProgramFailsOrIsMissing) {
  EXPECT_EQ(OutputOf({"false"}), std::nullopt);
  EXPECT_EQ(OutputOf({"/no/such/program"}), std::nullopt);
  EXPECT_EQ(OutputOf({"sh", "-c", "kill -9 $$"}), std::nullopt);
}

TEST(InspectLibrary, TakesTheMachinesLibcmap) {
  const auto path = FindLibcmap();
  if (!path) GTEST_SKIP() << path.error();
  const auto library = InspectLibrary(*path);
  ASSERT_TRUE(library) << library.error();
  EXPECT_EQ(library->path, *path);
  EXPECT_EQ(library->sha256.size(), 64u);
}

TEST(InspectLibrary, KnowsNoVersionOfWhatNoPackageInstalled) {
  const auto path = FindLibcmap();
  if (!path) GTEST_SKIP() << path.error();
  const std::string copy = std::filesystem::path(testing::TempDir()) / "copy.so";
  std::filesystem::copy_file(*path, copy, std::filesystem::copy_options::overwrite_existing);
  const auto library = InspectLibrary(copy);
  ASSERT_TRUE(library) << library.error();
  EXPECT_EQ(library->version, "");
  EXPECT_EQ(library->sha256, InspectLibrary(*path)->sha256);
}

TEST(FindWorker, SaysHowToBuildWhatIsNotThere) {
  const auto worker = FindWorker("no/such/worker");
  ASSERT_FALSE(worker);
  EXPECT_NE(worker.error().find("bazel build //tools:cmapsim"), std::string::npos)
      << worker.error();
}

}  // namespace
}  // namespace cmapsim
