#!/bin/bash
# bench.sh [--quick] [PART...]: figures, each beside a baseline of the same run. docs/speed.md says what they mean.
#   register  32 clients beside raw rows; one client beside the disk; the same with few accounts
#   read      a list, the page "Check & register"
#   server    memory and start of the demo server; idle connections
#   import    registrations while a large file comes in
#   pg        PostgreSQL with two server processes: registrations, races
#   engine    match, rules
#   leads     matchmaking of a lead among all partners
#   pipeline  the board and pages of partners, with many deals and touchpoints, on both databases
#   finder    the co-sell finder's job and page, on both databases
#   mapping   a partner's list laid over one of the vendor's; again when rows have changed
#   psi       a private mapping of two lists, both sides on this machine, beside @openmined/psi.js
# Sizes by environment: BENCH_ACCOUNTS, BENCH_PROTECTIONS, BENCH_PARTNERS, BENCH_SECONDS, BENCH_RACES,
# BENCH_PG_ACCOUNTS, BENCH_IMPORT, BENCH_MATCH, BENCH_DEALS (and five times as many touchpoints), BENCH_FINDER
# (deals), BENCH_MAPPING (the vendor's list, ten times the partner's), BENCH_PSI (the server's keys, ten times the client's).
# Databases are filled once and kept in build/bench.
set -euo pipefail
cd "$(dirname "$0")/../.."

parts=
quick=
for word in "$@"; do
    case $word in
    --quick) quick=yes ;;
    register | read | server | import | pg | engine | leads | pipeline | finder | mapping | psi) parts="$parts $word" ;;
    *)
        sed -n '2,18s/^# *//p' "$0" >&2
        exit 2
        ;;
    esac
done
parts=${parts:-register read server import pg engine leads pipeline finder mapping psi}
size() { if [ -n "$quick" ]; then echo "$2"; else echo "$1"; fi; }

accounts=${BENCH_ACCOUNTS:-$(size 1000000 20000)}
protections=${BENCH_PROTECTIONS:-$(size 100000 2000)}
partners=${BENCH_PARTNERS:-$(size 10000 1000)}
seconds=${BENCH_SECONDS:-$(size 10 2)}
races=${BENCH_RACES:-$(size 2000 200)}
pg_accounts=${BENCH_PG_ACCOUNTS:-$(size 100000 10000)}
import_rows=${BENCH_IMPORT:-$(size 1000000 20000)}
match_rows=${BENCH_MATCH:-$(size 100000 10000)}
deals=${BENCH_DEALS:-$(size 1000000 20000)}
finder_deals=${BENCH_FINDER:-$(size 100000 5000)}
mapping_rows=${BENCH_MAPPING:-$(size 1000000 20000)}
psi_keys=${BENCH_PSI:-$(size 100000 10000)}

tandem=build/tandem
make -s bench-bin
bin=build/bench/bin
data=build/bench/data
run=build/bench/run
mkdir -p "$data"
rm -rf "$run"
mkdir "$run"

pids=
finish() {
    for pid in $pids; do kill "$pid" 2>/dev/null || true; done
    wait
    [ -z "${pg_dir:-}" ] || tests/pg.sh stop "$pg_dir" 2>/dev/null || true
    rm -rf "$run"
}
trap finish EXIT
trap 'exit 130' INT TERM HUP

# ---- the table ----

line() { printf '%-46s %16s   %s\n' "$1" "$2" "${3:-}"; }
head_line() { printf '\n%s\n' "$1"; }
# value NAME <lines "name value"
value() { awk -v name="$1" '$1 == name {print $2}' "$2"; }
calc() { awk "BEGIN {printf \"$1\", $2}"; }

# ---- servers ----

