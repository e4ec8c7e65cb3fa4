#!/usr/bin/env bash
# The program behind cmap_conformance_test, with the environment that Bazel gives a test: seeds, shards, the
# filter, the time limit, and where its results go.
set -uo pipefail

program=$PWD/tools/conformance_test
wrong=$PWD/fixtures/wrong/same_handle.so
work=$TEST_TMPDIR
failures=0
# This test's own environment is not that of the test within it.
mapfile -t own < <(env | sed -n 's/^\(TEST[A-Z_]*\|XML_OUTPUT_FILE\|GTEST[A-Z_]*\)=.*/\1/p')
unset "${own[@]}"

fail() {
  echo "FAILED: $last: $*" >&2
  failures=$((failures + 1))
}
# run STATUS [NAME=VALUE...] [OPTION...]: in a folder of its own, $dir.
runs=0
run() {
  local expected=$1 status
  shift
  runs=$((runs + 1))
  dir=$work/$runs
  last=$*
  mkdir -p "$dir/outputs" "$dir/tmp"
  local variables=(XML_OUTPUT_FILE="$dir/test.xml" TEST_UNDECLARED_OUTPUTS_DIR="$dir/outputs" TEST_TMPDIR="$dir/tmp")
  while [[ ${1:-} == [A-Z]*=* ]]; do
    variables+=("$1")
    shift
  done
  env "${variables[@]}" "$program" --service=sim --transport=shm "$@" >"$dir/out" 2>"$dir/err" </dev/null
  status=$?
  [[ $status == "$expected" ]] || fail "exit status $status, expected $expected: $(<"$dir/err")"
}
says() { grep -qF -- "$1" "$dir/err" || fail "expected on standard error: $1; got: $(<"$dir/err")"; }
xml_has() { grep -q -- "$1" "$dir/test.xml" || fail "expected in the XML: $1"; }
cases_run() { sed -n 's/.*"cases" value="\([0-9]*\)".*/\1/p' "$dir/test.xml"; }

run 2 TEST_RANDOM_SEED=-1
says 'TEST_RANDOM_SEED=-1'
run 2 TEST_TOTAL_SHARDS=2 TEST_SHARD_INDEX=2
says 'TEST_SHARD_INDEX=2'
run 2 TESTBRIDGE_TEST_ONLY=cmap_dispatch.on
says 'did you mean "cmap_dispatch.one"'
run 2 --bogus
run 2 --library="$work/none.so"
says 'none.so: No such file'
[[ ! -e $dir/test.xml ]] || fail 'there is XML although nothing was tested'

if ! compgen -G '../system/lib/*/libcmap.so.4' >/dev/null; then
  echo 'SKIPPED: no libcmap.so.4 on this machine: install libcmap4'
  exit $((failures > 0))
fi

# The filter chooses clauses, and the XML has one case for each.
run 0 TESTBRIDGE_TEST_ONLY='cmap_initialize.*' --cases=60
xml_has '<testcase classname="libcmap.simulated.shm" name="cmap_initialize.several"/>'
! grep -q 'name="cmap_get' "$dir/test.xml" || fail 'clauses that the filter leaves out'
[[ $(grep -c 'name="cmap_initialize.several"' "$dir/test.xml") == 1 ]] || fail 'a clause has several cases'
[[ -s $dir/outputs/result.json ]] || fail 'no result.json'
grep -Eq 'libcmap, simulated, shm: (conforms in|inconclusive: .* which was) ' "$dir/out" || fail 'no table in the log'

# 100 runs have 100 seeds, each the same every time.
seed_of() { sed -n 's/.*"seed" value="\([0-9]*\)".*/\1/p' "$dir/test.xml"; }
for seed in 1 2 100; do
  run 0 TEST_RANDOM_SEED=$seed --cases=60
  [[ $(seed_of) == "$seed" ]] || fail "seed $(seed_of)"
done

# Shards split the cases evenly. The file says that they are understood.
sum=0
for index in 0 1 2; do
  run 0 TEST_TOTAL_SHARDS=3 TEST_SHARD_INDEX=$index TEST_SHARD_STATUS_FILE="$work/status.$index" --cases=1000
  [[ -e $work/status.$index ]] || fail 'the status file was not touched'
  (($(cases_run) == 333 + (index == 0))) || fail "$(cases_run) cases"
  sum=$((sum + $(cases_run)))
done
((sum == 1000)) || fail "the shards ran $sum cases together"

# A failure: its evidence in the XML, its plan and trace in the outputs. That plans are made small within Bazel's
# time is bazel_test_test's to show: here a clock would decide.
run 1 TEST_TIMEOUT=8 --library="$wrong" --cases=300 --shrink-seconds=1000
says 'finding: libcmap, simulated, shm: cmap_initialize.handle_identifies'
xml_has '<failure message="[^"]*" type="documented: fail">property: '
plan=$(find "$dir/outputs" -name '*.cmap_initialize.handle_identifies.yaml' | head -n 1)
[[ -s $plan ]] || fail 'no plan in the outputs'
[[ -s ${plan%.yaml}.trace ]] || fail 'no trace beside the plan'
says "replay: cmapsim replay --library=$wrong "
xml_has "plan: $dir/outputs/cmapsim-findings/"

((failures == 0)) && echo 'all as it should be'
exit $((failures > 0))
