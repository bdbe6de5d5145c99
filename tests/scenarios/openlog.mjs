// The log in the open: witnesses that refuse a second history, a key that is replaced, and what strangers can check.
import { createHash, createPublicKey, verify } from "node:crypto";
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { onBoth, deal } from "./lib/tandem.mjs";

const binary = process.env.TANDEM ?? "build/tandem";
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const sha = (...parts) => createHash("sha256").update(Buffer.concat(parts.map((p) => Buffer.from(p)))).digest();

// C2SP tlog-cosignature, independent of the program: the time when the line is a good cosignature of the note, else null.
function cosigned(note, line, vkey) {
  const [, name, id, key] = /^([^+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(vkey.trim());
  const typed = Buffer.from(key, "base64");
  if (typed[0] !== 4 || sha(name, "\n", typed).toString("hex", 0, 4) !== id) return null;
  const [, who, base64] = /^— (\S+) (\S+)\n$/.exec(line) ?? [];
  const bytes = Buffer.from(base64 ?? "", "base64");
  if (who !== name || bytes.toString("hex", 0, 4) !== id || bytes.length !== 76) return null;
  const time = bytes.readBigUInt64BE(4);
  const text = note.slice(0, note.indexOf("\n\n") + 1);
  const ed25519 = createPublicKey({ format: "der", type: "spki", key: Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), typed.subarray(1)]) });
  return verify(null, Buffer.from(`cosignature/v1\ntime ${time}\n${text}`), ed25519, bytes.subarray(12)) ? Number(time) : null;
}

// A witness in a folder of its own; stop() ends it as told.
async function startWitness(folder, logs, port = 0) {
  mkdirSync(folder, { recursive: true });
  const child = spawn(binary, ["witness", "--key", join(folder, "w.key"), "--name", "witness.example/w1", ...logs.flatMap((f) => ["--log", f]), "--listen", `127.0.0.1:${port}`], { stdio: ["ignore", "pipe", "pipe"] });
  let out = "", log = "";
  child.stdout.on("data", (d) => (out += d));
  const at = await new Promise((done, fail) => {
    child.stderr.on("data", (d) => {
      log += d;
      const m = /\(port (\d+)\)/.exec(log);
      if (m) done(Number(m[1]));
    });
    child.once("exit", (code) => fail(new Error(`witness ended: ${code} ${log}`)));
  });
  return {
    vkey: out.trim(),
    url: `http://127.0.0.1:${at}`,
    port: at,
    log: () => log,
    post: (body) => fetch(`http://127.0.0.1:${at}/add-checkpoint`, { method: "POST", body }),
    stop: (signal) => new Promise((done) => {
      child.removeAllListeners("exit");
      child.once("exit", done);
      child.kill(signal);
    }),
  };
}

async function until(fn, seconds = 90) {
  for (let i = 0; i < seconds * 10; i++) {
    const found = await fn();
    if (found) return found;
    await sleep(100);
  }
  return null;
}