# seeded ACCOUNTS PROTECTIONS: fills a database of this size and schema where there is none, and names it.
seeded() {
    local name
    name=$data/$1-$2-$partners-$(cat migrations/*.sql tests/bench/seed.c | cksum | cut -d' ' -f1)
    if [ ! -e "$name.txt" ]; then
        rm -f "$name.db" "$name.key"
        echo "filling $name.db" >&2
        "$bin/seed" "sqlite:$name.db" "$name.key" "$1" "$2" "$partners" >"$name.new" 2>"$run/seed.log"
        mv "$name.new" "$name.txt"
    fi
    echo "$name"
}

# use NAME: a copy to work on, flushed so that its writing does not disturb what follows.
use() {
    [ "$(cat "$run/used" 2>/dev/null)" != "$1" ] || return 0
    rm -f "$run"/db*
    cp "$1.db" "$run/db"
    cp "$1.key" "$run/key"
    cp "$1.txt" "$run/workload"
    echo "$1" >"$run/used"
    sync
}

# serve URL KEY PORT [OPTION...]: sets server to its process.
serve() {
    local log=$run/serve.$3 url=$1 key=$2 port=$3
    shift 3
    : >"$log"
    "$tandem" serve --db "$url" --key "$key" --listen "127.0.0.1:$port" "$@" 2>"$log" &
    server=$!
    pids="$pids $server"
    until grep -q 'msg="serving' "$log"; do
        kill -0 "$server" 2>/dev/null || {
            cat "$log" >&2
            exit 1
        }
        sleep 0.01
    done
}
stop() {
    kill "$1"
    wait "$1" || true
    pids=$(echo "$pids" | sed "s/ $1\$//; s/ $1 / /")
}
serve_copy() { serve "sqlite:$run/db" "$run/key" 7831; }
resident_mb() { awk '/^VmRSS/ {printf "%.0f", $2 / 1000}' "/proc/$1/status"; }
written() { awk '/^wchar/ {print $2}' "/proc/$1/io"; }
load() { BENCH_SERVER=${server:-} "$bin/load" "$@"; }

# ---- parts ----

# many_clients LABEL: registrations by 32 clients into the copy, then raw rows of as many bytes.
many_clients() {
    local before after wrote n bytes moved
    serve_copy
    load register "$run/workload" 1 32 7831 >/dev/null # warm
    before=$(stat -c %s "$run/db") wrote=$(written "$server")
    load register "$run/workload" "$seconds" 32 7831 >"$run/out"
    wrote=$(($(written "$server") - wrote))
    stop "$server"
    after=$(stat -c %s "$run/db") n=$(value requests "$run/out")
    bytes=$(((after - before) / n)) moved=$((wrote / n / 2))
    [ "$bytes" -gt 0 ] || bytes=1
    "$bin/raw" rows "$run" "$seconds" 32 "$bytes" >"$run/raw"
    "$bin/raw" rows "$run" "$seconds" 32 "$moved" >"$run/moved"
    rm -f "$run"/raw.db*
    line "$1" "$(value rate "$run/out")/s" \
        "$(calc %.2f "$(value rate "$run/out") / $(value rate "$run/moved")") of $(value rate "$run/moved")/s raw rows that write as much ($moved B, twice)"
    line "" "" "$(calc %.2f "$(value rate "$run/out") / $(value rate "$run/raw")") of $(value rate "$run/raw")/s raw rows of the size it adds to the file ($bytes B)"
    line "  p50, p99" "$(value p50_ms "$run/out"), $(value p99_ms "$run/out") ms" "raw $(value p50_ms "$run/moved"), $(value p99_ms "$run/moved") ms"
    line "  processor time of the server" "$(value cpu_us "$run/out") us" "approved $(value approved "$run/out"), review $(value review "$run/out"), declined $(value declined "$run/out")"
}

one_client() {
    serve_copy
    load register "$run/workload" "$seconds" 1 7831 >"$run/out"
    stop "$server"
    "$bin/raw" sync "$run" 2 >"$run/raw"
    line "$1" "$(value p50_ms "$run/out") ms" \
        "two fdatasync $(calc %.2f "2 * $(value p50_ms "$run/raw")") ms + $(calc %.2f "$(value p50_ms "$run/out") - 2 * $(value p50_ms "$run/raw")") ms"
}

part_register() {
    head_line "Registration over HTTP (token, match, rules, leaf, durable commit)"
    use "$(seeded "$accounts" "$protections")"
    many_clients "32 clients, $accounts accounts"
    one_client "one client, p50"
    use "$(seeded 10000 1000)"
    many_clients "32 clients, 10000 accounts"
    one_client "one client, p50, 10000 accounts"
}

part_read() {
    head_line "Reading ($accounts accounts, $protections registrations)"
    use "$(seeded "$accounts" "$protections")"
    serve_copy
    load get "$run/workload" "$seconds" 8 7831 >"$run/raw"
    load list "$run/workload" "$seconds" 8 7831 >"$run/out"
    line "list of 50: filter, partner name, custom field" "$(value rate "$run/out")/s" \
        "$(calc %.2f "$(value rate "$run/out") / $(value rate "$run/raw")") of $(value rate "$run/raw")/s empty answers; p99 $(value p99_ms "$run/out") ms"
    load page "$run/workload" "$seconds" 1 7831 >"$run/out"
    load get "$run/workload" 2 1 7831 >"$run/raw"
    line "page Check & register, p50" "$(value p50_ms "$run/out") ms" "an empty answer $(value p50_ms "$run/raw") ms"
    stop "$server"
}

part_server() {
    local began demo=$data/demo-$(cksum <"$tandem" | cut -d' ' -f1)
    head_line "The demo server"
    if [ ! -e "$demo.key" ]; then
        rm -f "$data"/demo-*
        "$tandem" demo --db "sqlite:$demo.db" >/dev/null 2>&1
        mv "$demo.db.key" "$demo.key"
    fi
    cp "$demo.db" "$run/demo.db"
    began=$(date +%s%N)
    serve "sqlite:$run/demo.db" "$demo.key" 7832
    line "ready after" "$((($(date +%s%N) - began) / 1000000)) ms" "looked at every 10 ms"
    line "memory at first" "$(resident_mb "$server") MB"
    "$bin/idle" 10000 7832 >"$run/out"
    line "10,000 idle connections, one request each" "$(resident_mb "$server") MB" "$(value kept "$run/out") kept, the others shed"
    line "  a new connection's request, p50, max" "$(value p50_ms "$run/out"), $(value max_ms "$run/out") ms" "$(value failed "$run/out") failed"
    stop "$server"
}

# Until the run has one of the states; a run that fails ends the benchmark.
import_reaches() {
    local state
    until state=$(curl -sf -H "Authorization: Bearer tdm_bench_0" "http://127.0.0.1:7831/api/v1/imports/$1" | tr -d ' ' | sed -n 's/.*"state":"\([a-z]*\)".*/\1/p') &&
        case " $2 " in *" $state "*) true ;; *) false ;; esac; do
        [ "$state" != failed ] || exit 1
        sleep 0.2
    done
}

