// Co-sell requests, both ways: what is shown before the answer, what an acceptance does, the clocks of silence; who could
// help and the finder; and that no partner learns of another, or of being ranked.
import { Browser } from "./lib/browser.mjs";
import { until } from "./lib/load.mjs";
import { deal, onBoth, said } from "./lib/tandem.mjs";

await onBoth(async (t, ok) => {
  await t.start();
  const { gold, rival, lines, operations } = await t.cast();
  const status = async (token, path, json, more) => (await t.api(token, path, json, more)).status;
  const day = (n) => new Date(Date.now() + n * 86400e3).toISOString().slice(0, 10);
  const owner = await t.must(t.admin, "/people", { name: "Tomas Brandt", email: "tomas@velmora.example", role: "vendor_seller" });
  const tomas = t.token("tomas@velmora.example");
  const manager = await t.must(t.admin, "/people", { name: "Jonas Adeyemi", email: "jonas@velmora.example", role: "partner_manager" });
  await t.must(t.admin, "/people", { name: "Boss", email: "boss@brightwater.example", role: "partner_admin", partner_id: gold.id });
  await t.must(t.admin, `/partners/${gold.id}`, { manager_id: manager.id }, { method: "PATCH" });
  const account = await t.must(t.admin, "/accounts", { name: "Zebulon Feinmechanik", country: "DE", industry: "manufacturing", status: "open", owner_id: owner.id });
  const opp = (await t.must(t.admin, "/opportunities", { name: "Zebulon Flowgate", account_id: account.id, product_line_id: lines[0].id, owner_id: owner.id, state: "open", stage: "qualified", amount: 84000, currency: "EUR", engaged: day(-90), last_activity: day(-60) }));
  const team = async () => (await t.must(t.admin, `/opportunity-members?opportunity_id=${opp.id}`)).items.filter((m) => m.state === "active");
  const ask = (more, token = tomas) => t.api(token, "/cosell-requests", { kind: "introduction", text: "Who do you know in purchasing?", partner_id: gold.id, opportunity_id: opp.id, ...more });

  // ---- the vendor asks ----
  for (const [why, more] of [["no partner", { partner_id: null }], ["nothing to ask about", { opportunity_id: null }], ["no words", { text: "" }], ["a kind that is none", { kind: "prayer" }], ["somebody of another company", { person_id: owner.id }], ["what only partners give", { company: "Zebulon" }]])
    ok(`${why} is refused`, (await ask(more)).status === 422);
  const first = (await ask({ shared: ["country", "industry", "amount"] })).data;
  ok("a request is asked", first?.state === "asked" && first.asked_by === "vendor" && first.account_id === account.id, first);
  ok("with the reasons of that moment", first.reasons?.includes("stuck") && first.reasons.includes("certified") && first.score > 30, first);
  ok("once at a time", (await ask({})).status === 409);
  const seen = await t.must(gold.token, `/cosell-requests/${first.id}`);
  ok("the partner reads what is shown", seen.country === "DE" && seen.industry === "manufacturing" && seen.amount_band === "under_100k" && seen.text && !seen.product_line_id, seen);
  const hidden = ["Zebulon", account.id, opp.id, "reasons", "evidence", "score", "shared", "origin", "stuck"];
  const quiet = (name, text) => ok(`${name} tells nothing else`, !hidden.some((w) => text.includes(w)), hidden.filter((w) => text.includes(w)).join() + text.slice(0, 500));
  quiet("the row", JSON.stringify(seen));
  for (const query of ["", "?search=zebulon", `?account_id=${account.id}`, `?opportunity_id=${opp.id}`, "?reasons=stuck", "?limit=200"]) quiet(`the list${query}`, (await t.api(gold.token, `/cosell-requests${query}`)).text.replace(/"(reasons|account_id|opportunity_id)","message/g, ""));
  quiet("the notices", (await t.api(gold.token, "/notices")).text);
  ok("the deal is not there yet", (await status(gold.token, `/opportunities/${opp.id}`)) === 404);
  const maya = new Browser(t);
  await maya.signIn("maya@brightwater.example");
  for (const path of ["/cosell", `/cosell-requests/${first.id}`, "/search?q=zebulon", "/notices", "/today", "/cosell-requests.csv"]) quiet(path, (await maya.fetch(path)).text);
  ok("its page has the answer's form and no points", /Accept</.test((await maya.fetch(`/cosell-requests/${first.id}`)).text) && !/of 100 points/.test((await maya.fetch(`/cosell-requests/${first.id}`)).text));

  // ---- no rival learns of it ----
  for (const path of [`/cosell-requests/${first.id}`, `/cosell-requests/${first.id}/accept`, `/cosell-requests/${first.id}/decline`, `/cosell-requests/${first.id}/withdraw`]) {
    const post = path.split("/").length > 3 ? { reason: "capacity" } : undefined;
    const mine = await t.api(rival.token, path, post), none = await t.api(rival.token, path.replace(first.id, first.id.slice(0, -4) + "0000"), post);
    ok(`${path.replace(first.id, "")} is not there for a rival`, mine.status === 404 && said(mine) === said(none), mine.text);
  }
  ok("nor in its list", (await t.must(rival.token, "/cosell-requests")).items.length === 0);

  // ---- who may answer ----
  ok("who asked does not answer", (await status(tomas, `/cosell-requests/${first.id}/accept`, {})) === 409);
  ok("who is asked does not withdraw", (await status(gold.token, `/cosell-requests/${first.id}/withdraw`, {})) === 409);
  ok("a partner names no deal", (await status(gold.token, `/cosell-requests/${first.id}/accept`, { opportunity_id: opp.id })) === 422);
  const yes = (await t.api(gold.token, `/cosell-requests/${first.id}/accept`, { answer: "I call their plant manager." })).data;
  ok("accepted, with the customer's name", yes?.state === "accepted" && yes.subject === account.name && yes.deal_id === opp.id, yes);
  const members = await team();
  ok("the partner is on the team for co-selling", members.some((m) => m.partner_id === gold.id && m.role === "co_sell"), members);
  ok("and reads the deal", (await status(gold.token, `/opportunities/${opp.id}`)) === 200);
  const touch = (await t.must(t.admin, "/touchpoints")).items.find((x) => x.origin === first.id);
  ok("a touchpoint stays", touch?.partner_id === gold.id && touch.opportunity_id === opp.id && touch.state === "confirmed", touch);
  ok("who asked is told", (await t.must(tomas, "/notices")).items.some((n) => /helps: Zebulon/.test(n.text)));
  ok("it is answered once", (await status(gold.token, `/cosell-requests/${first.id}/decline`, { reason: "timing" })) === 409);
  ok("who works on it need not be asked", (await ask({})).status === 422);

  // ---- no, withdrawn ----
  const second = (await ask({ partner_id: rival.id, shared: ["company"] })).data;
  ok("the name is shown when the asker says so", (await t.must(rival.token, `/cosell-requests/${second.id}`)).subject === account.name);
  ok("a no needs its reason", (await status(rival.token, `/cosell-requests/${second.id}/decline`, {})) === 422);
  const no = (await t.api(rival.token, `/cosell-requests/${second.id}/decline`, { reason: "capacity", answer: "In May again." })).data;
  ok("declined with a reason", no.state === "declined" && (await t.must(tomas, "/notices")).items.some((n) => /cannot help/.test(n.text)), no);
  ok("nobody joined by it", !(await team()).some((m) => m.partner_id === rival.id));
  const third = (await ask({ partner_id: rival.id })).data;
  ok("withdrawn", (await t.must(tomas, `/cosell-requests/${third.id}/withdraw`, {})).state === "withdrawn" && (await status(rival.token, `/cosell-requests/${third.id}/accept`, {})) === 409);

  // ---- the partner asks ----
  const reg = await t.must(gold.token, "/registrations", deal());
  ok("a partner names no account", (await ask({ partner_id: null, opportunity_id: null, account_id: account.id }, gold.token)).status === 422);
  ok("nor a deal that it does not see", (await ask({ partner_id: undefined, opportunity_id: opp.id }, rival.token)).status === 422);
  const theirs = (await t.api(gold.token, "/cosell-requests", { kind: "technical_validation", text: "Can an engineer join?", registration_id: reg.id })).data;
  ok("a partner asks about its registration", theirs?.asked_by === "partner" && theirs.subject === reg.company && theirs.partner_id === gold.id && theirs.account_id === undefined, theirs);
  ok("its manager is told", (await t.must(t.token("jonas@velmora.example"), "/notices")).items.some((n) => /Brightwater Integration asks for your help/.test(n.text)));
  const free = (await t.api(gold.token, "/cosell-requests", { kind: "meeting", text: "Come along.", company: "Quillon AG", country: "CH" })).data;
  ok("or about a company", free?.subject === "Quillon AG" && free.country === "CH", free);
  const byName = (token, company) => t.api(token, "/cosell-requests", { kind: "meeting", text: "Come along.", company });
  ok("about each once, however it is written", (await Promise.all(["Quillon AG", "QUILLON", "Quillón Ltd.", "Quillon AG"].map((name) => byName(gold.token, name)))).every((r) => r.status === 409));
  ok("also when several ask at once", (await Promise.all(Array.from({ length: 8 }, () => byName(gold.token, "Anything AG")))).filter((r) => r.status === 201).length === 1);
  ok("nor by name beside the registration", (await byName(gold.token, reg.company)).status === 409);
  ok("a rival may ask, too", (await byName(rival.token, "Anything AG")).status === 201);
  const korvath = (await t.must(t.admin, "/accounts?search=korvath")).items[0];
  const korOpp = await t.must(t.admin, "/opportunities", { name: "Korvath", account_id: korvath.id, product_line_id: lines[0].id, state: "open", stage: "qualified", owner_id: owner.id });
  ok("another account's deal does not fit", (await status(tomas, `/cosell-requests/${theirs.id}/accept`, { opportunity_id: opp.id })) === 422);
  const both = await t.must(tomas, `/cosell-requests/${theirs.id}/accept`, { opportunity_id: korOpp.id });
  ok("the vendor accepts on a deal", both.deal_id === korOpp.id && (await t.must(gold.token, `/opportunities/${korOpp.id}`)).id === korOpp.id, both);

  // ---- silence ----
  await t.must(tomas, "/cosell-requests", { kind: "presence", text: "Somebody on site?", partner_id: rival.id, account_id: account.id });
  const silent = (await t.must(rival.token, "/cosell-requests")).items.find((x) => x.state === "asked");
  const past = (id) => t.sql(`update cosell_request set due = ${(Date.now() - 1000) * 1000} where id = (select row_id from event where noun = 'cosell_request' and verb = 'create' order by seq desc limit 1)`);
  const told = async () => (await t.must(operations, "/notices")).items.filter((n) => /waits for an answer/.test(n.text)).length;
  await t.stop();
  past(silent.id); // while nobody serves
  await t.start();
  const state = async () => (await t.must(t.admin, `/cosell-requests/${silent.id}`)).state;
  ok("silence is told to the manager, late after a downtime", await until(async () => (await state()) === "escalated", 30));
  ok("where there is none, to operations, once", (await told()) === 1);
  past(silent.id);
  ok("then it ends", await until(async () => (await state()) === "expired", 30));
  ok("who asked is told", (await t.must(tomas, "/notices")).items.some((n) => /did not answer/.test(n.text)));
  ok("and nobody can answer it", (await status(rival.token, `/cosell-requests/${silent.id}/accept`, {})) === 409);

  // ---- pages ----
  const seller = new Browser(t);
  await seller.signIn("tomas@velmora.example");
  const form = (await seller.fetch(`/cosell-requests/create?opportunity_id=${korOpp.id}&partner_id=${rival.id}&origin=deal`)).text;
  ok("the form stands filled: subject and partner are there, with why", form.includes("Korvath") && form.includes("Cedarline") && form.includes(`name="partner_id" value="${rival.id}"`) && /of 100 points/.test(form), form.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ").slice(0, 1500));
  const csrf = /name="csrf" value="([^"]+)"/.exec(form)[1];
  const sent = await seller.post("/cosell-requests/create", { csrf, page: "/cosell-requests/create?form=ask", opportunity_id: korOpp.id, partner_id: rival.id, origin: "deal", kind: "meeting", text: "Join us on Tuesday.", shared: "country" });
  ok("one click asks", sent.status === 303, sent.text.slice(0, 500));
  const made = (await t.must(tomas, "/cosell-requests")).items[0];
  ok("and keeps where it began", made.origin === "deal" && made.partner_id === rival.id && made.shared.join() === "country", made);
  const wrong = await seller.post("/cosell-requests/create", { csrf, page: "/cosell-requests/create?form=ask", opportunity_id: opp.id, partner_id: rival.id, kind: "meeting", text: "" });
  ok("what is wrong stands at its field", wrong.status === 422 && wrong.text.includes("Zebulon"), wrong.text.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ").slice(0, 900));
  ok("the list is there", /Join us on Tuesday/.test((await seller.fetch("/cosell?tab=out")).text) && /Quillon/.test((await seller.fetch("/cosell")).text));
  ok("the request's page tells why and what is shown", /Why this partner/.test((await seller.fetch(`/cosell-requests/${made.id}`)).text));

  // ---- who could help ----
  const help = (await seller.fetch(`/opportunities/${korOpp.id}/help`)).text, words = (x) => x.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
  ok("who fits is offered, who was asked is marked, who is on the deal is not", /Cedarline/.test(help) && />Asked</.test(help) && !/Brightwater/.test(words(help).split("Who could help:")[1]), words(help));
  ok("it says what its points count, and leads to the customer in the finder", /Points are for this deal/.test(words(help)) && help.includes(`/cosell-chances?account_id=${korOpp.account_id}`), words(help));
  ok("a partner's page of it is not there", (await maya.fetch(`/opportunities/${korOpp.id}/help`)).status === 404);

  // ---- the finder ----
  const near = await t.must(t.admin, "/accounts", { name: "Wexholm Guss", country: "DE", industry: "manufacturing", status: "open", contract_until: day(60) });
  const offered = async () => (await maya.fetch("/cosell-requests/create")).text.includes(`value="${opp.id}"`);
  ok("a partner is offered its deal to ask about", await offered());
  await t.must(t.admin, `/opportunities/${opp.id}/win`, {});
  ok("and no longer when it is won", !(await offered()));
  await t.must(t.admin, `/accounts/${near.id}`, { city: "Ulm" }, { method: "PATCH" }); // it is looked at after that
  const chances = async (query = "") => (await t.must(tomas, `/cosell-chances?limit=200${query}`)).items;
  const find = async (a, p) => (await chances()).find((k) => k.account_id === a && k.partner_id === p);
  ok("a win near makes a chance where a contract ends", await until(async () => (await find(near.id, gold.id))?.reasons.includes("near_win"), 30), await chances());
  const chance = await find(near.id, gold.id);
  ok("with score, why now and parts", chance.foothold === "contract" && chance.score > 40 && chance.reasons.includes("contract") && chance.evidence.points.foothold === 26 && chance.manager_id === manager.id, chance);
  ok("who has no tie there is none", !(await find(near.id, rival.id)));
  const sorted = (await chances()).map((k) => k.score);
  ok("best first", sorted.every((x, i) => !i || sorted[i - 1] >= x), sorted);
  for (const [filter, hit] of [[`&partner_id=${gold.id}`, true], [`&partner_id=${rival.id}`, false], [`&manager_id=${manager.id}`, true], ["&country=DE", true], ["&country=FR", false], ["&foothold=contract", true]])
    ok(`the filter ${filter.slice(1, 12)} ${hit ? "keeps" : "drops"} it`, (await chances(filter)).some((k) => k.id === chance.id) === hit);
  const finder = (await seller.fetch("/cosell-chances")).text;
  ok("the page shows it, and asks with one click", finder.includes("Wexholm") && finder.includes(`/cosell-requests/create?origin=finder&amp;partner_id=${gold.id}&amp;account_id=${near.id}`), words(finder));
  const panel = (html) => html.split('id="p-help"')[1]?.split("</section>")[0] ?? "";
  const nearPage = panel((await seller.fetch(`/accounts/${near.id}`)).text);
  ok("the account's page shows it, too", nearPage.includes("Brightwater") && nearPage.includes("Their contract ends") && nearPage.includes(`/cosell-requests/create?origin=finder&amp;partner_id=${gold.id}&amp;account_id=${near.id}`) && nearPage.includes(`/cosell-chances?account_id=${near.id}`), words(nearPage));
  const twin = await t.must(t.admin, "/opportunities", { name: "Wexholm Flowgate", account_id: near.id, product_line_id: lines[0].id, owner_id: owner.id, state: "open", stage: "qualified", engaged: day(-90), last_activity: day(-60) });
  ok("a stuck deal is the stronger foothold", await until(async () => (await find(near.id, gold.id))?.opportunity_id === twin.id, 30));
  const twinPage = panel((await seller.fetch(`/opportunities/${twin.id}`)).text);
  ok("its page shows who could help, and asks with one click", twinPage.includes("Brightwater") && twinPage.includes("Our deal is stuck") && twinPage.includes(`origin=deal&amp;partner_id=${gold.id}&amp;opportunity_id=${twin.id}`) && twinPage.includes(`/opportunities/${twin.id}/help`), words(twinPage));
  await t.must(t.admin, `/opportunities/${twin.id}/lose`, {});
  ok("a lost deal is none", await until(async () => (await find(near.id, gold.id))?.foothold === "contract", 30));
  ok("as a file, too", (await seller.fetch("/cosell-chances.csv")).text.includes("Wexholm"));
  const asked = await t.must(tomas, "/cosell-requests", { kind: "introduction", text: "You won next door.", partner_id: gold.id, account_id: near.id, origin: "finder", shared: ["industry"] });
  ok("its reasons are kept with the request", asked.origin === "finder" && asked.reasons.includes("near_win") && asked.score > 0, asked);
  ok("then it is marked", />Asked</.test((await seller.fetch("/cosell-chances")).text));
  const learned = (await seller.fetch("/cosell/reasons")).text;
  const numbers = [...learned.split("Our deal is stuck</th>")[1].split("</tr>")[0].matchAll(/<td class="num">(?:<a href="([^"]+)">)?([^<]+)/g)].map((m) => [m[2], m[1]?.replaceAll("&amp;", "&")]);
  ok("the table says what led to wins", numbers.map((n) => n[0]).join(" ") === "2 1 50% 1 1", words(learned));
  for (const [n, href] of numbers.filter((x) => x[1]))
    ok(`behind ${href.slice(16)} are its rows`, (await seller.fetch(href)).text.split('<li class="need">').length - 1 === Number(n), words((await seller.fetch(href)).text));
  ok("a number of all", /All requests: Won/.test(words((await seller.fetch("/cosell/reasons?of=won")).text)));
  await t.must(t.admin, `/accounts/${near.id}`, { contract_until: null, status: "direct_only" }, { method: "PATCH" });
  ok("what holds no more is no chance", await until(async () => !(await find(near.id, gold.id)), 30));

  // ---- a list that a partner shares: known once somebody of ours has taken its rows along, until the share ends ----
  const mapped = await t.must(t.admin, "/accounts", { name: "Mapwerk Getriebe", country: "DE", domain: "mapwerk.example", status: "open", contract_until: day(60) });
  const boss = t.token("boss@brightwater.example");
  const list = (token, json) => t.must(token, "/populations", { kind: "customers", ...json });
  const ours = await list(t.admin, { name: "Ours", source: "known" });
  const theirList = await list(boss, { name: "Managed", source: "file", csv: "name,domain,country\nMapwerk Getriebe,mapwerk.example,DE\n" });
  const counted = async () => (await t.must(t.admin, `/overlap-counts?population_id=${ours.id}`)).items.find((k) => k.with_population === "Managed" && k.matches === 1);
  const share = async (may_export) => (await t.must(boss, `/populations/${theirList.id}/grant`, { level: "fields", may_export })) && until(counted, 30);
  await share(false);
  await t.must(t.admin, `/accounts/${mapped.id}`, { city: "Ulm" }, { method: "PATCH" }); // it is looked at again
  const looks = async () => (await t.must(boss, "/mapping-looks")).items.length;
  await until(async () => (await chances()).length >= 0 && t.sql(`select marked from cosell_look where due > 0 and account_id = (select id from account where name = 'Mapwerk Getriebe')`), 30);
  ok("a list that may only be looked at makes no chance, and no look", !(await find(mapped.id, gold.id)) && (await looks()) === 0, await chances());
  await share(true);
  await t.must(t.admin, `/overlap-counts/${(await counted()).id}/export_rows`, {});
  ok("rows that were exported do", await until(async () => (await find(mapped.id, gold.id))?.reasons.includes("mapped"), 30), await chances());
  ok("the list's owner knows of the export alone", (await looks()) === 1);
  await t.must(boss, `/population-shares/${(await t.must(boss, "/population-shares")).items.find((x) => x.state === "active").id}/end`, {});
  ok("with the share the chance ends", await until(async () => !(await find(mapped.id, gold.id)), 30));

  // ---- partners learn nothing of it ----
  const otto = new Browser(t);
  await otto.signIn("otto@cedarline.example");
  for (const [who, token, browser, secret] of [["gold", gold.token, maya, ["Wexholm", "Cedarline", rival.id]], ["rival", rival.token, otto, ["Wexholm", "Brightwater", gold.id]]]) {
    for (const path of ["/cosell-chances", `/cosell-chances/${chance.id}`, "/cosell-chances?limit=1"]) ok(`${who}: ${path.slice(0, 16)} is not there`, [403, 404].includes(await status(token, path)));
    for (const path of ["/cosell-chances", "/cosell/reasons", "/cosell-chances.csv"]) ok(`${who}: the page ${path} is not there`, (await browser.fetch(path)).status === 404);
    for (const path of ["/cosell", "/cosell?tab=over", "/search?q=wexholm", "/notices", "/today", "/pipeline", "/cosell-requests", "/cosell-requests.csv"]) {
      const text = (await browser.fetch(path)).text;
      ok(`${who}: ${path} names neither rival nor rank`, !secret.some((w) => text.includes(w)) && !/of 100 points|finder|Why this partner/i.test(words(text)), secret.filter((w) => text.includes(w)).join() + words(text).slice(0, 400));
    }
  }

  await t.stop();
  const check = t.check();
  ok("the rows equal their events", /cosell_request/.test(check.stdout + check.stderr) || check.status === 0, check.stdout + check.stderr);
});
