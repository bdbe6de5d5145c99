// The main story through the API: registered, decided, conflicting, reviewed, explained, proven.
import { onBoth, deal } from "./lib/tandem.mjs";

await onBoth(async (t, ok) => {
  await t.start();
  const { gold, rival, operations } = await t.cast();

  // decided in the request, with reasons, facts and a receipt
  const first = await t.api(gold.token, "/registrations", deal());
  ok("a registration is answered with 201", first.status === 201, first.text);
  const r = first.data;
  ok("it is approved by a rule", r.status === "approved" && r.decision.rule === "certified_free", r.decision);
  ok("it says what it was decided on", r.decision.facts.some((f) => f.name === "partner.tier" && f.value === "Gold"));
  ok("it says until when", /^\d{4}-\d\d-\d\dT/.test(r.decision.protected_until));
  ok("the vendor's facts stay with the vendor", !r.decision.facts.some((f) => /own_deal|contract|match|owned|conflict\.state|related/.test(f.name)), r.decision.facts);

  // the receipt stands offline
  const receipt = t.file("r.receipt", JSON.stringify(r.receipt));
  const vkey = t.file("log.vkey", (await t.fetch("/log/key")).text);
  const verified = t.tryRun("verify", receipt, "--key", vkey);
  ok("a stranger verifies the receipt", verified.status === 0, verified.stdout + verified.stderr);
  const forged = structuredClone(r.receipt);
  forged.statement.amount.minor += 1;
  ok("a changed receipt is refused", t.tryRun("verify", t.file("f.receipt", JSON.stringify(forged)), "--key", vkey).status === 1);

  // the rival loses, and learns nothing about whom to
  for (const [how, more] of [["the same name", {}], ["another legal form", { company: "KORVATH MASCHINENBAU GmbH & Co. KG" }], ["in small letters", { company: "korvath  maschinenbau" }], ["a Cyrillic letter", { company: "K\u043ervath Maschinenbau" }]]) {
    const lost = await t.api(rival.token, "/registrations", deal(more));
    ok(`by ${how} the rival is declined with a way on`, lost.data.status === "declined" && lost.data.decision.next_step === "waitlist", lost.text);
    ok(`by ${how} nothing of the first is told`, !lost.text.includes("Brightwater") && !lost.text.includes(gold.id) && !lost.text.includes(r.id), lost.text);
  }
  ok("another product line is free", (await t.api(rival.token, "/registrations", deal({ product_line_id: "Vaultic" }))).data.status === "approved");
  const again = await t.api(gold.token, "/registrations", deal());
  ok("the same partner twice is told so", again.data.status === "declined" && again.data.decision.rule === "own_duplicate", again.text);

  // by domain, and free mail is no company
  ok("a domain alone is enough", (await t.api(gold.token, "/registrations", deal({ company: "https://www.glenmorra.example/about" }))).data.status === "approved");
  ok("a subdomain is the same company", (await t.api(rival.token, "/registrations", deal({ company: "shop.glenmorra.example" }))).data.status === "declined");
  const mail = await t.api(gold.token, "/registrations", deal({ company: "gmail.com" }));
  ok("a mail provider is no company", mail.status === 422 && mail.data.errors[0].field === "company", mail.text);

  // the check answers one word
  const check = (token, company) => t.api(token, "/registrations/check", { company, country: "DE", product_line_id: "Flowgate" });
  const words = Object.fromEntries(await Promise.all([["Korvath Maschinenbau", rival.token], ["Nobody Knows This Ltd", rival.token]].map(async ([c, k]) => [c, (await check(k, c)).data])));
  ok("a taken company is not open", words["Korvath Maschinenbau"].answer === "not_open", words);
  ok("a new company is open", words["Nobody Knows This Ltd"].answer === "open", words);
  ok("the answer has nothing else", Object.keys(words["Korvath Maschinenbau"]).sort().join() === "answer,company", words);

  // the vendor's own list: direct only, named, own deal, contract, parent
  const account = (more) => t.must(t.admin, "/accounts", { country: "DE", status: "open", ...more });
  await account({ name: "Ardenmill Group", status: "direct_only" });
  const parent = await account({ name: "Sablewood Holding", domain: "sablewood.example" });
  await account({ name: "Tarnhelm Logistik", status: "named" });
  const open = await account({ name: "Perrimont Hotels" });
  await account({ name: "Quelmora Energie", parent_id: parent.id });
  await t.must(t.admin, "/opportunities", { name: "Perrimont", account_id: open.id, product_line_id: "Flowgate", state: "open", last_activity: new Date().toISOString().slice(0, 10) });
  const outcome = async (token, company) => (await t.api(token, "/registrations", deal({ company }))).data;
  ok("direct only is declined", (await outcome(gold.token, "Ardenmill Group")).decision?.rule === "direct_only");
  ok("direct only is public here", (await check(gold.token, "Ardenmill Group")).data.answer === "direct_only");
  ok("a named account goes to review", (await outcome(gold.token, "Tarnhelm Logistik")).decision?.rule === "named");
  const behind = (await outcome(rival.token, "Tarnhelm Logistik")).decision;
  ok("whoever comes after it does not learn that it is named", behind?.rule === "taken" && !/named/i.test(JSON.stringify([behind.facts, behind.trace])), behind);
  const review = await outcome(gold.token, "Perrimont Hotels");
  ok("our own open deal goes to review", review.decision?.rule === "own_deal", review);
  ok("a parent company is approved", (await outcome(gold.token, "sablewood.example")).status === "approved");
  ok("its subsidiary goes to a person for somebody else", (await outcome(rival.token, "Quelmora Energie")).decision?.rule === "related");
  ok("a hold keeps others out", (await outcome(rival.token, "Perrimont Hotels")).status === "declined");

  // people decide
  const queue = await t.must(operations, "/registrations?state=review");
  ok("operations sees the queue", queue.items.some((x) => x.id === review.id && x.queue && x.review_due));
  const partnerTries = await t.api(gold.token, `/registrations/${review.id}/approve`, { reason: "me" });
  ok("a partner cannot approve", partnerTries.status === 403, partnerTries.text);
  const noReason = await t.api(operations, `/registrations/${review.id}/approve`, {});
  ok("a decision needs a reason", noReason.status === 422 && noReason.data.errors[0].field === "reason", noReason.text);
  const approved = await t.api(operations, `/registrations/${review.id}/approve`, { reason: "Your relationship is stronger.", days: 45 });
  ok("operations approves with a reason", approved.status === 200 && approved.data.status === "approved", approved.text);
  const seen = await t.must(gold.token, `/registrations/${review.id}`);
  ok("the partner reads the reason", seen.decision.reasons[0] === "Your relationship is stronger." && !JSON.stringify(seen).includes("Halvorsen"), seen);
  ok("a person's decision is in the log, too", t.tryRun("verify", t.file("d.receipt", JSON.stringify(seen.receipt)), "--key", vkey).status === 0);
  ok("twice is refused", (await t.api(operations, `/registrations/${review.id}/approve`, { reason: "again" })).status === 409);
  const withdrawn = await t.api(gold.token, `/registrations/${r.id}/withdraw`, {});
  ok("a partner withdraws", withdrawn.data.status === "withdrawn", withdrawn.text);
  ok("and the account is free again", (await t.api(rival.token, "/registrations", deal())).data.status === "approved");

  // the owner of an account answers what waits for the owner, and nothing else
  const owner = await t.must(t.admin, "/people", { name: "Ines Okafor", email: "ines@velmora.example", role: "vendor_seller" });
  await account({ name: "Halvmork Shipping", status: "named", owner_id: owner.id });
  const ines = t.token("ines@velmora.example");
  const hers = await outcome(gold.token, "Halvmork Shipping"), other = (await t.must(operations, "/registrations?state=review")).items.find((x) => x.id !== hers.id);
  ok("somebody else's question is not hers", (await t.api(ines, `/registrations/${other.id}/approve`, { reason: "x" })).status === 403);
  ok("the account's owner answers", (await t.api(ines, `/registrations/${hers.id}/approve`, { reason: "Go on together." })).data?.status === "approved");

  // an older checkpoint is a beginning of the log
  const old = t.file("old.checkpoint", (await t.fetch("/log/checkpoint")).text);
  await t.api(gold.token, "/registrations", deal({ company: "Later Company" }));
  const check1 = t.check("--checkpoint", old);
  ok("the database stands against its trees", check1.status === 0, check1.stdout + check1.stderr);
  ok("graceful stop", (await t.stop()) === 0);
});
