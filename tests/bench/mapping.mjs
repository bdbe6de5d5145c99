// mapping.mjs DIR PORT SERVER_PID N: a list of N companies of the vendor and one of N / 10 of a partner, each shared with
// the other, laid over one another in the running server of DIR; then 100 rows of the partner's changed. Lines "name value".
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const [dir, port, server, size] = [process.argv[2], process.argv[3], process.argv[4], Number(process.argv[5])];
// Of each tenth company: by turns by its domain under another name, and by its name alone.
function lists(n) {
  const [head, ...all] = execFileSync("build/bench/bin/names", ["0", String(n)], { encoding: "utf8", maxBuffer: 1 << 30 }).trim().split("\n");
  const own = all.filter((_, i) => i % 10 === 0).map((line, i) => {
    const [id, name, domain, country] = line.split(",");
    return i % 2 ? `${id},${name.toUpperCase()},,${country}` : `${id},Werk ${id},www.${domain},${country}`;
  });
  return [all, own].map((rows) => [head, ...rows].join("\n"));
}
const admin = "tdm_bench_0";

async function call(token, path, body, method = body ? "POST" : "GET") {
  const form = body instanceof FormData;
  const r = await fetch(`http://127.0.0.1:${port}/api/v1${path}`, { method, headers: { Authorization: `Bearer ${token}`, ...(form || !body ? {} : { "Content-Type": "application/json" }) }, body: body && !form ? JSON.stringify(body) : body });
  const text = await r.text();
  if (!r.ok) throw new Error(`${method} ${path}: ${r.status} ${text.slice(0, 400)}`);
  return text && JSON.parse(text);
}
function sent(fields, csv) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set("file", new Blob([csv], { type: "text/csv" }), "list.csv");
  return form;
}
// Until every list of TOKEN's side is matched.
async function matched(token) {
  for (;;) {
    const lists = (await call(token, "/populations")).items, failed = lists.find((p) => p.state === "failed");
    if (failed) throw new Error(JSON.stringify(failed));
    if (lists.every((p) => p.state === "done")) return;
    await new Promise((r) => setTimeout(r, 20));
  }
}
const peak = () => Math.round(Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${server}/status`, "utf8"))[1]) / 1000);

const partner = (await call(admin, "/partners?limit=1")).items[0];
await call(admin, "/people", { name: "Admin of a partner", email: "mapping@partner.example", role: "partner_admin", partner_id: partner.id });
const theirs = execFileSync("build/tandem", ["token", "create", "--db", `sqlite:${join(dir, "db")}`, "--key", join(dir, "key"), "--user", "mapping@partner.example"], { encoding: "utf8" }).trim();

const [prospects, list] = lists(size);
const began = performance.now();
const ours = await call(admin, "/populations", sent({ name: "Prospects", kind: "prospects", source: "file" }, prospects));
const customers = await call(theirs, "/populations", sent({ name: "Customers", kind: "customers", source: "file" }, list));
await matched(admin);
await matched(theirs);
const loaded = performance.now();
await call(admin, `/populations/${ours.id}/grant`, { with_partner_id: partner.id, level: "fields" });
await call(theirs, `/populations/${customers.id}/grant`, { level: "fields" });
await matched(admin);
await matched(theirs);
const laid = performance.now();
const counts = (await call(theirs, "/overlap-counts")).items;

const changed = list.split("\n").slice(1, 101).map((l) => l.replace(/[^,]*$/, "US"));
await call(theirs, `/populations/${customers.id}/upload`, sent({ part: "changes" }, [list.slice(0, list.indexOf("\n")), ...changed].join("\n")));
await matched(theirs);
const again = performance.now();
console.log(`loaded_s ${((loaded - began) / 1000).toFixed(1)}\nlaid_s ${((laid - loaded) / 1000).toFixed(1)}\nagain_ms ${Math.round(again - laid)}\nmatches ${counts[0]?.matches}\npeak_mb ${peak()}`);
