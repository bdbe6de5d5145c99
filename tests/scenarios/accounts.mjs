// Accounts of people: passwords, codes of an app, recovery codes, sessions, and what guessing brings.
import { Browser } from "./lib/browser.mjs";
import { onBoth } from "./lib/tandem.mjs";
import { decode32, step, totp } from "./lib/totp.mjs";

async function told(child, what) {
  for (let i = 0; i < 500 && !what.test(child.log()); i++) await new Promise((done) => setTimeout(done, 20));
  return what.test(child.log());
}

await onBoth(async (t, ok) => {
  const child = await t.start("--trusted-proxies", "127.0.0.1");
  await t.cast();
  const address = "maya@brightwater.example", good = "mercury lantern 88 orchid";
  const maya = new Browser(t, { "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0" });
  await maya.signIn(address);
  const act = async (b, verb, fields = {}) => b.post(verb, { csrf: await b.csrf("/me/sign-in"), page: "/me/sign-in", then: "/me/sign-in", ...fields });
  const enter = async (b, email, password, more = {}) => b.post("/people/sign_in_password", { csrf: await b.csrf("/sign-in?with=password"), page: "/sign-in?with=password", next: "/register", email, password, ...more });

  // setting one
  for (const weak of ["short one", "aaaaaaaaaaaaaaaa", "passwordpassword1", "123456789012345", "qwertyuiopasdfgh", "Brightwater2026!", "SellerofBrightwaterVelmora", "maya.brightwater.example"]) {
    const r = await act(maya, "/people/set_password", { new_password: weak });
    ok(`${weak} is no password`, r.status === 422 && !r.text.includes(`value="${weak}"`), r.status);
  }
  const elsewhere = new Browser(t);
  await elsewhere.signIn(address);
  const set = await act(maya, "/people/set_password", { new_password: good });
  ok("a good one is set", set.status === 303, set.text.slice(0, 300));
  ok("the session that set it goes on", (await maya.fetch("/register")).status === 200);
  ok("others end", (await elsewhere.fetch("/register")).status === 303);
  ok("its person is told by mail", await told(child, /Your password was set/));

  // signing in by it
  const b = new Browser(t), fixed = "B".repeat(43);
  b.cookies.set("tandem", fixed);
  const entered = await enter(b, address.toUpperCase(), good);
  ok("it signs in and leads on", entered.status === 303 && entered.headers.get("location") === "/register", entered.text.slice(0, 300));
  ok("with a session of its own", b.cookies.get("tandem") !== fixed && (await b.fetch("/register")).status === 200);
  const before = b.cookies.get("tandem");
  await enter(b, address, good);
  ok("each sign-in has a new session, the one before ends", b.cookies.get("tandem") !== before && (await t.fetch("/register", { headers: { Cookie: `tandem=${before}` } })).status === 303);
  const elsewhereTo = new Browser(t), sent = await enter(elsewhereTo, address, good, { next: "//evil.example" });
  ok("nobody is sent elsewhere", sent.status === 303 && sent.headers.get("location") === "/", sent.headers.get("location"));

  // what a stranger hears
  const heard = async (email, password) => {
    const s = new Browser(t), r = await enter(s, email, password);
    return JSON.stringify([r.status, r.text.replace(/value="[\w-]{43}"/g, ""), [...s.cookies.keys()]]).replaceAll(email, "ADDRESS");
  };
  const wrong = await heard(address, "something quite wrong");
  ok("a wrong password is refused", /^\[422/.test(wrong) && /do not belong together/.test(wrong), wrong.slice(0, 300));
  ok("an unknown address, one without a password get the same answer", wrong === (await heard("nobody@brightwater.example", "something quite wrong")) && wrong === (await heard("otto@cedarline.example", "something quite wrong")));
  ok("what was typed is not sent back", !wrong.includes("something quite wrong"));
  for (const [name, csrf, headers] of [["without a token", "", {}], ["with another browser's token", await new Browser(t).csrf("/sign-in"), {}], ["from another site", null, { "Sec-Fetch-Site": "cross-site" }]]) {
    const s = new Browser(t), own = await s.csrf("/sign-in?with=password");
    for (const verb of ["sign_in_password", "sign_in_code", "sign_in_passkey"])
      ok(`${verb}: a form ${name} is refused`, (await s.post(`/people/${verb}`, { csrf: csrf ?? own, email: address, password: good, code: "123456" }, headers)).status === 400);
  }

  // codes of an app
  await act(b, "/people/begin_codes");
  const page = (await b.fetch("/me/sign-in")).text;
  const secret = decode32(/id="totp-secret">([A-Z2-7 ]+)</.exec(page)[1]);
  ok("the secret is shown as a picture, too", secret.length === 20 && /<svg viewBox="0 0 \d+ \d+" role="img"/.test(page));
  ok("a wrong code turns nothing on", (await act(b, "/people/confirm_codes", { code: "000000" })).status === 422);
  const on = await act(b, "/people/confirm_codes", { code: totp(secret, step()) });
  const codes = /id="recovery-codes">([^<]+)</.exec(on.text)?.[1].trim().split("\n") ?? [];
  ok("the app's code turns codes on and shows ten recovery codes", on.status === 200 && codes.length === 10 && codes.every((c) => /^[A-Z2-7]{4}(-[A-Z2-7]{4}){3}$/.test(c)), on.text.slice(0, 300));
  ok("they are not shown again", !(await b.fetch("/me/sign-in")).text.includes(codes[0]));

  const half = new Browser(t), first = await enter(half, address, good);
  ok("a password alone leads to the code's page", first.status === 303 && first.headers.get("location") === "/sign-in/code?next=%2Fregister", first.headers.get("location"));
  const waiting = half.cookies.get("tandem");
  ok("and is no session", (await half.fetch("/register")).status === 303 && (await half.fetch("/me")).status === 303);
  const code = async (s, value) => s.post("/people/sign_in_code", { csrf: await s.csrf("/sign-in/code"), page: "/sign-in/code?next=%2Fregister", next: "/register", code: value });
  ok("a wrong code is refused", (await code(half, "000000")).status === 422);
  const used = totp(secret, step() + 1); // a device's clock may go ahead by a step
  const whole = await code(half, used);
  ok("the right one signs in", whole.status === 303 && whole.headers.get("location") === "/register" && (await half.fetch("/register")).status === 200, whole.text.slice(0, 300));
  ok("with a new session", half.cookies.get("tandem") !== waiting);
  const second = new Browser(t);
  await enter(second, address, good);
  ok("no code works twice", (await code(second, used)).status === 422);
  ok("a recovery code does", (await code(second, codes[0].toLowerCase().replaceAll("-", " "))).status === 303 && (await second.fetch("/register")).status === 200);
  const third = new Browser(t);
  const linked = await third.signIn(address, { then: "/register", next: "/register" });
  ok("after a link the code is asked for, too", linked.headers.get("location") === "/sign-in/code?next=%2Fregister" && (await third.fetch("/register")).status === 303, linked.headers.get("location"));
  ok("a recovery code works once", (await code(third, codes[0])).status === 422 && (await code(third, codes[1])).status === 303);

  // sessions
  const list = (await maya.fetch("/me/sign-in")).text;
  ok("sessions are named by their device, this one is marked", /Firefox · Linux <b>/.test(list) && /Password and code/.test(list), list.slice(-1500));
  const mayaToken = t.token(address), ends = (await t.must(mayaToken, "/sessions")).items;
  ok("a program lists them, without secrets", ends.length >= 4 && !JSON.stringify(ends).includes("hash") && ends.every((s) => s.method), ends);
  const otto = t.token("otto@cedarline.example");
  ok("nobody sees another's", (await t.must(otto, "/sessions")).items.length === 0 && (await t.api(otto, `/sessions/${ends[0].id}/end`, {})).status === 404 && (await t.api(t.admin, `/sessions/${ends[0].id}`)).status === 404);
  ok("one is ended", (await t.api(mayaToken, `/sessions/${ends[0].id}/end`, {})).status === 200 && (await t.must(mayaToken, "/sessions")).items.length === ends.length - 1);
  for (const verb of ["sign_in_password", "sign_in_code", "sign_in_passkey", "prove", "set_password", "remove_password", "begin_codes", "stop_codes", "recovery_codes"])
    ok(`${verb} is no program's`, [404, 405].includes((await t.api(mayaToken, `/people/${verb}`, {})).status));

  // what changes how one signs in asks for a fresh proof
  t.sql("update session set proved = 1");
  ok("an old session changes nothing", (await act(maya, "/people/stop_codes")).status === 403 && (await act(maya, "/people/set_password", { new_password: good })).status === 403 && /Confirm that it is you/.test((await maya.fetch("/me/sign-in")).text));
  ok("a wrong password proves nothing", (await act(maya, "/people/prove", { password: "quite another one" })).status === 422);
  ok("the right one does", (await act(maya, "/people/prove", { password: good })).status === 303 && (await act(maya, "/people/recovery_codes")).status === 200);

  // an administrator helps who has lost everything
  const mayaRow = (await t.must(t.admin, "/people?email=" + address)).items[0];
  ok("a rival does not", (await t.api(otto, `/people/${mayaRow.id}/reset_second_factor`, {})).status !== 200);
  ok("an administrator resets the second factor", (await t.api(t.admin, `/people/${mayaRow.id}/reset_second_factor`, {})).status === 200);
  ok("which ends the sessions", (await maya.fetch("/register")).status === 303);
  ok("and is told by mail", await told(child, /An administrator has removed your passkeys/));
  const again = new Browser(t);
  ok("then the password suffices", (await enter(again, address, good)).headers.get("location") === "/register");
  const other = new Browser(t);
  await enter(other, address, good);
  await act(other, "/sessions/end_everywhere", { then: "/sign-in" });
  ok("signing out everywhere ends all", (await again.fetch("/register")).status === 303 && (await other.fetch("/register")).status === 303);
  await enter(again, address, good);
  await t.must(t.admin, `/people/${mayaRow.id}`, { role: "partner_admin" }, { method: "PATCH" });
  ok("another role ends the sessions", (await again.fetch("/me")).status === 303);

  // guessing
  let last;
  for (let i = 0; i < 12; i++) last = await enter(new Browser(t), "otto@cedarline.example", `guess number ${i}`);
  ok("who guesses at an address waits", last.status === 429 && Number(last.headers.get("retry-after")) > 60, last.status);
  ok("others do not", (await enter(new Browser(t), address, good)).status === 303);
  for (let i = 0; i < 52; i++) last = await enter(new Browser(t, { "X-Forwarded-For": "203.0.113.9" }), `person${i}@brightwater.example`, "one password for all");
  ok("who guesses at many addresses waits, too", last.status === 429, last.status);
  ok("from elsewhere one signs in", (await enter(new Browser(t, { "X-Forwarded-For": "203.0.113.10" }), address, good)).status === 303);

  // a flood: the line for hashes is short, pages go on
  const flooders = await Promise.all(Array.from({ length: 80 }, async () => { const s = new Browser(t); return [s, await s.csrf("/sign-in?with=password")]; }));
  const flood = flooders.map(([s, csrf], i) => s.post("/people/sign_in_password", { csrf, page: "/sign-in?with=password", email: `flood${i}@x.example`, password: "whatever it may be" }));
  const page2 = await t.fetch("/healthz");
  const statuses = (await Promise.all(flood)).map((r) => [r.status, r.headers.get("retry-after")]);
  ok("a flood is answered, all of it", page2.status === 200 && statuses.every(([s, wait]) => s === 422 || (s === 429 && wait)), statuses.map(([s]) => s));

  ok("neither log nor database holds a password or code", !child.log().includes(good) && !t.tryRun("check", "--db", t.url, "--key", t.key).stdout.includes(good));
  ok("everything stands", t.check().status === 0, t.check().stdout);
});
