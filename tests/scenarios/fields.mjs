// Derived from the API's own description: every text field of every creating verb takes hostile text as text, keeps to its
// length, and is escaped on the pages that show it; the wrong type names the field.
import { Browser } from "./lib/browser.mjs";
import { onBoth } from "./lib/tandem.mjs";

const evil = `"><script>alert(1)</script><img src=x onerror=alert(2)>'; drop table person; -- \${7*7} %s%n =1+1`;

await onBoth(async (t, ok) => {
  await t.start();
  const { gold, lines } = await t.cast();
  const account = await t.must(t.admin, "/accounts", { name: "Base account", status: "open" });
  const api = await t.must(null, "/openapi.json");
  const schema = (ref) => api.components.schemas[ref.split("/").pop()];
  const month = `${new Date().getFullYear() + 1}-03`;
  // a good value for a required field, by its declaration
  const good = (name, p) => {
    if (p.enum) return p.enum[0];
    const known = { partner_id: gold.id, product_line_id: lines[0].id, account_id: account.id, country: "DE", currency: "EUR", close_month: month, email: `p${Math.random().toString(36).slice(2)}@x.example`, role: "auditor", tier: "gold", standing: "good", status: "open", state: "open", kind: "text", noun: "partner", language: "en", scopes: ["read"], name: `name_${Math.random().toString(36).slice(2)}` };
    if (name in known) return known[name];
    const type = [p.type].flat()[0];
    return type === "integer" ? 1 : type === "number" ? 1 : type === "boolean" ? false : type === "array" ? [] : `Text ${Math.random().toString(36).slice(2, 8)}`;
  };
  const pages = new Set();
  let tried = 0;
  for (const [path, item] of Object.entries(api.paths)) {
    const body = item.post?.requestBody?.content?.["application/json"]?.schema?.$ref;
    if (!body || path.includes("{id}") || /imports|programme|tokens|check$|update_me/.test(path)) continue;
    const s = schema(body), noun = path.replace("/api/v1", "");
    const base = () => Object.fromEntries((s.required ?? []).map((n) => [n, good(n, s.properties[n])]).concat(path.endsWith("/registrations") ? [["partner_id", gold.id]] : []));
    for (const [name, p] of Object.entries(s.properties)) {
      const text = [p.type].flat().includes("string") && !p.enum && !p.format && !p.pattern && p.maxLength;
      const wrong = await t.api(t.admin, noun, { ...base(), [name]: [p.type].flat().includes("object") ? 1 : { a: 1 } });
      ok(`${noun} ${name}: the wrong type names the field`, wrong.status === 422 && wrong.data.errors.some((e) => e.field === name || e.field.startsWith(name)), wrong.text);
      if (!text) continue;
      tried++;
      const long = await t.api(t.admin, noun, { ...base(), [name]: "x".repeat(p.maxLength + 1) });
      ok(`${noun} ${name}: one character too many names the field`, long.status === 422 && long.data.errors.some((e) => e.field === name), long.text);
      const hostile = await t.api(t.admin, noun, { ...base(), [name]: evil.slice(0, p.maxLength) });
      ok(`${noun} ${name}: hostile text is kept or refused, never broken`, hostile.status === 201 || hostile.status === 422, hostile.text);
      if (hostile.status === 201 && hostile.data.id) pages.add(`${noun}/${hostile.data.id}`).add(noun);
    }
  }
  ok("there were fields to try", tried > 12, tried);
  const browser = new Browser(t);
  await browser.signIn("admin@velmora.example");
  for (const path of [...pages, "/queue", "/search?q=script", "/register", "/rules", "/people.csv", "/accounts.csv"]) {
    const r = await browser.fetch(path);
    ok(`page ${path.replace(/_\w{13}$/, "_…")} shows it as text`, r.status === 200 && (path.endsWith(".csv") || (!r.text.includes("<script>alert") && !r.text.includes("<img src=x"))), r.status);
  }
  const check = t.check();
  ok("the database stands", check.status === 0, check.stdout);
});
