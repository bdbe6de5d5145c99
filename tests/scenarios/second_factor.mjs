// A role that must have a second factor: who has none sets it up and does nothing else until then.
import { onBoth } from "./lib/tandem.mjs";
import { Browser } from "./lib/browser.mjs";
import { decode32, step, totp } from "./lib/totp.mjs";

await onBoth(async (t, ok) => {
  await t.start();
  const { gold, operations, lines } = await t.cast();
  const before = new Browser(t);
  await before.signIn("ruth@velmora.example");
  ok("before, everything is open", (await before.fetch("/today")).status === 200);

  const { document } = await t.must(t.admin, "/programme-drafts", {});
  const publish = (roles) => t.tryRun("programme", "apply", t.file("p.json", JSON.stringify({ ...document, roles: { ...document.roles, second_factor: roles } })), "--db", t.url, "--key", t.key);
  const wrong = publish(["janitor"]);
  ok("a role that there is not is refused", wrong.status !== 0 && /second_factor/.test(wrong.stderr + wrong.stdout), wrong.stderr);
  const applied = publish(["operations"]);
  ok("the programme asks it of a role", applied.status === 0, applied.stderr);

  const leads = async (b, path) => {
    const r = await b.fetch(path);
    return r.status === 303 && r.headers.get("location") === "/me/sign-in";
  };
  ok("a session that was open is led to set it up", await leads(before, "/today"));
  const ruth = new Browser(t);
  await ruth.signIn("ruth@velmora.example");
  const page = await ruth.fetch("/me/sign-in");
  ok("after signing in, too, and is told why", (await leads(ruth, "/today")) && page.text.includes("must have a second factor"), page.text);
  for (const path of ["/registrations", "/people.csv", "/search?q=a", "/me", "/notices", "/people/invite", "/people/bulk?verb=deactivate"])
    ok(`${path} is not there yet`, await leads(ruth, path));
  const csrf = await ruth.csrf("/me/sign-in");
  const post = await ruth.post("/product-lines/create", { csrf, name: "Sneaked" });
  const bulk = await ruth.post("/people/bulk", { csrf, verb: "deactivate", all: "1" });
  const known = (await t.must(t.admin, "/product-lines")).items.map((x) => x.name);
  ok("forms do nothing", post.status === 303 && bulk.status === 303 && !known.includes("Sneaked") && known.length === lines.length, [post.status, bulk.status, known]);
  ok("what anybody may see stays", (await ruth.fetch("/log")).status === 200);
  const token = await t.api(operations, "/registrations");
  ok("a token is refused and told why", token.status === 403 && /second factor/.test(token.text), token.text);
  ok("also for files and documents", (await t.api(operations, "/people/export")).status === 403 && (await t.fetch("/api/v1/openapi.json", { token: operations })).status === 403);
  ok("other roles go on", (await t.api(gold.token, "/registrations")).status === 200 && (await t.api(t.admin, "/people")).status === 200);

  await ruth.post("/people/begin_codes", { csrf, page: "/me/sign-in", then: "/me/sign-in" });
  const secret = decode32(/id="totp-secret">([A-Z2-7 ]+)</.exec((await ruth.fetch("/me/sign-in")).text)[1]);
  ok("until the code is confirmed nothing opens", await leads(ruth, "/today"));
  const on = await ruth.post("/people/confirm_codes", { csrf, page: "/me/sign-in", then: "/me/sign-in", code: totp(secret, step()) });
  ok("with it everything opens", on.status === 200 && (await ruth.fetch("/today")).status === 200 && !(await ruth.fetch("/me/sign-in")).text.includes("must have a second factor"), on.text);
  ok("the token works again", (await t.api(operations, "/registrations")).status === 200);
  const maya = new Browser(t);
  await maya.signIn("maya@brightwater.example");
  const made = await maya.post("/tokens/calendar", { csrf: await maya.csrf("/tokens/calendar") });
  const feed = async () => (await t.fetch(/\/calendar\/tdm_[\w-]+/.exec(made.text)[0])).status;
  ok("a calendar is read", (await feed()) === 200, made.text);
  publish(["operations", "partner_seller"]);
  ok("but not round a second factor that is missing", (await feed()) === 404);
  ok("partners' roles can be named, too", (await leads(maya, "/registrations")) && (await t.api(gold.token, "/registrations")).status === 403);
  const out = await maya.post("/sign-out", { csrf: await maya.csrf("/me/sign-in"), then: "/sign-in" });
  ok("whoever has none can sign out", out.status === 303 && (await maya.fetch("/me/sign-in")).status === 303, out.status);
  ok("it can be taken back", publish([]).status === 0 && (await t.api(gold.token, "/registrations")).status === 200);
});
