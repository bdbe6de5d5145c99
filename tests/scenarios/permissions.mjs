// Every role against every noun and verb, through REST, tokens' scopes and pages: what `tandem describe permissions`
// says is what happens, and a rival's row is never there. Derived: what is declared is tried.
import { Browser } from "./lib/browser.mjs";
import { until } from "./lib/load.mjs";
import { onBoth, deal, said } from "./lib/tandem.mjs";

// { noun: { verb: Set of roles } } from the printed table; what changes nothing stands there in brackets. A noun is
// read by "(read)", which is no verb of its own where there is one of that name.
function matrix(text) {
  const roles = [...text.matchAll(/^ *(\d+) (\w+)$/gm)].map((m) => m[2]);
  const table = {}, reading = new Set();
  for (const line of text.split("\n")) {
    const m = /^(\w+) (\(?)(\w+)\)?((?: +[x.]){8})$/.exec(line);
    if (!m) continue;
    const verb = m[2] && m[3] === "read" ? "(read)" : m[3];
    (table[m[1]] ??= {})[verb] = new Set(m[4].trim().split(/ +/).flatMap((x, i) => (x === "x" ? [roles[i]] : [])));
    if (m[2] && verb !== "(read)") reading.add(`${m[1]}_${m[3]}`);
  }
  return { roles, table, reading };
}

