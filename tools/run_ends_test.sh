#!/usr/bin/env bash
# How runs of programs end: the end of the process is the end of the run, clocks move while they are read, and what does
# not end by itself comes to a bound.
set -uo pipefail

# shellcheck source=tools/run_testing.sh
source tools/run_testing.sh

ends=fixtures/programs/ends
clocks=fixtures/programs/clocks

# --- every way in which a process ends: as without the virtual host, to the last line of output

modes=$("$ends")
(($(wc -l <<<"$modes") >= 23)) || fail "$ends" "has too few modes:" "$modes"
for mode in $modes; do
  [[ $mode == deadlock ]] && continue
  "$ends" "$mode" >"$work/native" 2>/dev/null
  native=$?
  case $native in
    134) ending='crash SIGABRT' ;;
    139) ending='crash SIGSEGV' ;;
    *) ending="exit $native" ;;
  esac
  run $((native == 0 ? 0 : 1)) --trace="$work/trace" -- $ends "$mode"
  cmp -s "$work/native" "$work/out" ||
    fail "$last" "differs from a run without the virtual host" "$(diff "$work/native" "$work/out")"
  says "cmapsim: $ending after "
  [[ $(tail -n 1 "$work/trace") == *" = $ending" ]] || fail "$last" "the trace ends with" "$(tail -n 1 "$work/trace")"
done

# What is behind main has virtual time, is seen, and is told.
for mode in sleep threads late-handler library-on-exit quick; do
  run "$([[ $mode == quick ]] && echo 1 || echo 0)" --trace="$work/trace" -- $ends "$mode"
  grep -Eq ' \| (clock_)?nanosleep ' "$work/trace" || fail "$last" "it slept for real"
done
run 1 -- $ends deadlock
says 'cmapsim: deadlock poll'
says 'in an exit handler or destructor; it waits for what never comes'
run 1 -- $ends crash
says 'in an exit handler or destructor'
run 1 -- $ends status
says 'cmapsim: exit 7 after '
says 'in an exit handler or destructor'
run 1 -- $ends return
[[ $err != *'in an exit handler'* ]] || fail "$last" "$err"
# Faults strike there, too.
printf 'cmapsim: 1\nfaults: [{fault: host.pthread_create.errno, errno: EAGAIN, nth: 1}]\n' >"$work/fault.yaml"
run 0 --plan="$work/fault.yaml" -- $ends threads
prints 'no thread'

# A connection that a destructor uses and closes; what is left is counted behind it.
run 0 --trace="$work/trace" -- fixtures/programs/uses_cmap_last
prints_just $'set 1\ndestructor: get 1, value 7\ndestructor: finalize 1'
grep -q ' | left fds=0 maps=0 files=0 .* connections=0$' "$work/trace" || fail "$last" "$(grep ' | left ' "$work/trace")"
printf 'cmapsim: 1\nfaults: [{fault: service.reply.error, nth: 2, error: CS_ERR_LIBRARY}]\n' >"$work/fault.yaml"
run 0 --plan="$work/fault.yaml" -- fixtures/programs/uses_cmap_last
prints 'destructor: get 2'

# --- time moves while a program works

run 0 -- $clocks differ
prints_just '1 2 2 2 3 1 1'
run 0 -- $clocks timer
prints_just 'timer, polls: 1'
run 0 -- fixtures/programs/libqb_timer
prints_just timer
says 'cmapsim: exit 0 after 1s of virtual time'
for mode in busy busy-hour; do
  run 0 --trace="$work/trace" -- $clocks $mode
  ((out <= 10)) || fail "$last" "it ended $out thousandths too late"
  (($(wc -l <"$work/trace") < 9000)) || fail "$last" "it took $(wc -l <"$work/trace") calls"
done
run 0 -- $clocks busy-polling
prints_just over
run 0 -- $clocks busy-processor
prints_just over
run 0 -- $clocks busy-task
prints_just '1000 ms'
run 0 -- $clocks busy-signal
prints_just '2000 ms'
run 1 -- $clocks endless
says 'cmapsim: livelock calls after '

