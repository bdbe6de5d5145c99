// A Tandem of its own for a scenario: a fresh database, a server on a free port, tokens, and small checks.
// TANDEM names the binary; TANDEM_TEST_PG a PostgreSQL server, on which everything runs a second time.
import { spawn, execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomBytes } from "node:crypto";

const binary = process.env.TANDEM ?? "build/tandem";
const DEMO_ADMIN = "samuel.odhiambo@velmora.example";
let failed = 0;

export function ok(name, good, detail) {
  if (good) {
    console.log(`ok ${name}`);
  } else {
    failed++;
    process.exitCode = 1;
    console.log(`not ok ${name}`);
    if (detail !== undefined) console.log("    " + (typeof detail === "string" ? detail : JSON.stringify(detail)).slice(0, process.env.TANDEM_TEST_TELL ? 99999 : 2000));
  }
  return good;
}

// FROM: a database of the same kind to copy, which nobody has open; else an empty one.
function makeDatabase(kind, dir, from) {
  if (kind === "sqlite") {
    const path = join(dir, "t.db");
    if (from) copyFileSync(from.slice("sqlite:".length), path);
    return { url: `sqlite:${path}`, drop() {} };
  }
  const base = new URL(process.env.TANDEM_TEST_PG.replace("@/", "@localhost/"));
  const host = base.searchParams.get("host");
  const name = "t_" + randomBytes(6).toString("hex");
  const psql = (sql) => execFileSync("psql", ["-q", "-h", host, "-U", "tandem", "-d", "postgres", "-c", sql], { stdio: "pipe" });
  if (from) psql(`create database ${name} template ${new URL(from.replace("@/", "@localhost/")).pathname.slice(1)}`);
  else psql(`create database ${name} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'`);
  return {
    url: `postgresql://tandem@/${name}?host=${host}`,
    drop() { try { psql(`drop database ${name} with (force)`); } catch { /* the server is thrown away anyway */ } },
  };
}

