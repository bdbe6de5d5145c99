// Today: each role begins with what waits for it, and nobody reads there what is another's.
import { Browser } from "./lib/browser.mjs";
import { onBoth, deal } from "./lib/tandem.mjs";

const text = (html) => html.replace(/<[^>]*>/g, " ").replace(/&amp;/g, "&").replace(/\s+/g, " ");

await onBoth(async (t, ok) => {
  await t.start();
  const { gold, rival } = await t.cast();
  const person = async (name, email, role) => t.must(t.admin, "/people", { name, email, role });
  const jonas = await person("Jonas Adeyemi", "jonas@velmora.example", "partner_manager");
  const ines = await person("Ines Okafor", "ines@velmora.example", "vendor_seller");
  await person("Tomas Brandt", "tomas@velmora.example", "executive");
  await t.must(t.admin, `/partners/${gold.id}`, { manager_id: jonas.id }, { method: "PATCH" });
  const today = async (email, query = "") => {
    const b = new Browser(t);
    await b.signIn(email);
    const r = await b.fetch(`/today${query}`);
    return { status: r.status, text: text(r.text), html: r.text, follow: async (label) => (await b.fetch(new RegExp(`href="([^"]*)"[^>]*>(?:<[^>]*>)*\\s*${label}`).exec(r.text)[1].replaceAll("&amp;", "&"))).text };
  };

  const held = await t.must(gold.token, "/registrations", deal({ company: "Korvath Maschinenbau" }));
  const waits = await t.must(gold.token, "/registrations", deal({ company: "Castellane Pharma", amount: 310000 }));
  const theirs = await t.must(rival.token, "/registrations", deal({ company: "Zebulon Feinmechanik" }));
  ok("one is protected, one waits", held.status === "approved" && waits.status === "review" && theirs.status === "approved", [held.status, waits.status]);

  // the partner manager: its own partners, and why
  let page = await today("jonas@velmora.example");
  ok("a manager reads who of its partners needs it", /1 of your 1 partners needs you/.test(page.text) && /Castellane Pharma waits for a person/.test(page.text), page.text);
  ok("and nothing of another's", !/Zebulon|Cedarline/.test(page.text), page.text);
  t.sql(`update registration set protected_until = ${(Date.now() + 5 * 86400e3) * 1000} where company = 'Korvath Maschinenbau'`);
  page = await today("jonas@velmora.example");
  ok("a protection that ends is told with what is at stake", /1 protection ends/.test(page.text) && /Korvath Maschinenbau ends, and nobody has logged any activity/.test(page.text) && /€84 k at stake/.test(page.text.replace(/ /g, " ")), page.text);
  ok("to ask for news is a note to the partner, begun", /<textarea[^>]*>\s*What is new at Korvath Maschinenbau\? The protection ends on [^<]+\.<\/textarea>/.test(await page.follow("Ask for news")));
  ok("a partner that did nothing for long is silent", !/Silent Brightwater|No registration and no activity/.test(page.text));
  t.sql(`update registration set created = ${(Date.now() - 90 * 86400e3) * 1000} where partner_id = (select id from partner where name = 'Brightwater Integration')`);
  t.sql(`update partner set created = ${(Date.now() - 200 * 86400e3) * 1000}`);
  page = await today("jonas@velmora.example");
  ok("silence is told with its day", /No registration and no activity since/.test(page.text), page.text);

  // operations: queues with their clocks
  page = await today("ruth@velmora.example");
  ok("operations reads the next answer that is due", /Castellane Pharma Due tomorrow/.test(page.text) && /Queues.*the next is due/.test(page.text), page.text);
  t.sql("insert into mail (id, recipient, subject, body, created, attempts, next_try, error) values (1, 'x@velmora.example', 's', 'b', 1, 3, 9000000000000000, 'connection refused')");
  page = await today("ruth@velmora.example");
  ok("mail that does not go out is an error", /1 mail does not go out: connection refused/.test(page.text), page.text);

  // the vendor's seller: look-up
  page = await today("ines@velmora.example", "?company=Korvath");
  ok("a seller reads that it is protected, until when, and whom to call", /Korvath Maschinenbau Protected/.test(page.text) && /Flowgate until/.test(page.text) && /At the partner Seller of Brightwater Integration/.test(page.text) && /Partner manager Jonas Adeyemi/.test(page.text), page.text);
  ok("by part of its name or its domain", /Zebulon Feinmechanik/.test((await today("ines@velmora.example", "?company=zebulon")).text));
  await t.must(t.admin, "/accounts", { name: "Hollin Bearings Ltd", domain: "hollin.example", country: "GB", status: "open" });
  page = await today("ines@velmora.example", "?company=hollin.example");
  ok("free is free", /Hollin Bearings Ltd Nobody stands on it/.test(page.text), page.text);
  ok("what nobody knows is said so", /No account like that/.test((await today("ines@velmora.example", "?company=Qwertz%20Xyz")).text));
  const account = (await t.must(t.admin, "/accounts?search=korvath")).items[0];
  await t.must(t.admin, `/accounts/${account.id}`, { owner_id: ines.id }, { method: "PATCH" });
  page = await today("ines@velmora.example");
  ok("and what stands at its own accounts", /Registered at your accounts.*Korvath Maschinenbau Brightwater Integration · Flowgate/.test(page.text), page.text);

  // the partner: what to do next, the days that are left, news
  page = await today("maya@brightwater.example");
  ok("a partner reads what to do next", /1 thing to do/.test(page.text) && /The protection ends on .*extend it, or close the deal/.test(page.text), page.text);
  await t.must(t.admin, "/cosell-requests", { kind: "meeting", text: "Come along on Tuesday.", partner_id: gold.id, account_id: account.id });
  const meeting = await t.must(t.admin, "/reviews", { partner_id: gold.id, manager_id: jonas.id, day: new Date(Date.now() + 3 * 86400e3).toISOString().slice(0, 10), time: "10:00" });
  page = await today("maya@brightwater.example");
  ok("what selling together asks of it, too", /asks for your help/.test(page.text) && page.html.includes(`/reviews/${meeting.id}`), page.text);
  ok("the review is its leader's, too", (await today("jonas@velmora.example")).html.includes(`/reviews/${meeting.id}`));
  ok("with its registrations, and what is in review", /Your registrations.*Korvath Maschinenbau/.test(page.text) && /In review Castellane Pharma/.test(page.text), page.text);
  page = await today("otto@cedarline.example", "?company=Korvath");
  ok("a rival reads nothing of it, nor looks anything up", page.status === 200 && !/Korvath|Castellane|Brightwater/.test(page.text) && /Zebulon/.test(page.text), page.text);

  // the executive: figures that lead to rows
  page = await today("tomas@velmora.example");
  ok("an executive's figures lead to their rows", /Wait for an answer 1/.test(page.text) && page.html.includes('href="/registrations?state=review&amp;sort=review_due"'), page.text);
  const b = new Browser(t);
  await b.signIn("tomas@velmora.example");
  for (const [, href] of page.html.matchAll(/<a class="fig" href="([^"]+)"/g))
    ok(`${href} is there`, (await b.fetch(href.replaceAll("&amp;", "&"))).status === 200);
  ok("who is not signed in is led to sign in", (await new Browser(t).fetch("/today")).headers.get("location")?.startsWith("/sign-in"));
  // the palette: by the beginnings of words in any order, within what one may see, with what one can make
  const palette = async (email, q) => { const x = new Browser(t); await x.signIn(email); return text((await x.fetch(`/search?q=${encodeURIComponent(q)}`, { headers: { "HX-Request": "true" } })).text); };
  ok("words are found by their beginnings in any order", /Korvath Maschinenbau/.test(await palette("ruth@velmora.example", "masch korv")));
  ok("every word must be there", !/Korvath/.test(await palette("ruth@velmora.example", "korvath zebulon")));
  ok("what begins as it was typed comes first", /^\s*Hollin Bearings Ltd/.test(await palette("ruth@velmora.example", "hollin")));
  ok("a partner finds its own", /Korvath/.test(await palette("maya@brightwater.example", "korvath")));
  ok("a rival finds nothing of it", !/Korvath|Brightwater/.test(await palette("otto@cedarline.example", "korvath") + await palette("otto@cedarline.example", "brightwater")));
  ok("what one can make is there by its name", /New task Do/.test(await palette("ruth@velmora.example", "new")) && !/New partner/.test(await palette("maya@brightwater.example", "new")));

  ok("graceful stop", (await t.stop()) === 0);
});
