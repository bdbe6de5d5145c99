// Two browsers side by side: a stranger follows a partner's referral link and leaves a lead; the vendor's seller offers it,
// the partner's accepts on a phone; it becomes a deal, is talked about in a review, moves over the board and is won; the
// partner has sourced it.
import { check, signIn, startBrowser, startSite } from "./lib/site.mjs";

const site = await startSite();
const browser = await startBrowser();
const COMPANY = "Quastelhof Gusswerke";

async function person(email, more = {}) {
  const page = await (await browser.newContext(more)).newPage();
  await signIn(page, site.link(email));
  return page;
}
const text = async (page) => (await page.textContent("main")).replace(/\s+/g, " ");
const says = async (page, what) => ((await text(page)).includes(what) ? [] : [`“${what}” is not there: ${(await text(page)).slice(0, 500)}`]);
const submit = (page, selector) => Promise.all([page.waitForNavigation(), page.locator(selector).first().click()]);
const day = (n) => new Date(Date.now() + n * 86400e3).toISOString().slice(0, 10);

try {
  const ines = await person("ines.okafor@velmora.example");
  const maya = await person("maya.lindqvist@brightwater.example", { viewport: { width: 390, height: 844 } });

  // the partner passes its link on
  await maya.goto(`${site.base}/referrals`);
  const address = (await maya.locator("li", { hasText: "Customer newsletter" }).locator(".code code").textContent()).trim();
  check("the partner has an address to pass on", new URL(address).pathname.startsWith("/r/") ? [] : [address]);

  // a stranger follows it, on a phone, without a script
  const strangers = await browser.newContext({ viewport: { width: 390, height: 844 }, javaScriptEnabled: false });
  const stranger = await strangers.newPage();
  await stranger.goto(address);
  check("the page says by whose recommendation", await says(stranger, "Brightwater Integration recommends Velmora"));
  check("it asks for more where something is missing", await (async () => {
    await stranger.locator("form").evaluate((f) => (f.noValidate = true));
    await submit(stranger, "main form button[type=submit]");
    return says(stranger, "needed");
  })());
  await stranger.fill("#f-company", COMPANY);
  await stranger.selectOption("#f-country", "DE");
  await stranger.fill("#f-contact_name", "Ilse Brandner");
  await stranger.fill("#f-contact_email", "ilse@quastelhof.example");
  await stranger.fill("#f-need", "Two plants are to be kept apart from the office.");
  await stranger.check("#f-consent");
  await submit(stranger, "main form button[type=submit]");
  check("what was left is received", await says(stranger, "We have received it"));
  check("no cookie was set", (await strangers.cookies()).map((c) => `a cookie ${c.name}`));

  // the vendor's seller offers it
  await ines.goto(`${site.base}/leads?source=referral&search=quastelhof`);
  await submit(ines, `main a:has-text("${COMPANY}")`);
  check("the seller reads who brought it", await says(ines, "Brightwater Integration"));
  const lead = new URL(ines.url()).pathname;
  const fits = ines.locator("li", { hasText: "Brightwater Integration" }).locator("button", { hasText: "Offer" });
  if (await fits.count()) {
    await Promise.all([ines.waitForNavigation(), fits.first().click()]);
  } else {
    await ines.goto(`${site.base}${lead}/route`);
    await ines.selectOption("#f-partner_id", { label: "Brightwater Integration" });
    await submit(ines, "main form button[type=submit]");
  }
  check("it is offered", await says(ines, "Offered"));

  // the partner's seller accepts on the phone
  await maya.goto(`${site.base}/lead-inbox`);
  const offer = maya.locator("li.need", { hasText: "Two plants are to be kept apart" });
  check("the offer does not say who it is", (await offer.textContent()).includes("Quastelhof") ? ["it does"] : []);
  await Promise.all([maya.waitForNavigation(), offer.locator("button", { hasText: "Accept" }).click()]);
  check("accepted, it does", await says(maya, "Ilse Brandner"));
  check("and fits the phone", (await maya.evaluate(() => document.documentElement.scrollWidth - innerWidth)) > 0 ? ["it is too wide"] : []);

  // it becomes a deal
  await ines.goto(`${site.base}${lead}/convert`);
  await ines.fill("#f-amount", "48000");
  await ines.fill("#f-closes", day(45));
  await submit(ines, "main form button[type=submit]");
  const deal = new URL(ines.url()).pathname;
  check("the lead is an opportunity", deal.startsWith("/opportunities/opp_") ? await says(ines, COMPANY) : [deal]);

  // the week's review
  const jonas = await person("jonas.adeyemi@velmora.example");
  await jonas.goto(`${site.base}/reviews/create`);
  await jonas.selectOption("#f-partner_id", { label: "Brightwater Integration" });
  await jonas.fill("#f-day", day(0));
  await jonas.fill("#f-time", "23:50");
  await submit(jonas, "main form button[type=submit]");
  const review = new URL(jonas.url()).pathname;
  check("the deal is on the agenda", await says(jonas, COMPANY));
  await maya.goto(`${site.base}${review}`);
  check("of both sides", await says(maya, COMPANY));
  await jonas.locator("summary", { hasText: /^Note/ }).first().click();
  await jonas.locator("form[action$='/note'] select[name=kind]").selectOption("decision");
  await jonas.locator("form[action$='/note'] [name=text]").fill("Quastelhof gets the reference of the ports.");
  await submit(jonas, "form[action$='/note'] button[type=submit]");
  check("what is decided stands beside it", await says(jonas, "Quastelhof gets the reference"));

  // over the board
  const id = deal.split("/").pop();
  const lane = (stage) => ines.locator(`.lane ol[data-stage=${stage}] #${id}`);
  const moved = [];
  await ines.goto(`${site.base}/pipeline`);
  for (const [stage, label] of [["evaluation", "Evaluation"], ["proposal", "Proposal"]]) {
    await ines.waitForSelector(".deal__move");
    await ines.locator(`#${id} .deal__move`).focus();
    await ines.keyboard.press("Enter");
    await Promise.all([ines.waitForNavigation(), ines.locator(`#${id} .menu__box button`, { hasText: label }).click()]);
    await ines.waitForSelector(".deal__move");
    moved.push(...((await lane(stage).count()) ? [] : [`it is not in ${stage}: ${(await text(ines)).slice(0, 300)}`]));
  }
  check("the card moves over the board", moved);
  await maya.goto(`${site.base}${deal}`);
  check("the partner sees where it stands", await says(maya, COMPANY));

  // won
  await ines.goto(`${site.base}${deal}`);
  await ines.locator("summary", { hasText: "Mark as won" }).click();
  await submit(ines, "form[action$='/win'] button[type=submit]");
  check("it is won", await says(ines, "Won"));
  await ines.goto(`${site.base}${lead}`);
  check("and so is the lead", await says(ines, "Won"));

  // who has the credit
  await ines.goto(`${site.base}/accounts?search=quastelhof`);
  await submit(ines, `main a:has-text("${COMPANY}")`);
  const credit = await ines.locator("#a-credit").locator("xpath=ancestor::section").textContent();
  check("the partner sourced it", /Brightwater Integration/.test(credit) && /Sourced/.test(credit) ? [] : [credit.replace(/\s+/g, " ")]);
  await maya.goto(`${site.base}/touchpoints?kind=referral`);
  check("the partner has its referral clicks", await says(maya, "Referral click"));
} finally {
  await browser.close();
  await site.stop();
}
