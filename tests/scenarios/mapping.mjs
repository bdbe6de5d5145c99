// Account mapping: lists laid over one another; each side sees what the other shares, and nobody learns of anybody else.
import { Browser } from "./lib/browser.mjs";
import { until } from "./lib/load.mjs";
import { onBoth } from "./lib/tandem.mjs";

const list = (rows) => ["id,name,domain,country,city,owner,stage", ...rows.map((r) => r.join(","))].join("\n");
const vendorRows = (n) => Array.from({ length: n }, (_, i) => [`v${i}`, `Werk ${i} GmbH`, `werk${i}.de`, "DE", "Kiel", "Ines Okafor", "open"]);
const partnerRows = (n, step = 2) => Array.from({ length: n }, (_, i) => [`p${i}`, i % 2 ? `WERK ${i * step}` : `Anders ${i}`, `www.werk${i * step}.de`, "Germany", "Bonn", "Otto Lang", "won"]);

await onBoth(async (t, ok) => {
  await t.start();
  const { gold, rival, operations } = await t.cast();
  for (const [p, email] of [[gold, "pia@brightwater.example"], [rival, "rolf@cedarline.example"]]) {
    await t.must(t.admin, "/people", { name: `Admin of ${p.name}`, email, role: "partner_admin", partner_id: p.id });
    p.admin = t.token(email);
  }
  const ready = async (token, id) => {
    const now = () => t.must(token, `/populations/${id}`);
    await until(async () => ["done", "failed"].includes((await now()).state));
    return now();
  };
  const bring = async (token, name, kind, rows) => ready(token, (await t.must(token, "/populations", { name, kind, source: "file", csv: list(rows) })).id);
  const all = () => until(async () => { for (const k of [operations, gold.admin, rival.admin]) if ((await t.must(k, "/populations")).items.some((p) => !["done", "failed"].includes(p.state))) return false; return true; });
  const counts = async (token) => (await t.must(token, "/overlap-counts")).items;
  const rows = async (token, query = "") => (await t.must(token, `/overlaps${query}`)).items;

  const prospects = await bring(operations, "Prospects", "prospects", [...vendorRows(300), ["v0", "Twice GmbH", "twice.de", "DE", "", "", ""], ["vx", "", "", "DE", "", "", ""]]);
  const customers = await bring(gold.admin, "Kunden", "customers", partnerRows(120));
  const others = await bring(rival.admin, "Rival's customers", "customers", partnerRows(100, 3));
  ok("rows are counted", prospects.state === "done" && prospects.row_count === 300 && prospects.doubled === 1 && prospects.keyless === 1, prospects);
  ok("a list is its owner's", (await t.api(operations, `/populations/${customers.id}`)).status === 404 && (await t.api(rival.admin, `/populations/${customers.id}`)).status === 404 && (await t.api(gold.admin, `/populations/${prospects.id}`)).status === 404);
  ok("without a share nobody sees anything", (await counts(operations)).length + (await counts(gold.admin)).length + (await counts(rival.admin)).length === 0);
  ok("a seller of the partner makes no list", (await t.api(gold.token, "/populations", { name: "x", kind: "customers", source: "file", csv: list([]) })).status === 403);

  // counts only, in tens
  await t.must(gold.admin, `/populations/${customers.id}/grant`, { level: "counts" });
  await all();
  let seen = await counts(operations);
  ok("the vendor sees a count", seen.length === 1 && seen[0].matches === 120 && seen[0].level === "counts" && seen[0].with_name === gold.name, seen);
  ok("the partner sees nothing in return", (await counts(gold.admin)).length === 0);
  ok("rows are not to be had by it", (await t.api(operations, `/overlap-counts/${seen[0].id}/look`, {})).status === 409 && (await rows(operations)).length === 0);

  // the same company ten times among invented ones, and as many invented ones: no count tells of the one
  const invented = (n) => Array.from({ length: n }, (_, i) => [`i${i}`, `Invented ${i}`, `invented${i}.de`, "DE", "", "", ""]);
  const many = (n, name) => Array.from({ length: n }, (_, i) => [`t${i}`, `${name} ${i % 3 ? "" : "AG"}`, "www.werk2.de", "DE", "", "", ""]);
  const aimed = await bring(operations, "Aimed", "prospects", [...many(10, "Anders 1"), ...invented(95)]);
  const padded = await bring(operations, "Padded", "prospects", [...many(10, "Werk 2"), ...invented(120)]);
  const told = async (list) => (await counts(operations)).find((k) => k.population_id === list.id).matches;
  ok("a company that stands there ten times is one of the hundred", (await told(aimed)) === undefined || (await told(aimed)) === null, await told(aimed));
  ok("and one of those that both have", (await told(padded)) === 0, await told(padded));
  const doubled = await bring(gold.admin, "Doubled", "customers", [...many(10, "Werk 2"), ...Array.from({ length: 100 }, (_, i) => [`f${i}`, `Fremd ${i}`, `fremd${i}.de`, "DE", "", "", ""])]);
  await t.must(gold.admin, `/populations/${doubled.id}/grant`, { level: "counts" });
  await all();
  const both = (await counts(operations)).find((k) => k.population_id === padded.id && k.with_population === "Doubled");
  ok("also where the other list has it ten times", both.matches === 0, both);
  await t.must(gold.admin, `/populations/${doubled.id}/remove`, {});
  await all();

  // nor does it stand in the way of others' lists, however often it stands there
  const equal = await bring(operations, "Equal", "prospects", many(4000, "Anders 1").map((r) => [...r.slice(0, 1), "Anders 1", ...r.slice(2)]));
  ok("thousands of equal rows are matched, and one company", equal.state === "done" && equal.row_count === 4000 && !(await told(equal)), [equal, await told(equal)]);
  for (const p of [aimed, padded, equal]) await t.must(operations, `/populations/${p.id}/remove`, {});
  await all();

  // rows, with some fields
  await t.must(gold.admin, `/populations/${customers.id}/grant`, { level: "fields", fields: ["domain", "owner"] });
  await t.must(operations, `/populations/${prospects.id}/grant`, { with_partner_id: gold.id, level: "fields", fields: ["stage"], may_export: true });
  await all();
  seen = await counts(operations);
  let back = await counts(gold.admin);
  ok("each side has its count", seen.length === 1 && seen[0].matches === 120 && back.length === 1 && back[0].matches === 120, [seen, back]);
  ok("the rival sees nothing of it", (await counts(rival.admin)).length === 0);
  ok("no row shows before somebody looks", (await rows(operations)).length === 0);

  // looked at in the browser, but neither files nor programs get what may not be exported
  const desk = new Browser(t);
  await desk.signIn("ruth@velmora.example");
  const pair = `/overlap-counts/${seen[0].id}`;
  ok("the lists' page offers to look", (await desk.fetch(pair)).text.includes("Look at the rows"));
  await t.must(operations, `${pair}/look`, {});
  const page = await desk.fetch(pair);
  ok("then the rows show, with the fields that are shared and no others", /www\.werk\d+\.de/.test(page.text) && page.text.includes("Otto Lang") && !page.text.includes("Bonn") && page.text.includes("Same web domain"), page.text.slice(page.text.indexOf("<main")));
  ok("what is shared has its column, what is not has none", page.text.includes(">Their owner<") && !page.text.includes("Their stage"));
  ok("a row of a file leads to a search among the accounts", /<a href="\/accounts\?search=[^"]+">/.test(page.text));
  ok("rows can be chosen by evidence", !(await desk.fetch(`${pair}?evidence=alias`)).text.includes("Otto Lang"));
  ok("no program gets them", (await rows(operations)).length === 0);
  ok("no file does", (await desk.fetch(`/overlaps.csv?count_id=${seen[0].id}`)).text.trim().split("\n").length === 1);
  ok("an export is refused", (await t.api(operations, `${pair}/export_rows`, {})).status === 409);
  ok("nor is it open to a colleague", !(await t.fetch(pair, { token: t.admin })).text.includes("Otto Lang"));

  // exported where the share allows it
  await t.must(gold.admin, `/overlap-counts/${back[0].id}/look`, {});
  ok("a look is no export", (await rows(gold.admin)).length === 0);
  await t.must(gold.admin, `/overlap-counts/${back[0].id}/export_rows`, {});
  let found = await rows(gold.admin, "?limit=200");
  ok("the partner exports what the vendor shares", found.length === 120 && found.every((r) => r.other_stage === "open" && r.other_name && !r.other_owner && r.evidence.includes("same_domain") && r.score > 90), found[0]);
  let looks = (await t.must(gold.admin, "/mapping-looks")).items.filter((l) => l.who !== gold.name);
  ok("the owner of the list sees the look", looks.length === 1 && looks[0].what === "Kunden" && looks[0].kind === "view" && looks[0].matches === 120 && !JSON.stringify(looks).includes("Ruth") && !JSON.stringify(looks).includes("Prospects"), looks);
  looks = (await t.must(operations, "/mapping-looks")).items.filter((l) => l.who === gold.name);
  ok("and the export", looks.length === 2 && looks.some((l) => l.kind === "export"), looks);
  ok("the rival does not", (await t.must(rival.admin, "/mapping-looks")).items.length === 0);
  await t.must(gold.admin, `/overlap-counts/${back[0].id}/look`, {});
  ok("a second click is no second look", (await t.must(gold.admin, "/mapping-looks")).items.length === 3);

  // of equal rows some fifty are compared, among all and among those that changed
  const repeated = Array.from({ length: 120 }, (_, i) => [`e${i}`, "Werk 4 GmbH", "werk4.de", "DE", "", "", ""]);
  const often = await bring(operations, "Often", "prospects", repeated);
  const met = async () => (await counts(operations)).find((k) => k.population_id === often.id).matches;
  ok("fifty rows of one key are compared", (await met()) === 50, await met());
  await t.must(operations, `/populations/${often.id}/upload`, { csv: list(repeated.map((r) => [...r.slice(0, 6), "won"])) });
  await all();
  ok("and no more when all have changed", (await met()) === 50, await met());
  await t.must(operations, `/populations/${often.id}/remove`, {});
  await all();

  // a change is matched by its keys only
  const changed = partnerRows(120);
  changed[5] = ["p5", "Elsewhere", "elsewhere.com", "US", "", "", ""];
  changed.push(["p200", "Werk 299 GmbH", "werk299.de", "DE", "", "", ""]);
  changed.splice(7, 1);
  const before = new Set((await rows(gold.admin, "?limit=200")).map((r) => r.id));
  await t.must(gold.admin, `/populations/${customers.id}/upload`, { csv: list(changed) });
  const second = await t.api(gold.admin, `/populations/${customers.id}/upload`, { csv: list(changed) });
  ok("a second upload meanwhile waits its turn, or is told to", [409, 200].includes(second.status), second.text);
  await all();
  let after = (await rows(gold.admin, "?limit=200")).map((r) => r.id);
  ok("one changed, one gone, one new", after.length === 119 && after.filter((id) => !before.has(id)).length === 1, [after.length, after.filter((id) => !before.has(id)).length]);
  ok("the count keeps its address", (await counts(gold.admin))[0].id === back[0].id);

  // only what changed: the rest of the list stays
  await t.must(gold.admin, `/populations/${customers.id}/upload`, { part: "changes", csv: list([["p201", "Werk 297 GmbH", "werk297.de", "DE", "", "", ""], ["p0", "", "", "", "", "", ""], ["p2", "WERK 4", "www.werk4.de", "Germany", "Kiel", "Otto Lang", "won"]]) });
  await all();
  after = (await rows(gold.admin, "?limit=200")).map((r) => r.name);
  const partly = await t.must(gold.admin, `/populations/${customers.id}`);
  ok("changes add, replace and take away", after.length === 119 && after.includes("Werk 297 GmbH") && !after.includes("Anders 0") && partly.row_count === 120, [after.length, partly.row_count]);

  // partners among themselves: only by each other's web domain, and only what each shares
  await t.must(gold.admin, `/populations/${customers.id}/grant`, { with_domain: "cedarline.example", level: "counts" });
  const nobody = await t.api(gold.admin, `/populations/${customers.id}/grant`, { with_domain: "nobody-here.example", level: "counts" });
  ok("whether a company is there is not told", nobody.status === 200, nobody.text);
  await all();
  const theirs = await counts(rival.admin);
  ok("who is shared with sees the count", theirs.length === 1 && theirs[0].with_name === gold.name && theirs[0].matches % 10 === 0, theirs);
  ok("who shares learns nothing of the other", !(await t.fetch("/api/v1/overlap-counts", { token: gold.admin })).text.includes("Cedarline"));

  // taken back at once
  const shares = (await t.must(gold.admin, "/population-shares")).items.filter((s) => s.state === "active" && s.with_vendor);
  await t.must(gold.admin, `/population-shares/${shares[0].id}/end`, {});
  ok("what was shared is gone at once", (await desk.fetch(pair)).status === 404 && (await counts(operations)).length === 0);
  await all();
  ok("and stays gone", (await desk.fetch(pair)).status === 404 && (await counts(operations)).length === 0);
  await t.must(t.admin, `/partners/${gold.id}`, { standing: "suspended" }, { method: "PATCH" });
  ok("a partner that is suspended is not there", (await counts(rival.admin)).length === 0);
  ok("nor does it see others", (await counts(gold.admin)).length === 0 && (await rows(gold.admin)).length === 0);
  await t.must(t.admin, `/partners/${gold.id}`, { standing: "good" }, { method: "PATCH" });
  ok("and is there again when it is back", (await counts(rival.admin)).length === 1);

  // bad lists
  const bad = await t.must(rival.admin, "/populations", { name: "Bad", kind: "customers", source: "file", csv: "a,b\n1,2\n" });
  ok("a file without names says so", (await ready(rival.admin, bad.id)).state === "failed");
  ok("no file is no list", (await t.api(rival.admin, "/populations", { name: "None", kind: "customers", source: "file" })).status === 422);
  const mail = await bring(rival.admin, "Free mail", "customers", Array.from({ length: 60 }, (_, i) => [`m${i}`, `Person ${i}`, "gmail.com", "DE", "", "", ""]));
  ok("free-mail domains match nobody", mail.row_count === 60 && mail.state === "done", mail);

  // from what Tandem knows
  await t.must(t.admin, "/accounts", { name: "Korvath Maschinenbau GmbH", domain: "korvath.example", country: "DE", status: "open" });
  const known = await ready(operations, (await t.must(operations, "/populations", { name: "Known", kind: "prospects", source: "known" })).id);
  ok("a list is filled from what is known", known.state === "done" && known.row_count === 1, known);
  ok("a partner has no known target accounts", (await t.api(rival.admin, "/populations", { name: "x", kind: "prospects", source: "known" })).status === 422);

  // a row leads on: to the account, to asking, to the finder; a partner's to registering and to asking
  const ours = await bring(gold.admin, "Ours", "customers", [["k1", "Korvath Maschinenbau", "korvath.example", "DE", "", "", ""]]);
  await t.must(gold.admin, `/populations/${ours.id}/grant`, { level: "fields" });
  await t.must(operations, `/populations/${known.id}/grant`, { with_partner_id: gold.id, level: "fields" });
  await all();
  const lookAt = async (token, b, own, theirs) => {
    const k = (await counts(token)).find((x) => x.population_id === own.id && x.with_population === theirs.name);
    await t.must(token, `/overlap-counts/${k.id}/look`, {});
    return (await b.fetch(`/overlap-counts/${k.id}`)).text.replaceAll("&amp;", "&");
  };
  const korvath = (await t.must(t.admin, "/accounts?search=korvath")).items[0];
  const vendorRow = await lookAt(operations, desk, known, ours);
  ok("the vendor's row leads to the account, to asking that partner, to the finder", [`"/accounts/${korvath.id}"`, `partner_id=${gold.id}&account_id=${korvath.id}`, `/cosell-chances?account_id=${korvath.id}`].every((w) => vendorRow.includes(w)), vendorRow.slice(vendorRow.indexOf("<tbody")));
  const pia = new Browser(t);
  await pia.signIn("pia@brightwater.example");
  const partnerRow = await lookAt(gold.admin, pia, ours, known);
  ok("the partner's to registering and to asking for help, and to no account", ["/register?company=korvath.example&country=DE", "/cosell-requests/create?company=Korvath"].every((w) => partnerRow.includes(w)) && !partnerRow.includes(korvath.id), partnerRow.slice(partnerRow.indexOf("<tbody")));
  ok("where the company stands filled in", (await pia.fetch("/cosell-requests/create?company=Korvath%20Maschinenbau&country=DE")).text.includes('value="Korvath Maschinenbau"'));
  for (const [token, p] of [[gold.admin, ours], [operations, known]]) await t.must(token, `/populations/${p.id}/remove`, {});
  await all();
  await t.must(rival.admin, `/populations/${others.id}/remove`, {});
  ok("a removed list is gone", (await t.api(rival.admin, `/populations/${others.id}`)).status === 404);

  // in a browser
  const b = new Browser(t);
  await b.signIn("ruth@velmora.example");
  for (const path of ["/mapping", "/overlap-counts", "/populations", "/population-shares", "/mapping-looks", "/overlaps", `/populations/${prospects.id}`]) {
    const page = await b.fetch(path);
    ok(`${path.replace(/pop_[^/]*/, "…")} is a page`, page.status === 200 && !page.text.includes("Cedarline"), page.status);
  }
  ok("the page to share a list says who sees it now", (await b.fetch(`/populations/${prospects.id}/grant`)).text.includes("Who sees it now"));
  ok("the database checks", t.check().status === 0, t.check().stdout + t.check().stderr);
});
