// One custom field on partner and on registration: form input, list, filter, API, rules.
import { onBoth, deal } from "./lib/tandem.mjs";

await onBoth(async (t, ok) => {
  await t.start();
  const { gold, rival, operations } = await t.cast();
  await t.must(operations, "/custom-fields", { noun: "partner", name: "segment", label: "Segment", kind: "choice", options: ["strategic", "broad"], partner_sees: true, required: false, partner_sets: false });
  await t.must(operations, "/custom-fields", { noun: "registration", name: "project", label: "Project", kind: "text", partner_sees: true, partner_sets: true, required: false });
  const patched = await t.api(operations, `/partners/${gold.id}`, { custom: { segment: "strategic" } }, { method: "PATCH" });
  ok("a partner carries it", patched.data.custom?.segment === "strategic", patched.text);
  // what is kept of the fields is that of their newest version, and of whoever reads
  await t.must(operations, "/custom-fields", { noun: "registration", name: "margin", label: "Margin", kind: "integer", partner_sees: false, partner_sets: false, required: false });
  const made = await t.must(operations, "/registrations", deal({ company: "Margin Works", partner_id: gold.id, custom: { margin: 40, project: "Move" } }));
  ok("a field that was just made is carried", made.custom.margin === 40, made.custom);
  const theirs = await t.must(gold.token, `/registrations/${made.id}`);
  ok("a partner reads its own fields only", theirs.custom.project === "Move" && !("margin" in theirs.custom), theirs.custom);
  const acted = await t.api(gold.token, `/registrations/${made.id}/withdraw`, {});
  ok("also behind a verb that reads the whole row", acted.status === 200 && acted.data.custom.project === "Move" && !("margin" in acted.data.custom), acted.text);
  ok("a value outside the choices is refused", (await t.api(operations, `/partners/${rival.id}`, { custom: { segment: "odd" } }, { method: "PATCH" })).status === 422);
  const found = await t.must(operations, "/partners?custom.segment=strategic");
  ok("a list is filtered by it", found.items.length === 1 && found.items[0].id === gold.id, found);

  // a rule reads it
  const document = JSON.parse(t.run("programme", "export", "--db", t.url, "--key", t.key));
  document.rules.unshift({ id: "strategic", name: "Strategic partner", sentence: "A strategic partner's migration project is approved at once.", when: { "partner.custom.segment": "strategic", "registration.custom.project": "Migration" }, outcome: "approve", protection_days: 120, benefit_percent: 15 });
  const file = t.file("programme.json", JSON.stringify(document));
  ok("the document is checked without storing it", t.tryRun("programme", "apply", file, "--dry-run", "--db", t.url, "--key", t.key).status === 0);
  const differs = (d) => t.run("programme", "diff", t.file("d.json", JSON.stringify(d)), "--db", t.url, "--key", t.key).trim().split("\n");
  const added = differs(document);
  ok("one more rule is one line of the diff", added.length === 1 && added[0] === "Rule 1 Strategic partner: added: Approve, 120 days, 15%", added);
  const moved = structuredClone(document);
  moved.rules.shift();
  [moved.rules[0], moved.rules[1]] = [moved.rules[1], moved.rules[0]];
  moved.limits.activity_days = 30;
  const order = differs(moved);
  ok("another order is one line, too", order.length === 2 && order.some((l) => l === "Rule 2 Suspended partner: moved from place 1 to 2") && order.some((l) => l.endsWith("90 days → 30 days")), order);
  t.run("programme", "apply", file, "--db", t.url, "--key", t.key);
  const r = await t.api(gold.token, "/registrations", deal({ amount: 900000, custom: { project: "Migration" } }));
  ok("the next registration is decided by it", r.data.decision?.rule === "strategic", r.text);
  ok("the registration carries its own", r.data.custom?.project === "Migration", r.data.custom);
  ok("the partner filters by it", (await t.must(gold.token, "/registrations?custom.project=Migration")).items.length === 1);
  ok("without it another rule decides", (await t.api(gold.token, "/registrations", deal({ company: "Other Works", amount: 900000 }))).data.decision.rule !== "strategic");
  ok("it is a field of the API", JSON.stringify(await t.must(null, "/openapi.json")).includes("project"));

  // a document with a mistake is refused whole, and says where
  document.rules[0].when = { "partner.colour": "blue" };
  const bad = t.tryRun("programme", "apply", t.file("bad.json", JSON.stringify(document)), "--db", t.url, "--key", t.key);
  ok("an unknown fact is refused with its path", bad.status === 1 && bad.stderr.includes("rules[0].when.partner.colour"), bad.stderr);
  document.rules[0].when = {};
  const shadow = t.tryRun("programme", "apply", t.file("bad.json", JSON.stringify(document)), "--db", t.url, "--key", t.key);
  ok("a rule that hides the others is refused", shadow.status === 1, shadow.stderr);
  ok("nothing was published", JSON.parse(t.run("programme", "export", "--db", t.url, "--key", t.key)).rules[0].id === "strategic");
  // a choice that a published rule asks for stays
  const segment = (await t.must(operations, "/custom-fields")).items.find((f) => f.name === "segment");
  const less = await t.api(operations, `/custom-fields/${segment.id}`, { options: ["broad"] }, { method: "PATCH" });
  ok("a choice that a rule needs cannot be taken away", less.status === 422 && less.data.errors[0].field === "options", less.text);
  ok("and registrations go on", (await t.api(gold.token, "/registrations", deal({ company: "Still Works" }))).status === 201);
  ok("the database stands", t.check().status === 0, t.check().stdout);
});
