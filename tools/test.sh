#!/usr/bin/env bash
# Every check and every test. Stops at the first stage that fails and names it.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

stage() {
  local name=$1 began=$SECONDS
  shift
  printf '\n== %s\n' "$name"
  "$@" || fail "
make test stopped at: $name"
  printf '== %s: %d s\n' "$name" $((SECONDS - began))
}

browser_tests() {
  local driver
  driver=${CHROMEDRIVER:-$(command -v chromedriver || true)}
  if [ -z "$driver" ]; then
    say "Left out: there is no chromedriver. On Debian: apt-get install chromium-driver"
    return
  fi
  CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER=wasm-bindgen-test-runner \
    WASM_BINDGEN_TEST_ONLY_WEB=1 WASM_BINDGEN_TEST_TIMEOUT=120 CHROMEDRIVER=$driver \
    cargo test -p webriskops --target wasm32-unknown-unknown --test '*'
}

end_to_end() {
  # What make run would start is what is tested.
  (cd end2end && SERVER_BIN=$TARGET/release/server SANDBOX_BIN=$TARGET/release/paddle-sandbox npx playwright test)
}

stage "Set-up" tools/setup.sh --tests
CHROMIUM=$(tools/chromium.sh || true)
[ -z "$CHROMIUM" ] || export CHROMIUM

stage "Formatting" cargo fmt --all --check
stage "Lints, workspace" cargo clippy --quiet --workspace --all-targets -- -D warnings
stage "Lints, app in the browser" cargo clippy --quiet -p webriskops --all-targets --target wasm32-unknown-unknown -- -D warnings
stage "Contrast of colours" node tools/contrast.mjs
stage "Types of the browser tests" npm run --silent --prefix end2end check
stage "Rust tests" cargo test --quiet --workspace
stage "Component tests in a browser" browser_tests
stage "Build" build_all
stage "End-to-end tests" end_to_end

printf '\nAll stages passed in %d s.\n' "$SECONDS"
