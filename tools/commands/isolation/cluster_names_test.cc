#include "tools/commands/isolation/cluster_names.h"

#include <gtest/gtest.h>

#include <string>

namespace cmapsim {
namespace {

std::string Padded(std::string name) {
  name.resize(107, '\0');
  return name;
}

TEST(ClusterNamesTest, EachServiceIsKnownByItsNamePaddedOrNot) {
  for (const std::string_view service : CorosyncServices()) {
    const std::string name(service);
    EXPECT_EQ(ServiceOfAbstractName(name), name);
    EXPECT_EQ(ServiceOfAbstractName(Padded(name)), name);
    EXPECT_EQ(ServiceOfSocketPath("/run/" + name), name);
    EXPECT_EQ(ServiceOfSocketPath("/opt/cluster/var/run/" + name), name);
  }
}

TEST(ClusterNamesTest, WhatFollowsANulIsPaddingOnly) {
  EXPECT_EQ(ServiceOfAbstractName(std::string("cmap\0rubbish", 12)), "cmap");
}

TEST(ClusterNamesTest, NamesThatLibqbDerivesFromAService) {
  EXPECT_EQ(ServiceOfAbstractName(Padded("/dev/shm/qb-71-94-31-Ab12Cd/qb-cmap-request")), "cmap");
  EXPECT_EQ(ServiceOfAbstractName("/dev/shm/qb-71-94-31-Ab12Cd/qb-votequorum-event-tx"),
            "votequorum");
  EXPECT_EQ(ServiceOfAbstractName("cpg-71-94-31-response"), "cpg");
  EXPECT_EQ(ServiceOfSocketPath("/run/qb-71-94-31/qb-cfg-event"), "cfg");
}

TEST(ClusterNamesTest, OtherNamesAreNobodys) {
  for (const char* name : {"", "cma", "cmaps", "my-cmap", "cmap-cache", "request-queue", "crmd",
                           "/tmp/.X11-unix/X0", "/org/freedesktop/cmapper", "event"}) {
    EXPECT_FALSE(ServiceOfAbstractName(name)) << name;
    EXPECT_FALSE(ServiceOfSocketPath("/run/" + std::string(name))) << name;
  }
  EXPECT_FALSE(ServiceOfAbstractName(std::string(107, '\0')));
  EXPECT_FALSE(ServiceOfAbstractName(std::string("\0cmap", 5)));
}

TEST(ClusterNamesTest, FilesOfLibqb) {
  EXPECT_TRUE(IsLibqbFile("/dev/shm/qb-7-9-31-Ab12Cd/qb-request-cmap-header", "/dev/shm"));
  EXPECT_TRUE(IsLibqbFile("/dev/shm/qb-7-9-31-Ab12Cd", "/dev/shm"));
  EXPECT_TRUE(IsLibqbFile("/dev/shm/qb-corosync-7-blackbox-data", "/dev/shm"));
  EXPECT_TRUE(IsLibqbFile("/run/shm/qb-cmap-event-7-9-31-header", "/run/shm"));
  EXPECT_TRUE(IsLibqbFile("/run/qb-cmap-event-7-9-31-header", "/dev/shm"));
  EXPECT_FALSE(IsLibqbFile("/dev/shm/mine", "/dev/shm"));
  EXPECT_FALSE(IsLibqbFile("/dev/shm/mine/qb-1", "/dev/shm"));
  EXPECT_FALSE(IsLibqbFile("/dev/shmqb-1", "/dev/shm"));
  EXPECT_FALSE(IsLibqbFile("/home/user/qb-1", "/dev/shm"));
}

TEST(ClusterNamesTest, TheServerOfAFile) {
  EXPECT_EQ(ServerOfLibqbFile("/dev/shm/qb-7-9-31-Ab12Cd/qb-request-cmap-header"), 7);
  EXPECT_EQ(ServerOfLibqbFile("/dev/shm/qb-corosync-71-blackbox-data"), 71);
  EXPECT_EQ(ServerOfLibqbFile("/dev/shm/qb-nobody"), 0);
  EXPECT_EQ(ServerOfLibqbFile("/dev/shm/mine-7"), 0);
}

}  // namespace
}  // namespace cmapsim
