// A private mapping with Tandem on one side: `tandem psi` of the partner against the running server. The count is that of the
// open mapping; the names come after both sides agreed; nobody else sees the run; what is wrong or late is refused.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { Browser } from "./lib/browser.mjs";
import { until } from "./lib/load.mjs";
import { onBoth } from "./lib/tandem.mjs";

const list = (rows) => ["id,name,domain,country", ...rows.map((r) => r.join(","))].join("\n");

await onBoth(async (t, ok) => {
  await t.start();
  const { gold, rival, operations } = await t.cast();
  for (const [p, email] of [[gold, "pia@brightwater.example"], [rival, "rolf@cedarline.example"]]) {
    await t.must(t.admin, "/people", { name: `Admin of ${p.name}`, email, role: "partner_admin", partner_id: p.id });
    p.admin = t.token(email);
  }
  const settled = (token, id) => until(async () => (await t.must(token, `/populations/${id}`)).state === "done");
  const bring = async (token, name, csv) => {
    const made = await t.must(token, "/populations", { name, kind: "customers", source: "file", csv });
    await settled(token, made.id);
    return made;
  };
  const ours = Array.from({ length: 300 }, (_, i) => [`v${i}`, `Werk ${i} GmbH`, `werk${i}.de`, "DE"]);
  const theirs = Array.from({ length: 150 }, (_, i) => (i < 40 ? [`p${i}`, `Anders ${i}`, `www.werk${i * 3}.de`, "Germany"] : [`p${i}`, `Fremd ${i}`, `fremd${i}.com`, "US"]));
  const mine = await bring(operations, "Customers", list(ours));
  const few = await bring(operations, "Few", list(ours.slice(0, 99)));

  // ---- opening ----
  ok("a short list is refused", (await t.api(operations, "/private-runs", { population_id: few.id, partner_id: gold.id })).status === 422);
  ok("somebody's own list is needed", (await t.api(gold.admin, "/private-runs", { population_id: mine.id })).status === 422);
  ok("a seller opens none", (await t.api(gold.token, "/private-runs", { population_id: mine.id })).status === 403);
  const run = await t.must(operations, "/private-runs", { population_id: mine.id, partner_id: gold.id });
  ok("it waits for the other side", run.state === "open" && run.side === "vendor", run);
  ok("what was not counted is unknown, not none", run.matches === null && run.own_keys === null && run.other_keys === null, run);
  ok("the partner's administrator is told", (await t.must(gold.admin, "/notices")).items.some((n) => /private mapping/.test(n.text)));
  ok("a rival knows nothing of it", (await t.api(rival.admin, `/private-runs/${run.id}`)).status === 404 && (await t.must(rival.admin, "/private-runs")).items.length === 0 && !(await t.must(rival.admin, "/notices")).items.some((n) => /private/.test(n.text)));

  // ---- the partner's program ----
  const url = (id) => `http://127.0.0.1:${t.port}/api/v1/private-runs/${id}/exchange`;
  const program = (id, token, out, ...more) => {
    const child = spawn(process.env.TANDEM ?? "build/tandem", ["psi", "--role", "client", "--connect", url(id), "--in", t.file("theirs.csv", list(theirs)), "--out", out, ...more], { env: { ...process.env, TANDEM_PSI_TOKEN: token, TANDEM_LOG: "" }, stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    child.stderr.on("data", (d) => (said += d));
    return { ended: new Promise((done) => child.on("exit", (code) => done({ code, said }))), said: () => said };
  };
  const out = t.file("both.csv", "");
  const partner = program(run.id, gold.admin, out, "--agree", "yes");
  const state = async () => (await t.must(operations, `/private-runs/${run.id}`)).state;
  ok("it counts", await until(async () => (await state()) === "counted", 60), partner.said());
  const counted = await t.must(operations, `/private-runs/${run.id}`);
  ok("as many as the open mapping finds, and how long both lists are", counted.matches === 40 && counted.own_keys === 300 && counted.other_keys === 150, counted);
  ok("no names yet", (await t.must(operations, "/private-matches")).items.length === 0 && readFileSync(out, "utf8") === "");
  ok("who opened it is told", (await t.must(operations, "/notices")).items.some((n) => /40 companies/.test(n.text)));
  ok("the other side does not decide", (await t.api(gold.admin, `/private-runs/${run.id}/agree`, {})).status === 409);
  ok("nor does the owner answer itself", (await t.api(operations, `/private-runs/${run.id}/exchange`, {})).status === 409);
  await t.must(operations, `/private-runs/${run.id}/agree`, {});
  const ended = await partner.ended;
  ok("the program ends well", ended.code === 0, ended);
  const rows = readFileSync(out, "utf8").trim().split("\r\n").slice(1).map((l) => l.split(",")[0]).sort();
  ok("with its own rows", JSON.stringify(rows) === JSON.stringify(theirs.slice(0, 40).map((r) => r[0]).sort()), rows);
  const found = (await t.must(operations, "/private-matches?limit=200")).items;
  ok("and the owner with its own", found.length === 40 && found.every((m) => /^werk\d+\.de$/.test(m.domain) && m.run_id === run.id), found[0]);
  ok("which the partner does not see here, nor a rival", (await t.must(gold.admin, "/private-matches")).items.length === 0 && (await t.must(rival.admin, "/private-matches")).items.length === 0);
  ok("the secret is gone", /^\D*0\D*$/.test(String(t.sql("select count(*) from private_run where saved is not null")).replace(/\(1 row\)/, "")));
  const desk = new Browser(t), bureau = new Browser(t);
  await desk.signIn("pia@brightwater.example");
  await bureau.signIn("ruth@velmora.example");
  for (const [who, browser] of [["the owner", bureau], ["the partner", desk]]) {
    const page = (await browser.fetch(`/private-runs/${run.id}`)).text;
    ok(`${who} reads on its page what happened`, (page.match(/Message of the other side/g) ?? []).length >= 4 && page.includes("Agreed;"), page.replace(/<[^>]*>/g, " ").replace(/\s+/g, " "));
  }

  // ---- what may go wrong ----
  const post = (id, token, body) => fetch(url(id), { method: "POST", headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/octet-stream" }, body });
  ok("a run that is over is over", (await post(run.id, gold.admin, "")).status === 409);
  const again = await t.must(operations, "/private-runs", { population_id: mine.id, partner_id: gold.id });
  ok("a rival's token gets nothing", (await post(again.id, rival.admin, "")).status === 404 && (await post(again.id, "tdm_nobody", "")).status === 401);
  ok("what is no message is refused", (await post(again.id, gold.admin, "hello")).status === 409);
  const setup = await post(again.id, gold.admin, "");
  ok("the set-up comes once", setup.status === 200 && Buffer.from(await setup.arrayBuffer()).subarray(0, 4).toString() === "TPSI" && (await post(again.id, gold.admin, "")).status === 409);
  await t.must(operations, `/populations/${mine.id}/upload`, { csv: list(ours.slice(1)) });
  await settled(operations, mine.id);
  const late = await t.must(operations, "/private-runs", { population_id: mine.id, partner_id: gold.id });
  const other = program(late.id, gold.admin, t.file("late.csv", ""), "--agree", "yes");
  ok("another run counts the list as it is now", await until(async () => (await t.must(operations, `/private-runs/${late.id}`)).state === "counted", 60), other.said());
  await t.must(operations, `/private-runs/${late.id}/decline`, {});
  const told = await other.ended;
  ok("declined, the program ends without names", told.code === 1 && (await t.must(operations, `/private-runs/${late.id}`)).matches === 39, told);
  t.sql(`update private_run set until = 1 where state = 'open'`);
  ok("what nobody answers ends", await until(async () => (await t.must(operations, `/private-runs/${again.id}`)).state === "ended", 30));
  await t.must(operations, "/private-runs", { population_id: mine.id, partner_id: gold.id });
  await t.must(operations, "/private-runs", { population_id: mine.id, partner_id: gold.id });
  ok("five a day are the most", (await t.api(operations, "/private-runs", { population_id: mine.id, partner_id: gold.id })).status === 409);

  // the partner's list, the vendor's program
  const kunden = await bring(gold.admin, "Kunden", list(theirs));
  const back = await t.must(gold.admin, "/private-runs", { population_id: kunden.id });
  ok("the partner opens one for the vendor", back.side === "partner" && (await t.must(operations, `/private-runs/${back.id}`)).state === "open");
  ok("its page says how the other side answers", (await desk.fetch(`/private-runs/${back.id}`)).text.includes("Waits for the other side"));
});
