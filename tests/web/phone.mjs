// What a phone shows, in both languages: nothing that can be chosen is cut off, every arrow of the rule editor
// can be pressed, what a row says below its title is understood without a heading, no key is hinted at.
import { check, signIn, startBrowser, startSite } from "./lib/site.mjs";

const site = await startSite();
const browser = await startBrowser();

/* Choices that stand outside of what holds them. */
const cutOff = (page, selector) =>
  page.$$eval(selector, (all) =>
    all.flatMap((holder) => {
      const edge = holder.getBoundingClientRect().right + 1;
      return [...holder.querySelectorAll("a, button")]
        .filter((e) => e.getClientRects().length > 0 && e.getBoundingClientRect().right > edge)
        .map((e) => `${e.textContent.trim() || e.getAttribute("aria-label")} is cut off`);
    }),
  );

/* What is hit in the middle of each arrow that is not another. */
const covered = (page) =>
  page.$$eval(".rules--edit .move button", (all) =>
    all.flatMap((button) => {
      button.scrollIntoView({ block: "center" });
      const { left, top, width, height } = button.getBoundingClientRect();
      const hit = document.elementFromPoint(left + width / 2, top + height / 2);
      return hit && button.contains(hit) ? [] : [`${button.getAttribute("aria-label")} is covered by ${hit?.tagName}`];
    }),
  );

async function look(page, language) {
  await page.goto(`${site.base}/queue`);
  check(`${language}: every queue can be chosen`, await cutOff(page, ".tools > .seg"));
  await page.goto(`${site.base}/simulations`);
  const rows = await page.$$eval("[data-rows] tbody tr .sub", (all) => all.map((e) => e.innerText));
  check(`${language}: a simulation says what it would change`, rows.length === 2 && rows.every((text) => /\p{L}+: \d+ · /u.test(text)) ? [] : rows);
  check(`${language}: no key is hinted at`, (await page.isVisible("main kbd")) ? ["a key is shown"] : []);
  await page.goto(`${site.base}/programme`);
  await page.click("main a[href^='/programme-drafts/pgd_']");
  await page.waitForLoadState();
  check(`${language}: every arrow can be pressed`, await covered(page));
}

try {
  const page = await (await browser.newContext({ viewport: { width: 390, height: 844 } })).newPage();
  await signIn(page, site.link(site.people.find((email) => email.startsWith("ruth."))));
  await look(page, "English");
  await page.goto(`${site.base}/me`);
  await page.selectOption("[name=language]", "de");
  await page.click("main form .btn--primary");
  await page.waitForLoadState();
  await look(page, "German");
  const last = page.locator(".rules--edit .move button[form^=down-]").last();
  const rule = await last.getAttribute("value");
  await last.click();
  await page.waitForURL(`**#rule-${rule}`);
  const moved = await page.locator(".rules--edit .move button[form^=down-]").last().getAttribute("value");
  check("an arrow moves its rule and comes back to it", moved === rule ? [`${moved} is still the last but one`] : []);
} finally {
  await browser.close();
  await site.stop();
}
