// PostgreSQL hangs up, and is restarted, under load: what can be tried again is, else a clear 503; then everything goes on
// by itself. On a PostgreSQL of its own, because others use the one that is given.
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Load, until, wait } from "./lib/load.mjs";
import { ok, Tandem } from "./lib/tandem.mjs";

const folder = mkdtempSync(join(tmpdir(), "tandem-outage."));
chmodSync(folder, 0o755);
const pg = (verb) => execFileSync("tests/pg.sh", [verb, join(folder, "pg")], { encoding: "utf8" }).trim();

async function trial(t) {
  const server = await t.start("--lanes", "3");
  const { gold } = await t.cast();
  const load = new Load(t, gold.token);
  load.start();
  ok("there is load", await load.goesOn());

  // connections cut at any place
  for (let cut = 0; cut < 10; cut++) {
    t.sql("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");
    ok(`after cut ${cut} it goes on`, await load.goesOn());
  }
  ok("nearly all of it is tried again", load.refused.length < load.acknowledged.size / 10, [load.refused.length, load.acknowledged.size]);

  // the server away, and back
  pg("halt");
  const before = load.refused.length;
  ok("without a database registrations are refused", await until(() => load.refused.length > before + 20));
  ok("reading is refused as clearly", (await t.api(gold.token, "/registrations")).data?.type.endsWith("/unavailable"));
  ok("it says that it is alive, and not ready", (await t.fetch("/healthz")).status === 200 && (await t.fetch("/readyz")).status === 503);
  pg("again");
  ok("with a database it goes on by itself", await load.goesOn());
  ok("and is ready", (await t.fetch("/readyz")).status === 200);

  // restarted in the midst
  pg("halt");
  pg("again");
  ok("restarted, it goes on", await load.goesOn());
  await wait(200);
  await load.stop();
  load.clear(ok);
  ok("the server is the same one", server.exitCode === null && server.signalCode === null, server.log().slice(-500));
  await load.judge(ok);
}

if (!process.env.TANDEM_TEST_PG) {
  ok("skipped: TANDEM_TEST_PG names no PostgreSQL", true);
  process.exit();
}
let t;
try {
  process.env.TANDEM_TEST_PG = pg("start");
  t = new Tandem("postgresql");
  await trial(t);
} catch (e) {
  ok("the scenario runs to its end", false, e.stack + "\n" + (t?.servers?.at(-1)?.log?.() ?? "").slice(-1500));
} finally {
  if (t) await t.end();
  pg("stop");
  rmSync(folder, { recursive: true, force: true });
}
