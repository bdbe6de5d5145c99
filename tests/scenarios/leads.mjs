// Leads: taken in by form, program and file, found again, offered to who fits best with a clock, accepted or declined; a partner
// knows of a lead what its offer says until it accepts, and of a rival's nothing.
import { Browser } from "./lib/browser.mjs";
import { deal, onBoth, said } from "./lib/tandem.mjs";
import { until } from "./lib/load.mjs";

await onBoth(async (t, ok) => {
  await t.start();
  const { gold, rival, lines, operations } = await t.cast();
  const third = await t.must(t.admin, "/partners", { name: "Dunwell Systems", tier: "gold", domain: "dunwell.example", country: "FR", standing: "good", types: ["reseller"], territories: ["benelux"] });
  await t.must(t.admin, `/partners/${gold.id}`, { industries: ["manufacturing"], languages: ["de", "en"] }, { method: "PATCH" });
  const status = async (token, path, json, more) => (await t.api(token, path, json, more)).status;
  const lead = (json) => t.must(operations, "/leads", { company: "Zebulon Feinmechanik", country: "DE", product_line_id: lines[0].id, industry: "manufacturing", language: "de", contact_name: "Xenia Quill", contact_email: "xenia@zebulon.example", need: "Three firewalls this year.", ...json });
  const at = async (id, token = operations) => t.must(token, `/leads/${id}`);
  const offers = async (token, query = "") => (await t.must(token, `/lead-offers?limit=200${query}`)).items;

  // ---- taking in ----
  const one = await lead({ consent: "form" });
  ok("a lead is new, with its consent", one.state === "new" && one.consent_at && one.source === "other", one);
  const again = await lead({ company: "ZEBULON Feinmechanik GmbH", contact_email: "other@elsewhere.example" });
  ok("the same company is found again and joined", again.state === "joined" && again.joined_lead_id === one.id, again);
  ok("for another line it is a lead of its own", (await lead({ product_line_id: lines[1].id })).state === "new");
  ok("a name that is none is refused by its field", (await t.api(operations, "/leads", { company: "!!!" })).data.errors?.[0]?.field === "company");
  ok("a partner takes none in", [403, 404].includes(await status(gold.token, "/leads", { company: "Mine" })));
  const renamed = await lead({ company: "Vesperine Mills", contact_email: "a@vesperine.example" });
  await t.must(operations, `/leads/${renamed.id}`, { company: "Quastel Yards", contact_email: "a@quastel.example" }, { method: "PATCH" });
  const found = await lead({ company: "Quastel Yards", contact_email: "b@elsewhere.example" }), former = await lead({ company: "Vesperine Mills", contact_email: "c@vesperine.example" });
  ok("a changed name is found by the new one", found.state === "joined" && found.joined_lead_id === renamed.id, found);
  ok("and no longer by the old one", former.state === "new", former);

  // ---- who fits ----
  const fit = await t.must(operations, `/leads/${one.id}/candidates`, {});
  ok("who fits stands first, with reasons", fit.candidates.length === 2 && fit.candidates[0].partner_id === gold.id && fit.candidates[0].reasons.some((r) => /Knows the industry/.test(r.reason)), fit);
  ok("who sells elsewhere is none", !fit.candidates.some((k) => k.partner_id === third.id));
  ok("no partner asks who fits", [403, 404].includes(await status(gold.token, `/leads/${one.id}/candidates`, {})));

  // ---- offering ----
  ok("who is no candidate cannot be named", (await status(operations, `/leads/${one.id}/route`, { partner_id: third.id })) === 422);
  ok("the best is asked", (await t.must(operations, `/leads/${one.id}/route`, {})).state === "offered");
  const [offer] = await offers(gold.token);
  ok("its offer says what is wanted, and until when", offer.need === "Three firewalls this year." && offer.industry === "manufacturing" && offer.due && offer.name === "Flowgate, DE", offer);
  ok("neither company, contact, lead nor score", !/Zebulon|Xenia|xenia@|led_|score|parts/.test(JSON.stringify(offer)), offer);
  ok("the lead itself is not there yet", (await t.must(gold.token, "/leads")).items.length === 0 && (await status(gold.token, `/leads/${one.id}`)) === 404 && (await t.must(gold.token, "/leads?search=zebulon")).items.length === 0);
  ok("a rival sees no offer", (await offers(rival.token)).length === 0 && (await status(rival.token, `/lead-offers/${offer.id}`)) === 404 && (await status(rival.token, `/lead-offers/${offer.id}/accept`, {})) === 404);
  ok("its people are told", (await t.must(gold.token, "/notices")).items.some((n) => /A lead is offered to you until/.test(n.text)));
  ok("the vendor does not accept for it", [403, 404].includes(await status(operations, `/lead-offers/${offer.id}/accept`, {})));
  const maya = new Browser(t);
  await maya.signIn("maya@brightwater.example");
  const inbox = (await maya.fetch("/lead-inbox")).text;
  ok("the inbox shows it", /Flowgate, DE/.test(inbox) && /Three firewalls/.test(inbox) && !/Zebulon/.test(inbox), inbox.replace(/<[^>]*>/g, " ").replace(/\s+/g, " "));
  const csrf = /name="csrf" value="([^"]+)"/.exec(inbox)[1];
  const bare = await maya.post(`/lead-offers/${offer.id}/decline`, { csrf, page: "/lead-inbox", then: "/lead-inbox" });
  ok("a decline asks for its reason, in place", bare.status === 422 && /aria-invalid/.test(bare.text), bare.text.slice(0, 500));
  await t.must(gold.token, `/lead-offers/${offer.id}/decline`, { reason: "no_capacity", reason_note: "Full until March." });
  ok("after a decline the next is asked", (await offers(rival.token)).length === 1 && (await at(one.id)).state === "offered");
  ok("who declined knows nothing of that", (await offers(gold.token)).length === 1 && (await status(gold.token, `/leads/${one.id}`)) === 404);
  const [second] = await offers(rival.token);
  const otto = new Browser(t);
  await otto.signIn("otto@cedarline.example");
  const csrf2 = /name="csrf" value="([^"]+)"/.exec((await otto.fetch("/lead-inbox")).text)[1];
  const taken = await otto.post(`/lead-offers/${second.id}/accept`, { csrf: csrf2, page: "/lead-inbox" });
  ok("accepting leads to the lead", taken.status === 303 && taken.headers.get("location").startsWith(`/leads/${one.id}`), taken.headers.get("location"));
  const own = await at(one.id, rival.token);
  ok("who accepted sees who it is", own.contact_email === "xenia@zebulon.example" && own.partner_id === rival.id && own.state === "accepted" && own.account_id === undefined, own);
  ok("its page too", /Xenia Quill/.test((await otto.fetch(`/leads/${one.id}`)).text));
  ok("it finds it", (await t.must(rival.token, "/leads?search=zebulon")).items.length === 1);
  ok("the vendor's people are told", (await t.must(operations, "/notices")).items.some((n) => /Cedarline Consulting has accepted the lead Zebulon/.test(n.text)));
  await t.must(rival.token, `/leads/${one.id}/contact`, {});
  ok("reached, once", (await at(one.id)).contacted && (await status(rival.token, `/leads/${one.id}/contact`, {})) === 409);
  const next = /href="(\/register\?company=[^"]+)"/.exec((await otto.fetch(`/leads/${one.id}`)).text)?.[1].replaceAll("&amp;", "&");
  ok("what comes next is to register it, filled in", /value="(zebulon\.example|Zebulon Feinmechanik)"/.test((await otto.fetch(next ?? "/")).text), next);

  // ---- isolation through every face ----
  const api = await t.must(null, "/openapi.json");
  const nouns = Object.keys(api.paths).filter((p) => /^(\/api\/v1)?\/[a-z-]+$/.test(p) && api.paths[p].get).map((p) => p.replace("/api/v1", ""));
  for (const noun of nouns)
    for (const query of ["", "?search=zebulon", "?limit=200&sort=created", `?partner_id=${rival.id}`]) {
      const text = (await t.api(gold.token, noun + query)).text;
      ok(`GET ${noun}${query} tells the rival nothing`, !["Zebulon", "Xenia", "Cedarline", one.id, second.id].filter((w) => !query.includes(w)).some((w) => text.includes(w)), text.slice(0, 400));
    }
  for (const path of [`/leads/${one.id}`, `/lead-offers/${second.id}`]) {
    const mine = await t.api(gold.token, path), none = await t.api(gold.token, path.slice(0, -4) + "0000");
    ok(`${path.slice(0, 14)} is as if it did not exist`, mine.status === 404 && said(mine) === said(none));
  }
  for (const path of ["/leads", "/lead-offers", "/lead-inbox", "/search?q=zebulon", "/leads.csv", "/notices", "/today"])
    ok(`the page ${path} neither`, !/Zebulon|Xenia|Cedarline/.test((await maya.fetch(path)).text));

  // ---- the clock, and the end of the asking ----
  const quiet = await lead({ company: "Ibexa Werke", contact_email: "q@ibexa.example" });
  await t.must(operations, `/leads/${quiet.id}/route`, { partner_id: gold.id });
  const waiting = (await offers(gold.token, "&state=offered"))[0];
  t.sql(`update lead_offer set due = ${Date.now() * 1000 - 1000000} where state = 'offered'`);
  ok("without an answer the next is asked", await until(async () => (await offers(rival.token, "&state=offered")).length === 1, 30));
  ok("the first is told", (await t.must(gold.token, `/lead-offers/${waiting.id}`)).state === "expired" && (await t.must(gold.token, "/notices")).items.some((n) => /ended without your answer/.test(n.text)));
  ok("a late answer is refused", (await status(gold.token, `/lead-offers/${waiting.id}/accept`, {})) === 409);
  t.sql(`update lead_offer set due = ${Date.now() * 1000 - 1000000} where state = 'offered'`);
  ok("when nobody is left people look at it", await until(async () => (await at(quiet.id)).state === "review", 30));
  ok("and are told", (await t.must(operations, "/notices")).items.some((n) => /Nobody took the lead Ibexa/.test(n.text)));
  ok("nobody is asked twice", (await status(operations, `/leads/${quiet.id}/route`, {})) === 409);

  // ---- withdrawn, given back, closed ----
  const back = await lead({ company: "Lynxfeld Optik", contact_email: "l@lynxfeld.example" });
  await t.must(operations, `/leads/${back.id}/route`, { partner_id: rival.id });
  const open = (await offers(rival.token, "&state=offered"))[0];
  await t.must(operations, `/lead-offers/${open.id}/withdraw`, {});
  ok("a withdrawn offer is gone, the lead new", (await status(rival.token, `/lead-offers/${open.id}/accept`, {})) === 409 && (await at(back.id)).state === "new");
  await t.must(operations, `/leads/${back.id}/route`, { partner_id: gold.id });
  await t.must(gold.token, `/lead-offers/${(await offers(gold.token, "&state=offered"))[0].id}/accept`, {});
  ok("given back it is no longer there", (await t.must(gold.token, `/leads/${back.id}/give_back`, {})).state === "given_back" && (await status(gold.token, `/leads/${back.id}`)) === 404 && (await at(back.id)).state === "review");
  await t.must(operations, `/leads/${back.id}/close`, { reason: "not_interested" });
  ok("closed, and open again", (await at(back.id)).state === "closed" && (await t.must(operations, `/leads/${back.id}/reopen`, {})).state === "new");

  // ---- open again: by whom, and for whom ----
  const shut = await lead({ company: "Tapirhaus Kabel", contact_email: "t@tapirhaus.example" });
  await t.must(operations, `/leads/${shut.id}/route`, { partner_id: rival.id });
  await t.must(rival.token, `/lead-offers/${(await offers(rival.token, "&state=offered"))[0].id}/accept`, {});
  await t.must(rival.token, `/leads/${shut.id}/close`, { reason: "no_budget" });
  ok("what its partner closed the vendor does not open", (await t.api(operations, `/leads/${shut.id}/reopen`, {})).status === 409 && (await at(shut.id)).state === "closed");
  ok("the partner does", (await t.must(rival.token, `/leads/${shut.id}/reopen`, {})).state === "accepted");
  await t.must(operations, `/leads/${shut.id}/close`, { reason: "no_budget" });
  ok("what the vendor closed the partner does not", (await status(rival.token, `/leads/${shut.id}/reopen`, {})) === 409 && (await at(shut.id)).state === "closed");
  ok("the vendor does, for the partner that had it", (await t.must(operations, `/leads/${shut.id}/reopen`, {})).partner_id === rival.id);
  await t.must(rival.token, `/leads/${shut.id}/close`, { reason: "no_budget" });
  await t.must(gold.token, "/registrations", deal({ company: "Tapirhaus Kabel", domain: "tapirhaus.example" }));
  const taken2 = await t.api(rival.token, `/leads/${shut.id}/reopen`, {});
  ok("not once another came to hold the customer", taken2.status === 409 && /no longer free/.test(taken2.text) && !/Brightwater/.test(taken2.text) && (await at(shut.id)).state === "closed", taken2.text);

  // ---- who holds the customer ----
  await t.must(gold.token, "/registrations", deal({ company: "Narwhal Reederei", domain: "narwhal.example" }));
  const held = await lead({ company: "Narwhal Reederei", contact_email: "n@narwhal.example" });
  const holder = await t.must(operations, `/leads/${held.id}/candidates`, {});
  ok("only who holds the customer is a candidate", held.account_id && holder.held && holder.candidates.map((k) => k.partner_id).join() === gold.id, holder);
  ok("no other can be named", (await status(operations, `/leads/${held.id}/route`, { partner_id: rival.id })) === 422);
  await t.must(t.admin, "/accounts", { name: "Wyvern Bank", domain: "wyvern.example", status: "direct_only" });
  const direct = await lead({ company: "Wyvern Bank", contact_email: "w@wyvern.example" });
  ok("nobody is where we sell directly", (await t.must(operations, `/leads/${direct.id}/candidates`, {})).direct_only && (await status(operations, `/leads/${direct.id}/route`, {})) === 409);
  const unknown = await lead({ company: "Tamarin Optics", contact_email: "t@tamarin.example" });
  const made = await t.must(t.admin, "/accounts", { name: "Tamarin Optics", domain: "tamarin.example", status: "open" });
  await t.must(operations, `/leads/${unknown.id}/route`, { partner_id: gold.id });
  ok("what is known of the customer meanwhile comes along, also to who is named", (await at(unknown.id)).account_id === made.id && !unknown.account_id, await at(unknown.id));

  // ---- brought by a partner ----
  const brought = await lead({ company: "Ocelot Druck", contact_email: "o@ocelot.example", referrer_id: rival.id });
  ok("what a partner brought is its own", brought.state === "accepted" && brought.partner_id === rival.id && (await at(brought.id, rival.token)).company === "Ocelot Druck");
  ok("the act is a touchpoint of its", (await t.must(rival.token, "/touchpoints?kind=lead")).items.length === 1);
  const into = await lead({ company: "Narwhal Reederei", contact_email: "z@narwhal.example", product_line_id: null, referrer_id: rival.id });
  ok("into another's customer it goes to people or joins", ["review", "joined"].includes(into.state) && !into.partner_id, into);
  ok("and the partner sees no more than its touchpoint", (await status(rival.token, `/leads/${into.id}`)) === 404 && (await t.must(rival.token, "/touchpoints?kind=lead")).items.length === 2);

  // ---- a file ----
  const csv = `Lead ID,Company,Email,Country,Product,Industry,Lead source\nL-1,Marmot Cables,m@marmot.example,DE,Flowgate,manufacturing,event\nL-2,Marmot Cables GmbH,n@marmot.example,DE,Flowgate,,\nL-3,,x@nobody.example,DE,,,\n`;
  const upload = new FormData();
  upload.append("kind", "leads");
  upload.append("file", new Blob([csv], { type: "text/csv" }), "leads.csv");
  const sent = await (await fetch(`http://127.0.0.1:${t.port}/api/v1/imports/upload`, { method: "POST", headers: { Authorization: `Bearer ${t.admin}` }, body: upload })).json();
  const run = async () => t.must(t.admin, `/imports/${sent.id}`);
  if (sent.id && (await until(async () => ["checked", "ready", "mapped"].includes((await run()).state), 30))) await t.must(t.admin, `/imports/${sent.id}/apply`, { policy: "good_rows" });
  ok("a file brings leads", await until(async () => (await t.must(operations, "/leads?search=marmot")).items.length === 2, 30), [sent, sent.id && (await run())]);
  const marmots = (await t.must(operations, "/leads?search=marmot")).items;
  ok("of one company the second is joined", marmots.map((m) => m.state).sort().join() === "joined,new" && marmots.some((m) => m.source === "event"), marmots);

  // ---- the vendor's page ----
  const ruth = new Browser(t);
  await ruth.signIn("ruth@velmora.example");
  const page = (await ruth.fetch(`/leads/${held.id}`)).text;
  ok("the lead's page says who fits and why", /Who fits/.test(page) && /certified people/.test(page) && /A partner holds the customer/.test(page));
  const sent2 = await ruth.post(`/leads/${held.id}/route`, { csrf: /name="csrf" value="([^"]+)"/.exec(page)[1], page: `/leads/${held.id}`, then: `/leads/${held.id}?did=lead.route`, partner_id: gold.id });
  ok("its button offers", sent2.status === 303 && (await at(held.id)).state === "offered");
  ok("and then says to whom", /answer until/.test((await ruth.fetch(`/leads/${held.id}`)).text));

  // ---- what becomes of it ----
  const before = (await t.must(operations, "/opportunities")).items.length;
  const won = await t.must(operations, `/leads/${one.id}/convert`, { amount: "42000", closes: "2099-01-31" });
  const opp = await t.must(operations, `/opportunities/${won.opportunity_id}`);
  ok("converted it is an opportunity with its account", won.state === "converted" && opp.amount === "42000.00" && opp.closes === "2099-01-31" && (await t.must(operations, "/opportunities")).items.length === before + 1, [won, opp]);
  const [account] = (await t.must(operations, `/accounts?search=zebulon`)).items;
  ok("the account is made of the lead", account.source === "lead" && account.domain === "zebulon.example" && account.id === won.account_id, account);
  const team = async (id) => (await t.must(operations, `/opportunity-members?opportunity_id=${id}`)).items;
  ok("whom the vendor gave it sells along", (await team(opp.id)).map((m) => `${m.partner_id === rival.id} ${m.role}`).join() === "true co_sell");
  ok("its partner sees the deal, no other", (await t.must(rival.token, "/opportunities")).items.some((o) => o.id === opp.id) && (await status(gold.token, `/opportunities/${opp.id}`)) === 404);
  await t.must(operations, `/opportunities/${opp.id}/win`, {});
  ok("won with the deal", (await at(one.id)).state === "won" && (await at(one.id, rival.token)).state === "won");
  await t.must(operations, `/opportunities/${opp.id}/reopen`, {});
  ok("open again with it", (await at(one.id)).state === "converted");
  await t.must(operations, `/opportunities/${opp.id}`, { state: "lost" }, { method: "PATCH" });
  ok("and lost by the CRM's word", (await at(one.id)).state === "lost");
  const also = await lead({ company: "Ocelot Druck", contact_email: "p@ocelot.example", referrer_id: gold.id });
  ok("a second one who brings the same company is joined", also.state === "joined" && also.joined_lead_id === brought.id, also);
  const bought = await t.must(operations, `/leads/${brought.id}/convert`, {});
  ok("who brought it is the source", (await team(bought.opportunity_id)).map((m) => `${m.partner_id === rival.id} ${m.role}`).join() === "true source");
  const credit = await t.must(operations, `/opportunities/${bought.opportunity_id}/credit`, {});
  ok("its touchpoint counts for the deal: the first sourced it", credit.partners.find((p) => p.partner_id === rival.id)?.credit === "sourced" && credit.partners.find((p) => p.partner_id === gold.id)?.credit === "influenced", credit);
  const lineless = await lead({ company: "Pangolin Labs", contact_email: "p@pangolin.example", product_line_id: null });
  ok("without a line it asks for one", (await t.api(operations, `/leads/${lineless.id}/convert`, {})).data.errors?.[0]?.field === "product_line_id");
  ok("into another account's deal it does not go", (await status(operations, `/leads/${lineless.id}/convert`, { product_line_id: lines[0].id, opportunity_id: bought.opportunity_id })) === 422);
  ok("a partner does not convert", [403, 404].includes(await status(gold.token, `/leads/${brought.id}/convert`, {})));
  const figures = (await ruth.fetch("/lead-funnel?days=365")).text;
  for (const [, href, n] of figures.matchAll(/<a class="quiet" href="(\/lead-offers\?[^"]*state=[^"]*)">(\d+)<\/a>/g)) {
    const rows = new Set((await ruth.fetch(href.replaceAll("&amp;", "&"))).text.match(/lof_\w+/g));
    ok(`the funnel's figure has its offers: ${href}`, /&amp;from=\d{4}-\d\d-\d\d$/.test(href) && rows.size === Number(n), [n, [...rows]]);
  }
  ok("each answer of each partner has them", (figures.match(/\/lead-offers\?[^"]*state=(accepted|declined|expired)/g) ?? []).length === 6, figures);
  const funnel = figures.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
  ok("the funnel counts them", /Converted 2 /.test(funnel) && /Cedarline Consulting \d/.test(funnel), funnel);
  ok("no partner sees the funnel", (await maya.fetch("/lead-funnel")).status === 404);

  // ---- what becomes of one, and the way back ----
  const ottoAtLead = new Browser(t);
  await ottoAtLead.signIn("otto@cedarline.example");
  const asked = await lead({ company: "Genet Optik", contact_name: "Ute Falk", contact_email: "ute@genet.example", referrer_id: rival.id });
  const register = /href="(\/register\?[^"]+)"/.exec((await ottoAtLead.fetch(`/leads/${asked.id}`)).text)[1].replaceAll("&amp;", "&");
  const filled = (await ottoAtLead.fetch(register)).text;
  ok("registering from a lead stands filled in, with the way back", /Genet Optik|genet\.example/.test(filled) && filled.includes(`name="lead_id" value="${asked.id}"`) && /Ute Falk asked for it/.test(filled) && new RegExp(`<option[^>]*value="${lines[0].id}"[^>]*selected|selected[^>]*value="${lines[0].id}"`).test(filled), filled.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ").slice(0, 1500));
  const from = (json, token = rival.token) => t.api(token, "/registrations", deal({ company: "Genet Optik", lead_id: asked.id, ...json }));
  ok("from another's lead nobody registers", (await from({}, gold.token)).status === 422);
  const registered = await from({});
  ok("the registration keeps it", registered.status === 201 && registered.data.lead_id === asked.id, registered.text);
  const pages = async (path) => [(await ottoAtLead.fetch(path)).text, (await ruth.fetch(path)).text];
  ok("and each leads to the other", (await pages(`/leads/${asked.id}`)).every((p) => p.includes(`/registrations/${registered.data.id}`) && /What became of it/.test(p)) && (await pages(`/registrations/${registered.data.id}`)).every((p) => p.includes(`/leads/${asked.id}`)));
  if (registered.data.status === "review") await t.must(operations, `/registrations/${registered.data.id}/approve`, { reason: "Go on." });
  const ended = await t.must(operations, `/registrations/${registered.data.id}/convert`, {});
  ok("converted with it, the lead is, too", (await at(asked.id)).state === "converted" && (await at(asked.id)).opportunity_id === ended.opportunity_id, await at(asked.id));
  ok("whose page says from which lead, and whom to ask", (await pages(`/opportunities/${ended.opportunity_id}`)).every((p) => p.includes(`/leads/${asked.id}`) && /Ute Falk/.test(p)));

  // ---- what a registration takes along ----
  const kept = await lead({ company: "Ondarin Presswerk", contact_email: "o@ondarin.example", referrer_id: rival.id });
  const early = await t.must(rival.token, "/registrations", deal({ company: "Ondarin Presswerk", product_line_id: lines[1].id, lead_id: kept.id }));
  await t.must(rival.token, `/leads/${kept.id}/give_back`, {});
  if (early.status === "review") await t.must(operations, `/registrations/${early.id}/approve`, { reason: "Go on." });
  const without = await t.must(operations, `/registrations/${early.id}/convert`, {});
  ok("a lead that was given back stays with the vendor", without.opportunity_id && (await at(kept.id)).state === "review" && !(await at(kept.id)).opportunity_id, await at(kept.id));
  const other = await lead({ company: "Pelmora Textil", contact_email: "p@pelmora.example", referrer_id: rival.id });
  const elsewhere = await t.must(rival.token, "/registrations", deal({ company: "Sundby Kranbau", product_line_id: lines[1].id, lead_id: other.id }));
  if (elsewhere.status === "review") await t.must(operations, `/registrations/${elsewhere.id}/approve`, { reason: "Go on." });
  await t.must(operations, `/registrations/${elsewhere.id}/convert`, {});
  ok("nor does a registration of another company take one along", (await at(other.id)).state === "accepted", await at(other.id));
  const fresh = await lead({ company: "Serval Gase", contact_email: "s@serval.example" });
  ok("the form to convert begins with the lead's product line", new RegExp(`<option[^>]*value="${lines[0].id}"[^>]*selected|selected[^>]*value="${lines[0].id}"`).test((await ruth.fetch(`/leads/${fresh.id}/convert`)).text));

  await t.stop();
  ok("the rows equal their events", t.check().status === 0, t.check());
});
