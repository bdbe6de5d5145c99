// The life of a registration as people drive it: extension with a forecast, activity, the waitlist between two
// rivals, conversion; by REST and by forms without a script.
import { deal, onBoth } from "./lib/tandem.mjs";
import { Browser } from "./lib/browser.mjs";

const day = (ago) => new Date(Date.now() - ago * 864e5).toISOString().slice(0, 10);

await onBoth(async (t, ok) => {
  await t.start();
  const { gold, rival, operations } = await t.cast();
  const r = await t.must(gold.token, "/registrations", deal());
  const at = `/registrations/${r.id}`;

  // ---- extension ----
  const meeting = { evidence: "meeting", day: day(3), with_whom: "C. Maes, head of finance" };
  const forecast = await t.must(gold.token, `${at}/extend_check`, meeting);
  ok("the forecast names outcome, rule and end", forecast.outcome === "approve" && forecast.rule === "first_with_evidence" && forecast.rule_number === 2 && forecast.protected_until > r.protected_until, forecast);
  ok("it changes nothing", (await t.must(gold.token, at)).protected_until === r.protected_until);
  const stale = await t.must(gold.token, `${at}/extend_check`, { ...meeting, day: day(100) });
  ok("a worse one says what would change it", stale.outcome === "decline" && stale.would_change.some((c) => c.outcome === "approve"), stale);
  ok("a day to come is refused by its field", (await t.api(gold.token, `${at}/extend_check`, { ...meeting, day: day(-3) })).data.errors?.some((e) => e.field === "day"));
  ok("a rival cannot ask about it", (await t.api(rival.token, `${at}/extend_check`, meeting)).status === 404);
  const extended = await t.must(gold.token, `${at}/extend`, meeting);
  ok("the extension ends when the forecast said", extended.protected_until === forecast.protected_until, extended.protected_until);
  ok("the receipt is that of the extension", extended.receipt.statement.type === "extension" && extended.receipt.statement.decision.rule === "first_with_evidence", extended.receipt?.statement);
  ok("the first decision is told as before", extended.decision.rule === r.decision.rule);
  const file = t.file("x.receipt.json", JSON.stringify(extended.receipt));
  ok("the receipt proves itself", t.tryRun("verify", file, "--key", t.file("log.pub", (await t.fetch("/log/key")).text)).status === 0);
  const [request] = (await t.must(gold.token, `/extensions?registration_id=${r.id}`)).items;
  const told = await t.must(gold.token, `/extensions/${request.id}`);
  ok("its trace and facts are told", told.decision.trace.length === 2 && told.decision.facts.some((f) => f.name === "extension.count"), told.decision);
  ok("how many wait is not among a partner's facts", !JSON.stringify(told).includes("waitlist.waiting"));
  ok("but among the vendor's", JSON.stringify(await t.must(operations, `/extensions/${request.id}`)).includes("waitlist.waiting"));
  ok("decisions say what they decide", (await t.must(operations, `/decisions?kind=extension`)).items.length === 1);

  // ---- a second one goes to a person ----
  const send = async (who, fields, files) => {
    const form = new FormData();
    for (const [k, v] of Object.entries(fields)) form.append(k, v);
    for (const f of files) form.append("file", new Blob([f.data]), f.name);
    const r = await fetch(`http://127.0.0.1:${t.port}/api/v1${at}/extend`, { method: "POST", headers: { Authorization: `Bearer ${who}` }, body: form });
    return { status: r.status, data: await r.json() };
  };
  const proposal = { ...meeting, evidence: "proposal" };
  const markup = await send(gold.token, proposal, [{ name: "x.pdf", data: "<svg onload=alert(1)>" }]);
  ok("evidence that is markup is refused by its field", markup.status === 422 && markup.data.errors.some((e) => e.field === "file"), markup);
  const sooner = await t.must(gold.token, "/registrations", deal({ company: "Castellane Pharma", amount: 310000 }));
  const { data: second } = await send(gold.token, proposal, [{ name: "proposal.pdf", data: "%PDF-1.4\nour offer" }, { name: "visit.txt", data: "We met." }]);
  ok("a second one waits and stays protected", second.state === "approved" && second.protected_until === extended.protected_until);
  ok("one at a time", (await t.api(gold.token, `${at}/extend`, meeting)).status === 409);
  const waiting = (await t.must(operations, "/extensions?state=review")).items[0];
  const evidence = (await t.must(gold.token, `/files?attached_to=${waiting.id}`)).items;
  ok("its evidence is two files of the partner's", evidence.length === 2 && evidence.every((f) => f.attached_to === waiting.id), evidence);
  ok("the vendor finds them, a rival does not", (await t.must(operations, `/files?attached_to=${waiting.id}`)).items.length === 2 && (await t.must(rival.token, "/files")).items.length === 0 && (await t.api(rival.token, `/files/${evidence[0].id}/download`, {})).status === 404);
  const reviewer = new Browser(t), asker = new Browser(t);
  await reviewer.signIn("ruth@velmora.example");
  await asker.signIn("maya@brightwater.example");
  const link = (f) => `href="/files/${f.id}/download"`;
  ok("who answers finds them in the queue", evidence.every((f) => f.id && f.name) && (await reviewer.fetch("/queue")).text.includes(link(evidence[0])));
  const order = (await reviewer.fetch("/queue")).text;
  ok("they stand there by when they are due", order.indexOf(sooner.id) > 0 && order.indexOf(sooner.id) < order.indexOf(waiting.id));
  await t.must(operations, `/registrations/${sooner.id}/decline`, { reason: "They buy through a framework contract." });
  const told2 = (await asker.fetch(at)).text;
  ok("they stand on the decision and in the timeline", told2.split(link(evidence[0])).length === 3 && told2.split(link(evidence[1])).length === 3, told2.split(link(evidence[0])).length);
  ok("and are what was sent", (await asker.fetch(`/files/${evidence.find((f) => f.name === "visit.txt").id}/download`)).text === "We met.");
  ok("the partner cannot answer itself", (await t.api(gold.token, `/extensions/${waiting.id}/approve`, { reason: "x", days: 5 })).status === 403);
  await t.must(operations, `/extensions/${waiting.id}/decline`, { reason: "Send us what came of it." });
  ok("declined, it ends as before", (await t.must(gold.token, at)).protected_until === extended.protected_until);
  ok("the partner is told", (await t.must(gold.token, "/notices")).items.some((n) => n.text.includes("not extended")));

  // ---- activity ----
  const active = await t.must(gold.token, `${at}/log_activity`, { kind: "call", note: "Planned the pilot." });
  ok("an activity counts from its day", active.last_activity === day(0) || active.last_activity === day(-1), active.last_activity);
  ok("the vendor reads it, and logs its own", (await t.must(operations, `/activities?registration_id=${r.id}`)).items.length === 1 && (await t.api(operations, `${at}/log_activity`, { kind: "mail" })).status < 300);
  ok("a rival does neither", (await t.api(rival.token, `${at}/log_activity`, { kind: "call" })).status === 404 && (await t.must(rival.token, "/activities")).items.length === 0);

  // ---- the waitlist ----
  const lost = await t.must(rival.token, "/registrations", deal({ company: "Korvath Maschinenbau GmbH" }));
  ok("the rival is declined with the waitlist as next step", lost.state === "declined" && lost.decision.next_step === "waitlist", lost.decision);
  ok("who was approved cannot join", (await t.api(gold.token, `${at}/join_waitlist`, {})).status === 409);
  await t.must(rival.token, `/registrations/${lost.id}/join_waitlist`, {});
  const mine = (await t.must(rival.token, "/waitlist-entries")).items;
  ok("it sees its own entry, without a place or an account", mine.length === 1 && mine[0].state === "waiting" && !("account_id" in mine[0]), mine);
  ok("the holder sees nothing of it", (await t.must(gold.token, "/waitlist-entries")).items.length === 0);
  ok("the vendor sees it", (await t.must(operations, "/waitlist-entries")).items.length === 1);
  const b = new Browser(t), v = new Browser(t), m = new Browser(t);
  await b.signIn("otto@cedarline.example");
  await m.signIn("maya@brightwater.example");
  await v.signIn("ruth@velmora.example");
  ok("the vendor reads who waits on the registration's page", (await v.fetch(at)).text.includes("Cedarline Consulting"));
  ok("the holder's page does not say that anybody waits", !/Waitlist|Cedarline/.test((await m.fetch(at)).text));
  await t.must(gold.token, `${at}/withdraw`, {});
  const offer = (await t.must(rival.token, "/waitlist-entries")).items[0];
  ok("withdrawn, it is offered with a clock", offer.state === "offered" && Boolean(offer.offer_due), offer);
  ok("and held: another's check says not open", (await t.must(gold.token, "/registrations/check", { company: "Korvath Maschinenbau" })).answer === "not_open");
  const page = await b.fetch(`/registrations/${lost.id}`);
  ok("the page offers it in one button", page.text.includes(`/waitlist-entries/${offer.id}/accept`));
  const csrf = /name="csrf" value="([^"]+)"/.exec(page.text)[1];
  const taken = await b.post(`/waitlist-entries/${offer.id}/accept`, { csrf, page: `/registrations/${lost.id}`, then: `/registrations/${lost.id}` });
  ok("accepting leads back", taken.status === 303, taken.status);
  const won = await t.must(rival.token, `/registrations/${lost.id}`);
  ok("accepted, it is decided anew and protected", won.state === "approved" && won.decision.rule === "certified_free" && won.receipt.statement.type === "decision", won.state);
  ok("the former holder's page names nobody", !(await m.fetch(at)).text.includes("Cedarline"));

  // ---- by form, without a script ----
  const mineNow = await b.fetch("/registrations");
  ok("the list says how many are allowed, and why", mineNow.text.includes("of 25 allowed") && mineNow.text.includes("how to raise it"));
  const open = await b.fetch(`/registrations?extend=${lost.id}`);
  ok("the row opens its form", open.text.includes(`action="/registrations/${lost.id}/extend"`));
  const fields = { csrf: /name="csrf" value="([^"]+)"/.exec(open.text)[1], page: `/registrations?extend=${lost.id}`, then: `/registrations/${lost.id}`, evidence: "meeting", day: day(2), with_whom: "", note: "" };
  const asked = await b.post(`/registrations/${lost.id}/extend_check`, fields);
  ok("the forecast stands in the page, what was typed is kept", asked.status === 200 && asked.text.includes("Would be approved") && asked.text.includes(`value="${day(2)}"`), asked.status);
  const part = await b.post(`/registrations/${lost.id}/extend_check`, fields, { "HX-Request": "true" });
  ok("a script gets only the answer", part.text.startsWith("<p class=\"answer\"") && part.text.length < 600, part.text.slice(0, 300));
  const wrong = await b.post(`/registrations/${lost.id}/extend`, { ...fields, day: "" });
  ok("a refused form comes back with its field", wrong.status === 422 && wrong.text.includes("field needs a change"), wrong.status);
  const upload = (file) => {
    const form = new FormData();
    for (const [k, v] of Object.entries(fields)) form.append(k, v);
    form.append("file", new Blob([file.data]), file.name);
    return b.fetch(`/registrations/${lost.id}/extend`, { method: "POST", body: form });
  };
  const unknown = await upload({ name: "x.exe", data: "MZ\0\0" });
  ok("a file that is refused is told in the form", unknown.status === 422 && unknown.text.includes("x.exe is none of"), unknown.status);
  ok("sent, it is extended", (await upload({ name: "minutes.txt", data: "We met again." })).status === 303 && (await t.must(rival.token, `/registrations/${lost.id}`)).extensions === 1);
  ok("with its file", (await b.fetch(`/registrations/${lost.id}`)).text.includes("minutes.txt"));

  // ---- conversion ----
  const converted = await t.must(operations, `/registrations/${lost.id}/convert`, {});
  ok("converted, the vendor sees its opportunity", converted.state === "converted" && Boolean(converted.opportunity_id), converted);
  ok("the partner does not see it", !("opportunity_id" in (await t.must(rival.token, `/registrations/${lost.id}`))));
  ok("the claim stands", (await t.must(gold.token, "/registrations/check", { company: "Korvath Maschinenbau" })).answer === "not_open");
  await t.must(operations, `/registrations/${lost.id}/win`, {});
  const life = (await b.fetch(`/registrations/${lost.id}`)).text;
  ok("the timeline tells its life in words", ["Won", "Became an opportunity", "Extended until", "Taken from the waitlist", "offered until", "Joined the waitlist", "Declined"].every((w) => life.includes(w)));

  // ---- caps ----
  const facts = lost.decision.facts.filter((f) => f.name.startsWith("partner.open_"));
  ok("cap and room are facts", facts.length === 3 && facts.some((f) => f.name === "partner.open_allowed" && f.value === "25"), facts);
  const check = t.check();
  ok("everything stands", check.status === 0, check.stdout + check.stderr);
});
