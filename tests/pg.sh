#!/bin/sh
# A PostgreSQL cluster to throw away, for tests: on a unix socket, without fsync.
#   tests/pg.sh start DIR   makes and starts it and prints its address for TANDEM_TEST_PG
#   tests/pg.sh halt DIR    stops it at once, as if it had crashed
#   tests/pg.sh again DIR   starts it as it was
#   tests/pg.sh stop DIR    stops it and removes DIR
# As root it runs as the user postgres, who must be able to reach DIR. TANDEM_PG_BIN: where the server's programs are.
# TANDEM_PG_FSYNC=on: as durable as a real one, to measure.
set -eu

usage() {
    sed -n '2,7s/^# *//p' "$0" >&2
    exit 2
}
[ $# -eq 2 ] || usage
dir=$2
bin=${TANDEM_PG_BIN:-$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)}

as_server() {
    if [ "$(id -u)" -eq 0 ]; then
        runuser -u postgres -- "$@"
    else
        "$@"
    fi
}

start() {
    mkdir -p "$dir"
    dir=$(cd "$dir" && pwd)
    [ "$(id -u)" -ne 0 ] || chown postgres: "$dir"
    as_server "$bin/initdb" -D "$dir/data" -U tandem -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$dir.log"
    again >>"$dir.log"
    rm "$dir.log"
    echo "postgresql://tandem@/postgres?host=$dir"
}

again() {
    as_server "$bin/pg_ctl" -D "$dir/data" -w -s -l "$dir/server.log" start -o \
        "-c listen_addresses= -c unix_socket_directories=$dir -c fsync=${TANDEM_PG_FSYNC:-off} -c max_connections=200"
}

halt() {
    as_server "$bin/pg_ctl" -D "$dir/data" -w -s -m immediate stop
}

stop() {
    halt || true
    rm -rf "$dir"
}

case $1 in
start) start ;;
halt) halt ;;
again) again ;;
stop) stop ;;
*) usage ;;
esac
