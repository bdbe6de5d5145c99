// A programme's lists: what partners and waiting registrations say stays, until nothing says it any more.
import { onBoth, deal } from "./lib/tandem.mjs";

await onBoth(async (t, ok) => {
  await t.start();
  const { gold, rival, operations } = await t.cast();
  const document = JSON.parse(t.run("programme", "export", "--db", t.url, "--key", t.key));
  document.programme.second_person = false; // who publishes is another test's
  t.run("programme", "apply", t.file("alone.json", JSON.stringify(document)), "--db", t.url, "--key", t.key);
  const without = (list, ...keys) => ({ ...document, [list]: document[list].filter((item) => !keys.includes(item.key)) });
  const apply = (json) => t.api(operations, "/programme-versions", { document: JSON.stringify(json) });
  const told = (r, field) => r.data.errors?.find((e) => e.field === field)?.message ?? "";
  const version = async () => (await t.must(operations, "/programme-versions")).items[0].number;
  const first = await version();
  const patch = (path, json) => t.api(operations, path, json, { method: "PATCH" });
  await patch(`/partners/${gold.id}`, { territories: ["dach", "uki"], types: ["reseller", "msp"] });
  await patch(`/partners/${rival.id}`, { territories: ["dach"] });

  // what no rule names, so that only rows stand in the way
  document.tiers.push({ key: "guest", label: "Guest" });
  document.queues.push({ key: "spare", label: "Spare" });
  document.rules.unshift({ id: "spare", name: "Large", sentence: "A person reads large deals.", when: { "registration.amount": { at_least: 1000000 } }, outcome: "review", queue: "spare", review_hours: 8 });
  const added = await apply(document);
  ok("an addition is published", added.status === 201, added.text);
  const plain = { ...document, rules: document.rules.filter((r) => r.id !== "spare"), examples: document.examples };
  await patch(`/partners/${gold.id}`, { tier: "guest" });
  const big = await t.must(gold.token, "/registrations", deal({ amount: 2000000 }));
  ok("a registration waits in the queue", big.status === "review", big.status);

  const r = await apply({ ...plain, tiers: without("tiers", "guest").tiers, territories: without("territories", "dach", "uki").territories, types: without("types", "msp").types, queues: without("queues", "spare").queues });
  ok("what is in use is not dropped", r.status === 422, r.text);
  for (const [field, rows] of [["tiers[guest]", "Partners: 1"], ["territories[dach]", "Partners: 2"], ["territories[uki]", "Partners: 1"], ["types[msp]", "Partners: 1"], ["queues[spare]", "Registrations: 1"]])
    ok(`${field} is named with its rows`, told(r, field).includes(rows), r.text);
  ok("nothing was published", (await version()) === first + 1);
  const exported = t.tryRun("programme", "export", t.file("no-version.json", "{}"), "--db", t.url, "--key", t.key);
  ok("what is exported is a version, no file", exported.status === 1 && exported.stderr.includes("is no version"), exported.signal ?? exported.stderr);
  const file = t.file("p.json", JSON.stringify({ ...plain, tiers: without("tiers", "guest").tiers }));
  const told_by_command = t.tryRun("programme", "apply", file, "--db", t.url, "--key", t.key);
  ok("the command says the same", told_by_command.status === 1 && told_by_command.stderr.includes("tiers[guest]"), told_by_command.stderr);
  ok("what nobody uses may go", (await apply({ ...document, types: without("types", "influencer").types })).status === 201);

  // once nothing says it any more
  await patch(`/partners/${gold.id}`, { tier: "gold" });
  await t.must(operations, `/registrations/${big.id}/decline`, { reason: "Too large." });
  const gone = await apply({ ...plain, tiers: without("tiers", "guest").tiers, queues: without("queues", "spare").queues });
  ok("then it goes; a decided registration keeps its queue as history", gone.status === 201, gone.text);
  const check = t.check();
  ok("the database stands", check.status === 0, check.stdout);
});
