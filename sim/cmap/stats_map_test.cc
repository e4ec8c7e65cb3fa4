// The statistics map by the service's interface: as corosync 3.1.7 was seen to have it.
#include "sim/cmap/stats_map.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "sim/cmap/service.h"

namespace cmapsim {
namespace {

using enum CsError;

constexpr char kActive[] = "stats.ipcs.global.active";

class StatsMapTest : public testing::Test {
 protected:
  StatsMapTest() {
    service_.SetNotify([this](ConnectionId to, const Notification& n) {
      told_ += std::to_string(to) + "/" + std::to_string(n.instance) + " " +
               std::to_string(n.event) + " " + std::string(n.key) + " " +
               FormatValue(n.new_value.type, n.new_value.bytes) + " " +
               FormatValue(n.old_value.type, n.old_value.bytes) + "\n";
    });
    service_.Connect(-1);  // the peer
    service_.Connect(1);
    EXPECT_EQ(service_.SetCurrentMap(1, 1), kOk);
  }

  uint64_t Number(std::string_view key) {
    ValueView value;
    EXPECT_EQ(service_.Get(1, key, 0, value), kOk) << key;
    uint64_t number = 0;
    std::memcpy(&number, value.bytes.data(), std::min(sizeof number, value.bytes.size()));
    return number;
  }
  void Track(std::string_view key, int32_t mask, uint64_t instance) {
    uint64_t handle = 0;
    EXPECT_EQ(service_.TrackAdd(1, key, mask, instance, handle), kOk);
  }
  std::vector<std::string> Keys(std::string_view prefix) {
    uint64_t handle = 0;
    EXPECT_EQ(service_.IterInit(1, prefix, handle), kOk);
    std::vector<std::string> keys;
    std::string_view key;
    while (service_.IterNext(1, handle, key, last_) == kOk) keys.emplace_back(key);
    EXPECT_EQ(service_.IterFinalize(1, handle), kOk);
    return keys;
  }
  std::string Told() { return std::exchange(told_, ""); }