await onBoth(async (t, ok) => {
  await t.start();
  const { gold } = await t.cast();
  const register = async (n) => {
    const all = [];
    for (let i = 0; i < n; i++) all.push(await t.must(gold.token, "/registrations", deal({ company: `Openlog ${Math.random().toString(36).slice(2)} Werke` })));
    return all;
  };
  const checkpoint = async (path = "/log/checkpoint") => (await t.fetch(path)).text;
  const [first] = await register(3);
  const firstKey = (await t.fetch("/log/key")).text;
  const keyFile = t.file("log.keys", firstKey);

  // ---- a witness by hand ----
  const folder = join(t.dir, "witness");
  let w = await startWitness(folder, [keyFile]);
  ok("a witness has a key of its own kind", /^witness\.example\/w1\+[0-9a-f]{8}\+B/.test(w.vkey), w.vkey);
  const three = await checkpoint();
  const ask = async (old, note, proof = []) => {
    const r = await w.post(`old ${old}\n${proof.map((p) => p + "\n").join("")}\n${note}`);
    return { status: r.status, type: r.headers.get("content-type"), text: await r.text() };
  };
  const proofTo = async (old, size) => (await t.fetch(`/log/consistency?old=${old}&new=${size}`)).data.proof;
  for (const [name, status, old, note, proof] of [
    ["a log that it does not know", 404, 0, three.replace(/^.*\n/, "other.example/log\n")],
    ["a checkpoint that nobody signed", 403, 0, three.slice(0, three.indexOf("\n\n") + 2) + "— velmora.example/log AAAAAAAA\n"],
    ["a checkpoint that was changed", 403, 0, three.replace("\n3\n", "\n4\n")],
    ["an old size beyond the checkpoint", 400, 4, three],
    ["an old size that it does not know", 409, 2, three, await proofTo(2, 3)],
    ["a proof where none can be", 422, 0, three, await proofTo(2, 3)],
    ["what is no checkpoint", 400, 0, "nonsense"],
    ["a number with zeros before it", 400, "00", three],
  ]) {
    const r = await ask(old, note, proof);
    ok(`the witness refuses ${name}: ${status}`, r.status === status, `${r.status} ${r.text}`);
  }
  const unknown = await ask(2, three);
  ok("it tells the size that it knows", unknown.status === 409 && unknown.text === "0\n" && unknown.type === "text/x.tlog.size", unknown);
  const given = await ask(0, three);
  const now = Date.now() / 1000;
  ok("it cosigns the first checkpoint that it sees", given.status === 200 && Math.abs(cosigned(three, given.text, w.vkey) - now) < 60, given.text);
  ok("its cosignature is of nothing else", cosigned(three.replace("\n3\n", "\n2\n"), given.text, w.vkey) === null);
  const again = await ask(3, three);
  ok("it cosigns the same again", again.status === 200 && cosigned(three, again.text, w.vkey) > 0, again);
  ok("the first size is not asked for twice", (await ask(0, three)).text === "3\n");
  await w.stop("SIGKILL");
  w = await startWitness(folder, [keyFile]);
  ok("it remembers after kill -9", (await ask(0, three)).text === "3\n");
  const hash = createHash("sha256").update("velmora.example/log").digest("hex");
  const kept = await (await fetch(`${w.url}/${hash}/checkpoint`)).text();
  const keptLine = kept.slice(kept.trimEnd().lastIndexOf("\n") + 1);
  ok("it shows what it cosigned", kept.startsWith(three) && cosigned(three, keptLine, w.vkey) > 0, kept);
  const second = t.tryRun("witness", "--key", join(folder, "w.key"), "--log", keyFile, "--listen", "127.0.0.1:0");
  ok("there is one of it only", second.status === 3 && /another process/.test(second.stderr), second.stderr);

  // ---- a fork: the same key signs another history ----
  await t.stop();
  let forkedNote = null;
  if (t.kind === "sqlite") {
    for (const end of ["", "-wal", "-shm"]) if (existsSync(join(t.dir, "t.db" + end))) cpSync(join(t.dir, "t.db" + end), join(t.dir, "fork.db" + end));
  }
  await t.start();
  await register(2);
  if (t.kind === "sqlite") {
    const real = { url: t.url, port: t.port };
    t.url = `sqlite:${join(t.dir, "fork.db")}`;
    const fork = await t.start();
    await register(3);
    forkedNote = await checkpoint();
    const forkProof = await proofTo(3, 6);
    const honest = await t.fetch("/log/consistency?old=3&new=5", { port: real.port });
    await t.stop(fork);
    [t.url, t.port] = [real.url, real.port];
    const five = await checkpoint();
    ok("the honest log goes on", (await ask(3, five, honest.data.proof)).status === 200);
    const r = await ask(5, forkedNote, forkProof);
    ok("a second history is not cosigned", r.status === 422, r);
    ok("and is kept in the witness's log as proof", w.log().includes("\\n6\\n") || w.log().includes(forkedNote.split("\n")[2]), w.log().slice(-600));
    ok("a shorter log is not cosigned", (await ask(5, three)).status === 400 && (await ask(3, three)).text === "5\n");
  }

  // ---- the server shows its checkpoints by itself ----
  await t.stop();
  await t.start("--witness", `${w.vkey}=${w.url}`);
  const isCosigned = (note) => {
    const lines = note.slice(note.indexOf("\n\n") + 2).split("\n").slice(0, -1);
    return lines.some((l) => cosigned(note, l + "\n", w.vkey));
  };
  const sized = async (n) => until(async () => {
    const note = await checkpoint();
    return Number(note.split("\n")[1]) === n && isCosigned(note) ? note : null;
  });
  ok("the newest checkpoint gets its cosignature", await sized(5), await checkpoint());
  await register(4);
  const nine = await sized(9);
  ok("and the next one", nine, await checkpoint());
  ok("what all cosigned is served by itself", (await checkpoint("/log/cosigned")) === nine);
  const page = (await t.fetch("/log")).text;
  ok("the page names the witness", page.includes("witness.example/w1") && page.includes("Cosigned the newest"));
  const receipt = (await t.must(gold.token, `/registrations/${first.id}`)).receipt;
  ok("a receipt carries it along", isCosigned(receipt.checkpoint));
  const verified = t.tryRun("verify", t.file("r.json", JSON.stringify(receipt)), "--key", keyFile);
  ok("and verifies as before", verified.status === 0, verified.stdout + verified.stderr);
  await w.stop("SIGTERM");
  await register(1);
  ok("without the witness registrations go on", (await checkpoint()).split("\n")[1] === "10");
  ok("and the page says so", await until(async () => (await t.fetch("/log")).text.includes("It does not answer.")));
  w = await startWitness(folder, [keyFile], w.port);
  ok("it catches up when it is back", await sized(10), w.log());

  // ---- a new key ----
  const oldReceipt = t.file("old.json", JSON.stringify((await t.must(gold.token, `/registrations/${first.id}`)).receipt));
  const rotated = t.tryRun("log", "rotate-key", "--db", t.url, "--key", t.key);
  ok("the key is replaced while the server runs", rotated.status === 0, rotated.stderr);
  const keys = (await t.fetch("/log/key")).text;
  const [, newId] = /log\+([0-9a-f]{8})\+/.exec(keys);
  const oldId = /log\+([0-9a-f]{8})\+/.exec(firstKey)[1];
  ok("both keys are served, the newest first", keys.startsWith("# from size 11, ") && keys.indexOf(newId) < keys.indexOf(oldId) && newId !== oldId, keys);
  const handover = await checkpoint();
  ok("both sign the checkpoint of the change", handover.split("— velmora.example/log ").length === 3, handover);
  ok("the old key is kept", existsSync(`${t.key}.${oldId}`) && readFileSync(`${t.key}.${oldId}`, "utf8").includes(oldId));
  const change = await t.fetch(`/log/key/${newId}`);
  const proven = t.tryRun("verify", t.file("change.json", change.text), "--key", keyFile, "--json");
  ok("the old key proves the new one", proven.status === 0 && JSON.parse(proven.stdout).receipt.statement.key.includes(newId) && JSON.parse(proven.stdout).receipt.statement.type === "key", proven.stdout + proven.stderr);
  ok("no other key has such a receipt", (await t.fetch(`/log/key/${oldId}`)).status === 404 && (await t.fetch("/log/key/00000000")).status === 404);
  const [late] = await register(1);
  const after = await checkpoint();
  const signedBy = (note, id) => note.split("\n").some((l) => l.startsWith("— velmora.example/log ") && Buffer.from(l.split(" ")[2], "base64").toString("hex", 0, 4) === id);
  ok("the running server signs with the new key only", signedBy(after, newId) && !signedBy(after, oldId), after);
  const bothKeys = t.file("both.keys", keys);
  const old = t.tryRun("verify", oldReceipt, "--key", bothKeys);
  ok("an old receipt verifies, and its key is named", old.status === 0 && old.stdout.includes(oldId) && /Replaced at +size 11/.test(old.stdout), old.stdout + old.stderr);
  const fresh = t.tryRun("verify", t.file("late.json", JSON.stringify(late.receipt)), "--key", bothKeys);
  ok("a new receipt says since when its key signs", fresh.status === 0 && fresh.stdout.includes(newId) && /Signs since +size 11, 20/.test(fresh.stdout), fresh.stdout + fresh.stderr);
  ok("the old key alone does not verify it", t.tryRun("verify", join(t.dir, "late.json"), "--key", keyFile).status === 1);
  ok("tandem check stands, also with a checkpoint of the old key", t.check("--checkpoint", t.file("old.cp", three)).status === 0, t.check("--checkpoint", join(t.dir, "old.cp")).stdout);

  // ---- the witness learns of it through its file ----
  ok("the witness does not take a key that it was not told", await until(async () => (await t.fetch("/log")).text.includes("It does not know this log or its key.")), (await t.fetch("/log")).text.slice(0, 0));
  writeFileSync(keyFile, keys);
  ok("told, it goes on", await sized(12), w.log());

  // ---- a process that has only the old key signs nothing ----
  await t.stop();
  const stale = join(t.dir, "stale.key");
  cpSync(`${t.key}.${oldId}`, stale);
  const refused = t.tryRun("token", "create", "--db", t.url, "--key", stale, "--user", "admin@velmora.example");
  ok("the old key opens nothing", refused.status === 3 && refused.stderr.includes(newId), refused.stderr);

  // a server whose key file stayed behind: another machine rotates
  const other = join(t.dir, "other.key");
  cpSync(t.key, other);
  await t.start();
  ok("another machine replaces the key again", t.tryRun("log", "rotate-key", "--db", t.url, "--key", other).status === 0);
  const behind = await t.api(gold.token, "/registrations", deal({ company: "Left Behind Werke" }));
  ok("a server without the new key answers 503", behind.status === 503, behind.text);
  const size = (await checkpoint()).split("\n")[1];
  rmSync(t.key);
  cpSync(other, t.key);
  const [caught] = await register(1);
  ok("and goes on when it is given the file", caught && (await checkpoint()).split("\n")[1] === String(Number(size) + 1));
  ok("everything stands", t.check().status === 0, t.check().stdout);
  await w.stop("SIGTERM");

  // ---- a hand-over that ended half way ----
  await t.stop();
  const again2 = t.tryRun("log", "rotate-key", "--db", t.url, "--key", t.key);
  ok("rotated once more", again2.status === 0, again2.stderr);
  cpSync(t.key, `${t.key}.new`); // as if it had been killed before the files changed places
  cpSync(`${other}`, t.key);
  ok("the next command finds the new key beside the old", t.check().status === 0 && !existsSync(`${t.key}.new`), t.check().stderr);

  // ---- a rotation that ended before it was entered ----
  const unused = `${t.key}.new`;
  t.run("init", "--db", `sqlite:${join(t.dir, "unused.db")}`, "--admin", "a@velmora.example", "--key", unused, "--log-name", "velmora.example/log");
  const [, unusedId] = /log\+([0-9a-f]{8})\+/.exec(readFileSync(unused, "utf8"));
  ok("a key that was made and never entered signs nothing", t.check().status === 0 && existsSync(unused));
  const resumed = t.tryRun("log", "rotate-key", "--db", t.url, "--key", t.key);
  ok("the next rotation takes it", resumed.status === 0 && resumed.stdout.includes(unusedId) && !existsSync(unused) && t.check().status === 0, resumed.stdout + resumed.stderr);

  // ---- a witness that lost its memory does not begin anew ----
  rmSync(join(folder, "w.key.state"));
  const forgot = t.tryRun("witness", "--key", join(folder, "w.key"), "--log", keyFile, "--listen", "127.0.0.1:0");
  ok("a witness without its memory does not start", forgot.status === 3 && /memory/.test(forgot.stderr), forgot.stderr);
});
