// A proxy that keeps what it may: nginx as contrib/proxy/nginx.conf has it, with a cache that keeps for a minute whatever a cache
// may keep unasked (RFC 9110, 15.1) and does not say otherwise. Nobody is served what was another's, whatever is sent to have it kept (cache deception) or to
// shape what is kept (cache poisoning). What lies in its folder in the end is what was kept.
import { spawn, spawnSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Browser } from "./lib/browser.mjs";
import { crawl, kindOf } from "./lib/crawl.mjs";
import { until } from "./lib/load.mjs";
import { poison } from "./lib/poison.mjs";
import { freePort } from "./lib/port.mjs";
import { head, raw } from "./lib/raw.mjs";
import { deal, onBoth } from "./lib/tandem.mjs";

const program = ["/usr/sbin/nginx", "nginx"].find((p) => spawnSync(p, ["-v"]).status === 0);
const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];

// The example, without its certificate, at these ports and with a cache. It speaks to clients as if over HTTPS.
function configuration(t, port, redirect, server) {
  const example = readFileSync("contrib/proxy/nginx.conf", "utf8")
    .replace("127.0.0.1:8080", `127.0.0.1:${server}`)
    .replace("listen 443 ssl http2", `listen 127.0.0.1:${port}`)
    .replace("listen 80", `listen 127.0.0.1:${redirect}`)
    .replace(/ *ssl_certificate.*\n/g, "")
    .replace("X-Forwarded-Proto $scheme", "X-Forwarded-Proto https")
    .replace("location / {", "location / {\nproxy_cache kept;\nproxy_cache_valid 200 203 204 206 300 301 308 404 405 410 414 501 1m;\nadd_header X-Cache $upstream_cache_status always;");
  return `daemon off;\nmaster_process off;\npid ${t.dir}/nginx.pid;\nevents { worker_connections 200; }\nhttp {\naccess_log off;\n${temporary.map((what) => `${what}_temp_path ${t.dir}/${what};\n`).join("")}
proxy_cache_path ${t.dir}/kept keys_zone=kept:1m;\n${example}}\n`;
}

async function startProxy(t, server) {
  const port = await freePort(), redirect = await freePort();
  const child = spawn(program, ["-p", t.dir, "-e", "stderr", "-c", t.file("nginx.conf", configuration(t, port, redirect, server))], { stdio: ["ignore", "ignore", "pipe"] });
  let log = "";
  child.stderr.on("data", (d) => (log += d));
  Object.assign(child, { port, redirect });
  if (!(await until(async () => { try { return (await t.fetch("/readyz", { port })).status === 200; } catch { return false; } }))) throw new Error(log);
  return child;
}

const keptIn = (t) => readdirSync(join(t.dir, "kept")).map((file) => /^KEY: (.*)$/m.exec(readFileSync(join(t.dir, "kept", file), "latin1"))[1]);

