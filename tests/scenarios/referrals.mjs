// Referral links: made, paused and ended by their partner; the public page sets no cookie and tells nothing; a form becomes a
// lead once, with the referrer recorded; machines, floods, other sites and old forms come to nothing.
import { Browser } from "./lib/browser.mjs";
import { until } from "./lib/load.mjs";
import { deal, onBoth } from "./lib/tandem.mjs";

const HUMAN = { "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0" };

await onBoth(async (t, ok) => {
  await t.start("--trusted-proxies", "127.0.0.1");
  const { gold, rival, lines, operations } = await t.cast();
  const status = async (token, path, json, more) => (await t.api(token, path, json, more)).status;
  const link = (json = {}, token = gold.token) => t.must(token, "/referral-links", { name: "Spring mail", ...json });
  let addresses = 1;
  const from = () => `198.51.${100 + (addresses >> 8)}.${addresses++ & 255}`;
  const visit = (code, headers = {}) => t.fetch(`/r/${code}`, { headers: { ...HUMAN, "X-Forwarded-For": from(), ...headers } });
  const form = (text) => /name="form" value="([^"]+)"/.exec(text)?.[1];
  const send = (code, fields, headers = {}) => t.fetch(`/r/${code}`, { method: "POST", headers: { ...HUMAN, "X-Forwarded-For": from(), "Content-Type": "application/x-www-form-urlencoded", ...headers }, body: new URLSearchParams(fields).toString() });
  const wish = (json) => ({ company: "Zebulon Feinmechanik", country: "DE", contact_name: "Xenia Quill", contact_email: "xenia@zebulon.example", need: "Three firewalls.", consent: "form", ...json });
  const leave = async (code, json, headers) => send(code, { form: form((await visit(code)).text), ...wish(json) }, headers);
  const plainly = (r) => r.text.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
  const leads = async (query = "") => (await t.must(operations, `/leads?limit=200${query}`)).items;
  const days = async (id) => (await t.must(gold.token, `/referral-days?referral_link_id=${id}`)).items;
  const sum = async (id, what) => (await days(id)).reduce((n, d) => n + d[what], 0);

  // ---- the partner's ----
  const one = await link({ product_line_id: lines[0].id });
  ok("a link has an unguessable code", /^[\w-]{24}$/.test(one.code) && one.state === "active" && one.form_key === undefined, one);
  ok("no two are alike", (await link()).code !== one.code);
  ok("a rival sees none of it", (await status(rival.token, `/referral-links/${one.id}`)) === 404 && (await t.must(rival.token, "/referral-links")).items.length === 0);
  ok("nor does it pause it", (await status(rival.token, `/referral-links/${one.id}/pause`, {})) === 404);
  ok("the vendor makes none", [403, 404].includes(await status(operations, "/referral-links", { name: "x" })));
  await t.must(gold.token, `/referral-links/${one.id}`, { name: "Summer mail" }, { method: "PATCH" });
  ok("it is renamed", (await t.must(gold.token, `/referral-links/${one.id}`)).name === "Summer mail");

  // ---- the public page ----
  const page = await visit(one.code);
  ok("the page says who recommends whom, and what", page.status === 200 && /Brightwater Integration recommends/.test(page.text) && /Flowgate/.test(page.text), page.text);
  ok("it sets no cookie and has no script of its own", page.headers.getSetCookie().length === 0 && !/<script(?! src="\/static)/.test(page.text));
  ok("it does not tell what the partner calls the link", !/Summer mail/.test(page.text) && !page.text.includes(one.id) && !page.text.includes(gold.id));
  ok("its frame leads nowhere", !/<a [^>]*href="\//.test(page.text) && !/action="\/theme"/.test(page.text));
  const german = await visit(one.code, { "Accept-Language": "de" });
  ok("it speaks the reader's language", /empfiehlt/.test(german.text) && /Sie dürfen diese Angaben/.test(german.text), german.text);
  ok("visits are counted", await until(async () => (await sum(one.id, "visits")) === 2, 20), await days(one.id));
  const clicks = async () => (await t.must(gold.token, "/touchpoints?kind=referral")).items;
  ok("each is a touchpoint", (await clicks()).length === 2 && (await clicks()).every((c) => c.source === "system" && c.state === "confirmed" && c.channel === "web"), await clicks());
  const again = { "X-Forwarded-For": "203.0.113.77" };
  for (let i = 0; i < 3; i++) await visit(one.code, again);
  await visit(one.code, { "User-Agent": "Slackbot-LinkExpanding 1.0" });
  await t.fetch(`/r/${one.code}`, { method: "HEAD", headers: HUMAN });
  const maya = new Browser(t, HUMAN);
  await maya.signIn("maya@brightwater.example");
  const own = await maya.fetch(`/r/${one.code}`);
  ok("whoever is signed in sees it as a stranger does", own.status === 200 && !/Sign out/.test(own.text));
  await until(async () => (await sum(one.id, "visits")) >= 3, 20);
  await new Promise((done) => setTimeout(done, 300));
  ok("who looks again, machines, and who is signed in are not counted", (await sum(one.id, "visits")) === 3, await days(one.id));
  const stored = ["lead", "referral_day", "touchpoint", "event"].map((table) => String(t.sql(`select * from ${table}`))).join();
  ok("no address of a visitor is stored", !/203\.0\.113\.77|198\.51\.100/.test(stored));

  // ---- an unknown address ----
  const same = (r) => r.status + r.text.replace(/name="csrf" value="[^"]+"/g, "").replaceAll(/\/r\/[\w-]+|\/nothing\/here/g, "");
  const nowhere = same(await t.fetch("/nothing/here", { headers: HUMAN }));
  ok("an unknown code is any unknown address", same(await visit("A".repeat(24))) === nowhere && same(await visit("x")) === nowhere, same(await visit("x")));
  ok("so is a form to one", (await send("A".repeat(24), wish())).status >= 400);
  await t.must(gold.token, `/referral-links/${one.id}/pause`, {});
  const openedBefore = form(page.text);
  const rests = await visit(one.code), told = (r) => /Brightwater Integration recommended Velmora/.test(plainly(r)) && !/<form[^>]*\/r\//.test(r.text);
  ok("a paused one says that it rests", rests.status === 404 && /This link rests/.test(rests.text) && told(rests), plainly(rests));
  ok("that takes no form", (await send(one.code, { form: openedBefore, ...wish() })).status === 404 && (await leads()).length === 0);
  await t.must(gold.token, `/referral-links/${one.id}/resume`, {});
  ok("resumed it works again", (await visit(one.code)).status === 200);
  const over = await link({ name: "Over" });
  await t.must(gold.token, `/referral-links/${over.id}/end`, {});
  const gone = await visit(over.code), goneDe = await visit(over.code, { "Accept-Language": "de" });
  ok("an ended one says so, whom to turn to, and no more than its page did", gone.status === 410 && /This link has ended/.test(gone.text) && told(gone) && !/Over|Maya|@/.test(plainly(gone)) && (await status(gold.token, `/referral-links/${over.id}/resume`, {})) === 409, plainly(gone));
  ok("in the visitor's language", /Dieser Link ist beendet/.test(goneDe.text) && /Brightwater Integration/.test(goneDe.text), plainly(goneDe));
  ok("it counts no visit and takes no form", (await send(over.code, wish())).status >= 400 && (await sum(over.id, "visits")) === 0);
  ok("a rival does not take its end back", (await status(rival.token, `/referral-links/${over.id}/restore`, {})) === 404);
  ok("who may end it does, and it works again", (await status(operations, `/referral-links/${over.id}/restore`, {})) === 200 && (await visit(over.code)).status === 200);
  await t.must(gold.token, `/referral-links/${over.id}/pause`, {});
  await t.must(gold.token, `/referral-links/${over.id}/end`, {});
  ok("one that rested rests again", (await t.must(gold.token, `/referral-links/${over.id}/restore`, {})).state === "paused");
  await t.must(operations, `/referral-links/${over.id}/end`, {});
  ok("what the vendor ended the partner does not take back", (await status(gold.token, `/referral-links/${over.id}/restore`, {})) === 403);
  ok("and it stays ended", (await visit(over.code)).status === 410);
  await t.must(t.admin, `/partners/${gold.id}`, { standing: "suspended" }, { method: "PATCH" });
  ok("and one whose partner is suspended", same(await visit(one.code)) === nowhere);
  await t.must(t.admin, `/partners/${gold.id}`, { standing: "good" }, { method: "PATCH" });

  const secret = await (async () => {
    const csrf = /name="csrf" value="([^"]+)"/.exec((await maya.fetch("/tokens/calendar")).text)[1];
    return /\/calendar\/(tdm_[\w-]+)/.exec((await maya.post("/tokens/calendar", { csrf })).text)[1];
  })();
  const plain = { method: "POST", body: "company=x", headers: { "Content-Type": "application/x-www-form-urlencoded" } };
  for (const [path, more, expected] of [[`/r/${one.code}`, {}, 200], [`/r/${"A".repeat(24)}`, {}, 404], [`/r/${one.code}/deeper`, {}, 404], ["/r/", {}, 404], [`/r/${one.code}`, { method: "PUT" }, 405], [`/r/${one.code}`, { ...plain, headers: { ...plain.headers, Origin: "https://evil.example" } }, 400], [`/r/${"A".repeat(24)}`, plain, 404], [`/calendar/${secret}`, {}, 200], ["/calendar/tdm_none", {}, 404], [`/calendar/${secret}`, { method: "DELETE" }, 405], [`/calendar/${secret}`, plain, 400]]) {
    const r = await t.fetch(path, { ...more, headers: { ...HUMAN, ...more.headers } });
    ok(`no cookie with ${more.method ?? "GET"} ${path.replace(/[\w-]{20,}/, "...")}, ${expected}`, r.status === expected && r.headers.getSetCookie().length === 0, [r.status, r.headers.getSetCookie()]);
  }

  // ---- the form ----
  const bare = await send(one.code, { form: form((await visit(one.code)).text), company: "Half a form" });
  ok("what is missing stands at its field, with what was given", bare.status === 422 && (bare.text.match(/class="err"/g) ?? []).length >= 4 && /value="Half a form"/.test(bare.text) && bare.headers.getSetCookie().length === 0, bare.text.slice(0, 3000));
  ok("without consent nothing is taken", (await leave(one.code, { consent: "" })).status === 422 && (await leads()).length === 0);
  const before = await sum(one.id, "leads");
  const sent = await leave(one.code);
  ok("the answer says that it was received, and no more", sent.status === 303 && sent.headers.get("location") === `/r/${one.code}?received=1` && sent.headers.getSetCookie().length === 0, [sent.status, sent.text]);
  const thanks = await t.fetch(sent.headers.get("location"), { headers: HUMAN });
  ok("on a page that can be loaded again", /We have received it/.test(thanks.text) && !/Zebulon|Xenia/.test(thanks.text));
  const [lead] = await leads();
  ok("it is a lead with its referrer", lead.state === "new" && lead.source === "referral" && lead.referrer_id === gold.id && lead.referral_link_id === one.id && lead.product_line_id === lines[0].id && lead.partner_id === null, lead);
  ok("with consent, its time and its words", lead.consent === "form" && lead.consent_at && /You may use these details/.test(lead.consent_text), lead);
  ok("it is counted for the link", (await sum(one.id, "leads")) === before + 1);
  ok("and the partner's touchpoint", (await t.must(gold.token, "/touchpoints?kind=lead")).items.length === 1);
  ok("the partner sees neither company nor person", (await t.must(gold.token, "/leads")).items.length === 0 && !/Zebulon|Xenia/.test(JSON.stringify((await t.must(gold.token, "/notices")).items)) && !/Zebulon/.test((await maya.fetch("/referrals")).text));
  ok("both are told", (await t.must(operations, "/notices")).items.some((n) => /referral link: Zebulon/.test(n.text)) && (await t.must(gold.token, "/notices")).items.some((n) => /left a lead by your referral link/.test(n.text)));

  // the same company again, and one that somebody holds: the same answer
  await t.must(rival.token, "/registrations", deal({ company: "Narwhal Reederei", domain: "narwhal.example" }));
  const said = [];
  for (const json of [{}, { company: "Narwhal Reederei", contact_email: "n@narwhal.example" }, { company: "Nobody Knows It", contact_email: "x@nobody-knows.example" }]) {
    const r = await leave(one.code, json);
    said.push(r.status + r.text + r.headers.get("location"));
  }
  ok("whoever is known gets the answer of who is not", new Set(said).size === 1 && said[0].startsWith("303"), said);
  const byCompany = Object.fromEntries((await leads()).map((l) => [l.contact_email + l.state, l]));
  ok("the same company is joined", byCompany["xenia@zebulon.examplejoined"]?.joined_lead_id === lead.id, Object.keys(byCompany));
  ok("the partner's figures are the same for each", (await sum(one.id, "leads")) === before + 4 && (await t.must(gold.token, "/touchpoints?kind=lead")).items.length === 4);

  // one form counts once, also at once
  const token = form((await visit(one.code)).text), twice = { form: token, ...wish({ company: "Twice Werke", contact_email: "t@twice.example" }) };
  const both = await Promise.all([send(one.code, twice), send(one.code, twice), send(one.code, twice)]);
  ok("a form that comes twice counts once", both.every((r) => r.status === 303) && (await leads("&search=twice")).length === 1, both.map((r) => r.status));

  // ---- who is not meant ----
  const count = (await leads()).length;
  ok("a machine hears that it was received, and nothing is", (await leave(one.code, { homepage: "https://spam.example" })).status === 303 && (await leads()).length === count);
  for (const [name, fields, headers] of [["without a token", { form: "" }], ["with a made-up token", { form: "A".repeat(64) }], ["with another link's token", { form: form((await visit((await link()).code)).text) }]]) {
    const r = await send(one.code, { ...wish({ company: "Elsewhere AG" }), ...fields }, headers);
    ok(`a form ${name} is shown again`, r.status === 422 && /name="form"/.test(r.text), [r.status, r.text.slice(0, 400)]);
  }
  for (const headers of [{ "Sec-Fetch-Site": "cross-site" }, { Origin: "https://evil.example" }])
    ok(`a form from elsewhere is refused (${Object.keys(headers)})`, (await leave(one.code, { company: "Elsewhere AG" }, headers)).status === 400);
  ok("nothing of it is a lead", (await leads()).length === count);
  const led = await leave(one.code, { company: "Led Away", contact_email: "l@led.example", then: "//evil.example", page: "/rules" });
  ok("nobody is sent elsewhere", led.headers.get("location") === `/r/${one.code}?received=1`);
  const flood = { "X-Forwarded-For": "203.0.113.9" }, heard = [];
  for (let i = 0; i < 7; i++) heard.push(await leave(one.code, { company: `Flood ${i}`, contact_email: `f@flood${i}.example` }, flood));
  ok("an address that sends again and again waits", heard.filter((r) => r.status === 303).length === 5 && heard.at(-1).status === 429 && heard.at(-1).headers.get("retry-after"), heard.map((r) => r.status));
  ok("others go on", (await leave(one.code, { company: "Calm Werke", contact_email: "c@calm.example" })).status === 303);
  ok("programs have no such verb", !/receive|\/visit/.test(Object.keys((await t.must(null, "/openapi.json")).paths).join()));

  // ---- the words that are agreed to are those that were shown ----
  const ticked = (r) => /<input[^>]*id="f-consent"[^>]*>/.exec(r.text)?.[0].includes("checked");
  const dutiful = { form: form((await visit(one.code)).text), ...wish({ company: "Reads It GmbH", contact_email: "r@reads-it.example" }) };
  const other = await send(one.code, dutiful, { "Accept-Language": "de" });
  ok("a form in another language is shown in that, the box unticked", other.status === 422 && /Sie dürfen diese Angaben/.test(other.text) && ticked(other) === false && /value="Reads It GmbH"/.test(other.text), other.text.slice(0, 3000));
  ok("what is else wrong leaves it ticked", ticked(await send(one.code, { ...dutiful, company: "" })) === true);
  const words = JSON.parse(t.run("programme", "export", "--db", t.url, "--key", t.key)), said2 = words.leads;
  words.leads = { ...said2, consent: "You may sell these details to whomever you like." };
  t.run("programme", "apply", t.file("words.json", JSON.stringify(words)), "--db", t.url, "--key", t.key);
  const shown = await send(one.code, dutiful);
  ok("and one whose words are others meanwhile", shown.status === 422 && /sell these details/.test(shown.text) && ticked(shown) === false && (await leads("&search=reads")).length === 0, shown.text.slice(0, 3000));
  ok("read and ticked again it is taken, with those", (await send(one.code, { ...dutiful, form: form(shown.text) })).status === 303 && /sell these details/.test((await leads("&search=reads"))[0].consent_text));

  const lured = await t.fetch(`/r/${one.code}?consent=form&company=Evil+Corp&need=Evil+wish&country=DE&form=${form(page.text)}`, { headers: HUMAN });
  ok("an address fills in nothing and ticks nothing", lured.status === 200 && !/Evil|<option[^>]* selected[^>]*>Germany/.test(lured.text) && ticked(lured) === false, lured.text.slice(0, 3000));

  // ---- who looks after its leads itself ----
  const kept = await link({ name: "Fair", keeps: true });
  await leave(kept.code, { company: "Okapi Druck", contact_email: "o@okapi.example" });
  const mine = (await t.must(gold.token, "/leads")).items;
  ok("where the link says so the lead is its partner's", mine.length === 1 && mine[0].company === "Okapi Druck" && mine[0].state === "accepted", mine);
  await leave(kept.code, { company: "Narwhal Reederei", contact_email: "m@narwhal.example", country: "DE" });
  ok("but not where somebody else holds the customer", (await t.must(gold.token, "/leads")).items.length === 1);

  // ---- whose credit: a form that names a company with an open deal ----
  const vexor = await t.must(t.admin, "/accounts", { name: "Vexor Anlagen", domain: "vexor.example", country: "DE", status: "open" });
  const deals = async (name) => (await t.must(t.admin, "/opportunities", { name, account_id: vexor.id, product_line_id: lines[0].id, state: "open", stage: "qualified" })).id;
  const open = await deals("Vexor, ports");
  await leave(one.code, { company: "Vexor Anlagen", contact_email: "v@vexor.example" });
  const credited = async (deal) => (await t.must(operations, `/opportunities/${deal}/credit`, {})).partners.filter((p) => p.partner_id === gold.id);
  const touch = async (leadId) => (await t.must(operations, `/touchpoints?origin=${leadId}`)).items[0];
  const named = (await leads("&search=vexor"))[0];
  ok("a stranger's form is a claim", (await touch(named.id)).state === "claimed" && (await touch(named.id)).source === "stranger", await touch(named.id));
  ok("that gives no credit for the deal that is open", (await credited(open)).length === 0, await credited(open));
  const next = await deals("Vexor, office");
  ok("nor for the next one", (await credited(next)).length === 0, await credited(next));
  ok("its partner does not confirm it", [403, 404].includes(await status(gold.token, `/touchpoints/${(await touch(named.id)).id}/confirm`, {})));
  ok("the vendor withdraws it, and restores a claim", (await status(operations, `/touchpoints/${(await touch(named.id)).id}/withdraw`, {})) === 200 && (await t.must(operations, `/touchpoints/${(await touch(named.id)).id}/restore`, {})).state === "claimed");
  await t.must(operations, `/leads/${named.id}/close`, { reason: "not_genuine" });
  ok("closed as not genuine it is withdrawn with the lead", (await touch(named.id)).state === "withdrawn", await touch(named.id));
  await t.must(operations, `/leads/${named.id}/reopen`, {});
  ok("and a claim again with it", (await touch(named.id)).state === "claimed");
  await t.must(operations, `/leads/${named.id}/convert`, { opportunity_id: open });
  ok("converted it counts: the vendor took it for genuine", (await touch(named.id)).state === "confirmed" && (await credited(open)).length === 1, await credited(open));

  // ---- what becomes of it ----
  await t.must(operations, `/leads/${lead.id}/route`, { partner_id: rival.id });
  const offer = (await t.must(rival.token, "/lead-offers?state=offered")).items[0];
  const otto = new Browser(t);
  await otto.signIn("otto@cedarline.example");
  const heardOf = JSON.stringify([offer, (await t.must(rival.token, "/notices")).items, (await otto.fetch("/lead-inbox")).text, (await otto.fetch(`/lead-offers/${offer.id}`)).text]);
  ok("who did not bring it reads none of the stranger's words", !/Three firewalls/.test(heardOf) && /A lead is offered to you until/.test(heardOf), heardOf.slice(0, 3000));
  await t.must(rival.token, `/lead-offers/${offer.id}/accept`, {});
  ok("until it accepts", (await t.must(rival.token, `/leads/${lead.id}`)).need === "Three firewalls.");
  const spoken = (await leads("&search=calm"))[0];
  await t.must(operations, `/leads/${spoken.id}/route`, { partner_id: gold.id });
  ok("who brought it reads them at once", (await t.must(gold.token, "/lead-offers?state=offered")).items[0].need === "Three firewalls.");
  const won = await t.must(operations, `/leads/${lead.id}/convert`, { amount: "42000" });
  const credit = await t.must(operations, `/opportunities/${won.opportunity_id}/credit`, {});
  ok("the referrer sourced the deal, whoever works on it", credit.partners.find((p) => p.partner_id === gold.id)?.credit === "sourced", credit);
  ok("a form that was joined to it stays a claim", (await touch(byCompany["xenia@zebulon.examplejoined"].id)).state === "claimed");

  // ---- its page ----
  const links = (await maya.fetch("/referrals")).text;
  ok("the partner's page has the address and the figures", links.includes(`/r/${one.code}`) && /\d+ visits, \d+ leads/.test(links) && /name="csrf"/.test(links), links.slice(0, 3000));
  const csrf = /name="csrf" value="([^"]+)"/.exec(links)[1];
  const paused = await maya.post(`/referral-links/${one.id}/pause`, { csrf, page: "/referrals", then: "/referrals?did=referral_link.pause.{id}" });
  ok("its button pauses", paused.status === 303 && (await t.must(gold.token, `/referral-links/${one.id}`)).state === "paused");
  const made = await maya.post("/referral-links/create", { csrf, name: "By form", page: "/referral-links/create" });
  ok("its form makes one", made.status === 303 && made.headers.get("location").startsWith("/referrals?did=referral_link.create.rfl_"), made.text.slice(0, 500));
  ok("the vendor has no such page", (await (async () => { const ruth = new Browser(t); await ruth.signIn("ruth@velmora.example"); return ruth.fetch("/referrals"); })()).status === 404);

  // ---- how often, over all links of a partner ----
  const dunwell = await t.must(t.admin, "/partners", { name: "Dunwell Systems", tier: "gold", domain: "dunwell.example", country: "DE", standing: "good", types: ["reseller"] });
  await t.must(t.admin, "/people", { name: "Dora Dunwell", email: "dora@dunwell.example", role: "partner_seller", partner_id: dunwell.id });
  const dora = t.token("dora@dunwell.example"), answers = [];
  for (let k = 0; k < 3; k++) {
    const another = await link({ name: `Again ${k}` }, dora), opened = form((await visit(another.code)).text);
    for (let i = 0; i < 61; i++) answers.push((await send(another.code, { form: opened, ...wish({ company: "Asked Again AG", homepage: "machine" }) })).status);
    await t.must(dora, `/referral-links/${another.id}/end`, {});
  }
  ok("a link takes so many forms an hour", answers.slice(0, 60).every((s) => s === 303) && answers[60] === 429, answers);
  ok("and its partner so many over all its links", answers.slice(61, 121).every((s) => s === 303) && answers.slice(122).every((s) => s === 429), answers);
  const madeToday = [];
  for (let i = 3; i < 51; i++) madeToday.push(await t.api(dora, "/referral-links", { name: `Again ${i}` }));
  ok("a partner makes so many links a day, ended or not", madeToday.slice(0, 47).every((r) => r.status < 300) && madeToday[47].status === 409 && /within a day/.test(madeToday[47].text), madeToday.map((r) => r.status));
  ok("another partner goes on", (await leave((await link()).code, { company: "Goes On GmbH", contact_email: "g@goes-on.example" })).status === 303);

  // ---- how many ----
  const many = await Promise.all(Array.from({ length: 54 }, (_, i) => status(rival.token, "/referral-links", { name: `Link ${i}` })));
  ok("of links made at once there are as many as are allowed", many.filter((s) => s === 409).length === 4 && (await t.must(rival.token, "/referral-links?limit=200")).items.length === 50, many);

  await t.stop();
  ok("the rows equal their events", t.check().status === 0, t.check());
});
