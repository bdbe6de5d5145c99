// A customer at risk in a browser: from the figure to its rows, to the contract; handed over and back, renewed without a
// script; a rival sees none of it; the pages are accessible and no wider than a phone.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { check, signIn, startBrowser, startSite } from "./lib/site.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const site = await startSite();
const browser = await startBrowser();

async function person(email, more = {}) {
  const page = await (await browser.newContext(more)).newPage();
  await signIn(page, site.link(email));
  return page;
}
const text = async (page) => (await page.textContent("body")).replace(/\s+/g, " ");
const says = async (page, ...words) => { const all = await text(page); return words.filter((w) => !all.includes(w)).map((w) => `“${w}” is not there: ${all.slice(0, 400)}`); };
const hides = async (page, ...words) => { const all = await text(page); return words.filter((w) => all.includes(w)).map((w) => `“${w}” is there`); };

try {
  const jonas = await person("jonas.adeyemi@velmora.example");
  await jonas.goto(`${site.base}/renewals`);
  const rows = () => jonas.locator(".tbl tbody tr").count();
  const figure = jonas.locator(".tile", { hasText: "at risk" });
  const told = Number(/(\d+) contract/.exec(await figure.textContent())[1]), all = await rows();
  await figure.locator("a").click();
  check("the figure leads to as many rows as it says", told > 0 && told < all && (await rows()) === told ? [] : [`${told} of ${all}, ${await rows()} rows`]);
  check("what is at risk most stands first", (await jonas.locator(".tbl tbody tr").first().textContent()).includes("Tarnhelm") ? [] : ["another one"]);
  await jonas.click("text=Tarnhelm Logistik GmbH, Ledgerline");
  const contract = new URL(jonas.url()).pathname;
  check("the contract says why, and who else is there", await says(jonas, "Why it is at risk", "seats fell by", "the last answer was NPS 3", "Cedarline Consulting"));
  check("usage is a line", (await jonas.locator("svg.spark polyline").count()) === 1 ? [] : ["none"]);
  await jonas.click("text=Tarnhelm Logistik GmbH >> nth=0");
  await jonas.goto(`${site.base}${contract}`);
  const account = await jonas.locator(".head a").first().getAttribute("href");
  await jonas.goto(`${site.base}${account}`);
  check("the account has every partner with what it does, and the words", await says(jonas, "Resells Ledgerline", "Delivers Ledgerline", "Influenced:", "the interface that we were promised"));

  // handed over and back
  const maya = await person("maya.lindqvist@brightwater.example");
  await maya.goto(`${site.base}${contract}`);
  check("its partner of record sees it, and no other partner", [...(await says(maya, "seats fell by", "NPS 3")), ...(await hides(maya, "Cedarline", "promised", "Head of dispatch"))]);
  await jonas.goto(`${site.base}${contract}/hand_over`);
  const partner = jonas.locator("[name=partner_id]");
  if ((await partner.evaluate((e) => e.tagName)) === "SELECT") await partner.selectOption({ label: "Cedarline Consulting" });
  else await partner.fill(await jonas.evaluate(async () => (await (await fetch("/partners.json?search=cedarline")).json()).items?.[0]?.id ?? ""));
  await jonas.locator("main form button[type=submit]").click();
  check("without a reason it is not sent", (await jonas.locator("[name=reason]:invalid").count()) === 1 ? [] : ["it was"]);
  await jonas.locator("[name=reason]").fill("The plant moved.");
  await jonas.locator("main form button[type=submit]").click();
  check("it is handed over", await says(jonas, "Handed over", "Cedarline Consulting"));
  check("who had it sees it no more", (await maya.goto(`${site.base}${contract}`)).status() === 404 ? [] : ["it is there"]);
  await jonas.locator("#toasts button").first().click();
  await jonas.waitForLoadState();
  check("and back with one click", (await maya.goto(`${site.base}${contract}`)).status() === 200 ? [] : ["it is not there"]);

  // a rival
  const ansgar = await person("ansgar.thielemann@cedarline.example");
  await ansgar.goto(`${site.base}/renewals?days=180`);
  check("a rival has its own renewals alone", [...(await says(ansgar, "Vintry Mutual")), ...(await hides(ansgar, "Tarnhelm", "Perrimont", "Brightwater"))]);
  check("and no contract of another's", (await ansgar.goto(`${site.base}${contract}`)).status() === 404 ? [] : ["it is there"]);

  // without a script
  const plain = await person("jonas.adeyemi@velmora.example", { javaScriptEnabled: false });
  await plain.goto(`${site.base}${contract}/renew`);
  await plain.fill("[name=amount]", "50000");
  await plain.locator("main form button[type=submit]").click();
  check("renewed for less without a script", await says(plain, "Renewed for less", "€50,000"));

  for (const colorScheme of ["light", "dark"])
    for (const width of [1440, 390]) {
      const page = await person("jonas.adeyemi@velmora.example", { viewport: { width, height: 844 }, colorScheme, reducedMotion: "reduce" });
      for (const path of ["/renewals", contract, account, "/contracts", "/usage", "/satisfaction"]) {
        await page.goto(`${site.base}${path}`);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => window.axe.run());
        check(`${path.replace(/_\w+/, "_…")} at ${width}, ${colorScheme}`, [...(wide > 0 ? [`${wide} px too wide`] : []), ...violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.html.slice(0, 160)}`))]);
      }
    }
} finally {
  await browser.close();
  await site.stop();
}
