// Restarted under load, again and again, at a socket that its supervisor keeps: no request is lost, none is refused.
import { spawn } from "node:child_process";
import { Load, until, wait } from "./lib/load.mjs";
import { onBoth } from "./lib/tandem.mjs";

const binary = process.env.TANDEM ?? "build/tandem";

async function supervise(t, ...more) {
  const child = spawn(process.execPath, ["tests/scenarios/lib/supervisor.mjs", binary, "serve", "--db", t.url, "--key", t.key, ...more], { stdio: ["ignore", "pipe", "pipe"] });
  let out = "", log = "";
  child.stdout.on("data", (d) => (out += d));
  child.stderr.on("data", (d) => (log += d));
  child.log = () => log;
  const pids = () => [...out.matchAll(/^pid (\d+)$/gm)].map((m) => Number(m[1]));
  const starts = () => log.split('msg="serving').length - 1;
  await until(() => starts() === 1);
  t.port = Number(/^\d+/.exec(out)[0]);
  return {
    child, starts, pid: () => pids().at(-1),
    end() {
      child.kill("SIGKILL"); // first, so that it starts no other
      try { process.kill(pids().at(-1), "SIGKILL"); } catch { /* gone already */ }
    },
  };
}

await onBoth(async (t, ok) => {
  const s = await supervise(t);
  try {
    const { gold } = await t.cast();
    const load = new Load(t, gold.token);
    load.start();
    ok("there is load", await load.goesOn());
    for (let round = 1; round <= 5; round++) {
      process.kill(s.pid(), "SIGTERM");
      ok(`restart ${round}: another process goes on`, (await until(() => s.starts() === round + 1)) && (await load.goesOn()), s.child.log().slice(-500));
      await wait(Math.random() * 100);
    }
    await load.stop();
    ok("no request was refused", load.refused.length === 0, load.refused.slice(0, 3).map((r) => r.status + r.text));
    ok("none was lost", load.unanswered === 0, load.unanswered);
    await load.judge(ok);
  } finally {
    s.end();
  }

  // told first where it is asked for: a balancer looks at /readyz
  const server = await t.start("--drain", "2");
  ok("ready", (await t.fetch("/readyz")).status === 200);
  server.kill("SIGTERM");
  ok("leaving is told before the door closes", await until(async () => { const r = await t.fetch("/readyz"); return r.status === 503 && r.text === "stopping\n"; }));
  ok("and what comes is answered all the same", (await t.api(t.admin, "/partners")).status === 200);
  await new Promise((done) => (server.exitCode === null ? server.once("exit", done) : done()));
  ok("then it ends well", server.exitCode === 0);
});
