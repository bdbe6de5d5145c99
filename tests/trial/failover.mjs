// See failover.sh. etcd, two nodes of Patroni configured as contrib/patroni/one.yml has it, and a server whose address names
// both: libpq tries them in turn and takes the one that can be written to, which is how Tandem finds the new leader.
import { execFile, execFileSync, spawn } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdtempSync, openSync, readFileSync, readdirSync, readlinkSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Load, until, wait } from "../scenarios/lib/load.mjs";
import { freePort } from "../scenarios/lib/port.mjs";
import { ok, Tandem } from "../scenarios/lib/tandem.mjs";

const LONG = 120; // seconds; a failover takes ttl + loop_wait at most, and the servers are slow to start on a busy machine
const bin = process.env.TANDEM_PG_BIN ?? join("/usr/lib/postgresql", readdirSync("/usr/lib/postgresql").sort((a, b) => a - b).at(-1), "bin");
const example = readFileSync("contrib/patroni/one.yml", "utf8");
const dir = realpathSync(mkdtempSync(join(tmpdir(), "tandem-failover.")));
chmodSync(dir, 0o755);

// PostgreSQL does not run as root.
const user = process.getuid() === 0 ? { uid: Number(execFileSync("id", ["-u", "postgres"])), gid: Number(execFileSync("id", ["-g", "postgres"])) } : {};
if (user.uid) chownSync(dir, user.uid, user.gid);

const logOf = (name) => join(dir, `${name}.log`);
function run(name, program, args) {
  const log = openSync(logOf(name), "a");
  return spawn(program, args, { ...user, cwd: dir, stdio: ["ignore", log, log], env: { PATH: process.env.PATH, HOME: dir, LANG: "C.UTF-8" } });
}

class Node {
  constructor(name, etcd, port, rest) {
    Object.assign(this, { name, port, rest, data: join(dir, name), config: join(dir, `${name}.yml`) });
    writeFileSync(this.config, example
      .replace("name: one", `name: ${name}`)
      .replace(/hosts: .*:2379/, `hosts: 127.0.0.1:${etcd}`)
      .replaceAll("10.0.0.11:8008", `127.0.0.1:${rest}`)
      .replaceAll("10.0.0.11:5432", `127.0.0.1:${port}`)
      .replaceAll("10.0.0.0/24", "127.0.0.1/32")
      .replace(/data_dir: .*/, `data_dir: ${this.data}`)
      .replace(/bin_dir: .*/, `bin_dir: ${bin}`)
      .replace(/pgpass: .*/, `pgpass: ${this.data}.pgpass`)
      .replace(/unix_socket_directories: .*/, `unix_socket_directories: ${dir}`)
      .replace(/mode: required/, "mode: off")); // there is no watchdog to reset this machine
  }
  start() {
    this.patroni = run(this.name, "patroni", [this.config]);
  }
  // What load balancers ask Patroni: "primary", "synchronous".
  async is(role) {
    try {
      return (await fetch(`http://127.0.0.1:${this.rest}/${role}`)).status === 200;
    } catch {
      return false;
    }
  }
  // As its machine would die: Patroni, PostgreSQL and all its processes.
  kill() {
    this.killPatroni();
    this.killPostgres();
  }
  killPatroni() {
    this.patroni?.kill("SIGKILL");
  }
  killPostgres() {
    const postmaster = this.#postmaster();
    if (!postmaster) return;
    const children = readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, "utf8").split(" ").filter(Boolean);
    for (const pid of [postmaster, ...children].map(Number)) try { process.kill(pid, "SIGKILL"); } catch { /* it ended with its parent */ }
  }
  // The file outlives it, and its number may be another's by then.
  #postmaster() {
    try {
      const pid = parseInt(readFileSync(join(this.data, "postmaster.pid"), "utf8"));
      return readlinkSync(`/proc/${pid}/cwd`) === this.data ? pid : null;
    } catch {
      return null;
    }
  }
}

const etcdPort = await freePort();
const one = new Node("one", etcdPort, await freePort(), await freePort()), two = new Node("two", etcdPort, await freePort(), await freePort());
let etcd, t;

async function startEtcd() {
  const client = `http://127.0.0.1:${etcdPort}`, peer = `http://127.0.0.1:${await freePort()}`;
  etcd = run("etcd", "etcd", ["--name", "trial", "--data-dir", join(dir, "etcd"), "--listen-client-urls", client, "--advertise-client-urls", client,
    "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", `trial=${peer}`, "--logger", "zap"]);
  return until(async () => { try { return (await fetch(`${client}/health`)).status === 200; } catch { return false; } });
}

