// A backup while others register, a machine that is lost, and the way back by docs/operating.md alone: the commands of its
// sections "Backup" and "Restore" are run as they stand there.
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Load } from "./lib/load.mjs";
import { onBoth } from "./lib/tandem.mjs";

const binary = resolve(process.env.TANDEM ?? "build/tandem");

// The n-th block of commands below a heading of the guide.
function commands(heading, n = 0) {
  const guide = readFileSync("docs/operating.md", "utf8");
  const from = guide.slice(guide.indexOf(`\n${heading}\n`));
  return [...from.matchAll(/^```\n([^]*?)^```$/gm)][n][1];
}

// A machine: a folder, with the program in its path.
function machine(dir) {
  mkdirSync(join(dir, "bin"), { recursive: true });
  symlinkSync(binary, join(dir, "bin/tandem"));
  const at = (name) => join(dir, name);
  const sh = (script) => spawnSync("sh", ["-ec", script], { cwd: dir, encoding: "utf8", env: { ...process.env, PATH: `${dir}/bin:${process.env.PATH}` } });
  return { at, sh };
}

await onBoth(async (t, ok) => {
  if (t.kind === "postgresql") {
    const r = t.tryRun("backup", join(t.dir, "b.db"), "--db", t.url);
    ok("a PostgreSQL database is left to PostgreSQL's tools", r.status === 2 && r.stderr.includes("PostgreSQL's own tools") && !existsSync(join(t.dir, "b.db")), r);
    return;
  }
  // the first machine, as the guide has it: tandem.db and its key in the folder of the server
  const first = machine(join(t.dir, "first"));
  await t.start();
  const { gold } = await t.cast();
  const load = new Load(t, gold.token);
  load.start();
  await load.goesOn();
  symlinkSync(t.url.slice("sqlite:".length), first.at("tandem.db"));
  const before = new Map(load.acknowledged);
  const backup = first.sh(commands("## Backup"));
  ok("a backup is taken while registrations come in", backup.status === 0 && (await load.goesOn()), backup);
  ok("it says that the key is not in it, and it is not", backup.stdout.includes("key is not in it") && !existsSync(first.at("backup.db.key")));
  ok("only its owner reads it", (statSync(first.at("backup.db")).mode & 0o777) === 0o600 && (statSync(first.at("backup.db.json")).mode & 0o777) === 0o600);
  ok("nothing else is left beside it", !existsSync(first.at("backup.db-wal")) && !existsSync(first.at("backup.db-shm")));
  const manifest = JSON.parse(readFileSync(first.at("backup.db.json"), "utf8"));
  ok("its manifest tells size and trees", manifest.bytes === statSync(first.at("backup.db")).size && manifest.log.size >= before.size && manifest.audit.size > 0, manifest);
  const again = first.sh(commands("## Backup"));
  ok("a second one does not overwrite it", again.status === 3 && again.stderr.includes("is there already"), again);
  await load.stop();

  // whoever changed the backup is found out
  const changed = join(t.dir, "changed.db");
  const bytes = readFileSync(first.at("backup.db"));
  bytes[bytes.length >> 1] ^= 1;
  writeFileSync(changed, bytes);
  copyFileSync(first.at("backup.db.json"), changed + ".json");
  const refused = t.tryRun("restore", changed, "--db", `sqlite:${t.dir}/wrong.db`, "--key", t.key);
  ok("a changed backup is refused, and nothing is left", refused.status === 3 && refused.stderr.includes("checksum") && !existsSync(join(t.dir, "wrong.db")) && !existsSync(join(t.dir, "wrong.db.part")), refused);
  const over = t.tryRun("restore", first.at("backup.db"), "--db", t.url, "--key", t.key);
  ok("a database is not overwritten", over.status === 3 && over.stderr.includes("nothing is overwritten"), over);
  const keyless = t.tryRun("restore", first.at("backup.db"), "--db", `sqlite:${t.dir}/keyless.db`);
  ok("without the key it says where to copy it", keyless.status === 1 && keyless.stdout.includes("keyless.db.key"), keyless);

  // with the key, where asked for
  const full = join(t.dir, "full.db");
  t.run("backup", full, "--db", t.url, "--key", t.key, "--with-key");
  ok("--with-key writes it beside", readFileSync(full + ".key", "utf8") === readFileSync(t.key, "utf8") && (statSync(full + ".key").mode & 0o777) === 0o600);
  const whole = t.tryRun("restore", full, "--db", `sqlite:${t.dir}/whole.db`);
  ok("and such a backup comes back by itself", whole.status === 0 && whole.stdout.includes("Everything stands"), whole);

  // the machine is lost
  await t.stop(t.servers.at(-1), "SIGKILL");
  const second = machine(join(t.dir, "second"));
  for (const name of ["backup.db", "backup.db.json"]) copyFileSync(first.at(name), second.at(name));
  copyFileSync(t.key, second.at("tandem.db.key"));
  rmSync(first.at("."), { recursive: true });
  for (const end of ["", "-wal", "-shm"]) rmSync(t.url.slice("sqlite:".length) + end, { force: true });
  const [restore, check, serve] = commands("### Restore").trim().split("\n");
  const restored = second.sh(restore);
  ok("the guide's restore brings it back", restored.status === 0 && restored.stdout.includes("Everything stands"), restored);
  const checked = second.sh(check);
  ok("the guide's check agrees", checked.status === 0, checked);
  ok("the guide ends with serving it", serve.startsWith("tandem serve --db sqlite:tandem.db "));
  t.url = `sqlite:${second.at("tandem.db")}`;
  t.key = second.at("tandem.db.key");
  await t.start();
  const there = await load.present();
  ok(`${before.size} registrations of before the backup are there`, before.size > 0 && [...before].every(([id, company]) => there.get(id) === company));
  ok("and new ones are taken", (await t.api(gold.token, "/registrations", { company: "Neuanfang Werke", country: "DE", product_line_id: "Flowgate", amount: 5000, close_month: `${new Date().getFullYear() + 1}-03`, relationship: "We met at a fair." })).status === 201);
  ok("in a log that goes on", t.check().status === 0);
});
