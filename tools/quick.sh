#!/usr/bin/env bash
# What to run before each commit: every check, and every Rust test that needs no browser. Under three minutes when warm.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
rm -f "$STAGES"

tools/check.sh
stage "Rust tests" rust_tests
printf '\nAll of it passed in %d s.\n' "$SECONDS"
