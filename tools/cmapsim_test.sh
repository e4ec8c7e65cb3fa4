#!/usr/bin/env bash
# The command as scripts see it: exit statuses, what goes where, and messages for every wrong use.
set -uo pipefail

cmapsim=tools/cmapsim
plans=fixtures/plans
wrong=fixtures/wrong
work=$TEST_TMPDIR
failures=0

fail() {
  echo "FAILED: $1" >&2
  shift
  printf '  %s\n' "$@" >&2
  failures=$((failures + 1))
}

# run STATUS ARGUMENT...: runs the command, which must end with that status; $out and $err are what
# it printed.
run() {
  local expected=$1
  shift
  "$cmapsim" "$@" >"$work/out" 2>"$work/err" </dev/null
  local status=$?
  out=$(<"$work/out")
  err=$(<"$work/err")
  last="cmapsim $*"
  [[ $status == "$expected" ]] || fail "$last" "exit status $status, expected $expected" "$out" "$err"
}
says() { [[ $err == *"$1"* ]] || fail "$last" "expected on standard error: $1" "got: $err"; }
prints() { [[ $out == *"$1"* ]] || fail "$last" "expected on standard output: $1" "got: ${out:0:2000}"; }
prints_nothing() { [[ -z $out ]] || fail "$last" "expected nothing on standard output" "$out"; }
# One clear message: on standard error, in one line, or two where it says where to find help.
refuses() {
  run 2 "$@"
  prints_nothing
  [[ $err == cmapsim:* ]] || fail "$last" "no message of the command" "$err"
  (($(wc -l <"$work/err") <= 2)) || fail "$last" "more than one message" "$err"
}

# --- wrong use
run 0 --help
help=$out
for word in check replay run sweep shrink explain; do prints "  $word "; done
for word in fuzz serve report; do
  ! grep -q "^  $word " <<<"$help" || fail "$last" "lists $word, which is not built yet"
  refuses "$word"
  says "there is no subcommand \"$word\""
done
run 0 check --help
prints --transport
refuses
says 'check, replay, run, sweep, shrink, explain'
refuses --bogus
refuses check --bogus
says --bogus
refuses check --format=xml
says '{table,json,junit}'
refuses check --transport=tcp
refuses check --service=none
for seed in abc -1 18446744073709551616 1.5 ''; do refuses check "--seed=$seed"; done
for cases in 0 -1 many; do refuses check "--cases=$cases"; done
refuses check --clause=cmap_dispatch.on
says 'did you mean "cmap_dispatch.one"'
refuses check --clause='no.such.*'
refuses check --output="$work/no/such/folder/file"
says 'No such file or directory'
refuses check --output="$work"
refuses check --expectations="$work/none.yaml"
says none.yaml
printf 'target: x\nexpectations:\n  - clause: no.such\n    accept: [a]\n    reason: r\n    evidence: e\n' \
  >"$work/expectations.yaml"
refuses check --expectations="$work/expectations.yaml"
says 'expectations.yaml:3:'
refuses check --corosync="$work/no-corosync"
says no-corosync

# --- libraries that cannot be tested
refuses check --library="$work/none.so"
says 'none.so: No such file or directory'
refuses check --library="$work"
says 'there is no libcmap in this folder'
echo text >"$work/text.so"
refuses check --library="$work/text.so"
says 'is not an ELF file'
printf '\x7fELF' >"$work/short.so"
refuses check --library="$work/short.so"
says 'cut off'
elf() { # CLASS TYPE MACHINE, as octal escapes
  printf "\x7fELF%b\001\001\000\000\000\000\000\000\000\000\000%b\000%b\000" "$1" "$2" "$3"
  head -c 100 /dev/zero
}
elf '\001' '\003' '\003' >"$work/i386.so"
refuses check --library="$work/i386.so"
says '32 bits'
elf '\002' '\003' '\267' >"$work/arm.so"
refuses check --library="$work/arm.so"
says 'another machine'
elf '\002' '\002' '\076' >"$work/program.so"
refuses check --library="$work/program.so"
says 'no shared library'
elf '\002' '\003' '\076' >"$work/empty.so"
refuses check --service=sim --library="$work/empty.so"
says empty.so

