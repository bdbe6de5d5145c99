// shots.mjs [PATH...]: screenshots of the demo's pages (or of these paths) for its first people, at 1440, 768 and
// 390 px, light and dark, into build/shots.
import { mkdirSync } from "node:fs";
import { signIn, startBrowser, startSite } from "../tests/web/lib/site.mjs";

const out = "build/shots";
const given = process.argv.slice(2);
const site = await startSite();
const browser = await startBrowser();
mkdirSync(out, { recursive: true });
try {
  for (const person of [null, ...site.people.slice(0, 3)]) {
    const context = await browser.newContext();
    const page = await context.newPage();
    if (person) await signIn(page, site.link(person));
    await page.goto(`${site.base}/`);
    const places = await page.$$eval("nav a[href^='/']", (all) => all.map((a) => a.getAttribute("href")));
    const paths = given.length ? given : [...new Set(["/", ...places])];
    for (const path of paths)
      for (const width of [1440, 768, 390])
        for (const colorScheme of ["light", "dark"]) {
          await page.setViewportSize({ width, height: 900 });
          await page.emulateMedia({ colorScheme });
          await page.goto(site.base + path);
          const name = `${(person ?? "nobody").split("@")[0]}${path.replace(/[^\w-]+/g, "-")}-${width}-${colorScheme}`;
          await page.screenshot({ path: `${out}/${name}.png`, fullPage: true });
          console.log(`${out}/${name}.png`);
        }
    await context.close();
  }
} finally {
  await browser.close();
  await site.stop();
}
