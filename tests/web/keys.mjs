// The keyboard: palette, moving between places and rows, help, the switch that turns single keys off, themes.
import { check, signIn, startBrowser, startSite } from "./lib/site.mjs";

const site = await startSite();
const browser = await startBrowser();

async function expect(name, actual, wanted) {
  const value = await actual;
  check(name, value === wanted ? [] : [`wanted ${JSON.stringify(wanted)}, got ${JSON.stringify(value)}`]);
}

const focused = (page) => page.evaluate(() => document.activeElement.id || document.activeElement.tagName);
const isOpen = (page, id) => page.evaluate((i) => document.getElementById(i).open, id);

try {
  const context = await browser.newContext();
  const page = await context.newPage();
  await signIn(page, site.link(site.people[0]));

  await page.keyboard.press("Control+k");
  await expect("Ctrl K opens the palette", isOpen(page, "palette"), true);
  await expect("and its field has the focus", focused(page), "palette-q");
  await page.keyboard.press("Escape");
  await expect("Esc closes it", isOpen(page, "palette"), false);

  await page.keyboard.press("Control+k");
  await page.keyboard.type("tod");
  await page.waitForSelector("#palette-places a");
  await expect("the palette knows the places", page.getAttribute("#palette-places a >> nth=0", "href"), "/today");
  await page.keyboard.press("Control+a");
  await page.keyboard.type("new task");
  await page.waitForSelector("#palette-results a[href='/tasks/create']");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/tasks\/create$/);
  await page.fill("#f-text", "Call the customer");
  await page.click("main button[type=submit]");
  await page.waitForURL(/\/tasks\/tsk_/);
  await page.goto(`${site.base}/today`);
  for (let i = 0; i < 20 && !(await page.evaluate(() => document.activeElement.textContent.includes("Call the customer"))); i++) await page.keyboard.press("j");
  await page.keyboard.press("d");
  await page.waitForURL(/did=task.finish/);
  await expect("D finishes the task of the row", page.textContent(".toast").then((t) => t.includes("Task done")), true);
  await page.keyboard.press("Control+k");
  await expect("what was open lately is one key away", page.getAttribute("#palette-places a >> nth=0", "href").then((href) => href.startsWith("/tasks/tsk_")), true);
  await page.keyboard.press("Escape");

  await page.keyboard.press("?");
  await expect("? shows all keys", isOpen(page, "keys"), true);
  await page.keyboard.press("Escape");

  const place = await page.evaluate(() => {
    const link = [...document.querySelectorAll(".nav [data-key]")].find((a) => a.dataset.key.includes(" "));
    return link && { key: link.dataset.key, href: link.href };
  });
  check("the navigation has keys", place ? [] : ["no link carries data-key"]);
  if (place) {
    for (const key of place.key.split(" ")) await page.keyboard.press(key);
    await page.waitForURL(place.href);
    await expect(`${place.key} leads to its place`, page.url(), place.href);
    await page.keyboard.press("Control+k");
    await page.keyboard.type(place.key.replace(" ", ""));
    await expect("keys are text while typing", page.url(), place.href);
    await page.keyboard.press("Escape");
  }

  // rows: selected by keys, acted on together, taken back
  const staff = await (await browser.newContext()).newPage();
  await signIn(staff, site.link("ruth.halvorsen@velmora.example"));
  await staff.goto(`${site.base}/people?role=partner_seller`);
  await expect("the bar waits for a selection", staff.isVisible("#bulk"), false);
  for (const key of ["j", "x", "j", "j", "Shift+X"]) await staff.keyboard.press(key);
  await expect("X selects a row, Shift X a range", staff.textContent("#bulk [data-count]"), "3");
  await staff.click("#bulk button[value=deactivate]");
  await expect("the next page says how many", staff.textContent(".head p"), "3 of 3 can be done now.");
  await staff.click("main .btn--primary");
  await expect("and then what was done", staff.textContent(".head p"), "3 of 3 done.");
  await staff.keyboard.press("z");
  await staff.waitForURL(/verb=activate/);
  await staff.click("main .btn--primary");
  await expect("Z takes it back", staff.textContent(".head p"), "3 of 3 done.");
  await staff.goto(`${site.base}/duplicates`);
  await staff.hover("tbody tr >> nth=0");
  await staff.click("tbody tr >> nth=0 >> text=Not the same");
  await staff.waitForURL(/did=duplicate.dismiss/);
  await staff.keyboard.press("z");
  await staff.waitForURL(/did=duplicate.reopen/);
  await expect("a toast's undo has the key, too", staff.textContent(".toast").then((t) => t.includes("Open again")), true);
  await staff.setViewportSize({ width: 390, height: 800 });
  await staff.goto(`${site.base}/people`);
  await expect("a phone selects nothing", staff.isVisible("tbody input.check >> nth=0"), false);

  await page.keyboard.press("?");
  await page.uncheck("[data-keys-switch]");
  await page.keyboard.press("Escape");
  await page.reload();
  await page.keyboard.press("?");
  await expect("single keys can be switched off", isOpen(page, "keys"), false);
  await page.keyboard.press("Control+k");
  await expect("Ctrl K stays", isOpen(page, "palette"), true);
  await page.keyboard.press("Escape");

  await page.emulateMedia({ colorScheme: "light" });
  await page.click(".nav [data-toggle-theme]");
  await page.reload();
  await expect("the theme is rendered by the server", page.evaluate(() => document.documentElement.dataset.theme), "dark");

  const plain = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 390, height: 800 } });
  const bare = await plain.newPage();
  await signIn(bare, site.link(site.people[0]));
  await bare.click(".tabbar li:last-child a");
  await expect("without a script More shows every place", bare.isVisible(".nav .nav__group a >> nth=0"), true);
  await bare.click(".nav [data-toggle-theme]");
  await bare.waitForLoadState();
  await expect("without a script the theme is a form", bare.getAttribute("html", "data-theme"), "dark");
} finally {
  await browser.close();
  await site.stop();
}
