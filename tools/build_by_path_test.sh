#!/usr/bin/env bash
# A build of corosync that is not installed: its libraries in a folder of their own, with a libqb of their own,
# and its daemon. The folder's files are used, and the virtual host is under them as under the installed ones.
set -uo pipefail

cmapsim=$PWD/tools/cmapsim
plans=$PWD/fixtures/plans
work=$TEST_TMPDIR
failures=0

fail() {
  echo "FAILED: $1" >&2
  shift
  printf '  %s\n' "$@" >&2
  failures=$((failures + 1))
}
run() { # STATUS ARGUMENT...
  local expected=$1 status=0
  shift
  (cd "$work" && "$cmapsim" "$@" >"$work/out" 2>"$work/err" </dev/null) || status=$?
  last="cmapsim $*"
  [[ $status == "$expected" ]] || fail "$last" "exit status $status, expected $expected" "$(tail -n 20 "$work/out" "$work/err")"
}
says() { grep -qF -- "$1" "$work/err" || fail "$last" "expected on standard error: $1" "$(<"$work/err")"; }

installed=$(compgen -G '/usr/lib/*/libcmap.so.4' | head -n 1)
if [[ -z $installed ]]; then
  echo 'SKIPPED: no libcmap.so.4 on this machine: install libcmap4'
  exit 0
fi
libraries=$(dirname "$installed")