export class Tandem {
  // EMPTY: nothing is in its database yet, not even tables. DEMO: the demo's programme and rows. FROM: the rows of another
  // Tandem whose servers are stopped.
  constructor(kind, parent = tmpdir(), { empty = false, demo = false, from = null } = {}) {
    this.kind = kind;
    this.dir = mkdtempSync(join(parent, "tandem-scenario."));
    this.database = makeDatabase(kind, this.dir, from?.url);
    this.url = this.database.url;
    this.key = join(this.dir, "log.key");
    this.servers = [];
    this.demo = demo || !!from?.demo;
    if (empty) return;
    if (from) copyFileSync(from.key, this.key);
    else if (demo) this.run("demo", "--db", this.url, "--key", this.key);
    else this.run("init", "--db", this.url, "--admin", "admin@velmora.example", "--key", this.key, "--log-name", "velmora.example/log");
    this.admin = this.token(demo || from?.demo ? DEMO_ADMIN : "admin@velmora.example");
  }
  tryRun(...args) {
    return spawnSync(binary, args, { encoding: "utf8", maxBuffer: 64 << 20, env: { ...process.env, TANDEM_LOG: "" } });
  }
  run(...args) {
    const r = this.tryRun(...args);
    if (r.status !== 0) throw new Error(`tandem ${args.join(" ")}: ${r.status} ${r.stderr}`);
    return r.stdout;
  }
  // Behind the program's back.
  sql(text) {
    if (this.kind === "sqlite") return execFileSync("sqlite3", ["-cmd", ".timeout 10000", this.url.slice("sqlite:".length), text], { stdio: "pipe" });
    const url = new URL(this.url.replace("@/", "@localhost/"));
    return execFileSync("psql", ["-q", "-v", "ON_ERROR_STOP=1", "-h", url.searchParams.get("host"), "-U", "tandem", "-d", url.pathname.slice(1), "-c", text], { stdio: "pipe" });
  }
  token(email, scopes = "read,write") {
    return this.run("token", "create", "--db", this.url, "--key", this.key, "--user", email, "--scopes", scopes).trim();
  }
  async start(...more) {
    const child = spawn(binary, ["serve", "--db", this.url, "--key", this.key, "--listen", "127.0.0.1:0", ...more], { stdio: ["ignore", "ignore", "pipe"] });
    this.servers.push(child);
    let log = "";
    child.log = () => log;
    this.port = await new Promise((done, fail) => {
      child.stderr.on("data", (d) => {
        log += d;
        const m = /\(port (\d+)\)/.exec(log);
        if (m) done(Number(m[1]));
      });
      child.on("exit", (code, signal) => fail(new Error(`serve ended: ${code} ${signal} ${log}`)));
    });
    child.port = this.port;
    return child;
  }
  async stop(child = this.servers.at(-1), signal = "SIGTERM") {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = new Promise((done) => child.once("exit", done));
      child.removeAllListeners("exit");
      const ended = new Promise((done) => child.once("exit", (code) => done(code)));
      child.kill(signal);
      await Promise.race([gone, ended]);
      return child.exitCode;
    }
    return child.exitCode;
  }
  async fetch(path, { token, method = "GET", json, body, headers = {}, port = this.port } = {}) {
    const h = { ...headers };
    if (token) h.Authorization = `Bearer ${token}`;
    if (json !== undefined) h["Content-Type"] ??= "application/json";
    const r = await fetch(`http://127.0.0.1:${port}${path}`, { method: json !== undefined && method === "GET" ? "POST" : method, headers: h, body: json !== undefined ? JSON.stringify(json) : body, redirect: "manual" });
    const text = await r.text();
    let data = null;
    try { data = JSON.parse(text); } catch { /* not JSON */ }
    return { status: r.status, headers: r.headers, text, data };
  }
  api(token, path, json, more = {}) {
    return this.fetch(`/api/v1${path}`, { token, json, ...more });
  }
  async must(token, path, json, more) {
    const r = await this.api(token, path, json, more);
    if (r.status >= 300) throw new Error(`${path}: ${r.status} ${r.text}`);
    return r.data;
  }
  // The usual cast: two product lines, two rival partners with a seller each, an operations person.
  async cast() {
    const a = this.admin;
    const lines = [await this.must(a, "/product-lines", { name: "Flowgate", active: true }), await this.must(a, "/product-lines", { name: "Vaultic", active: true })];
    const partner = async (name, tier, email) => {
      const p = await this.must(a, "/partners", { name, tier, domain: email.split("@")[1], country: "DE", standing: "good", types: ["reseller"] });
      for (const line of lines) await this.must(a, "/certifications", { partner_id: p.id, product_line_id: line.id, people: 3 });
      await this.must(a, "/people", { name: `Seller of ${name}`, email, role: "partner_seller", partner_id: p.id });
      return { ...p, token: this.token(email) };
    };
    await this.must(a, "/people", { name: "Ruth Halvorsen", email: "ruth@velmora.example", role: "operations" });
    return {
      lines,
      gold: await partner("Brightwater Integration", "gold", "maya@brightwater.example"),
      rival: await partner("Cedarline Consulting", "platinum", "otto@cedarline.example"),
      operations: this.token("ruth@velmora.example"),
    };
  }
  file(name, text) {
    const path = join(this.dir, name);
    writeFileSync(path, text);
    return path;
  }
  read(name) {
    return readFileSync(join(this.dir, name), "utf8");
  }
  check(...more) {
    return this.tryRun("check", "--db", this.url, "--key", this.key, ...more);
  }
  async end() {
    for (const child of this.servers) await this.stop(child, "SIGKILL");
    this.database.drop();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

// What an answer says, but for the request's own id.
export const said = (r) => r.text.replace(/,"request_id":"[^"]*"/, "");

export const deal = (more = {}) => ({ company: "Korvath Maschinenbau", country: "DE", product_line_id: "Flowgate", amount: 84000, close_month: "2099-03".replace("2099", String(new Date().getFullYear() + 1)), relationship: "We met at a fair.", ...more });

// Runs FN on SQLite and, where there is one, on PostgreSQL; ends the process with the result.
export async function onBoth(fn, options) {
  for (const kind of process.env.TANDEM_TEST_PG ? ["sqlite", "postgresql"] : ["sqlite"]) {
    let t;
    try {
      t = new Tandem(kind, undefined, options);
      await fn(t, (name, good, detail) => ok(`${kind}: ${name}`, good, detail));
    } catch (e) {
      ok(`${kind}: the scenario runs to its end`, false, e.stack + "\n" + (t?.servers?.at(-1)?.log?.() ?? "").slice(-1500));
    } finally {
      if (t) await t.end();
    }
  }
  process.exit(failed ? 1 : 0);
}
