// Notes and tasks: who writes, who reads, what is taken back, who is reminded; rivals read nothing of either.
import { Browser } from "./lib/browser.mjs";
import { onBoth, deal } from "./lib/tandem.mjs";
import { until } from "./lib/load.mjs";

await onBoth(async (t, ok) => {
  await t.start();
  const { gold, rival, operations } = await t.cast();
  const jonas = await t.must(t.admin, "/people", { name: "Jonas Adeyemi", email: "jonas@velmora.example", role: "partner_manager" });
  await t.must(t.admin, `/partners/${gold.id}`, { manager_id: jonas.id }, { method: "PATCH" });
  const manager = t.token("jonas@velmora.example");
  const reg = await t.must(gold.token, "/registrations", deal());
  const account = (await t.must(t.admin, "/accounts?search=korvath")).items[0];
  const status = async (token, path, json, more) => (await t.api(token, path, json, more)).status;

  // ---- notes ----
  const own = await t.must(manager, "/notes", { text: "Aardvark: they want two more courses.", partner_id: gold.id });
  const both = await t.must(manager, "/notes", { text: "Bluebird: send us the offer.", registration_id: reg.id, shared: "both" });
  const theirs = await t.must(gold.token, "/notes", { text: "Chinchilla: our price is too high.", registration_id: reg.id });
  const answer = await t.must(gold.token, "/notes", { text: "Dormouse: the offer is out.", registration_id: reg.id, shared: "both" });
  const where = await t.must(manager, "/notes", { text: "Echidna: moved to Hamburg.", account_id: account.id });
  ok("a registration brings its partner", both.partner_id === gold.id && answer.partner_id === gold.id, both);
  const words = async (token) => (await t.must(token, "/notes?limit=50")).items.map((n) => n.text.split(":")[0]).sort().join();
  ok("the vendor reads its own and what is shared", (await words(operations)) === "Aardvark,Bluebird,Dormouse,Echidna", await words(operations));
  ok("the partner reads its own and what is shared", (await words(gold.token)) === "Bluebird,Chinchilla,Dormouse", await words(gold.token));
  ok("a rival reads none", (await words(rival.token)) === "");
  ok("nor by search", (await t.must(rival.token, "/notes?search=bluebird")).items.length === 0 && (await t.must(operations, "/notes?search=chinchilla")).items.length === 0);
  for (const [who, token, note] of [["a rival", rival.token, both], ["the partner", gold.token, own], ["the vendor", t.admin, theirs], ["the partner", gold.token, where]])
    ok(`what ${who} may not read does not exist`, (await status(token, `/notes/${note.id}`)) === 404);
  ok("a rival cannot write on another's registration", (await status(rival.token, "/notes", { text: "x", registration_id: reg.id })) === 422);
  ok("nor on an account", (await status(rival.token, "/notes", { text: "x", account_id: account.id })) === 422);
  ok("an account's note stays on our side", (await status(manager, "/notes", { text: "x", account_id: account.id, shared: "both" })) === 422);
  ok("a note is about something", (await status(manager, "/notes", { text: "x" })) === 422);
  ok("and about one thing", (await status(manager, "/notes", { text: "x", account_id: account.id, partner_id: gold.id })) === 422);
  ok("the other side is told of what is shared", (await t.must(gold.token, "/notices")).items.some((n) => /Velmora wrote you a note|wrote you a note/.test(n.text)) && (await t.must(manager, "/notices")).items.some((n) => /Brightwater Integration wrote you a note/.test(n.text)));
  ok("a rival is not", !(await t.must(rival.token, "/notices")).items.some((n) => /note/.test(n.text)));

  ok("only its author changes a note", (await status(operations, `/notes/${own.id}`, { text: "y" }, { method: "PATCH" })) === 403);
  const changed = await t.must(manager, `/notes/${own.id}`, { text: "Aardvark: three more courses." }, { method: "PATCH" });
  ok("who does keeps what is not given", changed.text.includes("three") && changed.shared === "own", changed);
  ok("only its author deletes it", (await status(operations, `/notes/${own.id}`, undefined, { method: "DELETE" })) === 403);
  await t.must(manager, `/notes/${own.id}`, undefined, { method: "DELETE" });
  ok("it is gone for the others", (await status(operations, `/notes/${own.id}`)) === 404);
  await t.must(manager, `/notes/${own.id}/restore`, {});
  ok("and taken back", (await status(operations, `/notes/${own.id}`)) === 200);

  // ---- tasks ----
  const day = (n) => new Date(Date.now() + n * 86400e3).toISOString().slice(0, 10);
  const task = await t.must(operations, "/tasks", { text: "Fox: call Maya", partner_id: gold.id, owner_id: jonas.id, due: day(3) });
  const mine = await t.must(gold.token, "/tasks", { text: "Gnu: ask for a reference", registration_id: reg.id });
  ok("who does it is told", (await t.must(manager, "/notices")).items.some((n) => /A task for you: Fox/.test(n.text)));
  ok("a partner's task is about its own company", mine.partner_id === gold.id);
  const tasks = async (token) => (await t.must(token, "/tasks")).items.map((n) => n.text.slice(0, 3)).sort().join();
  ok("each side reads its own tasks", (await tasks(manager)) === "Fox" && (await tasks(gold.token)) === "Gnu" && (await tasks(rival.token)) === "", [await tasks(manager), await tasks(gold.token)]);
  for (const [token, id] of [[rival.token, mine.id], [rival.token, task.id], [gold.token, task.id], [t.admin, mine.id]])
    ok("what is another side's does not exist", (await status(token, `/tasks/${id}`)) === 404 && (await status(token, `/tasks/${id}/finish`, {})) === 404);
  const maya = (await t.must(t.admin, `/people?partner_id=${gold.id}`)).items[0];
  ok("nobody of another company is given a task", (await status(operations, "/tasks", { text: "x", owner_id: maya.id })) === 422);

  const browser = new Browser(t);
  await browser.signIn("jonas@velmora.example");
  const page = (await browser.fetch("/today")).text;
  ok("it stands on Today, with its key", /Fox: call Maya/.test(page) && /data-key="d"/.test(page), page.replace(/<[^>]*>/g, " ").replace(/\s+/g, " "));
  const csrf = /name="csrf" value="([^"]+)"/.exec(page)[1];
  const done = await browser.post(`/tasks/${task.id}/finish`, { csrf, page: "/today", then: `/today?did=task.finish.${task.id}` });
  const after = await browser.fetch(done.headers.get("location"));
  ok("done, it leaves Today, and can be taken back", !/Fox: call Maya<\/a>/.test(after.text) && after.text.includes(`/tasks/${task.id}/reopen`), after.text);
  await t.must(manager, `/tasks/${task.id}/reopen`, {});

  t.sql("update task set remind_due = 1000 where text like 'Fox%'");
  ok("on its morning a notice says so", await until(async () => (await t.must(manager, "/notices")).items.some((n) => /Due today: Fox/.test(n.text)), 30));
  ok("once", (await t.must(manager, `/tasks/${task.id}`)).remind_due === null);

  // ---- panels ----
  for (const [email, path, sees, not] of [
    ["jonas@velmora.example", `/registrations/${reg.id}`, ["Bluebird", "Dormouse"], ["Chinchilla", "Gnu"]],
    ["maya@brightwater.example", `/registrations/${reg.id}`, ["Bluebird", "Dormouse", "Chinchilla", "Gnu"], ["Aardvark", "Fox"]],
    ["jonas@velmora.example", `/accounts/${account.id}`, ["Echidna"], ["Chinchilla"]],
    ["jonas@velmora.example", `/partners/${gold.id}`, ["Aardvark", "Bluebird", "Dormouse", "Fox"], ["Chinchilla", "Gnu"]],
    ["maya@brightwater.example", `/partners/${gold.id}`, ["Bluebird", "Dormouse", "Chinchilla", "Gnu"], ["Aardvark", "Fox", "Echidna"]],
  ]) {
    const b = new Browser(t);
    await b.signIn(email);
    const r = await b.fetch(path);
    ok(`${email} reads at ${path.slice(0, 14)} what it may`, r.status === 200 && sees.every((w) => r.text.includes(w)) && !not.some((w) => r.text.includes(w)), [...sees.filter((w) => !r.text.includes(w)), "|", ...not.filter((w) => r.text.includes(w))]);
  }
  const otto = new Browser(t);
  await otto.signIn("otto@cedarline.example");
  for (const path of [`/partners/${gold.id}`, `/accounts/${account.id}`, `/registrations/${reg.id}`, `/notes/${both.id}`, `/tasks/${mine.id}/update`])
    ok(`a rival finds nothing at ${path.slice(0, 14)}`, (await otto.fetch(path)).status === 404);
  const own360 = (await otto.fetch(`/partners/${rival.id}`)).text;
  ok("and nothing of it on its own page", !/Korvath|Bluebird|Chinchilla|Brightwater|Gnu:/.test(own360));
  const line = await (async () => { const b = new Browser(t); await b.signIn("jonas@velmora.example"); return [(await b.fetch(`/partners/${gold.id}`)).text, (await b.fetch(`/partners/${gold.id}?before=2`)).text, (await b.fetch(`/partners/${gold.id}?before=x`)).status]; })();
  ok("the feed tells what happened, from a place on", /What happened.*Approved: protected until/s.test(line[0]) && !/Approved: protected until/.test(line[1]) && line[2] === 404);

  ok("graceful stop", (await t.stop()) === 0);
  ok("log, audit and rows stand", t.check().status === 0);
});
