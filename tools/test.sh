#!/usr/bin/env bash
# Every check and every test. Stops at the first stage that fails and names it; ends with what each took and the slowest tests.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. tools/postgres.sh
rm -f "$STAGES"

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

# The app as it is shipped, and the programs that the Rust tests have built already: compiling them once more for speed takes
# longer than it would save, and here they check their arithmetic.
build_for_tests() {
  build_app
  cargo build --quiet --workspace --bins
  "$TARGET/debug/server" compress dist
}

end_to_end() {
  local bins=$TARGET/debug
  (cd end2end && SERVER_BIN=$bins/server SANDBOX_BIN=$bins/paddle-sandbox SCANNER_BIN=$bins/scanner SAMPLE_SHOP_BIN=$bins/sample-shop \
    PLAYWRIGHT_JSON_OUTPUT_FILE=$ROOT/target/log/end-to-end.json npx playwright test --reporter=list,json)
}

stage "Set-up" tools/setup.sh --tests
CHROMIUM=$(tools/chromium.sh || true)
[ -z "$CHROMIUM" ] || export CHROMIUM

tools/check.sh
stage "Types of the browser tests" npm run --silent --prefix end2end check
stage "Rust tests" rust_tests
stage "The server's tests on PostgreSQL" postgres_tests
stage "Component tests in a browser" browser_tests
stage "Build" build_for_tests
stage "Bytes of the first page" node tools/sizes.mjs --budget
stage "End-to-end tests" end_to_end

node tools/slowest.mjs
printf '\nAll stages passed in %d s:\n%s\n' "$SECONDS" "$(cat "$STAGES")"
