#!/usr/bin/env bash
# Formatting and lints: the workspace as the server sees it, the app as the browser does, the colours against each other.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

cargo fmt --all --check
cargo clippy --quiet --workspace --all-targets -- -D warnings
cargo clippy --quiet -p webriskops --all-targets --target wasm32-unknown-unknown -- -D warnings
node tools/contrast.mjs
