// See failover.sh. Both servers listen in one folder, at two ports; libpq tries them in turn and takes the one that can
// be written to (target_session_attrs), which is how Tandem finds the new one.
import { execFileSync } from "node:child_process";
import { appendFileSync, chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Load, until, wait } from "../scenarios/lib/load.mjs";
import { ok, Tandem } from "../scenarios/lib/tandem.mjs";

const root = process.getuid() === 0;
const bin = process.env.TANDEM_PG_BIN ?? join("/usr/lib/postgresql", readdirSync("/usr/lib/postgresql").sort((a, b) => a - b).at(-1), "bin");
const dir = mkdtempSync(join(tmpdir(), "tandem-failover."));
chmodSync(dir, 0o755);
if (root) execFileSync("chown", ["postgres:", dir]);
const as = (program, ...args) => {
  const all = [join(bin, program), ...args];
  return root ? execFileSync("runuser", ["-u", "postgres", "--", ...all], { stdio: "ignore" }) : execFileSync(all[0], all.slice(1), { stdio: "ignore" });
};
const ports = [5432, 5433];
const data = (i) => join(dir, `data${i}`);
const start = (i) => as("pg_ctl", "-D", data(i), "-w", "-s", "-l", join(dir, `log${i}`), "start", "-o", `-p ${ports[i]} -c listen_addresses= -c unix_socket_directories=${dir} -c max_connections=200`);
const sql = (i, text, database = "postgres") => execFileSync("psql", ["-qAt", "-h", dir, "-p", String(ports[i]), "-U", "tandem", "-d", database, "-c", text], { encoding: "utf8" }).trim();

as("initdb", "-D", data(0), "-U", "tandem", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8");
appendFileSync(join(data(0), "postgresql.conf"), "synchronous_standby_names = '*'\nsynchronous_commit = local\n");
start(0);
as("pg_basebackup", "-h", dir, "-p", String(ports[0]), "-U", "tandem", "-D", data(1), "-R", "-X", "stream", "-c", "fast");
start(1);
await until(() => sql(0, "select count(*) from pg_stat_replication where sync_state = 'sync'") === "1");
sql(0, "alter system set synchronous_commit = on");
sql(0, "select pg_reload_conf()");

let t;
try {
  process.env.TANDEM_TEST_PG = `postgresql://tandem@/postgres?host=${dir}`;
  t = new Tandem("postgresql");
  const name = new URL(t.url.replace("@/", "@localhost/")).pathname.slice(1);
  t.url = `postgresql://tandem@/${name}?host=${dir},${dir}&port=${ports.join(",")}&target_session_attrs=read-write`;
  const server = await t.start();
  const { gold } = await t.cast();
  const load = new Load(t, gold.token);
  load.start();
  ok("there is load", await load.goesOn());
  await wait(5000);
  ok("the second server confirms each commit", sql(0, "select sync_state from pg_stat_replication") === "sync" && sql(0, "show synchronous_commit") === "on");
  as("pg_ctl", "-D", data(0), "-w", "-s", "-m", "immediate", "stop");
  const before = load.acknowledged.size;
  ok("without a first server registrations are refused", await until(() => load.refused.length > 0));
  sql(1, "alter system set synchronous_standby_names = ''"); // it has no second one now
  as("pg_ctl", "-D", data(1), "-w", "-s", "promote");
  sql(1, "select pg_reload_conf()");
  ok("with the second one it goes on by itself", await load.goesOn());
  await load.stop();
  load.clear(ok);
  ok(`${before} were acknowledged before, more after`, load.acknowledged.size > before);
  ok("the server is the same one", server.exitCode === null && server.signalCode === null, server.log().slice(-500));
  await load.judge(ok);
} catch (e) {
  ok("the trial runs to its end", false, e.stack + "\n" + (t?.servers?.at(-1)?.log?.() ?? "").slice(-1500));
} finally {
  if (t) await t.end();
  for (const i of [0, 1]) try { as("pg_ctl", "-D", data(i), "-w", "-s", "-m", "immediate", "stop"); } catch { /* it is stopped */ }
  rmSync(dir, { recursive: true, force: true });
}
