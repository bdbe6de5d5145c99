// The transparency log as a stranger reads it: checkpoint, tiles, consistency, and nothing of what was entered.
import { createHash } from "node:crypto";
import { onBoth, deal } from "./lib/tandem.mjs";

const sha = (...parts) => createHash("sha256").update(Buffer.concat(parts)).digest();
const node = (left, right) => sha(Buffer.from([1]), left, right);

// RFC 6962 section 2.1, from the leaf hashes.
function root(leaves) {
  if (leaves.length === 1) return leaves[0];
  let half = 1;
  while (half * 2 < leaves.length) half *= 2;
  return node(root(leaves.slice(0, half)), root(leaves.slice(half)));
}

await onBoth(async (t, ok) => {
  await t.start();
  const { gold } = await t.cast();
  const bytes = async (path) => {
    const r = await fetch(`http://127.0.0.1:${t.port}${path}`);
    return { status: r.status, type: r.headers.get("content-type"), body: Buffer.from(await r.arrayBuffer()) };
  };

  const empty = await t.fetch("/log");
  ok("an empty log says so", empty.status === 200 && !/<pre/.test(empty.text));
  ok("and has no checkpoint", (await t.fetch("/log/checkpoint")).status === 404);
  ok("its key stands before its first entry", /^velmora\.example\/log\+[0-9a-f]{8}\+\S+\n$/.test((await t.fetch("/log/key")).text));

  const receipts = [];
  for (let i = 0; i < 5; i++) receipts.push((await t.must(gold.token, "/registrations", deal({ company: `Company Number ${i} Ltd` }))).receipt);
  const old = (await t.fetch("/log/checkpoint")).text;
  const [, size, rootText] = old.split("\n");
  const tile = await bytes("/log/tile/0/000.p/5");
  const leaves = [...Array(5)].map((_, i) => tile.body.subarray(i * 32, (i + 1) * 32));
  ok("the tile holds a hash for each entry", tile.status === 200 && tile.type === "application/octet-stream" && tile.body.length === 160, tile.status);
  ok("the tile makes the checkpoint's root", size === "5" && root(leaves).toString("base64") === rootText);
  const leaf = (r) => sha(Buffer.from([0]), Buffer.from(r.salt, "base64"), Buffer.from(JSON.stringify(r.statement)));
  ok("a receipt opens its own leaf", receipts.every((r) => leaf(r).equals(leaves[r.index])), receipts[0].statement);
  ok("a narrower tile is its beginning", (await bytes("/log/tile/0/000.p/2")).body.equals(tile.body.subarray(0, 64)));
  for (const path of ["0/000.p/6", "0/000.p/0", "0/001", "1/000", "0/x000/000.p/999", "0/0000", "0/-1", "8/000", "0/000.q/5", "0/x0/000"])
    ok(`there is no tile ${path}`, (await bytes(`/log/tile/${path}`)).status === 404);
  ok("a long index names the same tile", (await bytes("/log/tile/0/x000/000.p/5")).body.equals(tile.body));

  await t.must(gold.token, "/registrations", deal({ company: "One More Ltd" }));
  const now = (await t.fetch("/log/checkpoint")).text;
  const proof = await t.fetch("/log/consistency?old=5&new=6");
  const files = [t.file("old", old), t.file("new", now), "--key", t.file("key", (await t.fetch("/log/key")).text), "--consistency", t.file("proof", proof.text)];
  const grown = t.tryRun("verify", "--checkpoints", ...files);
  ok("a stranger verifies that the log has only grown", grown.status === 0, grown.stdout + grown.stderr);
  for (const query of ["", "old=7", "old=-1", "old=5&new=4", "old=5&new=7", "old=x", "old=99999999999999999999"])
    ok(`there is no proof for “${query}”`, (await t.fetch(`/log/consistency?${query}`)).status === 400);

  const page = await t.fetch("/log");
  ok("the page tells its size and its key", page.text.includes("<dd>6</dd>") && page.text.includes(rootText) === false && page.text.includes("velmora.example/log+"));
  ok("nothing entered can be read from it", !/Company Number|One More|Brightwater/.test(page.text + now + proof.text));
  ok("the rules are public, too", (await t.fetch("/rules")).text.includes("Certified partner, free account"));
  ok("their document is not", (await t.fetch("/rules?as=file")).headers.get("content-type").startsWith("text/html"));
  ok("a version that is not there is not found", (await t.fetch("/rules?version=99")).status === 404 && (await t.fetch("/rules?version=x")).status === 404);
});
