#!/usr/bin/env bash
# What takes too long for every change: servers killed again and again, replaced under load, and strange input, on both engines.
# KILLS says how often (100), CASES how many inputs an operation gets (30).
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. tools/postgres.sh

export KILLS=${KILLS:-100}
CASES=${CASES:-30}
PROGRAMS=$(postgres_programs)

server_tests() { cargo test --quiet -p server --test server -- "$@"; }

replaced_ten_times() {
  for _ in 1 2 3 4 5 6 7 8 9 10; do server_tests three::; done
}

# The tool that makes up requests from the API's description; its own folder, so that nothing else is touched.
schemathesis() {
  local folder=target/tools/schemathesis
  [ -x "$folder/bin/schemathesis" ] || { python3 -m venv "$folder" && "$folder/bin/pip" install --quiet 'schemathesis==4.32.5'; }
  "$folder/bin/schemathesis" "$@"
}

# strange_input PORT EMAIL ACCOUNT PROJECT REPORT: made-up requests of one person at things that are there.
strange_input() {
  local base=http://127.0.0.1:$1 jar config
  jar=$(mktemp) config=$(mktemp --suffix .toml)
  curl --silent --fail --cookie-jar "$jar" --header 'content-type: application/json' \
    --data "{\"email\":\"$2\",\"password\":\"webriskops-demo\"}" "$base/api/v1/sign-in"
  printf '[parameters]\n"path.account" = "%s"\n"path.project" = "%s"\n"path.report" = "%s"\n' "$3" "$4" "$5" >"$config"
  # Signing out would end it, streams do not end, and the scanner and the provider have keys of their own.
  schemathesis --config-file "$config" run "$base/api/openapi.json" --header "Cookie: sid=$(awk '$6 == "sid" { print $7 }' "$jar")" \
    --exclude-path-regex 'sign-(in|out)$|events$|scanner|webhooks' --phases examples,coverage,fuzzing --max-examples "$CASES" \
    --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance --request-timeout 30
  rm -f "$jar" "$config"
}

# strange_inputs DATABASE_URL: two people at their own things, and one at those of another.
strange_inputs() (
  port=18430
  while port_is_taken "$port"; do port=$((port + 1)); done
  cargo build --quiet -p server
  env DATABASE_URL="$1" DEMO=1 PORT="$port" RUST_LOG=error "$TARGET/debug/server" &
  server=$!
  trap 'kill $server 2>/dev/null || true' EXIT
  for _ in $(seq 100); do curl --silent --fail --output /dev/null "http://127.0.0.1:$port/readyz" && break || sleep 0.2; done
  strange_input "$port" dana@northwind.example acc_northwind prj_shop rep_ready
  strange_input "$port" ana@beacon.example acc_beacon prj_corner rep_corner
  strange_input "$port" ana@beacon.example acc_northwind prj_shop rep_ready
  DATABASE_URL=$1 "$TARGET/debug/server" verify
)

stage "Killed $KILLS times on a file" server_tests killed::
stage "Strange input on a file" strange_inputs "sqlite:$(mktemp -d)/torture.db"
if [ -z "$PROGRAMS" ]; then
  say "Left out: there is no PostgreSQL. On Debian: apt-get install postgresql"
else
  start_postgres "$PROGRAMS"
  trap 'stop_postgres "$PROGRAMS"' EXIT
  stage "Killed $KILLS times on PostgreSQL" server_tests killed::
  stage "Three servers replaced ten times" replaced_ten_times
  "$PROGRAMS/psql" --quiet "$TEST_POSTGRES/postgres" --command 'CREATE DATABASE torture'
  stage "Strange input on PostgreSQL" strange_inputs "$TEST_POSTGRES/torture"
fi