# As a plan says it.
plan() { printf 'cmapsim: 1\n%s\n' "$1" >"$work/plan.yaml"; }
plan 'clock: {reading: 5us}'
run 0 --plan="$work/plan.yaml" -- $clocks differ
prints_just '5000 10000 10000 10000 15000 1 1'
plan 'clock: {reading: 0}'
run 0 --plan="$work/plan.yaml" -- $clocks differ
prints_just '0 0 0 0 0 1 1'
run 1 --plan="$work/plan.yaml" -- fixtures/programs/libqb_timer
says 'cmapsim: livelock calls after 1s'
plan 'clock: {reading: 2s}'
run 2 --plan="$work/plan.yaml" -- true
says 'plan.yaml:2:18: "2s" is out of place; expected a duration of at most 1s'
plan 'clock: {readings: 1ns}'
run 2 --plan="$work/plan.yaml" -- true
says 'did you mean "reading"?'

# In a plan of a client as well, and there only where it says so.
printf 'cmapsim: 1\nclock: {reading: 1ms}\nsteps:\n  - {op: initialize}\n  - {op: get, key: totem.token, buffer: 4}\n  - {op: finalize}\n' \
  >"$work/client.yaml"
"$cmapsim" replay "$work/client.yaml" >"$work/first" || fail "replay with a clock" "exit status $?"
"$cmapsim" replay "$work/client.yaml" >"$work/second"
cmp -s "$work/first" "$work/second" || fail "replay with a clock" "two runs differ"
grep -Eq '^[1-9][0-9]* = finished$' "$work/first" || fail "replay with a clock" "time stood still" "$(<"$work/first")"
sed -i '/^clock/d' "$work/client.yaml"
"$cmapsim" replay "$work/client.yaml" >"$work/first"
grep -q '^0 = finished$' "$work/first" || fail "replay without a clock" "time moved" "$(<"$work/first")"

# --- bounds

run 1 -- $clocks heartbeat
says 'cmapsim: stall poll'
run 0 --until=2h --trace="$work/trace" -- $clocks heartbeat
says 'cmapsim: until after 2h of virtual time'
says 'it was still running: --until=2h'
[[ $(tail -n 1 "$work/trace") == '7200000000000 = until' ]] || fail "$last" "$(tail -n 1 "$work/trace")"
run 0 --until=60d -- $clocks heartbeat
says 'cmapsim: until after 60d'
# An end at the very instant is the program's own.
run 0 --until=1h -- sleep 3600
says 'cmapsim: exit 0 after 1h'
run 0 --until=3599s -- sleep 3600
says 'cmapsim: until after 3599s'

# One with a periodic timer and a service that answers it: never quiet, and it ends.
client=fixtures/programs/reconnecting
run 0 --until=2h -- $client
prints_just connected
says 'it was still running: --until=2h'
run 1 -- $client
says 'cmapsim: until after 30d of virtual time'
says 'the default of --until'
plan $'horizon: 2h\nsteps:\n  - {op: set, by: peer, after: 1h, key: app.a, value: uint8:1}'
run 1 --plan="$work/plan.yaml" --trace="$work/first" -- $client
prints_just $'connected\nchanged app.a'
says 'cmapsim: until after 2h of virtual time'
says "the plan's horizon of 2h"
run 1 --plan="$work/plan.yaml" --trace="$work/second" -- $client
cmp -s "$work/first" "$work/second" || fail "$last" "two runs differ"
plan 'horizon: 1h'
run 1 --plan="$work/plan.yaml" -- $client
says "the plan's horizon of 1h"

# The full trace.
run 2 --until=3000d --trace="$work/trace" -- $clocks ticks
says 'cmapsim: limit trace after '
says 'the trace is full at 64 MiB'
[[ $(tail -n 1 "$work/trace") == *' = limit trace' ]] || fail "$last" "$(tail -n 1 "$work/trace")"
rm "$work/trace"

# Real time.
run 2 --real-limit=200ms -- $clocks ticks
says 'cmapsim: limit real-time after '
says 'it took more than 200ms of real time'

# Output, of the program and of what it began.
run 1 --output-limit=4MiB -- $clocks prints
says 'cmapsim: limit output after '
says 'it wrote more than 4 MiB; --output-limit=SIZE'
run 1 --output-limit=4MiB -- $clocks prints-by-child
says 'cmapsim: limit output after '

# --- wrong use
run 2 --until=2x -- true
says '--until: "2x" is not a duration'
run 2 --until=0 -- true
says '--until: 0 is no bound'
run 2 --real-limit=soon -- true
says '--real-limit: "soon" is not a duration'
run 2 --output-limit=1TB -- true
says '--output-limit: "1TB" is not a size'

echo "$count runs, $failures failures"
exit $((failures > 0))
