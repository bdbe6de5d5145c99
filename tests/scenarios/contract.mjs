// The contract: every operation of the served OpenAPI document is called, first as it must be refused (no token, a wrong role,
// foreign ids, in each field and filter what its schema forbids, a field that is missing or unknown, what is no JSON). Each
// answer has a documented status and fits its schema; nothing is ever a fault of the server. examples.mjs calls them as they
// should be.
import { OpenApi } from "./lib/openapi.mjs";
import { onBoth } from "./lib/tandem.mjs";

const LONG = "x".repeat(70_000);
const types = (p) => [p.type].flat();
const SAMPLES = { object: { a: 1 }, array: [[1]], boolean: true, number: 1.5, string: "No \u0001 value", null: null };
const FORMATS = { date: "2026-13-45", "date-time": "yesterday at noon", email: "nobody at nowhere" };

// What a schema forbids among the values of its own types, each with a name.
function outside(p) {
  const all = [];
  if (p.enum) all.push(["not of its list", "no_such_value"]);
  if (p.pattern) all.push(["not of its pattern", "?? 9 ??"]);
  if (p.format in FORMATS) all.push([`no ${p.format}`, FORMATS[p.format]]);
  if (p.minimum !== undefined) all.push(["too low", p.minimum - 1]);
  if (p.maximum !== undefined) all.push(["too high", p.maximum + 1]);
  if (p.minLength) all.push(["too short", "x".repeat(p.minLength - 1)]);
  if (p.maxLength < LONG.length) all.push(["too long", "x".repeat(p.maxLength + 1)]);
  return all;
}
// And all that a field forbids. One that holds a document takes any JSON.
const forbidden = (p) => (p.type ? [...Object.entries(SAMPLES).filter(([type]) => !types(p).includes(type)), ...outside(p)] : []);
// In an address everything is text.
const unfit = (p) => [...outside(p), ...(types(p).includes("string") ? [] : [["not of its type", "perhaps"]])];