part_import() {
    local id began
    head_line "Registrations by 8 clients while $import_rows accounts are imported"
    use "$(seeded "$accounts" "$protections")"
    "$bin/names" 20000000 "$import_rows" >"$run/accounts.csv"
    serve_copy
    load register "$run/workload" "$seconds" 8 7831 >"$run/raw"
    id=$(curl -sf -H "Authorization: Bearer tdm_bench_0" -F kind=accounts -F "file=@$run/accounts.csv" \
        http://127.0.0.1:7831/api/v1/imports | tr -d ' ' | sed -n 's/.*"id":"\(imp_[A-Z0-9a-z]*\)".*/\1/p')
    began=$(date +%s)
    load register "$run/workload" "$seconds" 8 7831 >"$run/staging"
    import_reaches "$id" checked
    curl -sf -o /dev/null -H "Authorization: Bearer tdm_bench_0" -H "Content-Type: application/json" -d '{}' \
        "http://127.0.0.1:7831/api/v1/imports/$id/apply"
    load register "$run/workload" "$seconds" 8 7831 >"$run/out"
    import_reaches "$id" done
    line "p99 while it is read and checked" "$(value p99_ms "$run/staging") ms" \
        "$(calc %.1f "$(value p99_ms "$run/staging") / $(value p99_ms "$run/raw")") of $(value p99_ms "$run/raw") ms without; $(value rate "$run/staging") of $(value rate "$run/raw")/s"
    line "p99 while it is written" "$(value p99_ms "$run/out") ms" \
        "$(calc %.1f "$(value p99_ms "$run/out") / $(value p99_ms "$run/raw")") of $(value p99_ms "$run/raw") ms without; $(value rate "$run/out") of $(value rate "$run/raw")/s"
    line "the import" "$(($(date +%s) - began)) s" "registrations beside it half of the time"
    stop "$server"
    rm -f "$run/used"
}

# A PostgreSQL of its own that waits for the disk: sets pg_url.
start_pg() {
    pg_dir=$(mktemp -d "${TMPDIR:-/tmp}/tandem-bench.XXXXXX")
    chmod 755 "$pg_dir"
    pg_url=$(TANDEM_PG_FSYNC=on tests/pg.sh start "$pg_dir/pg")
    pg_dir=$pg_dir/pg
}
stop_pg() {
    tests/pg.sh stop "$pg_dir"
    rmdir "$(dirname "$pg_dir")"
    pg_dir=
}

part_pg() {
    local url first n
    head_line "PostgreSQL, two server processes ($pg_accounts accounts)"
    start_pg
    url=$pg_url
    "$bin/seed" "$url" "$run/pg.key" "$pg_accounts" $((pg_accounts / 10)) "$partners" >"$run/workload" 2>"$run/seed.log"
    rm -f "$run/used"
    serve "$url" "$run/pg.key" 7833
    first=$server
    serve "$url" "$run/pg.key" 7834 --no-clocks
    load register "$run/workload" 1 32 7833,7834 >/dev/null
    BENCH_SERVER="$first,$server" "$bin/load" register "$run/workload" "$seconds" 32 7833,7834 >"$run/out"
    "$bin/raw" sync "$run" 2 >"$run/raw"
    line "32 clients" "$(value rate "$run/out")/s" "one fdatasync after another $(value rate "$run/raw")/s; p99 $(value p99_ms "$run/out") ms"
    n=$(date +%s)
    "$bin/load" races "$run/workload" "$races" 8 7833,7834 >"$run/out"
    line "$races races of 8 for one company" "$(value double_winners "$run/out")" "double winners; $(value no_winners "$run/out") without a winner; $(($(date +%s) - n)) s"
    stop "$server"
    stop "$first"
    stop_pg
}

part_engine() {
    head_line "Engines"
    "$bin/names" 0 "$match_rows" >"$run/right.csv"
    "$bin/names" 0 $((match_rows / 10)) 10 >"$run/left.csv"
    /usr/bin/env bash -c "TIMEFORMAT='%R %U'; time $tandem match $run/left.csv $run/right.csv >$run/pairs & wait \$!" 2>"$run/time" || true
    line "match $((match_rows / 10)) x $match_rows names" "$(cut -d' ' -f1 "$run/time") s" \
        "$(cut -d' ' -f2 "$run/time") s of processor time; $(($(wc -l <"$run/pairs") - 1)) found; $(peak_mb "$tandem" match "$run/left.csv" "$run/right.csv") MB"
    use "$(seeded 10000 1000)"
    serve_copy
    load register "$run/workload" 1 8 7831 >/dev/null
    stop "$server"
    "$bin/rules" "sqlite:$run/db" "$run/key" >"$run/out" 2>/dev/null
    line "rules, $(value rules "$run/out") of them" "$(value decisions "$run/out")/s" "with what would change it $(value would_change "$run/out")/s"
}

part_leads() {
    local lead line_id
    head_line "Matchmaking of a lead among $partners partners"
    "$bin/fit" "$partners" >"$run/out"
    line "the best ten, the engine alone" "$(calc %.3f "$(value rank_us "$run/out") / 1000") ms"
    use "$(seeded 10000 1000)"
    serve_copy
    line_id=$(value product_line "$run/workload")
    lead=$(curl -sf -H "Authorization: Bearer tdm_bench_0" -H "Content-Type: application/json" \
        -d "{\"company\":\"Sondheim Gusswerke\",\"country\":\"DE\",\"industry\":\"manufacturing\",\"language\":\"de\",\"product_line_id\":\"$line_id\"}" \
        http://127.0.0.1:7831/api/v1/leads | tr -d ' ' | sed -n 's/.*"id":"\(led_[A-Z0-9a-z]*\)".*/\1/p')
    load get "$run/workload" 2 1 7831 >"$run/raw"
    BENCH_PATH=/api/v1/leads/$lead/candidates load ask "$run/workload" "$seconds" 1 7831 >"$run/out"
    line "who fits, the whole request, p50" "$(value p50_ms "$run/out") ms" "an empty answer $(value p50_ms "$run/raw") ms; p99 $(value p99_ms "$run/out") ms"
    stop "$server"
}

# pages_of_deals PORT
pages_of_deals() {
    local page
    for page in "board" "partner-board" "pipeline" "deals" "touchpoints"; do
        load "$page" "$run/workload" 1 1 "$1" >/dev/null # warm
        load "$page" "$run/workload" "$seconds" 1 "$1" >"$run/out"
        case $page in
        board) line "  vendor's board, the newest 500 open, p50" "$(value p50_ms "$run/out") ms" "$(value cpu_us "$run/out") us of processor time; p99 $(value p99_ms "$run/out") ms" ;;
        partner-board) line "  a partner's board of 500, p50" "$(value p50_ms "$run/out") ms" "$(value cpu_us "$run/out") us; p99 $(value p99_ms "$run/out") ms" ;;
        *) line "  any partner's $page, p50" "$(value p50_ms "$run/out") ms" "$(value cpu_us "$run/out") us; p99 $(value p99_ms "$run/out") ms" ;;
        esac
    done
}

