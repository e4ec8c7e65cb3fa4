#!/usr/bin/env bash
# Whole programs on the virtual host: the corosync-cmapctl that is installed, unmodified.
set -uo pipefail

# shellcheck source=tools/run_testing.sh
source tools/run_testing.sh

# --- get, set, list, delete
run 0 -- corosync-cmapctl
prints 'internal_configuration.service.0.name (str) = corosync_cmap'
says 'cmapsim: exit 0 after 0 of virtual time'
printf 'cmapsim: 1\nkeys: [{key: test.a, value: "string:here"}, {key: test.b, value: "uint16:7"}]\n' \
  >"$work/keys.yaml"
sed -i 's/string:here/string:\\"here\\"/' "$work/keys.yaml"
run 0 --plan="$work/keys.yaml" -- corosync-cmapctl -g test.a
prints_just 'test.a (str) = here'
run 0 --plan="$work/keys.yaml" -- corosync-cmapctl test.
prints_just $'test.a (str) = here\ntest.b (u16) = 7'
run 0 --plan="$work/keys.yaml" -- corosync-cmapctl -s test.a str there
run 0 --plan="$work/keys.yaml" -- corosync-cmapctl -d test.a
run 1 --plan="$work/keys.yaml" -- corosync-cmapctl -g test.c
says 'CS_ERR_NOT_EXIST'
says 'exit 1'

# --- tracking over days of virtual time, twice the same to the byte, over both transports
changes=$'Type "q" to finish\ncreate> test.a (u8) = 1\nmodify> test.a (u8) = 2\ndelete> test.a (u8) = 2'
for plan in tracking-over-days tracking-over-days-by-socket; do
  run 0 --plan=$plans/$plan.yaml --trace="$work/first" -- corosync-cmapctl -t test.a
  prints_just "$changes"
  says 'exit 0 after 4d of virtual time'
  run 0 --plan=$plans/$plan.yaml --trace="$work/second" -- corosync-cmapctl -t test.a
  cmp -s "$work/first" "$work/second" || fail "$last" "two runs differ" "$(diff "$work/first" "$work/second" | head)"
  # Readings of the clock let some nanoseconds pass.
  [[ $(tail -n 1 "$work/first") =~ ^3456000000000[0-9]{2}' = exit 0'$ ]] || fail "$last" "$(tail -n 1 "$work/first")"
done

# --- under faults
run 0 --plan=$plans/service-dies.yaml -- corosync-cmapctl -t test.a
prints 'create> test.a (u8) = 1'
says 'CS_ERR_LIBRARY'
says 'exit 0 after 2d of virtual time'
run 1 --plan=$plans/no-memory.yaml -- corosync-cmapctl -g test.a
says 'Failed to initialize the cmap API'
run 1 --plan=$plans/service-stopped.yaml -- corosync-cmapctl -g test.a
says 'cmapsim: stall'
says "up to the plan's horizon"
run 1 --plan="$work/keys.yaml" -- corosync-cmapctl -t test.a
says 'cmapsim: deadlock poll'
says '{op: input}'
run 0 --plan=$plans/poll-interrupted.yaml --trace="$work/trace" -- corosync-cmapctl -t test.a
says 'poll: Interrupted system call'
grep -q ' \* 0 host.poll.errno nth=5$' "$work/trace" || fail "$last" "the fault did not strike"

# --- threads, in many orders, each order the same twice
threads=fixtures/programs/threads
run 0 -- $threads
prints_just 'all as it should be'
says 'exit 0 after 1h of virtual time'
for seed in 1 2 3 4 5 6 7 8 9 10; do
  run 0 --plan=$plans/threads-in-turns.yaml --seed=$seed --trace="$work/first" -- $threads
  prints_just 'all as it should be'
  run 0 --plan=$plans/threads-in-turns.yaml --seed=$seed --trace="$work/second" -- $threads
  cmp -s "$work/first" "$work/second" || fail "$last" "two runs differ" "$(diff "$work/first" "$work/second" | head)"
  grep -q '| switch ' "$work/first" || fail "$last" "nobody's turn came"
done

# --- epoll
run 0 -- fixtures/programs/epoll
prints_just 'all as it should be'
says 'exit 0 after 1h of virtual time'

# --- waiting in every way there is: the same as without the virtual host, and twice the same
waiting=fixtures/programs/waiting
"$waiting" >"$work/native" || fail "$waiting" "exit status $?"
for trace in first second; do
  run 0 --trace="$work/$trace" -- $waiting
  cmp -s "$work/native" "$work/out" ||
    fail "$last" "differs from a run without the virtual host" "$(diff "$work/native" "$work/out")"
done
cmp -s "$work/first" "$work/second" || fail "$last" "two runs differ" "$(diff "$work/first" "$work/second" | head)"
# Each row of the faults of waiting, on the same program.
printf 'cmapsim: 1\nfaults:\n  - {fault: host.epoll_wait.errno, errno: EINTR, nth: 3}\n  - {fault: host.eventfd.errno, errno: EMFILE, nth: 2}\n  - {fault: host.timerfd_settime.errno, errno: ECANCELED, nth: 1}\n' \
  >"$work/waiting.yaml"
run 0 --plan="$work/waiting.yaml" --trace="$work/trace" -- $waiting
prints 'timerfd_settime(timer, 0, &ticking, nullptr): ECANCELED'
for struck in host.epoll_wait.errno host.eventfd.errno host.timerfd_settime.errno; do
  grep -q " \* . $struck " "$work/trace" || fail "$last" "$struck did not strike"
