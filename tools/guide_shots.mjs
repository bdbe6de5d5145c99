// guide_shots.mjs [NAME...]: the pictures of README.md and docs/guide from the demo, each cut to its viewport, into
// docs/img (or those whose names begin so). What changes the demo stands last.
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { signIn, startBrowser, startSite } from "../tests/web/lib/site.mjs";

const wide = { width: 1280, height: 780 };
const phone = { width: 390, height: 780 };

const follow = (selector) => async (page) => {
  await page.click(selector);
  await page.waitForLoadState();
};

const nextMonth = () => {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1)).toISOString().slice(0, 7);
};

async function register(page) {
  await page.fill("[name=company]", "glenmorra.example");
  await page.selectOption("[name=country]", "IE");
  await page.selectOption("[name=product_line_id]", { label: "Flowgate" });
  await page.fill("[name=amount]", "84000");
  await page.fill("[name=close_month]", nextMonth());
  await follow("main form >> text=Register")(page);
}

async function lookUp(page) {
  await page.fill("#lookup", "Thornquay Ports");
  await follow("main >> text=Look up")(page);
}

async function extendFirst(page) {
  await page.click("main tbody a:has-text('Extend') >> nth=0");
  await page.waitForSelector("#extend");
}

// The stuck deal's page, down to who could help.
async function whoCouldHelp(page) {
  await follow("main a:has-text('Flowgate for Tarnhelm')")(page);
  await follow("main a:text-is('All')")(page);
}

// name (in docs/img), person, path, size, dark; before: what is clicked first
const pictures = [
  { name: "guide/partner-seller-today", person: "maya.lindqvist@brightwater.example", path: "/today", size: phone },
  { name: "guide/partner-seller-extend", person: "maya.lindqvist@brightwater.example", path: "/registrations?sort=protected_until&state=approved", size: wide, before: extendFirst },
  { name: "guide/partner-seller-leads", person: "maya.lindqvist@brightwater.example", path: "/lead-inbox", size: phone },
  { name: "guide/partner-seller-deal", person: "maya.lindqvist@brightwater.example", path: "/pipeline", size: wide, before: follow("main >> text=Flowgate for Appeldonk") },
  { name: "guide/partner-admin-partner", person: "piet.waalkens@brightwater.example", path: "/partners", size: wide, before: follow("main tbody >> text=Brightwater Integration") },
  { name: "guide/partner-admin-people", person: "piet.waalkens@brightwater.example", path: "/people", size: phone, dark: true },
  { name: "guide/partner-admin-mapping", person: "piet.waalkens@brightwater.example", path: "/mapping", size: wide },
  { name: "guide/partner-manager-today", person: "jonas.adeyemi@velmora.example", path: "/today", size: wide },
  { name: "guide/partner-manager-partner", person: "jonas.adeyemi@velmora.example", path: "/partners", size: phone, before: follow("main tbody >> text=Brightwater Integration") },
  { name: "guide/partner-manager-week", person: "jonas.adeyemi@velmora.example", path: "/pipeline/review", size: wide },
  { name: "guide/partner-manager-lead", person: "jonas.adeyemi@velmora.example", path: "/leads", size: phone, before: follow("main tbody a:has-text('Duinbroek')") },
  { name: "guide/channel-operations-today", person: "ruth.halvorsen@velmora.example", path: "/today", size: wide, dark: true },
  { name: "guide/channel-operations-draft", person: "ruth.halvorsen@velmora.example", path: "/programme", size: wide, before: follow("main >> text=Draft of version 3") },
  { name: "guide/channel-operations-queue", person: "ruth.halvorsen@velmora.example", path: "/queue", size: phone },
  { name: "guide/channel-operations-funnel", person: "ruth.halvorsen@velmora.example", path: "/lead-funnel", size: wide },
  { name: "guide/vendor-seller-look-up", person: "ines.okafor@velmora.example", path: "/today", size: wide, before: lookUp },
  { name: "guide/vendor-seller-today", person: "ines.okafor@velmora.example", path: "/today", size: phone, dark: true },
  { name: "guide/vendor-seller-help", person: "ines.okafor@velmora.example", path: "/cosell-chances", size: wide, before: whoCouldHelp },
  { name: "guide/vendor-seller-finder", person: "ines.okafor@velmora.example", path: "/cosell-chances", size: phone },
  { name: "guide/executive-today", person: "tomas.brandt@velmora.example", path: "/today", size: phone },
  { name: "guide/executive-forecast", person: "tomas.brandt@velmora.example", path: "/pipeline/forecast", size: wide },
  { name: "guide/executive-fairness", person: "tomas.brandt@velmora.example", path: "/fairness", size: wide },
  { name: "guide/auditor-log", person: "edith.vasserman@velmora.example", path: "/log", size: wide, dark: true },
  { name: "guide/administrator-permissions", person: "samuel.odhiambo@velmora.example", path: "/permissions", size: wide },
  { name: "guide/administrator-sign-in", person: "samuel.odhiambo@velmora.example", path: "/me/sign-in", size: phone },
  { name: "queue", person: "ruth.halvorsen@velmora.example", path: "/queue", size: wide },
  { name: "simulation", person: "ruth.halvorsen@velmora.example", path: "/simulations", size: wide, before: follow("main tbody >> text=Silver is enough") },
  { name: "register", person: "maya.lindqvist@brightwater.example", path: "/register", size: wide, before: register },
];

const names = process.argv.slice(2);
const wanted = pictures.filter(({ name }) => names.length === 0 || names.some((begin) => name.startsWith(begin)));
const site = await startSite();
const browser = await startBrowser();
try {
  for (const { name, person, path, size, dark, before } of wanted) {
    const context = await browser.newContext({ viewport: size, colorScheme: dark ? "dark" : "light", reducedMotion: "reduce" });
    const page = await context.newPage();
    await signIn(page, site.link(person));
    await page.goto(site.base + path);
    if (before) await before(page);
    await page.mouse.move(0, 0); // nothing stands out because it was clicked before
    await page.waitForLoadState("networkidle");
    const file = `docs/img/${name}.png`;
    mkdirSync(dirname(file), { recursive: true });
    await page.screenshot({ path: file });
    console.log(file);
    await context.close();
  }
} finally {
  await browser.close();
  await site.stop();
}