await onBoth(async (t, ok) => {
  if (t.kind !== "sqlite" || !program) {
    ok(program ? "headers are the same on either database" : "skipped: there is no nginx", true);
    return;
  }
  const server = await t.start("--url", "https://partners.company.example", "--trusted-proxies", "127.0.0.1");
  const { gold, rival } = await t.cast();
  const row = await t.must(gold.token, "/registrations", deal());
  const referral = await t.must(gold.token, "/referral-links", { name: "Spring mail" });
  const proxy = await startProxy(t, server.port);
  t.port = proxy.port;
  try {
    const [maya, otto, admin, nobody] = [new Browser(t), new Browser(t), new Browser(t), new Browser(t)];
    await maya.signIn("maya@brightwater.example");
    await otto.signIn("otto@cedarline.example");
    await admin.signIn("admin@velmora.example");
    const ask = async (path, lines = [], { method = "GET", host = "partners.company.example", body = "" } = {}) => {
      const answer = await raw(proxy.port, `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\n${lines.map((line) => `${line}\r\n`).join("")}Connection: close\r\n\r\n${body}`);
      const lineOf = (name) => head(answer).find((line) => line.toLowerCase().startsWith(`${name}: `))?.slice(name.length + 2);
      return { status: Number(answer.split(" ")[1]), cache: lineOf("x-cache"), coding: lineOf("content-encoding"), type: lineOf("content-type"), body: answer.slice(answer.indexOf("\r\n\r\n") + 4), answer };
    };
    const cookieOf = (b) => `Cookie: ${[...b.cookies].map(([name, value]) => `${name}=${value}`).join("; ")}`;
    const page = await maya.fetch("/register"), sheet = /href="(\/static\/app\.[^"]+\.css)"/.exec(page.text)[1];
    const script = /src="(\/static\/app\.[^"]+\.js)"/.exec(page.text)[1], plain = await ask(sheet);

    // ---- what is kept at all
    ok("a file with its content's hash in its name is kept", plain.status === 200 && (await ask(sheet)).cache === "HIT", plain.answer.slice(0, 800));
    const codings = [["br", "br"], ["gzip", "gzip"], ["gzip;q=0, br;q=0", undefined], ["", undefined]];
    for (const [first] of codings) {
      const got = [];
      for (const [accepted] of [[first], ...codings]) got.push((await ask(`${script}?${encodeURIComponent(first)}`, [`Accept-Encoding: ${accepted}`])).coding);
      ok(`asked for as "${first}" first, each gets what it reads`, String(got.slice(1)) === String(codings.map(([, coding]) => coding)), got);
    }
    ok("a kept one has a head, too", (await ask(sheet, [], { method: "HEAD" })).body === "" && (await ask(sheet)).body === plain.body);

    // ---- nobody gets what was another's: every page that links lead to, and every list and row of REST
    const kept = [];
    const look = (path, r) => {
      if (r.headers.get("x-cache") !== "MISS" || /public/.test(r.headers.get("cache-control"))) kept.push([path, r.headers.get("x-cache"), r.headers.get("cache-control")]);
      return r;
    };
    const visit = async (b, path) => look(path, await b.fetch(path));
    const starts = [`/registrations/${row.id}`, `/registrations/${row.id}/receipt`, "/registrations.csv", `/r/${referral.code}`], pages = new Set();
    for (const b of [maya, admin])
      for (const path of await crawl((path) => visit(b, path), { starts, kind: (path) => kindOf(path.split("?")[0]) })) pages.add(path);
    for (const path of pages) for (const b of [otto, nobody]) await visit(b, path);
    ok(`no page of ${pages.size} is kept`, pages.size > 100 && kept.length === 0, kept);
    const described = Object.entries((await t.must(gold.token, "/openapi.json")).paths).filter(([, methods]) => methods.get).map(([path]) => path.replace("/api/v1", "").replace("{id}", row.id));
    for (const path of described) for (const token of [gold.token, rival.token, undefined]) look(path, await t.api(token, path));
    ok(`nothing of ${described.length} addresses of REST is kept`, described.length > 100 && kept.length === 0, kept);
    for (const [name, r] of [["a rival", await otto.fetch(`/registrations/${row.id}`)], ["nobody", await nobody.fetch(`/registrations/${row.id}`)], ["a rival's program", await t.api(rival.token, `/registrations/${row.id}`)], ["nobody's program", await t.api(undefined, `/registrations/${row.id}`)]])
      ok(`after its partner ${name} reads nothing of a registration`, [303, 401, 404].includes(r.status) && !r.text.includes("Korvath"), [r.status, r.text]);

    // ---- an address that looks like a kept file's, but shows a page (cache deception)
    const file = sheet.split("/").pop(), own = ["/today", "/registrations", `/registrations/${row.id}`, "/me", `/api/v1/registrations/${row.id}`];
    const tricks = ["/x.css", "/x.js", ";x.css", "%2ex.css", ".css", "%00.css", "%0a.css", "%23x.css", "%3Fx.css", "%3bx.css", "%2fx.css", "/%2e%2e/x.css", `/${file}`, `/..%2f..%2fstatic%2f${file}`, "?x.css", `?${sheet}`, "?v=1&/static/x.css", "/?x.css", "\\x.css", "//x.css"];
    const climbs = own.flatMap((path) => [`/static/..${path}`, `/static/..%2f${path.slice(1)}`, `/static/%2e%2e${path}`, `${sheet}/..${path}`, `${sheet}/../..${path}`, `${sheet}%2f..%2f..${path}`, `/static/..;${path}`, `/static//..${path}`, `/static/..%5c${path.slice(1)}`, `/.${path}?x.css`]);
    const lured = [];
    for (const path of [...own.flatMap((path) => tricks.map((trick) => path + trick)), ...climbs]) {
      await ask(path, [cookieOf(maya), `Authorization: Bearer ${gold.token}`]);
      const got = await ask(path);
      if (got.cache === "HIT" || got.body.includes("Korvath") || got.body.includes("Brightwater")) lured.push([path, got.status, got.cache]);
    }
    ok("no address makes a page of hers a file for everybody", lured.length === 0, lured);

    // ---- what a stranger sends with the first request is in no later answer
    let fresh = 0;
    const long = "a".repeat(7500);
    const strange = [
      ...Object.entries(poison).map(([name, value]) => [`${name}: ${value}`]),
      ["Cookie: theme=dark; tandem=evil.example; __Host-tandem=evil.example"], ["Authorization: Bearer evil.example"], ["Accept-Language: de"], ["Accept: application/json"], ["Accept-Encoding: br"], ["HX-Request: true"],
      ["Origin: https://evil.example"], ["Referer: https://evil.example/"], ["X-Request-Id: evil.example.evil"], ["Range: bytes=0-9"], ["Range: bytes=999999999-"], ["If-Range: evil", "Range: bytes=1-2"], ["If-None-Match: *"], ["If-Match: evil"],
      ["If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT"], ["Cache-Control: no-cache"], ["Pragma: x-get-cache-key"], ["Expect: evil"], ["Upgrade: evil"], ["X-Accel-Redirect: /evil"], ["Content-Type: evil/evil"], ["Content-Encoding: gzip"], ["TE: evil"],
      // refused by the server, perhaps, and then the refusal would be kept
      [`X-Long: ${long}`], [`X-Long: ${long}`, `X-Longer: ${long}`], [`X-Long: ${long}`, `X-Longer: ${long}`, `X-Longest: ${long}`], Array.from({ length: 150 }, (_, i) => `X-${i}: 1`), ["X-Meta: a\x07b"], ["X-Meta: a\x7fb"], ["Bad Name: 1"], ["Transfer-Encoding: evil"],
    ];
    const wrong = [];
    const victim = async (path, said) => {
      const got = await ask(path);
      if (got.status !== 200 || got.body !== plain.body || got.type !== plain.type) wrong.push([said.slice(0, 80), got.status, got.cache, got.body.slice(0, 200)]);
    };
    for (const lines of strange) {
      const path = `${sheet}?${fresh++}`;
      await ask(path, lines);
      await victim(path, String(lines));
    }
    for (const host of ["evil.example", "PARTNERS.company.example", "partners.company.example:8443", "partners.company.example.", "evil.example:80", "[::1]", "partners.company.example@evil.example", "evil.example/partners", "a b", ""]) {
      const path = `${sheet}?${fresh++}`;
      await ask(path, [], { host });
      await victim(path, `Host: ${host}`);
    }
    for (const method of ["HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PURGE", "EVIL"]) {
      const path = `${sheet}?${fresh++}`;
      await ask(path, ["Content-Length: 4"], { method, body: "evil" });
      await victim(path, method);
    }
    const fat = `${sheet}?${fresh++}`;
    await ask(fat, ["Content-Length: 4"], { body: "evil" });
    await victim(fat, "GET with a body");
    ok(`a file is the same whoever asked for it first, in ${fresh} ways`, wrong.length === 0, wrong);
    for (const path of ["/", "/sign-in", "/register", "/no-such-page", "/static/app.00000000.css", `/r/${referral.code}`, "/api/v1/openapi.json", "/api/v1/registrations", "/log/checkpoint", "/favicon.ico"]) {
      for (const [at, lines, more] of [[`${path}?${fresh++}`, Object.entries(poison).map(([name, value]) => `${name}: ${value}`)], [`${path}?${fresh++}`, [], { host: "evil.example" }]]) {
        await ask(at, lines, more);
        const got = await ask(at);
        ok(`${path} is asked for anew, and no stranger's host is in it`, got.cache === "MISS" && !got.answer.includes("evil.example"), [got.cache, got.answer.slice(0, 500)]);
      }
    }
    for (const host of ["evil.example", "evil.example:80"])
      ok(`${host} is not led to itself`, /^location: https:\/\/partners\.company\.example\/today\r?$/im.test(await raw(proxy.redirect, `GET /today HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)));

    // ---- and what lies there
    const keys = keptIn(t), others = keys.filter((key) => !/^http:\/\/tandem\/static\/[\w.-]+\.[0-9a-f]{8}\.\w+(\?|$)/.test(key));
    ok(`only files with their hash lie in the cache, ${keys.length} of them`, keys.length > fresh / 2 && others.length === 0, others);
    ok("the server is well", (await t.fetch("/readyz")).status === 200 && (await t.stop()) === 0);
  } finally {
    proxy.kill("SIGKILL");
  }
});
