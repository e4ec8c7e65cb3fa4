#!/usr/bin/env bash
# What the tests of cmapsim run share; sourced by them.
#
#   run STATUS ARGUMENT...      cmapsim run with these; $out and $err are what was printed
#   says TEXT; prints TEXT; prints_just TEXT

cmapsim=tools/cmapsim
# shellcheck disable=SC2034 # for who sources it
plans=fixtures/plans/run
work=$TEST_TMPDIR
failures=0
count=0

fail() {
  echo "FAILED: $1" >&2
  shift
  printf '  %s\n' "$@" >&2
  failures=$((failures + 1))
}

run() {
  local expected=$1
  shift
  count=$((count + 1))
  last="cmapsim run $*"
  "$cmapsim" run "$@" >"$work/out" 2>"$work/err" </dev/null
  local status=$?
  out=$(tr -d '\0' <"$work/out")
  err=$(<"$work/err")
  [[ $status == "$expected" ]] || fail "$last" "exit status $status, expected $expected" "$out" "$err"
}
says() { [[ $err == *"$1"* ]] || fail "$last" "expected on standard error: $1" "got: $err"; }
prints() { [[ $out == *"$1"* ]] || fail "$last" "expected on standard output: $1" "got: ${out:0:2000}"; }
prints_just() { [[ $out == "$1" ]] || fail "$last" "expected just: $1" "got: ${out:0:2000}"; }