  Service service_{FreshCorosyncKeys()};
  ValueView last_;
  std::string told_;
};

TEST_F(StatsMapTest, HasTheKeysOfAFreshDaemonAndThoseOfItsConnections) {
  EXPECT_EQ(Keys("").size(), 95U + 2 * 13U);
  EXPECT_EQ(Keys("stats.srp.").size(), 30U);
  EXPECT_EQ(Number("stats.srp.operational_entered"), 1U);
  EXPECT_EQ(Keys("stats.ipcs.").front(), kActive);
  EXPECT_EQ(Keys("stats.ipcs.service0.4241.0x1.").size(), 13U);
  service_.Connect(2);
  EXPECT_EQ(Keys("stats.ipcs.service0.4242.0x3.").size(), 13U);
  service_.Disconnect(2);
  EXPECT_EQ(Keys("stats.ipcs.service0.4242.0x3.").size(), 0U);
}

TEST_F(StatsMapTest, CountsConnectionsAndTheirRequests) {
  EXPECT_EQ(Number(kActive), 2U);
  service_.Connect(2);
  EXPECT_EQ(Number(kActive), 3U);
  service_.Disconnect(2);
  EXPECT_EQ(Number(kActive), 2U);
  EXPECT_EQ(Number("stats.ipcs.global.closed"), 1U);
  // The request that asks is counted, and its response is not sent yet.
  EXPECT_EQ(Number("stats.ipcs.service0.4242.0x2.requests"), 6U);
  EXPECT_EQ(Number("stats.ipcs.service0.4242.0x2.responses"), 6U);
  // Of another connection all are sent.
  service_.Connect(3);
  ValueView value;
  EXPECT_EQ(service_.Get(3, "totem.none", 0, value), kNotExist);
  EXPECT_EQ(Number("stats.ipcs.service0.4242.0x4.requests"), 1U);
  EXPECT_EQ(Number("stats.ipcs.service0.4242.0x4.responses"), 1U);
}

// As observed: the response to the clearing is the first that is counted again.
TEST_F(StatsMapTest, ClearingForgetsTheConnectionsThatThereAre) {
  EXPECT_EQ(service_.Set(1, "stats.clear.ipc", ValueType::kUInt8, "\1"), kOk);
  EXPECT_EQ(Number("stats.ipcs.service0.4242.0x2.requests"), 1U);
  EXPECT_EQ(Number("stats.ipcs.service0.4242.0x2.responses"), 2U);
  EXPECT_EQ(Number(kActive), 0U);
  service_.Connect(2);
  service_.Disconnect(2);
  EXPECT_EQ(Number(kActive), 0U);
  EXPECT_EQ(Number("stats.ipcs.global.closed"), 1U);
}

TEST_F(StatsMapTest, TellsOfConnectionsThatComeAndGo) {
  Track("stats.ipcs.", kTrackAdd | kTrackDelete | kTrackPrefix, 7);
  Track("", kTrackAdd | kTrackDelete, 8);
  service_.Connect(2);
  const std::string came = Told();
  EXPECT_EQ(came.substr(0, came.find('\n', came.find('\n') + 1) + 1),
            "1/7 4 stats.ipcs.service0.4242.0x3.queueing int32:0 int32:0\n"
            "1/7 4 stats.ipcs.service0.4242.0x3.queued uint32:0 uint32:0\n");
  EXPECT_EQ(std::count(came.begin(), came.end(), '\n'), 13);
  EXPECT_NE(came.find("procname string:\"client\\x00\" string:\"client\\x00\""), came.npos);
  service_.Disconnect(2);
  const std::string went = Told();
  EXPECT_EQ(std::count(went.begin(), went.end(), '\n'), 13);
  EXPECT_EQ(went.substr(0, 6), "1/7 1 ");
}

// Whatever the mask says, the newest first, with the new value twice.
TEST_F(StatsMapTest, TellsOfNewValuesAtTheNextUpdate) {
  Track(kActive, kTrackAdd, 7);
  Track(kActive, 0, 8);
  Track("stats.ipcs.global.", kTrackAdd | kTrackDelete | kTrackModify | kTrackPrefix, 9);
  EXPECT_FALSE(service_.StatsUpdateDue());
  service_.Connect(2);
  EXPECT_EQ(Told(), "");
  EXPECT_TRUE(service_.StatsUpdateDue());
  service_.UpdateStats();
  EXPECT_EQ(Told(), "1/8 2 " + std::string(kActive) + " uint64:3 uint64:3\n1/7 2 " +
                        std::string(kActive) + " uint64:3 uint64:3\n");
  EXPECT_FALSE(service_.StatsUpdateDue());
}

TEST_F(StatsMapTest, TellsNothingOfDeletedTrackers) {
  uint64_t handle = 0;
  uint64_t instance = 0;
  EXPECT_EQ(service_.TrackAdd(1, kActive, kTrackModify, 7, handle), kOk);
  EXPECT_EQ(service_.TrackDelete(1, handle, instance), kOk);
  EXPECT_EQ(instance, 7U);
  service_.Connect(2);
  EXPECT_FALSE(service_.StatsUpdateDue());
  EXPECT_EQ(service_.SetCurrentMap(2, 1), kOk);
  EXPECT_EQ(service_.TrackAdd(2, kActive, kTrackModify, 7, handle), kOk);
  service_.Disconnect(2);
  EXPECT_FALSE(service_.StatsUpdateDue()) << "with its connection";
}

TEST_F(StatsMapTest, LooksAtNoLengthAndHasNoneOfStringsThatAreIterated) {
  ValueView value;
  EXPECT_EQ(service_.Get(1, kActive, 1, value), kOk);
  EXPECT_EQ(value.bytes.size(), 8U);
  EXPECT_EQ(Keys("stats.ipcs.service0.4242.0x2.procname").size(), 1U);
  EXPECT_EQ(last_.type, ValueType::kString);
  EXPECT_EQ(last_.bytes.size(), 0U);
  EXPECT_EQ(service_.Get(1, "stats.ipcs.service0.4242.0x2.procname", 0, value), kOk);
  EXPECT_EQ(value.bytes, std::string_view("client\0", 7));
}

TEST_F(StatsMapTest, BeginsAnewWithTheService) {
  Track(kActive, kTrackModify, 7);
  service_.Connect(2);
  service_.Restart(FreshCorosyncKeys());
  service_.Connect(1);
  EXPECT_EQ(service_.SetCurrentMap(1, 1), kOk);
  EXPECT_EQ(Number(kActive), 1U);
  EXPECT_EQ(Number("stats.ipcs.service0.4242.0x1.requests"), 3U);
  EXPECT_FALSE(service_.StatsUpdateDue());
}

}  // namespace
}  // namespace cmapsim
