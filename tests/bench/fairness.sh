#!/bin/bash
# fairness.sh: a million decisions over five years: how long the counting takes, and what the page costs.
# BENCH_DECISIONS: how many (1,000,000).
set -euo pipefail
cd "$(dirname "$0")/../.."
decisions=${BENCH_DECISIONS:-1000000}
run=build/bench/fairness
rm -rf "$run"
mkdir -p "$run"
trap 'kill "${pid:-}" 2>/dev/null || true; wait; rm -rf "$run"' EXIT

build/tandem init --db "sqlite:$run/t.db" --admin ops@velmora.example >/dev/null 2>&1
# Events as registering leaves them; nothing else of a registration is read by the counting.
sqlite3 "$run/t.db" "insert into event (seq, at, noun, row_id, verb, actor_id, partner_id, partner_sees, payload, salt)
  with recursive k(i) as (select 1 union all select i + 1 from k where i < $decisions)
  select (select max(seq) from event) + i, 1600000000000000 + i * 150000000, 'registration', i,
    case when i % 5 = 0 then 'approve' else 'register' end, 1, 1, 1,
    '{\"after\":{\"state\":\"' || case when i % 3 = 0 then 'declined' else 'approved' end || '\",\"company\":\"Korvath Maschinenbau\",\"amount\":8400000}}', x'00' from k;"
build/tandem serve --db "sqlite:$run/t.db" --listen 127.0.0.1:0 2>"$run/log" &
pid=$!
node - "$run/log" "$decisions" <<'END'
const { readFileSync } = require("node:fs");
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
(async () => {
  const [log, decisions] = process.argv.slice(2);
  const began = performance.now();
  let port;
  while (!(port = /\(port (\d+)\)/.exec(readFileSync(log, "utf8"))?.[1])) await sleep(20);
  const base = `http://127.0.0.1:${port}`;
  const json = async () => (await fetch(`${base}/fairness?as=json`, { headers: { Connection: "close" } })).json();
  const counted = async () => (await json()).quarters.reduce((n, q) => n + (q.decided_by_rules ?? 0) + (q.decided_by_person ?? 0), 0);
  while ((await counted()) < decisions * 0.999) await sleep(200);
  console.log(`counting ${decisions} decisions from the feed`.padEnd(48), `${((performance.now() - began) / 1000).toFixed(1)} s`);
  const times = [];
  for (let i = 0; i < 500; i++) {
    const t = performance.now();
    await (await fetch(`${base}/fairness`)).text();
    times.push(performance.now() - t);
  }
  const health = [];
  for (let i = 0; i < 500; i++) {
    const t = performance.now();
    await (await fetch(`${base}/healthz`)).text();
    health.push(performance.now() - t);
  }
  const q = (all, p) => all.sort((a, b) => a - b)[Math.floor(all.length * p)].toFixed(2);
  console.log("the page, one client: p50, p99".padEnd(48), `${q(times, 0.5)} ms, ${q(times, 0.99)} ms; /healthz ${q(health, 0.5)} ms`);
})();
END