# --- explain
run 0 explain cmap_dispatch.one
prints CS_DISPATCH_ONE
prints dispatch/one/one-pending
run 0 explain cmap_set.errors.CS_ERR_TRY_AGAIN
prints fixtures/plans/errors/cmap_set.CS_ERR_TRY_AGAIN.overload.yaml
run 0 explain 'cmap_get.shortcuts.*'
prints 'cmap_get.shortcuts.uint8, must'
run 0 explain cmap_overview
prints 'cmap_overview.track, must'
run 0 explain service.reply.delay
prints 'service.reply.delay, nth: 1, delay: 1d'
refuses explain cmap_dispatch.onee
says 'did you mean "cmap_dispatch.one"'
refuses explain

# --- plans that cannot be run
refuses replay
refuses replay "$work/none.yaml"
says 'none.yaml: No such file'
printf 'cmapsim: 1\nsteps:\n  - {op: dispatsh, connection: 0, mode: ONE}\n' >"$work/bad.yaml"
refuses replay "$work/bad.yaml"
says 'bad.yaml:3:10:'
says dispatsh
refuses sweep "$work/bad.yaml"
says 'bad.yaml:3:10:'
refuses sweep "$work/none.yaml"
says 'none.yaml: No such file'
refuses sweep --scenario=none
says 'no scenario fits'
for jobs in 0 -1 many; do refuses sweep "--jobs=$jobs"; done
refuses sweep --transport=tcp
refuses sweep --library="$work/none.so"
says 'none.so: No such file or directory'
refuses sweep --expectations="$work/none.yaml"

if ! compgen -G '../system/lib/*/libcmap.so.4' >/dev/null && [[ ! -e ../system/lib/libcmap.so.4 ]]; then
  echo 'SKIPPED: no libcmap.so.4 on this machine: install libcmap4'
  exit $((failures > 0))
fi

# --- replay
for level in host api; do
  run 0 replay --level="$level" "$plans/scenarios/whole.yaml"
  prints '= finished'
  digest=$(head -n -1 "$work/out" | sha256sum)
  [[ $(tail -n 1 "$work/out") == "digest ${digest%% *}" ]] || fail "$last" 'the digest is not that of the trace'
  first=$out
  run 0 replay --level="$level" "$plans/scenarios/whole.yaml"
  [[ $out == "$first" ]] || fail "$last" 'a second run gave another trace'
done
[[ $out != *' | '* ]] || fail "$last" 'the API level shows calls of the host'
"$cmapsim" replay --level=api - <"$plans/scenarios/whole.yaml" >"$work/from-stdin"
[[ $(<"$work/from-stdin") == "$out" ]] || fail "$last" 'a plan on standard input gave another trace'
run 0 replay --library="$wrong/crashes.so" "$plans/scenarios/backlog.yaml"
prints '= crash'
refuses replay --library=../system/lib/x86_64-linux-gnu/libqb.so.100 "$plans/scenarios/whole.yaml"
says cmap_dispatch

printf 'cmapsim: 1\nfaults: [{fault: host.poll.errno, errno: EINTR}, {fault: host.poll.errno, errno: EINTR, nth: 99}]\n' >"$work/late.yaml"
printf 'steps: [{op: initialize}]\n' >>"$work/late.yaml"
run 0 replay "$work/late.yaml"
says 'late.yaml: fault 1, host.poll.errno, never struck'
[[ $err != *'fault 0'* ]] || fail "$last" 'a fault that struck is said not to have'

