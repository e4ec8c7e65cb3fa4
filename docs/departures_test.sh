#!/usr/bin/env bash
# docs/departures.md is what its generator makes of the expectations.
set -euo pipefail

docs/departures --print >"${TEST_TMPDIR:?}/departures.md"
diff -u docs/departures.md "$TEST_TMPDIR/departures.md" || {
  echo "FAILED: docs/departures.md is not what the expectations say: bazel run //docs:departures"
  exit 1
}
