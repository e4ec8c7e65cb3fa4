#!/usr/bin/env bash
# Whoever ends `cmapsim run` ends the program, and all that it has started, with it: in namespaces and without.
set -uo pipefail

cmapsim=$PWD/tools/cmapsim
mark=$TEST_TMPDIR/mark
failures=0
count=0

# Each has the mark, a number of seconds, somewhere in its arguments.
processes() { grep -lsaF -f "$mark" /proc/[0-9]*/cmdline; }
sleepers() { grep -lszxF -f "$mark" /proc/[0-9]*/cmdline; }

# shellcheck disable=SC2317 # called by its name
without_namespaces() {
  # shellcheck disable=SC2016 # the inner shell expands it
  exec unshare --map-root-user sh -c \
    'echo 0 >/proc/sys/user/max_user_namespaces && exec setpriv --bounding-set=-all --inh-caps=-all "$@"' sh "$@"
}
# shellcheck disable=SC2317 # called by its name
with_namespaces() { exec "$@"; }

# killed SURROUNDINGS SIGNAL SLEEPERS ARGUMENT...: a run that has started that many sleeping processes gets the signal.
killed() {
  local surroundings=$1 signal=$2 expected=$3 pid
  shift 3
  count=$((count + 1))
  "$surroundings" "$cmapsim" run "$@" </dev/null 2>"$TEST_TMPDIR/err" >/dev/null &
  pid=$!
  # Until the test's time limit: both come, or there is a defect.
  until (($(sleepers | wc -l) >= expected)); do
    if [[ ! -d /proc/$pid ]]; then
      echo "FAILED: $surroundings run $*: ended by itself: $(<"$TEST_TMPDIR/err")" >&2
      failures=$((failures + 1))
      return
    fi
    sleep 0.01
  done
  kill -s "$signal" "$pid"
  wait "$pid" 2>/dev/null
  # The keeper ends after the command, and by then nobody else is left: bounded, so that the message says who stays.
  for ((i = 0; i < 3000; ++i)); do
    [[ -n $(processes) ]] || return
    sleep 0.01
  done
  echo "FAILED: $surroundings run $*: after SIG$signal there is still:" >&2
  local file
  for file in $(processes); do
    tr '\0' ' ' <"$file" >&2
    kill -KILL "$(basename "$(dirname "$file")")"
  done
  failures=$((failures + 1))
}

seconds=1000000
for surroundings in with_namespaces without_namespaces; do
  for signal in KILL TERM HUP INT; do
    # No other run of this test, here or elsewhere, has the same.
    echo "$((seconds += 1)).$$" >"$mark"
    sleep=$(<"$mark")
    # It waits for a child, beside one that has gone its own way.
    killed $surroundings $signal 2 -- bash -c "(setsid sleep $sleep &); sleep $sleep; true"
    # It waits itself, no faster than real time.
    killed $surroundings $signal 1 --real-time -- sleep "$sleep"
    killed $surroundings $signal 2 --real-time -- bash -c "(setsid sh -c 'sleep $sleep; true' &); exec sleep $sleep"
  done
done

echo "$count runs, $failures failures"
exit $((failures > 0))
