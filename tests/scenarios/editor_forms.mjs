// The rule editor as forms without a script; and publishing while the server is killed.
import { Browser } from "./lib/browser.mjs";
import { onBoth } from "./lib/tandem.mjs";

await onBoth(async (t, ok) => {
  await t.start();
  const { operations } = await t.cast();
  const drafts = "/programme-drafts";
  const ruth = new Browser(t), admin = new Browser(t);
  await ruth.signIn("ruth@velmora.example");
  await admin.signIn("admin@velmora.example");
  const plain = (html) => html.replace(/<[^>]*>/g, " ").replace(/&amp;/g, "&").replace(/\s+/g, " ");

  let csrf = await ruth.csrf("/programme");
  const made = await ruth.post(`${drafts}/create`, { csrf, page: "/programme", then: `${drafts}/{id}` });
  const path = made.headers.get("location");
  ok("a button makes a draft", made.status === 303 && /^\/programme-drafts\/pgd_/.test(path), path);
  const show = async (query = "") => (await ruth.fetch(path + query)).text;
  const version = (html) => /name="if_version" value="(\d+)"/.exec(html)[1];
  const page = await show("?part=rules&rule=small_deal");
  ok("a rule opens with picked values", /<select[^>]*name="when\.\d\.op"/.test(page) && /<option value="open" selected>Open/.test(page) && /name="when\.4\.value"[^>]*value="25000"/.test(page), /name="when\.4[^>]*>/.exec(page)?.[0]);

  const rule = (more = {}) => ({ csrf, page: `${path}?part=rules&rule=small_deal`, then: path, table: "rules", rule: "small_deal", name: "Small deal", sentence: "Yours at once.", outcome: "approve", protection_days: "61", benefit_percent: "8", queue: "operations", review_hours: "24", working_hours: "0", next_step: "ask",
    "when.0.fact": "account.status", "when.0.op": "in", "when.0.value": "open", "when.1.fact": "conflict.taken", "when.1.op": "false", "when.2.fact": "partner.tier", "when.2.op": "at_least", "when.2.value": "silver", "when.3.fact": "registration.amount", "when.3.op": "at_most", "when.3.value": "30,000", ...more });
  const saved = await ruth.post(`${path}/set_rule`, rule({ if_version: version(page) }));
  ok("it is saved", saved.status === 303, plain(saved.text).slice(0, 400));
  const draft = async () => t.must(operations, `${drafts}/${path.split("/").pop()}`);
  const stored = (await draft()).document.rules.find((r) => r.id === "small_deal");
  ok("as the document has it", JSON.stringify(stored.when) === JSON.stringify({ "account.status": ["open"], "conflict.taken": false, "partner.tier": { at_least: "silver" }, "registration.amount": { at_most: 30000 } }) && stored.protection_days === 61 && stored.queue === undefined, stored);
  ok("the page shows what was and what will be", /<del>60 days, 8%<\/del> <ins>61 days, 8%<\/ins>/.test(await show()), "");

  const stale = await ruth.post(`${path}/set_rule`, rule({ if_version: version(page), name: "Typed in vain" }));
  ok("an older page is refused, and shows what was typed", stale.status === 412 && /Typed in vain/.test(stale.text), stale.status);
  const wrong = await ruth.post(`${path}/set_rule`, rule({ "when.3.value": "plenty" }));
  ok("a wrong amount is told beside it", wrong.status === 422 && /value="plenty"[^>]*aria-invalid/.test(wrong.text) && /enter an amount/.test(wrong.text), wrong.status);
  ok("and at the top, where the page begins", /<h2>1 field needs a change<\/h2>/.test(wrong.text) && /aria-invalid="true" autofocus/.test(wrong.text), plain(wrong.text).slice(0, 400));
  const unknown = await ruth.post(`${path}/add_example`, { csrf, page: `${path}?part=rules`, then: path, table: "rules", registration_id: "reg_nonsense" });
  ok("a registration that is not there is told beside its field", unknown.status === 422 && /value="reg_nonsense" aria-invalid="true"/.test(unknown.text), unknown.status);
  const whys = (html) => html.split("<summary>Why").length - 1;
  const quiet = await show("?part=rules"), opened = await show("?part=rules&example=On+watch");
  ok("an example tells the rule that decided it, and why when it is opened", /href="#rule-everything_else">Everything else</.test(quiet) && whys(opened) === whys(quiet) + 1, [whys(quiet), whys(opened)]);
  ok("a queue keeps whose work it is", /<option value="account_owner" selected>Owner of the account/.test(await show("?part=lists&list=queues&item=account_owner")), "");
  await ruth.post(`${path}/set_rule`, rule({ "when.2.drop": "1", "when.add": "registration.known_how" }));
  const after = (await draft()).document.rules.find((r) => r.id === "small_deal").when;
  ok("a condition goes, another comes", after["partner.tier"] === undefined && after["registration.known_how"] === true, after);
  await ruth.post(`${path}/set_rule`, rule({ outcome: "review" }));
  const review = (await draft()).document.rules.find((r) => r.id === "small_deal");
  ok("another outcome brings its own values", review.protection_days === undefined && review.queue === "operations" && review.review_hours === 24, review);
  await ruth.post(`${path}/undo`, { csrf, then: path });
  await ruth.post(`${path}/undo`, { csrf, then: path });
  await ruth.post(`${path}/move_rule`, { csrf, then: path, table: "rules", rule: "contract", step: "up" });
  ok("a rule moves by a button", (await draft()).document.rules[7].id === "contract");

  ok("a draft can begin from a file", (await ruth.fetch("/programme-drafts/create")).status === 200);

  // lists and settings
  await ruth.post(`${path}/add_item`, { csrf, then: path, list: "territories", label: "Baltics", countries: "ee, lv, lt" });
  ok("a list grows", JSON.stringify((await draft()).document.territories.at(-1)) === JSON.stringify({ countries: ["EE", "LV", "LT"], key: "baltics", label: "Baltics" }), (await draft()).document.territories.at(-1));
  const form = new URLSearchParams([["csrf", csrf], ["then", path], ["values.calendar.workdays", ""], ["values.calendar.workdays", "mon"], ["values.calendar.workdays", "thu"], ["values.limits.activity_days", "40"], ["values.life.remind_days", "20, 2"]]);
  await ruth.fetch(`${path}/set_values`, { method: "POST", body: form.toString(), headers: { "Content-Type": "application/x-www-form-urlencoded" } });
  const d = (await draft()).document;
  ok("settings are stored by their kind", d.calendar.workdays.join() === "mon,thu" && d.limits.activity_days === 40 && d.life.remind_days.join() === "20,2", [d.calendar, d.life]);
  await ruth.post(`${path}/replace_document`, { csrf, then: path, document: JSON.stringify({ ...d, tiers: "none", nonsense: 1 }) });
  const broken = plain(await show());
  ok("a broken document is stored, and its problems stand on the page", /problems keep this draft/.test(broken) && /nonsense/.test(broken), broken.slice(0, 600));
  for (const part of ["extensions", "lists", "settings", "document"]) ok(`${part} of a broken draft are shown`, (await ruth.fetch(`${path}?part=${part}`)).status === 200);
  await ruth.post(`${path}/replace_document`, { csrf, then: path, document: "[1]" });
  await ruth.post(`${path}/undo`, { csrf, then: path });
  for (const text of ["{}", '{"rules":[],"examples":{},"tiers":[{}]}', '{"rules":[{"when":{"partner.tier":{"at_least":[[]]}}},7],"examples":[1,{"facts":[]}],"queues":[{"key":7}]}', '{"programme":{"zone":"Mars","currency":"QQQ"},"rules":[{"id":"x","when":{"registration.amount":{"at_least":"x"}}}]}']) {
    await ruth.post(`${path}/replace_document`, { csrf, then: path, document: text });
    for (const part of ["rules", "extensions", "lists", "settings", "document", "rules&rule=x", "rules&rule="]) ok(`nothing breaks on ${text.slice(0, 30)} (${part})`, (await ruth.fetch(`${path}?part=${part}`)).status === 200);
    await ruth.post(`${path}/undo`, { csrf, then: path });
  }

  // kill -9 while publishing: all of it or nothing
  for (let round = 0; round < 6; round++) {
    const one = await t.must(operations, drafts, {});
    const changed = await t.must(operations, `${drafts}/${one.id}/set_values`, { values: { "limits.activity_days": 100 + round } });
    const child = t.servers.at(-1);
    const answer = t.api(t.admin, `${drafts}/${one.id}/publish`, { hash: changed.hash }).then((r) => r.status, () => 0);
    await new Promise((done) => setTimeout(done, round * 4));
    await t.stop(child, "SIGKILL");
    const status = await answer;
    await t.start();
    const now = await t.must(t.admin, `${drafts}/${one.id}`);
    const newest = (await t.must(t.admin, "/programme-versions")).items[0];
    const whole = now.state === "published" && newest.number === now.version_number && newest.hash === changed.hash;
    const nothing = now.state === "draft" && newest.hash !== changed.hash && now.version_number === null;
    ok(`killed while publishing (${round}): whole or nothing`, (whole || nothing) && (status !== 200 || whole), [status, now.state, newest.number]);
    if (nothing) await t.must(t.admin, `${drafts}/${one.id}/publish`, { hash: changed.hash });
  }
  ok("everything stands", t.check().status === 0, t.check().stdout);
});
