// Two lists compared in private by `tandem psi`: over HTTP and by files, and whatever the other side may do wrong.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync, existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ok } from "./lib/tandem.mjs";
import { until } from "./lib/load.mjs";

const binary = process.env.TANDEM ?? "build/tandem";
const dir = mkdtempSync(join(tmpdir(), "tandem-psi."));
const file = (name, text) => {
  if (text !== undefined) writeFileSync(join(dir, name), text);
  return join(dir, name);
};
const env = { ...process.env, TANDEM_LOG: "", TANDEM_PSI_TOKEN: "between-us" };
const run = (...args) => spawnSync(binary, ["psi", ...args], { encoding: "utf8", env, cwd: dir });

// A process of its own; its words, and its exit code when it has ended.
function start(...args) {
  const child = spawn(binary, ["psi", ...args], { env, stdio: ["ignore", "ignore", "pipe"], cwd: dir });
  let said = "";
  child.stderr.on("data", (d) => (said += d));
  const ended = new Promise((done) => child.on("exit", (code) => done({ code, said })));
  return { child, ended, said: () => said };
}
async function listening(...args) {
  const s = start("--role", "server", "--listen", "127.0.0.1:0", "--in", "vendor.csv", ...args);
  await until(() => /\(port (\d+)\)/.test(s.said()) || s.child.exitCode !== null, 60);
  s.port = Number(/\(port (\d+)\)/.exec(s.said())?.[1]);
  return s;
}
const client = (port, ...args) => start("--role", "client", "--connect", `127.0.0.1:${port}`, "--in", "partner.csv", ...args);
const ids = (name) => readFileSync(file(name), "utf8").trim().split("\r\n").slice(1).map((line) => line.split(",")[0]).sort();

// vendor: 300 companies; partner: 150, of which 40 by their domain and 20 by name and country; two rows of one company
const vendor = ["id,name,domain,country"], partner = ["account id,Company,Website,Country"];
const bothVendor = [], bothPartner = [];
for (let i = 0; i < 300; i++) vendor.push(i < 200 ? `v${i},Werk ${i} GmbH,werk${i}.de,DE` : `v${i},Atelier Nr${i} SA,,FR`);
for (let i = 0; i < 150; i++) {
  if (i < 40) partner.push(`p${i},Anders ${i},https://www.werk${i * 3}.de/kontakt,Germany`);
  else if (i < 60) partner.push(`p${i},ATELIER NR${i + 200} S.A.,,France`);
  else partner.push(`p${i},Fremd ${i},fremd${i}.com,US`);
  if (i < 40) bothVendor.push(`v${i * 3}`);
  else if (i < 60) bothVendor.push(`v${i + 200}`);
  if (i < 60) bothPartner.push(`p${i}`);
}
partner.push("p150,Werk drei,info@werk3.de,DE", "p151,Nobody,someone@gmail.com,", "p152,,,");
bothPartner.push("p150");
file("vendor.csv", vendor.join("\n"));
file("partner.csv", partner.join("\n"));
bothVendor.sort(), bothPartner.sort();
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