await onBoth(async (t, ok) => {
  const { roles, table, reading } = matrix(t.run("describe", "permissions"));
  ok("the table is read", roles.length === 8 && Object.keys(table).length >= 10 && table.registration.approve.has("operations"), table);
  await t.start();
  const { gold, rival, lines } = await t.cast();
  const address = (role, more = "") => `${role}${more}@permissions.example`;
  const person = (role, partner, more = "") => t.must(t.admin, "/people", { name: `The ${role}${more}`, email: address(role, more), role, partner_id: role.startsWith("partner_") && role !== "partner_manager" ? partner.id : null });
  const who = {};
  for (const role of roles) {
    await person(role, gold);
    who[role] = { token: t.token(address(role)), read: t.token(address(role), "read"), write: t.token(address(role), "write"), spare: t.token(address(role)) };
  }

  // a row of each noun, of gold's where it is some partner's; another of it for verbs that would end it
  const admin = (path) => t.must(t.admin, path).then((x) => x.items);
  await t.must(t.admin, "/custom-fields", { noun: "partner", name: "segment", label: "Segment", kind: "text" });
  const account = await t.must(t.admin, "/accounts", { name: "Ardenmill Group", country: "DE", status: "named" });
  const onDeal = { opportunity_id: (await t.must(t.admin, "/opportunities", { name: "Ardenmill", account_id: account.id, product_line_id: lines[0].id, state: "open" })).id };
  await t.must(t.admin, "/opportunity-members", { ...onDeal, partner_id: gold.id, role: "co_sell" });
  await t.must(t.admin, "/opportunity-lines", { ...onDeal, product_line_id: lines[0].id, amount: 1000 });
  await t.must(who.partner_seller.token, "/registrations/check", { company: "Ardenmill Group", country: "DE" });
  const registration = await t.must(who.partner_seller.token, "/registrations", deal({ company: "Ardenmill Group" }));
  const shielded = await t.must(who.partner_seller.token, "/registrations", deal({ company: "Korvath Maschinenbau" }));
  await t.must(who.partner_seller.token, `/registrations/${shielded.id}/extend`, { evidence: "meeting", day: new Date().toISOString().slice(0, 10) });
  await t.must(who.partner_seller.token, `/registrations/${shielded.id}/log_activity`, { kind: "call" });
  await t.must(rival.token, "/registrations", deal({ company: "Zwillbrok Papier" }));
  const declined = await t.must(who.partner_seller.token, "/registrations", deal({ company: "Zwillbrok Papier" }));
  await t.must(who.partner_seller.token, `/registrations/${declined.id}/join_waitlist`, {});
  const [twin, other] = [await t.must(t.admin, "/accounts", { name: "Doppel Optik GmbH", country: "DE", status: "open" }), await t.must(t.admin, "/accounts", { name: "Doppel Optik AG", country: "DE", status: "open" })];
  await t.must(t.admin, "/accounts", { name: "Doppel Optik", country: "DE", status: "open" });
  await t.must(t.admin, "/merges", { kind: "account", kept: twin.id, gone: other.id });
  await t.must(t.admin, "/duplicate-searches", { kind: "account" });
  await t.must(t.admin, "/currency-rates", { currency: "CHF", day: "2026-01-05", rate: 0.9 });
  await t.must(t.admin, "/overrides", { registration_id: declined.id, outcome: "approve", reason: "To try it." }).catch(() => t.must(t.admin, "/overrides", { registration_id: shielded.id, outcome: "decline", reason: "To try it." }));
  // a dispute with a file, about a registration of its own
  const contested = await t.must(gold.token, "/registrations", deal({ company: "Contested Werke" }));
  const evidence = new FormData();
  evidence.append("text", "See the minutes.");
  evidence.append("file", new Blob(["Minutes"]), "minutes.txt");
  await fetch(`http://127.0.0.1:${t.port}/api/v1/registrations/${contested.id}/dispute`, { method: "POST", headers: { Authorization: `Bearer ${gold.token}` }, body: evidence });
  // lists, laid over each other: each side has its own, and each person a look that may be exported
  const sides = { vendor: { token: t.admin, share: { with_partner_id: gold.id } }, partner: { token: who.partner_admin.token, share: {} } };
  const companies = "name,domain,country\n" + Array.from({ length: 5 }, (_, i) => `Abgleich ${i} GmbH,abgleich${i}.example,DE`).join("\n");
  const list = async (side, name) => {
    const population = (await t.must(side.token, "/populations", { name, kind: "customers", source: "file", csv: companies })).id;
    await t.must(side.token, `/populations/${population}/grant`, { ...side.share, level: "fields", may_export: true });
    return { population, population_share: (await t.must(side.token, "/population-shares")).items.find((p) => p.population_id === population).id };
  };
  const matched = async () => { for (const s of Object.values(sides)) if ((await t.must(s.token, "/populations")).items.some((p) => p.state !== "done")) return false; return true; };
  for (const side of Object.values(sides)) await list(side, "Shared");
  for (let i = 0; i < 100 && !(await matched()); i++) await new Promise((done) => setTimeout(done, 100));
  for (const side of Object.values(sides)) side.count = (await t.must(side.token, "/overlap-counts")).items[0].id;
  await t.must(t.admin, `/overlap-counts/${sides.vendor.count}/export_rows`, {});
  const mapped = async (role) => {
    const side = role.startsWith("partner_") && role !== "partner_manager" ? sides.partner : sides.vendor, token = who[role]?.token ?? side.token;
    await t.api(token, `/overlap-counts/${side.count}/export_rows`, {});
    return { ...(await list(side, `Of ${role}`)), overlap_count: side.count, private_match: side.match, overlap: (await t.api(token, "/overlaps")).data?.items?.[0]?.id ?? null, mapping_look: (await t.must(side.token, "/mapping-looks")).items[0].id };
  };
  // a private mapping, with a company in common for each side
  const many = "name,domain,country\n" + Array.from({ length: 100 }, (_, i) => `Vertraut ${i} GmbH,vertraut${i}.example,DE`).join("\n");
  const quiet = await t.must(t.admin, "/populations", { name: "Quiet", kind: "customers", source: "file", csv: many });
  for (let i = 0; i < 100 && (await t.must(t.admin, `/populations/${quiet.id}`)).state !== "done"; i++) await new Promise((done) => setTimeout(done, 100));
  await t.must(t.admin, "/private-runs", { population_id: quiet.id, partner_id: gold.id });
  for (const [id, owner] of [[1, "null"], [2, "partner_id"]]) t.sql(`insert into private_match (id, version, created, updated, run_id, partner_id, name) select ${id}, 1, 1, 1, id, ${owner}, 'Vertraut 1 GmbH' from private_run`);
  for (const side of Object.values(sides)) side.match = (await t.must(side.token, "/private-matches")).items[0].id;
  // gold has brought one lead, and another is offered to it
  const leads = async (name) => {
    const made = async (json) => t.must(t.admin, "/leads", { country: "DE", ...json });
    const brought = await made({ company: `${name} bringers`, domain: `${name.replace("_", "-")}-one.example`, referrer_id: gold.id });
    const routed = await made({ company: `${name} askers`, domain: `${name.replace("_", "-")}-two.example` });
    await t.must(t.admin, `/leads/${routed.id}/route`, { partner_id: gold.id });
    return { referral_link: (await t.must(who.partner_admin.token, "/referral-links", { name })).id, lead: brought.id, lead_offer: (await t.must(t.admin, `/lead-offers?lead_id=${routed.id}`)).items[0].id };
  };
  // notes, tasks and views are their author's
  const written = Object.fromEntries(await Promise.all([...roles, "nobody"].map(async (role) => {
    const make = async (path, json) => (await t.api(who[role]?.token ?? t.admin, path, json)).data?.id;
    return [role, { ...(await mapped(role)), ...(await leads(role)), note: await make("/notes", { text: "They ask for a course.", partner_id: gold.id, shared: "both" }), task: await make("/tasks", { text: "Find a course", partner_id: gold.id }), saved_view: await make("/saved-views", { name: "In review", list: "registrations", shared: "side" }), plan_step: await make("/plan-steps", { ...onDeal, text: "Meet", due: "2099-01-01", side: "vendor", partner_id: gold.id }), opportunity_comment: await make("/opportunity-comments", { ...onDeal, text: "They are ready.", partner_id: gold.id }) }];
  })));
  // somebody follows a link
  await t.fetch(`/r/${(await t.must(t.admin, "/referral-links")).items[0].code}`, { headers: { "User-Agent": "Mozilla/5.0" } });
  await until(async () => (await t.must(t.admin, "/referral-days")).items.length);
  const review = await t.must(t.admin, "/reviews", { partner_id: gold.id, day: new Date(Date.now() + 2 * 86400e3).toISOString().slice(0, 10), time: "10:00" });
  await t.must(t.admin, `/reviews/${review.id}/note`, { kind: "decision", text: "No discount." });
  await t.must(t.admin, "/cosell-requests", { kind: "meeting", text: "Come along.", partner_id: gold.id, account_id: account.id });
  // a deal of ours at a customer where gold works on another
  const shared = (await t.must(t.admin, "/accounts", { name: "Gemeinsam Werke", country: "DE", status: "open" })).id;
  const [theirDeal] = await Promise.all(["theirs", "ours"].map((name) => t.must(t.admin, "/opportunities", { name, account_id: shared, product_line_id: lines[0].id, state: "open" })));
  await t.must(t.admin, "/opportunity-members", { opportunity_id: theirDeal.id, partner_id: gold.id, role: "co_sell" });
  let chance;
  await until(async () => (chance = (await t.must(t.admin, `/cosell-chances?account_id=${shared}&partner_id=${gold.id}`)).items[0]));
  const atCustomer = { account_id: account.id, product_line_id: lines[0].id, partner_id: gold.id };
  const contract = await t.must(t.admin, "/contracts", { ...atCustomer, amount: 1000, starts: "2026-01-01", ends: "2099-12-31" });
  await t.must(t.admin, "/customer-partners", { ...atCustomer, role: "manage" });
  await t.must(t.admin, "/usage", { account_id: account.id, product_line_id: lines[0].id, metric: "seats", month: "2026-01", quantity: 5 });
  await t.must(t.admin, "/satisfaction", { account_id: account.id, kind: "nps", score: 9, day: "2026-01-05" });
  await t.must(t.admin, "/programme-drafts", { title: "Stricter" });
  const stricter = JSON.parse(t.run("programme", "export", "--db", t.url, "--key", t.key));
  stricter.examples = [];
  stricter.rules.find((r) => r.id === "certified_free").when["partner.tier"] = { at_least: "platinum" };
  const simulation = await t.must(t.admin, "/simulations", { document: stricter });
  for (let i = 0; i < 200 && (await t.must(t.admin, `/simulations/${simulation.id}`)).state !== "done"; i++) await new Promise((done) => setTimeout(done, 100));
  const victim = await person("partner_seller", gold, "_victim");
  const rows = { registration: registration.id, account: account.id, opportunity: onDeal.opportunity_id, person: victim.id, partner: gold.id, product_line: lines[0].id, contract: contract.id, cosell_chance: chance.id };

  const api = await t.must(t.admin, "/openapi.json");
  const operations = Object.entries(api.paths).flatMap(([path, methods]) => Object.entries(methods).filter(([m]) => m !== "parameters").map(([method, o]) => ({ path: path.replace(/^\/api\/v1/, ""), method: method.toUpperCase(), id: o.operationId })));
  const nouns = Object.keys(table).sort((a, b) => b.length - a.length);
  const known = operations.flatMap((o) => {
    const noun = nouns.find((n) => o.id.startsWith(n + "_"));
    return noun ? [{ ...o, noun, verb: o.id.slice(noun.length + 1) }] : [];
  });
  ok("all of the document but itself, in its two forms, is of a noun", known.length === operations.length - 2, operations.filter((o) => !known.some((k) => k.id === o.id)));
  const looks = (o) => ["list", "get", "export"].includes(o.verb) || reading.has(`${o.noun}_${o.verb}`);
  const allowed = (noun, verb) => table[noun][["list", "get", "export"].includes(verb) ? "(read)" : verb];
  for (const { noun, verb } of known) ok(`${noun} ${verb} stands in the table`, allowed(noun, verb) !== undefined);
  const plural = Object.fromEntries(known.filter((o) => o.verb === "list").map((o) => [o.noun, o.path]));
  const own = ["token", "notice", "passkey", "session"]; // each person's
  for (const [noun, path] of Object.entries(plural)) rows[noun] ??= own.includes(noun) ? null : (await admin(`${path}?limit=200`)).filter((r) => !r.partner_id || r.partner_id === gold.id).at(0)?.id;
  const lacking = Object.keys(plural).filter((n) => !rows[n] && !own.includes(n) && n !== "import_run");
  ok("there is a row of each noun", lacking.length === 0, lacking);

  for (const role of roles) {
    const { token, read, write } = who[role];
    const spare = (await t.must(token, "/tokens")).items[0].id /* the newest */;
    const notice = (await t.must(token, "/notices")).items[0]?.id;
    const row = (o) => ({ token: spare, notice, ...written[role] })[o.noun] ?? written.nobody[o.noun] ?? rows[o.noun];
    const wrong = [], scopes = [];
    for (const o of known) {
      if (o.path.includes("{id}") && !row(o)) continue;
      const reads = looks(o), may = allowed(o.noun, o.verb).has(role);
      const path = o.path.replace("{id}", row(o)), body = o.method === "GET" ? undefined : {};
      const by = async (k) => (await t.api(k, path, body, { method: o.method })).status;
      const status = await by(token);
      if (may ? [401, 403, 404, 405].includes(status) || status >= 500 : ![403, 404].includes(status)) wrong.push([o.id, may, status]);
      if (may && reads && (await by(write)) !== 403) scopes.push([o.id, "write"]);
      if (may && !reads && (await by(read)) !== 403) scopes.push([o.id, "read"]);
      if ((await by(null)) !== 401) wrong.push([o.id, "nobody"]);
    }
    ok(`${role}: REST does what the table says`, wrong.length === 0, wrong);
    ok(`${role}: a token's scopes hold`, scopes.length === 0, scopes);
  }

  // pages: lists, records, forms; and what is posted by hand
  for (const role of roles) {
    const browser = new Browser(t), wrong = [];
    await browser.signIn(address(role));
    const csrf = await browser.csrf("/me");
    for (const o of known) {
      const reads = looks(o), may = allowed(o.noun, o.verb).has(role);
      if (o.noun === "token" || (o.path.includes("{id}") && !rows[o.noun])) continue;
      const place = o.path.replace("{id}", rows[o.noun]);
      const page = reads ? place : place.endsWith("/" + o.verb) ? place : `${place}/${o.verb}`;
      const shown = (await browser.fetch(page)).status;
      if (may ? shown >= 500 || (reads && shown === 403) : shown !== 404 && shown !== 303) wrong.push(["GET", page, may, shown]);
      if (!reads && !may) {
        const posted = (await browser.post(page, { csrf })).status;
        if (posted !== 404) wrong.push(["POST", page, posted]);
      }
    }
    ok(`${role}: pages do what the table says`, wrong.length === 0, wrong);
  }

  // a rival never reaches a row of gold's, whatever the verb and however it is asked
  const theirs = ["registration", "decision", "account_check", "certification", "person", "partner", "account", "opportunity", "opportunity_member", "opportunity_line", "plan_step", "opportunity_comment", "cosell_request", "import_run"];
  for (const role of ["partner_admin", "partner_seller"]) {
    await person(role, rival, "_rival");
    const token = t.token(address(role, "_rival")), browser = new Browser(t), wrong = [];
    await browser.signIn(address(role, "_rival"));
    for (const o of known.filter((k) => k.path.includes("{id}") && theirs.includes(k.noun) && rows[k.noun])) {
      const reads = o.verb === "get", path = o.path.replace("{id}", rows[o.noun]), none = o.path.replace("{id}", rows[o.noun].slice(0, -4) + "0000");
      const body = reads ? undefined : { reason: "x", name: "x", people: 1 };
      const at = async (p) => { const r = await t.api(token, p, body, { method: o.method }); return [r.status, said(r)].join(); };
      const mine = await at(path), nothing = await at(none);
      if (!/^40[34],/.test(mine) || mine !== nothing) wrong.push([o.id, mine, nothing]);
      if (reads && (await browser.fetch(path)).status !== 404) wrong.push(["page", path]);
    }
    ok(`a rival's ${role} finds no row of another's`, wrong.length === 0, wrong);
  }
  ok("everything stands", t.check().status === 0);
});
