// The board in a browser: a card is dragged, moved by keys, taken back; on a stale board the person reads whose change
// won; without a script the deal's page moves it; nothing is wider than a phone.
import { check, signIn, startBrowser, startSite } from "./lib/site.mjs";

const site = await startSite();
const browser = await startBrowser();

async function person(email, more = {}) {
  const page = await (await browser.newContext(more)).newPage();
  await signIn(page, site.link(email));
  return page;
}
const lane = (page, stage) => page.locator(`.lane ol[data-stage=${stage}]`);
const stands = async (page, id, stage) => ((await lane(page, stage).locator(`#${id}`).count()) ? [] : [`${id} is not in ${stage}: ${(await page.textContent("main")).replace(/\s+/g, " ").slice(0, 300)}`]);
const says = async (page, text) => ((await page.textContent("body")).includes(text) ? [] : [`“${text}” is not there`]);

try {
  const ines = await person("ines.okafor@velmora.example");
  await ines.goto(`${site.base}/pipeline`);
  await ines.waitForSelector(".deal__move");
  const movable = lane(ines, "discovery").locator(".deal[data-version]");
  const [first, second] = [await movable.nth(0).getAttribute("id"), await movable.nth(1).getAttribute("id")];

  // drag: by its text, not by its link, over two steps so that the library sees it move
  await ines.locator(`#${first}`).scrollIntoViewIfNeeded();
  const from = await ines.locator(`#${first} .deal__next`).boundingBox(), to = await lane(ines, "evaluation").locator(".deal").first().boundingBox();
  await ines.mouse.move(from.x + 40, from.y + 8);
  await ines.mouse.down();
  await ines.mouse.move(from.x + 80, from.y + 12, { steps: 4 });
  await ines.mouse.move(to.x + to.width / 2, to.y + 20, { steps: 12 });
  await Promise.all([ines.waitForNavigation(), ines.mouse.up()]);
  await ines.waitForSelector(".deal__move");
  const stage1 = (await stands(ines, first, "evaluation")).length ? await says(ines, "Before Evaluation, ") : [];
  check("a card is dragged to another lane, or told what it needs", stage1);

  // by keys
  await ines.goto(`${site.base}/pipeline`);
  await ines.waitForSelector(".deal__move");
  await ines.locator(`#${second} .deal__move`).focus();
  await ines.keyboard.press("Enter");
  check("the menu has the other lanes", (await ines.locator(`#${second} .menu__box button`).count()) === 3 ? [] : ["not three"]);
  await ines.keyboard.press("Escape");
  check("Escape closes it and gives the focus back", (await ines.evaluate(() => document.activeElement.className)).includes("deal__move") ? [] : ["elsewhere"]);

  // a deal that may move everywhere up to evaluation has a date
  const dated = await ines.evaluate(() => [...document.querySelectorAll(".lane ol[data-stage=discovery] .deal[data-version]")].find((d) => /\d/.test(d.querySelector(".deal__end").textContent))?.id);
  const stale = await person("dario.kestrel@velmora.example");
  await stale.goto(`${site.base}/pipeline`);
  await stale.waitForSelector(".deal__move");
  await ines.locator(`#${dated} .deal__move`).focus();
  await ines.keyboard.press("Enter");
  await Promise.all([ines.waitForNavigation(), ines.keyboard.press("Enter")]);
  await ines.waitForSelector(".deal__move");
  check("moved by keys", [...(await stands(ines, dated, "evaluation")), ...(await says(ines, "Moved"))]);
  check("the focus stays with the card", (await ines.evaluate((id) => document.getElementById(id).contains(document.activeElement), dated)) ? [] : ["it is elsewhere"]);
  await stale.locator(`#${dated} .deal__move`).focus();
  await stale.keyboard.press("Enter");
  await Promise.all([stale.waitForNavigation(), stale.keyboard.press("Enter")]);
  check("a stale board says whose change won", [...(await says(stale, "was changed meanwhile")), ...(await says(stale, "Ines Okafor"))]);
  await Promise.all([ines.waitForNavigation(), ines.locator("#toasts button").first().click()]);
  await ines.waitForSelector(".deal__move");
  check("the move is taken back", await stands(ines, dated, "discovery"));

  // without a script
  const plain = await person("ines.okafor@velmora.example", { javaScriptEnabled: false });
  await plain.goto(`${site.base}/opportunities/${dated}`);
  await plain.selectOption("form[action$='/move'] select", "evaluation");
  await plain.click("form[action$='/move'] button");
  check("without a script the deal's page moves it", await says(plain, "Moved"));

  // a phone, both lights
  for (const colorScheme of ["light", "dark"]) {
    const phone = await person("ines.okafor@velmora.example", { viewport: { width: 390, height: 844 }, colorScheme });
    for (const path of ["/pipeline", "/pipeline/forecast", `/opportunities/${dated}`]) {
      await phone.goto(`${site.base}${path}`);
      const wide = await phone.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      check(`${path} fits a phone, ${colorScheme}`, wide > 0 ? [`${wide} px too wide`] : []);
    }
  }
} finally {
  await browser.close();
  await site.stop();
}
