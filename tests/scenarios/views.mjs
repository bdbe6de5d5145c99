// Saved views: one's own and one's side's, over every list; nobody sees the other side's.
import { Browser } from "./lib/browser.mjs";
import { onBoth, deal } from "./lib/tandem.mjs";

await onBoth(async (t, ok) => {
  await t.start();
  const { gold, rival, operations } = await t.cast();
  await t.must(gold.token, "/registrations", deal());
  const status = async (token, path, json, more) => (await t.api(token, path, json, more)).status;
  const names = async (token) => (await t.must(token, "/saved-views?state=kept")).items.map((v) => v.name).sort().join();

  const ruth = new Browser(t);
  await ruth.signIn("ruth@velmora.example");
  const page = (await ruth.fetch("/registrations?state=approved&sort=protected_until")).text;
  const hidden = (name) => new RegExp(`name="${name}" value="([^"]*)"`).exec(page.slice(page.indexOf('action="/saved-views/create"')))[1].replaceAll("&amp;", "&");
  const kept = await ruth.post("/saved-views/create", { csrf: hidden("csrf"), list: hidden("list"), query: hidden("query"), then: hidden("then"), name: "Ends next" });
  const back = await ruth.fetch(kept.headers.get("location"));
  ok("a list is kept as it stands", /Ends next/.test(back.text) && /href="\/registrations\?sort=protected_until&amp;state=approved"/.test(back.text), kept.headers.get("location"));
  await t.must(operations, "/saved-views", { name: "In review", list: "registrations", query: "state=review", shared: "side" });
  const theirs = await t.must(gold.token, "/saved-views", { name: "Ours", list: "registrations", query: "state=won", shared: "side" });
  ok("one's side sees what is shared", (await names(t.admin)) === "In review" && (await names(operations)) === "Ends next,In review", [await names(t.admin), await names(operations)]);
  ok("the other side and rivals do not", (await names(rival.token)) === "" && (await names(gold.token)) === "Ours");
  ok("nor by its id", (await status(rival.token, `/saved-views/${theirs.id}`)) === 404 && (await status(t.admin, `/saved-views/${theirs.id}`)) === 404);
  ok("a list that one may not read is none", (await status(gold.token, "/saved-views", { name: "x", list: "accounts" })) === 422 && (await status(gold.token, "/saved-views", { name: "x", list: "nothing" })) === 422);
  const shared = (await t.must(t.admin, "/saved-views")).items[0];
  ok("only who saved it deletes it", (await status(t.admin, `/saved-views/${shared.id}`, undefined, { method: "DELETE" })) === 403);
  await t.must(operations, `/saved-views/${shared.id}`, undefined, { method: "DELETE" });
  ok("deleted it is gone for all", (await names(t.admin)) === "" && (await names(operations)) === "Ends next");
  await t.must(operations, `/saved-views/${shared.id}/restore`, {});
  ok("and can be taken back", (await names(t.admin)) === "In review");
  const evil = await t.must(operations, "/saved-views", { name: "<b>", list: "registrations", query: "\"><script>alert(1)</script>" });
  ok("a query is only ever an address", evil.id && !/<script>alert/.test((await ruth.fetch("/registrations")).text));

  // Columns: chosen and ordered by links alone; kept in the address, in views, in files.
  await t.must(t.admin, "/custom-fields", { noun: "partner", name: "segment", label: "Segment", kind: "text", partner_sees: false });
  const text = async (path) => (await ruth.fetch(path)).text;
  const heads = (html) => [...html.slice(html.indexOf("<thead"), html.indexOf("</thead>")).matchAll(/<th scope="col"[^>]*>(.*?)<\/th>/gs)].map((m) => m[1].replace(/<[^>]+>/g, "").trim()).filter(Boolean);
  const usual = heads(await text("/partners"));
  const own = await text("/partners?columns=country,custom.segment,tier,created,nothing");
  ok("the address chooses columns and their order", heads(own).join() === "Partner,Country,Segment,Tier,Created" || heads(own).slice(1).join() === "Country,Segment,Tier,Created", heads(own));
  ok("without it they are the usual ones", usual.length > 3 && usual.join() !== heads(own).join() && heads(await text("/partners?columns=nothing")).join() === usual.join(), usual);
  const link = (html, label) => new RegExp(`href="([^"]+)" aria-label="${label}"`).exec(html)?.[1].replaceAll("&amp;", "&");
  const moved = await text(link(own, "Move the column Tier forward"));
  ok("a link moves a column", heads(moved).slice(1).join() === "Country,Tier,Segment,Created" && /<details class="menu" open/.test(moved), heads(moved));
  const fewer = await text(link(moved, "Leave out the column Country"));
  ok("another leaves one out", heads(fewer).slice(1).join() === "Tier,Segment,Created", heads(fewer));
  const more = await text(link(fewer, "Show the column Country"));
  ok("another shows one more", heads(more).slice(1).join() === "Tier,Segment,Created,Country", heads(more));
  const at = "/partners?sort=-name&tier=gold&columns=country,tier";
  const shownThere = await text(at);
  ok("filters, order and export keep the columns", (shownThere.match(/columns=country%2Ctier/g) ?? []).length >= 6 && /name="columns" value="country,tier"/.test(shownThere), shownThere.match(/columns=[^"&]*/g));
  const query = /name="query" value="([^"]*)"/.exec(shownThere)[1].replaceAll("&amp;", "&");
  ok("a view keeps them", query.includes("columns=country%2Ctier"), query);
  ok("a file has them in their order", (await text(`/partners.csv?${query}`)).split("\r\n")[0] === "id,name,country,tier", await text(`/partners.csv?${query}`));
  const json = JSON.parse(await text(`/partners.json?${query}`));
  ok("JSON has them and no others", json.length === 1 && Object.keys(json[0]).sort().join() === "country,id,name,tier", json);
  ok("without a choice a file has all", (await text("/partners.csv")).split("\r\n")[0].startsWith("id,created,") && (await text("/partners.csv")).split("\r\n")[0].endsWith(",custom.segment"));
  // A page with a table of its own has the same menu, also for the columns that it makes itself.
  const plain = heads(await text("/registrations"));
  ok("registrations have their usual columns", plain.join() === "Company,Partner,Product line,Amount,Status,Days left,Next step,Registered,Actions", plain);
  const chosen = await text("/registrations?columns=next,country,left,nothing");
  ok("and others, their own among them", heads(chosen).join() === "Company,Next step,Country,Days left,Actions" && /<td class="hide-phone">Germany<\/td>/.test(chosen), heads(chosen));
  const further = await text(link(chosen, "Show the column Registered"));
  ok("a link shows one more there", heads(further).join() === "Company,Next step,Country,Days left,Registered,Actions", heads(further));
  ok("a file has those that are rows' own", (await text("/registrations.csv?columns=next,country,left")).split("\r\n")[0] === "id,company,country");
  const maya = new Browser(t);
  await maya.signIn("maya@brightwater.example");
  const blind = await maya.fetch("/partners?columns=custom.segment,notes,country");
  ok("a column that one may not see is none", !blind.text.includes("Segment") && heads(blind.text).slice(1).join() === "Country" && !(await maya.fetch("/partners.csv?columns=custom.segment,country")).text.includes("segment"), heads(blind.text));
  const hers = await maya.fetch("/registrations?columns=account_id,queue,left");
  ok("nor on that page", heads(hers.text).join() === "Company,Days left,Actions", heads(hers.text));
  ok("graceful stop", (await t.stop()) === 0);
});