# build FOLDER: what `make` leaves, libqb too.
build() {
  mkdir -p "$work/$1"
  cp -L "$libraries"/libcmap.so.4 "$libraries"/libcorosync_common.so.4 "$libraries"/libqb.so.100 "$work/$1/"
}
# A libqb under another name is another libqb, as one that is linked statically is: nobody else has it. The names are
# of one length, so that the files stay as they are.
with_own_libqb() {
  build "$1"
  LC_ALL=C sed -i 's/libqb\.so\.100/libqo.so.100/g' "$work/$1"/*
  mv "$work/$1/libqb.so.100" "$work/$1/libqo.so.100"
}
trace() { # LIBRARY PLAN
  "$cmapsim" replay --library="$1" "$2" 2>/dev/null | grep -v '^digest'
}
calls() { grep -c ' | ' <<<"$1"; }

build shared
with_own_libqb own
for plan in "$plans/scenarios/whole.yaml" "$plans/scenarios/event-after-a-day.yaml" "$plans/scenarios/backlog.yaml"; do
  expected=$(trace "$installed" "$plan")
  (($(calls "$expected") > 20)) || fail "$plan" 'the trace shows no interposed calls'
  for library in "$work/shared/libcmap.so.4" "$work/own/libcmap.so.4"; do
    [[ $(trace "$library" "$plan") == "$expected" ]] ||
      fail "$library" "another trace than the installed library's: $plan" "$(diff <(trace "$library" "$plan") - <<<"$expected" | head -n 20)"
  done
done

small=(check --service=sim --cases=300 --shrink-seconds=0)
for folder in shared own; do
  run 0 "${small[@]}" --library="$work/$folder/libcmap.so.4"
  ! grep -q 'not in the table' "$work/err" || fail "$last" "$(<"$work/err")"
done
# A bare name is a file of this folder.
(cd "$work/own" && "$cmapsim" "${small[@]}" --transport=shm --clause='cmap_initialize.*' --library=libcmap.so.4 >/dev/null 2>&1) ||
  fail 'a bare name' 'is not found'

# It is the folder's libqb that is used: with one that is none nothing works.
for folder in shared own; do
  cp -r "$work/$folder" "$work/$folder-broken"
  echo 'no library' | tee "$work/$folder-broken/"libq?.so.100 >/dev/null
  run 2 "${small[@]}" --transport=shm --library="$work/$folder-broken/libcmap.so.4"
  says libq
done

# --- the daemon
if ! [[ -x /usr/sbin/corosync ]]; then
  echo 'SKIPPED: no corosync on this machine: install corosync'
  exit $((failures > 0))
fi
build daemon
mkdir -p "$work/daemon/sbin"
cp /usr/sbin/corosync "$work/daemon/sbin/"
live=(check --service=corosync --transport=shm --cases=20 --shrink-seconds=0 --clause='cmap_initialize.*')
if ! "$cmapsim" "${live[@]}" >/dev/null 2>"$work/err" && grep -q '^cmapsim: --service=corosync:' "$work/err"; then
  echo "SKIPPED: live: $(<"$work/err")"
  exit $((failures > 0))
fi
for folder in shared own; do
  run 0 "${live[@]}" --library="$work/$folder/libcmap.so.4" --corosync="$work/daemon/sbin/corosync" \
    --corosync-library-dir="$work/daemon" --format=json
  grep -q '"version": "3\.' "$work/out" || fail "$last" 'the version is not that which the daemon says'
done
echo 'no library' >"$work/daemon/libqb.so.100"
run 2 "${live[@]}" --corosync="$work/daemon/sbin/corosync" --corosync-library-dir="$work/daemon"
says libqb


# --- a daemon that does not run without encryption, as those after 3.1.10: a script that refuses it as they do
cat >"$work/encrypted" <<'SCRIPT'
#!/bin/sh
if grep -q 'crypto_cipher: none' "${3:-/dev/null}"; then
  echo 'parse error in config: Invalid cipher type. Should be aes256, aes192 or aes128' >&2
  exit 8
fi
exec /usr/sbin/corosync "$@"
SCRIPT
chmod +x "$work/encrypted"
run 0 "${live[@]}" --corosync="$work/encrypted"
# Which has no crypto plugin: said, with what to do.
sed 's/crypto_cipher: none/crypto_cipher:/; s/Invalid cipher type.*aes128/Invalid cipher type: crypto model not there/' \
  "$work/encrypted" >"$work/no-crypto"
chmod +x "$work/no-crypto"
run 2 "${live[@]}" --corosync="$work/no-crypto"
says 'Debian: libknet1'

# --- another localstatedir, which need not be there, nor be writable; the names are of one length
lock() { # NAME LOCALSTATEDIR
  LC_ALL=C sed "s@/var/run/corosync[.]pid@$2/run/corosync.pid@" /usr/sbin/corosync >"$work/$1"
  chmod +x "$work/$1"
  ! cmp -s "$work/$1" /usr/sbin/corosync || fail "$1" 'the daemon has no lock file in /var/run'
  [[ ! -e $2/run/corosync.pid ]] || fail "$1" "$2/run/corosync.pid is there before"
}
lock below-opt /opt
lock below-root /c5y
for daemon in below-opt below-root; do
  run 0 "${live[@]}" --corosync="$work/$daemon"
done
[[ ! -e /opt/run && ! -e /c5y ]] || fail 'localstatedir' 'something was made on the machine'
# Two at a time do not meet.
(cd "$work" && "$cmapsim" "${live[@]}" --corosync="$work/below-opt" >"$work/other" 2>&1 </dev/null) &
run 0 "${live[@]}" --corosync="$work/below-opt"
wait $! || fail 'two at a time' "$(tail -n 20 "$work/other")"

# --- a tree as autotools leaves it
tree=$work/tree
mkdir -p "$tree"/{exec,lib,common_lib}/.libs
cp /usr/sbin/corosync "$tree/exec/.libs/corosync"
printf '#!/bin/sh\n# corosync - temporary wrapper script for .libs/corosync\nexit 1\n' >"$tree/exec/corosync"
chmod +x "$tree/exec/corosync"
cp -L "$libraries/libcmap.so.4" "$tree/lib/.libs/libcmap.so.4.1.0"
ln -s libcmap.so.4.1.0 "$tree/lib/.libs/libcmap.so.4"
cp -L "$libraries/libcorosync_common.so.4" "$tree/common_lib/.libs/libcorosync_common.so.4.0.0"
ln -s libcorosync_common.so.4.0.0 "$tree/common_lib/.libs/libcorosync_common.so.4"
run 0 "${live[@]}" --corosync="$tree" --format=json
says "daemon $tree/exec/.libs/corosync, library $tree/lib/.libs/libcmap.so.4"
grep -qF "\"library\": \"$tree/lib/.libs/libcmap.so.4\"" "$work/out" || fail "$last" 'another library was tested'
run 0 "${small[@]}" --transport=shm --clause='cmap_initialize.*' --library="$tree"
says "library $tree/lib/.libs/libcmap.so.4"
# It is the tree's libcorosync_common that is used.
echo 'no library' >"$tree/common_lib/.libs/libcorosync_common.so.4.0.0"
run 2 "${small[@]}" --transport=shm --library="$tree"
says libcorosync_common
run 2 "${live[@]}" --corosync="$work/shared"
says 'there is no daemon in this folder; looked for exec/.libs/corosync'
run 2 "${small[@]}" --library="$work/tree/exec"
says 'there is no libcmap in this folder; looked for lib/.libs/libcmap.so.4'

((failures == 0)) && echo 'all as it should be'
exit $((failures > 0))
