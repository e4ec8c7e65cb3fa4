#!/usr/bin/env bash
# Every command that README.md and docs/ show is run: a block marked `console` holds lines "$ command". cmapsim is the one
# that was built; the scripts and the benchmark are only looked for, since they would run this test.
set -euo pipefail

root=$PWD
command=$root/tools/cmapsim
work=${TEST_TMPDIR:?}/commands
mkdir -p "$work"
ln -sfn "$root/fixtures" "$work/fixtures"
cd "$work"

failed=0
count=0
fail() {
  echo "FAILED $1"
  failed=1
}

run_cmapsim() {
  local words status=0
  eval "words=($1)"
  "$command" "${words[@]:1}" >"$work/out" 2>"$work/err" </dev/null || status=$?
  if ((status != 0)); then
    fail "$1: exit status $status"
    tail -n 20 "$work/err" "$work/out"
  elif [[ ! -s $work/out && $1 != *--output=* ]]; then
    fail "$1: no output"
  fi
}

check_command() {
  count=$((count + 1))
  case $1 in
    "cmapsim "*) run_cmapsim "$1" ;;
    tools/*) [[ -x $root/${1%% *} ]] || fail "$1: there is no such script" ;;
    "bazel run //conformance/faults:determinism "*)
      [[ -x $root/conformance/faults/determinism ]] || fail "$1: not built"
      ;;
    "bazel run //fixtures/differential:campaign "*)
      [[ -x $root/fixtures/differential/campaign ]] || fail "$1: not built"
      ;;
    "bazel test --config=asan "* | "bazel test --config=tsan "*) ;;
    "bazel run //tools:bench") [[ -x $root/tools/bench ]] || fail "$1: not built" ;;
    *) fail "$1: a command that this test does not know" ;;
  esac
}

for document in "$root"/README.md "$root"/docs/*.md; do
  in_console=
  while IFS= read -r line; do
    case $line in
      '```console') in_console=yes ;;
      '```'*) in_console= ;;
      '$ '*) [[ -z $in_console ]] || check_command "${line#'$ '}" ;;
    esac
  done <"$document"
done

# Every relative link leads somewhere.
while IFS=: read -r document target; do
  [[ -e $(dirname "$document")/$target ]] || fail "$document: no $target"
done < <(grep -oHE '\]\([^)#:]+\)' "$root"/README.md "$root"/docs/*.md | sed -E 's/\]\(([^)]*)\)/\1/')

((count >= 8)) || fail "only $count commands were found in the documents"
echo "$count commands"
exit "$failed"