# --- sweep
printf 'cmapsim: 1\nfaults: [{fault: host.poll.errno, errno: EINTR}]\nsteps: [{op: initialize}]\n' >"$work/broken.yaml"
refuses sweep "$work/broken.yaml"
says 'faults of its own'
printf 'cmapsim: 1\nsteps:\n  - {op: sleep, duration: 1s}\n' >"$work/empty.yaml"
run 0 sweep "$work/empty.yaml"
prints ': complete'
printf 'cmapsim: 1\nsteps:\n  - {op: initialize}\n  - {op: get, key: a, buffer: 8}\n  - {op: finalize}\n' >"$work/get.yaml"
printf 'target: none\nknown: []\n' >"$work/nothing-known.yaml"
sweep=(sweep --transport=shm --documented-only --output="$work/found" "$work/get.yaml")
run 1 "${sweep[@]}" --expectations="$work/nothing-known.yaml"
prints ': complete'
prints 'finding: left open: connections: cmap_get: host.malloc.errno: shm'
first=$out
run 1 "${sweep[@]}" --expectations="$work/nothing-known.yaml" --jobs=1
[[ $out == "$first" ]] || fail "$last" 'other jobs, other results'
run 0 replay "$work/found/sweep/left-open-connections-cmap_get-host.malloc.errno-ENOMEM-shm.yaml"
prints '* 0 host.malloc.errno'

# --- shrink
refuses shrink
refuses shrink "$work/bad.yaml"
says 'bad.yaml:3:10:'
refuses shrink "$work/none.yaml"
run 0 shrink "$work/get.yaml"
prints_nothing
says 'shows nothing bad on libcmap, simulated, shm'
run 1 shrink --library="$wrong/crashes.so" "$plans/scenarios/backlog.yaml"
says 'it shows: ends as crash'
says 'it still shows: ends as crash'
says ' = crash'
printf '%s\n' "$out" >"$work/small.yaml"
# It crashes at the fifth callback.
(($(grep -c 'op: ' "$work/small.yaml") <= 10)) || fail "$last" 'is not small' "$out"
run 0 replay --library="$wrong/crashes.so" "$work/small.yaml"
prints '= crash'
run 1 shrink --library="$wrong/crashes.so" --c-program="$work/small.c" "$work/small.yaml"
grep -q 'cmap_dispatch(connection\[0\], CS_DISPATCH_ALL)' "$work/small.c" || fail "$last" "$(<"$work/small.c")"
run 1 shrink --library="$wrong/crashes.so" --output="$work/again.yaml" "$work/small.yaml"
prints_nothing
cmp -s "$work/small.yaml" "$work/again.yaml" || fail "$last" 'a small plan was made smaller still'

# --- check
small=(--service=sim --transport=shm --cases=200 --shrink-seconds=0.5)
cd "$work" || exit 2
root=$OLDPWD
cmapsim=$root/$cmapsim
clause=--clause=cmap_initialize.several
run 0 check "${small[@]}" "$clause"
prints 'libcmap, simulated, shm: conforms'
[[ $err == "" ]] || fail "$last" 'expected nothing on standard error' "$err"
[[ $out != *$'\x1b'* ]] || fail "$last" 'colours where there is no terminal'
[[ ! -e cmapsim-findings ]] || fail "$last" 'a folder of findings without a finding'

# The last line is what all targets come to, and says what was left out where little was asked for.
# shellcheck disable=SC2053  # $1 is a pattern
ends_with() { [[ $(tail -n 1 "$work/out") == $1 ]] || fail "$last" "expected as the last line: $1" "$(tail -n 3 "$work/out")"; }
ends_with 'conforms in what was asked: 1 of 1 clause judged, * left out (--clause=cmap_initialize.several --cases=200)'
run 0 check --service=sim --transport=shm --clause=cmap_overview.name
ends_with 'inconclusive: nothing was judged of 1 clause (--clause=cmap_overview.name)'
run 0 check --service=sim --transport=shm --cases=5
ends_with 'inconclusive: * clauses without evidence, which was asked for so (--cases=5)'
prints '  without evidence: '
prints ' more (-v)'
run 0 check --service=sim --transport=shm --cases=5 -v
[[ $out != *' more (-v)'* ]] || fail "$last" 'not all clauses are named'

