// A rule changed by one person and published by another, in two browsers: the simulation shows that gold partners would
// lose, the draft is mended until nobody does, and the next registration is decided by the new version.
import { check, signIn, startBrowser, startSite } from "./lib/site.mjs";

const site = await startSite();
const browser = await startBrowser();

async function person(email) {
  const page = await (await browser.newContext()).newPage();
  await signIn(page, site.link(email));
  return page;
}
const text = async (page) => (await page.textContent("main")).replace(/\s+/g, " ");
const says = async (page, ...words) => {
  const all = await text(page);
  return words.filter((w) => !all.includes(w)).map((w) => `“${w}” is not there: ${all.slice(0, 900)}`);
};
const silent = async (page, ...words) => {
  const all = await text(page);
  return words.filter((w) => all.includes(w)).map((w) => `“${w}” is there`);
};

// Opens the rule in the draft's table, sets the operand of its condition on a fact, saves.
async function setCondition(page, draft, rule, fact, value) {
  await page.goto(`${draft}?part=rules&rule=${rule}`);
  const name = await page.$eval(`input[type=hidden][name$=".fact"][value="${fact}"]`, (e) => e.name.replace(/\.fact$/, ".value"));
  const control = page.locator(`[name="${name}"]`).first();
  if ((await control.evaluate((e) => e.tagName)) === "SELECT") await control.selectOption(value);
  else await control.fill(value);
  await page.click("#edit-rule button:has-text('Save')");
  await page.waitForLoadState();
}

// Simulates the draft and waits for the report on its page.
async function simulate(page, draft) {
  await page.goto(draft);
  await page.click("main button:has-text('Simulate')");
  await page.waitForLoadState();
  for (let i = 0; i < 100 && !(await text(page)).includes("Who wins, who loses"); i++) {
    await page.waitForTimeout(200);
    await page.goto(draft);
  }
}

try {
  const ruth = await person("ruth.halvorsen@velmora.example");
  await ruth.goto(`${site.base}/programme`);
  await ruth.click("main a:has-text('Draft of version 3')");
  const draft = ruth.url().replace(/[?#].*/, "");
  check("the draft says what it changes", await says(ruth, "Draft of version 3", "What this would have changed"));

  await setCondition(ruth, draft, "certified_free", "partner.tier", "platinum");
  await simulate(ruth, draft);
  const losers = await ruth.$$eval("main table tr", (rows) => rows.map((r) => r.textContent.replace(/\s+/g, " ")).filter((r) => /Gold/.test(r) && /−\d/.test(r)));
  check("two gold partners or more would lose", losers.length >= 2 ? [] : [losers.join(" | ") || (await text(ruth)).slice(0, 1200)]);

  await setCondition(ruth, draft, "certified_free", "partner.tier", "silver");
  await simulate(ruth, draft);
  const still = await ruth.$$eval("main table tr", (rows) => rows.map((r) => r.textContent.replace(/\s+/g, " ")).filter((r) => /Gold/.test(r) && /−\d/.test(r)));
  check("mended, no gold partner does", still.length === 0 ? [] : still);

  await ruth.goto(draft);
  await ruth.click("summary:has-text('Title, reason and first day')");
  await ruth.fill("[name=effective_day]", "");
  await ruth.click("form:has([name=effective_day]) button[type=submit]");
  await ruth.waitForLoadState();
  await ruth.goto(draft);
  check("whoever wrote it cannot publish", await silent(ruth, "Publish it"));
  await ruth.selectOption("main select[name=person_id]", { label: "Samuel Odhiambo" }).catch(() => {});
  await ruth.click("main form button:has-text('Ask to publish')");
  await ruth.waitForLoadState();
  check("a second person is asked", await says(ruth, "Samuel Odhiambo"));

  const samuel = await person("samuel.odhiambo@velmora.example");
  await samuel.goto(`${site.base}/notices`);
  check("who is told", await says(samuel, "Ruth Halvorsen"));
  await samuel.goto(draft);
  check("and reads it in words", await says(samuel, "at least Gold → Silver"));
  await samuel.click("main form[action$='/publish'] button[type=submit]");
  await samuel.waitForLoadState();
  check("it is published", await says(samuel, "version 3"));

  const thijs = await person("maya.lindqvist@brightwater.example");
  await thijs.goto(`${site.base}/register`);
  await thijs.fill("[name=company]", "Quelmora Energie");
  await thijs.selectOption("[name=country]", "NL");
  await thijs.selectOption("[name=product_line_id]", { label: "Flowgate" });
  await thijs.fill("[name=amount]", "84000");
  await thijs.fill("[name=close_month]", `${new Date().getFullYear() + 1}-03`);
  await thijs.click("main form button.btn--primary");
  await thijs.waitForLoadState();
  check("the next registration is decided by it", await says(thijs, "version 3"));
} catch (e) {
  check("the story runs to its end", [`${e.stack}\n${site.log().slice(-1500)}`]);
} finally {
  await browser.close();
  await site.stop();
}