part_pipeline() {
    local base url name
    base=$(seeded "$accounts" "$protections")
    name=$base-$deals-$(cksum <tests/bench/deals.c | cut -d' ' -f1)
    head_line "Pipeline ($accounts accounts, $deals deals, $((deals * 5)) touchpoints)"
    if [ ! -e "$name.txt" ]; then
        cp "$base.db" "$name.db"
        cp "$base.key" "$name.key"
        echo "filling $name.db" >&2
        "$bin/deals" "sqlite:$name.db" "$partners" "$deals"
        cp "$base.txt" "$name.txt"
    fi
    use "$name"
    serve_copy
    line "SQLite" ""
    pages_of_deals 7831
    stop "$server"
    start_pg
    url=$pg_url
    "$bin/seed" "$url" "$run/pg.key" "$accounts" "$protections" "$partners" >"$run/workload" 2>"$run/seed.log"
    "$bin/deals" "$url" "$partners" "$deals"
    rm -f "$run/used"
    serve "$url" "$run/pg.key" 7833
    line "PostgreSQL" ""
    pages_of_deals 7833
    stop "$server"
    stop_pg
}

# finder URL KEY PORT: the job over all accounts with a deal or a registration, over what 100 changes touch; the page.
finder() {
    "$bin/deals" "$1" "$partners" "$finder_deals"
    "$bin/chances" "$1" "$2" 100 >"$run/chances"
    line "  looking at $(value accounts "$run/chances") accounts" "$(value all_ms "$run/chances") ms" "$(value chances "$run/chances") chances"
    line "  what 100 changed deals touch" "$(value changes_ms "$run/chances") ms"
    serve "$1" "$2" "$3"
    load get "$run/workload" 2 1 "$3" >"$run/raw"
    load finder "$run/workload" "$seconds" 1 "$3" >"$run/out"
    line "  the page, p50" "$(value p50_ms "$run/out") ms" "an empty answer $(value p50_ms "$run/raw") ms; p99 $(value p99_ms "$run/out") ms"
    stop "$server"
}