unset TEST_UNDECLARED_OUTPUTS_DIR
run 1 check "${small[@]}" --library="$root/$wrong/same_handle.so"
says 'finding: libcmap, simulated, shm: cmap_initialize.handle_identifies'
prints 'libcmap, simulated, shm: does not conform'
ends_with 'does not conform: * clauses: *'
prints '    also: cmap.h.handle_filled'
[[ -d cmapsim-findings ]] || fail "$last" 'no folder of findings'
plan=$(find cmapsim-findings -name '*.cmap_initialize.handle_identifies.yaml' | head -n 1)
grep -q '^# clause: cmap_initialize.handle_identifies' "$plan" || fail "$last" "no clause in $plan"
run 0 replay --library="$root/$wrong/same_handle.so" "$plan"
TEST_UNDECLARED_OUTPUTS_DIR=$work/outputs run 1 check "${small[@]}" --library="$root/$wrong/same_handle.so"
[[ -d $work/outputs/cmapsim-findings ]] || fail "$last" 'TEST_UNDECLARED_OUTPUTS_DIR was not used'

# A clause that is judged as another is found out with that one.
run 1 check "${small[@]}" --clause=cmap.h.handle_filled --library="$root/$wrong/same_handle.so"
says 'finding: libcmap, simulated, shm: cmap_initialize.handle_identifies'
prints 'as cmap_initialize.handle_identifies: '
run 0 check "${small[@]}" --clause='cmap_get.*er'
prints 'not reached: 1 clause: Whether a header declares it is seen by a compiler, not by a run.'

json=(check "${small[@]}" "$clause" --seed=7 --format=json)
run 0 "${json[@]}"
without_wall() { grep -v '_ms"'; }
first=$(without_wall <<<"$out")
run 0 "${json[@]}"
[[ $(without_wall <<<"$out") == "$first" ]] || fail "$last" 'two runs of one seed differ'
for key in target library sha256 version service transport seed results clause property verdict \
  compatible cases detail plan counts wall; do
  prints "\"$key\":"
done
run 0 "${json[@]}" --output=report.json
prints_nothing
[[ $(without_wall <report.json) == "$first" ]] || fail "$last" 'the file has something else'
[[ $(find . -maxdepth 1 -name 'report.json*') == ./report.json ]] || fail "$last" 'leftovers'
echo before >kept.json
refuses "${json[@]}" --library="$work/text.so" --output=kept.json
[[ $(<kept.json) == before ]] || fail "$last" 'a failed run touched the file'

# --- readers that go away, and disks that are full
"$cmapsim" check "${small[@]}" "$clause" | true
status=${PIPESTATUS[0]}
((status <= 2)) || fail 'check | true' "exit status $status"
"$cmapsim" check "${small[@]}" "$clause" >/dev/full 2>"$work/err"
status=$?
((status == 2)) || fail 'check >/dev/full' "exit status $status"
grep -q 'No space left' "$work/err" || fail 'check >/dev/full' "$(<"$work/err")"

# --- live
if "$cmapsim" check --service=corosync --transport=shm --cases=1 >"$work/out" 2>"$work/err" ||
  ! grep -q '^cmapsim: --service=corosync:' "$work/err"; then
  printf '#!/bin/sh\necho "out of patience" >&2\nexit 1\n' >no-daemon
  chmod +x no-daemon
  refuses_live() {
    run 2 check --service=corosync --transport=shm --cases=1 "--corosync=$1"
    prints_nothing
    says 'cmapsim: libcmap, live, shm: '
  }
  refuses_live ./no-daemon
  says 'out of patience'
else
  echo "SKIPPED: live: $(<"$work/err")"
  run 0 check --transport=shm --cases=50 "$clause"
  prints 'live: skipped: '
fi

((failures == 0)) && echo 'all as it should be'
exit $((failures > 0))
