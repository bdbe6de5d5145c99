// See scanners.sh. The scanners come through a proxy of ours that holds the session or the token, so that they need not
// know how one signs in; keeps them from ending the session; and writes down what they asked, for the next scanner.
//
// SCAN_SECONDS bounds each of wapiti's attacks (60), and ten times that its reading of the pages; SCAN_PAGES, a regular
// expression, the addresses. With arguments it is only who is named so.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Browser } from "../scenarios/lib/browser.mjs";
import { crawl, kindOf } from "../scenarios/lib/crawl.mjs";
import { ok } from "../scenarios/lib/tandem.mjs";

const binary = process.env.TANDEM, seconds = Number(process.env.SCAN_SECONDS ?? 60), only = new RegExp(process.env.SCAN_PAGES ?? ".");
const dir = mkdtempSync(join(tmpdir(), "tandem-scan."));
const db = ["--db", `sqlite:${dir}/demo.db`, "--key", `${dir}/demo.key`];
const seller = "maya.lindqvist@brightwater.example";
const people = { // a stranger has no address
  "an administrator": "samuel.odhiambo@velmora.example",
  "operations": "ruth.halvorsen@velmora.example",
  "a partner's seller": seller,
  "a stranger": null,
};
const tandem = (...args) => execFileSync(binary, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();

// What ends the session, or makes its person another one: it is answered by the proxy.
const ends = /\/sign-out|\/end_everywhere|\/sessions\/\w+\/end|\/people\/\w+(\/(deactivate|reset_second_factor|update))?$|\/tokens\/\w+\/revoke|set_password|begin_codes|confirm_codes/;

class Front {
  asked = new Map(); // "METHOD /path?names body names": what a scanner asked first
  failed = []; // answered 5xx
  count = 0;
  constructor(port, headers) {
    this.server = createServer((from, to) => this.#pass(from, to, port, headers));
  }
  async listen() {
    await new Promise((done) => this.server.listen(0, "127.0.0.1", done));
    this.url = `http://127.0.0.1:${this.server.address().port}`;
    return this;
  }
  async get(path) {
    const r = await fetch(this.url + path, { redirect: "manual" });
    return { headers: r.headers, text: await r.text() };
  }
  async #pass(from, to, port, headers) {
    const parts = [];
    for await (const part of from) parts.push(part);
    const body = Buffer.concat(parts), path = from.url.split("?")[0];
    this.count++;
    if (from.method !== "GET" && ends.test(path)) return to.writeHead(403).end();
    const seen = { ...from.headers, ...headers };
    delete seen.connection;
    const up = request({ host: "127.0.0.1", port, path: from.url, method: from.method, headers: seen }, (answer) => {
      if (answer.statusCode >= 500) this.failed.push(`${answer.statusCode} ${from.method} ${from.url} ${body}`.slice(0, 300));
      if (![403, 404].includes(answer.statusCode)) this.#note(from, body);
      to.writeHead(answer.statusCode, answer.headers);
      answer.pipe(to);
    });
    up.on("error", () => { // its request was none that HTTP knows: as the server would say it
      if (!to.headersSent) to.writeHead(400);
      to.end();
    });
    up.end(body);
  }
  #note(from, body) {
    const form = /urlencoded/.test(from.headers["content-type"] ?? "") ? new URLSearchParams(body.toString()) : new URLSearchParams();
    const kind = `${from.method} ${kindOf(from.url)} ${[...form.keys()].sort()}`;
    if (!from.url.startsWith("/static") && (from.url.includes("?") || form.size) && !this.asked.has(kind)) this.asked.set(kind, { method: from.method, url: from.url, type: from.headers["content-type"], body: body.toString() });
  }
}

function run(program, args) {
  return new Promise((done) => {
    const child = spawn("nice", ["-n", "5", program, ...args], { cwd: dir, stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, HOME: dir } });
    let out = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (d) => (out += d));
    child.on("exit", (code) => done({ code, out }));
  });
}

// ssrf, xxe, nikto and wapp ask servers on the internet; buster and the log-in form guess at what is documented.
const modules = "backup,blindsql,cookieflags,crlf,csp,csrf,exec,file,htaccess,http_headers,methods,permanentxss,redirect,shellshock,sql,xss";

