// The disk is full under load: a clear 503, reading goes on, nothing is broken; with room again it goes on by itself.
import { execFileSync, spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Load, until } from "./lib/load.mjs";
import { deal, onBoth, Tandem } from "./lib/tandem.mjs";

// FILL leaves no room, FREE gives it back.
async function trial(t, ok, fill, free) {
  const { gold } = await t.cast();
  const load = new Load(t, gold.token), server = t.servers.at(-1);
  load.start(4);
  ok("there is load", await load.goesOn());
  fill();
  ok("registrations are refused", await until(() => load.refused.length > 20));
  ok("lists are read", (await t.api(gold.token, "/registrations")).status === 200);
  ok("pages are read", (await t.fetch("/sign-in")).status === 200);
  await load.stop();
  const key = { headers: { "Idempotency-Key": "while-full-1" } }, body = deal({ company: "Ardenmill Group" });
  const big = await t.api(gold.token, "/registrations", body, key);
  ok("a registration with a key is refused", big.status === 503, big.text);
  ok("the log stands meanwhile", t.check().status === 0, t.check().stdout);
  free();
  load.start(4);
  ok("with room again it goes on by itself", await load.goesOn());
  await load.stop();
  const again = await t.api(gold.token, "/registrations", body, key);
  ok("what was refused can be sent again", again.status === 201, [big.status, again.text]);
  load.acknowledged.set(again.data.id, again.data.company);
  load.clear(ok);
  ok("the server is the same one", server.exitCode === null && server.signalCode === null, server.log().slice(-500));
  await load.judge(ok);
}

// The kernel lets no file of the server's grow, which every user may ask of it.
async function limited(t, ok) {
  const { pid } = await t.start();
  const limit = (bytes) => execFileSync("prlimit", ["--pid", pid, `--fsize=${bytes}:unlimited`]);
  const sizes = ["", "-wal"].map((end) => statSync(t.url.slice("sqlite:".length) + end).size);
  await trial(t, (name, ...more) => ok(`a limit on files: ${name}`, ...more), () => limit(Math.max(...sizes) + 65536), () => limit("unlimited"));
}

// A disk of its own in memory, which only some may mount.
async function mounted(ok) {
  const folder = mkdtempSync(join(tmpdir(), "tandem-disk."));
  if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=24m", "tmpfs", folder]).status !== 0) {
    ok("a full disk (skipped: needs the right to mount)", true);
    return rmSync(folder, { recursive: true });
  }
  const t = new Tandem("sqlite", folder), filler = join(folder, "filler");
  try {
    await t.start();
    const fill = () => {
      const file = openSync(filler, "w");
      try {
        for (;;) writeSync(file, Buffer.alloc(4096));
      } catch (e) {
        if (e.code !== "ENOSPC") throw e;
      }
      closeSync(file);
    };
    await trial(t, (name, ...more) => ok(`a full disk: ${name}`, ...more), fill, () => rmSync(filler));
  } finally {
    await t.end();
    execFileSync("umount", [folder]);
    rmSync(folder, { recursive: true });
  }
}

await onBoth(async (t, ok) => {
  if (t.kind === "sqlite") {
    await limited(t, ok);
    await mounted(ok);
    return;
  }
  // the server's word for it, without a disk of its own
  await t.start();
  t.sql("create function full_disk() returns trigger language plpgsql as $$ begin raise exception 'could not extend file' using errcode = 'disk_full'; end $$");
  await trial(t, ok, () => t.sql("create trigger full_disk before insert on event execute function full_disk()"), () => t.sql("drop trigger full_disk on event"));
});
