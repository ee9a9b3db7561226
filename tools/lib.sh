# shellcheck shell=bash disable=SC2034 # what is set here is used by the others
# Shared by the scripts beside it; read with `.`, not run. Works in bash 3.2 and later.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT" || exit

# Cargo's output: the default, or wherever the caller wants it.
TARGET=${CARGO_TARGET_DIR:-$ROOT/target}
# Tools that were missing or had another version are installed here, so that nobody's own are replaced.
TOOLS=$ROOT/target/tools
PATH=$TOOLS/bin:$PATH:${CARGO_HOME:-$HOME/.cargo}/bin
export PATH

TRUNK_VERSION=0.21.14
WASM_BINDGEN_VERSION=0.2.130
WASM_SPLIT_VERSION=0.2.4

export TRUNK_SKIP_VERSION_CHECK=true

# The app as it is shipped. Trunk's minifier cannot read the JavaScript of wasm-bindgen and warns at each build; it is left as it is.
# Leptos's erased views make the wasm a third smaller here; make bench prints the sizes. The builder's home stays out of what is shipped.
build_app() {
  RUSTFLAGS="${RUSTFLAGS:-} --cfg erase_components --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=cargo" SPLIT=1 trunk --log warn,trunk::processing=error build --release --features split
}

# All that make run starts: the app with its compressed forms beside each file, the server, the sandbox, the scanner and its sample shop.
build_all() {
  # Also where nobody stops at the first failure: an old app must not pass for the new one.
  build_app && cargo build --release --quiet -p server -p paddle-sandbox -p scanner && "$TARGET/release/server" compress dist
}

say() { printf '%s\n' "$*"; }
fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

# What each stage of the last run took.
STAGES=$ROOT/target/log/stages.txt

# stage NAME COMMAND...: says what runs and notes what it took; stops everything where it fails.
stage() {
  local name=$1 began=$SECONDS failed=0
  shift
  printf '\n== %s\n' "$name"
  mkdir -p "${STAGES%/*}"
  # In a shell of its own and not beside ||, so that its first failing line ends it.
  set +e
  (
    set -e
    "$@"
  )
  failed=$?
  set -e
  [ "$failed" = 0 ] || fail "
Stopped at: $name"
  printf '%6d s  %s\n' $((SECONDS - began)) "$name" >>"$STAGES"
}

# Every Rust test without a browser. The log has each test with its time; what failed is shown.
rust_tests() {
  local host log=target/log/rust-tests.log
  host=$(rustc -vV | sed -n 's/^host: //p' | tr 'a-z-' 'A-Z_')
  mkdir -p target/log
  if ! env "PATH=$ROOT/tools:$PATH" "CARGO_TARGET_${host}_RUNNER=timed.sh" cargo test --workspace >"$log" 2>&1; then
    grep -vE '^test .* \.\.\. ok|^ +(Compiling|Running|Finished)|^$' "$log" >&2
    return 1
  fi
  say "$(awk '/^test result/ { passed += $4; left += $8 } END { print passed " tests passed, " left " are left out." }' "$log")"
}

# port_is_taken PORT
port_is_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# need_free_port PORT VARIABLE: a clear sentence before anything is built.
need_free_port() {
  case $1 in '' | *[!0-9]*) fail "$2 must be a port number, not \"$1\"." ;; esac
  if port_is_taken "$1"; then
    fail "Port $1 is taken. Stop what listens there, or set $2 to another one, for example $2=$(($1 + 100))."
  fi
}

# answers PORT PATH: whether a GET is answered with 200.
answers() {
  local status
  status=$(
    exec 2>/dev/null
    exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
    printf 'GET %s HTTP/1.0\r\nHost: 127.0.0.1:%s\r\n\r\n' "$2" "$1" >&3
    read -r -t 5 _ code _ <&3 && printf '%s' "$code"
  ) || return 1
  [ "$status" = 200 ]
}

# Programs started here, the latest first, so that a program is ended before the ones it needs.
CHILDREN=""

# start NAME LOG COMMAND...: in the background; what it writes goes to LOG.
start() {
  local log=$2
  shift 2
  "$@" >>"$log" 2>&1 </dev/null &
  CHILDREN="$! $CHILDREN"
}

# stop_child PID: ends one of them and waits for its end.
stop_child() {
  local tries=0
  kill -TERM "$1" 2>/dev/null || return 0
  while kill -0 "$1" 2>/dev/null && [ "$tries" -lt 50 ]; do
    sleep 0.1
    tries=$((tries + 1))
  done
  kill -KILL "$1" 2>/dev/null || true
}

# Ends only what start() started, and waits for it.
stop_children() {
  local pid
  for pid in $CHILDREN; do stop_child "$pid"; done
  CHILDREN=""
  wait 2>/dev/null || true
}

