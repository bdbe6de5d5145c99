#!/bin/sh
# A PostgreSQL cluster to throw away, for tests: on a unix socket, without fsync.
#   tests/pg.sh start DIR   makes and starts it and prints its address for TANDEM_TEST_PG
#   tests/pg.sh stop DIR    stops it and removes DIR
# As root it runs as the user postgres, who must be able to reach DIR. TANDEM_PG_BIN: where the server's programs are.
# TANDEM_PG_FSYNC=on: as durable as a real one, to measure.
set -eu

usage() {
    sed -n '2,5s/^# *//p' "$0" >&2
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
    as_server "$bin/pg_ctl" -D "$dir/data" -w -s -l "$dir/server.log" start -o \
        "-c listen_addresses= -c unix_socket_directories=$dir -c fsync=${TANDEM_PG_FSYNC:-off} -c max_connections=50" >>"$dir.log"
    rm "$dir.log"
    echo "postgresql://tandem@/postgres?host=$dir"
}

stop() {
    as_server "$bin/pg_ctl" -D "$dir/data" -w -s -m immediate stop || true
    rm -rf "$dir"
}

case $1 in
start) start ;;
stop) stop ;;
*) usage ;;
esac
