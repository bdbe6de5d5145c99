// After the sale: contracts and their renewals, the partner of record, usage, satisfaction, signs; by hand, API, import and
// clock; and through every face only for whom it is.
import ICAL from "ical.js";
import { Browser } from "./lib/browser.mjs";
import { deal, onBoth, said } from "./lib/tandem.mjs";
import { until } from "./lib/load.mjs";

await onBoth(async (t, ok) => {
  await t.start();
  const { gold, rival, lines, operations } = await t.cast();
  const status = async (token, path, json, more) => (await t.api(token, path, json, more)).status;
  const day = (n) => new Date(Date.now() + n * 86400e3).toISOString().slice(0, 10);
  const month = (n) => { const d = new Date(); d.setUTCDate(1); d.setUTCMonth(d.getUTCMonth() + n); return d.toISOString().slice(0, 7); };
  const jonas = await t.must(t.admin, "/people", { name: "Jonas Adeyemi", email: "jonas@velmora.example", role: "partner_manager" });
  const manager = t.token("jonas@velmora.example");
  await t.must(t.admin, `/partners/${gold.id}`, { manager_id: jonas.id }, { method: "PATCH" });
  const account = await t.must(t.admin, "/accounts", { name: "Zebulon Feinmechanik", country: "DE", status: "open", owner_id: jonas.id, external_id: "A-7" });
  const items = async (token, path) => (await t.must(token, path)).items;
  const notices = async (token) => items(token, "/notices?limit=200");

  // ---- contracts ----
  const given = { account_id: account.id, product_line_id: "Flowgate", amount: 48000, starts: day(-300), ends: day(65), partner_id: gold.id, notice_days: 30, external_id: "C-1" };
  for (const [why, json] of [["an end before the start", { ...given, ends: day(-301) }], ["no account", { ...given, account_id: undefined }], ["an amount below zero", { ...given, amount: -1 }]])
    ok(`${why} is refused`, (await status(operations, "/contracts", json)) === 422);
  ok("a partner makes none", (await status(gold.token, "/contracts", given)) === 403);
  const contract = await t.must(operations, "/contracts", given);
  const read = (token = t.admin, id = contract.id) => t.must(token, `/contracts/${id}`);
  ok("it is named, owned and active", contract.name === "Zebulon Feinmechanik, Flowgate" && contract.owner_id === jonas.id && contract.state === "active" && contract.currency === "EUR", contract);
  ok("an external id stands once", (await status(operations, "/contracts", given)) === 422);
  const own = await read(gold.token);
  ok("its partner of record reads it, without account and why it ended", own.amount === "48000.00" && own.account_id === undefined && own.reason === undefined && own.external_id === undefined, own);
  ok("the partner resells there", (await items(gold.token, "/customer-partners")).map((p) => `${p.role} ${p.state} ${p.name}`).join() === "resell active Zebulon Feinmechanik, Flowgate");
  ok("the clock sees that the renewal comes", await until(async () => (await read()).signs?.includes("renewal"), 30), await read());
  const told = async (token, word) => (await notices(token)).some((n) => n.kind === "renewal" && n.text.includes(word));
  ok("owner and partner are told, once each", (await told(manager, "ends in")) && (await told(gold.token, "ends in")) && (await notices(gold.token)).filter((n) => n.kind === "renewal").length === 1);
  ok("the partner cannot change it", (await status(gold.token, `/contracts/${contract.id}`, { amount: 1 }, { method: "PATCH" })) === 403 && (await status(gold.token, `/contracts/${contract.id}/renew`, {})) === 403);
  await t.must(gold.token, `/contracts/${contract.id}/forecast`, { forecast: "best_case", expected: 52000 });
  ok("it says what it expects", (await read()).expected === "52000.00" && (await read()).forecast === "best_case");
  ok("the partner of record is not changed by the way", (await status(operations, `/contracts/${contract.id}`, { partner_id: rival.id }, { method: "PATCH" })) === 422);

  // ---- usage: by hand, in batches, sent twice ----
  const months = [-6, -5, -4, -3, -2, -1].map((n) => ({ account_id: "A-7", product_line_id: "Flowgate", metric: "seats", month: month(n), quantity: n === -1 ? 40 : 100 }));
  const batch = await t.must(operations, "/usage/record", { rows: months });
  ok("a batch is recorded", batch.made === 6 && batch.changed === 0, batch);
  ok("again it changes nothing", JSON.stringify(await t.must(operations, "/usage/record", { rows: months })) === '{"rows":6,"made":0,"changed":0}');
  const wrong = await t.api(operations, "/usage/record", { rows: [months[0], { ...months[1], month: "then", account_id: "A-8" }, { metric: 3 }, "x"] });
  ok("what is wrong is told all at once, by row", wrong.status === 422 && ["rows[1].month", "rows[1].account_id", "rows[2].quantity", "rows[3]"].every((f) => wrong.text.includes(`"${f}"`)), wrong.text);
  ok("a month twice in one batch is refused", (await status(operations, "/usage/record", { rows: [months[0], months[0]] })) === 422);
  ok("too many at once are refused", (await status(operations, "/usage/record", { rows: Array(201).fill(months[0]) })) === 422 && (await status(operations, "/usage/record", { rows: [] })) === 422);
  ok("by hand the same month stands once", (await status(operations, "/usage", months[0])) === 422 && (await status(operations, "/usage", { ...months[0], quantity: -1 })) === 422);
  ok("the feed's job sees the fall", await until(async () => (await read()).signs?.includes("usage"), 30), await read());
  ok("and tells it, without repeating the renewal", (await told(manager, "seats fell by 60%")) && (await notices(gold.token)).filter((n) => n.kind === "renewal").length === 2, await notices(gold.token));
  ok("usage is the vendor's to read", (await status(gold.token, "/usage")) === 403);

  // ---- satisfaction ----
  ok("a score must fit its kind", (await status(operations, "/satisfaction", { account_id: account.id, kind: "csat", score: 8, day: day(-1) })) === 422 && (await status(operations, "/satisfaction", { account_id: account.id, kind: "nps", score: 8, day: day(2) })) === 422);
  const answer = await t.must(operations, "/satisfaction", { account_id: account.id, product_line_id: "Flowgate", kind: "nps", score: 4, day: day(-3), words: "Walrus waits for the interface", said_by: "Head of IT" });
  ok("a low score is a sign", await until(async () => (await read()).signs?.includes("score"), 30));
  await t.must(operations, `/satisfaction/${answer.id}`, { score: 9 }, { method: "PATCH" });
  ok("a better one takes it away", await until(async () => !(await read()).signs?.includes("score"), 30));
  await t.must(operations, `/satisfaction/${answer.id}`, { score: 4 }, { method: "PATCH" });
  await until(async () => (await read()).signs?.includes("score"), 30);

  // ---- who else is there ----
  const delivers = await t.must(operations, "/customer-partners", { account_id: account.id, product_line_id: "Flowgate", partner_id: rival.id, role: "deliver" });
  ok("twice the same is refused", (await status(operations, "/customer-partners", { account_id: account.id, product_line_id: "Flowgate", partner_id: rival.id, role: "deliver" })) === 422);
  ok("who resells is not entered", (await status(operations, "/customer-partners", { account_id: account.id, product_line_id: "Flowgate", partner_id: rival.id, role: "resell" })) === 422);
  ok("who delivers sees its own row, no contract and no amount", (await items(rival.token, "/customer-partners")).map((p) => p.id).join() === delivers.id && (await items(rival.token, "/contracts")).length === 0);
  ok("who is partner of record does not see it", (await items(gold.token, "/customer-partners")).length === 1 && (await status(gold.token, `/customer-partners/${delivers.id}`)) === 404);

  // ---- pages ----
  const browser = async (email) => { const b = new Browser(t); await b.signIn(email); return b; };
  const vendor = await browser("jonas@velmora.example"), maya = await browser("maya@brightwater.example"), otto = await browser("otto@cedarline.example");
  const text = (page) => page.text.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
  const list = text(await vendor.fetch("/renewals"));
  ok("the manager's renewals: amount, count, why", /€48,000/.test(list) && /1 contract/.test(list) && /seats fell by 60% against the months before; the last answer was NPS 4/.test(list), list);
  ok("each figure leads to its rows", /Zebulon/.test((await vendor.fetch("/renewals?days=90&show=risk&whose=mine")).text) && !/Zebulon/.test((await vendor.fetch("/renewals?days=30&show=risk&whose=mine")).text) && !/Zebulon/.test((await vendor.fetch("/renewals?days=90&show=past&whose=all")).text));
  ok("the partner of record has its own list", /Zebulon/.test((await maya.fetch("/renewals")).text));
  ok("another has none", !/Zebulon/.test((await otto.fetch("/renewals?days=180")).text));
  const whole = await vendor.fetch(`/accounts/${account.id}`);
  ok("the account shows every partner with what it does", /Brightwater Integration[^]*Resells Flowgate/.test(text(whole)) && /Cedarline Consulting[^]*Delivers Flowgate/.test(text(whole)), text(whole).slice(0, 3000));
  ok("and contracts, usage as a line, satisfaction with its words", /<svg class="spark"/.test(whole.text) && /€48,000/.test(whole.text) && /Walrus/.test(whole.text) && /NPS 4/.test(whole.text));
  const page = (await vendor.fetch(`/contracts/${contract.id}`)).text;
  ok("its page tells what happened, no look that found nothing", /Signs changed/.test(page) && /Forecast kept/.test(page) && !/Looked after/.test(page), text({ text: page }));
  const mine = await maya.fetch(`/contracts/${contract.id}`);
  ok("whose names it may not read, of those no line promises it one", /<dt>Owner of the renewal<\/dt>/.test(page) && /<dt>Partner of record<\/dt>/.test(mine.text) && !/Owner of the renewal/.test(mine.text), text(mine));
  ok("its partner reads why it is at risk, not the words, nobody else", /seats fell/.test(mine.text) && /NPS 4/.test(mine.text) && !/Walrus|Head of IT|Cedarline/.test(mine.text));

  // ---- Today, calendar, export, search ----
  ok("Today tells the manager", /Zebulon/.test((await vendor.fetch("/today")).text));
  ok("and the partner", /Zebulon/.test((await maya.fetch("/today")).text) && !/Zebulon/.test((await otto.fetch("/today")).text));
  const calendar = async (b) => {
    const csrf = /name="csrf" value="([^"]+)"/.exec((await b.fetch("/tokens/calendar")).text)[1];
    const secret = /\/calendar\/(tdm_[\w-]+)/.exec((await b.post("/tokens/calendar", { csrf })).text)[1];
    const events = new ICAL.Component(ICAL.parse((await t.fetch(`/calendar/${secret}`)).text)).getAllSubcomponents("vevent").map((e) => new ICAL.Event(e));
    return events.filter((e) => /^(notice-)?ctr_/.test(e.uid)).map((e) => `${e.summary} ${e.startDate.toString()}`);
  };
  const ends = `Contract ends: Zebulon Feinmechanik, Flowgate ${given.ends},Last day for notice: Zebulon Feinmechanik, Flowgate ${day(35)}`;
  ok("calendars have the end, and the last day for notice,", (await calendar(vendor)).join() === ends && (await calendar(maya)).join() === ends && (await calendar(otto)).length === 0);
  const secrets = ["Zebulon", "C-1", contract.id, account.id, "Walrus", "seats", "48000", "Brightwater", gold.id];
  for (const path of ["/contracts", "/contracts?search=zebulon", "/contracts.csv", "/contracts.jsonl", "/renewals", "/usage", "/usage.csv", "/satisfaction", "/customer-partners?search=brightwater", "/today", "/search?q=brightwater", "/search?q=seats", "/notices", `/contracts/${contract.id}`, `/accounts/${account.id}`, `/contracts?partner_id=${gold.id}`, "/renewals?days=180&show=risk&whose=all"]) {
    const page = await otto.fetch(path), hidden = secrets.filter((w) => !path.includes(w.toLowerCase()) && !path.includes(w) && page.text.includes(w)).filter((w) => w !== "Zebulon" || !path.startsWith("/customer-partners"));
    ok(`${path.replace(/_\w{6,}/, "_…")} tells a rival nothing`, hidden.length === 0, [page.status, hidden]);
  }
  for (const verb of ["forecast", "renew", "lose", "end", "reopen", "hand_over", "hand_back"]) {
    const json = { forecast: "commit", reason: "x", partner_id: rival.id };
    const there = await t.api(rival.token, `/contracts/${contract.id}/${verb}`, json), none = await t.api(rival.token, `/contracts/${contract.id.slice(0, -4)}0000/${verb}`, json);
    ok(`a rival's ${verb} is as if the contract did not exist`, [403, 404].includes(there.status) && said(there) === said(none), there.text + none.text);
  }

  // ---- handed over, with a reason, told to both, and back ----
  ok("without a reason it is refused", (await status(manager, `/contracts/${contract.id}/hand_over`, { partner_id: rival.id })) === 422);
  await t.must(gold.token, `/contracts/${contract.id}/forecast`, { forecast: "commit", expected: "12345.00" });
  await t.must(manager, `/contracts/${contract.id}/hand_over`, { partner_id: rival.id, reason: "The customer moved to Norway." });
  const fresh = await t.must(rival.token, `/contracts/${contract.id}`);
  ok("what the one before expected is not the new one's to read", !fresh.forecast && !fresh.expected, fresh);
  const record = async (token) => (await notices(token)).filter((n) => n.kind === "record").map((n) => `${n.text} ${n.detail}`).join();
  ok("both are told, neither of the other", /you are no longer the partner of record The customer moved/.test(await record(gold.token)) && /you are now the partner of record The customer moved/.test(await record(rival.token)) && !/Cedarline/.test(await record(gold.token)) && !/Brightwater/.test(await record(rival.token)));
  ok("who had it sees it no more, but that it had", (await status(gold.token, `/contracts/${contract.id}`)) === 404 && (await items(gold.token, "/contracts?search=zebulon")).length === 0 && (await items(gold.token, "/customer-partners"))[0].state === "ended" && (await items(gold.token, "/customer-partners"))[0].reason === "The customer moved to Norway.");
  ok("who has it now sees it, not who had it before", (await read(rival.token)).partner_id === rival.id && !(await otto.fetch(`/contracts/${contract.id}`)).text.includes("Brightwater") && !(await t.api(rival.token, `/contracts/${contract.id}`)).text.includes(gold.id));
  ok("the history stays", (await items(t.admin, `/customer-partners?account_id=${account.id}&role=resell`)).map((p) => `${p.partner_id === gold.id ? "gold" : "rival"} ${p.state}`).sort().join() === "gold ended,rival active");
  await t.must(manager, `/contracts/${contract.id}/hand_back`, {});
  ok("and it is handed back", (await read()).partner_id === gold.id && (await status(rival.token, `/contracts/${contract.id}`)) === 404);

  // ---- its end ----
  await t.must(manager, `/contracts/${contract.id}/renew`, { amount: 40000 });
  const next = (await items(t.admin, "/contracts?state=active")).find((k) => k.renews_id === contract.id);
  ok("for less it is reduced, and the next one follows it", (await read()).state === "reduced" && next?.amount === "40000.00" && next.starts === day(66) && next.partner_id === gold.id, [await read(), next]);
  ok("who resells goes on", (await items(gold.token, "/customer-partners")).filter((p) => p.state === "active").length === 1);
  const endless = await t.must(operations, "/contracts", { account_id: account.id, product_line_id: "Vaultic", name: "For ages", amount: 700, starts: "2020-01-01", ends: "9000-12-31" });
  const last = await t.must(operations, "/contracts", { account_id: account.id, product_line_id: "Vaultic", name: "To the last day", amount: 700, starts: day(-1), ends: "9999-12-31" });
  const ages = async () => JSON.stringify((await items(t.admin, "/contracts")).filter((k) => [k.id, k.renews_id].some((id) => [endless.id, last.id].includes(id))).map((k) => [k.id, k.state, k.ends, k.version]).sort());
  const asItWas = await ages();
  for (const [why, k, json] of [["as long again", endless, {}], ["after the last day", last, {}], ["to a day that is none of ours", endless, { ends: "10000-01-01" }]]) {
    const refused = await t.api(manager, `/contracts/${k.id}/renew`, json);
    ok(`beyond the year 9999, ${why}: refused by its field`, refused.status === 422 && refused.data.errors.map((e) => e.field).join() === "ends", refused.text);
  }
  ok("it says so, and nothing is stored", /is beyond the year 9999/.test((await t.api(manager, `/contracts/${endless.id}/renew`, {})).text) && (await ages()) === asItWas && JSON.parse(asItWas).length === 2, [asItWas, await ages()]);
  await t.must(manager, `/contracts/${endless.id}/renew`, { ends: "9999-12-31" });
  ok("up to its last day it is renewed", (await read(t.admin, endless.id)).state === "renewed");
  ok("twice it is refused", (await status(manager, `/contracts/${contract.id}/renew`, {})) === 409);
  await t.must(manager, `/contracts/${contract.id}/reopen`, {});
  ok("taken back, the next one is withdrawn and gone for the partner", (await read()).state === "active" && (await read(t.admin, next.id)).state === "withdrawn" && (await status(gold.token, `/contracts/${next.id}`)) === 404);
  ok("lost needs a reason", (await status(manager, `/contracts/${contract.id}/lose`, {})) === 422);
  await t.must(manager, `/contracts/${contract.id}/lose`, { reason: "Ibex went to a competitor" });
  ok("why it was lost is not the partner's to read", (await read()).state === "lost" && !(await t.api(gold.token, `/contracts/${contract.id}`)).text.includes("Ibex") && !(await maya.fetch(`/contracts/${contract.id}`)).text.includes("Ibex") && !(await t.api(gold.token, "/customer-partners")).text.includes("Ibex"));
  await t.must(manager, `/contracts/${contract.id}/reopen`, {});
  ok("an end outside of it is refused", (await status(manager, `/contracts/${contract.id}/end`, { day: day(90), reason: "x" })) === 422);
  await t.must(manager, `/contracts/${contract.id}/end`, { day: day(-1), reason: "Bankrupt" });
  ok("it ended early", (await read()).state === "ended" && (await read()).closed === day(-1));
  await t.must(manager, `/contracts/${contract.id}/reopen`, {});

  // ---- by the clock, after its day ----
  const past = await t.must(operations, "/contracts", { account_id: account.id, product_line_id: "Vaultic", amount: 1200, starts: day(-400), ends: day(-35), partner_id: gold.id });
  ok("whose day has passed is expired, and told", await until(async () => (await read(t.admin, past.id)).state === "expired", 30) && (await notices(manager)).some((n) => /nobody said what comes/.test(n.text)));
  const auto = await t.must(operations, "/contracts", { account_id: account.id, product_line_id: "Vaultic", name: "By itself", amount: 600, starts: "2024-01-01", ends: "2024-12-31", auto_renew: true });
  ok("what renews by itself does, to the year that holds today", await until(async () => (await items(t.admin, "/contracts?state=active&search=itself")).some((k) => k.ends.endsWith("-12-31") && k.ends >= day(0)), 30), await items(t.admin, "/contracts?search=itself"));
  ok("as one contract, not one for each year between", (await items(t.admin, "/contracts?search=itself")).length === 2 && (await read(t.admin, auto.id)).state === "renewed", await items(t.admin, "/contracts?search=itself"));
  const old = await t.must(operations, "/contracts", { account_id: account.id, product_line_id: "Vaultic", name: "Since long", amount: 1, starts: "1900-01-01", ends: "1900-01-31", auto_renew: true, notice_days: 10 });
  ok("however long ago it began", await until(async () => (await read(t.admin, old.id)).state === "renewed", 30) && (await items(t.admin, "/contracts?search=since")).length === 2, await items(t.admin, "/contracts?search=since"));
  const soon = await t.must(operations, "/contracts", { account_id: account.id, product_line_id: "Vaultic", name: "Notice soon", amount: 900, starts: day(-345), ends: day(20), auto_renew: true, notice_days: 15, partner_id: gold.id });
  await until(async () => ((await read(t.admin, soon.id)).signs ?? []).length > 0, 30);
  const readBy = async (who, path) => (await who.fetch(path)).text.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
  const owner = new Browser(t);
  await owner.signIn("admin@velmora.example");
  ok("until when notice may be given stands with the renewal, on its page and in its history which sign is new", /Notice soon.*notice until/.test(await readBy(owner, "/renewals?whose=all")) && /notice until/.test(await readBy(owner, `/contracts/${soon.id}`)) && /Signs changed: new: Renewal comes/.test(await readBy(owner, `/contracts/${soon.id}`)), await readBy(owner, `/contracts/${soon.id}`));

  // ---- import ----
  const send = async (kind, csv) => {
    const upload = new FormData();
    upload.append("kind", kind);
    upload.append("file", new Blob([csv], { type: "text/csv" }), `${kind}.csv`);
    const sent = await (await fetch(`http://127.0.0.1:${t.port}/api/v1/imports/upload`, { method: "POST", headers: { Authorization: `Bearer ${t.admin}` }, body: upload })).json();
    const run = () => t.must(t.admin, `/imports/${sent.id}`);
    await until(async () => ["checked", "ready", "mapped", "failed"].includes((await run()).state), 30);
    await t.must(t.admin, `/imports/${sent.id}/apply`, { policy: "good_rows" });
    await until(async () => ["done", "failed"].includes((await run()).state), 30);
    return run();
  };
  const contracts = `contract id;customer;product;ARR;start;end;partner of record\nC-1;Zebulon Feinmechanik;Flowgate;50000;${given.starts};${given.ends};Cedarline Consulting\nC-2;Zebulon Feinmechanik;Vaultic;9000;${day(-10)};${day(355)};Brightwater Integration\nC-3;Nobody;Vaultic;1;${day(-10)};${day(355)};\n`;
  const ran = await send("contracts", contracts);
  ok("contracts are imported: one new, one changed, one refused", ran.rows_made === 1 && ran.rows_changed === 1 && ran.rows_bad === 1, ran);
  ok("an import changes no partner of record", (await read()).partner_id === gold.id && (await read()).amount === "50000.00");
  ok("and again changes nothing", (await send("contracts", contracts)).rows_changed === 0);
  const used = await send("usage", `account,product,metric,month,quantity\nZebulon Feinmechanik,Vaultic,gigabytes,${month(-1)},12.5\nZebulon Feinmechanik,Flowgate,seats,${month(-1)},99\n`);
  ok("usage is found by account, product, metric and month", used.rows_made === 1 && used.rows_changed === 1, used);
  ok("the fall is over", await until(async () => !(await read()).signs?.includes("usage"), 30));
  const said2 = await send("satisfaction", `account,type,score,date,comment,id\nZebulon Feinmechanik,NPS,10,${day(0)},Better,S-1\nZebulon Feinmechanik,CSAT,9,${day(0)},?,S-2\n`);
  ok("answers are imported, those that fit", said2.rows_made === 1 && said2.rows_bad === 1, said2);
  ok("a partner imports nothing", [403, 404].includes(await status(gold.token, "/imports", { kind: "usage", csv: "a\n1\n", file_name: "a.csv" })));

  // ---- several contracts of one customer, in several currencies ----
  const other = await t.must(t.admin, "/accounts", { name: "Yarrow Druckguss", country: "DE", industry: "manufacturing", status: "open", owner_id: jonas.id });
  const sell = (more) => t.must(operations, "/contracts", { account_id: other.id, product_line_id: "Flowgate", amount: 10000, starts: day(-200), ends: day(50), ...more });
  const byGold = await sell({ partner_id: gold.id }), byRival = await sell({ partner_id: rival.id, currency: "CHF", amount: 20000, ends: day(90) });
  const resells = async () => (await items(t.admin, `/customer-partners?account_id=${other.id}&role=resell`)).filter((p) => p.state === "active").map((p) => p.partner_id).sort().join();
  ok("contracts that overlap have each its reseller", (await resells()) === [gold.id, rival.id].sort().join());
  await t.must(manager, `/contracts/${byGold.id}/lose`, { reason: "Only one is needed" });
  ok("the end of one leaves the other", (await resells()) === rival.id);
  await t.must(manager, `/contracts/${byGold.id}/reopen`, {});
  ok("amounts without a rate are not added up, and it is said", /and other currencies/.test(text(await vendor.fetch("/renewals?whose=all&days=180"))));
  await t.must(operations, "/currency-rates", { currency: "CHF", day: day(-1), rate: 0.95 });
  ok("with a rate they are", !/and other currencies/.test(text(await vendor.fetch("/renewals?whose=all&days=180"))));

  // ---- a registration of what runs already is looked at by a person ----
  const again = await t.must(gold.token, "/registrations", deal({ company: "Yarrow Druckguss" }));
  const free = await t.must(gold.token, "/registrations", deal({ company: "Yarrow Druckguss", product_line_id: "Vaultic" }));
  ok("a running contract leads to a review, for its product line", again.state === "review" && free.state === "approved", [again.state, free.state]);

  // ---- a partner that is suspended while it is partner of record ----
  await t.must(t.admin, `/partners/${rival.id}`, { standing: "suspended" }, { method: "PATCH" });
  ok("its contracts are at risk, and its manager's colleagues are told", (await until(async () => (await read(t.admin, byRival.id)).signs?.includes("suspended"), 30)) && (await told(manager, "the partner of record is suspended")));
  ok("it still sees its own", (await read(rival.token, byRival.id)).id === byRival.id);
  ok("nothing is handed over to it", (await status(manager, `/contracts/${byGold.id}/hand_over`, { partner_id: rival.id, reason: "x" })) === 422);
  await t.must(manager, `/contracts/${byRival.id}/hand_over`, { partner_id: gold.id, reason: "We see to it together." });
  ok("handed over, it is no risk", await until(async () => !(await read(t.admin, byRival.id)).signs?.includes("suspended"), 30));
  await t.must(t.admin, `/partners/${rival.id}`, { standing: "good" }, { method: "PATCH" });

  // ---- the finder ----
  await t.must(operations, "/customer-partners", { account_id: other.id, product_line_id: "Flowgate", partner_id: rival.id, role: "deliver" });
  const chance = async (partner = rival) => (await items(t.admin, `/cosell-chances?partner_id=${partner.id}`)).find((k) => k.account_id === other.id);
  ok("a renewal is a foothold, with its amount and line, and who delivers there has a tie", await until(async () => { const k = await chance(); return k?.foothold === "contract" && k.amount === "20000.00" && k.product_line_id === lines[0].id && k.reasons.includes("customer_partner"); }, 30), await chance());
  for (const k of [byGold, byRival]) await t.must(operations, `/contracts/${k.id}`, { ends: day(300) }, { method: "PATCH" });
  await t.must(operations, "/usage/record", { rows: months.map((m) => ({ ...m, account_id: other.id })) });
  ok("usage that falls is the next reason", await until(async () => (await chance())?.foothold === "usage", 30), await chance());
  await t.must(operations, "/usage/record", { rows: [{ ...months[5], account_id: other.id, quantity: 120 }] });
  await t.must(operations, "/satisfaction", { account_id: other.id, kind: "csat", score: 1, day: day(0) });
  ok("then a customer that is not content", await until(async () => (await chance())?.foothold === "score", 30), await chance());
  ok("who is partner of record is not asked for help with its own renewals", !(await chance(gold)), await chance(gold));

  // ---- two accounts, two partners that are one ----
  const twin = await t.must(t.admin, "/accounts", { name: "Yarrow Druckguss Nord", country: "DE", status: "open" });
  const before = await t.must(operations, "/contracts", { account_id: twin.id, product_line_id: "Flowgate", amount: 500, starts: day(-100), ends: day(200), partner_id: gold.id });
  await t.must(operations, "/usage/record", { rows: [months[5], { ...months[5], month: month(-9) }].map((m) => ({ ...m, account_id: twin.id })) });
  const merged = await t.must(operations, "/merges", { kind: "account", kept: other.id, gone: twin.id });
  ok("a merge moves contracts, and usage of months that the other has not", (await read(t.admin, before.id)).account_id === other.id && (await items(t.admin, `/usage?account_id=${other.id}`)).length === 7);
  const reselling = async () => (await items(t.admin, "/customer-partners?role=resell")).filter((p) => p.state === "active" && [other.id, twin.id].includes(p.account_id)).map((p) => `${p.account_id === other.id ? "other" : "twin"} ${p.partner_id === gold.id ? "gold" : "new"}`).sort().join();
  ok("who resells at both does it once", (await reselling()) === "other gold", await reselling());
  await t.must(operations, `/merges/${merged.id}/split`, { back: "all" });
  ok("split again, at each", (await reselling()) === "other gold,twin gold", await reselling());
  const same = await t.must(t.admin, "/partners", { name: "Brightwater Nord", tier: "gold", country: "DE", standing: "good" });
  const deliver = (partner_id) => t.must(operations, "/customer-partners", { account_id: other.id, product_line_id: "Vaultic", partner_id, role: "deliver" });
  for (const p of [gold, same]) await deliver(p.id);
  const third = await t.must(operations, "/contracts", { account_id: other.id, product_line_id: "Flowgate", amount: 700, starts: day(-100), ends: day(200), partner_id: same.id });
  await t.must(operations, "/merges", { kind: "partner", kept: gold.id, gone: same.id });
  ok("partners that are merged resell once, and deliver", (await read(t.admin, third.id)).partner_id === gold.id && (await reselling()) === "other gold,twin gold", await reselling());

  const panel = text(await vendor.fetch(`/accounts/${other.id}`));
  ok("the account names the one that stayed", /Brightwater Integration Delivers Vaultic · Resells Flowgate/.test(panel) && !/Brightwater Nord/.test(panel), panel);

  // ---- days that pass while nobody serves ----
  const quiet = async () => (await notices(manager)).filter((n) => /Nachtlauf: the contract has ended/.test(n.text)).length;
  const late = await sell({ name: "Nachtlauf", partner_id: gold.id });
  await until(async () => (await read(t.admin, late.id)).signs?.includes("renewal"), 30);
  await t.stop();
  const today = Math.floor(Date.now() / 86400e3);
  t.sql(`update contract set ends = ${today - 40}, look_due = ${(Date.now() - 40 * 86400e3) * 1000} where name = 'Nachtlauf'`);
  await t.start();
  ok("an end that passed meanwhile is told late, once", (await until(async () => (await read(t.admin, late.id)).state === "expired", 30)) && (await quiet()) === 1, [await read(t.admin, late.id), await quiet()]);
  await t.stop();
  t.sql(`update contract set ends = ${today + 50} where name = 'Nachtlauf'`); // as its events have it

  ok("the rows equal their events", t.check().status === 0, t.check().stderr);
});
