// Simulation before publishing: a draft would cost two gold partners; it is mended, and nobody loses. Partners see none of it.
import { onBoth, deal } from "./lib/tandem.mjs";
import { Browser } from "./lib/browser.mjs";
import { until } from "./lib/load.mjs";

await onBoth(async (t, ok) => {
  await t.start();
  const { gold, rival, operations } = await t.cast();
  await t.must(t.admin, `/partners/${rival.id}`, { tier: "gold" }, { method: "PATCH" });
  await t.must(t.admin, "/people", { name: "Tomas Brandt", email: "tomas@velmora.example", role: "executive" });
  await t.must(t.admin, "/people", { name: "Ines Okafor", email: "ines@velmora.example", role: "vendor_seller" });
  const executive = t.token("tomas@velmora.example"), seller = t.token("ines@velmora.example");

  // what happened: both gold partners were approved; the rival met the other once
  const first = await t.must(gold.token, "/registrations", deal());
  const met = await t.must(rival.token, "/registrations", deal({ company: "Korvath Maschinenbau GmbH" }));
  const own = await t.must(rival.token, "/registrations", deal({ company: "Glenmorra Shipping", country: "IE", amount: 30000 }));
  ok("the past stands", first.status === "approved" && met.status === "declined" && own.status === "approved", [first.status, met.status, own.status]);

  const document = () => JSON.parse(t.run("programme", "export", "--db", t.url, "--key", t.key));
  const draft = (change) => {
    const d = document();
    d.examples = [];
    change(Object.fromEntries(d.rules.map((rule) => [rule.id, rule])), d);
    return d;
  };
  const ended = async (id) => {
    const now = () => t.must(operations, `/simulations/${id}`);
    await until(async () => !["waiting", "running"].includes((await now()).state));
    return now();
  };
  const simulate = async (input) => ended((await t.must(operations, "/simulations", input)).id);

  // the same rules change nothing
  const same = await simulate({ version: 1 });
  ok("the version in force would change nothing", same.state === "done" && same.cases === 3 && same.changed === 0, same);

  // a draft in which gold is no longer enough
  const strict = await simulate({ document: draft((rules) => (rules.certified_free.when["partner.tier"] = { at_least: "platinum" })) });
  ok("two gold partners would lose", strict.changed === 2 && strict.sums.partners.filter((p) => p.worse > 0).length === 2, strict.sums);
  ok("money and days are counted", strict.sums.all.worse === 2 && strict.sums.reviews[1] === 2 && strict.sums.reviews[0] === 0, strict.sums);
  const cases = (await t.must(executive, `/simulation-cases?simulation_id=${strict.id}`)).items;
  ok("each case tells by which fact", cases.every((k) => k.fact === "partner.tier" && k.cause === "rules" && k.outcome_before === "approve" && k.outcome_after === "review"), cases);

  // a declined first one frees the second
  const closed = await simulate({ document: draft((rules) => {
    rules.certified_free.when["registration.amount"] = { at_most: 50000 };
    rules.everything_else.outcome = "decline";
    Object.assign(rules.everything_else, { next_step: "ask" });
    for (const key of ["queue", "review_hours"]) delete rules.everything_else[key];
  }) });
  const freed = (await t.must(operations, `/simulation-cases?simulation_id=${closed.id}&outcome_before=approve`)).items;
  ok("the first is declined by its amount", freed.length === 1 && freed[0].registration_id === first.id && freed[0].fact === "registration.amount", freed);
  const mended = await simulate({ document: draft((rules, d) => {
    const only = structuredClone(rules.certified_free);
    Object.assign(only, { id: "first_declined", outcome: "decline", next_step: "ask", when: { "partner.open_registrations": { at_most: 0 }, "conflict.taken": false, "registration.amount": { at_least: 80000 }, "match.kind": "new" } });
    for (const key of ["protection_days", "benefit_percent"]) delete only[key];
    d.rules.splice(d.rules.findIndex((r) => r.id === "certified_free"), 0, only);
  }) });
  const knock = (await t.must(operations, `/simulation-cases?simulation_id=${mended.id}&cause=knock_on`)).items;
  ok("a declined first one frees the second", knock.length === 1 && knock[0].registration_id === met.id && knock[0].cause_id === first.id && knock[0].outcome_after === "approve" && knock[0].facts_after["conflict.taken"] === false, knock);

  // mended: nobody loses
  const fair = await simulate({ document: draft((rules) => (rules.certified_free.when["partner.tier"] = { at_least: "silver" })) });
  ok("mended, nobody loses", fair.state === "done" && fair.sums.all.worse === 0, fair.sums);

  // facts that nobody recorded
  await t.must(t.admin, "/custom-fields", { noun: "partner", name: "segment", label: "Segment", kind: "yes_no" });
  const asks = await simulate({ document: draft((rules) => (rules.certified_free.when["partner.custom.segment"] = true)) });
  ok("what was not recorded is counted, not guessed", asks.sums.unknown.some((u) => u.fact === "partner.custom.segment" && u.cases === 2) && asks.changed === 2, asks.sums.unknown);

  // one registration by another version
  const under = await t.must(seller, `/registrations/${first.id}/under`, { version: 1 });
  ok("the same engine decides one of them", under.outcome === "approve" && under.rule === "certified_free" && under.trace.at(-1).matched, under);
  ok("not by a version that is not there", (await t.api(seller, `/registrations/${first.id}/under`, { version: 9 })).data.errors?.[0].field === "version");
  ok("partners do not ask that", (await t.api(gold.token, `/registrations/${first.id}/under`, { version: 1 })).status === 403);

  // what is refused
  const refused = async (input) => (await t.api(operations, "/simulations", input)).data.errors?.map((e) => e.field).join();
  ok("a version or a document", (await refused({})) === "version" && (await refused({ version: 1, document: document() })) === "version");
  ok("a version that is there", (await refused({ version: 7 })) === "version" && (await refused({ version: 1, against: 7 })) === "against");
  ok("a period that ends after it begins", (await refused({ version: 1, from: "2026-02-01", to: "2026-01-01" })) === "to");
  ok("a document that reads", /rules\[0\]/.test(await refused({ document: draft((rules, d) => (d.rules[0].when = { "partner.height": 3 })) })));

  // who sees it
  for (const token of [gold.token, rival.token, seller]) {
    const statuses = [await t.api(token, "/simulations"), await t.api(token, `/simulations/${strict.id}`), await t.api(token, "/simulation-cases"), await t.api(token, "/simulations", { version: 1 })].map((r) => r.status);
    ok("partners and sellers see none of it", statuses.every((s) => s === 403 || s === 404), statuses);
  }
  ok("executives read, and start none", (await t.api(executive, `/simulations/${strict.id}`)).status === 200 && (await t.api(executive, "/simulations", { version: 1 })).status === 403);

  // the report
  const ruth = new Browser(t);
  await ruth.signIn("ruth@velmora.example");
  const page = (await ruth.fetch(`/simulations/${strict.id}`)).text;
  ok("the report answers first", />2 of 3<\/a> decisions change/.test(page) && /Brightwater Integration/.test(page) && /What is assumed/.test(page), page.slice(0, 3000));
  ok("its figures open their rows", /outcome_before=approve&amp;outcome_after=review#cases/.test(page));
  const only = (await ruth.fetch(`/simulations/${strict.id}?partner_id=${gold.id}`)).text;
  ok("cut down to a partner", /Korvath/.test(only) && !/Glenmorra/.test(only));
  const traces = (await ruth.fetch(`/simulation-cases/${knock[0].id}`)).text;
  ok("both traces stand side by side, with what was corrected", /Taken by another partner/.test(traces) && /<ins>no<\/ins>/.test(traces) && /Korvath Maschinenbau/.test(traces), traces.slice(0, 3000));
  ok("nothing would have changed", /Nothing would have changed/.test((await ruth.fetch(`/simulations/${same.id}`)).text));
  ok("as CSV", /Korvath/.test((await ruth.fetch(`/simulation-cases.csv?simulation_id=${strict.id}`)).text));
  ok("the form", /name="against"/.test((await ruth.fetch("/simulations/simulate")).text));
  ok("by another version, as a page", /outcome would have been the same/.test((await ruth.fetch(`/registrations/${first.id}/under?version=1`)).text));

  // as often as a day allows
  await t.must(t.admin, "/people", { name: "Ona Lind", email: "ona@velmora.example", role: "operations" });
  const ona = t.token("ona@velmora.example"), asked = [];
  for (let i = 0; i < 101; i++) {
    const s = await t.api(ona, "/simulations", { version: 1 });
    asked.push(s.status);
    if (s.status === 201) await t.must(ona, `/simulations/${s.data.id}/cancel`, {}).catch(() => {});
  }
  ok("a hundred simulations go in a day, and no more", asked.slice(0, 100).every((k) => k === 201) && asked[100] === 429, asked.join());
  ok("another person still may", (await t.api(operations, "/simulations", { version: 1 })).status === 201);

  // a crash: the next process begins anew, but not what another one works on; what was cancelled leaves nothing behind
  await t.stop();
  t.sql(`update simulation set state = 'running', owner = 'gone', owner_until = 1, progress = 40 where changed = 2 and cases = 3`);
  t.sql(`update simulation set state = 'running', owner = 'elsewhere', owner_until = 9000000000000000 where changed = 0`);
  await t.start();
  await until(async () => (await t.must(operations, `/simulations/${strict.id}`)).state === "done");
  ok("a simulation goes on after a crash, once", (await t.must(operations, `/simulation-cases?simulation_id=${strict.id}`)).items.length === 2);
  const running = (await ruth.fetch(`/simulations/${same.id}`)).text;
  ok("while it runs the page asks again, with and without script", /<noscript><meta http-equiv="refresh"/.test(running) && /data-hx-trigger="every 1s"/.test(running) && /role="status"/.test(running));
  const cancelled = await t.must(operations, `/simulations/${same.id}/cancel`, {});
  ok("one that another process has can be cancelled", cancelled.state === "cancelled");
  ok("everything stands", t.check().status === 0, t.check().stdout);
});
