#!/usr/bin/env bash
# Installs what is missing: the tools that build the app, and with --tests what the tests need besides.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

need() { command -v "$1" >/dev/null 2>&1 || fail "$1 is missing. $2"; }

as_root_with_apt() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; }

apt_install() {
  say "Installing $* from Debian's packages ..."
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"; } >"$ROOT/target/apt.log" 2>&1
}

compiler() {
  command -v cc >/dev/null 2>&1 && return
  as_root_with_apt && apt_install gcc libc6-dev && return
  fail "A C compiler is missing; the embedded database is compiled with it. On Debian: apt-get install gcc libc6-dev"
}

wasm_target() {
  if command -v rustup >/dev/null 2>&1; then
    # Asking for the version fetches the toolchain that rust-toolchain.toml names; rustup can be told not to.
    rustc --version >/dev/null 2>&1 || rustup toolchain install
    rustup target list --installed 2>/dev/null | grep -qx wasm32-unknown-unknown && return
    say "Adding the wasm32-unknown-unknown target ..."
    rustup target add wasm32-unknown-unknown
  elif [ ! -d "$(rustc --print sysroot)/lib/rustlib/wasm32-unknown-unknown" ]; then
    fail "The wasm32-unknown-unknown target of Rust is missing, and there is no rustup to add it with."
  fi
}

# from_release PROGRAM VERSION: the pinned archive for this system, if there is one and it can be reached.
from_release() {
  local sum url
  read -r sum url < <(awk -v program="$1" -v version="$2" -v os="$(uname -sm | tr ' ' -)" \
    '$1 == program && $2 == version && $3 == os { print $4, $5 }' tools/releases.txt) || return 1
  if tools/download.sh "$url" "$sum" "$1" "$TOOLS/bin" && [ "$("$TOOLS/bin/$1" --version 2>/dev/null)" = "$1 $2" ]; then
    say "$1 $2 is the release binary; its checksum is the pinned one."
    return
  fi
  rm -f "$TOOLS/bin/$1"
  return 1
}

# The given version: from PATH if it is there, else the release, else built; into target/tools.
trunk() {
  [ "$(command trunk --version 2>/dev/null)" = "trunk $TRUNK_VERSION" ] && return
  from_release trunk "$TRUNK_VERSION" && return
  say "Building trunk $TRUNK_VERSION, once; about 6 minutes on two cores ..."
  env -u CARGO_TARGET_DIR -u RUSTFLAGS cargo install trunk --version "$TRUNK_VERSION" --locked --quiet --root "$TOOLS"
}

# Both programs, since tests run with the second.
wasm_bindgen() {
  local program missing=""
  for program in wasm-bindgen wasm-bindgen-test-runner; do
    [ "$(command $program --version 2>/dev/null)" = "$program $WASM_BINDGEN_VERSION" ] || from_release "$program" "$WASM_BINDGEN_VERSION" || missing=1
  done
  [ -n "$missing" ] || return 0
  say "Building wasm-bindgen-cli $WASM_BINDGEN_VERSION, once; about 2 minutes on two cores ..."
  # Without --locked: the lock file inside the package names versions that have been withdrawn.
  env -u CARGO_TARGET_DIR -u RUSTFLAGS cargo install wasm-bindgen-cli --version "$WASM_BINDGEN_VERSION" --quiet --force --root "$TOOLS"
}

# Cuts the app into files. It says no version, so that the version is noted beside it.
wasm_split() {
  local noted=$TOOLS/wasm-split.version
  command -v wasm-split-cli >/dev/null 2>&1 && { [ ! -e "$noted" ] || [ "$(cat "$noted")" = "$WASM_SPLIT_VERSION" ]; } && return
  say "Building wasm-split-cli $WASM_SPLIT_VERSION, once; about 2 minutes on two cores ..."
  env -u CARGO_TARGET_DIR -u RUSTFLAGS cargo install wasm_split_cli_support --version "$WASM_SPLIT_VERSION" --features build-binary --quiet --force --root "$TOOLS"
  printf '%s' "$WASM_SPLIT_VERSION" >"$noted"
}

node_modules() {
  need node "The browser tests run on Node 20 or later: https://nodejs.org"
  [ "$(node -p 'Number(process.versions.node.split(".")[0]) >= 20')" = true ] || fail "Node 20 or later is needed; this is $(node --version)."
  need npm "It comes with Node: https://nodejs.org"
  # npm writes this file last, so it is older than the lock file only when something has changed since.
  [ end2end/node_modules/.package-lock.json -nt end2end/package-lock.json ] && return
  say "Installing the packages of the browser tests ..."
  npm ci --prefix end2end --no-audit --no-fund --loglevel=error
}

# A Chromium that starts: told, on PATH, from Debian's packages, or Playwright's own.
chromium() {
  tools/chromium.sh >/dev/null && return
  if as_root_with_apt && apt_install chromium chromium-driver fonts-dejavu-core && tools/chromium.sh >/dev/null; then return; fi
  local with_deps=""
  as_root_with_apt && with_deps=--with-deps
  say "Installing Playwright's Chromium ..."
  # shellcheck disable=SC2086 # empty means no argument
  (cd end2end && npx playwright install $with_deps chromium)
}

mkdir -p "$ROOT/target"
need cargo "Install Rust: https://rustup.rs"
compiler
wasm_target
trunk
wasm_bindgen
wasm_split
if [ "${1:-}" = --tests ]; then
  node_modules
  chromium
fi