await onBoth(async (t, ok) => {
  await t.start();
  const admin = t.admin, auditor = t.token("edith.vasserman@velmora.example"), seller = t.token("maya.lindqvist@brightwater.example"), reader = t.token("samuel.odhiambo@velmora.example", "read");
  const document = await t.must(admin, "/openapi.json"); // with the programme's lists
  const api = new OpenApi(document), { operations } = api, resolve = (o) => api.resolve(o);

  const noun = (path) => path.split("/").slice(0, 4).join("/");
  // somebody of its roles
  const own = new Set(); // nouns of which only the seller has rows
  const who = (o) => (!own.has(noun(o.path)) && (/Roles: [^.]*(Admin|the system)/.test(o.description) || !/Roles:/.test(o.description)) ? admin : seller);

  const wrongs = [];
  let calls = 0;
  // Calls it and looks whether the answer is one of those documented.
  async function call(o, why, path, more = {}) {
    const r = await t.fetch(path, { method: o.method.toUpperCase(), token: who(o), ...more });
    calls++;
    const fault = api.fault(o, r);
    if (fault) wrongs.push(`${o.operationId}, ${why}: ${fault} ${r.text.slice(0, 160)}`);
    return r;
  }
  // An answer that must be this refusal.
  async function refused(o, why, status, path, more) {
    const r = await call(o, why, path, more);
    if (![status].flat().includes(r.status)) wrongs.push(`${o.operationId}, ${why}: ${r.status} instead of ${status}: ${r.text.slice(0, 160)}`);
    return r;
  }

  // a row of each noun, by its prefix
  const rows = new Map(), sellers = new Map(), by = new Map();
  for (const o of operations.filter((o) => o.operationId.endsWith("_list"))) {
    sellers.set(o.path, (await call(o, "list as a seller", `${o.path}?limit=1`, { token: seller })).data.items?.[0]?.id);
    let r = await call(o, "list", `${o.path}?limit=3`);
    if (!r.data.items?.length) {
      own.add(o.path);
      r = await call(o, "list", `${o.path}?limit=3`);
      if (!r.data.items?.length) own.delete(o.path);
    }
    rows.set(o.path, r.data.items?.[0]?.id);
    if (r.data.items?.[0]) by.set(r.data.items[0].id.split("_")[0], r.data.items[0].id);
  }
  const unknown = (id) => id.replace(/_.*/, "_0000000000000");
  const rowOf = (o) => (who(o) === seller && sellers.get(noun(o.path))) || rows.get(noun(o.path));
  const address = (o, id = rowOf(o) ?? resolve(o.parameters?.[0] ?? document.paths[o.path].parameters?.[0])?.schema?.examples?.[0]) => o.path.replace("{id}", id);
  const bodyOf = (o) => o.requestBody?.content["application/json"].schema;
  const example = (o) => Object.fromEntries(Object.entries(resolve(bodyOf(o))?.examples?.[0] ?? (o.operationId.endsWith("_bulk") ? { verb: resolve(bodyOf(o)).properties.verb.enum[0], ids: [rows.get(noun(o.path))] } : {})).map(([name, value]) => [name, (typeof value === "string" && by.get(/^([a-z]+)_[0-9A-Z]{13}$/.exec(value)?.[1])) || value]));

  ok("the demo has rows of most nouns", [...rows.values()].filter(Boolean).length > rows.size * 0.7, [...rows].filter(([, id]) => !id).map(([path]) => path));
  for (const o of operations.filter((o) => o.method === "get")) {
    const path = address(o);
    const r = await call(o, "read", path);
    if (o.security?.length !== 0) await refused(o, "without a token", 401, path, { token: null });
    await refused(o, "with an unknown token", 401, path, { token: "tdm_unknown" });
    if (o.path.includes("{id}")) {
      await refused(o, "an unknown id", [404, 403], address(o, unknown(path.split("/")[4])));
      await refused(o, "what is no id", 404, address(o, "1%27--"));
      if (r.headers.get("etag")) await refused(o, "an ETag that is the newest", 304, path, { headers: { "If-None-Match": r.headers.get("etag") } });
    }
    await call(o, "as a seller", path, { token: seller });
    for (const p of (o.parameters ?? []).map(resolve).filter((p) => p.in === "query")) {
      await call(o, `odd ${p.name}`, `${path}?${encodeURIComponent(p.name)}=%01${"y".repeat(300)}`);
      const s = resolve(p.schema);
      if (s.examples?.length || s.enum) await call(o, `its own ${p.name}`, `${path}?limit=1&${encodeURIComponent(p.name)}=${encodeURIComponent(s.enum?.at(-1) ?? s.examples[0])}`);
      for (const [what, value] of unfit(s)) await refused(o, `${p.name} is ${what}`, 422, `${path}?${encodeURIComponent(p.name)}=${encodeURIComponent(value)}`);
    }
    if (/_(list|export)$/.test(o.operationId)) await refused(o, "an unknown filter", [400, 422], `${path}?nonsense=1`);
  }
  ok("reading keeps its contract", wrongs.length === 0, wrongs.slice(0, 12).join("\n    "));

  wrongs.length = 0;
  const writes = operations.filter((o) => o.method !== "get");
  for (const o of writes) {
    const path = address(o), schema = resolve(bodyOf(o)), good = example(o);
    const send = (json) => ({ method: o.method.toUpperCase(), json });
    await refused(o, "without a token", 401, path, { token: null, json: good });
    await refused(o, "with a token that only reads", [403, 200, 422, 404, 409, 412], path, { token: reader, json: good, headers: { "If-Match": '"999999"' } });
    await call(o, "as a partner's seller, of an unknown row", address(o, unknown(path.split("/")[4] ?? "x_")), { token: seller, json: good });
    await call(o, "as an auditor, of an unknown row", address(o, unknown(path.split("/")[4] ?? "x_")), { token: auditor, json: good });
    if (o.path.includes("{id}")) {
      await refused(o, "an unknown id", [404, 403], address(o, unknown(path.split("/")[4])), send(good));
      await refused(o, "an id of another noun", [404, 403], address(o, by.get("prt") === path.split("/")[4] ? by.get("reg") : by.get("prt")), send(good));
    }
    // of a row that nobody has, nothing is told, whatever is sent
    if (!schema || (o.path.includes("{id}") && !rowOf(o))) continue;
    await refused(o, "what is no JSON", 400, path, { body: "{", headers: { "Content-Type": "application/json" } });
    await refused(o, "an array", [400, 422], path, send([]));
    await refused(o, "another content type", [415, 400], path, { body: "<a/>", headers: { "Content-Type": "application/xml" } });
    const named = async (why, field, json) => {
      const r = await refused(o, why, 422, path, send(json));
      if (r.status === 422 && r.data.errors && !r.data.errors.some((e) => e.field.startsWith(field))) wrongs.push(`${o.operationId}, ${why}: the field is not named: ${r.text.slice(0, 160)}`);
    };
    await named("an unknown field", "nonsense", { ...good, nonsense: 1 });
    for (const name of schema.required ?? []) await named(`without ${name}`, name, Object.fromEntries(Object.entries(good).filter(([k]) => k !== name)));
    for (const [name, of] of Object.entries(schema.properties)) {
      const p = resolve(of);
      for (const [what, value] of forbidden(p)) await named(`${name} is ${what}`, name, { ...good, [name]: value });
      if (types(p).includes("string") && (p.maxLength ?? 99_999) < LONG.length) await named(`${name} is far too long`, name, { ...good, [name]: LONG });
    }
  }
  ok("writing refuses as documented", wrongs.length === 0, wrongs.slice(0, 14).join("\n    "));

  if (process.env.TANDEM_TEST_TELL) console.log(`# ${calls} calls, ${operations.length} operations`);
}, { demo: true });
