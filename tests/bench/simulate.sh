#!/bin/bash
# simulate.sh: past registrations of three years, replayed by other rules beside those in force, in the running server: from the
# order to the report, reading the facts from the database and storing the cases that change included.
# BENCH_REGISTRATIONS: how many (100,000).
set -euo pipefail
cd "$(dirname "$0")/../.."
registrations=${BENCH_REGISTRATIONS:-100000}
run=build/bench/simulate
rm -rf "$run"
mkdir -p "$run"
trap 'kill "${pid:-}" 2>/dev/null || true; wait; rm -rf "$run"' EXIT

build/tandem init --db "sqlite:$run/t.db" --admin ops@velmora.example >/dev/null 2>&1
build/tandem programme export --db "sqlite:$run/t.db" >"$run/programme.json"
# 1,000 partners; every third registration meets the one before it on the same company.
now=$(($(date +%s) * 1000000))
step=$((3 * 365 * 86400 * 1000000 / registrations))
sqlite3 "$run/t.db" "pragma synchronous = off;
  insert into product_line (id, version, created, updated, name, active) values (1, 1, 1, 1, 'Platform', 1);
  with recursive k(i) as (select 1 union all select i + 1 from k where i < 1000)
    insert into partner (id, version, created, updated, name, country, types, tier, standing)
    select i, 1, 1, 1, 'Partner ' || i, 'DE', ',reseller,', 'gold', 'good' from k;
  with recursive k(i) as (select 1 union all select i + 1 from k where i < $registrations)
    insert into account (id, version, created, updated, name, country, status, source)
    select i, 1, 1, 1, 'Company ' || i, 'DE', 'open', 'crm' from k where i % 3 <> 0;
  with recursive k(i) as (select 1 union all select i + 1 from k where i < $registrations)
    insert into registration (id, version, created, updated, partner_id, person_id, account_id, company, country,
      product_line_id, amount, currency, close_month, state, rule, protected_until, benefit_percent, decided)
    select i, 1, $now - ($registrations - i) * $step, $now, 1 + i % 1000, (select min(id) from person),
      case when i % 3 = 0 then i - 1 else i end, 'Company ' || i, 'DE', 1, (1 + i % 90) * 100000, 'EUR', 20000,
      case when i % 3 = 0 then 'declined' when i % 90 >= 25 and i % 4 < 2 then 'review' else 'won' end,
      case when i % 3 = 0 then 'taken' else 'small_deal' end,
      case when i % 3 = 0 then null else $now - ($registrations - i) * $step + 60 * 86400000000 end, 8, $now from k;
  with recursive k(i) as (select 1 union all select i + 1 from k where i < $registrations)
    insert into decision (id, version, created, updated, registration_id, partner_id, outcome, rule, programme_number,
      rules_hash, facts, evidence, protected_until, commitment)
    select i, 1, $now - ($registrations - i) * $step, $now, i, 1 + i % 1000,
      case when i % 3 = 0 then 'decline' when i % 4 < 2 and i % 90 >= 25 then 'review' else 'approve' end,
      case when i % 3 = 0 then 'taken' when i % 4 < 2 and i % 90 >= 25 then 'everything_else' else 'certified_free' end, 1, 'x',
      '{\"account.contract\":false,\"account.own_deal\":\"none\",\"account.owned\":false,\"account.status\":\"open\",' ||
      '\"conflict.kind\":\"' || case when i % 3 = 0 then 'same' else 'none' end || '\",\"conflict.own\":false,\"conflict.related\":false,' ||
      '\"conflict.state\":\"' || case when i % 3 = 0 then 'live' else 'none' end || '\",\"conflict.taken\":' || case when i % 3 = 0 then 'true' else 'false' end ||
      ',\"match.kind\":\"known\",\"match.score\":0.97,\"partner.certified_people\":2,\"partner.in_territory\":true,\"partner.open_allowed\":25,' ||
      '\"partner.open_registrations\":' || (i % 20) || ',\"partner.open_room\":' || (25 - i % 20) || ',\"partner.standing\":\"good\",\"partner.tier\":\"' ||
      case when i % 4 < 2 then 'silver' else 'gold' end || '\",\"partner.types\":[\"reseller\"],\"registration.amount\":' || (1000 * (1 + i % 90)) ||
      ',\"registration.currency\":\"EUR\",\"registration.known_how\":true,\"registration.months_to_close\":4,\"registration.rate\":1}',
      '[]', case when i % 3 = 0 then null else $now - ($registrations - i) * $step + 90 * 86400000000 end, 'x' from k;"
token=$(build/tandem token create --db "sqlite:$run/t.db" --user ops@velmora.example --name bench)
build/tandem serve --db "sqlite:$run/t.db" --listen 127.0.0.1:0 2>"$run/log" &
pid=$!
node - "$run" "$registrations" "$token" "$pid" <<'END_NODE'
const { readFileSync } = require("node:fs");
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
(async () => {
  const [run, registrations, token, pid] = process.argv.slice(2);
  let port;
  while (!(port = /\(port (\d+)\)/.exec(readFileSync(`${run}/log`, "utf8"))?.[1])) await sleep(20);
  const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
  const call = async (path, body) => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1${path}`, { method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body) });
    const json = await answer.json();
    if (!answer.ok) throw new Error(JSON.stringify(json));
    return json;
  };
  // Seconds of processor that the server has used: /proc counts hundredths.
  const processor = () => {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
    return (Number(fields[11]) + Number(fields[12])) / 100;
  };
  const simulate = async (name, change) => {
    const document = JSON.parse(readFileSync(`${run}/programme.json`, "utf8"));
    document.examples = [];
    change(Object.fromEntries(document.rules.map((rule) => [rule.id, rule])));
    const began = performance.now(), used = processor();
    const { id } = await call("/simulations", { document, from: "2020-01-01" });
    let now, seen = new Set();
    do {
      await sleep(20);
      now = await call(`/simulations/${id}`);
      seen.add(now.progress);
    } while (["waiting", "running"].includes(now.state));
    if (now.state !== "done" || now.cases !== Number(registrations)) throw new Error(`${now.state} ${now.cases} ${now.message}`);
    console.log(`${name}: ${now.cases} replayed, ${now.changed} change`.padEnd(64), `${((performance.now() - began) / 1000).toFixed(2)} s, processor ${(processor() - used).toFixed(2)} s; seen at ${[...seen].join(", ")} %`);
  };
  await simulate("nothing changes", () => {});
  await simulate("silver becomes enough", (rules) => (rules.certified_free.when["partner.tier"] = { at_least: "silver" }));
  await simulate("gold is no longer enough", (rules) => (rules.certified_free.when["partner.tier"] = { at_least: "platinum" }));
})();
END_NODE