// A role and a database as docs/operating.md makes them, and the passwords where libpq looks for them.
function makeDatabase() {
  const passwords = Object.fromEntries([...example.matchAll(/username: (\w+)\n *password: (\S+)/g)].map(([, name, password]) => [name, password]));
  process.env.PGPASSFILE = join(dir, "pgpass");
  writeFileSync(process.env.PGPASSFILE, `*:*:*:postgres:${passwords.postgres}\n*:*:*:tandem:change-4\n`, { mode: 0o600 });
  execFileSync("psql", ["-q", "-h", "127.0.0.1", "-p", String(one.port), "-U", "postgres", "-c", "create role tandem login createdb password 'change-4'"]);
  process.env.PGPORT = String(one.port); // until the address names ports
  process.env.TANDEM_TEST_PG = "postgresql://tandem@/postgres?host=127.0.0.1";
  const tandem = new Tandem("postgresql");
  const name = new URL(tandem.url.replace("@/", "@localhost/")).pathname.slice(1);
  tandem.url = `postgresql://tandem@/${name}?host=127.0.0.1,127.0.0.1&port=${one.port},${two.port}&target_session_attrs=read-write`;
  return tandem;
}

// Processes first, then what they have open.
async function end() {
  for (const node of [one, two]) node.kill();
  etcd?.kill("SIGKILL");
  if (t) await t.end();
  rmSync(dir, { recursive: true, force: true });
}
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => end().then(() => process.exit(1)));

try {
  if (!(await startEtcd())) throw new Error("etcd does not start");
  one.start();
  if (!(await until(() => one.is("primary"), LONG))) throw new Error("the first node does not start");
  two.start();
  ok("the second one confirms each commit", await until(() => two.is("synchronous"), LONG));
  t = makeDatabase();
  const server = await t.start();
  const { gold } = await t.cast();
  const load = new Load(t, gold.token);
  load.start();
  ok("there is load", await load.goesOn());
  await wait(5000);

  const before = load.acknowledged.size, died = Date.now();
  one.kill();
  ok("without a leader registrations are refused", await until(() => load.refused.length > 0, LONG));
  ok("Patroni promotes the second one", await until(() => two.is("primary"), LONG));
  const promoted = Date.now();
  ok(`the server goes on by itself: ${before} registrations before, more after`, await load.goesOn(LONG));
  console.log(`   the standby led after ${(promoted - died) / 1000} s, registrations went on after ${(Date.now() - died) / 1000} s`);

  one.start();
  ok("the old one comes back, and confirms each commit", (await until(() => one.is("synchronous"), LONG)) && (await load.goesOn(LONG)));
  await wait(2000);

  const asked = Date.now(), refused = load.refused.length;
  await promisify(execFile)("patronictl", ["-c", two.config, "switchover", "tandem", "--leader", "two", "--candidate", "one", "--force"]);
  ok("they change places as planned", await until(() => one.is("primary"), LONG));
  ok("the server finds the new leader", await load.goesOn(LONG));
  console.log(`   after ${(Date.now() - asked) / 1000} s, ${load.refused.length - refused} refused meanwhile`);
  ok("and the old one confirms each commit", await until(() => two.is("synchronous"), LONG));

  one.killPatroni();
  ok("where Patroni dies alone the other leads", await until(() => two.is("primary"), LONG));
  await wait(2000);
  const split = load.acknowledged.size;
  await wait(5000);
  ok("and the old PostgreSQL acknowledges nothing more", load.acknowledged.size === split, load.acknowledged.size - split);
  one.killPostgres();
  ok("once that is ended the server goes on", await load.goesOn(LONG));
  one.start();
  ok("with both again", await until(() => one.is("synchronous"), LONG));

  const alone = Date.now();
  one.kill();
  ok("without a standby the leader goes on alone", await load.goesOn(LONG));
  console.log(`   after ${(Date.now() - alone) / 1000} s`);

  await load.stop();
  load.clear(ok);
  ok("the server is the same one", server.exitCode === null && server.signalCode === null, server.log().slice(-500));
  await load.judge(ok);
} catch (e) {
  const logs = ["etcd", "one", "two"].filter((name) => existsSync(logOf(name))).map((name) => `${name}: ${readFileSync(logOf(name), "utf8").slice(-1500)}`);
  ok("the trial runs to its end", false, [e.stack, ...logs, t?.servers?.at(-1)?.log?.().slice(-1500)].join("\n").slice(-8000));
} finally {
  await end();
}
