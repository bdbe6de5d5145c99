#!/bin/bash
# clocks.sh [--quick]: 100,000 due clocks, alone and beside registrations, on SQLite and PostgreSQL; and what
# they do to the registrations' latency. Sizes by environment: BENCH_DUE, BENCH_CLIENTS, BENCH_SECONDS.
set -euo pipefail
cd "$(dirname "$0")/../.."

due=${BENCH_DUE:-100000} seconds=${BENCH_SECONDS:-10} clients=${BENCH_CLIENTS:-8}
[ "${1:-}" != --quick ] || due=5000 seconds=3
make -s bench-bin
bin=build/bench/bin
mkdir -p build/bench
run=$(mktemp -d build/bench/clocks.XXXXXX)
chmod 755 "$run" # the user postgres must reach it

server='' pg=''
finish() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    wait
    [ -z "$pg" ] || tests/pg.sh stop "$run/pg" 2>/dev/null || true
    rm -rf "$run"
}
trap finish EXIT
trap 'exit 130' INT TERM HUP

value() { awk -v name="$1" '$1 == name {print $2}' "$2"; }
line() { printf '%-52s %s\n' "$1" "$2"; }

serve() {
    : >"$run/log" # or the last server's would be taken for this one's
    build/tandem serve --db "$url" --key "$run/key" --listen 127.0.0.1:7841 2>"$run/log" &
    server=$!
    until grep -q 'msg="serving' "$run/log"; do
        kill -0 "$server" || { cat "$run/log" >&2; exit 1; }
        sleep 0.01
    done
}
stop() {
    kill "$server"
    wait "$server" || true
    server=''
}
fired() { sed -n 's/.*clocks: \([0-9]*\) fired in \([0-9.]*\) s.*/\1 in \2 s/p' "$run/log"; }
load() { "$bin/load" register "$run/workload" "$1" "$clients" 7841; }

one() { # NAME: usual load; each kind of clock alone; the first beside the load
    "$bin/seed" "$url" "$run/key" "$((due + 20000))" "$due" 1000 >"$run/workload" 2>/dev/null
    "$bin/due" "$url" "$run/key" none
    serve
    load 2 >/dev/null # warm
    load "$seconds" >"$run/usual"
    stop
    line "$1: registrations by $clients clients, p50, p99" \
        "$(value p50_ms "$run/usual"), $(value p99_ms "$run/usual") ms, $(value rate "$run/usual")/s"
    "$bin/due" "$url" "$run/key" quiet
    serve
    until grep -q 'clocks: .* fired' "$run/log"; do sleep 0.2; done
    line "$1: notices with mail, a tenth, alone" "$(fired)"
    stop
    "$bin/due" "$url" "$run/key" end
    if [ -e "$run/db" ]; then # SQLite: the same lapses without anybody
        cp "$run/db" "$run/kept"
        serve
        until grep -q 'clocks: .* fired' "$run/log"; do sleep 0.2; done
        line "$1: due lapses, alone" "$(fired)"
        stop
        rm -f "$run"/db-*
        cp "$run/kept" "$run/db"
        sync # so that writing it back does not disturb what follows
    fi
    serve
    load "$seconds" >"$run/beside"
    line "$1: registrations beside the clocks, p50, p99" \
        "$(value p50_ms "$run/beside"), $(value p99_ms "$run/beside") ms, $(value rate "$run/beside")/s"
    until grep -q 'clocks: .* fired' "$run/log"; do sleep 0.2; done
    line "$1: due lapses, the load for their first $seconds s" "$(fired)"
    stop
}

url="sqlite:$run/db"
one SQLite
pg=$(tests/pg.sh start "$run/pg")
url=$pg
rm -f "$run/db" "$run/kept"
one PostgreSQL
