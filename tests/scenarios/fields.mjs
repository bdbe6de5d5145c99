// Derived from the API's own description: markup and SQL in every field of every verb, and in custom fields, is kept as the
// text that it is or refused by the field's name; no page shows it as anything else.
import { Browser } from "./lib/browser.mjs";
import { until } from "./lib/load.mjs";
import { deal, onBoth } from "./lib/tandem.mjs";

const HOSTILE = [`"><script>alert(1)</script>`, `<img src=x onerror=alert(2)>`, `" onfocus="alert(3)" x="`, `' onfocus='alert(4)' x='`, `javascript:alert(5)`, `{{7*7}} \${7*7} %s%n`, `'; drop table person; --`, `" or 1=1 --`, `\\'); delete from event; --`];
const LIVE = /<script>alert|<img src=x| onfocus=["']alert|href="javascript:/;

// All of them, in as few texts as the field's length allows.
const packed = (max) => HOSTILE.reduce((all, one) => {
  const longer = `${all.at(-1)} ${one}`;
  return all.length && longer.length <= max ? [...all.slice(0, -1), longer] : [...all, one.slice(0, max).trim()];
}, []);
const word = () => Math.random().toString(36).slice(2, 9);

await onBoth(async (t, ok) => {
  await t.start();
  const { gold, rival, lines, operations } = await t.cast();
  await t.must(t.admin, "/people", { name: "Boss", email: "boss@brightwater.example", role: "partner_admin", partner_id: gold.id });
  const account = await t.must(t.admin, "/accounts", { name: "Base account", status: "open" });
  let days = 1;
  // one open at a time: too many would change the answer
  let open = null;
  const register = async (company) => {
    if (open) await t.api(gold.token, `/registrations/${open}/withdraw`, {});
    const made = await t.must(gold.token, "/registrations", deal({ company }));
    open = made.id;
    return made;
  };
  const approved = () => register(`${word()} ${word()} Werke`);
  // a registration, and the decision that it did not get
  const other = async () => {
    const made = await approved();
    return { registration_id: made.id, outcome: made.status === "approved" ? "decline" : "approve" };
  };
  const base = await approved();
  open = null;
  const person = (await t.must(t.admin, "/people?role=operations")).items[0];
  const month = `${new Date().getFullYear() + 1}-03`;

  // custom fields of each kind, which then stand in the API's description
  const kinds = (await t.must(null, "/openapi.json")).components.schemas.CustomFieldCreate.properties.kind.enum;
  const custom = [];
  for (const noun of ["partner", "registration"])
    for (const kind of kinds) custom.push(await t.must(t.admin, "/custom-fields", { noun, name: `c_${kind}`, label: HOSTILE[0], kind, options: kind === "choice" ? ["one", "two"] : null, partner_sees: true, partner_sets: true }));

  const api = await t.must(null, "/openapi.json");
  const types = (p) => [p.type].flat();
  // a good value for a field, by its declaration
  const good = (noun, name, p) => {
    const known = { registration_id: base.id, partner_id: noun === "person" ? null : gold.id, product_line_id: lines[0].id, account_id: account.id, owner_id: person.id, manager_id: person.id, parent_id: null, country: "DE", currency: noun === "currency_rate" ? "CHF" : "EUR", amount: "84000", day: new Date(Date.UTC(2000, 0, days++)).toISOString().slice(0, 10), due: `${month}-01`, closes: `${month}-01`, rate: 1.5, close_month: month, email: `${word()}@brightwater.example`, role: "auditor", tier: "gold", standing: "good", status: "open", state: "open", kind: noun === "import_run" ? "accounts" : "text", noun: "partner", language: "en", zone: "Europe/Berlin", scopes: ["read"], name: noun === "custom_field" ? `n_${word()}` : `Name ${word()}`, csv: "Name;Country\nAlpha;DE\n", map: "{}" };
    if (name in known && !(p?.enum && !p.enum.includes(known[name]))) return known[name];
    if (p.enum) return p.enum[0];
    return { integer: 1, number: 1, boolean: false, array: [], object: {} }[types(p)[0]] ?? `Text ${word()}`;
  };
  // a row on which a verb may run
  const rows = {
    async registration() {
      const named = await t.must(t.admin, "/accounts", { name: `Named ${word()} ${word()}`, status: "named", country: "DE" });
      return register(named.name);
    },
    opportunity: () => t.must(t.admin, "/opportunities", { name: `Deal ${word()}`, account_id: account.id, product_line_id: lines[0].id, state: "open", stage: "qualified", amount: 5000, currency: "EUR" }),
    // asked by a partner, and by the vendor: the other side answers
    async cosell_request() {
      return t.must(gold.token, "/cosell-requests", { kind: "meeting", text: "Come along.", company: word() });
    },
    async cosell_request_withdraw() {
      return t.must(t.admin, "/cosell-requests", { kind: "meeting", text: "Come along.", partner_id: gold.id, account_id: (await t.must(t.admin, "/accounts", { name: `Asked ${word()}`, status: "open" })).id });
    },
    lead: () => t.must(t.admin, "/leads", { company: `${word()} ${word()} Werke`, country: "DE", product_line_id: lines[0].id }),
    async lead_offer() {
      const lead = await rows.lead();
      await t.must(t.admin, `/leads/${lead.id}/route`, { partner_id: gold.id });
      return (await t.must(t.admin, `/lead-offers?lead_id=${lead.id}`)).items[0];
    },
    registration_extend: approved,
    registration_extend_check: approved,
    registration_log_activity: approved,
    registration_convert: approved,
    contract: () => t.must(t.admin, "/contracts", { account_id: account.id, product_line_id: lines[0].id, amount: 1000, starts: "2026-01-01", ends: "2099-12-31" }),
    async contract_hand_back() {
      const contract = await rows.contract();
      return t.must(t.admin, `/contracts/${contract.id}/hand_over`, { partner_id: gold.id, reason: "Nearer" });
    },
    async contract_reopen() {
      const contract = await rows.contract();
      return t.must(t.admin, `/contracts/${contract.id}/lose`, { reason: "Dear" });
    },
    customer_partner: async () => t.must(t.admin, "/customer-partners", { account_id: account.id, product_line_id: (await t.must(t.admin, "/product-lines", { name: word(), active: true })).id, partner_id: gold.id, role: "deliver" }),
    // an override that another asked for, of an approval
    async override() {
      return t.must(operations, "/overrides", { ...(await other()), reason: "To try it." });
    },
    // a dispute on a customer that another partner holds; and the side of who opened it
    async dispute() {
      const company = `${word()} ${word()} Hafen`;
      await t.must(rival.token, "/registrations", deal({ company }));
      const lost = await register(company);
      await t.must(gold.token, `/registrations/${lost.id}/dispute`, { text: "We were there first." });
      open = null;
      return (await t.must(t.admin, "/disputes")).items[0];
    },
    async merge() {
      const [kept, gone] = [await t.must(t.admin, "/accounts", { name: `Kept ${word()}`, status: "open" }), await t.must(t.admin, "/accounts", { name: `Gone ${word()}`, status: "open" })];
      return t.must(t.admin, "/merges", { kind: "account", kept: kept.id, gone: gone.id });
    },
    async import_run() {
      const made = await t.must(operations, "/imports", { kind: "accounts", csv: "Name;Country\nAlpha;DE\n", file_name: "a.csv" });
      await until(async () => /staged|checked/.test((await t.must(operations, `/imports/${made.id}`)).state));
      return made;
    },
  };
  const verbs = Object.entries(api.paths).flatMap(([path, methods]) => Object.entries(methods).filter(([m]) => m === "post" || m === "patch").map(([method, o]) => {
    const ref = o.requestBody?.content?.["application/json"]?.schema?.$ref;
    return { path: path.replace("/api/v1", ""), method: method.toUpperCase(), id: o.operationId, schema: ref && api.components.schemas[ref.split("/").pop()] };
  })).filter((v) => v.schema?.properties && v.id !== "token_create"); // a token makes no tokens: a browser does, below
  const nounOf = (v) => ["custom_field", "currency_rate", "product_line", "import_run", "programme_version", "programme_draft", "opportunity_member", "opportunity_line", "opportunity_comment", "plan_step", "cosell_request", "customer_partner", "lead_offer", "referral_link"].find((n) => v.id.startsWith(n)) ?? v.id.split("_")[0];
  const creates = Object.fromEntries(verbs.filter((v) => v.method === "POST" && !v.path.includes("{id}") && !v.path.includes("/", 1)).map((v) => [nounOf(v), v]));
  const body = async (v, noun) => {
    const json = Object.fromEntries((v.schema.required ?? []).map((n) => [n, good(noun, n, v.schema.properties[n])]));
    if (v.id === "registration_register") json.partner_id = gold.id;
    if ((v.schema.required ?? []).includes("opportunity_id")) json.opportunity_id = (await rows.opportunity()).id;
    if (v.id === "opportunity_member_create") json.partner_id = gold.id;
    if (v.id === "opportunity_move") json.stage = "negotiation";
    if (v.id === "note_create") json.partner_id = gold.id;
    if (v.id === "cosell_request_create") Object.assign(json, { partner_id: gold.id, account_id: (await t.must(t.admin, "/accounts", { name: `Asked ${word()}`, status: "open" })).id });
    if (v.id === "touchpoint_create") Object.assign(json, { kind: "meeting", partner_id: gold.id });
    if (["review_create", "review_move"].includes(v.id)) Object.assign(json, { day: new Date(Date.now() + 3 * 86400e3).toISOString().slice(0, 10), time: "10:00" });
    if (v.id === "review_create") json.partner_id = gold.id;
    if (v.id === "review_note") json.kind = "decision";
    if (v.id === "review_hold") json.present = ["admin@velmora.example"];
    if (["contract_create", "contract_update"].includes(v.id)) Object.assign(json, { starts: "2026-01-01", ends: "2099-12-31" });
    if (["contract_forecast"].includes(v.id)) json.forecast = "commit";
    if (v.id === "contract_hand_over") json.partner_id = gold.id;
    if (["customer_partner_create", "usage_create"].includes(v.id)) json.product_line_id = (await t.must(t.admin, "/product-lines", { name: word(), active: true })).id;
    if (v.id === "customer_partner_create") json.role = "deliver";
    if (["usage_create", "usage_update"].includes(v.id)) json.month = "2026-01";
    if (v.id === "usage_record") json.rows = [{ account_id: account.id, product_line_id: lines[0].id, metric: word(), month: "2026-01", quantity: 1 }];
    if (v.id === "satisfaction_create") Object.assign(json, { kind: "nps", score: 9, day: "2026-01-05" });
    if (v.id === "import_run_upload") json.csv = good(noun, "csv");
    if (v.id === "certification_create") json.product_line_id = (await t.must(t.admin, "/product-lines", { name: word(), active: true })).id;
    if (v.id === "override_ask") Object.assign(json, await other());
    if (["merge_create", "merge_preview"].includes(v.id)) for (const side of ["kept", "gone"]) json[side] = (await t.must(t.admin, "/accounts", { name: `Twin ${word()}`, status: "open" })).id;
    if (["merge_create", "merge_preview"].includes(v.id)) json.kind = "account";
    const ofDraft = { rule: "small_deal", example: "On watch", key: "gold", list: "tiers", document: JSON.stringify(programme) };
    if (noun === "programme_draft") for (const name of Object.keys(v.schema.properties)) if (name in ofDraft && (name !== "document" || name in json)) json[name] = ofDraft[name];
    if (v.id === "programme_draft_add_item") Object.assign(json, { key: `k_${word().toLowerCase()}`, label: word() });
    return json;
  };
  const programme = JSON.parse(t.run("programme", "export", "--db", t.url, "--key", t.key));
  programme.programme.second_person = false; // so that one person may publish
  t.run("programme", "apply", t.file("alone.json", JSON.stringify(programme)), "--db", t.url, "--key", t.key);
  const shown = new Set(), seen = new Map();
  const unreached = [];
  let texts = 0, fields = 0, kept = 0;

  // Runs V with MORE on a fresh row, as somebody who may.
  const run = async (v, noun, more) => {
    let path = v.path;
    const json = { ...(await body(v, noun)), ...more };
    if (noun === "programme_version" && !("document" in more)) json.document = JSON.stringify({ ...programme, programme: { ...programme.programme, name: word() } });
    if (path.includes("{id}")) {
      const make = rows[v.id] ?? rows[noun];
      const row = make ? await make() : creates[noun] && (await t.api(t.admin, creates[noun].path, await body(creates[noun], noun))).data;
      path = path.replace("{id}", row?.id ?? "none");
    }
    const token = v.id === "registration_check" || /^(lead_offer_(accept|decline)|referral_link_)/.test(v.id) ? gold.token : v.id === "person_update_me" ? t.token("boss@brightwater.example") : t.admin;
    return t.api(token, path, json, { method: v.method });
  };
  for (const v of verbs) {
    const noun = nounOf(v), plain = await run(v, noun, {});
    const reached = plain.status < 300; // else the row is in no state for it, and only input is judged
    if (!reached) unreached.push([v.id, plain.text]);
    for (const [name, p] of Object.entries(v.schema.properties).filter(([n]) => n !== "custom")) {
      fields++;
      const others = { document: ["programme"], columns: ["mapping"], opportunity_id: ["partner_id"] /* a deal found by such an id, on which it works */ }[name] ?? []; // what is wrong inside it
      const names = (r) => r.status === 422 && r.data.errors.some((e) => [name, ...others].some((n) => e.field.startsWith(n)));
      const wrong = await run(v, noun, { [name]: p.type && !types(p).includes("object") ? { a: 1 } : 1 });
      ok(`${v.id} ${name}: the wrong type names the field`, names(wrong) || !reached, wrong.text);
      const text = types(p).includes("string") && !p.enum && !p.format && !p.pattern && p.maxLength;
      if (text && text < 10000) {
        const long = await run(v, noun, { [name]: "x".repeat(text + 1) });
        ok(`${v.id} ${name}: one character too many names the field`, names(long) || !reached, long.text);
      }
      const bad = [];
      for (const hostile of packed(text || 200)) {
        const r = await run(v, noun, { [name]: types(p).includes("array") ? [hostile] : hostile });
        texts++;
        if (r.status >= 300 && !names(r) && (reached || r.status >= 500)) bad.push(r.text);
        if (r.status >= 300) continue;
        kept++;
        const at = r.data?.id && creates[noun] ? `/${creates[noun].path.slice(1)}/${r.data.id}` : null;
        if (at) shown.add(at), seen.set(noun, at);
        if (typeof r.data?.[name] === "string" && r.data[name] !== hostile && !/domain|_id$/.test(name)) bad.push([hostile, r.data[name]]);
      }
      ok(`${v.id} ${name}: hostile text is text, or refused by name`, bad.length === 0, bad.slice(0, 2));
    }
  }
  ok(`of ${verbs.length} verbs nearly all were reached`, unreached.length <= verbs.length / 4, unreached.map(([id, text]) => [id, text.slice(0, 90)]));
  ok("there were fields to try, and texts were kept", fields > 60 && kept > 30, [fields, texts, kept]);

  // custom fields: on each noun that has them, in each verb that sets them
  for (const { noun, name, kind } of custom)
    for (const hostile of packed(kind === "text" ? 200 : 60)) {
      const made = noun === "partner" ? await t.api(t.admin, `/partners/${gold.id}`, { custom: { [name]: hostile } }, { method: "PATCH" }) : await t.api(gold.token, "/registrations", deal({ company: `${word()} ${word()} Werke`, custom: { [name]: hostile } }));
      const same = made.status < 300 && made.data.custom[name] === hostile;
      ok(`${noun} custom ${kind}: hostile text is text, or refused by name`, same || (made.status === 422 && made.data.errors.some((e) => e.field.includes(name))), made.text);
      if (same) shown.add(`/${noun}s/${made.data.id}`);
    }

  // a programme whose every word is hostile, and a file
  const [label] = packed(400);
  const evil = structuredClone(programme);
  for (const list of ["tiers", "types", "territories", "queues"]) for (const item of evil[list]) item.label = item.label_de = label;
  for (const rule of evil.rules) Object.assign(rule, { name: packed(80)[0], sentence: packed(300)[0] });
  evil.programme.vendor = evil.programme.name = label;
  const applied = t.tryRun("programme", "apply", t.file("evil.json", JSON.stringify(evil)), "--note", HOSTILE.join(" ").slice(0, 200), "--db", t.url, "--key", t.key);
  ok("a programme of hostile labels is a programme", applied.status === 0, applied.stderr);
  const csv = `Name;City;Country\n${packed(200).map((h) => `"${h.replaceAll('"', '""')}";"${HOSTILE[1]}";DE`).join("\n")}\n`;
  const upload = await t.must(operations, "/imports", { kind: "accounts", csv, file_name: `${HOSTILE[0]}.csv`.slice(0, 60) });
  shown.add(`/import/${upload.id}`);
  await t.must(gold.token, "/registrations", deal({ company: `${word()} ${word()} Werke`, relationship: HOSTILE.join(" ") }));

  // what people then look at
  for (const [email, may] of [["admin@velmora.example", () => true], ["maya@brightwater.example", (path) => !/\/(accounts|opportunities|import|custom-fields|tokens|currency-rates)/.test(path)]]) {
    const browser = new Browser(t);
    await browser.signIn(email);
    for (const name of packed(80)) await browser.post("/tokens/create", { csrf: await browser.csrf("/me"), name, scopes: "read" });
    const lists = Object.values(creates).filter((v) => !/imports/.test(v.path)).flatMap((v) => [v.path, `${v.path}.csv`, `${v.path}/create`]);
    const edits = [...seen.values()].map((path) => `${path}/update`);
    const queries = encodeURIComponent(HOSTILE[0]);
    const own = ["/", "/me", "/tokens", "/queue", "/register", "/rules", "/log", "/import", "/notices", `/search?q=${queries}`, `/accounts?search=${queries}`, `/registrations?company=${queries}`, `/register?company=${queries}`, "/search?q=script"];
    const live = [], broken = [];
    let pages = 0;
    for (const path of [...shown, ...lists, ...edits, ...own]) {
      const r = await browser.fetch(path);
      pages += r.status === 200;
      if (r.status >= 500) broken.push([path, r.status]);
      if (!/csv/.test(r.headers.get("content-type") ?? "") && LIVE.test(r.text)) live.push([path, LIVE.exec(r.text)[0]]);
    }
    ok(`as ${email} tokens bear such names`, (await browser.fetch("/tokens")).text.includes("&lt;script&gt;"));
    ok(`as ${email} no page is broken`, broken.length === 0, broken);
    ok(`as ${email} ${pages} pages show it as text`, live.length === 0 && pages > 30, [pages, live]);
  }
  const check = t.check();
  ok("the database stands", check.status === 0, check.stdout);
});
