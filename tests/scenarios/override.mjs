// Overrides: a decision is changed only with a reason and by a second person; both decisions stay.
import { onBoth, deal } from "./lib/tandem.mjs";

await onBoth(async (t, ok) => {
  await t.start();
  const { gold, rival, operations } = await t.cast();
  await t.must(t.admin, "/people", { name: "Jonas Adeyemi", email: "jonas@velmora.example", role: "partner_manager" });
  const second = t.token("jonas@velmora.example");
  const account = (more) => t.must(t.admin, "/accounts", { country: "DE", status: "open", ...more });
  await account({ name: "Ardenmill Group", status: "direct_only" });
  const declined = (await t.api(gold.token, "/registrations", deal({ company: "Ardenmill Group" }))).data;
  const ask = (token, id, more) => t.api(token, "/overrides", { registration_id: id, outcome: "approve", reason: "Their own buyer asked for this partner.", ...more });

  // who may ask, and what is refused
  ok("a reason is needed", (await ask(operations, declined.id, { reason: "" })).data.errors?.[0].field === "reason");
  ok("partners cannot ask", (await ask(gold.token, declined.id)).status === 403);
  ok("what was decided is no override", (await ask(operations, declined.id, { outcome: "decline" })).data.errors?.[0].field === "outcome");
  const asked = await ask(operations, declined.id, { days: 30, benefit_percent: 5 });
  ok("it is asked", asked.status === 201 && asked.data.state === "asked", asked.text);
  ok("once at a time", (await ask(second, declined.id)).status === 409);
  ok("nothing is changed by asking", (await t.must(gold.token, `/registrations/${declined.id}`)).status === "declined");

  // the second person
  const own = await t.api(operations, `/overrides/${asked.data.id}/confirm`, {});
  ok("who asked cannot confirm", own.status === 403, own.text);
  ok("the partner does not see it", (await t.api(gold.token, `/overrides/${asked.data.id}`)).status === 404 || (await t.api(gold.token, `/overrides/${asked.data.id}`)).status === 403);
  const confirmed = await t.api(second, `/overrides/${asked.data.id}/confirm`, {});
  ok("another person confirms", confirmed.status === 200 && confirmed.data.state === "confirmed", confirmed.text);
  const now = await t.must(gold.token, `/registrations/${declined.id}`);
  ok("the registration is approved, as asked", now.status === "approved" && now.benefit_percent === 5, now);
  ok("with the reason and a receipt", now.decision.reasons[0] === "Their own buyer asked for this partner." && now.receipt.statement.type === "override", now.decision);
  const receipt = t.file("o.receipt", JSON.stringify(now.receipt));
  ok("which stands offline", t.tryRun("verify", receipt, "--key", t.file("log.vkey", (await t.fetch("/log/key")).text)).status === 0);
  const decisions = (await t.must(gold.token, `/decisions?registration_id=${declined.id}`)).items;
  ok("both decisions stay", decisions.length === 2 && decisions.map((d) => d.outcome).sort().join() === "approve,decline", decisions);
  ok("the partner reads no names", !JSON.stringify(decisions).includes("Jonas") && !JSON.stringify(now).includes("Ruth Halvorsen"), now);
  ok("the partner is told", (await t.must(gold.token, "/notices")).items.some((n) => n.text.startsWith("Ardenmill Group")));
  ok("it cannot be confirmed twice", (await t.api(second, `/overrides/${asked.data.id}/confirm`, {})).status === 409);

  // where another stands, a dispute decides
  const lost = (await t.api(rival.token, "/registrations", deal({ company: "Ardenmill Group" }))).data;
  const held = (await t.api(gold.token, "/registrations", deal({ company: "Glenmorra" }))).data;
  const late = (await t.api(rival.token, "/registrations", deal({ company: "Glenmorra" }))).data;
  const taken = await ask(operations, late.id);
  ok("a taken account is no case for an override", taken.status === 409 && /dispute/.test(taken.data.detail), taken.text);
  ok("a direct customer stays declined meanwhile", lost.status === "declined");

  // taking an approval back frees the account
  const back = await ask(operations, held.id, { outcome: "decline", reason: "The customer named another partner in its tender." });
  ok("it is refused with a reason", (await t.api(second, `/overrides/${back.data.id}/refuse`, {})).data.errors?.[0].field === "answer");
  await t.must(second, `/overrides/${back.data.id}/refuse`, { answer: "The tender does not say so." });
  ok("then the decision stands", (await t.must(gold.token, `/registrations/${held.id}`)).status === "approved");
  const again = await ask(second, held.id, { outcome: "decline", reason: "The tender of 3 May names another partner." });
  ok("only who asked takes it back", (await t.api(operations, `/overrides/${again.data.id}/withdraw`, {})).status === 403);
  await t.must(operations, `/overrides/${again.data.id}/confirm`, {});
  ok("an approval is taken back", (await t.must(gold.token, `/registrations/${held.id}`)).status === "declined");
  ok("the account is free", (await t.api(rival.token, "/registrations", deal({ company: "Glenmorra" }))).data.status === "approved");

  // decided otherwise meanwhile
  const mine = (await t.api(gold.token, "/registrations", deal({ company: "Perrimont" }))).data;
  const stale = await ask(operations, mine.id, { outcome: "decline" });
  await t.must(gold.token, `/registrations/${mine.id}/withdraw`, {});
  ok("a withdrawn registration is not decided again", (await t.api(second, `/overrides/${stale.data.id}/confirm`, {})).status === 409);
  await t.must(operations, `/overrides/${stale.data.id}/withdraw`, {});

  // two who confirm at once
  const raced = (await t.api(gold.token, "/registrations", deal({ company: "Tarnhelm" }))).data;
  const race = (await ask(operations, raced.id, { outcome: "decline" })).data;
  const both = await Promise.all([0, 1, 2].map(() => t.api(second, `/overrides/${race.id}/confirm`, {})));
  ok("of several confirmations one counts", both.filter((r) => r.status === 200).length === 1, both.map((r) => r.status));
  ok("everything stands", t.check().status === 0, t.check().stdout);
});