// What wapiti says that is no fault, by category and address.
const explained = [
  ["HTTP Secure Headers", /./, /Strict-Transport-Security/, "is sent where HTTPS is spoken"],
  ["HTTP Secure Headers", /./, /X-Frame-Options/, "frame-ancestors 'none' of the Content-Security-Policy says the same"],
  ["HTTP Secure Headers", /./, /X-XSS-Protection/, "no browser that has a Content-Security-Policy minds it"],
  ["Secure Flag cookie", /./, /Secure flag/, "the cookie is Secure where HTTPS is spoken"],
  ["HttpOnly Flag cookie", /./, /: theme$/, "a script of ours writes it; it says light or dark"],
  ["Cross Site Request Forgery", ends, /./, "what ends the session is answered by our proxy"],
  ["Cross Site Request Forgery", /^\/r\//, /Lack of anti CSRF token/, "it has one, by the name of form"],
];

async function wapiti(name, front, starts) {
  const report = join(dir, "wapiti.json");
  rmSync(report, { force: true });
  const r = await run("wapiti", ["-u", `${front.url}/`, "--scope", "folder", "-m", modules, ...starts.flatMap((s) => ["-s", front.url + s]),
    "-d", "1", "--max-links-per-page", "1", "-S", "insane", "--max-parameters", "25", "--skip", "csrf", "--max-scan-time", String(10 * seconds), "--max-attack-time", String(seconds),
    "--flush-session", "--store-session", join(dir, "session"), "--store-config", join(dir, "config"), "--no-bugreport", "--endpoint", "http://127.0.0.1:9/", "-f", "json", "-o", report, "-v", "1"]);
  let found;
  try { found = JSON.parse(readFileSync(report, "utf8")); } catch { return ok(`wapiti as ${name} runs to its end`, false, r.out.slice(-1500)); }
  const all = [...Object.entries(found.vulnerabilities), ...Object.entries(found.anomalies)].flatMap(([category, list]) => list.map((f) => ({ category, ...f })));
  const real = all.filter((f) => !explained.some(([category, path, info]) => f.category === category && path.test(f.path) && info.test(f.info)));
  ok(`wapiti as ${name}: nothing in ${front.count} requests of ${front.asked.size} kinds`, front.count > 500 && real.length === 0, real.slice(0, 20).map((f) => `${f.category} ${f.method} ${f.path} ${f.parameter}: ${f.info} ${f.http_request}`.slice(0, 400)).join("\n    "));
}

// Requests in the form of Burp's log, which sqlmap reads.
const line = "=".repeat(54);
const burp = (front, q) => `${line}\n12:00:00 PM  ${front.url}  [127.0.0.1]\n${line}\n${q.method} ${q.url} HTTP/1.1\nHost: ${new URL(front.url).host}\n${q.type ? `Content-Type: ${q.type}\n` : ""}\n${q.body ?? ""}\n${line}\n\n\n\n`;

async function sqlmap(name, front, asks) {
  writeFileSync(join(dir, "burp.log"), asks.map((q) => burp(front, q)).join(""));
  const before = front.count;
  const r = await run("sqlmap", ["-l", join(dir, "burp.log"), "--batch", "--ignore-stdin", "--flush-session", "--output-dir", join(dir, "sqlmap"), "--disable-coloring", "--param-exclude", "^(csrf|page|then)$",
    "--level", "1", "--risk", "2", "--technique", "BEUSQ", "--dbms", "sqlite", "--ignore-code", "*", "--threads", "4", "-v", "1"]);
  const tested = (r.out.match(/testing (if|for SQL)/g) ?? []).length, found = r.out.match(/^.*(is vulnerable|identified the following injection|might be injectable).*$/gm) ?? [];
  ok(`sqlmap as ${name}: nothing in ${front.count - before} requests of ${asks.length} kinds`, asks.length > 0 && tested > 0 && front.count - before > asks.length * 10 && found.length === 0, found.slice(0, 20).join("\n    ") || r.out.slice(-1500));
}

// ---- REST: a request of each operation, with what its description gives as an example

function sample(api, schema, depth = 0) {
  if (!schema || depth > 4) return "x";
  if (schema.$ref) return sample(api, schema.$ref.split("/").slice(1).reduce((o, k) => o[k], api), depth + 1);
  if (schema.examples) return schema.examples[0];
  if (schema.enum) return schema.enum[0];
  const either = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (either) return sample(api, either[0], depth + 1);
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === "object") return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([k, v]) => [k, sample(api, v, depth + 1)]));
  if (type === "array") return [sample(api, schema.items, depth + 1)];
  return type === "integer" || type === "number" ? 1 : type === "boolean" ? true : "x";
}

