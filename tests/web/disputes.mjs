// A dispute from opening to ruling between two browsers: a partner who lost a customer, and the vendor.
import { check, signIn, startBrowser, startSite } from "./lib/site.mjs";
import { writeFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const site = await startSite();
const browser = await startBrowser();
const folder = mkdtempSync(join(tmpdir(), "tandem-dispute."));
const offer = join(folder, "offer.pdf");
writeFileSync(offer, "%PDF-1.4\nAn offer of March.\n");

// A person in a browser of its own.
async function person(email) {
  const context = await browser.newContext({ acceptDownloads: true });
  const page = await context.newPage();
  await signIn(page, site.link(email));
  return page;
}
const says = async (page, text) => ((await page.textContent("main")).includes(text) ? [] : [`“${text}” is not there: ${(await page.textContent("main")).replace(/\s+/g, " ").slice(0, 600)}`]);

try {
  const maya = await person("maya.lindqvist@brightwater.example");
  await maya.goto(`${site.base}/register`);
  await maya.fill("[name=company]", "Thornquay Ports");
  await maya.selectOption("[name=country]", "GB").catch(() => maya.fill("[name=country]", "GB"));
  await maya.selectOption("[name=product_line_id]", { label: "Flowgate" });
  await maya.fill("[name=amount]", "50000");
  await maya.fill("[name=close_month]", `${new Date().getFullYear() + 1}-03`);
  await maya.fill("[name=relationship]", "We host their terminal system.");
  for (const select of await maya.$$("main form select")) if (!(await select.inputValue())) await select.selectOption({ index: 1 });
  await maya.click("main form button.btn--primary");
  await maya.waitForLoadState();
  check("the registration is declined, with a way on", await says(maya, "Dispute this"));

  await maya.click("text=Dispute this");
  await maya.fill("[name=text]", "We host their terminal system since spring; the offer is attached.");
  await maya.setInputFiles("[name=file]", offer);
  await maya.click("main form button.btn--primary");
  await maya.waitForLoadState();
  check("the dispute stands in the partner's list", await says(maya, "Thornquay Ports"));
  await maya.click("main table a:has-text('Thornquay Ports')");
  check("the side reads what happens next", await says(maya, "Somebody without a stake is being named"));

  const ruth = await person("ruth.halvorsen@velmora.example");
  await ruth.goto(`${site.base}/disputes`);
  await ruth.click("main table a:has-text('Thornquay Ports')");
  check("the vendor reads both sides", [...(await says(ruth, "Claims it")), ...(await says(ruth, "Holds it")), ...(await says(ruth, "offer.pdf"))]);
  const [download] = await Promise.all([ruth.waitForEvent("download"), ruth.click("text=offer.pdf")]);
  check("the file is saved, not shown", download.suggestedFilename() === "offer.pdf" ? [] : [download.suggestedFilename()]);
  const names = await ruth.$$eval("form[action$='/name'] option", (all) => all.map((o) => o.textContent));
  check("who has a stake is not offered", names.includes("Nadia Petrescu") && !names.includes("Jonas Adeyemi") ? [] : [names.join()]);
  await ruth.selectOption("form[action$='/name'] select", { label: "Nadia Petrescu" });
  await ruth.click("button:has-text('Name the decider')");
  await ruth.waitForLoadState();
  check("somebody is named", await says(ruth, "Nadia Petrescu"));

  const nadia = await person("nadia.petrescu@velmora.example");
  await nadia.goto(ruth.url().replace(/\?.*/, ""));
  await nadia.check("[name=no_stake]");
  await nadia.click("button:has-text('Declare to have no stake')");
  await nadia.waitForLoadState();
  await nadia.selectOption("[name=remedy]", "moved");
  await nadia.fill("[name=ruling]", "Brightwater Integration was there first.");
  await nadia.click("button:text-is('Give the ruling')");
  await nadia.waitForLoadState();
  check("a ruling that names a side is not sent", await says(nadia, "leave the name out"));
  await nadia.fill("[name=ruling]", "The offer of March is older than the other claim. The protection moves.");
  await nadia.click("button:text-is('Give the ruling')");
  await nadia.waitForLoadState();
  check("the vendor reads the ruling", await says(nadia, "Moved: the protection changes hands"));

  await maya.reload();
  check("the partner reads what it means", [...(await says(maya, "The customer is protected")), ...(await says(maya, "The offer of March is older"))]);
  await maya.click("aside a[href^='/registrations/']");
  await maya.waitForLoadState();
  check("and is protected", await says(maya, "Protected for you until"));
} catch (error) {
  check("the dispute runs to its end", [error.stack]);
} finally {
  await browser.close();
  await site.stop();
  rmSync(folder, { recursive: true, force: true });
}
