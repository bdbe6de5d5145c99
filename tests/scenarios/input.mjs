// Bad input: an error that names the field, nothing stored, the server well.
import { onBoth, deal } from "./lib/tandem.mjs";

await onBoth(async (t, ok) => {
  await t.start();
  const { gold } = await t.cast();
  const count = async () => (await t.must(t.admin, "/registrations?limit=200")).items.length;
  const before = await count();
  const refused = async (name, json, field, status = 422) => {
    const r = await t.api(gold.token, "/registrations", json);
    ok(name, r.status === status && (!field || r.data.errors?.some((e) => e.field === field)) && r.headers.get("content-type").startsWith("application/problem+json"), r.status + r.text);
  };
  await refused("all errors come at once", { country: "XX", amount: "a lot" }, "company");
  const all = await t.api(gold.token, "/registrations", { country: "XX", amount: "a lot" });
  ok("every field is named", ["company", "country", "product_line_id", "amount", "close_month"].every((f) => all.data.errors.some((e) => e.field === f)), all.text);
  await refused("text over its length", deal({ company: "x".repeat(201) }), "company");
  await refused("a number where text belongs", deal({ company: 5 }), "company");
  await refused("an object where text belongs", deal({ company: { a: 1 } }), "company");
  await refused("an unknown field", deal({ colour: "blue" }), "colour");
  await refused("a negative amount", deal({ amount: -1 }), "amount");
  await refused("an absurd amount", deal({ amount: 1e15 }), "amount");
  await refused("an amount of nothing", deal({ amount: 0 }), "amount");
  await refused("a past month", deal({ close_month: "2020-01" }), "close_month");
  await refused("a month that is none", deal({ close_month: "2027-13" }), "close_month");
  await refused("an unknown currency", deal({ currency: "XXX" }), "currency");
  await refused("an unknown product line", deal({ product_line_id: "Nothing" }), "product_line_id");
  await refused("a company of dots", deal({ company: "..." }), "company");
  const raw = (body, type = "application/json") => t.fetch("/api/v1/registrations", { token: gold.token, method: "POST", body, headers: { "Content-Type": type } });
  for (const [name, body] of [["no JSON", "{"], ["a list", "[]"], ["a number", "1"], ["nothing", ""], ["a double key", '{"company":"a","company":"b"}'], ["deep nesting", '{"a":'.repeat(500) + "1" + "}".repeat(500)], ["bad UTF-8", Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d])], ["a NUL", '{"company":"a\\u0000b"}']]) {
    const r = await raw(body);
    ok(`${name} is refused as a whole`, r.status === 400 || r.status === 422, r.status + r.text);
  }
  ok("another content type is refused", (await raw("company=a", "application/x-www-form-urlencoded")).status === 415);
  ok("a huge body is refused", (await raw(JSON.stringify({ company: "x".repeat(3 << 20) }))).status === 413);
  ok("nothing of all that was stored", (await count()) === before);

  // injection: text is text
  for (const evil of ["'; drop table registration; --", "<script>alert(1)</script>", "=cmd|' /C calc'!A0", "${7*7}", "%s%s%n", "a\u202Eb", "\" onload=\"x"]) {
    const r = await t.api(gold.token, "/registrations", deal({ company: `Evil ${evil} Werke`, relationship: evil }));
    ok(`text stays text: ${JSON.stringify(evil)}`, r.status === 201 && r.data.relationship === evil, r.status + r.text.slice(0, 300));
  }
  const lists = ["?sort=amount;drop", "?state[is]=' or 1=1 --", "?after=1.s' or '1'='1", "?search=' or 1=1 --", "?limit=99999999", "?limit=-1", "?custom.x=1", "?state[xx]=a"];
  for (const q of lists) {
    const r = await t.api(gold.token, "/registrations" + q);
    ok(`list ${q} is answered or refused, never broken`, r.status === 200 || r.status === 422 || r.status === 400, r.status + r.text);
  }
  // idempotency
  const key = { headers: { "Idempotency-Key": "order-12345" } };
  const one = await t.api(gold.token, "/registrations", deal({ company: "Once Only" }), key);
  const two = await t.api(gold.token, "/registrations", deal({ company: "Once Only" }), key);
  const other = await t.api(gold.token, "/registrations", deal({ company: "Another" }), key);
  ok("the same key and body is one registration", one.data.id === two.data.id && one.data.status === two.data.status, two.text);
  ok("the same key with another body is refused", other.status === 422, other.text);
  const many = await Promise.all(Array.from({ length: 12 }, () => t.api(gold.token, "/registrations", deal({ company: "Race Once" }), { headers: { "Idempotency-Key": "race-123456" } })));
  ok("twelve at once are one", new Set(many.map((m) => m.data.id)).size === 1, many.map((m) => m.status));
  // versions
  const stale = await t.api(t.admin, `/partners/${gold.id}`, { name: "X" }, { method: "PATCH", headers: { "If-Match": '"99"' } });
  ok("an old version is refused", stale.status === 412, stale.text);
  // cycles
  const a = await t.must(t.admin, "/accounts", { name: "Cycle A", status: "open" }), b = await t.must(t.admin, "/accounts", { name: "Cycle B", status: "open", parent_id: a.id });
  ok("a circle of parents is refused", (await t.api(t.admin, `/accounts/${a.id}`, { parent_id: b.id }, { method: "PATCH" })).status === 422);
  ok("the database stands", t.check().status === 0, t.check().stdout);
});
