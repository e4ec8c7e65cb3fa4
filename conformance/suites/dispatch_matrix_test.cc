// What cmap_dispatch makes of errnos: the matrix is whole, the record is what the library does, and
// a difference is found.
#include "conformance/suites/dispatch_matrix.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <set>

#include "conformance/suites/dispatch_errnos.h"
#include "conformance/suites/dispatch_record.h"
#include "conformance/targets/test_support.h"
#include "sim/core/host_calls.h"

namespace cmapsim {
namespace {

std::vector<DispatchCell> Matrix(Transport transport) {
  const auto target = OpenForTest(transport);
  if (target == nullptr) return {};
  auto cells = DispatchMatrix(*target);
  if (cells) return std::move(*cells);
  ADD_FAILURE() << cells.error();
  return {};
}

class DispatchMatrixTest : public testing::TestWithParam<Transport> {};

TEST_P(DispatchMatrixTest, HasEveryErrnoOfEveryCallInEveryModeWithAndWithoutAnEvent) {
  CMAPSIM_NEEDS_LIBCMAP();
  const std::vector<DispatchCell> cells = Matrix(GetParam());
  std::set<std::pair<int32_t, bool>> situations;
  std::set<LibcCall> calls;
  for (const DispatchCell& cell : cells) {
    situations.emplace(cell.key.mode, cell.key.pending);
    calls.insert(cell.key.call);
    EXPECT_NE(cell.result, "not struck") << OutcomeOf(cell);
  }
  EXPECT_EQ(situations.size(), 8U);
  EXPECT_TRUE(calls.contains(LibcCall::poll));
  EXPECT_TRUE(calls.contains(LibcCall::recv));
  for (const LibcCall call : calls) {
    for (const int error : DocumentedErrnos(call)) {
      EXPECT_TRUE(std::any_of(
          cells.begin(), cells.end(),
          [&](const DispatchCell& c) { return c.key.call == call && c.key.error == error; }))
          << LibcCallName(call) << " " << ErrnoName(error);
    }
  }
}

// Where it does not: bazel run //conformance/suites:record_dispatch_matrix, and look at what
// changed.
TEST_P(DispatchMatrixTest, AgreesWithItsRecord) {
  CMAPSIM_NEEDS_LIBCMAP();
  const std::vector<DispatchCell> cells = Matrix(GetParam());
  const DispatchRecord& record = CorosyncDispatchRecord(GetParam());
  EXPECT_EQ(FormatDispatchRows(cells, GetParam()), FormatDispatchRows(record.cells(), GetParam()));
}

TEST_P(DispatchMatrixTest, SaysTheSameTwice) {
  CMAPSIM_NEEDS_LIBCMAP();
  EXPECT_EQ(FormatDispatchRows(Matrix(GetParam()), GetParam()),
            FormatDispatchRows(Matrix(GetParam()), GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Over, DispatchMatrixTest,
                         testing::Values(Transport::kShm, Transport::kSocket),
                         [](const auto& test) { return std::string(TransportName(test.param)); });

DispatchCell Cell(int error, std::string result, int32_t callbacks, std::string event) {
  DispatchCell cell;
  cell.key = {LibcCall::recv, 1, error, kDispatchOne, true, 3};
  cell.result = std::move(result);
  cell.callbacks = callbacks;
  cell.event = std::move(event);
  cell.later = "CS_OK";
  return cell;
}

TEST(DispatchRecordTest, ReadsWhatItWrote) {
  const std::vector<DispatchCell> cells = {Cell(EINTR, "CS_ERR_INTERRUPT", 0, "lost"),
                                           Cell(ENOMEM, "CS_ERR_NO_MEMORY", 0, "kept"),
                                           Cell(EIO, "CS_ERR_NO_MEMORY", 0, "kept")};
  const std::string rows = FormatDispatchRows(cells, Transport::kShm);
  EXPECT_EQ(rows,
            "shm,recv,1,ONE,pending,EINTR,CS_ERR_INTERRUPT,0,lost,CS_OK\n"
            "shm,recv,1,ONE,pending,ENOMEM EIO,CS_ERR_NO_MEMORY,0,kept,CS_OK\n");
  const auto read =
      ParseDispatchRecord(std::string(kDispatchRecordHead) + rows, Transport::kShm, "record.csv");
  ASSERT_TRUE(read.has_value()) << read.error();
  EXPECT_EQ(FormatDispatchRows(*read, Transport::kShm), rows);
  EXPECT_TRUE(ParseDispatchRecord(rows, Transport::kSocket, "record.csv")->empty());
}

TEST(DispatchRecordTest, SaysWhichLineIsWrong) {
  for (const std::string row : {"shm,recv,1,ONE,pending,EINTR,CS_OK,0,lost",
                                "shm,no_such,1,ONE,pending,EINTR,CS_OK,0,lost,-",
                                "shm,recv,1,TWO,pending,EINTR,CS_OK,0,lost,-",
                                "shm,recv,1,ONE,perhaps,EINTR,CS_OK,0,lost,-",
                                "shm,recv,1,ONE,pending,EOFTEN,CS_OK,0,lost,-",
                                "shm,recv,1,ONE,pending,EINTR,CS_OK,no,lost,-"}) {
    const auto read =
        ParseDispatchRecord(std::string(kDispatchRecordHead) + row, Transport::kShm, "record.csv");
    ASSERT_FALSE(read.has_value()) << row;
    EXPECT_TRUE(read.error().starts_with("record.csv:2: expected transport,call,")) << read.error();
  }
}

TEST(DispatchErrnosTest, PassWhereAllCellsAgree) {
  const DispatchRecord record({Cell(EINTR, "CS_ERR_INTERRUPT", 0, "lost")});
  const auto cases = CompareDispatchCells(record.cells(), record);
  ASSERT_EQ(cases.size(), 1U);
  EXPECT_EQ(cases[0].property, "dispatch-errno/recv/1");
  EXPECT_EQ(cases[0].cases, 1);
  EXPECT_FALSE(cases[0].unlike_corosync);
  EXPECT_EQ(cases[0].seen->conformity, Conformity::kConforms);
}

TEST(DispatchErrnosTest, FailWithAPlanWhereOneCellDiffers) {
  const DispatchRecord record(
      {Cell(EINTR, "CS_ERR_INTERRUPT", 0, "lost"), Cell(EIO, "CS_ERR_LIBRARY", 0, "lost")});
  const std::vector<DispatchCell> cells = {Cell(EIO, "CS_ERR_LIBRARY", 0, "lost"),
                                           Cell(EINTR, "CS_OK", 1, "dispatched")};
  const auto cases = CompareDispatchCells(cells, record);
  ASSERT_EQ(cases.size(), 1U);
  EXPECT_TRUE(cases[0].unlike_corosync);
  EXPECT_EQ(
      cases[0].detail,
      "expected CS_ERR_INTERRUPT, 0 callbacks, event lost, later CS_OK as corosync 3.1.7, got "
      "CS_OK, 1 callback, event dispatched, later CS_OK: ONE, an event pending, recv number 1 "
      "fails with EINTR");
  ASSERT_TRUE(cases[0].finding.has_value());
  ASSERT_EQ(cases[0].finding->faults.size(), 1U);
  EXPECT_EQ(cases[0].finding->faults[0].nth, 3);
  EXPECT_EQ(cases[0].finding->faults[0].number, EINTR);
}

TEST(DispatchErrnosTest, SayNothingOfACallThatIsNotInTheRecord) {
  const auto cases =
      CompareDispatchCells({Cell(EINTR, "CS_OK", 1, "dispatched")}, DispatchRecord({}));
  ASSERT_EQ(cases.size(), 1U);
  EXPECT_FALSE(cases[0].unlike_corosync);
  EXPECT_EQ(cases[0].seen->conformity, Conformity::kUndocumented);
}

TEST(DispatchTableTest, TellsErrnosOfOneOutcomeTogetherAndMarksADifference) {
  const DispatchRecord record(
      {Cell(EINTR, "CS_ERR_INTERRUPT", 0, "lost"), Cell(EIO, "CS_OK", 1, "dispatched")});
  const std::string text = FormatDispatchTable(
      {Cell(EINTR, "CS_OK", 1, "dispatched"), Cell(EIO, "CS_OK", 1, "dispatched")}, record);
  EXPECT_NE(text.find("    first recv: EINTR\n      event pending, ONE: CS_OK, 1 callback, event "
                      "dispatched, later CS_OK   (corosync 3.1.7: CS_ERR_INTERRUPT, 0 callbacks, "
                      "event lost, later CS_OK)\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("    first recv: EIO*\n      event pending, ONE: CS_OK, 1 callback, event "
                      "dispatched, later CS_OK\n"),
            std::string::npos)
      << text;
}

}  // namespace
}  // namespace cmapsim