part_finder() {
    head_line "Co-sell finder ($accounts accounts, $finder_deals deals)"
    use "$(seeded "$accounts" "$protections")"
    line "SQLite" ""
    finder "sqlite:$run/db" "$run/key" 7831
    rm -f "$run/used"
    start_pg
    "$bin/seed" "$pg_url" "$run/pg.key" "$accounts" "$protections" "$partners" >"$run/workload" 2>"$run/seed.log"
    line "PostgreSQL" ""
    finder "$pg_url" "$run/pg.key" 7833
    stop_pg
}

part_mapping() {
    head_line "Account mapping, $((mapping_rows / 10)) x $mapping_rows rows"
    use "$(seeded 10000 1000)"
    serve_copy
    node tests/bench/mapping.mjs "$run" 7831 "$server" "$mapping_rows" >"$run/out"
    line "both lists sent, read and stored" "$(value loaded_s "$run/out") s" ""
    line "laid over one another" "$(value laid_s "$run/out") s" "$(value matches "$run/out") in both; $(value peak_mb "$run/out") MB at most"
    line "again after 100 rows have changed" "$(value again_ms "$run/out") ms" ""
    stop "$server"
    rm -f "$run/used"
}

part_psi() {
    local began millis
    head_line "Private mapping, $((psi_keys / 10)) x $psi_keys keys"
    node tests/bench/psi.mjs lists "$run" "$psi_keys"
    export TANDEM_PSI_TOKEN=bench
    began=$(date +%s%N)
    { /usr/bin/env bash -c "TIMEFORMAT='%U'; time $tandem psi --role server --listen 127.0.0.1:7835 --in $run/server.csv --out $run/s --agree yes" 2>"$run/psi.server" & } 2>/dev/null
    /usr/bin/env bash -c "TIMEFORMAT='%U'; time $tandem psi --role client --connect 127.0.0.1:7835 --in $run/client.csv --out $run/c --agree yes" 2>"$run/psi.client"
    wait $!
    millis=$((($(date +%s%N) - began) / 1000000))
    node tests/bench/psi.mjs peer "$psi_keys" >"$run/out"
    line "both sides together, CSV to CSV" "$millis ms" \
        "$(calc %.1f "$(tail -n1 "$run/psi.server") + $(tail -n1 "$run/psi.client")") s of processor time; psi.js $(value ms "$run/out") ms, $(calc %.0f "$(value ms "$run/out") / $millis") times as long"
    line "  set-up, messages" "$(sed -n 's/^Set-up of \([0-9]*\) bytes, messages of \([0-9]*\)$/\1, \2 B/p' "$run/psi.client")" \
        "psi.js $(value setup "$run/out"), $(value messages "$run/out") B; $(($(wc -l <"$run/c") - 1)) and $(value common "$run/out") in common"
}

# peak_mb COMMAND...: the most memory that it had.
peak_mb() {
    "$@" >/dev/null &
    local pid=$! peak=0 now
    while now=$(awk '/^VmHWM/ {print $2}' "/proc/$pid/status" 2>/dev/null) && [ -n "$now" ]; do
        peak=$now
        sleep 0.02
    done
    wait "$pid"
    calc %.0f "$peak / 1000"
}

echo "$(nproc) processors, shared by server and client; load $(cut -d' ' -f1 /proc/loadavg) at the start; $(date -u +%F)"
for part in $parts; do "part_$part"; done