# Call once before the first start(): whatever ends the script ends its children.
stop_children_at_exit() {
  trap 'stop_children' EXIT
  trap 'say ""; say "Stopping."; exit 0' INT TERM HUP
}

# wait_for NAME PORT PATH LOG SECONDS: the program started last must answer.
wait_for() {
  local pid=${CHILDREN%% *} end=$((SECONDS + $5))
  until answers "$2" "$3"; do
    if ! kill -0 "$pid" 2>/dev/null; then
      tail -n 30 "$4" >&2
      fail "$1 stopped before it was ready. Its last lines are above; all of them are in $4."
    fi
    if [ "$SECONDS" -ge "$end" ]; then
      tail -n 30 "$4" >&2
      fail "$1 was not ready after $5 seconds. Its last lines are above; all of them are in $4."
    fi
    sleep 0.2
  done
}

# Returns when one of the children has ended by itself.
wait_for_any_end() {
  local pid
  while :; do
    for pid in $CHILDREN; do
      kill -0 "$pid" 2>/dev/null || return 0
    done
    sleep 1
  done
}

# The folder of an SQLite database; for other databases data/.
data_dir() {
  case $1 in
  sqlite::memory:*) printf 'data' ;;
  sqlite:*)
    local path=${1#sqlite:}
    path=${path#//}
    dirname "${path%%\?*}"
    ;;
  *) printf 'data' ;;
  esac
}

# The variables that both the server and the Paddle sandbox need to know of each other.
# sandbox_settings SANDBOX_PORT SERVER_PORT PUBLIC_URL STATE_FILE
sandbox_settings() {
  export PADDLE_SANDBOX_PORT=$1
  export PADDLE_SANDBOX_PUBLIC_URL=${PADDLE_SANDBOX_PUBLIC_URL:-http://127.0.0.1:$1}
  export PADDLE_SANDBOX_API_KEY=${PADDLE_SANDBOX_API_KEY:-pdl_sdbx_apikey_01demo0000000000000000000_demo}
  export PADDLE_SANDBOX_CLIENT_TOKEN=${PADDLE_SANDBOX_CLIENT_TOKEN:-test_demo00000000000000000000}
  export PADDLE_SANDBOX_WEBHOOK_URL=${PADDLE_SANDBOX_WEBHOOK_URL:-http://127.0.0.1:$2/api/v1/webhooks/paddle}
  export PADDLE_SANDBOX_WEBHOOK_SECRET=${PADDLE_SANDBOX_WEBHOOK_SECRET:-pdl_ntfset_01demo0000000000000000000_demo}
  export PADDLE_SANDBOX_CHECKOUT_URL=${PADDLE_SANDBOX_CHECKOUT_URL:-$3/billing/checkout}
  export PADDLE_SANDBOX_STATE=${PADDLE_SANDBOX_STATE:-$4}

  export PADDLE_API_URL=http://127.0.0.1:$1
  export PADDLE_JS_URL=$PADDLE_SANDBOX_PUBLIC_URL/paddle/v2/paddle.js
  export PADDLE_API_KEY=$PADDLE_SANDBOX_API_KEY
  export PADDLE_CLIENT_TOKEN=$PADDLE_SANDBOX_CLIENT_TOKEN
  export PADDLE_WEBHOOK_SECRETS=$PADDLE_SANDBOX_WEBHOOK_SECRET
  export PADDLE_SIM_URL=http://127.0.0.1:$1/__sim
}

# What the scanner needs to know of the server, and the server of the scanner: one token that only they have.
# scanner_settings SERVER_PORT
scanner_settings() {
  export SCANNER_SECRET=${SCANNER_SECRET:-$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')}
  export SCANNER_API_URL=http://127.0.0.1:$1
}

# start_scanner FOLDER: the scanner and, in the demonstration, the sample shop that answers for every site of it.
start_scanner() {
  : >target/log/scanner.log
  case ${DEMO:-} in
  1 | true)
    export SAMPLE_SITE_PORT=${SAMPLE_SITE_PORT:-8070}
    export SCANNER_STAND_IN=${SCANNER_STAND_IN:-example=127.0.0.1:$SAMPLE_SITE_PORT}
    : >target/log/sample-shop.log
    start sample-shop target/log/sample-shop.log "$1/sample-shop"
    wait_for "The sample shop" "$SAMPLE_SITE_PORT" /robots.txt target/log/sample-shop.log 30
    ;;
  esac
  start scanner target/log/scanner.log "$1/scanner"
}

# Whether the caller has a Paddle account of their own in mind.
own_paddle() { [ -n "${PADDLE_API_URL:-}${PADDLE_JS_URL:-}${PADDLE_API_KEY:-}${PADDLE_CLIENT_TOKEN:-}${PADDLE_WEBHOOK_SECRETS:-}" ]; }
