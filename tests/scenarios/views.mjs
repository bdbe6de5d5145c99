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
  ok("graceful stop", (await t.stop()) === 0);
});
