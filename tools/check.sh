#!/usr/bin/env bash
# Formatting, lints, and whether colours, imports, numbers and links hold. Names what fails.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

stage "Formatting" cargo fmt --all --check
stage "Imports follow the arrows" node tools/arrows.mjs
stage "Numbers and links of docs/" node tools/rows.mjs --quiet
stage "Contrast of colours" node tools/contrast.mjs
stage "Pinned downloads" tools/download_test.sh
stage "Lints, workspace" cargo clippy --quiet --workspace --all-targets -- -D warnings
stage "Lints, app in the browser" cargo clippy --quiet -p webriskops --all-targets --target wasm32-unknown-unknown -- -D warnings
