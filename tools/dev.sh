#!/usr/bin/env bash
# For work on the code: server and sandbox as debug builds, the app rebuilt and reloaded on every change, on port 8081.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

# Trunk.toml passes /api on to this port.
export PORT=8080
export DATABASE_URL=${DATABASE_URL:-sqlite:data/dev.db}
export PUBLIC_URL=http://127.0.0.1:8081
# Kept apart from the release build: other flags, other output.
export DIST_DIR=target/dev/dist
export DEMO=${DEMO:-1}
sandbox_port=${PADDLE_SANDBOX_PORT:-8090}
data=$(data_dir "$DATABASE_URL")

port_is_taken 8081 && fail "Port 8081 is taken. Stop what listens there."
port_is_taken 8080 && fail "Port 8080 is taken. Stop what listens there."
own_paddle || need_free_port "$sandbox_port" PADDLE_SANDBOX_PORT

scanner_settings "$PORT"

tools/setup.sh
mkdir -p "$data" target/log "$DIST_DIR"
cargo build -p server -p paddle-sandbox -p scanner

# Types of views are erased: the app compiles much faster and runs a little slower.
app() { env CARGO_TARGET_DIR="$ROOT/target/dev" RUSTFLAGS="--cfg erase_components" trunk "$@" --dist "$DIST_DIR"; }
app build

stop_children_at_exit
if ! own_paddle; then
  sandbox_settings "$sandbox_port" "$PORT" "$PUBLIC_URL" "$data/paddle-sandbox-dev.json"
  : >target/log/paddle-sandbox.log
  start paddle-sandbox target/log/paddle-sandbox.log "$TARGET/debug/paddle-sandbox"
  wait_for "The Paddle sandbox" "$sandbox_port" /__sim/health target/log/paddle-sandbox.log 30
fi
: >target/log/server.log
start server target/log/server.log "$TARGET/debug/server"
wait_for "The server" "$PORT" /readyz target/log/server.log 120
start_scanner "$TARGET/debug"

server_pid=${CHILDREN%% *}
say "The console is on $PUBLIC_URL; the server's log is target/log/server.log. Ctrl-C stops everything."
say "After a change the app is rebuilt and reloaded, and the server rebuilt and started again."
app serve &
builder=$!
CHILDREN="$builder $CHILDREN"

# What the server is made of; anything newer than the stamp means another build.
stamp=target/dev/server-built
touch "$stamp"
while kill -0 "$builder" 2>/dev/null; do
  sleep 1
  [ -n "$(find crates/server crates/domain Cargo.toml Cargo.lock -newer "$stamp" -type f -print -quit)" ] || continue
  touch "$stamp"
  if ! cargo build -p server; then
    say "The server does not build; the one before keeps running."
    continue
  fi
  stop_child "$server_pid"
  start server target/log/server.log "$TARGET/debug/server"
  server_pid=${CHILDREN%% *}
  if (wait_for "The server" "$PORT" /readyz target/log/server.log 120); then say "The server has started again."; fi
done