try {
  // over HTTP
  let s = await listening("--out", "v.csv", "--agree", "yes");
  let c = client(s.port, "--out", "p.csv", "--agree", "yes");
  let [sent, got] = [await s.ended, await c.ended];
  ok("both sides end well", sent.code === 0 && got.code === 0, [sent, got]);
  ok("each side learns its own rows in common", same(ids("v.csv"), bothVendor) && same(ids("p.csv"), bothPartner), [ids("v.csv"), ids("p.csv")]);
  ok("rows without a key are counted", got.said.includes("2 rows have none"), got.said);
  ok("both learn the count", sent.said.includes("60 of your 300 keys") && got.said.includes("60 of your 150 keys"), [sent.said, got.said]);
  ok("the result is for its owner only", (spawnSync("stat", ["-c", "%a", file("v.csv")], { encoding: "utf8" }).stdout.trim()) === "600");

  // count only: whichever side does not agree
  s = await listening("--agree", "no");
  c = client(s.port, "--out", "p2.csv", "--agree", "yes");
  [sent, got] = [await s.ended, await c.ended];
  ok("a server that does not agree tells the count only", sent.code === 0 && got.code === 1 && !existsSync(file("p2.csv")) && got.said.includes("60 of your"), [sent, got]);
  s = await listening("--out", "v2.csv", "--agree", "yes");
  c = client(s.port, "--agree", "no");
  [sent, got] = [await s.ended, await c.ended];
  ok("a client that does not agree tells the count only", sent.code === 0 && got.code === 0 && !existsSync(file("v2.csv")), [sent, got]);

  // who has no token, or the wrong one; a message of nowhere; a replay
  s = await listening("--out", "v3.csv", "--agree", "yes");
  const post = (body, token = "between-us", method = "POST") => fetch(`http://127.0.0.1:${s.port}/psi`, { method, body, headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/octet-stream" } });
  ok("without the token nothing is answered", (await post("", "guess")).status === 401 && (await post("", "between-uz")).status === 401);
  const setup = Buffer.from(await (await post("")).arrayBuffer());
  ok("the set-up is given once", setup.subarray(0, 4).toString() === "TPSI" && (await post("")).status === 409);
  ok("what is no message is refused", (await post("nonsense")).status === 422);
  ok("a message of another phase is refused", (await post(setup)).status === 422);
  const request = file("request.psi"), state = file("hand.state");
  run("--role", "client", "--in", "partner.csv", "--state", state, "--message", file("setup.psi", setup), "--reply", request);
  const good = readFileSync(request), bad = Buffer.from(good);
  bad.fill(0xff, 64, 96);
  ok("a point off the curve is refused", (await post(bad)).status === 422);
  bad.set(good), bad.writeUInt32BE(5000, 60);
  ok("a size that lies is refused", (await post(bad)).status === 422);
  ok("the right request is answered all the same", (await post(good)).status === 200);
  ok("a replayed request is refused", (await post(good)).status === 422);
  ok("consent cannot be had before the count", (await post(undefined, "between-us")).status === 409);
  s.child.kill();
  await s.ended;

  // a peer that stops midway
  s = await listening("--out", "v4.csv", "--agree", "yes", "--wait", "1");
  await post("");
  sent = await s.ended;
  ok("a peer that stops is given up", sent.code === 1 && sent.said.includes("silent"), sent);

  // TLS with a pinned key
  spawnSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", file("tls.key"), "-out", file("tls.crt"), "-subj", "/CN=psi.example", "-days", "2"]);
  s = await listening("--out", "v5.csv", "--agree", "yes", "--tls-cert", "tls.crt", "--tls-key", "tls.key");
  const pin = /sha256\/\/\S+/.exec(s.said())?.[0];
  const wrong = await client(s.port, "--out", "p5.csv", "--agree", "yes", "--pin", `sha256//${"A".repeat(43)}=`, "--wait", "5").ended;
  c = client(s.port, "--out", "p5.csv", "--agree", "yes", "--pin", pin ?? "");
  [sent, got] = [await s.ended, await c.ended];
  ok("a server with another key is not talked to", wrong.code === 3, wrong);
  ok("a pinned key is enough", sent.code === 0 && got.code === 0 && same(ids("p5.csv"), bothPartner), [pin, sent, got]);

  // by files
  const step = (role, n, more = []) => run("--role", role, "--in", role === "server" ? "vendor.csv" : "partner.csv", "--state", `${role}.state`, ...(n > 1 ? ["--message", `${n - 1}.psi`] : []), "--reply", `${n}.psi`, "--out", `${role}.csv`, "--agree", "yes", ...more);
  const mail = [1, 2, 3, 4, 5, 6, 7].map((n) => step(n % 2 ? "server" : "client", n));
  ok("seven files make a run", mail.every((r) => r.status === 0), mail.map((r) => r.stderr));
  const last = run("--role", "client", "--in", "partner.csv", "--state", "client.state", "--message", "7.psi", "--out", "client.csv");
  ok("with the same result as over HTTP", last.status === 0 && same(ids("client.csv"), bothPartner) && same(ids("server.csv"), bothVendor), last.stderr);
  ok("a run that is over takes no more", step("server", 7).status === 2 && readFileSync(file("client.state")).indexOf(Buffer.alloc(32)) > 0);
  run("--role", "server", "--in", "vendor.csv", "--state", "again.state", "--reply", "again.psi");
  const other = run("--role", "server", "--in", "vendor.csv", "--state", "again.state", "--message", "2.psi", "--reply", "x.psi");
  ok("a message of another run is refused", other.status === 1 && other.stderr.includes("another run"), other.stderr);
  const changed = run("--role", "server", "--in", "partner.csv", "--state", "again.state", "--message", "2.psi", "--reply", "x.psi");
  ok("a list that changed meanwhile is refused", changed.status === 1 && changed.stderr.includes("another list"), changed.stderr);
  run("--role", "client", "--in", "partner.csv", "--by", "domain", "--state", "by.state", "--message", "again.psi", "--reply", "x.psi");
  const rule = run("--role", "client", "--in", "partner.csv", "--by", "domain", "--state", "by.state", "--message", "again.psi", "--reply", "x.psi");
  ok("both sides make their keys alike", rule.status === 1 && rule.stderr.includes("other keys"), rule.stderr);

  // lists and options
  const short = run("--role", "server", "--listen", "127.0.0.1:0", "--in", file("short.csv", vendor.slice(0, 50).join("\n")), "--out", "x.csv");
  ok("a short list is refused, with the cure", short.status === 1 && short.stderr.includes("--least"), short.stderr);
  ok("a file without columns is refused", run("--role", "server", "--listen", ":0", "--in", file("none.csv", "a,b\n1,2\n"), "--out", "x.csv").status === 1);
  ok("a file that is not there is refused", run("--role", "server", "--listen", ":0", "--in", "absent.csv", "--out", "x.csv").status === 1);
  ok("a role is needed", run("--in", "vendor.csv").status === 2 && run("--role", "server", "--in", "vendor.csv").status === 2);
  ok("help is there", run("--help").stdout.includes("--state"));
} catch (e) {
  ok("the scenario runs to its end", false, e.stack);
} finally {
  rmSync(dir, { recursive: true, force: true });
}
process.exit(process.exitCode ?? 0);
