// Every page that a person can reach in two steps, for each person of the demo and for nobody: answers, keeps
// the Content-Security-Policy, is accessible in both themes, does not scroll sideways, is valid HTML.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { check, signIn, startBrowser, startSite } from "./lib/site.mjs";

const PAGES_PER_PERSON = 24;
const WIDTHS = [1440, 768, 390];
const modules = createRequire(import.meta.url);
const axe = readFileSync(modules.resolve("axe-core/axe.min.js"), "utf8");
const html = mkdtempSync(join(tmpdir(), "tandem-html."));
const kept = new Map(); // file name: what it is

// One page of each kind: ids and queries make no other kind.
const kind = (url) => new URL(url).pathname.replace(/[a-z]+_[0-9A-HJKMNP-TV-Z]{13}/g, ":id");

async function links(page, base) {
  const hrefs = await page.$$eval("a[href]", (all) => all.filter((a) => !a.hasAttribute("download")).map((a) => a.href));
  return hrefs.filter((url) => url.startsWith(`${base}/`)).map((url) => url.replace(/#.*/, ""));
}

async function axeProblems(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run());
  return violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.html.slice(0, 160)}`));
}

async function look(page, url) {
  const problems = [];
  for (const [width, scheme] of [[1440, "light"], [768, "light"], [390, "dark"]]) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" }); // a fading colour has no contrast yet
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (over > 0) problems.push(`scrolls sideways by ${over} px at ${width}`);
    if (width !== 768) problems.push(...(await axeProblems(page)).map((p) => `${width} ${scheme}: ${p}`));
  }
  await page.setViewportSize({ width: WIDTHS[0], height: 900 });
  return problems;
}

async function visit(page, url, who) {
  const errors = [];
  const listen = (message) => message.type() === "error" && errors.push(`console: ${message.text()}`);
  const fail = (error) => errors.push(`script: ${error.message}`);
  page.on("console", listen);
  page.on("pageerror", fail);
  try {
    const response = await page.goto(url);
    if (response.status() !== 200) return { problems: [`status ${response.status()}`], found: [] };
    if (!/^text\/html/.test(response.headers()["content-type"] ?? "")) return { problems: [], found: [] };
    const file = join(html, `${kept.size}.html`);
    writeFileSync(file, await response.body());
    kept.set(file, `${kind(url)} as ${who}`);
    const found = await links(page, new URL(url).origin);
    return { problems: [...(await look(page, url)), ...errors], found };
  } catch (error) {
    return /Download is starting/.test(error.message) ? { problems: [], found: [] } : { problems: [error.message], found: [] };
  } finally {
    page.off("console", listen);
    page.off("pageerror", fail);
  }
}

async function walk(page, start, who) {
  const seen = new Set();
  let wave = [start];
  for (let depth = 0; depth < 3; depth++) {
    const next = [];
    for (const url of wave) {
      if (seen.has(kind(url)) || seen.size >= PAGES_PER_PERSON) continue;
      seen.add(kind(url));
      const { problems, found } = await visit(page, url, who);
      check(`${kind(url)} as ${who}`, problems);
      next.push(...found);
    }
    wave = next;
  }
}

function validate() {
  if (kept.size === 0) return check("pages are valid HTML", ["there was none"]);
  const vnu = modules.resolve("vnu-jar/build/dist/vnu.jar");
  try {
    execFileSync("java", ["-jar", vnu, "--errors-only", "--format", "json", ...kept.keys()], { stdio: "pipe" });
    check(`${kept.size} pages are valid HTML`, []);
  } catch (error) {
    const { messages } = JSON.parse(error.stderr);
    check("pages are valid HTML", messages.map((m) => `${kept.get(m.url.replace("file:", ""))}: ${m.message} (line ${m.lastLine})`));
  }
}

// A partner's link as a stranger follows it; nothing leads there from within.
async function followLink() {
  const partner = await (await browser.newContext()).newPage();
  await signIn(partner, site.link("maya.lindqvist@brightwater.example"));
  await partner.goto(`${site.base}/referrals`);
  const address = (await partner.textContent(".code code")).trim();
  const page = await (await browser.newContext()).newPage();
  for (const url of [address, `${address}?received=1`]) check(`${url.replace(/.*\/r\/[\w-]+/, "/r/:code")} as a stranger`, (await visit(page, url, "a stranger")).problems);
}

const site = await startSite();
const browser = await startBrowser();
try {
  for (const person of [null, ...site.people.slice(0, 4)]) {
    const context = await browser.newContext({ bypassCSP: false });
    const page = await context.newPage();
    if (person) await signIn(page, site.link(person));
    await walk(page, `${site.base}/`, person ?? "nobody");
    await context.close();
  }
  await followLink();
  validate();
} finally {
  await browser.close();
  await site.stop();
  rmSync(html, { recursive: true, force: true });
}