async function operations(front) {
  const get = async (path) => (await fetch(front.url + path)).json();
  const api = await get("/api/v1/openapi.json"), asks = [];
  const follow = (p) => (p.$ref ? p.$ref.split("/").slice(1).reduce((o, k) => o[k], api) : p);
  for (const [path, methods] of Object.entries(api.paths)) {
    const rows = path.includes("{id}") ? (await get(path.split("/{id}")[0] + "?limit=1")).items : null;
    if (rows && !rows.length) continue;
    const at = path.replace("{id}", rows?.[0]?.id);
    for (const [method, operation] of Object.entries(methods)) {
      const names = (operation.parameters ?? []).map(follow).filter((p) => p.in === "query").slice(0, 12);
      const query = new URLSearchParams(names.map((p) => [p.name, String(sample(api, p.schema))])).toString();
      const body = operation.requestBody?.content?.["application/json"]?.schema;
      if (!ends.test(at) && (query || body)) asks.push({ method: method.toUpperCase(), url: at + (query ? "?" + query : ""), type: body && "application/json", body: body && JSON.stringify(sample(api, body)) });
    }
  }
  return asks;
}

const t = { port: 0, key: `${dir}/demo.key`, url: `sqlite:${dir}/demo.db`, run: tandem };
let server;
try {
  tandem("demo", ...db);
  server = spawn(binary, ["serve", ...db, "--listen", "127.0.0.1:0", "--url", "http://127.0.0.1"], { stdio: ["ignore", "ignore", "pipe"] });
  t.port = await new Promise((done) => server.stderr.on("data", (d) => { const m = /\(port (\d+)\)/.exec(d); if (m) done(m[1]); }));
  t.fetch = async (path, more = {}) => {
    const r = await fetch(`http://127.0.0.1:${t.port}${path}`, { redirect: "manual", ...more });
    return { status: r.status, headers: r.headers, text: await r.text() };
  };
  const who = process.argv.slice(2);
  const tokenOf = (email) => tandem("token", "create", ...db, "--user", email, "--scopes", "read,write");
  const referral = JSON.parse((await t.fetch("/api/v1/referral-links?state=active&limit=1", { headers: { Authorization: `Bearer ${tokenOf(seller)}` } })).text).items[0].code;
  for (const [name, email] of Object.entries(people).filter(([name]) => !who.length || who.some((word) => name.includes(word)))) {
    const b = new Browser(t);
    if (email) await b.signIn(email, { trusted: "1" });
    const pages = await new Front(t.port, email ? { cookie: `tandem=${b.cookies.get("tandem")}` } : {}).listen();
    const starts = (await crawl((path) => pages.get(path), { starts: [`/r/${referral}`] })).filter((path) => only.test(path));
    console.log(`   ${name}: ${starts.join(" ")}`);
    await wapiti(name, pages, starts);
    ok(`${name} is who it was still`, (await b.fetch("/me")).status === (email ? 200 : 303));
    await sqlmap(name, pages, [...pages.asked.values()].filter((q) => only.test(q.url)));
    ok(`no page failed ${name}`, pages.failed.length === 0, pages.failed.slice(0, 10).join("\n    "));
    pages.server.close();
    if (!email) continue;

    const rest = await new Front(t.port, { authorization: `Bearer ${tokenOf(email)}` }).listen();
    const asks = (await operations(rest)).filter((q) => only.test(q.url));
    console.log(`   ${name}'s program: ${asks.map((q) => `${q.method} ${q.url.split("?")[0]}`).join(", ")}`);
    await wapiti(`${name}'s program`, rest, asks.filter((q) => q.method === "GET").map((q) => q.url));
    await sqlmap(`${name}'s program`, rest, asks);
    ok(`no request of ${name}'s program failed`, rest.failed.length === 0, rest.failed.slice(0, 10).join("\n    "));
    rest.server.close();
  }
  ok("the server lives, and its database stands", server.exitCode === null && JSON.stringify(tandem("check", ...db)));
} finally {
  server?.kill("SIGKILL");
  rmSync(dir, { recursive: true, force: true });
}
