#!/usr/bin/env bash
# Builds the console and starts it with demonstration data. Ctrl-C ends all that was started here.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

export PORT=${PORT:-8080}
export DATABASE_URL=${DATABASE_URL:-sqlite:data/webriskops.db}
export PUBLIC_URL=${PUBLIC_URL:-http://127.0.0.1:$PORT}
export DIST_DIR=${DIST_DIR:-dist}
export DEMO=${DEMO:-1}
sandbox_port=${PADDLE_SANDBOX_PORT:-8090}
data=$(data_dir "$DATABASE_URL")

need_free_port "$PORT" PORT
if ! own_paddle; then
  [ "$PORT" != "$sandbox_port" ] || fail "PORT and PADDLE_SANDBOX_PORT are both $PORT; they must differ."
  need_free_port "$sandbox_port" PADDLE_SANDBOX_PORT
fi

scanner_settings "$PORT"
case $DEMO in
1 | true) need_free_port "${SAMPLE_SITE_PORT:-8070}" SAMPLE_SITE_PORT ;;
esac

tools/setup.sh
say "Building the app and the server; the first time takes about 6 minutes on two cores ..."
build_all

mkdir -p "$data" target/log
stop_children_at_exit
if own_paddle; then
  say "Payments go to $PADDLE_API_URL, as your environment says. No sandbox is started and no demonstration payment is made."
else
  sandbox_settings "$sandbox_port" "$PORT" "$PUBLIC_URL" "$data/paddle-sandbox.json"
  : >target/log/paddle-sandbox.log
  start paddle-sandbox target/log/paddle-sandbox.log "$TARGET/release/paddle-sandbox"
  wait_for "The Paddle sandbox" "$sandbox_port" /__sim/health target/log/paddle-sandbox.log 30
fi
: >target/log/server.log
start server target/log/server.log "$TARGET/release/server"
wait_for "The server" "$PORT" /readyz target/log/server.log 120
start_scanner "$TARGET/release"

cat <<END

WebRiskOps is ready: $PUBLIC_URL
END
case $DEMO in
1 | true)
  cat <<END

The sample shop, which answers for every site of the demonstration: http://127.0.0.1:$SAMPLE_SITE_PORT
Its flaws can be repaired one by one: http://127.0.0.1:$SAMPLE_SITE_PORT/__shop

Sign in with the password webriskops-demo as
  dana@northwind.example      owner of six accounts, one for each state worth seeing
  finance@northwind.example   billing manager of Northwind Trading
  viewer@northwind.example    may look, not act
  ana@beacon.example          owner of an agency and of its client
  mira@meadow.example         owner of an account with an approved trial
END
  own_paddle && [ -z "${PADDLE_SIM_URL:-}" ] || say "Pay with the card 4242 4242 4242 4242, any later date, any code."
  ;;
esac
cat <<END

Database $DATABASE_URL, logs in target/log. Ctrl-C stops everything.
END

wait_for_any_end
tail -n 30 target/log/*.log >&2
fail "A program has stopped by itself. Its last lines are above."
