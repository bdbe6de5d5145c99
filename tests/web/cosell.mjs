// Co-selling in a browser: from who could help to a request that is filled in, to the partner's answer, after which it reads
// the deal; the answer without a script, too; nothing is wider than a phone.
import { check, signIn, startBrowser, startSite } from "./lib/site.mjs";

const site = await startSite();
const browser = await startBrowser();

async function person(email, more = {}) {
  const page = await (await browser.newContext(more)).newPage();
  await signIn(page, site.link(email));
  return page;
}
const words = async (page) => (await page.textContent("main")).replace(/\s+/g, " ");
const says = async (page, text) => ((await page.textContent("body")).replace(/\s+/g, " ").includes(text) ? [] : [`“${text}” is not there: ${(await words(page)).slice(0, 300)}`]);
const quiet = async (page, ...secrets) => { const html = await page.content(); return secrets.filter((s) => html.includes(s)).map((s) => `“${s}” is told`); };

try {
  // the finder leads to a request that is filled in
  const ines = await person("ines.okafor@velmora.example");
  await ines.goto(`${site.base}/cosell-chances`);
  const rows = () => ines.locator(".need-list > .need").count();
  await ines.goto(`${site.base}/cosell-chances?foothold=stuck`);
  const first = await ines.locator(".need h3").allTextContents();
  check("the finder shows ten at once", first.length === 10 ? [] : [`${first.length} rows`]);
  await ines.click(".pages a[rel=next]");
  await ines.waitForURL((url) => url.searchParams.get("foothold") === "stuck" && url.searchParams.has("after"));
  const second = await ines.locator(".need h3").allTextContents();
  check("then others, with the filter", second.length && !second.some((x) => first.includes(x)) ? [] : [second.join()]);
  await ines.click("summary:has-text('Filter')");
  await ines.selectOption(".menu__box [name=partner_id]", { label: "Brightwater Integration" });
  await ines.click(".menu__box form:has([name=partner_id]) button[type=submit]");
  await ines.waitForURL((url) => url.searchParams.get("partner_id")?.startsWith("prt_"));
  check("a partner's alone", (await rows()) > 0 && (await ines.locator(".need h3", { hasNotText: "Brightwater Integration" }).count()) === 0 ? [] : ["others are there"]);
  await ines.goto(`${site.base}/cosell-chances`);
  check("the finder says why", [...(await says(ines, "of 100 points")), ...(await says(ines, "Our deal is stuck"))]);
  const row = ines.locator(".need:has(a[href*='/create'])", { hasText: "Brightwater Integration" }).first();
  const account = await row.locator("h3 a").first().textContent();
  await row.locator(".need__act a").click();
  await ines.waitForURL("**/cosell-requests/create**");
  check("the request is filled in", [...(await says(ines, "Brightwater Integration ·")), ...(await says(ines, "Why this partner, why now"))]);
  await ines.selectOption("[name=kind]", "meeting");
  await ines.fill("[name=text]", "Would you sit in when they see it for the first time?");
  const checked = await ines.$$eval("[name=shared]:checked", (all) => all.map((x) => x.value));
  check("the company's name is not shown unless the asker says so", checked.includes("company") || !checked.includes("country") ? [checked.join()] : []);
  await ines.click("main form button[type=submit]");
  await ines.waitForURL("**/cosell-requests/csr_*");
  const path = new URL(ines.url()).pathname;
  check("then it waits", [...(await says(ines, "Waits for an answer")), ...(await says(ines, "Withdraw"))]);

  // the partner reads what is shown, and no more
  const maya = await person("maya.lindqvist@brightwater.example");
  await maya.goto(`${site.base}/cosell`);
  check("it is asked of the partner", await says(maya, "Would you sit in"));
  await maya.goto(site.base + path);
  check("the partner reads neither company nor points", await quiet(maya, account, "of 100 points", "Why this partner"));
  await maya.setViewportSize({ width: 390, height: 844 });
  const targets = await Promise.all(["button:text-is('Accept')", "summary:has-text('Decline')"].map((s) => maya.locator(s).boundingBox()));
  check("on a phone a thumb reaches both answers", targets.filter((b) => b.height < 44 || b.width < 44).map((b) => `${b.width} x ${b.height}`));
  await maya.setViewportSize({ width: 1280, height: 720 });
  await maya.fill("[name=answer]", "Yes, on Thursday.");
  await maya.click("button:text-is('Accept')");
  await maya.waitForLoadState();
  check("accepted, it reads the company", [...(await says(maya, "Accepted")), ...(await says(maya, account.split(/[ ,]/)[0]))]);
  await maya.click("a[href^='/opportunities/opp_'] >> nth=0");
  await maya.waitForLoadState();
  check("and the deal, on its team", await says(maya, "Brightwater Integration"));
  await ines.goto(`${site.base}/notices`);
  check("who asked is told", await says(ines, "Brightwater Integration helps"));

  // without a script
  const plain = await person("piet.waalkens@brightwater.example", { javaScriptEnabled: false });
  await plain.goto(`${site.base}/cosell`);
  await plain.click(".need h3 a >> nth=0");
  await plain.click("summary:has-text('Decline')");
  await plain.selectOption("[name=reason]", "timing");
  await plain.click("form[action$='/decline'] button");
  check("without a script it is declined", await says(plain, "Declined: The wrong time"));

  // the account's page and the deal's show the same, with the way to ask
  await ines.goto(`${site.base}/cosell-chances?foothold=stuck`);
  const chance = ines.locator(".need:has(a[href*='/create'])").nth(1);
  const places = [await chance.locator("h3 a").first().getAttribute("href"), await chance.locator("a[href^='/opportunities/']").first().getAttribute("href")];
  for (const place of places) {
    await ines.goto(site.base + place);
    check(`${place.split("/")[1]}: who could help is there`, (await ines.locator("section:has(#p-help) a[href*='/cosell-requests/create']").count()) > 0 ? [] : ["no way to ask"]);
  }
  await ines.click("section:has(#p-help) a[href*='/cosell-requests/create'] >> nth=0");
  await ines.waitForURL("**/cosell-requests/create?origin=deal**");
  check("one click leads to the request", await says(ines, "Why this partner, why now"));

  // what led to wins: each number leads to its rows
  await ines.goto(`${site.base}/cosell/reasons`);
  const numbers = await ines.$$eval(".tbl td.num a", (all) => all.map((a) => [a.href, parseInt(a.textContent, 10)]));
  const wrong = [];
  for (const [href, n] of numbers) {
    await ines.goto(href);
    if ((await rows()) !== n) wrong.push(`${href}: ${await rows()} instead of ${n}`);
  }
  check("each number has its rows", numbers.length > 8 ? wrong : ["few numbers"]);

  // a phone, both lights
  for (const colorScheme of ["light", "dark"]) {
    const phone = await person("ines.okafor@velmora.example", { viewport: { width: 390, height: 844 }, colorScheme });
    for (const page of ["/cosell", "/cosell?tab=over", "/cosell-chances", "/cosell/reasons", "/cosell/reasons?of=won", path, ...places, "/cosell-requests/create"]) {
      await phone.goto(site.base + page);
      const wide = await phone.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      check(`${page.replace(/csr_\w+/, "…")} fits a phone, ${colorScheme}`, wide > 0 ? [`${wide} px too wide`] : []);
    }
  }
} finally {
  await browser.close();
  await site.stop();
}
