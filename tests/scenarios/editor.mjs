// The programme as a draft: edited by small verbs, published by a second person, from a day on, brought up to date.
import { onBoth, deal } from "./lib/tandem.mjs";

await onBoth(async (t, ok) => {
  await t.start();
  const { gold, rival, operations } = await t.cast();
  const admin = t.admin;
  const cli = (...args) => t.tryRun("programme", ...args, "--db", t.url, "--key", t.key);
  await t.must(admin, "/people", { name: "Tomas Brandt", email: "tomas@velmora.example", role: "executive" });
  const executive = t.token("tomas@velmora.example");
  const people = (await t.must(admin, "/people?role=admin")).items;
  const drafts = "/programme-drafts";
  const act = (token, d, verb, body = {}, more) => t.api(token, `${drafts}/${d.id}/${verb}`, body, more);
  const edit = async (d, verb, body = {}, token = operations) => t.must(token, `${drafts}/${d.id}/${verb}`, body);
  const fields = (r) => r.data.errors?.map((e) => e.field) ?? [];
  const versions = async () => (await t.must(admin, "/programme-versions")).items;

  // beside the live one
  const d = await t.must(operations, drafts, { note: "Silver partners win as often." });
  ok("a draft begins with the newest version", d.base_number === 1 && d.document.rules.length === 14 && d.problems.length === 0, d);
  ok("partners know of none", (await t.api(gold.token, drafts)).status === 403 && (await t.api(rival.token, `${drafts}/${d.id}`)).status >= 403);
  let now = await edit(d, "set_rule", { rule: "certified_free", when: { ...d.document.rules.find((r) => r.id === "certified_free").when, "partner.tier": { at_least: "silver" } } });
  ok("a changed rule is told in words", now.changes.some((c) => /^Rule 12 Certified partner, free account: Tier: at least Gold → Silver$/.test(c)), now.changes);
  now = await edit(d, "add_rule", { id: "tiny", name: "Tiny", sentence: "Yours at once.", when: { "registration.amount": { at_most: 1000 }, "conflict.taken": false }, outcome: "approve", protection_days: 30, benefit_percent: 2 });
  ok("an added rule stands before the last", now.document.rules.at(-2).id === "tiny" && now.changes.some((c) => /added: Approve, 30 days, 2%/.test(c)), now.changes);
  now = await edit(d, "move_rule", { rule: "tiny", place: 2 });
  ok("moved, it is told at its place", now.document.rules[1].id === "tiny", now.document.rules.map((r) => r.id));
  now = await edit(d, "set_values", { values: { "limits.activity_days": 45 } });
  ok("a limit is told with its unit", now.changes.some((c) => /90 days → 45 days/.test(c)), now.changes);
  now = await edit(d, "add_item", { list: "product_lines", label: "Quantum" });
  now = await edit(d, "add_item", { list: "product_lines", label: "Flowgate" });
  ok("keys come from labels", now.document.product_lines.map((l) => l.key).join() === "quantum,flowgate", now.document.product_lines);
  ok("nothing of it holds yet", (await t.api(gold.token, "/registrations", deal({ company: "Before Works", amount: 900 }))).data.rule !== "tiny");

  // stored broken, told at its place, not published
  now = await edit(d, "add_rule", { id: "never", name: "Never", sentence: "No.", when: { "registration.amount": { at_most: 10 }, "conflict.taken": false }, outcome: "decline", next_step: "ask" });
  ok("an unreachable rule is stored and told", now.problems.some((p) => /^rules\[14\]/.test(p.field) && /never reached/.test(p.message)), now.problems);
  now = await edit(d, "set_rule", { rule: "never", when: { "partner.shoe_size": 44 } });
  ok("an unknown fact, too", now.problems.some((p) => p.field === "rules[14].when.partner.shoe_size"), now.problems);
  const asked = await act(operations, d, "ask", { person_id: people[0].id });
  ok("broken, nobody is asked", asked.status === 422 && fields(asked).some((f) => f.startsWith("rules[14]")), asked.text);
  now = await edit(d, "undo");
  now = await edit(d, "undo");
  ok("steps are taken back", now.problems.length === 0 && now.document.rules.length === 15, now.problems);
  now = await edit(d, "redo");
  ok("and brought back", now.problems.length > 0);
  now = await edit(d, "remove_rule", { rule: "never" });
  ok("removed, it is whole again", now.problems.length === 0, now.problems);
  now = await edit(d, "add_example", { name: "A tiny one", expect: "decline", facts: { "registration.amount": 500, "conflict.taken": false, "partner.standing": "good" } });
  ok("an example that fails is told with the answer", now.problems.some((p) => /^examples\[/.test(p.field) && /The answer is: Approve \(Tiny\)/.test(p.message)), now.problems);
  now = await edit(d, "set_example", { example: "A tiny one", expect: "approve", rule: "tiny" });
  ok("mended, it passes", now.problems.length === 0, now.problems);
  const reg = (await t.api(gold.token, "/registrations", deal({ company: "Example Works" }))).data;
  now = await edit(d, "add_example", { registration_id: reg.id });
  ok("a real registration becomes an example", now.document.examples.at(-1).expect === "approve" && now.document.examples.at(-1).facts["partner.tier"] === "gold", now.document.examples.at(-1));
  await edit(d, "remove_example", { example: now.document.examples.at(-1).name });

  // who may publish
  now = await t.must(operations, `${drafts}/${d.id}`);
  const own = await act(operations, d, "publish", { hash: now.hash });
  ok("whoever wrote it cannot publish it", own.status === 403 && /another person/.test(own.text), own.text);
  ok("a role that the programme does not name cannot", (await act(executive, d, "publish", { hash: now.hash })).status === 403);
  const direct = await t.api(operations, "/programme-versions", { document: now.document });
  ok("nor one person in one step: the way on is told", direct.status === 403 && /programme-drafts/.test(direct.text), direct.text);
  ok("asking names somebody else", fields(await act(operations, d, "ask", { person_id: (await t.must(admin, "/people?role=operations")).items[0].id })).join() === "person_id");
  now = await edit(d, "ask", { person_id: people[0].id });
  ok("asked", now.state === "asked" && (await t.must(admin, "/notices")).items.some((n) => /Ruth Halvorsen asks you/.test(n.text)), now.state);
  ok("another fingerprint than the one read is refused", (await act(admin, d, "publish", { hash: "0".repeat(64) })).status === 412);
  ok("another first day, too", (await act(admin, d, "publish", { hash: now.hash, effective_day: "2099-01-01" })).status === 412);
  ok("an older version of the row, too", (await act(admin, d, "publish", { hash: now.hash }, { headers: { "If-Match": '"1"' } })).status === 412);
  const [a, b] = await Promise.all([act(admin, d, "publish", { hash: now.hash }), act(admin, d, "publish", { hash: now.hash })]);
  ok("of two publishers at once one wins", [a.status, b.status].sort().join() === "200,409", [a.text.slice(0, 200), b.text.slice(0, 200)]);
  const v2 = (await versions())[0];
  ok("the version names both people", v2.number === 2 && v2.author_id !== v2.published_by && v2.author_id && v2.alone === false, v2);
  ok("the next registration is decided by it", (await t.api(gold.token, "/registrations", deal({ company: "Tiny Works", amount: 900 }))).data.rule === "tiny");
  const lines = (await t.must(admin, "/product-lines")).items;
  ok("product lines follow the list", lines.some((l) => l.name === "Quantum" && l.active && l.key === "quantum") && lines.some((l) => l.name === "Flowgate" && l.key === "flowgate") && lines.length === 3, lines);
  ok("a published draft is closed", (await act(operations, d, "undo")).status === 409);

  // two drafts of one version
  const one = await t.must(operations, drafts, {});
  const two = await t.must(admin, drafts, {});
  await edit(one, "set_values", { values: { "limits.activity_days": 60, "limits.review_approval_days": 45 } });
  await edit(one, "set_rule", { rule: "tiny", protection_days: 31 });
  let mine = await edit(two, "set_values", { values: { "limits.activity_days": 30 } }, admin);
  mine = await edit(two, "set_rule", { rule: "small_deal", benefit_percent: 9 }, admin);
  let first = await t.must(admin, `${drafts}/${one.id}`);
  await t.must(admin, `${drafts}/${one.id}/publish`, { hash: first.hash });
  const late = await act(operations, two, "publish", { hash: mine.hash });
  ok("the later draft is not published over the newer version", late.status === 409 && /Version 3/.test(late.text), late.text);
  const clash = await act(admin, two, "rebase");
  ok("a conflict is named, not lost", clash.status === 422 && fields(clash).join() === "keep.limits.activity_days", clash.text);
  mine = await edit(two, "rebase", { keep: { "limits.activity_days": "mine" } }, admin);
  ok("brought up to date, both sides' changes stand", mine.base_number === 3 && mine.document.limits.activity_days === 30 && mine.document.limits.review_approval_days === 45 &&
    mine.document.rules.find((r) => r.id === "tiny").protection_days === 31 && mine.document.rules.find((r) => r.id === "small_deal").benefit_percent === 9, mine.document.limits);

  // from a day on, withdrawn before it
  const future = `${new Date().getFullYear() + 1}-03-01`;
  await t.must(admin, `${drafts}/${two.id}`, { effective_day: future }, { method: "PATCH" });
  await t.must(operations, `${drafts}/${two.id}/publish`, { hash: mine.hash });
  const v4 = (await versions())[0];
  ok("a version waits for its day", v4.state === "scheduled" && new Date(v4.effective) > new Date(), v4);
  ok("until then the old one decides", (await t.must(gold.token, `/registrations`, deal({ company: "Meanwhile Works", amount: 800 }))).decision.programme_version === 3);
  const hot = await t.must(operations, drafts, { from: 3, note: "A fix." });
  const hotter = await edit(hot, "set_values", { values: { "limits.activity_days": 77 } });
  const before = await act(admin, hot, "publish", { hash: hotter.hash });
  ok("nothing is slipped in before a scheduled one", before.status === 409 && /Version 4/.test(before.text), before.text);
  await t.must(operations, `/programme-versions/${v4.id}/withdraw`, {});
  ok("withdrawn, it stays in the history", (await versions())[0].state === "withdrawn");

  // everything in use stays; sense is asked for
  const drop = await t.must(operations, drafts, {});
  let gone = await edit(drop, "remove_item", { list: "tiers", key: "gold" });
  for (const p of gone.problems.filter((p) => /gold/.test(p.message))) void p;
  for (const r of gone.document.rules) if (r.when?.["partner.tier"]) gone = await edit(drop, "set_rule", { rule: r.id, when: { ...r.when, "partner.tier": "platinum" } });
  for (const e of gone.document.examples.filter((e) => e.facts["partner.tier"] === "gold")) gone = await edit(drop, "remove_example", { example: e.name });
  for (const e of gone.document.benefits) gone = await edit(drop, "set_item", { list: "benefits", key: e.key, tiers: e.tiers.filter((x) => x !== "gold") });
  const used = await act(admin, drop, "publish", { hash: gone.hash });
  ok("a tier that partners have cannot go", used.status === 422 && /in use/.test(used.text), used.text);
  const none = await t.must(operations, drafts, {});
  let never = none;
  for (const r of never.document.rules.filter((r) => r.outcome === "approve")) never = await edit(none, "remove_rule", { rule: r.id });
  for (const e of never.document.examples.filter((e) => e.expect === "approve")) never = await edit(none, "remove_example", { example: e.name });
  const blunt = await act(admin, none, "publish", { hash: never.hash });
  ok("a table that approves nothing asks for a yes", fields(blunt).join() === "confirm", blunt.text);

  // the command line
  const file = t.file("p.json", JSON.stringify({ ...never.document, limits: { ...never.document.limits, activity_days: 12 } }));
  const diff = cli("diff", file, "--lang", "de");
  ok("the command line says differences in words, in German, too", diff.status === 0 && /Tage → 12 Tage/.test(diff.stdout), diff.stdout + diff.stderr);
  const dry = cli("apply", file, "--dry-run");
  ok("a dry run tells and stores nothing", dry.status === 0 && /removed/.test(dry.stdout) && (await versions()).length === 4, dry.stdout + dry.stderr);
  ok("a draft from a file", cli("apply", file, "--draft").status === 0 && (await t.must(admin, drafts)).items.length === 7, (await t.must(admin, drafts)).items.map((x) => x.title));
  ok("two versions are compared", /31 days/.test(cli("diff", "2", "3").stdout));
  ok("the operator of the database publishes directly, from a day on", cli("apply", file, "--effective", future).status === 0 && (await versions())[0].state === "scheduled");

  // one person alone
  for (const p of (await t.must(admin, "/people")).items.filter((p) => p.role === "operations")) await t.must(admin, `/people/${p.id}/deactivate`, {});
  await t.must(admin, `/programme-versions/${(await versions())[0].id}/withdraw`, {});
  const last = await t.must(admin, drafts, {});
  const alone = await edit(last, "set_values", { values: { "limits.activity_days": 21 } }, admin);
  await t.must(admin, `${drafts}/${last.id}/publish`, { hash: alone.hash });
  ok("who is alone publishes alone, and it is marked", (await versions())[0].alone === true, (await versions())[0]);
  ok("everything stands", t.check().status === 0, t.check().stdout);
});
