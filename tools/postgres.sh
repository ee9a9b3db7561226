# shellcheck shell=bash
# A PostgreSQL of our own for tests: started on a free port, in a folder that is removed at the end. Read with `.`, after lib.sh.

# The folder of PostgreSQL's programs: on PATH, or where Debian's package has them; empty when there is none.
postgres_programs() {
  local initdb
  initdb=$(command -v initdb || ls -d /usr/lib/postgresql/*/bin/initdb 2>/dev/null | sort -V | tail -n 1 || true)
  [ -z "$initdb" ] || dirname "$(readlink -f "$initdb")"
}

# as_postgres COMMAND: PostgreSQL refuses to run as root.
as_postgres() {
  if [ "$(id -u)" = 0 ]; then
    su -s /bin/sh postgres -c "$1"
  else
    sh -c "$1"
  fi
}

POSTGRES_HOME=""

# start_postgres: sets TEST_POSTGRES to its address; without durability, which a test does not need.
start_postgres() {
  local programs=$1 port=20432
  # In the system's own place, which another user can reach, whatever TMPDIR says.
  POSTGRES_HOME=$(env -u TMPDIR mktemp -d)
  [ "$(id -u)" != 0 ] || chown postgres "$POSTGRES_HOME"
  while port_is_taken "$port"; do port=$((port + 1)); done
  as_postgres "cd '$POSTGRES_HOME' && '$programs/initdb' -D data -U postgres -A trust -E UTF8 --locale=C >init.log &&
    '$programs/pg_ctl' -D data -w -l log -o '-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c max_connections=400' start >start.log" ||
    return 1
  export TEST_POSTGRES=postgres://postgres@127.0.0.1:$port
}

stop_postgres() {
  [ -n "$POSTGRES_HOME" ] || return 0
  as_postgres "'$1/pg_ctl' -D '$POSTGRES_HOME/data' -m immediate stop >/dev/null 2>&1" || true
  rm -rf "$POSTGRES_HOME"
  POSTGRES_HOME=""
}

# The server's tests once more, on PostgreSQL. What is about files of SQLite is left out: copies of the file, and rules that are
# taken out of its schema on purpose.
postgres_tests() {
  local programs log=target/log/postgres-tests.log failed=0
  programs=$(postgres_programs)
  if [ -z "$programs" ] || { [ "$(id -u)" = 0 ] && ! id postgres >/dev/null 2>&1; }; then
    say "Left out: there is no PostgreSQL. On Debian: apt-get install postgresql"
    return
  fi
  mkdir -p target/log
  if ! start_postgres "$programs"; then
    cat "$POSTGRES_HOME"/*log >&2 || true
    fail "PostgreSQL did not start. What it said is above."
  fi
  trap 'stop_postgres "$programs"' EXIT
  cargo test -p server --test server -- --skip backup:: --skip ledger::chain --skip ledger::controls \
    --skip a_database_with_several_open_plans >"$log" 2>&1 || failed=1
  stop_postgres "$programs"
  trap - EXIT
  if [ "$failed" = 1 ]; then
    grep -vE '^test .* \.\.\. ok|^ +(Compiling|Running|Finished)|^$' "$log" >&2
    return 1
  fi
  say "$(awk '/^test result/ { passed += $4 } END { print passed " tests passed on PostgreSQL." }' "$log")"
}
