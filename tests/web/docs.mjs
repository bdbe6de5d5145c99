// The API's documentation: accessible in both themes, an example is copied as it stands, the field finds operations here and
// on other pages, an address leads to an operation; without a script nothing is lost, and nothing is shown that does nothing.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { check, startBrowser, startSite } from "./lib/site.mjs";

const site = await startSite();
const browser = await startBrowser();
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const expect = (name, actual, wanted) => check(name, actual === wanted ? [] : [`wanted ${JSON.stringify(wanted)}, got ${JSON.stringify(actual)}`]);

try {
  const context = await browser.newContext();
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: site.base });
  const page = await context.newPage();
  for (const path of ["/api/v1/docs", "/api/v1/docs/registrations"])
    for (const [width, colorScheme] of [[1440, "light"], [390, "dark"]]) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.goto(site.base + path);
      await page.$$eval("details", (all) => all.forEach((d) => { d.open = true; }));
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => window.axe.run());
      check(`${path} is accessible at ${width}, ${colorScheme}`, violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.html.slice(0, 160)}`)));
      expect(`${path} does not scroll sideways at ${width}`, await page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - innerWidth)), 0);
    }

  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`${site.base}/api/v1/docs/registrations`);
  await page.click("[data-copy='registration_register-curl']");
  await page.waitForFunction(async () => (await navigator.clipboard.readText()).startsWith("API="));
  expect("what is copied is the example", await page.evaluate(() => navigator.clipboard.readText()), await page.textContent("#registration_register-curl"));

  const shown = () => page.$$eval("[data-docs-part]:not([hidden])", (all) => all.map((e) => e.id));
  await page.keyboard.press("/");
  await page.keyboard.type("mark as");
  expect("the field leaves the operations with its words", (await shown()).join(), "registration_win,registration_lose");
  await page.fill("#docs-find", "dismiss");
  expect("words of another page leave this one", (await shown()).length > 10, true);
  expect("and name the other page", await page.$$eval(".docs__nav a", (all) => all.filter((a) => a.checkVisibility()).map((a) => a.textContent).join()), "Duplicates");
  await page.fill("#docs-find", "nothing of the kind");
  expect("words of no page are said to be so", await page.isVisible("[data-docs-none]"), true);
  await page.press("#docs-find", "Escape");
  expect("Esc shows all again", (await shown()).length > 10, true);
  await page.goto(`${site.base}/api/v1/docs/registrations#registration_approve`);
  expect("an address leads to an operation", await page.evaluate(() => Math.abs(document.getElementById("registration_approve").getBoundingClientRect().top) < 100), true);

  const plain = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  await plain.goto(`${site.base}/api/v1/docs/registrations`);
  expect("without a script the examples stand there", (await plain.textContent("#registration_register-curl")).includes("/registrations"), true);
  expect("and no control does nothing", await plain.$$eval("[data-copy], [data-docs-find]", (all) => all.filter((e) => e.checkVisibility()).length), 0);
} finally {
  await browser.close();
  await site.stop();
}
