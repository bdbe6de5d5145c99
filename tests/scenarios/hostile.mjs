// What strangers send to be led elsewhere, to put headers into replies, to read files, or to poison a cache.
import { Browser } from "./lib/browser.mjs";
import { poison } from "./lib/poison.mjs";
import { head, raw } from "./lib/raw.mjs";
import { deal, onBoth } from "./lib/tandem.mjs";

const elsewhere = ["//evil.example/", "https://evil.example/", "http:evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "/\n/evil.example", "javascript:alert(1)", "evil.example", "///evil.example", "/%0d%0aEvil: 1/..//evil.example", ".evil.example", "@evil.example"];
const leads = (location) => location !== null && new URL(location, "http://here.example").host !== "here.example";
// CR and LF as they are, as forms write them, as old readers took them.
const breaks = ["\r\nEvil: 1", "\nEvil: 1", "\rEvil: 1", "%0d%0aEvil: 1", "%0AEvil: 1", "\u560d\u560aEvil: 1", "\u2028Evil: 1", "\r\n\r\n<script>", "\0Evil: 1"];
const around = (text) => text.slice(Math.max(0, text.indexOf("evil") - 100)).slice(0, 300);
const split = (r) => [...r.headers.keys()].some((name) => /^evil/i.test(name)) || [...r.headers.values()].some((value) => /[\r\n\0]/.test(value));

await onBoth(async (t, ok) => {
  await t.start("--url", "https://partners.velmora.example", "--trusted-proxies", "127.0.0.9");
  const { gold } = await t.cast();
  const maya = new Browser(t);
  await maya.signIn("maya@brightwater.example");
  const csrf = await maya.csrf("/register");
  const me = (fields, headers) => maya.post("/people/update_me", { csrf, name: "Maya", language: "en", ...fields }, headers);
  const link = () => new URL(t.run("link", "--db", t.url, "--key", t.key, "--user", "otto@cedarline.example").trim()).pathname;

  // ---- being led elsewhere
  for (const to of elsewhere) {
    const said = JSON.stringify(to), next = encodeURIComponent(to);
    ok(`a form does not lead to ${said}`, !leads((await me({ then: to })).headers.get("location")));
    ok(`nor does a refused one`, !leads((await me({ then: to, page: to, name: "" })).headers.get("location")));
    const b = new Browser(t), path = link();
    const entered = await b.post("/people/sign_in", { csrf: await b.csrf(`${path}?next=${next}`), secret: path.split("/").pop(), next: to, then: to });
    ok(`signing in does not lead to ${said}`, entered.status === 303 && !leads(entered.headers.get("location")), entered.headers.get("location"));
    const form = (await new Browser(t).fetch(`/sign-in?next=${next}`)).text;
    ok(`the page to sign in has no link to ${said}`, ![...form.matchAll(/(?:href|action)="([^"]*)"/g)].some(([, href]) => leads(href.replaceAll("&amp;", "&"))), around(form));
    ok(`choosing colours does not lead to ${said}`, !leads((await maya.post("/theme", { csrf, theme: "dark" }, /[\t\n]/.test(to) ? {} : { Referer: `http://127.0.0.1:${t.port}${to}` })).headers.get("location")));
  }
  for (const path of ["//evil.example", "/\\evil.example", "/%5cevil.example", "//evil.example/registrations", "/.//evil.example"]) {
    const answer = head(await raw(t.port, `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`));
    ok(`GET ${path} leads nowhere`, /^HTTP\/1.1 4/.test(answer[0]) && !answer.some((l) => /^location:/i.test(l)), answer);
  }

  // ---- headers in replies
  const row = await t.must(gold.token, "/registrations", deal());
  for (const evil of breaks) {
    const said = JSON.stringify(evil), escaped = encodeURIComponent(evil);
    const answers = [
      await me({ then: `/register${evil}` }),
      await me({ then: `/{rule}`, rule: `x${evil}` }),
      await maya.post("/theme", { csrf, theme: `dark${evil}` }),
      await maya.fetch(`/registrations?sort=${escaped}&after=${escaped}&q=${escaped}`),
      await maya.fetch(`/registrations.csv?columns=${escaped}`),
      await maya.fetch(`/registrations/${row.id}${escaped}`),
      await new Browser(t).fetch(`/registrations/x${escaped}`),
      await new Browser(t).fetch(`/sign-in?next=/${escaped}`),
      await t.api(gold.token, `/registrations/${row.id}${escaped}`),
      await t.api(gold.token, `/registrations?sort=${escaped}`),
      await t.fetch(`/problems/${escaped}`),
      await t.fetch(`/api/v1/docs/${escaped}`),
    ];
    ok(`no header comes of ${said}`, !answers.some(split), answers.filter(split).map((r) => [...r.headers]));
  }
  for (const line of ["X-Request-Id: abcdefgh\rEvil: 1", "X-Request-Id: abcdefgh\nEvil: 1", "Referer: http://a/\rEvil: 1", "Cookie: theme=dark\rEvil: 1", "Accept-Language: de\rEvil: 1", "If-None-Match: \"1\"\nEvil: 1", "Host: a\rEvil: 1"]) {
    const answer = await raw(t.port, `GET /sign-in HTTP/1.1\r\n${line.startsWith("Host") ? "" : "Host: a\r\n"}${line}\r\nConnection: close\r\n\r\n`);
    ok(`${JSON.stringify(line)} is refused or left alone`, !head(answer).some((l) => /^evil/i.test(l) || /\r|\n/.test(l)), head(answer));
  }
  ok("a request id of a stranger is not taken", (await t.fetch("/healthz", { headers: { "X-Request-Id": "stranger-chose-this" } })).headers.get("x-request-id") !== "stranger-chose-this");

  // ---- files of the machine
  const climbs = ["../../../../etc/passwd", "..%2f..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/etc/passwd", "..%5c..%5cetc%5cpasswd", "....//....//etc/passwd", "%c0%ae%c0%ae/%c0%ae%c0%ae/etc/passwd", "..;/..;/etc/passwd", "%252e%252e/%252e%252e/etc/passwd", "/etc/passwd", "..\\..\\etc\\passwd", "app.css%00.html", "..%00/"];
  for (const under of ["/static/", "/log/tile/", "/log/", "/api/v1/docs/", "/api/v1/registrations/", "/problems/", "/sign-in/", "/files/", "/registrations/", `/registrations/${row.id}/`, "/"])
    for (const climb of climbs) {
      const answer = await raw(t.port, `GET ${under}${climb} HTTP/1.1\r\nHost: a\r\nCookie: tandem=${maya.cookies.get("tandem")}\r\nAuthorization: Bearer ${gold.token}\r\nConnection: close\r\n\r\n`);
      ok(`${under}${climb} is no file`, /^HTTP\/1.1 (303|400|404) /.test(answer) && !/root:|PRIVATE\+KEY/.test(answer), answer.slice(0, 300));
    }

  // ---- what a cache in front could be made to keep
  const pages = ["/", "/register", "/registrations", `/registrations/${row.id}`, "/registrations.csv", "/me", "/me/sign-in", "/search?q=Korvath", "/no-such-page", "/sign-in", `/api/v1/docs`];
  for (const path of pages) {
    const r = await maya.fetch(path);
    ok(`no cache keeps ${path}`, r.headers.get("cache-control") === "no-store", [r.status, r.headers.get("cache-control")]);
  }
  for (const path of ["/registrations", `/registrations/${row.id}`, "/registrations/export?format=csv", "/people/nobody", "/no-such-noun"])
    ok(`no shared cache keeps /api/v1${path}`, /no-store|private/.test((await t.api(gold.token, path)).headers.get("cache-control")));
  const shown = (await maya.fetch("/register")).text, sheet = /href="(\/static\/app\.[^"]+\.css)"/.exec(shown)[1];
  const plain = await t.fetch(sheet);
  ok("what is kept is nobody's", /public/.test(plain.headers.get("cache-control")) && plain.headers.get("set-cookie") === null && /Accept-Encoding/i.test(plain.headers.get("vary")));
  for (const path of ["/register/app.css", "/register/x.js", "/register;x.css", "/register%3Fx.css", "/me/..%2fstatic/app.css", "/register.css", "/registrations/x.css"]) {
    const r = await maya.fetch(path);
    ok(`${path} is no page with another name`, r.status >= 400 && r.headers.get("cache-control") === "no-store", r.status);
  }
  for (const path of [sheet, "/sign-in", "/register", "/api/v1/openapi.json", "/log/checkpoint", "/no-such-page", "/"]) {
    const clean = (r) => r.text.replace(/value="[\w-]{43}"/g, "").replace(/"request_id":"\w+"/, "");
    const [usual, poisoned] = [await maya.fetch(path), await maya.fetch(path, { headers: poison })];
    ok(`no header of a stranger changes ${path}`, clean(usual) === clean(poisoned) && usual.status === poisoned.status && usual.headers.get("location") === poisoned.headers.get("location"), [usual.status, poisoned.status, around(poisoned.text)]);
    const hosted = await raw(t.port, `GET ${path} HTTP/1.1\r\nHost: evil.example\r\nCookie: tandem=${maya.cookies.get("tandem")}\r\nConnection: close\r\n\r\n`);
    ok(`no Host stands in ${path}`, /^HTTP\/1.1 [234]/.test(hosted) && !hosted.includes("evil.example"), around(hosted));
  }
  ok("a method stays what it is", (await t.must(gold.token, `/registrations/${row.id}`)).id === row.id);
  ok("the server is well", (await t.fetch("/readyz")).status === 200 && (await t.stop()) === 0);
});
