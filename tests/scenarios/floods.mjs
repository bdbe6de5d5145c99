// Too much of everything: requests of one address, sign-ins, connections that never end, bodies that are larger than they look.
import { deflateRawSync, gzipSync } from "node:zlib";
import { Browser } from "./lib/browser.mjs";
import { hang } from "./lib/raw.mjs";
import { deal, onBoth } from "./lib/tandem.mjs";

// An archive in which one entry of SIZE zero bytes takes a thousandth of that.
function bomb(size) {
  const entry = (name, data, plain) => {
    const h = Buffer.alloc(30);
    h.writeUInt32LE(0x04034b50, 0);
    h.writeUInt16LE(20, 4);
    h.writeUInt16LE(plain === data.length ? 0 : 8, 8);
    h.writeUInt32LE(data.length, 18);
    h.writeUInt32LE(plain, 22);
    h.writeUInt16LE(name.length, 26);
    return Buffer.concat([h, Buffer.from(name), data]);
  };
  return Buffer.concat([entry("[Content_Types].xml", Buffer.from("<Types/>"), 8), entry("xl/worksheets/sheet1.xml", deflateRawSync(Buffer.alloc(size)), size)]);
}

await onBoth(async (t, ok) => {
  await t.start("--trusted-proxies", "127.0.0.1", "--request-limit", "40");
  const { gold, operations } = await t.cast();

  // ---- requests of one address
  const from = (address, path = "/sign-in", more = {}) => t.fetch(path, { ...more, headers: { "X-Forwarded-For": address, ...more.headers } });
  const flood = await Promise.all(Array.from({ length: 120 }, (_, i) => from("203.0.113.7", i % 2 ? "/sign-in" : "/api/v1/registrations")));
  const late = flood.filter((r) => r.status === 429);
  ok("a flood of one address is told to wait", late.length > 0 && late.every((r) => Number(r.headers.get("retry-after")) > 0 && r.headers.get("cache-control") === "no-store"), late.length);
  ok("the rest of it was answered", flood.every((r) => [200, 401, 429].includes(r.status)), flood.map((r) => r.status).join());
  ok("others are answered meanwhile", (await from("203.0.113.8")).status === 200 && (await t.fetch("/sign-in")).status === 200);
  const limited = async (address) => (await Promise.all(Array.from({ length: 60 }, (_, i) => from(address(i))))).filter((r) => r.status === 429).length >= 15;
  ok("a port beside the address is no other address", await limited((i) => `203.0.113.5:${1000 + i}`));
  ok("nor beside one of IPv6", await limited((i) => `[2001:db8:5:5::1]:${1000 + i}`));
  ok("whom a proxy does not name is one", await limited((i) => `xx${i}`));
  ok("many addresses of one household are one", (await Promise.all(Array.from({ length: 120 }, (_, i) => from(`2001:db8:7:7::${i.toString(16)}`)))).some((r) => r.status === 429));

  // ---- sign-ins: two threads make hashes, a short line waits for them, the rest is refused at once
  let statuses = [];
  for (let n = 100; n <= 400 && !statuses.includes(429); n += 100) {
    const people = await Promise.all(Array.from({ length: n }, async () => { const b = new Browser(t); return [b, await b.csrf("/sign-in?with=password")]; }));
    const tries = people.map(([b, csrf], i) => b.post("/people/sign_in_password", { csrf, page: "/sign-in?with=password", email: `flood${n}.${i}@x.example`, password: "whatever it may be" }));
    const page = await t.fetch("/sign-in");
    const answers = await Promise.all(tries);
    statuses = answers.map((r) => r.status);
    ok("pages are answered in a flood of sign-ins", page.status === 200);
    ok("every sign-in is answered", answers.every((r) => r.status === 422 || (r.status === 429 && Number(r.headers.get("retry-after")) > 0)), statuses.join());
  }
  ok("the line for hashes is short: the rest is refused", statuses.includes(429) && statuses.includes(422), statuses.join());
  ok("afterwards one signs in", (await new Browser(t).signIn("maya@brightwater.example")).status === 303);

  // ---- connections that never end
  const hanging = await Promise.all(Array.from({ length: 300 }, (_, i) => hang(t.port, i % 2 ? "GET / HTTP/1.1\r\nHost: a\r\nX: " : "POST /api/v1/registrations HTTP/1.1\r\nHost: a\r\nContent-Length: 90000\r\n\r\n{")));
  ok("slow heads and bodies keep nobody from being answered", (await Promise.all(Array.from({ length: 40 }, () => t.fetch("/healthz")))).every((r) => r.status === 200));
  for (const socket of hanging) socket.destroy();

  // ---- bodies that are larger than they look
  const resident = async () => Number(/^tandem_resident_memory_bytes (\S+)/m.exec((await t.fetch("/metrics")).text)[1]);
  const before = await resident(), large = gzipSync(JSON.stringify(deal({ company: "x".repeat(64 << 20) })));
  for (const coding of ["gzip", "deflate", "br", "zstd"])
    ok(`a body in ${coding} is refused`, (await t.fetch("/api/v1/registrations", { token: gold.token, method: "POST", body: large, headers: { "Content-Type": "application/json", "Content-Encoding": coding } })).status === 415);
  await t.must(t.admin, "/registrations", deal({ partner_id: gold.id, company: "Declined Works" }));
  const made = (await t.must(gold.token, "/registrations")).items[0], archive = bomb(256 << 20);
  const form = () => { const f = new FormData(); f.append("text", "See."); f.append("kind", "accounts"); return f; };
  const evidence = form();
  evidence.append("file", new Blob([archive]), "offer.xlsx");
  const kept = await fetch(`http://127.0.0.1:${t.port}/api/v1/registrations/${made.id}/dispute`, { method: "POST", headers: { Authorization: `Bearer ${gold.token}` }, body: evidence });
  ok("an archive that unpacks to more is not unpacked", kept.status < 500, await kept.text());
  const sheet = form();
  sheet.append("file", new Blob([archive]), "accounts.xlsx");
  const imported = await fetch(`http://127.0.0.1:${t.port}/api/v1/imports`, { method: "POST", headers: { Authorization: `Bearer ${operations}` }, body: sheet });
  ok("nor is one that is imported", imported.status < 500, await imported.text());
  ok("memory stays", (await resident()) - before < 128 << 20, (await resident()) - before);
  ok("the server is well", (await t.fetch("/readyz")).status === 200 && (await t.stop()) === 0);
});
