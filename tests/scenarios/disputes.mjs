// Disputes and their files, through REST: what each side sees, what moves, what stands in the log.
import { Browser } from "./lib/browser.mjs";
import { until } from "./lib/load.mjs";
import { onBoth, deal } from "./lib/tandem.mjs";

const vendor = [["piet", "partner_manager"], ["wanda", "vendor_seller"], ["eva", "executive"], ["dora", "operations"], ["mona", "partner_manager"]];

await onBoth(async (t, ok) => {
  await t.start();
  const { gold, rival, lines, operations } = await t.cast();
  const people = {}, token = { ruth: operations };
  for (const [name, role] of vendor) {
    people[name] = await t.must(t.admin, "/people", { name: `${name} of Velmora`, email: `${name}@velmora.example`, role });
    token[name] = t.token(`${name}@velmora.example`);
  }
  people.ruth = (await t.must(t.admin, "/people?limit=200")).items.find((p) => p.email === "ruth@velmora.example");
  const register = (who, company, more) => t.must(who.token, "/registrations", deal({ company, ...more }));
  const status = async (r) => (await t.must(t.admin, `/registrations/${r.id}`)).state;
  const upload = (path, who, fields, files) => {
    const form = new FormData();
    for (const [k, v] of Object.entries(fields)) form.append(k, v);
    for (const f of files) form.append("file", new Blob([f.data]), f.name);
    return fetch(`http://127.0.0.1:${t.port}/api/v1${path}`, { method: "POST", headers: { Authorization: `Bearer ${who}` }, body: form });
  };
  const partyOf = async (who) => (await t.must(who.token, "/dispute-parties")).items[0];

  // two claims of one customer: the younger one holds it, because the elder was declined by an override
  const first = await register(gold, "Odermatt Pumpen");
  const ask = (who, r, more) => t.api(who, "/overrides", { registration_id: r.id, outcome: "decline", reason: "They sell it themselves.", ...more });
  await t.must(t.admin, `/overrides/${(await ask(token.piet, first)).data.id}/confirm`, {});
  const taken = await register(rival, "Odermatt Pumpen");
  ok("the account was free for the next", taken.status === "approved", taken.decision);
  ok("what another one holds is not taken by an override: the way on is told", (await ask(token.piet, first, { outcome: "approve" })).text.includes("dispute"));

  // ---- a dispute between two partners: files, decider, ruling ----
  const pdf = { name: "Angebot „alt“.pdf", data: "%PDF-1.4\n" + "x".repeat(200000) };
  const opened = await upload(`/registrations/${first.id}/dispute`, gold.token, { text: "We met the customer in spring." }, [pdf]);
  ok("a partner disputes a decision that stands against it", opened.status === 200, await opened.text());
  ok("and not twice", (await t.api(gold.token, `/registrations/${first.id}/dispute`, { text: "again" })).status === 409);
  const [mine, theirs] = [await partyOf(gold), await partyOf(rival)];
  ok("both sides have a row of their own", mine && theirs && mine.id !== theirs.id && mine.registration_id === first.id && theirs.registration_id === taken.id, [mine, theirs]);
  const dispute = (await t.must(t.admin, "/disputes")).items[0];
  ok("it is a dispute of partners with a clock of 48 h", dispute.kind === "partners" && Math.abs(Date.parse(dispute.due) - Date.now() - 48 * 3600e3) < 120e3, dispute);
  ok("withdrawing while in dispute is refused", (await t.api(rival.token, `/registrations/${taken.id}/withdraw`, {})).status === 409);
  ok("so are giving it up as lost", (await t.api(rival.token, `/registrations/${taken.id}/lose`, {})).status === 409);
  ok("and an override", (await ask(token.piet, taken)).status === 409);
  const files = (await t.must(gold.token, "/files")).items;
  ok("the file is the sender's and has the type of its content", files.length === 1 && files[0].type === "application/pdf" && files[0].size === pdf.data.length, files);
  const got = await fetch(`http://127.0.0.1:${t.port}/api/v1/files/${files[0].id}/download`, { method: "POST", headers: { Authorization: `Bearer ${gold.token}` } });
  ok("it comes back as it was, to be saved", (await got.text()) === pdf.data && got.headers.get("content-disposition").startsWith("attachment") && got.headers.get("x-content-type-options") === "nosniff", [...got.headers]);
  ok("the other side has none", (await t.must(rival.token, "/files")).items.length === 0);
  ok("nor finds it", (await t.api(rival.token, `/files/${files[0].id}/download`, {})).status === 404);
  const say = (who, party, text, list) => upload(`/dispute-parties/${party.id}/say`, who, { text }, list);
  ok("markup is refused", (await say(rival.token, theirs, "see", [{ name: "x.pdf", data: "<svg onload=alert(1)>" }])).status === 422);
  ok("a program is refused", (await say(rival.token, theirs, "see", [{ name: "x.png", data: "MZ\0\0\0" }])).status === 422);
  ok("an archive that is no office file is refused", (await say(rival.token, theirs, "see", [{ name: "x.zip", data: "PK\x03\x04abc" }])).status === 422);
  ok("more than 10 MB is refused", (await say(rival.token, theirs, "see", [{ name: "x.txt", data: "a".repeat((10 << 20) + 1) }])).status === 422);
  const large10 = await say(rival.token, theirs, "see", [{ name: "x.txt", data: "a".repeat(10 << 20) }]);
  ok("ten megabytes go", large10.status === 200, await large10.text());
  ok("the same bytes again", (await say(rival.token, theirs, "see again", [{ name: "y.txt", data: "a".repeat(10 << 20) }, { ...pdf, name: "b.csv" }])).status === 200);
  const theirFile = (await t.must(rival.token, "/files?limit=200")).items.find((f) => f.name === "y.txt");
  const large = await fetch(`http://127.0.0.1:${t.port}/api/v1/files/${theirFile.id}/download`, { method: "POST", headers: { Authorization: `Bearer ${rival.token}` } });
  ok("ten megabytes come back", (await large.text()).length === 10 << 20);
  const kept = t.kind === "sqlite" ? t.sql("select count(*) from content").toString().trim() : null;
  ok("same bytes stand once", kept === null || kept === "2", kept);
  ok("a side cannot speak for the other", (await t.api(gold.token, `/dispute-parties/${theirs.id}/say`, { text: "x" })).status === 404);

  ok("a name in the ruling needs a decider first", (await t.api(token.dora, `/disputes/${dispute.id}/rule`, { remedy: "upheld", ruling: "x" })).status === 409);
  const name = (who) => t.api(token.ruth, `/disputes/${dispute.id}/name`, { person_id: who.id });
  ok("who asked for an override of it has a stake", (await name(people.piet)).status === 422);
  ok("a seller may not decide by role", (await name(people.wanda)).status === 422);
  await t.must(t.admin, `/partners/${gold.id}`, { manager_id: people.piet.id }, { method: "PATCH" });
  ok("a side's manager has a stake", (await name(people.piet)).status === 422);
  for (const who of [people.mona, people.wanda]) await t.must(t.admin, `/partners/${gold.id}`, { manager_id: who.id }, { method: "PATCH" });
  const handed = await name(people.mona);
  ok("also when the partner is handed over meanwhile", handed.status === 422, handed.text);
  ok("somebody without is named", (await name(people.dora)).status === 200);
  await t.must(t.admin, `/people/${people.dora.id}/deactivate`, {});
  ok("a decider who leaves leaves it open, with its clock", (await t.must(t.admin, `/disputes/${dispute.id}`)).state === "open" && (await t.must(t.admin, `/disputes/${dispute.id}`)).due === dispute.due);
  ok("operations is told", (await t.must(token.ruth, "/notices?limit=200")).items.some((n) => n.text.includes("has left")));
  await t.must(t.admin, `/people/${people.dora.id}/activate`, {});
  ok("and names again", (await name(people.dora)).status === 200);
  const rule = (who, json) => t.api(who, `/disputes/${dispute.id}/rule`, { remedy: "moved", ruling: "The first meeting is proven; the protection moves.", ...json });
  ok("a ruling needs the declaration", (await rule(token.dora)).status === 409);
  ok("which must be made", (await t.api(token.dora, `/disputes/${dispute.id}/declare`, { no_stake: false })).status === 422);
  ok("by the decider", (await t.api(token.ruth, `/disputes/${dispute.id}/declare`, { no_stake: true })).status === 403);
  ok("and is", (await t.api(token.dora, `/disputes/${dispute.id}/declare`, { no_stake: true })).status === 200);
  ok("only the decider rules", (await rule(token.ruth)).status === 403);
  ok("a ruling names no side", (await rule(token.dora, { ruling: "Brightwater integration was first." })).status === 422);
  ok("an amount goes with its remedy", (await rule(token.dora, { amount: 100 })).status === 422);

  const write = (text, to) => t.api(token.dora, `/disputes/${dispute.id}/say`, { text, to });
  const named = await write("Cedarline Consulting wrote to us in March.", "first");
  ok("what is said to a side does not name the other", named.status === 422 && named.data.errors[0].field === "text" && named.data.errors[0].message.includes("Cedarline"), named.text);
  ok("but may name itself, and anybody among the vendor's people", (await write("Brightwater Integration, when did you meet them?", "first")).status === 200 && (await write("Cedarline Consulting wrote to us.", "nobody")).status === 200);

  // ---- the order, when both agree ----
  ok("one side's agreement shows nothing", (await t.api(gold.token, `/dispute-parties/${mine.id}/agree_order`, {})).status === 200);
  const maya = new Browser(t);
  await maya.signIn("maya@brightwater.example");
  ok("nor is there a file", (await maya.fetch(`/dispute-parties/${mine.id}/order`)).status === 404);
  await t.must(rival.token, `/dispute-parties/${theirs.id}/agree_order`, {});
  const order = await maya.fetch(`/dispute-parties/${mine.id}/order`);
  const parts = JSON.parse(order.text);
  const told = async (who) => (await t.must(who.token, "/notices?limit=200")).items.filter((n) => n.text.includes("the order of")).length;
  for (let i = 0; i < 3; i++) await t.must(gold.token, `/dispute-parties/${mine.id}/agree_order`, {});
  ok("agreeing again tells nobody again", (await told(gold)) === 1 && (await told(rival)) === 0);
  ok("what both have read is not taken back", (await t.api(gold.token, `/dispute-parties/${mine.id}/keep_order`, {})).status === 409);
  ok("both agree: two places, the elder first, mine marked", parts.entries.length === 2 && parts.entries[0].index < parts.entries[1].index && parts.entries[0].own && !parts.entries[1].own, parts);
  ok("it holds nothing of the other's", ![rival.id, taken.id, "Cedarline"].some((w) => order.text.includes(w)));
  const keys = t.file("log.vkey", (await t.fetch("/log/key")).text), prove = (text) => t.tryRun("verify", "--order", t.file("order.json", text), "--key", keys);
  ok("the order is proven offline", prove(order.text).status === 0, prove(order.text).stdout);
  ok("not when it is turned round", prove(JSON.stringify({ ...parts, entries: [...parts.entries].reverse() })).status === 1);
  ok("not when a leaf is another", prove(JSON.stringify({ ...parts, entries: [parts.entries[0], { ...parts.entries[1], leaf: parts.entries[0].leaf }] })).status === 1);
  const page = (await maya.fetch(`/dispute-parties/${mine.id}`)).text;
  ok("the page says who was first, and nobody's name", page.includes("the other side&#39;s") || page.includes("the other side's"), page.slice(0, 400));
  ok("no page of the side names the other", !["Cedarline", rival.id, taken.id].some((w) => page.includes(w)));

  ok("the decider rules", (await rule(token.dora, { note: "See the offer of March.", days: 45 })).status === 200);
  ok("the protection moved", (await status(first)) === "approved" && (await status(taken)) === "declined", [await status(first), await status(taken)]);
  const both = [await t.must(gold.token, `/registrations/${first.id}`), await t.must(rival.token, `/registrations/${taken.id}`)];
  ok("each has its entry in the log", both.every((r) => r.receipt.statement.type === "ruling" && r.receipt.statement.dispute.remedy === "moved"), both.map((r) => r.receipt.statement));
  ok("which names nobody else", !JSON.stringify(both[0]).includes(rival.id) && !JSON.stringify(both[1]).includes(gold.id));
  ok("the sides read the ruling and what it means to them", (await partyOf(gold)).effect === "gained" && (await partyOf(rival)).effect === "lost" && (await partyOf(rival)).ruling.includes("proven"));
  ok("the dispute is over", (await rule(token.dora)).status === 409 && (await t.api(gold.token, `/dispute-parties/${mine.id}/say`, { text: "x" })).status === 409);
  ok("a ruled registration can be withdrawn again", (await t.api(gold.token, `/registrations/${first.id}/withdraw`, {})).status === 200);

  // ---- rivals: nothing of the other side through any face ----
  const secrets = [rival.id, taken.id, theirs.id, "Cedarline", "otto@", "y.txt", "see again", dispute.id, "See the offer"];
  for (const path of ["/dispute-parties", "/dispute-statements", "/files", "/registrations", "/decisions", "/notices", `/dispute-parties/${mine.id}`, "/disputes", "/dispute-statements?search=see", `/files?attached_to=${theirs.id}`]) {
    const text = (await t.api(gold.token, path)).text;
    ok(`GET ${path} tells nothing of the other side`, !secrets.some((s) => text.includes(s)), secrets.filter((s) => text.includes(s)).join() + " " + text.slice(0, 800));
  }

  // ---- shared, compensated, against the vendor ----
  const decide = async (r, json) => {
    const d = (await t.must(t.admin, `/disputes?registration_id=${r.id}`)).items[0];
    await t.must(token.ruth, `/disputes/${d.id}/name`, { person_id: people.dora.id });
    await t.must(token.dora, `/disputes/${d.id}/declare`, { no_stake: true });
    return t.api(token.dora, `/disputes/${d.id}/rule`, { ruling: "Both worked on it.", precedent_id: dispute.id, ...json });
  };
  const holder = await register(rival, "Quellmann Optik"), claimant = await register(gold, "Quellmann Optik");
  await t.must(gold.token, `/registrations/${claimant.id}/dispute`, { text: "We share the customer." });
  const shared = await decide(claimant, { remedy: "shared" });
  ok("a ruling may share", shared.status === 200 && shared.data.precedent_id === dispute.id && (await status(claimant)) === "approved" && (await status(holder)) === "approved", shared.text);
  const third = await register(gold, "Rettenbach Guss");
  await t.must(token.wanda, `/registrations/${third.id}/dispute`, { text: "We have sold to them for years." });
  const own = (await t.must(t.admin, `/disputes?registration_id=${third.id}`)).items[0];
  ok("a seller of the vendor's disputes a partner's claim", own.kind === "seller" && own.opened_by === "vendor", own);
  const attacked = (await t.must(gold.token, `/dispute-parties?state=open`)).items[0];
  ok("the side is asked for the order as against a partner: who stands there is not told", (await maya.fetch(`/dispute-parties/${attacked.id}`)).text.includes("Who was first"));
  ok("the seller has a stake", (await t.api(token.ruth, `/disputes/${own.id}/name`, { person_id: people.wanda.id })).status === 422);
  ok("sharing with oneself is not possible", (await decide(third, { remedy: "shared" })).status === 422);
  const kept2 = await t.api(token.dora, `/disputes/${own.id}/rule`, { remedy: "compensated", ruling: "It stays, and an amount is owed.", amount: 2500 });
  ok("a ruling may compensate", kept2.status === 200 && kept2.data.amount === "2500.00" && kept2.data.currency === "EUR", kept2.text);
  ok("the claim stays as it is", (await status(third)) === "approved");
  await t.must(gold.token, `/registrations/${third.id}/lose`, {});
  await t.must(gold.token, `/registrations/${third.id}/dispute`, { text: "It was sold after all." });
  ok("after the close it is about the commission", (await t.must(t.admin, `/disputes?registration_id=${third.id}&state=open`)).items[0].kind === "commission");
  const last = (await t.must(gold.token, "/dispute-parties?state=open")).items[0];
  ok("who opened it withdraws it", (await t.api(gold.token, `/dispute-parties/${last.id}/withdraw`, {})).status === 200);
  ok("and does not open it again and again", (await t.api(gold.token, `/registrations/${third.id}/dispute`, { text: "Once more." })).status === 409);
  const once = await register(gold, "Einmal Werke");
  await t.must(gold.token, `/registrations/${once.id}/lose`, {});
  const offered = async () => (await maya.fetch(`/registrations/${once.id}`)).text.includes(`/registrations/${once.id}/dispute"`);
  ok("a page offers to dispute the end", await offered());
  await t.must(gold.token, `/registrations/${once.id}/dispute`, { text: "It was sold after all." });
  const side = (await t.must(gold.token, "/dispute-parties?state=open")).items.find((p) => p.registration_id === once.id);
  await t.must(gold.token, `/dispute-parties/${side.id}/withdraw`, {});
  ok("but not again once that was withdrawn", !(await offered()));

  // ---- as much as a day allows ----
  const long = await register(gold, "Redselig Werke");
  await t.must(gold.token, `/registrations/${long.id}/dispute`, { text: "Theirs is wrong." });
  const talk = (await t.must(gold.token, "/dispute-parties?state=open")).items.find((p) => p.registration_id === long.id);
  const said = [];
  for (let i = 0; i < 50; i++) said.push((await t.api(gold.token, `/dispute-parties/${talk.id}/say`, { text: `And ${i}.` })).status);
  ok("fifty statements go in a day, and no more", said.slice(0, 49).every((k) => k === 200) && said[49] === 429, said.join());
  await t.must(gold.token, `/dispute-parties/${talk.id}/withdraw`, {});

  // ---- the clock: late after a downtime, once ----
  const fourth = await register(gold, "Sandkrug Ketten");
  await t.must(token.wanda, `/registrations/${fourth.id}/dispute`, { text: "Ours." });
  const late = (await t.must(t.admin, `/disputes?registration_id=${fourth.id}`)).items[0];
  await t.stop();
  t.sql(`update dispute set due = 1000000 where state = 'open'`);
  await t.start();
  ok("nobody answered: it goes to the executive", await until(async () => (await t.must(t.admin, `/disputes/${late.id}`)).state === "escalated", 30));
  const up = await t.must(t.admin, `/disputes/${late.id}`);
  ok("who is named, with a clock anew", up.executive_id === people.eva.id && Date.parse(up.due) > Date.now(), up);
  ok("and is told", (await t.must(token.eva, "/notices")).items.some((n) => n.text.includes("escalated")));
  await t.must(token.eva, `/disputes/${late.id}/declare`, { no_stake: true });
  ok("the executive rules", (await t.api(token.eva, `/disputes/${late.id}/rule`, { remedy: "moved", ruling: "It is our own." })).status === 200);
  ok("the claim ended for the vendor", (await status(fourth)) === "declined");

  // ---- kill -9 in rulings: nothing is half there ----
  const pairs = [];
  for (let i = 0; i < 6; i++) {
    const b = await register(rival, `Ulmenried ${i} ${"Kanal Brücke Turm Hafen Mühle Garten".split(" ")[i]}`), a = await register(gold, b.company);
    await t.must(gold.token, `/registrations/${a.id}/dispute`, { text: "Ours." });
    const d = (await t.must(t.admin, `/disputes?registration_id=${a.id}`)).items[0];
    await t.must(token.ruth, `/disputes/${d.id}/name`, { person_id: people.dora.id });
    await t.must(token.dora, `/disputes/${d.id}/declare`, { no_stake: true });
    pairs.push({ a, b, d });
  }
  const answers = pairs.map(({ d }) => t.api(token.dora, `/disputes/${d.id}/rule`, { remedy: "moved", ruling: "Moved." }).then((r) => r.status, () => 0));
  await new Promise((done) => setTimeout(done, 4));
  await t.stop(t.servers.at(-1), "SIGKILL");
  const answered = await Promise.all(answers);
  await t.start();
  const halves = [];
  for (const [i, { a, b, d }] of pairs.entries()) {
    const now = [(await t.must(t.admin, `/disputes/${d.id}`)).state, await status(a), await status(b)].join();
    if (now !== "ruled,approved,declined" && now !== "named,declined,approved") halves.push(now);
    if (answered[i] === 200 && !now.startsWith("ruled")) halves.push(`acknowledged: ${now}`);
  }
  ok("a ruling is there or not, after kill -9", halves.length === 0, halves);

  const check = t.check();
  ok("log, audit and rows stand", check.status === 0, check.stdout + check.stderr);
  void lines;
});