done
# Each call that it makes fails once: the fault strikes, the run ends in a way that has a name, and twice in the same.
calls=$(sed -n 's/.* | counts //p' "$work/first" | tr ' ' '\n' | sed 's/=.*//')
(($(wc -w <<<"$calls") >= 39)) || fail "$waiting" "makes too few calls:" "$calls"
for call in $calls; do
  # Were the first of these to fail, it would look at the same epoll for ever.
  [[ $call == epoll_ctl ]] && nth=2 || nth=1
  printf 'cmapsim: 1\nfaults: [{fault: host.%s.errno, errno: EINVAL, nth: %s}]\n' "$call" "$nth" >"$work/call.yaml"
  for trace in first second; do
    "$cmapsim" run --plan="$work/call.yaml" --trace="$work/$trace" -- $waiting >"$work/out" 2>"$work/err" </dev/null
    status=$?
    ((status <= 1)) || fail "$waiting with host.$call.errno" "exit status $status" "$(<"$work/err")"
  done
  grep -q " \* 0 host.$call.errno nth=$nth" "$work/first" || fail "$waiting" "host.$call.errno did not strike"
  cmp -s "$work/first" "$work/second" ||
    fail "$waiting with host.$call.errno" "two runs differ" "$(diff "$work/first" "$work/second" | head)"
done
printf 'cmapsim: 1\nfaults: [{fault: host.epoll_wait.ready, revents: [IN, HUP], nth: 1}]\n' >"$work/ready.yaml"
run 0 --plan="$work/ready.yaml" -- $waiting
prints 'pipe: -1'

# --- pipes to other programs: those are real, and so are then the pipes
# shellcheck disable=SC2016 # the program's own shell expands it
run 0 -- bash -c 'x=$(echo hi); echo "$x" | tr a-z A-Z'
prints_just HI

run 0 -- fixtures/programs/spawning
prints_just $'posix_spawn: exit 0\nposix_spawn: ENOENT\nposix_spawnp: exit 1\nposix_spawnp: ENOENT'
printf 'cmapsim: 1\nfaults: [{fault: host.posix_spawn.errno, errno: EAGAIN, nth: 3}]\n' >"$work/spawn.yaml"
run 0 --plan="$work/spawn.yaml" -- fixtures/programs/spawning
prints_just $'posix_spawn: exit 0\nposix_spawn: ENOENT\nposix_spawnp: EAGAIN\nposix_spawnp: ENOENT'

# --- what it starts on the real host is told, each program once; and nothing where nothing was
run 0 -- bash -c 'true'
[[ $err != *'real host'* ]] || fail "$last" "$err"
run 0 -- env X=1 /usr/bin/true
says 'cmapsim: started 1 process on the real host: /usr/bin/true'
run 0 -- bash -c '/usr/bin/true; /usr/bin/true; (:); /usr/bin/env /usr/bin/id >/dev/null'
says 'cmapsim: started 4 processes on the real host: /usr/bin/bash, /usr/bin/env, /usr/bin/id, /usr/bin/true'
# Its arguments and environment may be long.
# shellcheck disable=SC2016 # the program's own shell expands it
run 0 -- bash -c 'echo ${#1}' bash "$(printf '%100000d' 7)"
prints_just 100000
# Of what the caller has in /dev/shm, folders and programs stay.
shm=$(mktemp -d /dev/shm/cmapsim-run-test-XXXXXX)
cp /usr/bin/true "$shm/program"
(cd "$shm" && echo 'cmapsim: 1' >plan.yaml && "$OLDPWD/$cmapsim" run --plan="$shm/plan.yaml" --trace="$shm/trace" -- ./program) \
  2>"$work/err" || fail "a program in /dev/shm" "$(<"$work/err")"
[[ -s $shm/trace ]] || fail "a program in /dev/shm" "there is no trace"
rm -r "$shm"

# What it leaves behind ends with it.
# shellcheck disable=SC2016 # the program's own shell expands it
run 0 -- bash -c '(setsid sleep 1234 & echo $!) & wait'
[[ -n $out && ! -e /proc/$out ]] || fail "$last" "process $out is still there"

# --- virtual time no faster than real time: 30 ms, and no more is asked of a clock than that
begin=$(date +%s%N)
run 0 --real-time -- sleep 0.03
(($(date +%s%N) - begin >= 30000000)) || fail "$last" "it took less than it slept"

# --- programs of all kinds
run 0 -- sleep 86400
says 'exit 0 after 1d of virtual time'
run 1 -- false
# shellcheck disable=SC2016 # the program's own shell expands it
run 0 -- bash -c 'echo $((6 * 7))'
prints_just 42

# It ends inside the C library, by error(3).
run 1 -- date --date=nonsense
says 'cmapsim: exit 1'

# --- wrong use
run 2 -- no-such-program
says 'there is no program no-such-program in PATH'
run 2 -- ./no-such-program
says 'is not a program'
run 2
says 'program is required'
run 2 --plan=no-such-plan.yaml -- true
says 'no-such-plan.yaml'
printf 'cmapsim: 1\nsteps: [{op: initialize}]\n' >"$work/client.yaml"
run 2 --plan="$work/client.yaml" -- true
says 'step 0 (initialize) is one of the client'
printf 'cmapsim: 1\nfaults: [{fault: host.fly.errno, errno: EINTR}]\n' >"$work/bad.yaml"
run 2 --plan="$work/bad.yaml" -- true
says 'bad.yaml:2:18: unknown fault "host.fly.errno"'

echo "$count runs, $failures failures"
exit $((failures > 0))
