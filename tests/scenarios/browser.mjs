// Signing in and posting forms, as a browser does and as somebody else would like to.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Browser } from "./lib/browser.mjs";
import { onBoth, deal } from "./lib/tandem.mjs";

await onBoth(async (t, ok) => {
  await t.start();
  const { gold, rival } = await t.cast();
  const link = () => new URL(t.run("link", "--db", t.url, "--key", t.key, "--user", "maya@brightwater.example").trim()).pathname;

  // a link works once, and looking at it does not use it up
  const maya = new Browser(t), path = link(), secret = path.split("/").pop();
  for (let i = 0; i < 3; i++) ok("opening a link uses nothing up", (await maya.fetch(path)).status === 200);
  const csrf = await maya.csrf(path);
  const entered = await maya.post("/people/sign_in", { csrf, secret, then: "/register" });
  ok("its button signs in", entered.status === 303 && entered.headers.get("location") === "/register", entered.text);
  const cookie = maya.set.find((line) => line.startsWith("tandem="));
  ok("the cookie is out of reach of scripts and of other sites", /; HttpOnly/.test(cookie) && /; SameSite=Lax/.test(cookie) && /; Path=\//.test(cookie), cookie);
  const again = new Browser(t);
  const second = await again.post("/people/sign_in", { csrf: await again.csrf(path), secret, page: path });
  ok("a link works once", second.status === 404 && !again.cookies.has("tandem"), second.status);
  const forms = new Browser(t);
  ok("a made-up link is refused", (await forms.post("/people/sign_in", { csrf: await forms.csrf(path), secret: "A".repeat(43), page: path })).status === 404);

  // asking for a link tells nothing about addresses
  const ask = async (email) => {
    const b = new Browser(t);
    const r = await b.post("/people/sign_in_link", { csrf: await b.csrf("/sign-in"), email, page: "/sign-in", then: "/sign-in?sent=1" });
    return [r.status, r.headers.get("location"), r.text].join();
  };
  ok("a known and an unknown address get the same answer", (await ask("maya@brightwater.example")) === (await ask("nobody@brightwater.example")));

  // forms of others
  const page = await maya.csrf("/register"), before = (await t.must(gold.token, "/registrations")).items.length;
  const fields = { company: "Forged Works", country: "DE", product_line_id: "Flowgate", amount: "1000", close_month: deal().close_month };
  const stranger = new Browser(t);
  await stranger.signIn("otto@cedarline.example");
  for (const [name, token, headers] of [
    ["without a token", "", {}],
    ["with another session's token", await stranger.csrf("/register"), {}],
    ["from another origin", page, { Origin: "https://evil.example" }],
    ["from another site", page, { "Sec-Fetch-Site": "cross-site" }],
  ]) {
    const r = await maya.post("/registrations/register", { ...fields, csrf: token }, headers);
    ok(`a form ${name} is refused`, r.status === 400, r.status);
  }
  ok("nothing of them was stored", (await t.must(gold.token, "/registrations")).items.length === before);
  const own = await maya.post("/registrations/register", { ...fields, csrf: page, page: "/register", then: "/register?done={id}" }, { Origin: `http://127.0.0.1:${t.port}`, "Sec-Fetch-Site": "same-origin" });
  ok("the own form is taken", own.status === 303 && /^\/register\?done=reg_/.test(own.headers.get("location")), own.text);
  for (const then of ["//evil.example/", "https://evil.example/", "/\\evil.example", "/a\r\nSet-Cookie: x=y", "/\t/evil.example"]) {
    const r = await maya.post("/people/update_me", { csrf: page, name: "Maya", language: "en", then });
    ok(`nobody is sent to ${JSON.stringify(then)}`, r.status === 303 && !/evil/.test(r.headers.get("location")) && !r.headers.getSetCookie().some((c) => /^x=/.test(c)), r.headers.get("location"));
  }

  const nowhere = await stranger.post("/people/sign_in_link", { csrf: await stranger.csrf("/register"), email: "nobody@brightwater.example", then: "/{id}/evil.example" });
  ok("a row that is not there leaves no way out", nowhere.status === 303 && !/evil/.test(nowhere.headers.get("location")), nowhere.headers.get("location"));

  // what a page may do
  const shown = await maya.fetch("/register"), policy = shown.headers.get("content-security-policy");
  ok("no inline script or style runs, no frame, no other form target", /default-src 'none'/.test(policy) && /script-src 'self'/.test(policy) && /style-src 'self'/.test(policy) && !/unsafe/.test(policy) && /frame-ancestors 'none'/.test(policy) && /form-action 'self'/.test(policy), policy);
  ok("pages are neither sniffed nor kept", shown.headers.get("x-content-type-options") === "nosniff" && shown.headers.get("cache-control") === "no-store");
  const evil = `<img src=x onerror=alert(1)> "'&`;
  await t.must(gold.token, "/registrations", deal({ company: `Evil ${evil}` }));
  const list = (await maya.fetch("/registrations")).text;
  ok("text stays text on a page", list.includes("Evil &lt;img") && !list.includes("<img src=x"), list.slice(0, 500));

  // pages of others
  const id = own.headers.get("location").split("=")[1], none = id.slice(0, -4) + "0000";
  const theirs = await stranger.fetch(`/registrations/${id}`), nothing = await stranger.fetch(`/registrations/${none}`);
  const plain = (r) => r.text.replaceAll(id, "ID").replaceAll(none, "ID");
  ok("a rival's page is as if it did not exist", theirs.status === 404 && plain(theirs) === plain(nothing), theirs.status);
  ok("its receipt, too", (await stranger.fetch(`/registrations/${id}/receipt`)).status === 404);
  ok("the vendor's queue is not there for a partner", (await maya.fetch("/queue")).status === 404);
  ok("nor are its accounts", (await maya.fetch("/accounts")).status === 404);
  const nobody = new Browser(t);
  const sent = await nobody.fetch(`/registrations/${id}`);
  ok("who is not signed in is asked to", sent.status === 303 && sent.headers.get("location").startsWith("/sign-in?next="), sent.status);
  ok("and can post nothing", (await nobody.post("/registrations/register", { ...fields, csrf: await nobody.csrf("/sign-in") })).status === 404);

  // the end of a session
  const kept = new Map(maya.cookies);
  await maya.post("/sign-out", { csrf: page });
  maya.cookies = kept;
  ok("signing out ends the session, not only the cookie", (await maya.fetch("/register")).status === 303);
  ok("a session of somebody active is good", (await stranger.fetch("/register")).status === 200);
  await t.must(t.admin, `/people/${(await t.must(t.admin, `/people?partner_id=${rival.id}`)).items[0].id}/deactivate`, {});
  ok("deactivating ends sessions", (await stranger.fetch("/register")).status === 303);

  // secrets at rest
  if (t.kind === "sqlite") {
    const files = readdirSync(t.dir).filter((f) => f.startsWith("t.db") && !f.endsWith(".key")).map((f) => readFileSync(join(t.dir, f)));
    const held = (text) => files.some((f) => f.includes(text));
    ok("the database holds what is public", held("Brightwater"));
    ok("the database holds no token, link or session", ![gold.token, rival.token, secret, kept.get("tandem")].some(held));
    const key = /^PRIVATE\+KEY\+[^+]+\+[0-9a-f]{8}\+(\S{44})\s*$/.exec(readFileSync(t.key, "utf8"))[1];
    ok("the database does not hold the log's private key", !held(key) && !held(Buffer.from(key, "base64").subarray(1)));
  }

  // behind a proxy that speaks HTTPS
  await t.stop();
  await t.start("--trusted-proxies", "127.0.0.1");
  const secure = new Browser(t, { "X-Forwarded-Proto": "https" });
  await secure.signIn("admin@velmora.example");
  const safe = secure.set.find((line) => line.startsWith("__Host-tandem="));
  ok("under HTTPS the cookie is Secure and bound to the host", safe && /; Secure/.test(safe), secure.set);
  ok("and browsers are told to stay with HTTPS", (await secure.fetch("/rules")).headers.get("strict-transport-security") !== null);
  ok("graceful stop", (await t.stop()) === 0);
});
