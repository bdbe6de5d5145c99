// Signing in without a password, from asking for the link to the end of the session, and what others would try.
import { Browser } from "./lib/browser.mjs";
import { onBoth } from "./lib/tandem.mjs";

// The newest link that was mailed to ADDRESS: without a mail server it stands in the log.
async function mailed(child, address, n = 1) {
  for (let i = 0; i < 500; i++) {
    const found = child.log().split("\n").filter((l) => l.includes(`mail to ${address}`)).map((l) => /\/sign-in\/([\w-]{43})/.exec(l)?.[1]).filter(Boolean);
    if (found.length >= n) return found.at(-1);
    await new Promise((done) => setTimeout(done, 20));
  }
  throw new Error(`no mail to ${address}`);
}

await onBoth(async (t, ok) => {
  const child = await t.start();
  const { rival } = await t.cast();
  const address = "maya@brightwater.example";
  await t.must(t.admin, "/people", { name: "Gone", email: "gone@brightwater.example", role: "partner_seller", partner_id: rival.id }).then((p) => t.must(t.admin, `/people/${p.id}/deactivate`, {}));

  // the way in
  const maya = new Browser(t), form = await maya.fetch("/sign-in?next=/register");
  ok("the page to sign in is there for all", form.status === 200 && /name="csrf"/.test(form.text) && /name="email"/.test(form.text));
  const formCookie = maya.set.at(-1);
  ok("its form is bound to this browser", /^tandem-form=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/.test(formCookie), formCookie);
  const hidden = (text, name) => new RegExp(`name="${name}" value="([^"]*)"`).exec(text)?.[1].replaceAll("&amp;", "&");
  const ask = (b, page, email) => b.post("/people/sign_in_link", { csrf: hidden(page, "csrf"), page: hidden(page, "page"), then: hidden(page, "then"), email });
  const wrong = await ask(maya, form.text, "no address");
  ok("what is no address is said beside the field", wrong.status === 422 && /name="email"/.test(wrong.text) && hidden(wrong.text, "then")?.endsWith("next=%2Fregister") && /name@company\.example/.test(wrong.text), wrong.status + wrong.text.slice(0, 300));
  const asked = await ask(maya, form.text, "Maya@Brightwater.example");
  ok("asking leads on to what to do now", asked.status === 303 && asked.headers.get("location").startsWith("/sign-in?sent=1"), asked.text);
  const secret = await mailed(child, address);
  for (const b of [maya, new Browser(t), new Browser(t)]) ok("opening the link uses nothing up", (await b.fetch(`/sign-in/${secret}`)).status === 200 && !b.cookies.has("tandem"));
  const page = (await maya.fetch(`/sign-in/${secret}?next=/register`)).text;
  ok("the link stands in no address that pages tell others", (await maya.fetch(`/sign-in/${secret}`)).headers.get("referrer-policy") !== null);

  // a session that somebody put into the browser before does not become hers
  const fixed = "A".repeat(43);
  maya.cookies.set("tandem", fixed);
  const entered = await maya.post("/people/sign_in", { csrf: hidden(page, "csrf"), secret, page: hidden(page, "page"), then: hidden(page, "then") });
  ok("the button signs in and leads on", entered.status === 303 && entered.headers.get("location") === "/register", entered.text);
  const session = maya.cookies.get("tandem");
  ok("with a session of its own", /^[\w-]{43}$/.test(session) && session !== fixed && session !== secret);
  ok("it lasts as long as the browser when the device is not trusted", !/Max-Age|Expires/i.test(maya.set.at(-1)), maya.set.at(-1));
  ok("she is in", (await maya.fetch("/register")).status === 200);
  for (const value of [fixed, secret, session.slice(0, 42), session + "A", "", "../" + session]) {
    const b = new Browser(t);
    b.cookies.set("tandem", value);
    ok(`another session (${value.slice(0, 4)}) is nobody's`, (await b.fetch("/register")).status === 303);
  }

  // once
  for (const b of [maya, new Browser(t)]) {
    const before = b.cookies.get("tandem"), again = await b.fetch(`/sign-in/${secret}`);
    const used = await b.post("/people/sign_in", { csrf: hidden(again.text, "csrf"), secret, page: `/sign-in/${secret}` });
    ok("a used link is refused, kindly", used.status === 404 && /Ask for a new one/.test(used.text) && b.cookies.get("tandem") === before, used.status);
  }
  const racers = [new Browser(t), new Browser(t), new Browser(t)];
  const link = new URL(t.run("link", "--db", t.url, "--key", t.key, "--user", address).trim()).pathname;
  const tokens = await Promise.all(racers.map((b) => b.csrf(link)));
  const raced = await Promise.all(racers.map((b, i) => b.post("/people/sign_in", { csrf: tokens[i], secret: link.split("/").pop(), page: link })));
  ok("of three at once one is let in", raced.filter((r) => r.status === 303).length === 1 && racers.filter((b) => b.cookies.has("tandem")).length === 1, raced.map((r) => r.status));
  const trusted = new Browser(t);
  await trusted.signIn(address, { trusted: "1" });
  ok("a trusted device keeps it for 90 days", /; Max-Age=7776000(;|$)/.test(trusted.set.find((c) => c.startsWith("tandem="))), trusted.set);

  // who is asked for is not told: status, headers, body, and what the page says afterwards
  const heard = async (email) => {
    const b = new Browser(t), first = await b.fetch("/sign-in"), r = await ask(b, first.text, email);
    const after = await b.fetch(r.headers.get("location"));
    const headers = [...r.headers].filter(([k]) => !["date", "x-request-id"].includes(k));
    return JSON.stringify([r.status, headers, r.text, after.status, after.text.replace(/value="[\w-]{43}"/g, "")]).replaceAll(email, "ADDRESS");
  };
  const known = await heard(address), unknown = await heard("nobody@brightwater.example");
  ok("an unknown address is answered as a known one", known === unknown, [known, unknown]);
  ok("one whose access has ended, too", (await heard("gone@brightwater.example")) === known);
  await mailed(child, address, 2);
  ok("only who may sign in gets mail", !/mail to nobody@/.test(child.log()) && child.log().split("mail to gone@").length === 2 /* her invitation */);

  // forms of others
  const stranger = new Browser(t), own = await stranger.csrf("/sign-in");
  const refused = async (name, csrf, headers = {}) => {
    const r = await stranger.post("/people/sign_in_link", { csrf, email: address }, headers);
    ok(`a form ${name} is refused`, r.status === 400, r.status);
  };
  await refused("without a token", "");
  await refused("with another browser's token", await new Browser(t).csrf("/sign-in"));
  await refused("with a session's token", hidden((await maya.fetch("/me")).text, "csrf"));
  await refused("from another origin", own, { Origin: "https://evil.example" });
  await refused("from our name with another port", own, { Origin: "http://127.0.0.1:1" });
  await refused("from our name as a prefix", own, { Origin: `http://127.0.0.1:${t.port}.evil.example` });
  await refused("from another site", own, { "Sec-Fetch-Site": "cross-site" });
  await refused("from a neighbour's subdomain", own, { "Sec-Fetch-Site": "same-site" });
  ok("a GET does nothing", (await stranger.fetch(`/people/sign_in_link?email=${address}&csrf=${own}`)).status !== 200);
  ok("the own form is taken", (await stranger.post("/people/sign_in_link", { csrf: own, email: "x@y.example" }, { Origin: `http://127.0.0.1:${t.port}`, "Sec-Fetch-Site": "same-origin" })).status === 303);

  // nobody is sent elsewhere
  for (const to of ["//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example", "/\n/evil.example", "\t//evil.example", "javascript:alert(1)", "/%0d%0aSet-Cookie:x=y\r\nSet-Cookie: x=y"]) {
    const b = new Browser(t), shown = (await b.fetch(`/sign-in?next=${encodeURIComponent(to)}`)).text;
    ok(`${JSON.stringify(to)} does not get into the form`, !/evil|javascript|Set-Cookie/.test(decodeURIComponent(hidden(shown, "then") + hidden(shown, "page"))), hidden(shown, "then"));
    await b.signIn(address, { then: to });
    const went = b.cookies.has("tandem") && (await b.fetch("/sign-out", { method: "GET" })) && b;
    const r = await went.post("/people/update_me", { csrf: await b.csrf("/me"), name: "Maya", then: to, page: "/me" });
    ok(`nobody is sent to ${JSON.stringify(to)}`, r.status === 303 && new URL(r.headers.get("location"), `http://127.0.0.1:${t.port}/me`).host === `127.0.0.1:${t.port}` && !r.headers.getSetCookie().some((c) => c.startsWith("x=")), r.headers.get("location"));
  }

  // programs have tokens: nothing of this is theirs
  const api = await t.must(null, "/openapi.json");
  ok("the API's document knows no signing in or out", !Object.keys(api.paths).some((p) => /sign/.test(p)), Object.keys(api.paths));
  const body = { secret: new URL(t.run("link", "--db", t.url, "--key", t.key, "--user", address).trim()).pathname.split("/").pop() };
  for (const verb of ["sign_in", "sign_in_link", "sign_out"])
    for (const [who, token] of [["nobody", null], ["somebody", rival.token], ["an administrator", t.admin]]) {
      const r = await t.api(token, `/people/${verb}`, verb === "sign_in_link" ? { email: address } : body);
      ok(`${verb} is not there for ${who}`, [401, 404, 405].includes(r.status) && !r.headers.getSetCookie().length && !/tandem=/.test(r.text), r.status);
    }
  const late = new Browser(t), lateForm = await late.csrf(`/sign-in/${body.secret}`);
  ok("and the link is unused", (await late.post("/people/sign_in", { csrf: lateForm, secret: body.secret })).status === 303);

  // the way out
  const kept = new Map(maya.cookies), out = await maya.post("/sign-out", { csrf: hidden((await maya.fetch("/me")).text, "csrf") });
  ok("signing out clears the cookie", out.status === 303 && /^tandem=; .*Max-Age=-1/.test(maya.set.at(-1)), maya.set.at(-1));
  maya.cookies = kept;
  ok("and the session is over", (await maya.fetch("/register")).status === 303);
  ok("other sessions are not", (await trusted.fetch("/register")).status === 200);
  ok("signing out is no link", (await trusted.fetch("/sign-out")).status !== 200 && (await trusted.fetch("/register")).status === 200);

  // no secret is in the log but the link that was mailed
  for (const s of [session, trusted.cookies.get("tandem"), body.secret, t.admin]) ok("the log keeps secrets to itself", !child.log().includes(s));
  ok("everything stands", t.check().status === 0);
});
