// Before an upgrade: what it would apply, without applying it. And what `make install` puts into place.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { onBoth } from "./lib/tandem.mjs";

await onBoth(async (t, ok) => {
  const migrate = (...more) => t.tryRun("migrate", "--db", t.url, ...more);
  const now = migrate("--dry-run");
  ok("of a database of this version nothing is missing", now.status === 0 && now.stdout.startsWith("Nothing is missing"), now);
  ok("and migrating it changes nothing", migrate().status === 0);
  t.sql("create table kept as select * from schema_migration; delete from schema_migration where number > 9");
  const old = migrate("--dry-run");
  ok("of an older one each is named", old.status === 0 && /^would apply 0010_/.test(old.stdout) && old.stdout.trim().split("\n").every((l) => /^would apply \d{4}_[a-z_]+(: .+)?$/.test(l)), old);
  ok("and none was applied", migrate("--dry-run").stdout === old.stdout);
  ok("other commands refuse it", t.check().status === 3);
  t.sql("insert into schema_migration select * from kept where number > 9; drop table kept");
  t.sql("insert into schema_migration (number, name, checksum, applied_at) values (9999, 'from_tomorrow', 'x', 1)");
  const newer = migrate("--dry-run");
  ok("a newer one is refused", newer.status === 1 && newer.stderr.includes("from_tomorrow") && newer.stderr.includes("newer Tandem"), newer);
  t.sql("delete from schema_migration where number = 9999");
  if (t.kind !== "sqlite") return;
  ok("a file that is not there is not made", t.tryRun("migrate", "--db", `sqlite:${t.dir}/none.db`).status === 3 && !existsSync(join(t.dir, "none.db")));

  const made = spawnSync("make", ["-s", "install", `DESTDIR=${t.dir}/root`, "PREFIX=/usr"], { encoding: "utf8" });
  ok("make install runs", made.status === 0, made.stderr);
  const at = (path) => join(t.dir, "root", path);
  const unit = readFileSync(at("usr/lib/systemd/system/tandem.service"), "utf8");
  ok("its unit starts what was installed", unit.includes("ExecStart=/usr/bin/tandem serve") && existsSync(at("usr/bin/tandem")) && !unit.includes("@PREFIX@"));
  ok("with its socket and its manual", existsSync(at("usr/lib/systemd/system/tandem.socket")) && existsSync(at("usr/share/doc/tandem/operating.md")));
  const plain = spawnSync("make", ["-s", "install", `DESTDIR=${t.dir}/plain`, "SYSTEMD="], { encoding: "utf8" });
  ok("without systemd there are no units", plain.status === 0 && existsSync(join(t.dir, "plain/usr/local/bin/tandem")) && !existsSync(join(t.dir, "plain/usr/local/lib/systemd")));
});
