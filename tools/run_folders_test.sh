#!/usr/bin/env bash
# Folders in the virtual /dev/shm: a program that uses them in every way is told what the kernel tells it.
set -uo pipefail

cmapsim=tools/cmapsim
folders=fixtures/programs/folders
work=$TEST_TMPDIR
failures=0

fail() {
  echo "FAILED: $1" >&2
  shift
  printf '  %s\n' "$@" >&2
  failures=$((failures + 1))
}
run() { # TRACE ARGUMENT...
  local trace=$1
  shift
  "$cmapsim" run --trace="$trace" "$@" -- $folders >"$work/out" 2>"$work/err" </dev/null
}

before=$(ls /dev/shm)
"$folders" >"$work/native" || fail "$folders" "exit status $?"
(($(wc -l <"$work/native") > 150)) || fail "$folders" 'prints too little'
for trace in first second; do
  run "$work/$trace" || fail "$folders" "exit status $?" "$(<"$work/err")"
  cmp -s "$work/native" "$work/out" ||
    fail "$folders" 'differs from a run without the virtual host' "$(diff "$work/native" "$work/out")"
done
cmp -s "$work/first" "$work/second" || fail "$folders" 'two runs differ' "$(diff "$work/first" "$work/second" | head)"
grep -q ' | left fds=0 maps=0 files=0 .*connections=0$' "$work/first" || fail "$folders" "$(tail -n 2 "$work/first")"
[[ $(ls /dev/shm) == "$before" ]] || fail "$folders" 'something was made in the real /dev/shm' "$(ls /dev/shm)"

# Each call that it makes fails once: the fault strikes, and the run ends in the same way twice.
calls=$(sed -n 's/.* | counts //p' "$work/first" | tr ' ' '\n' | sed 's/=.*//')
for call in mkdir access chmod chown rename opendir readdir closedir rmdir unlink open stat; do
  grep -qx "$call" <<<"$calls" || fail "$folders" "does not call $call"
  printf 'cmapsim: 1\nfaults: [{fault: host.%s.errno, errno: EACCES, nth: 2}]\n' "$call" >"$work/call.yaml"
  run "$work/call" --plan="$work/call.yaml"
  grep -q " \* 0 host.$call.errno " "$work/call" || fail "$call" 'the fault did not strike'
  ! cmp -s "$work/native" "$work/out" || fail "$call" 'the program did not notice'
  run "$work/again" --plan="$work/call.yaml"
  cmp -s "$work/call" "$work/again" || fail "$call" 'two runs differ' "$(diff "$work/call" "$work/again" | head)"
done

((failures == 0)) && echo 'all as it should be'
exit $((failures > 0))
