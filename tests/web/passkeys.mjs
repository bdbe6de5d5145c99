// Passkeys in a browser with an authenticator of its own: made, used without an address, as the second factor,
// renamed, removed; and what is refused. Browsers give them to hosts with a name only.
import { check, signIn, startBrowser, startSite } from "./lib/site.mjs";

const site = await startSite("localhost");
const browser = await startBrowser();

async function expect(name, actual, wanted) {
  const value = await actual;
  check(name, value === wanted ? [] : [`wanted ${JSON.stringify(wanted)}, got ${JSON.stringify(value)}`]);
}

async function authenticator(page) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  });
  return {
    credentials: async () => (await cdp.send("WebAuthn.getCredentials", { authenticatorId })).credentials,
    clear: () => cdp.send("WebAuthn.clearCredentials", { authenticatorId }),
    verified: (isUserVerified) => cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified }),
    add: (credential) => cdp.send("WebAuthn.addCredential", { authenticatorId, credential }),
  };
}

const signedOut = async (page) => {
  await page.context().clearCookies();
  await page.goto(`${site.base}/sign-in`);
};
const inside = (url) => !url.pathname.startsWith("/sign-in");
const usePasskey = (page) => page.click("form[data-passkey=get] button");
const failed = (page) => page.waitForSelector("form[data-passkey=get] [data-passkey-failed]:not([hidden]), .errors").then(() => true, () => false);

try {
  const context = await browser.newContext();
  const page = await context.newPage();
  const device = await authenticator(page);
  const person = site.people[0];
  await signIn(page, site.link(person));

  await page.goto(`${site.base}/me/sign-in`);
  await page.fill("#f-name", "My laptop");
  await page.click("form[data-passkey=create] button");
  await page.waitForSelector("#recovery-codes");
  const codes = (await page.textContent("#recovery-codes")).trim().split("\n");
  await expect("the first passkey brings ten recovery codes", codes.length, 10);
  await expect("the device has one passkey", device.credentials().then((c) => c.length), 1);
  await page.goto(`${site.base}/me/sign-in`);
  await expect("it stands on the page by its name", page.textContent(".ways").then((t) => t.includes("My laptop")), true);

  await signedOut(page);
  await usePasskey(page);
  await page.waitForURL(inside);
  await expect("it signs in without an address", page.isVisible(".nav__foot"), true);
  await page.goto(`${site.base}/me/sign-in`);
  await expect("by a session that says so", page.textContent("main").then((t) => t.includes("Passkey")), true);

  // after a link it is the second factor
  await context.clearCookies();
  await signIn(page, site.link(person));
  await page.waitForURL(/\/sign-in\/code/);
  await usePasskey(page);
  await page.waitForURL(inside);
  check("after a link it is the second factor", []);
  await context.clearCookies();
  await signIn(page, site.link(person));
  await page.fill("#f-code", codes[3]);
  await page.click("form[action='/people/sign_in_code'] button");
  await page.waitForURL(inside);
  check("without it a recovery code lets in", []);

  // the same answer a second time; somebody who did not prove who it is; a copy that counts behind
  await signedOut(page);
  const sent = page.waitForRequest((r) => r.method() === "POST" && r.url().endsWith("/people/sign_in_passkey"));
  await usePasskey(page);
  const body = new URLSearchParams((await sent).postData());
  await page.waitForURL(inside);
  await signedOut(page);
  const replayed = await page.evaluate(async (fields) => {
    const csrf = document.querySelector("input[name=csrf]").value;
    const r = await fetch("/people/sign_in_passkey", { method: "POST", body: new URLSearchParams({ ...fields, csrf }), redirect: "manual" });
    return r.status;
  }, Object.fromEntries(body));
  await expect("no answer works twice", replayed, 422);
  const changed = await page.evaluate(async (fields) => {
    const csrf = document.querySelector("input[name=csrf]").value;
    const ask = await (await fetch("/passkeys/ask", { method: "POST", headers: { Accept: "application/json" }, body: new URLSearchParams({ csrf }) })).json();
    const data = JSON.parse(atob(fields.client_data.replaceAll("-", "+").replaceAll("_", "/")));
    const client_data = btoa(JSON.stringify({ ...data, challenge: ask.challenge })).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
    const r = await fetch("/people/sign_in_passkey", { method: "POST", body: new URLSearchParams({ ...fields, client_data, csrf }), redirect: "manual" });
    return r.status;
  }, Object.fromEntries(body));
  await expect("nor with another challenge put into it", changed, 422);
  await device.verified(false);
  await usePasskey(page);
  await expect("who does not unlock the device is not let in", failed(page), true);
  await device.verified(true);
  const [kept] = await device.credentials();
  await device.clear();
  await device.add({ ...kept, signCount: 0 });
  await signedOut(page);
  await usePasskey(page);
  await expect("a copy that counts behind is refused", failed(page), true);
  await device.clear();
  await device.add({ ...kept, signCount: kept.signCount + 10 });
  await signedOut(page);
  await usePasskey(page);
  await page.waitForURL(inside);

  // another person neither sees nor removes it
  await page.goto(`${site.base}/passkeys`);
  const href = await page.getAttribute("main a[href*='/passkeys/pky_']", "href");
  const other = await (await browser.newContext()).newPage();
  await signIn(other, site.link(site.people[1]));
  await expect("nobody else sees it", other.goto(`${site.base}${new URL(href, site.base).pathname}`).then((r) => r.status()), 404);

  await page.goto(`${site.base}/me/sign-in`);
  await page.click(".ways a.quiet");
  await page.fill("#f-name", "Old laptop");
  await page.click("main .btn--primary");
  await page.goto(`${site.base}/me/sign-in`);
  await expect("it is renamed", page.textContent(".ways").then((t) => t.includes("Old laptop")), true);
  await page.click("button[aria-label='Remove Old laptop']");
  await page.waitForURL(/did=passkey.remove/);
  await signedOut(page);
  await usePasskey(page);
  await expect("removed, it signs nobody in", failed(page), true);

  // set up an app, as people see it: the same page without a script
  const plain = await (await browser.newContext({ javaScriptEnabled: false, viewport: { width: 390, height: 800 } })).newPage();
  await signIn(plain, site.link(site.people[1]));
  await plain.goto(`${site.base}/me/sign-in`);
  await plain.click("text=Set up an app");
  await plain.waitForLoadState();
  await expect("without a script a code can be set up", plain.isVisible(".qr svg"), true);
  await plain.goto(`${site.base}/sign-in`);
  await expect("and passkeys are not offered", plain.isVisible("form[data-passkey]"), false);
} finally {
  await browser.close();
  await site.stop();
}
