// Two server processes at one PostgreSQL behind HAProxy, configured as contrib/proxy/haproxy.cfg has it: one is replaced
// under load and nobody notices; one is killed and nothing that was acknowledged is lost.
import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { Load, until } from "./lib/load.mjs";
import { freePort } from "./lib/port.mjs";
import { deal, onBoth } from "./lib/tandem.mjs";

const program = ["/usr/sbin/haproxy", "haproxy"].find((p) => spawnSync(p, ["-v"]).status === 0);

// The example, without its certificate, at this port and before these servers.
function configuration(port, servers) {
  return readFileSync("contrib/proxy/haproxy.cfg", "utf8")
    .replace(/maxconn \d+/, "maxconn 200")
    .replace(/bind :443 ssl.*/, `bind 127.0.0.1:${port}`)
    .replace("10.0.0.1:8080", `127.0.0.1:${servers[0]}`)
    .replace("10.0.0.2:8080", `127.0.0.1:${servers[1]}`);
}

async function startProxy(t, servers) {
  const port = await freePort();
  const config = t.file("haproxy.cfg", configuration(port, servers));
  const child = spawn(program, ["-db", "-f", config], { stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (d) => (log += d));
  child.log = () => log;
  t.port = port;
  const up = await until(async () => { try { return (await t.fetch("/readyz")).status === 200; } catch { return false; } });
  if (!up) throw new Error(log);
  return child;
}

await onBoth(async (t, ok) => {
  if (t.kind === "sqlite" || !program) {
    ok(program ? "SQLite is for one server process" : "skipped: there is no haproxy", true);
    return;
  }
  const options = ["--trusted-proxies", "127.0.0.1", "--drain", "4"];
  const one = await t.start(...options), two = await t.start(...options, "--no-clocks");
  const proxy = await startProxy(t, [one.port, two.port]);
  const front = t.port;
  try {
    const { gold } = await t.cast();
    const load = new Load(t, gold.token);
    load.start();
    ok("there is load", await load.goesOn());
    const served = async (port) => Number(/tandem_http_requests_total\{route="api",status="2xx"\} (\d+)/.exec((await t.fetch("/metrics", { port })).text)[1]);
    ok("on both of them", await until(async () => (await served(one.port)) > 10 && (await served(two.port)) > 10));

    // one is replaced: it says so at /readyz, the proxy goes to the other
    one.kill("SIGTERM");
    await new Promise((done) => one.once("exit", done));
    ok("one leaves in good order", one.exitCode === 0, one.log().slice(-500));
    const third = await t.start(...options, "--listen", `127.0.0.1:${one.port}`);
    t.port = front;
    ok("its successor is found", (await until(async () => (await served(third.port)) > 10)) && (await load.goesOn()));
    ok("no request was refused, none lost", load.refused.length === 0 && load.unanswered === 0, [load.unanswered, load.refused.slice(0, 3).map((r) => r.status + r.text)]);

    // the other dies
    two.kill("SIGKILL");
    ok("killed, it goes on by the other", (await load.goesOn()) && (await load.goesOn()));
    await load.stop();
    ok("only what was under way is in doubt", load.refused.length === 0 && load.unanswered <= 8, [load.unanswered, load.refused.slice(0, 3).map((r) => r.status + r.text)]);
    // whoever is in doubt asks again with the same key
    const again = { headers: { "Idempotency-Key": "restored-1" } }, wish = deal({ company: "Nochmals Werke" });
    const first = await t.api(gold.token, "/registrations", wish, again), second = await t.api(gold.token, "/registrations", wish, again);
    ok("asked again with the same key it is one registration", first.status === 201 && second.data.id === first.data.id, second.text);
    load.acknowledged.set(first.data.id, "Nochmals Werke");
    await load.judge(ok);
  } finally {
    proxy.kill("SIGKILL");
  }
});
