#include "tools/commands/isolation/record.h"

#include <gtest/gtest.h>

#include <string>

namespace cmapsim {
namespace {

using Lines = std::vector<std::string>;

TEST(IsolationRecordTest, NothingHappened) { EXPECT_EQ(IsolationRecord().Sentences(), Lines()); }

TEST(IsolationRecordTest, AForkThatExecutesIsNamedAfterWhatItExecutes) {
  IsolationRecord record;
  record.ProcessBegins("/bin/sh");
  record.ProgramStarts(7, "/bin/sh", "/usr/bin/env");
  record.ProgramStarts(7, "/usr/bin/env", "/usr/sbin/cmapctl");  // no other process
  EXPECT_EQ(record.Sentences(),
            Lines({"started 1 process on the real host: /usr/bin/env, /usr/sbin/cmapctl"}));
}

TEST(IsolationRecordTest, AForkThatDoesNotExecuteIsNamedAfterItsParent) {
  IsolationRecord record;
  record.ProcessBegins("/usr/sbin/daemon");
  record.ProcessBegins("/usr/sbin/daemon");
  record.ProgramStarts(8, "/usr/sbin/daemon", "/bin/true");
  EXPECT_EQ(record.Sentences(),
            Lines({"started 2 processes on the real host: /bin/true, /usr/sbin/daemon"}));
}

TEST(IsolationRecordTest, TheProgramCountsOnceItIsAnother) {
  IsolationRecord record;
  record.SetProgram(5);
  record.ProgramStarts(5, "/usr/bin/env", "/usr/bin/bash");
  EXPECT_EQ(record.Sentences(), Lines({"started 1 process on the real host: /usr/bin/bash"}));
}

TEST(IsolationRecordTest, NamesAFewAndCountsTheOthers) {
  IsolationRecord record;
  for (const char* path : {"/1", "/2", "/3", "/4", "/5", "/6"}) {
    record.ProcessBegins("/bin/sh");
    record.ProgramStarts(path[1], "/bin/sh", path);
  }
  EXPECT_EQ(record.Sentences(),
            Lines({"started 6 processes on the real host: /1, /2, /3, /4 and 2 more"}));
}

TEST(IsolationRecordTest, Refusals) {
  IsolationRecord record;
  record.Refuse(Refused::kConnection, "cmap", "/usr/sbin/cmapctl");
  record.Refuse(Refused::kConnection, "cmap", "/usr/sbin/cmapctl");
  record.Refuse(Refused::kFile, "/dev/shm/qb-1", "/bin/rm");
  EXPECT_EQ(record.Sentences(),
            Lines({"refused 2 connections to corosync services: cmap, by /usr/sbin/cmapctl",
                   "refused 1 use of a libqb file of another process: /dev/shm/qb-1, by /bin/rm"}));
  EXPECT_EQ(record.refused(), 3U);
}

TEST(IsolationRecordTest, MemoryIsBounded) {
  IsolationRecord record;
  for (int i = 0; i < 1000; ++i) {
    const std::string path = "/" + std::to_string(i);
    record.ProcessBegins(path);
    record.ProgramStarts(i + 1, path, path);
    record.Refuse(Refused::kConnection, path, path);
  }
  const Lines lines = record.Sentences();
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_TRUE(lines[0].starts_with("started 1000 processes on the real host: ")) << lines[0];
  EXPECT_TRUE(lines[0].ends_with(" and 60 and more")) << lines[0];
  EXPECT_TRUE(lines[1].starts_with("refused 1000 connections ")) << lines[1];
}

}  // namespace
}  // namespace cmapsim
