// Notices by mail: as each person wants them, with links that do one thing once, and a way out of each kind.
import { onBoth } from "./lib/tandem.mjs";
import { Browser } from "./lib/browser.mjs";
import { Sink } from "./lib/smtp.mjs";

const path = (text, kind) => new RegExp(`https?://[^/\\s]+(/${kind}/[\\w-]+)`).exec(text)?.[1];

await onBoth(async (t, ok) => {
  const sink = new Sink();
  const smtp = await sink.start();
  await t.start("--smtp", smtp, "--from", "Velmora <partners@velmora.example>");
  const { gold, operations } = await t.cast();
  const a = t.admin;
  const person = await t.must(a, "/people", { name: "Nina Çelik", email: "nina@brightwater.example", role: "partner_seller", partner_id: gold.id, language: "de" });
  const nina = t.token("nina@brightwater.example");
  const give = (text) => t.must(gold.token, "/tasks", { text, owner_id: person.id });

  // At once, in her language.
  const task = await give("Call the buyer");
  const [letter] = await sink.of("nina@brightwater.example", "Call the buyer");
  ok("a task comes by mail at once, in German", letter?.subject.startsWith("Eine Aufgabe für Sie"), letter?.raw);
  ok("as text and as HTML", letter.text.includes("Call the buyer") && letter.html.includes("<b>") && letter.html.includes('lang="de"'), letter.raw);
  ok("with a link to its row", /http:\/\/[^/]+\/tasks/.test(letter.text) || letter.text.includes("/partners/"), letter.text);
  const off = /^<(.*)>$/.exec(letter.headers["list-unsubscribe"])?.[1];
  ok("and the headers of RFC 8058", off?.includes("/unsubscribe/") && letter.headers["list-unsubscribe-post"] === "List-Unsubscribe=One-Click", letter.headers);

  // A link that acts: opening it does nothing, its POST does it once, and nobody is signed in.
  const act = path(letter.text, "act");
  const browser = new Browser(t);
  const shown = await browser.fetch(act);
  ok("the link shows the thing and whose name it is in", shown.status === 200 && shown.text.includes("Call the buyer") && shown.text.includes("Nina Çelik"), shown.text);
  await browser.fetch(act);
  ok("opening it does nothing", (await t.must(nina, `/tasks/${task.id}`)).state === "open");
  const csrf = /name="csrf" value="([^"]+)"/.exec(shown.text)[1];
  const form = { csrf, secret: act.split("/").pop(), page: act };
  const strange = await new Browser(t).post("/notices/act", { ...form, csrf: "x" });
  ok("a form of elsewhere is refused", strange.status === 400, strange.status);
  const done = await browser.post("/notices/act", form);
  ok("its button does it", done.status === 303 && (await t.must(nina, `/tasks/${task.id}`)).state === "done", done.text);
  ok("and signs nobody in", ![...browser.cookies.keys()].includes("tandem") && (await browser.fetch("/tasks")).status === 303, [...browser.cookies]);
  t.sql(`update task set state = 'open' where text = 'Call the buyer'`);
  const again = await browser.post("/notices/act", form);
  ok("it works once", again.status === 404 && (await t.must(nina, `/tasks/${task.id}`)).state === "open", again.status);
  ok("afterwards it says so", (await browser.fetch(act)).text.includes("works no more"));
  ok("a program cannot use links", (await t.api(nina, "/notices/act", { secret: form.secret })).status === 404);
  const other = await browser.fetch(`/act/${"x".repeat(43)}`);
  ok("a link that was made up is nothing", other.status === 404 && !other.text.includes("Call"), other.status);

  // A link outlives neither its time, its person's access, nor what it is about.
  await give("Second task");
  const [second] = await sink.of("nina@brightwater.example", "Second task");
  const late = path(second.text, "act");
  t.sql("update mail_link set expires = 1 where verb is not null");
  ok("after 72 hours it is nothing", (await browser.fetch(late)).status === 404);

  // One click without cookie or form, as mail programs do it; twice is as good as once.
  const oneClick = () => t.fetch(new URL(off).pathname, { method: "POST", body: "List-Unsubscribe=One-Click", headers: { "Content-Type": "application/x-www-form-urlencoded" } });
  const seen = await new Browser(t).fetch(new URL(off).pathname);
  ok("opening the link ends nothing", seen.status === 200 && (await t.must(nina, "/notices/set", {})).task === "now", seen.text);
  const first = await oneClick(), twice = await oneClick();
  ok("one click ends mails of the kind, and may come twice", first.status === 200 && twice.status === 200, [first.status, twice.status]);
  const ways = await t.must(nina, "/notices/set", {});
  ok("of that kind only", ways.task === "off" && ways.task_due === "now" && ways.note === "daily", ways);
  ok("kinds of others are not hers", !("draft" in ways), ways);
  await give("Silent task");
  ok("it stands in the portal", (await t.must(nina, "/notices")).items.some((n) => n.text.includes("Silent task")));

  // A digest: one for many, at its hour; what was read is left out; an empty one is none.
  await t.must(nina, "/notices/set", { task: "daily" });
  await give("Digest one");
  await give("Digest two");
  await give("Was read");
  const unread = (await t.must(nina, "/notices")).items.find((n) => n.text.includes("Was read"));
  await t.must(nina, `/notices/${unread.id}/read`, {});
  let soon = 0;
  const due = (who) => t.sql(`update notice_letter set due = ${++soon} where state = 'waiting' and person_id = (select id from person where email = '${who}')`);
  due("nina@brightwater.example");
  const [digest] = await sink.of("nina@brightwater.example", "Velmora: ");
  ok("a digest has all that is new in one mail", digest?.text.includes("Digest one") && digest.text.includes("Digest two"), digest?.text);
  ok("and not what was read", !digest.text.includes("Was read") && !digest.text.includes("Silent task"), digest.text);
  await give("Read before it is due");
  await t.must(nina, "/notices/read_all", {});
  due("nina@brightwater.example");
  await give("Marker");
  await t.must(nina, "/notices/set", { task: "now" });
  await give("At once again");
  await sink.of("nina@brightwater.example", "At once again");
  ok("an empty digest is no mail", (await sink.of("nina@brightwater.example", "Velmora: ")).length === 1);

  // What one may no longer see is not mailed.
  await t.must(operations, "/notes", { partner_id: gold.id, text: "Confidential plan", shared: "both" });
  t.sql("update note set shared = 'own' where text = 'Confidential plan'");
  await t.must(operations, "/notes", { partner_id: gold.id, text: "Open plan", shared: "both" });
  due("maya@brightwater.example");
  const [notes] = await sink.of("maya@brightwater.example", "Velmora: ");
  ok("what is hidden before a mail is written is not in it", notes?.text.includes("Open plan") && !notes.raw.includes("Confidential") && !notes.text.includes("Confidential"), notes?.text);

  // Who has a second factor gets no links that act.
  t.sql(`insert into passkey (id, version, created, updated, person_id, name, state, credential, algorithm, public_key, sign_count) select 77, 1, 1, 1, id, 'k', 'active', ${t.kind === "sqlite" ? "x'00', -7, x'00'" : "'\\x00', -7, '\\x00'"}, 0 from person where email = 'nina@brightwater.example'`);
  await give("With a passkey");
  const [plain] = await sink.of("nina@brightwater.example", "With a passkey");
  ok("no link acts for who has a second factor", plain && !path(plain.text, "act") && path(plain.text, "unsubscribe"), plain?.text);

  const all = sink.letters.length;
  ok("nobody got anything twice", new Set(sink.letters.map((l) => l.headers["message-id"])).size === all && new Set(sink.letters.map((l) => l.to + l.subject + l.text.split("\n")[0])).size === all, sink.letters.map((l) => l.to + " " + l.subject));
  sink.stop();
});
