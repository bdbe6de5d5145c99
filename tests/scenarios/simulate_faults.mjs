// Simulations under faults: killed in the middle, two servers on one database, words that are gone since.
import { onBoth, deal } from "./lib/tandem.mjs";
import { until } from "./lib/load.mjs";

const COPIES = 20000; // enough that it takes a while to store them

await onBoth(async (t, ok) => {
  await t.start();
  const { gold, rival, operations } = await t.cast();
  const document = () => JSON.parse(t.run("programme", "export", "--db", t.url, "--key", t.key));
  const publish = (d) => t.run("programme", "apply", t.file("p.json", JSON.stringify({ ...d, examples: [] })), "--db", t.url, "--key", t.key);
  const strict = () => {
    const d = { ...document(), examples: [] };
    d.rules.find((r) => r.id === "certified_free").when["partner.tier"] = { at_least: "platinum" };
    return d;
  };
  const digits = (sql) => /^\s*(\d+)\s*$/m.exec(t.sql(sql).toString())[1];
  const number = (sql) => Number(digits(sql));
  const read = (id) => t.must(operations, `/simulations/${id}`);
  const ended = async (id) => {
    await until(async () => !["waiting", "running"].includes((await read(id)).state));
    return read(id);
  };

  // ---- a rule on a word of the programme that is gone since ----
  const own = await t.must(gold.token, "/registrations", deal({ company: "Glenmorra Shipping" }));
  const words = document();
  words.types.push({ key: "boutique", label: "Boutique" });
  words.rules.unshift({ ...structuredClone(words.rules.find((r) => r.id === "certified_free")), id: "for_boutiques", when: { "partner.types": { has_any: ["boutique"] }, "conflict.taken": false } });
  publish(words);
  await t.must(t.admin, `/partners/${rival.id}`, { types: ["boutique"] }, { method: "PATCH" });
  const special = await t.must(rival.token, "/registrations", deal());
  ok("a rule on a new type decides", special.decision.rule === "for_boutiques" && special.decision.programme_version === 2, special.decision);
  await t.must(t.admin, `/partners/${rival.id}`, { types: ["reseller"] }, { method: "PATCH" });
  const without = document();
  without.types = without.types.filter((k) => k.key !== "boutique");
  without.rules = without.rules.filter((r) => r.id !== "for_boutiques");
  publish(without);
  await t.stop();
  await t.start(); // nothing of the old version is in memory
  const again = await t.must(rival.token, `/registrations/${special.id}`);
  ok("an old decision replays when its words are gone", again.decision.rule === "for_boutiques" && again.decision.outcome === "approve" && JSON.stringify(again.decision.trace) === JSON.stringify(special.decision.trace), again.decision);
  const back = await ended((await t.must(operations, "/simulations", { version: 2 })).id);
  ok("a version on words that are gone is simulated, and changes what it would", back.state === "done" && back.cases === 2, back);
  t.sql(`update decision set facts = replace(facts, '"partner.tier":"gold",', '') where registration_id = (select id from registration where company = 'Glenmorra Shipping')`);
  const unknown = await ended((await t.must(operations, "/simulations", { document: strict() })).id);
  ok("what was not recorded is counted, not guessed", unknown.sums.unknown.some((u) => u.fact === "partner.tier" && u.cases === 1), unknown.sums);
  t.sql(`update decision set facts = replace(facts, '"registration.amount"', '"partner.tier":"gold","registration.amount"') where facts not like '%partner.tier%'`);

  // ---- two servers on one database: each simulation runs once ----
  const other = t.kind === "postgresql" ? await t.start() : null;
  const asked = [];
  for (let i = 0; i < 6; i++) asked.push((await t.must(operations, "/simulations", { document: strict() })).id);
  const results = [];
  for (const id of asked) results.push(await ended(id));
  ok("all end alike", results.every((s) => s.state === "done" && s.cases === 2 && s.changed === results[0].changed), results.map((s) => [s.state, s.cases, s.changed]));
  const finished = number("select count(*) from event where noun = 'simulation' and verb = 'finish'");
  ok("each ended once", finished === 8, finished);
  const rows = number("select count(*) from simulation_case c join simulation s on s.id = c.simulation_id where s.cases = 2 and s.document is not null");
  ok("with one result", rows === unknown.changed + results.reduce((n, s) => n + s.changed, 0), rows);
  if (other) await t.stop(other);
  await t.stop(t.servers[1], "SIGKILL");

  // ---- kill -9 while it stores its result: it begins anew, and there is one ----
  const registration = "version, created, updated, partner_id, person_id, company, country, product_line_id, amount, currency, close_month, state, rule, protected_until, benefit_percent, decided";
  const decision = "version, created, updated, partner_id, outcome, rule, programme_number, rules_hash, facts, evidence, protected_until, commitment";
  const one = "(select id from registration where company = 'Glenmorra Shipping' order by id limit 1)";
  t.sql(`insert into registration (id, ${registration}) with recursive k(i) as (select 1 union all select i + 1 from k where i < ${COPIES}) select r.id + k.i, ${registration.split(", ").map((c) => (c === "state" ? "'won'" : `r.${c}`)).join(", ")} from registration r cross join k where r.id = ${one}`);
  t.sql(`insert into decision (id, registration_id, ${decision}) with recursive k(i) as (select 1 union all select i + 1 from k where i < ${COPIES}) select d.id + k.i, d.registration_id + k.i, ${decision.split(", ").map((c) => `d.${c}`).join(", ")} from decision d cross join k where d.registration_id = ${one}`);
  await t.start();
  const { id } = await t.must(operations, "/simulations", { document: strict() });
  const here = digits("select max(id) from simulation");
  let kills = 0;
  for (; kills < 3; kills++) {
    await until(() => number(`select count(*) from simulation where id = ${here} and (state = 'done' or position > 0)`) === 1);
    if ((await read(id)).state === "done") break;
    await t.stop(t.servers.at(-1), "SIGKILL");
    t.sql(`update simulation set owner_until = 1 where id = ${here} and owner is not null`); // half a minute later
    await t.start();
  }
  const whole = await ended(id);
  ok("killed in the middle it ends all the same", kills > 0 && whole.state === "done" && whole.cases === COPIES + 2, [kills, whole.state, whole.cases]);
  const stored = number(`select count(*) from simulation_case where simulation_id = ${here}`);
  ok("with every case once", stored === whole.changed && whole.changed > COPIES, [stored, whole.changed]);
  ok("and one end", number("select count(*) from event where noun = 'simulation' and verb = 'finish'") === 9);
});
