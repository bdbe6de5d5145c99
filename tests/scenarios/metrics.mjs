// What an operator's tools see: /metrics as Prometheus reads it, for whom; request ids; logs as JSON.
import { spawn } from "node:child_process";
import { until } from "./lib/load.mjs";
import { deal, onBoth } from "./lib/tandem.mjs";

// The text format 0.0.4, strictly: each family has HELP and TYPE before its samples, each sample a number; histograms grow.
function read(text) {
  const samples = new Map(), types = new Map(), wrong = [];
  let last = null;
  for (const line of text.split("\n").slice(0, -1)) {
    let m;
    if ((m = /^# HELP ([a-z_]+) \S.*$/.exec(line))) last = m[1];
    else if ((m = /^# TYPE ([a-z_]+) (counter|gauge|histogram)$/.exec(line)) && m[1] === last && !types.has(last)) types.set(last, m[2]);
    else if ((m = /^([a-z_]+)(\{(?:[a-z_]+="[^"\\\n]*",?)*\})? (\S+)$/.exec(line))) {
      const family = types.get(last) === "histogram" ? m[1].replace(/_(bucket|sum|count)$/, "") : m[1];
      if (family !== last || !types.has(last) || !Number.isFinite(Number(m[3])) || samples.has(m[1] + (m[2] ?? ""))) wrong.push(line);
      samples.set(m[1] + (m[2] ?? ""), Number(m[3]));
    } else wrong.push(line);
  }
  for (const [family, type] of types) {
    if ((type === "counter") !== family.endsWith("_total")) wrong.push(`${family} is a ${type}`);
    if (type !== "histogram") continue;
    const of = [...samples].filter(([k]) => k.startsWith(family + "_bucket"));
    for (const route of new Set(of.map(([k]) => /route="(\w+)"/.exec(k)[1]))) {
      const counts = of.filter(([k]) => k.includes(`route="${route}"`)).map(([, v]) => v);
      if (counts.some((c, i) => c < (counts[i - 1] ?? 0)) || counts.at(-1) !== samples.get(`${family}_count{route="${route}"}`)) wrong.push(`${family} of ${route}`);
    }
  }
  if (!text.endsWith("\n")) wrong.push("no newline at the end");
  return { samples, wrong };
}

await onBoth(async (t, ok) => {
  process.env.TANDEM_METRICS_TOKEN = "a-token-for-metrics";
  await t.start("--trusted-proxies", "127.0.0.1", "--log-requests");
  const metrics = async (headers = {}) => t.fetch("/metrics", { headers });
  const { gold } = await t.cast();

  const first = await metrics();
  const before = read(first.text);
  ok("Prometheus can read it", first.status === 200 && first.headers.get("content-type").startsWith("text/plain; version=0.0.4") && before.wrong.length === 0, before.wrong);
  for (let i = 0; i < 3; i++) await t.must(gold.token, "/registrations", deal({ company: `Messbar ${"abc"[i]} Werke` }));
  await t.api(gold.token, "/registrations", {});
  const now = read((await metrics()).text).samples, more = (name) => now.get(name) - before.samples.get(name);
  ok("requests are counted by kind and status", more('tandem_http_requests_total{route="api",status="2xx"}') === 3 && more('tandem_http_requests_total{route="api",status="4xx"}') === 1 && more('tandem_http_request_seconds_count{route="api"}') === 4);
  ok("and so are the committer's verbs", more("tandem_committer_verbs_total") >= 3 && more("tandem_committer_groups_total") >= 3);
  ok("the log grew", more('tandem_tree_size{tree="log"}') >= 3 && more('tandem_tree_size{tree="audit"}') >= 3);
  const names = [...now.keys()];
  ok("what waits is told", ["tandem_committer_queue_length", "tandem_http_queue_length", "tandem_mail_waiting", "tandem_clocks_due{", "tandem_job_waiting{"].every((n) => names.some((has) => has.startsWith(n))) && now.get("tandem_database_up") === 1, names.join(" "));
  ok("SQLite's files have their size", t.kind === "sqlite" ? now.get("tandem_database_bytes") > 0 && now.get("tandem_database_wal_bytes") > 0 : !now.has("tandem_database_bytes"));
  t.sql(`insert into mail (id, recipient, subject, body, created, attempts, next_try) values (1, 'x@brightwater.example', 's', 'b', 1, 0, ${(Date.now() + 3600e3) * 1000})`);
  const waiting = read((await metrics()).text).samples;
  ok("a letter that waits is counted, not yet due", waiting.get("tandem_mail_waiting") >= 1 && waiting.get("tandem_mail_due") === 0);

  ok("who comes through a proxy finds nothing", (await metrics({ "X-Forwarded-For": "203.0.113.7" })).status === 404 && (await metrics({ Via: "1.1 proxy" })).status === 404);
  ok("nor with another token", (await metrics({ "X-Forwarded-For": "203.0.113.7", Authorization: "Bearer a-token-for-metricz" })).status === 404);
  ok("but with the token", (await metrics({ "X-Forwarded-For": "203.0.113.7", Authorization: "Bearer a-token-for-metrics" })).status === 200);

  const id = "0f8fad5b-d9cb-469f-a165-70867728950e";
  const refused = await t.fetch("/api/v1/registrations", { headers: { "X-Request-Id": id } });
  ok("a refusal tells the proxy's request id", refused.status === 401 && refused.headers.get("x-request-id") === id && refused.data.request_id === id, refused.text);
  await t.fetch("/sign-in/0J4K8ZQW3RTY0J4K8ZQW3RTY");
  const log = t.servers.at(-1).log();
  ok("the log has a line for it", log.split("\n").some((l) => l.includes(`req=${id}`) && l.includes("status=401") && l.includes('path="/api/v1/registrations"')), log.slice(-800));
  ok("no secret of an address is in it", log.includes('path="/sign-in/*"') && !log.includes("0J4K8ZQW3RTY"));
  await t.stop();

  // at an address of their own
  const apart = await t.start("--metrics-listen", "127.0.0.1:0", "--trusted-proxies", "127.0.0.1");
  await until(() => /figures at \S+, port \d+/.test(apart.log()));
  const figures = { port: /figures at \S+, port (\d+)/.exec(apart.log())[1] }, bearer = { Authorization: "Bearer a-token-for-metrics" };
  const there = await t.fetch("/metrics", figures);
  ok("apart they are told", there.status === 200 && read(there.text).wrong.length === 0 && there.text.includes('tandem_http_requests_total{route="api"'), there.text.slice(0, 300));
  const gone = await t.fetch("/metrics", { headers: bearer }), none = await t.fetch("/no-such-page", { headers: bearer });
  ok("and at the public address nobody finds them", gone.status === none.status && gone.headers.get("location")?.replace("metrics", "no-such-page") === none.headers.get("location")?.replace("metrics", "no-such-page") && !gone.text.includes("tandem_http"), gone.status);
  for (const path of ["/", "/sign-in", "/healthz", "/api/v1/partners", "/metrics/", "/static/app.css"])
    ok(`apart there is no ${path}`, (await t.fetch(path, { ...figures, token: t.admin })).status === 404);
  ok("nor is anything posted there", [404, 413].includes((await t.fetch("/metrics", { ...figures, method: "POST", body: "x" })).status));
  ok("who is no neighbour needs the token", (await t.fetch("/metrics", { ...figures, headers: { "X-Forwarded-For": "203.0.113.7" } })).status === 404 && (await t.fetch("/metrics", { ...figures, headers: { "X-Forwarded-For": "203.0.113.7", ...bearer } })).status === 200);
  ok("it ends in good order", (await t.stop()) === 0, apart.log().slice(-300));
  delete process.env.TANDEM_METRICS_TOKEN;
  const open = await t.start("--metrics-listen", "127.0.0.1:0");
  await until(() => /figures at \S+, port \d+/.test(open.log()));
  ok("without a token whoever reaches it", (await t.fetch("/metrics", { port: /figures at \S+, port (\d+)/.exec(open.log())[1], headers: { "X-Forwarded-For": "203.0.113.7" } })).status === 200);
  const taken = t.tryRun("serve", "--db", t.url, "--key", t.key, "--listen", "127.0.0.1:0", "--metrics-listen", `127.0.0.1:${open.port}`);
  ok("an address that is taken is said", taken.status === 3 && taken.stderr.includes("--metrics-listen"), taken.status + taken.stderr.slice(-300));
  await t.stop();

  // as JSON: every line is one
  const child = spawn(process.env.TANDEM ?? "build/tandem", ["serve", "--db", t.url, "--key", t.key, "--listen", "127.0.0.1:0", "--log-requests"], { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, TANDEM_LOG: "json" } });
  t.servers.push(child);
  let out = "";
  child.stderr.on("data", (d) => (out += d));
  await until(() => /\(port (\d+)\)/.test(out));
  await t.fetch("/readyz?q=\"%0a", { port: /\(port (\d+)\)/.exec(out)[1] });
  await t.stop(child);
  const lines = out.trim().split("\n").map((l) => { try { return JSON.parse(l); } catch { return null; } });
  ok("logs as JSON are JSON", lines.every((l) => l?.ts && l.level && l.msg) && lines.some((l) => l.msg === "request" && l.path === "/readyz" && l.status === "200" && l.req), out);
});
