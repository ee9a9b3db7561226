#!/usr/bin/env bash
# Removes build output. The database in data/ and the tools in target/tools stay: they cost time or cannot be made again.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

rm -rf dist end2end/test-results end2end/playwright-report
[ -d target ] && find target -mindepth 1 -maxdepth 1 ! -name tools -exec rm -rf {} +
say "Removed. The demonstration data is in data/; remove that folder to start afresh."
