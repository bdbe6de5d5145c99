// Touchpoints: from the feed, by hand, by import; claimed and confirmed; who sourced and influenced; rivals see none.
import { Browser } from "./lib/browser.mjs";
import { onBoth, deal } from "./lib/tandem.mjs";
import { until } from "./lib/load.mjs";

await onBoth(async (t, ok) => {
  await t.start();
  const { gold, rival, operations } = await t.cast();
  const status = async (token, path, json, more) => (await t.api(token, path, json, more)).status;
  const list = async (token, query = "") => (await t.must(token, `/touchpoints?limit=200${query}`)).items;
  const day = (n) => new Date(Date.now() + n * 86400e3).toISOString().slice(0, 10);

  // ---- from the feed ----
  const reg = await t.must(gold.token, "/registrations", deal());
  const account = (await t.must(t.admin, "/accounts?search=korvath")).items[0];
  ok("a registration leaves one", await until(async () => (await list(t.admin)).length === 1, 30));
  const first = (await list(gold.token))[0];
  ok("with its partner, person and origin", first.kind === "registration" && first.partner_id === gold.id && first.registration_id === reg.id && first.person_id && first.source === "system", first);
  ok("the account is the vendor's to see", first.account_id === undefined && (await list(t.admin))[0].account_id === account.id);
  await t.must(gold.token, `/registrations/${reg.id}/log_activity`, { kind: "evaluation", day: day(0), note: "Works." });
  ok("so does an activity", await until(async () => (await list(t.admin, "&kind=technical_validation")).length === 1, 30));
  ok("once each", (await list(t.admin)).length === 2);
  ok("what follows from the feed stays", (await status(t.admin, `/touchpoints/${first.id}/withdraw`, {})) === 409);

  // ---- by hand ----
  const opp = await t.must(t.admin, "/opportunities", { name: "Korvath, Flowgate", account_id: account.id, state: "open", engaged: day(-10) });
  const intro = await t.must(operations, "/touchpoints", { kind: "introduction", partner_id: rival.id, opportunity_id: opp.id, day: day(-20), evidence: "Narwhal mail" });
  ok("the vendor's word counts, with the deal's account", intro.state === "confirmed" && intro.account_id === account.id && intro.happened.startsWith(day(-20)), intro);
  const claim = await t.must(gold.token, "/touchpoints", { kind: "meeting", registration_id: reg.id, day: day(-5), evidence: "Ibex call" });
  ok("a partner's word is a claim, in its own name", claim.state === "claimed" && claim.partner_id === gold.id && claim.person_id, claim);
  ok("a partner cannot confirm it", (await status(gold.token, `/touchpoints/${claim.id}/confirm`, {})) === 403);
  for (const [why, token, json] of [
    ["a day in the future", operations, { kind: "meeting", partner_id: gold.id, day: day(2) }],
    ["no partner", operations, { kind: "meeting" }],
    ["another partner's registration", operations, { kind: "meeting", partner_id: rival.id, registration_id: reg.id }],
    ["another partner's person", operations, { kind: "meeting", partner_id: rival.id, person_id: first.person_id }],
    ["a registration by hand", operations, { kind: "registration", partner_id: gold.id }],
    ["a rival's registration", rival.token, { kind: "meeting", registration_id: reg.id }],
    ["an account by a partner", rival.token, { kind: "meeting", account_id: account.id }],
  ]) ok(`${why} is refused`, (await status(token, "/touchpoints", json)) === 422);

  const form = new FormData();
  form.append("kind", "meeting");
  form.append("partner_id", gold.id);
  form.append("file", new Blob(["Minutes of the meeting"]), "minutes.txt");
  const withFile = await fetch(`http://127.0.0.1:${t.port}/api/v1/touchpoints`, { method: "POST", headers: { Authorization: `Bearer ${operations}` }, body: form });
  const kept = await withFile.json();
  ok("a file shows it", withFile.status === 201 && (await t.must(gold.token, "/files")).items.some((f) => f.attached_to === kept.id), kept);
  ok("its partner reads it, no rival", (await t.must(rival.token, "/files")).items.length === 0);

  // ---- who gets credit ----
  const credit = async () => (await t.must(t.admin, `/opportunities/${opp.id}/credit`, {})).partners.map((p) => `${p.partner_id === gold.id ? "gold" : "rival"} ${p.credit} ${p.touchpoints.length}`).sort().join();
  ok("the introduction sources, registration and evaluation influence, a claim does neither", (await credit()) === "gold influenced 2,rival sourced 1", await credit());
  await t.must(operations, `/touchpoints/${claim.id}/confirm`, {});
  ok("confirmed it does", (await credit()) === "gold influenced 3,rival sourced 1", await credit());
  await t.must(operations, `/touchpoints/${intro.id}/withdraw`, {});
  ok("withdrawn it does not", (await credit()) === "gold influenced 3", await credit());
  await t.must(operations, `/touchpoints/${intro.id}/restore`, {});
  ok("a partner does not ask for credit", [403, 404].includes(await status(gold.token, `/opportunities/${opp.id}/credit`, {})));

  // ---- rivals ----
  ok("a rival sees its own alone", (await list(rival.token)).every((x) => x.id === intro.id) && (await list(rival.token)).length === 1);
  for (const id of [claim.id, first.id]) ok("another's does not exist", (await status(rival.token, `/touchpoints/${id}`)) === 404 && (await status(rival.token, `/touchpoints/${id}/withdraw`, {})) === 404);
  ok("a partner does not take back the vendor's word", (await status(rival.token, `/touchpoints/${intro.id}/withdraw`, {})) === 403);

  // ---- import ----
  const csv = `id,date,partner,type,account,note\nA-1,${day(-3)},Cedarline Consulting,Meeting,${account.name},On site\nA-2,${day(-2)},Nobody Ltd,Meeting,,\n`;
  const upload = new FormData();
  upload.append("kind", "touchpoints");
  upload.append("file", new Blob([csv], { type: "text/csv" }), "touchpoints.csv");
  const sent = await (await fetch(`http://127.0.0.1:${t.port}/api/v1/imports/upload`, { method: "POST", headers: { Authorization: `Bearer ${t.admin}` }, body: upload })).json();
  const run = async () => t.must(t.admin, `/imports/${sent.id}`);
  if (sent.id && await until(async () => ["checked", "ready", "mapped"].includes((await run()).state), 30)) await t.must(t.admin, `/imports/${sent.id}/apply`, { policy: "good_rows" });
  ok("a file brings them", await until(async () => (await list(rival.token)).length === 2, 30), [sent, sent.id && (await run())]);
  const imported = (await list(t.admin)).find((x) => x.origin === "A-1");
  ok("as confirmed, at noon of their day", imported?.state === "confirmed" && imported.source === "import" && imported.account_id === account.id, imported);

  // ---- pages ----
  const jonas = new Browser(t);
  await jonas.signIn("admin@velmora.example");
  const page = (await jonas.fetch(`/accounts/${account.id}`)).text;
  ok("the account's page says who sourced and influenced", /Sourced and influenced/.test(page) && /Influenced</.test(page) && /Sourced</.test(page), page.replace(/<[^>]*>/g, " ").replace(/\s+/g, " "));
  const csrf = /name="csrf" value="([^"]+)"/.exec(page)[1];
  const before = (await list(t.admin)).length;
  const kind = /<option value="meeting" selected/.test(page), who = page.includes(`<option value="${gold.id}"`);
  ok("the form stands filled: open it, keep it", kind && who, page.slice(page.indexOf("touch-kind") - 300, page.indexOf("touch-kind") + 1500));
  const done = await jonas.post("/touchpoints/create", { csrf, page: `/accounts/${account.id}`, then: `/accounts/${account.id}?did=touchpoint.create`, form: "touch", account_id: account.id, kind: "meeting", partner_id: gold.id });
  ok("kept", done.status === 303 && (await list(t.admin)).length === before + 1);
  const wrong = await jonas.post("/touchpoints/create", { csrf, page: `/accounts/${account.id}`, then: `/accounts/${account.id}`, form: "touch", account_id: account.id, kind: "meeting", partner_id: gold.id, day: day(3) });
  ok("what is wrong stands at its field, on the page", wrong.status === 422 && /is in the future/.test(wrong.text));
  const otto = new Browser(t);
  await otto.signIn("otto@cedarline.example");
  const own = (await otto.fetch(`/partners/${rival.id}`)).text;
  ok("a partner's page shows its own", /Introduction/.test(own) && !/Ibex/.test(own));
  t.stop?.();
  ok("the rows equal their events", t.tryRun("check", "--db", t.url, "--key", t.key).status === 0, t.tryRun("check", "--db", t.url, "--key", t.key).stderr);
});
