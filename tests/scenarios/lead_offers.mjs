// Offers of leads: a clock that passed while nobody was there fires once; of answers at once one counts; who is suspended or
// whose customer somebody else holds meanwhile cannot accept; who is full is no candidate; lately given counts.
import { until } from "./lib/load.mjs";
import { deal, onBoth } from "./lib/tandem.mjs";

await onBoth(async (t, ok) => {
  await t.start();
  const { gold, rival, lines, operations } = await t.cast();
  let n = 0;
  const lead = (json) => t.must(operations, "/leads", { company: `Firma ${"ABCDEFGHIJKLMNOPQRSTUVWXYZ"[n]}${n++}orn`, domain: `firma-${n}.example`, country: "DE", product_line_id: lines[0].id, ...json });
  const at = (id) => t.must(operations, `/leads/${id}`);
  const route = (id, partner) => t.api(operations, `/leads/${id}/route`, partner ? { partner_id: partner.id } : {});
  const offers = async (token, query = "") => (await t.must(token, `/lead-offers?limit=200&state=offered${query}`)).items;
  const answers = (...calls) => Promise.all(calls.map(async (c) => (await c).status));
  const past = `update lead_offer set due = ${(Date.now() - 3600e3) * 1000} where state = 'offered'`;

  // ---- while the server is down ----
  const slept = await lead();
  await route(slept.id, gold);
  const [missed] = await offers(gold.token);
  await t.stop();
  t.sql(past);
  await t.start();
  ok("a clock that passed while the server was down fires", await until(async () => (await offers(rival.token)).length === 1, 30));
  await t.stop();
  await t.start();
  await new Promise((done) => setTimeout(done, 1500)); // the clocks have looked again
  const told = (await t.must(gold.token, "/notices")).items.filter((x) => /ended without your answer/.test(x.text));
  const all = (await t.must(operations, `/lead-offers?lead_id=${slept.id}`)).items;
  ok("and once", told.length === 1 && all.length === 2 && all.filter((o) => o.state === "expired").length === 1, [told, all]);
  ok("late is late", (await t.api(gold.token, `/lead-offers/${missed.id}/accept`, {})).status === 409);

  // ---- answers at once ----
  const [second] = await offers(rival.token);
  const colleague = await t.must(t.admin, "/people", { name: "Colleague", email: "cora@cedarline.example", role: "partner_seller", partner_id: rival.id });
  const cora = t.token(colleague.email);
  const got = await answers(t.api(rival.token, `/lead-offers/${second.id}/accept`, {}), t.api(cora, `/lead-offers/${second.id}/accept`, {}), t.api(cora, `/lead-offers/${second.id}/decline`, { reason: "no_fit" }), t.api(operations, `/lead-offers/${second.id}/withdraw`, {}));
  ok("of answers at once one counts", got.filter((s) => s === 200).length === 1 && got.every((s) => [200, 409].includes(s)), got);
  const after = (await t.must(operations, `/lead-offers/${second.id}`)).state, became = (await at(slept.id)).state;
  ok("and the lead is as that one says", { accepted: "accepted", declined: "review", withdrawn: "new" }[after] === became, [after, became]);

  // two leads for one partner at once, and one lead offered twice at once
  const [one, two] = [await lead(), await lead()];
  await answers(route(one.id, gold), route(two.id, gold));
  const both = await offers(gold.token);
  ok("two offers stand beside each other", both.length === 2);
  ok("both are accepted at once", (await answers(...both.map((o) => t.api(gold.token, `/lead-offers/${o.id}/accept`, {})))).every((s) => s === 200));
  const raced = await lead();
  const races = await answers(route(raced.id, gold), route(raced.id, rival), route(raced.id));
  ok("one lead is offered once", races.filter((s) => s === 200).length === 1 && (await t.must(operations, `/lead-offers?lead_id=${raced.id}`)).items.length === 1, races);
  await t.must(operations, `/lead-offers/${(await t.must(operations, `/lead-offers?lead_id=${raced.id}`)).items[0].id}/withdraw`, {});

  // ---- who can no longer have it ----
  const held = await lead({ company: "Quarzwerk Hohenfels", domain: "quarzwerk.example" });
  await route(held.id, gold);
  const [open] = await offers(gold.token);
  await t.must(t.admin, `/partners/${gold.id}`, { standing: "suspended" }, { method: "PATCH" });
  ok("a suspended partner accepts no longer", (await t.api(gold.token, `/lead-offers/${open.id}/accept`, {})).status === 409);
  ok("and is no candidate", !(await t.must(operations, `/leads/${(await lead()).id}/candidates`, {})).candidates.some((k) => k.partner_id === gold.id));
  t.sql(past);
  ok("the clock asks the next", await until(async () => (await offers(rival.token)).some((o) => o.lead_id === undefined), 30) && (await at(held.id)).state === "offered");
  await t.must(t.admin, `/partners/${gold.id}`, { standing: "good" }, { method: "PATCH" });
  await t.must(gold.token, "/registrations", deal({ company: "Quarzwerk Hohenfels", domain: "quarzwerk.example" }));
  const [late] = await offers(rival.token);
  ok("nor does who would get another's customer", (await t.api(rival.token, `/lead-offers/${late.id}/accept`, {})).status === 409, await at(held.id));
  await t.must(rival.token, `/lead-offers/${late.id}/decline`, { reason: "conflict" });
  ok("then people look at it", (await at(held.id)).state === "review");

  // ---- merged while it holds an offer ----
  const twin = await t.must(t.admin, "/partners", { name: "Cedarline Consulting Ltd", tier: "gold", domain: "cedarline-ltd.example", country: "DE", standing: "good", types: ["reseller"] });
  const moved = await lead(), twice = await lead();
  await route(moved.id, twin);
  await route(twice.id, rival);
  const [refused] = await offers(rival.token);
  await t.must(rival.token, `/lead-offers/${refused.id}/decline`, { reason: "no_fit" });
  const twinHas = (await t.must(operations, `/lead-offers?partner_id=${twin.id}&state=offered`)).items;
  ok("its twin is asked, too", twinHas.some((o) => o.lead_id === moved.id), twinHas);
  await t.must(t.admin, "/merges", { kind: "partner", kept: rival.id, gone: twin.id });
  const theirs = await offers(rival.token);
  ok("what a merged partner was offered is the other's to accept", theirs.length > 0 && (await t.api(rival.token, `/lead-offers/${theirs[0].id}/accept`, {})).status === 200, theirs);

  // ---- capacity and fairness ----
  const programme = JSON.parse(t.run("programme", "export", "--db", t.url, "--key", t.key));
  const goldHas = (await t.must(gold.token, "/leads?state=accepted")).items.length;
  programme.leads.open_leads = goldHas;
  programme.leads.weights = { territory: 0, language: 0, certification: 0, industry: 0, capacity: 0, conversion: 0, fairness: 1 };
  t.run("programme", "apply", t.file("full.json", JSON.stringify(programme)), "--db", t.url, "--key", t.key);
  const next = await lead();
  const full = (await t.must(operations, `/leads/${next.id}/candidates`, {})).candidates;
  ok("who is full is no candidate", !full.some((k) => k.partner_id === gold.id), full);
  ok("but can be named", (await route(next.id, gold)).status === 200);
  programme.leads.open_leads = 100;
  t.run("programme", "apply", t.file("wide.json", JSON.stringify(programme)), "--db", t.url, "--key", t.key);
  const fresh = await t.must(t.admin, "/partners", { name: "Newly Joined", tier: "gold", domain: "newly.example", country: "DE", standing: "good", types: ["reseller"] });
  const fair = (await t.must(operations, `/leads/${(await lead()).id}/candidates`, {})).candidates;
  ok("who was given nothing lately stands first where only that counts", fair[0].partner_id === fresh.id && fair[0].score_percent === 100, fair);

  // ---- how many are asked ----
  programme.leads.most_offers = 1;
  t.run("programme", "apply", t.file("once.json", JSON.stringify(programme)), "--db", t.url, "--key", t.key);
  const lone = await lead();
  await route(lone.id, gold);
  const declined = (await t.must(operations, `/lead-offers?lead_id=${lone.id}`)).items[0];
  await t.must(gold.token, `/lead-offers/${declined.id}/decline`, { reason: "no_fit" });
  ok("after as many as the programme says people look at it", (await at(lone.id)).state === "review" && (await t.must(operations, `/lead-offers?lead_id=${lone.id}`)).items.length === 1, await at(lone.id));
  ok("who may ask somebody else all the same", (await route(lone.id, rival)).status === 200);

  await t.stop();
  ok("the rows equal their events", t.check().status === 0, t.check());
});
