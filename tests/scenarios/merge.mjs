// Duplicates: found, merged, split again; acts on many rows; what is taken back.
import { Browser } from "./lib/browser.mjs";
import { until } from "./lib/load.mjs";
import { onBoth, deal } from "./lib/tandem.mjs";

await onBoth(async (t, ok) => {
  await t.start("--lanes", "4");
  const { gold, rival, operations, lines } = await t.cast();
  const must = (path, json, more) => t.must(t.admin, path, json, more);
  const get = async (path) => (await t.api(t.admin, path)).data;
  const account = (name, more = {}) => must("/accounts", { name, country: "DE", status: "open", ...more });
  const merge = (kind, kept, gone, more = {}) => t.api(operations, "/merges", { kind, kept: kept.id, gone: gone.id, ...more });
  const split = (m, more = {}) => t.api(operations, `/merges/${m.id}/split`, more);
  const field = (r, name) => r.status === 422 && r.data.errors?.some((e) => e.field === name);
  const register = (token, company, more = {}) => t.must(token, "/registrations", deal({ company, ...more }));

  // ---- undo ----
  const spare = await must("/people", { name: "Spare", email: "spare@brightwater.example", role: "partner_seller", partner_id: gold.id });
  const off = await t.api(operations, `/people/${spare.id}/deactivate`, {});
  ok("the answer names what takes it back", off.headers.get("link") === `</api/v1/people/${spare.id}/activate>; rel="undo"`, off.headers.get("link"));
  ok("which works", (await t.api(operations, `/people/${spare.id}/activate`, {})).data?.state === "active");
  const browser = new Browser(t);
  await browser.signIn("ruth@velmora.example");
  const csrf = await browser.csrf("/me");
  const posted = await browser.post(`/people/${spare.id}/deactivate`, { csrf });
  const page = await browser.fetch(posted.headers.get("location"));
  ok("the toast offers it, as a form", page.text.includes(`action="/people/${spare.id}/activate"`) && page.text.includes('data-key="z"'), posted.headers.get("location"));
  await browser.post(`/people/${spare.id}/activate`, { csrf });
  ok("not where the row has moved on", !(await browser.fetch(posted.headers.get("location"))).text.includes('data-key="z"'));
  ok("nor for a row that is not there", !(await browser.fetch("/people?did=person.deactivate.per_0000000000000")).text.includes('data-key="z"'));
  ok("a withdrawal has no way back", (await t.api(gold.token, `/registrations/${(await register(gold.token, "Short Werke")).id}/withdraw`, {})).headers.get("link") === null);

  // ---- many rows ----
  const many = [];
  for (let i = 0; i < 12; i++) many.push(await account(`Many ${i} Logistik`, { external_id: `M-${i}` }));
  const ruth = (await get("/people?role=operations")).items[0];
  const bulk = (token, plural, json, key) => t.api(token, `/${plural}/bulk`, json, key ? { headers: { "Idempotency-Key": key } } : {});
  const ids = many.map((a) => a.id);
  const named = await bulk(t.admin, "accounts", { verb: "update", ids, input: { status: "named", owner_id: ruth.id } }, "job-named-1");
  ok("many accounts get an owner and a status", named.status === 200 && named.data.done === 12 && named.data.refused === 0, named.text);
  ok("each by itself", (await get(`/accounts/${ids[3]}`)).status === "named" && (await get(`/accounts/${ids[3]}`)).version === 2);
  const again = await bulk(t.admin, "accounts", { verb: "update", ids, input: { status: "named", owner_id: ruth.id } }, "job-named-1");
  ok("a resend does nothing twice", again.data.done === 12 && (await get(`/accounts/${ids[3]}`)).version === 2, again.text);
  const other = await bulk(t.admin, "accounts", { verb: "update", ids, input: { status: "open" } }, "job-named-1");
  ok("nor anything else under its key", other.data.done === 0 && other.data.items.every((i) => i.problem.type === "/problems/idempotency"), other.text);
  ok("a field of one row only is refused", field(await bulk(t.admin, "accounts", { verb: "update", ids, input: { name: "All one" } }), "name"));
  ok("so is a wrong value, once", field(await bulk(t.admin, "accounts", { verb: "update", ids, input: { status: "nonsense" } }), "status"));
  ok("and nothing to change", (await bulk(t.admin, "accounts", { verb: "update", ids, input: {} })).status === 422);
  const fit = await bulk(t.admin, "accounts", { verb: "update", filter: "status=named&search=many", input: { status: "open" } });
  ok("all that fit a filter", fit.data?.done === 12, fit.text);
  ok("a verb that is not for many", field(await bulk(t.admin, "accounts", { verb: "create", ids }), "verb"));
  ok("not even rows of another noun", field(await bulk(t.admin, "accounts", { verb: "update", ids: [gold.id], input: { status: "open" } }), "ids"));
  ok("a partner has none of it", (await bulk(gold.token, "accounts", { verb: "update", ids, input: { status: "open" } })).status === 403);
  const mine = await register(gold.token, "Mine Werke"), mine2 = await register(gold.token, "Quellhof Textil"), theirs = await register(rival.token, "Theirs Werke");
  const mixed = { verb: "withdraw", ids: [mine.id, theirs.id, mine2.id] };
  const none = await bulk(gold.token, "registrations", { ...mixed, all_or_none: true });
  ok("all or none: none, when one is a rival's", none.data.done === 0 && (await t.must(gold.token, `/registrations/${mine.id}`)).state === "approved", none.text);
  const good = await bulk(gold.token, "registrations", mixed);
  const refused = good.data.items.find((i) => i.id === theirs.id);
  ok("else the good ones", good.data.done === 2 && good.data.refused === 1 && !refused.ok, good.text);
  ok("a rival's row is not there", refused.problem.type === "/problems/not_found" && (await t.must(rival.token, `/registrations/${theirs.id}`)).state === "approved", refused);
  const two = [await register(gold.token, "Whole Werke"), await register(gold.token, "Zirbel Optik")].map((r) => r.id);
  const whole = { verb: "withdraw", ids: two, all_or_none: true };
  const first = await bulk(gold.token, "registrations", whole, "job-whole-1"), second = await bulk(gold.token, "registrations", whole, "job-whole-1");
  ok("all of them, and once", first.data.done === 2 && second.data.done === 2, first.text + second.text);
  const list = await browser.fetch("/accounts?search=many");
  ok("the list offers boxes and what can be done", list.text.includes('form="bulk"') && list.text.includes('name="verb" value="update"'));
  const preview = await browser.fetch(`/accounts/bulk?verb=update&id=${ids[0]}&id=${ids[1]}`);
  const job = /name="job" value="([^"]+)"/.exec(preview.text)?.[1];
  ok("the preview says how many, and asks", preview.text.includes("2 of 2 can be done now.") && preview.text.includes("Leave as it is") && !!job, preview.text.slice(0, 300));
  const filled = { csrf, verb: "update", ids: `${ids[0]},${ids[1]}`, job, status: "direct_only", owner_id: "" };
  const done = await browser.post("/accounts/bulk", filled);
  ok("and then what became of each", done.text.includes("2 of 2 done.") && (await get(`/accounts/${ids[1]}`)).status === "direct_only" && (await get(`/accounts/${ids[1]}`)).owner_id === ruth.id, done.text.slice(0, 300));
  ok("what stands in it cannot be forged", (await browser.post("/accounts/bulk", { ...filled, csrf: "x" })).status === 400);

  // ---- accounts ----
  const a = await account("Nordwind Energie AG", { domain: "nordwind.example", external_id: "N-1" });
  const b = await account("Nordwind Energie Deutschland", { city: "Kiel", external_id: "N-2", aliases: ["NWE"] });
  const child = await account("Nordwind Netz GmbH", { parent_id: b.id });
  const look = async (kind) => {
    const { id } = await must("/duplicate-searches", { kind });
    await until(async () => (await get(`/duplicate-searches/${id}`)).state === "done");
    return get(`/duplicate-searches/${id}`);
  };
  const asked = await must("/duplicate-searches", { kind: "account" });
  ok("looking for duplicates is a job of its own", ["waiting", "running"].includes(asked.state) && asked.progress === 0, asked);
  await until(async () => (await get(`/duplicate-searches/${asked.id}`)).state === "done");
  const found = await get(`/duplicate-searches/${asked.id}`);
  ok("its pairs say which search found them", found.found > 0 && (await get(`/duplicates?search_id=${asked.id}&limit=200`)).items.length === found.found, found);
  ok("its page tells what it found", new RegExp(`${found.found} new pair`).test((await browser.fetch(`/duplicate-searches/${asked.id}`)).text));
  ok("and so does the list", (await browser.fetch("/duplicates")).text.includes(`/duplicate-searches/${asked.id}`));
  ok("what is known is not found again", (await look("account")).found === 0);
  const pairs = (await get("/duplicates?state=open&limit=200")).items;
  const pair = pairs.find((p) => [p.one, p.other].includes(a.id) && [p.one, p.other].includes(b.id));
  ok("the two are found, with evidence", pair && pair.score > 30 && pair.evidence.length > 0, pairs.map((p) => p.one_name + "/" + p.other_name));
  const claim = await register(gold.token, "Nordwind Energie Deutschland");
  ok("a claim stands on the one", claim.state === "approved" || claim.state === "review", claim.state);
  const plan = await t.must(operations, "/merges/preview", { kind: "account", kept: a.id, gone: b.id });
  ok("the preview counts and changes nothing", plan.moves.some((m) => m.noun === "registration" || m.noun === "account") && plan.take.includes("city") && (await get(`/accounts/${b.id}`)).id === b.id, plan);
  ok("nobody else merges", (await t.api(gold.token, "/merges", { kind: "account", kept: a.id, gone: b.id })).status === 403);
  ok("into itself: no", field(await merge("account", a, a), "gone"));
  const m = await merge("account", a, b, { why: "One company." });
  ok("merged", m.status === 201 && m.data.state === "done", m.text);
  const kept = await get(`/accounts/${a.id}`);
  ok("the fuller values win", kept.city === "Kiel" && kept.domain === "nordwind.example" && kept.external_id === "N-1", kept);
  ok("its other names are known", kept.aliases.includes("Nordwind Energie Deutschland") && kept.aliases.includes("NWE"), kept.aliases);
  const moved = await t.fetch(`/api/v1/accounts/${b.id}`, { token: t.admin });
  ok("the address leads to the one that stays", moved.status === 308 && moved.headers.get("location") === `/api/v1/accounts/${a.id}`, moved.status);
  const led = await browser.fetch(`/accounts/${b.id}`);
  ok("in a browser, too, and says so", led.status === 308 && (await browser.fetch(led.headers.get("location"))).text.includes("was merged into this"), led.status);
  ok("it is in no list and no search", !(await get("/accounts?search=nordwind&limit=200")).items.some((x) => x.id === b.id) && (await get(`/accounts?external_id=N-2`)).items.length === 0);
  ok("children are the other's", (await get(`/accounts/${child.id}`)).parent_id === a.id);
  ok("so is the registration", (await get(`/registrations/${claim.id}`)).account_id === a.id);
  ok("who names the one that went means the other", (await must("/opportunities", { name: "By id", account_id: b.id, state: "open" })).account_id === a.id && (await must("/opportunities", { name: "By key", account_id: "N-2", state: "open" })).account_id === a.id);
  ok("nobody changes it", (await t.api(t.admin, `/accounts/${b.id}`, { city: "Bonn" }, { method: "PATCH" })).status === 409);
  ok("nor merges it again", field(await merge("account", many[0], b), "gone") && field(await merge("account", b, many[0]), "kept"));
  const taken = await t.must(rival.token, "/registrations", deal({ company: "Nordwind Energie Deutschland" }));
  ok("the company is found by its old name", taken.account_id === undefined && (await get(`/registrations/${taken.id}`)).account_id === a.id && taken.state !== "approved", taken);
  ok("a rival learns nothing of it", !taken.receipt || !JSON.stringify(taken).includes(b.id));
  // a chain, and back in order
  const c1 = await account("Nordwind Holding");
  const chain = await merge("account", c1, a);
  ok("a chain leads to its end", (await t.fetch(`/api/v1/accounts/${b.id}`, { token: t.admin })).headers.get("location") === `/api/v1/accounts/${c1.id}`, chain.text);
  ok("the inner one is not split first", (await split(m.data)).status === 409);
  const unchain = await split(chain.data);
  ok("the outer one is", unchain.data?.state === "undone", unchain.text);
  await must(`/accounts/${child.id}`, { city: "Ulm" }, { method: "PATCH" });
  const back = await split(m.data);
  ok("then the inner one", back.data?.state === "undone", back.text);
  const after = await get(`/accounts/${b.id}`), keptAfter = await get(`/accounts/${a.id}`);
  ok("it is there again, and the other as it was", after.name === "Nordwind Energie Deutschland" && after.merged_into === null && keptAfter.city === null && !keptAfter.aliases?.length, [after, keptAfter]);
  ok("what was not changed went back", (await get(`/registrations/${claim.id}`)).account_id === b.id);
  ok("what was changed since stays until somebody says so", (await get(`/accounts/${child.id}`)).parent_id === a.id);
  ok("split twice is refused", (await split(m.data)).status === 409);
  ok("the pair is not asked about again", (await get("/duplicates?state=dismissed&limit=200")).items.some((p) => p.id === pair.id));
  const m2 = await merge("account", a, b);
  await must(`/accounts/${child.id}`, { city: "Jena" }, { method: "PATCH" });
  ok("a merge can come again", m2.status === 201);

  // a circle of parents
  const top = await account("Kreis Holding"), middle = await account("Kreis Mitte", { parent_id: top.id }), low = await account("Kreis Unten", { parent_id: middle.id });
  ok("a parent goes into its grandchild", (await merge("account", low, top)).status === 201);
  ok("and no circle is left", (await get(`/accounts/${low.id}`)).parent_id === null && (await get(`/accounts/${middle.id}`)).parent_id === low.id);

  // ---- claims that meet ----
  const x = await account("Albatros Reederei", { city: "Bremen" }), y = await account("Pelikan Schifffahrt", { city: "Emden" });
  const rx = await register(gold.token, "Albatros Reederei"), ry = await register(rival.token, "Pelikan Schifffahrt");
  ok("two claims on two accounts", rx.state === "approved" && ry.state === "approved");
  const meet = await t.must(operations, "/merges/preview", { kind: "account", kept: y.id, gone: x.id });
  ok("the preview says that they meet", meet.claims.length === 1 && meet.claims[0].then === "dispute", meet.claims);
  const met = await merge("account", y, x);
  const [gx, gy] = [await get(`/registrations/${rx.id}`), await get(`/registrations/${ry.id}`)];
  ok("both stay, in dispute, with their days", met.status === 201 && gx.state === "approved" && gy.state === "approved" && gx.disputed && gy.disputed && gx.account_id === y.id, [gx, gy]);
  const disputes = (await get("/disputes")).items;
  ok("the system opened it, the younger against the older", disputes.length === 1 && disputes[0].opened_by === "system" && disputes[0].registration_id === ry.id && disputes[0].rival_id === rx.id, disputes);
  ok("neither partner reads of the other", !JSON.stringify(await t.must(gold.token, `/registrations/${rx.id}`)).includes("Pelikan"));
  ok("a third finds it taken", (await t.must(rival.token, "/registrations", deal({ company: "Albatros Reederei" }))).state !== "approved");
  const p1 = await account("Dorn Pharma"), p2 = await account("Rosen Pharma Werke");
  const o1 = await register(gold.token, "Dorn Pharma"), o2 = await register(gold.token, "Rosen Pharma Werke");
  const own = await merge("account", p2, p1);
  const [g1, g2] = [await get(`/registrations/${o1.id}`), await get(`/registrations/${o2.id}`)];
  ok("of one partner's two the elder stays", own.status === 201 && g1.state === "approved" && g2.state === "withdrawn" && /older/.test(g2.reason) && !g1.disputed, [g1.state, g2.state, g2.reason]);
  await split(own.data);
  const [h1, h2] = [await get(`/registrations/${o1.id}`), await get(`/registrations/${o2.id}`)];
  ok("after the split both protect again", h1.state === "approved" && h2.state === "approved" && h1.account_id === p1.id && h2.account_id === p2.id, [h1.state, h2.state]);
  ok("everything stands", t.check().status === 0, t.check().stdout);

  // ---- people ----
  const boss = await must("/people", { name: "Anna Berg", email: "anna.berg@brightwater.example", role: "partner_admin", partner_id: gold.id });
  const twin = await must("/people", { name: "Anna Berg", email: "annaberg@brightwater.example", role: "partner_seller", partner_id: gold.id });
  const twinToken = t.token("annaberg@brightwater.example");
  const hers = await register(twinToken, "Anna Werke");
  const twinBrowser = new Browser(t);
  await twinBrowser.signIn("annaberg@brightwater.example");
  await look("person");
  ok("one mailbox, one name", (await get("/duplicates?kind=person&limit=200")).items.some((p) => [p.one, p.other].includes(twin.id) && p.evidence.includes("same_mail")));
  const pm = await merge("person", boss, twin);
  ok("merged people", pm.status === 201, pm.text);
  ok("the token is over", (await t.api(twinToken, "/people")).status === 401);
  ok("so is the session", (await twinBrowser.fetch("/me")).status === 303);
  ok("the registration has a colleague", (await get(`/registrations/${hers.id}`)).person_id === boss.id);
  ok("nobody of two companies", field(await merge("person", boss, (await get(`/people?partner_id=${rival.id}`)).items[0]), "gone"));
  const admin = (await get("/people?role=admin")).items[0];
  ok("no administrator by a merge", (await merge("person", ruth, admin)).status >= 400 && (await merge("person", admin, ruth)).status >= 400);
  ok("and apart again", (await split(pm.data)).data?.state === "undone" && (await get(`/people/${twin.id}`)).state === "active" && (await get(`/registrations/${hers.id}`)).person_id === twin.id);

  // ---- partners ----
  const lone = await must("/partners", { name: "Brightwater GmbH", tier: "silver", country: "DE", standing: "good", domain: "brightwater-gmbh.example" });
  await must("/certifications", { partner_id: lone.id, product_line_id: lines[0].id, people: 9 });
  await must("/people", { name: "Lone Seller", email: "lone@brightwater-gmbh.example", role: "partner_seller", partner_id: lone.id });
  const loneToken = t.token("lone@brightwater-gmbh.example");
  const theirsNow = await register(loneToken, "Einsam Werke");
  const shared = await must("/opportunities", { name: "Both work on it", account_id: (await account("Beide Werke")).id, product_line_id: lines[0].id, state: "open" });
  for (const p of [gold, lone]) await must("/opportunity-members", { opportunity_id: shared.id, partner_id: p.id, role: "delivery" });
  const gm = await merge("partner", gold, lone);
  ok("merged partners", gm.status === 201, gm.text);
  const seen = await t.api(gold.token, `/registrations/${theirsNow.id}`);
  ok("registrations are the survivor's", seen.status === 200 && seen.data.partner_id === gold.id, seen.text);
  ok("and found by its people", (await t.must(gold.token, "/registrations?search=einsam")).items.length === 1);
  ok("people moved with their role", (await t.must(loneToken, `/registrations/${theirsNow.id}`)).partner_id === gold.id && (await t.must(loneToken, "/people")).items.length > 2);
  ok("its certificate for a line that both have stays behind", (await get(`/certifications?partner_id=${gold.id}`)).items.every((k) => k.people === 3));
  ok("so does its place on a team that both are on", (await get(`/opportunity-members?opportunity_id=${shared.id}`)).items.filter((m) => m.partner_id === gold.id).length === 1);
  ok("rivals see nothing of it", !(await t.api(rival.token, "/registrations?limit=200")).text.includes("Einsam") && (await t.api(rival.token, `/partners/${lone.id}`)).status === 404 && (await t.api(rival.token, "/merges")).status === 403 && (await t.api(rival.token, "/duplicate-searches")).status === 403 && (await t.api(gold.token, "/duplicates")).status === 403);
  ok("a gone partner's address leads on, for those who see it", (await t.fetch(`/api/v1/partners/${lone.id}`, { token: t.admin })).status === 308);
  ok("apart again", (await split(gm.data)).data?.state === "undone" && (await t.api(gold.token, `/registrations/${theirsNow.id}`)).status === 404 && (await t.api(loneToken, `/registrations/${theirsNow.id}`)).status === 200);
  ok("everything stands", t.check().status === 0, t.check().stdout);

  // ---- at once ----
  for (let round = 0; round < 4; round++) {
    const [k, l, n] = [await account(`Rund ${round} Alpha Werke`), await account(`Rund ${round} Beta Logistik`), await account(`Rund ${round} Gamma Handel`)];
    const both = await Promise.all([merge("account", k, l), merge("account", l, k)]);
    ok("of two merges against each other one counts", both.filter((r) => r.status === 201).length === 1, both.map((r) => r.text));
    const [stays, goes] = both[0].status === 201 ? [k, l] : [l, k];
    const mixedCalls = await Promise.all([merge("account", n, stays), register(gold.token, stays.name), register(rival.token, goes.name), t.api(t.admin, `/accounts/${stays.id}`, { city: "Bonn" }, { method: "PATCH" })]);
    const where = new Set();
    for (const r of mixedCalls.slice(1, 3)) where.add((await get(`/registrations/${r.id}`)).account_id);
    ok("nothing is left at a row that went", !where.has(stays.id) && !where.has(goes.id), [...where, n.id]);
    ok("and not both protected", mixedCalls.slice(1, 3).filter((r) => r.state === "approved").length <= 1, mixedCalls.slice(1, 3).map((r) => r.state));
  }
  ok("everything stands", t.check().status === 0, t.check().stdout);

  // ---- killed within ----
  const big = await account("Riesen Konzern"), into = await account("Zwerg Konzern Netz");
  for (let i = 0; i < 150; i++) await must("/opportunities", { name: `Deal ${i}`, account_id: big.id, state: "open" });
  for (let round = 0; round < 3; round++) {
    const running = merge("account", into, big).catch(() => null);
    await new Promise((r) => setTimeout(r, 3 + round * 25));
    await t.stop(t.servers.at(-1), "SIGKILL");
    await running;
    await t.start("--lanes", "4");
    const at = (await get(`/opportunities?account_id=${into.id}&limit=200`)).items.length, left = (await get(`/opportunities?account_id=${big.id}&limit=200`)).items.length;
    const gone = (await t.fetch(`/api/v1/accounts/${big.id}`, { token: t.admin })).status === 308;
    ok("killed within a merge: all of it or nothing", gone ? at === 150 : at === 0 && left === 150, [gone, at, left]);
    if (gone) await split((await get("/merges?state=done&limit=1")).items[0]);
  }
  ok("log, audit and rows stand", t.check().status === 0, t.check().stdout);
});
