// /log/check: a receipt is checked in the browser, every tampered one fails at its step, and nothing is uploaded.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { check, signIn, startBrowser, startSite } from "./lib/site.mjs";

const site = await startSite();
const browser = await startBrowser();

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
async function accessible(page, name) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run());
  check(name, violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.html.slice(0, 160)}`)));
}

const expect = (name, actual, wanted) => check(name, actual === wanted ? [] : [`wanted ${JSON.stringify(wanted)}, got ${JSON.stringify(actual)}`]);

// What the page says once it has ended: the verdict, and the step that failed.
async function found(page) {
  await page.waitForSelector("[data-check-result][data-found]");
  return page.evaluate(() => {
    const bad = [...document.querySelectorAll("[data-step]:not([hidden])")].filter((li) => [...li.querySelectorAll("[data-when]:not([hidden]) .st")].some((s) => s.dataset.s === "no"));
    return `${document.querySelector("[data-check-result]").dataset.found}${bad.length ? ` at ${bad.map((li) => li.dataset.step).join(" and ")}` : ""}`;
  });
}

async function drop(page, text, name = "r.json") {
  await page.goto(`${site.base}/log/check`);
  await page.setInputFiles("#c-file", { name, mimeType: "application/json", buffer: Buffer.from(text) });
  return found(page);
}

try {
  const seller = await browser.newContext();
  const page = await seller.newPage();
  await signIn(page, site.link(site.people[0]));
  await page.goto(`${site.base}/registrations`);
  const href = await page.getAttribute("main a[href*='/registrations/reg_']", "href");
  await page.goto(new URL(href, site.base).href);
  const text = await (await seller.request.get(`${new URL(href, site.base).href.replace(/[?#].*/, "")}/receipt`)).text();
  const receipt = JSON.parse(text);
  await page.click("main a[href^='/log/check?registration=']");
  expect("one click on the registration checks its receipt", await found(page), "good");
  expect("and shows what was entered", (await page.textContent("[data-check-statement] pre")).includes(receipt.statement.id), true);

  await accessible(page, "what is proven is accessible");

  const stranger = await browser.newContext();
  const bare = await stranger.newPage();
  const sent = [];
  const errors = [];
  bare.on("request", (r) => sent.push(`${r.method()} ${new URL(r.url()).pathname} ${r.postData() ?? ""}`));
  bare.on("console", (m) => m.type() === "error" && errors.push(m.text()));
  bare.on("pageerror", (e) => errors.push(e.message));
  expect("a stranger checks it, too", await drop(bare, text), "good");
  expect("laid out anew it is the same receipt", await drop(bare, JSON.stringify(receipt, null, 4)), "good");
  check("nothing but key, checkpoint and proof is asked for", sent.filter((r) => !/^GET \/(log\/(check|key|checkpoint|consistency)|static\/\S+|favicon.ico) $/.test(r)));

  const other = (s) => Buffer.from(s, "base64").map((b, i) => (i === 0 ? b ^ 1 : b)).toString("base64");
  const tampered = {
    "another company": ["bad at proof", (r) => { r.statement.company = "Somebody Else Ltd"; }],
    "an earlier time": ["bad at proof", (r) => { r.statement.at = "2020-01-01T00:00:00.000Z"; }],
    "a member more": ["bad at proof", (r) => { r.statement.note = "x"; }],
    "a member less": ["bad at proof", (r) => { delete r.statement.company; }],
    "another salt": ["bad at proof", (r) => { r.salt = other(r.salt); }],
    "a salt of another length": ["bad at leaf", (r) => { r.salt = r.salt.slice(4); }],
    "another index": ["bad at proof", (r) => { r.index ^= 1; }],
    "an index beyond the log": ["bad at proof", (r) => { r.index = r.size; }],
    "another size": ["bad at checkpoint", (r) => { r.size++; }],
    "another hash in the proof": ["bad at proof", (r) => { r.proof[0] = other(r.proof[0]); }],
    "a hash less": ["bad at proof", (r) => { r.proof.pop(); }],
    "a hash more": ["bad at proof", (r) => { r.proof.push(r.proof[0]); }],
    "no proof": ["bad at proof", (r) => { delete r.proof; }],
    "another root": ["bad at signature", (r) => { const l = r.checkpoint.split("\n"); l[2] = other(l[2]); r.checkpoint = l.join("\n"); }],
    "another signature": ["bad at signature", (r) => { r.checkpoint = r.checkpoint.replace(/(— \S+ \S{20})(.)/, (_, a, b) => a + (b === "A" ? "B" : "A")); }],
    "no signature": ["bad at signature", (r) => { r.checkpoint = r.checkpoint.replace(/— (\S+) /, "— another.example "); }],
    "half a checkpoint": ["bad at file", (r) => { r.checkpoint = r.checkpoint.slice(0, 20); }],
    "another type": ["bad at file", (r) => { r.type = "receipt"; }],
  };
  for (const [name, [wanted, change]] of Object.entries(tampered)) {
    const copy = JSON.parse(text);
    change(copy);
    expect(`${name} is found`, await drop(bare, JSON.stringify(copy)), wanted);
  }
  await accessible(bare, "what is not proven is accessible, too");
  expect("half a file is found", await drop(bare, text.slice(0, text.length / 2)), "bad at file");

  // ---- checkpoints, keys, another history ----
  await bare.goto(`${site.base}/log/check`);
  await bare.fill("#c-text", `\n  ${receipt.checkpoint.replaceAll("\n", "\r\n")}\n`.replace("\n  ", "\n"));
  await bare.click("form[data-check] button[type=submit]");
  expect("a checkpoint from a mail is compared with today", await found(bare), "good");
  const key = await (await stranger.request.get(`${site.base}/log/key`)).text();
  const withKey = async (line, file = text) => {
    await bare.goto(`${site.base}/log/check`);
    await bare.setInputFiles("#c-key", { name: "log.key", mimeType: "text/plain", buffer: Buffer.from(line) });
    await bare.setInputFiles("#c-file", { name: "r.json", mimeType: "application/json", buffer: Buffer.from(file) });
    return found(bare);
  };
  expect("a key that was kept counts", await withKey(key), "good");
  const name = key.slice(0, key.indexOf("+")), raw = Buffer.concat([Buffer.from([1]), Buffer.alloc(32, 7)]);
  const id = createHash("sha256").update(`${name}\n`).update(raw).digest("hex").slice(0, 8);
  expect("another key does not", await withKey(`${name}+${id}+${raw.toString("base64")}\n`), "bad at signature");
  expect("what is no key is told", await withKey("nonsense"), "bad at key");
  const late = `# from size ${receipt.size + 1}\n${name}+${id}+${raw.toString("base64")}\n# from size 0\n${key}`;
  expect("a replaced key counts up to its size", await withKey(late), "good");
  const long = `# from size ${receipt.size - 1}\n${name}+${id}+${raw.toString("base64")}\n# from size 0\n${key}`;
  expect("and not beyond it", await withKey(long), "bad at signature");

  await bare.route("**/log/checkpoint", (route) => route.fulfill({ body: receipt.checkpoint }));
  const first = (await (await stranger.request.get(`${site.base}/log`)).text()).match(/\/log\/checkpoint\/\d{4}-\d\d-\d\d/g)?.at(-1);
  const older = first && (await (await stranger.request.get(site.base + first)).text());
  check("the log keeps the checkpoints of past weeks", older ? [] : ["there is none"]);
  await bare.unroute("**/log/checkpoint");
  if (older) {
    expect("an older checkpoint is continued by today's log", await drop(bare, older, "old.txt"), "good");
    await bare.route("**/log/checkpoint", (route) => route.fulfill({ body: older }));
    expect("a log that was set back is found", await drop(bare, text), "rewritten at grown");
    await bare.unroute("**/log/checkpoint");
    await bare.route("**/log/consistency*", (route) => route.fulfill({ contentType: "application/json", body: JSON.stringify({ old: 1, new: 2, proof: receipt.proof }) }));
    expect("a log that does not continue the checkpoint is found", await drop(bare, older, "old.txt"), "rewritten at grown");
    await bare.unroute("**/log/consistency*");
  }
  await bare.goto(`${site.base}/log/check?registration=${receipt.statement.id}`);
  expect("a receipt that one may not see is not found", await found(bare), "bad at file");

  // ---- a browser that knows no Ed25519 ----
  await bare.addInitScript(() => {
    crypto.subtle.importKey = () => Promise.reject(new DOMException("no", "NotSupportedError"));
  });
  expect("without Ed25519 the page says that the signature was not checked", await drop(bare, text), "unsigned");
  const changed = JSON.parse(text);
  changed.statement.company = "Somebody Else Ltd";
  expect("and finds a changed statement all the same", await drop(bare, JSON.stringify(changed)), "bad at proof");
  check("no script failed", errors.filter((e) => !/Failed to load resource/.test(e)));

  const plain = await browser.newContext({ javaScriptEnabled: false });
  const still = await plain.newPage();
  await still.goto(`${site.base}/log/check`);
  expect("without a script the page leads to tandem verify", await still.isVisible("[data-check-off]"), true);
  expect("and shows no form that does nothing", await still.isVisible("form[data-check]"), false);
} finally {
  await browser.close();
  await site.stop();
}
