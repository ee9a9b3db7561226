#!/usr/bin/env bash
# How much the first page downloads, how long it takes to show a balance, and what the ledger can carry.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

tools/setup.sh --tests
CHROMIUM=$(tools/chromium.sh || true)
[ -z "$CHROMIUM" ] || export CHROMIUM
build_all

printf '\n%s\n' "What the first page downloads"
node tools/sizes.mjs

if [ -f end2end/bench/first-balance.mjs ]; then
  printf '\n%s\n' "From navigation to the first balance"
  SERVER_BIN=$TARGET/release/server SANDBOX_BIN=$TARGET/release/paddle-sandbox node end2end/bench/first-balance.mjs
fi

printf '\n%s\n' "The ledger"
"$TARGET/release/server" bench
